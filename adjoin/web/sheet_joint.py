"""What is printed of joint work: the account of an agreement, the minutes of a draw, the white list of a year, and
before anyone signs: the rules of both sides compared, and the same months under other formulas.

The first three end with the signed entries they stand on and with room for two signatures, which say that it was read.
"""

from collections.abc import Sequence
from datetime import datetime

from adjoin.formats.report import Facts, Heading, Paragraph, Part, Table
from adjoin.web.grid import Grid
from adjoin.web.lines import CaseLine
from adjoin.web.pages.agreements import AgreementPage
from adjoin.web.pages.compare import ComparePage
from adjoin.web.pages.draws import DrawsPage, DrawView
from adjoin.web.pages.what_if import WhatIfPage
from adjoin.web.pages.white_list import ListLine, WhiteListPage
from adjoin.web.words import Both, said, short_time


def account(page: AgreementPage, lang: str) -> tuple[list[Part], datetime | None]:
    """An agreement's account of a period: the sum, its derivation to the fen, the text it follows, who claimed it."""
    example = said("web.agreement.steps.example", example=page.example) if page.example else None
    facts = {
        "agreement": f"{page.title.of(lang)} ({page.name})",
        "period": example.of(lang) if example else page.period,
        "known": said(f"web.status.{page.status}").of(lang),
        "source": page.source,
    }
    parts: list[Part] = [Facts([(_t(f"sheet.{name}", lang), text) for name, text in facts.items()])]
    if page.draft:
        parts.append(Paragraph(_t("agreement.draft", lang), strong=True))
    if page.example:
        parts.append(Paragraph(page.verdict.say.of(lang), strong=True))
    net = said("web.agreement.net_of", period=example or page.period)
    parts += _table(net, page.net, lang)
    parts += _list("agreement.replay", page.changed, lang)
    parts += _table(said("web.agreement.steps"), page.steps, lang)
    parts += _table(said("web.agreement.clauses"), page.clauses, lang)
    parts += _list("agreement.gaps", page.gaps, lang)
    parts += _table(said("web.agreement.account"), page.account, lang)
    parts += _table(said("web.agreement.cleared", year=page.period[:4]), page.cleared, lang)
    return [*parts, *_beneath(page.entries, page.sides, lang)], page.newest


def minutes(page: DrawsPage, lang: str) -> tuple[list[Part], datetime | None]:
    """The minutes of a draw: its terms, what was committed and revealed, who was drawn, and how to compute it again."""
    parts = [part for each in page.draws for part in _draw(each, lang)]
    entries = page.draws[0].entries if page.draws else None
    return [*parts, *_beneath(entries, page.sides, lang)], page.newest


def _draw(each: DrawView, lang: str) -> list[Part]:
    facts = [
        (_t("sheet.draw.id", lang), each.id),
        (_t("draw.purpose", lang), each.purpose),
        (_t("sheet.draw.standing", lang), each.standing.of(lang)),
        (_t("draw.count", lang), said("web.draw.of", count=each.count, units=each.units).of(lang)),
        (_t("draw.reveal_until", lang), short_time(each.reveal_by)),
    ]
    parts: list[Part] = [Facts(facts), *(Paragraph(fault.of(lang), strong=True) for fault in each.faults)]
    if each.sample:
        drawn = "   ".join(f"{place} {unit}" for place, unit in enumerate(each.sample, start=1))
        parts += [Heading(_t("draw.sample", lang)), Paragraph(drawn)]
    told = [(what.of(lang), text.of(lang)) for what, text in each.minutes.rows]
    again = Paragraph(_t("draw.again", lang), lead=True)
    return [*parts, Heading(_t("draw.minutes", lang)), again, Facts([(what, _grouped(text)) for what, text in told])]


def white_list(page: WhiteListPage, lang: str) -> tuple[list[Part], datetime | None]:
    """The white list of a year: its lines, what each side has left, what was decided beyond it."""
    parts: list[Part] = [Facts([(_t("sheet.year", lang), str(page.year))])]
    if page.rows:
        left = [said("web.white_list.left", party=side).of(lang) for side in page.sides]
        names = [_t(f"white_list.{name}", lang) for name in ("receiver", "code", "total", "spent", "state")]
        columns = [*names[:3], *left, *names[3:]]
        rows = [_line(row, lang) for row in page.rows]
        parts += [Heading(_t("white_list.lines", lang)), Table(columns, rows)]
    parts += [Heading(_t("white_list.cases", lang)), *_cases(page.cases, lang)]
    return [*parts, *_beneath(page.entries, page.sides, lang)], page.newest


def compared(page: ComparePage, lang: str) -> tuple[list[Part], datetime | None]:
    """Where both sides do not judge alike: waters, facts, limits."""
    parts = _table(said("web.compare.waters"), page.conflicts, lang)
    parts += _table(said("web.compare.fines"), page.facts, lang)
    if page.facts:
        parts.append(Paragraph(said("web.compare.asked", count=page.asked).of(lang)))
    parts += _table(said("web.compare.limits"), page.clauses, lang)
    source = [Paragraph(said("web.rules.source", source=page.source).of(lang))] if page.source else []
    return [*parts, *source], None


def tried(page: WhatIfPage, lang: str) -> tuple[list[Part], datetime | None]:
    """The same months under every formula, and where a text pays for silence."""
    if page.tried is None:
        return [], None
    parts = [*_table(said("web.what_if.tried"), page.tried, lang), Paragraph(_t("what_if.about", lang))]
    party = page.tried.columns[1]
    parts += _table(said("web.what_if.by_month", party=party), page.by_month, lang)
    holes = _list("agreement.holes", page.loopholes, lang)
    return [*parts, *(holes or [Paragraph(_t("what_if.no_holes", lang))])], None


def _line(row: ListLine, lang: str) -> list[str]:
    state = _t("white_list.agreed" if row.agreed else "white_list.waits", lang)
    return [row.receiver, row.code, row.total_t, row.ours_t, row.theirs_t, row.spent_t, state]


def _cases(cases: Sequence[CaseLine], lang: str) -> list[Part]:
    if not cases:
        return [Paragraph(_t("white_list.no_cases", lang))]
    return [Facts([(case.id, case.turn.of(lang)) for case in cases])]


def _beneath(entries: Grid | None, sides: tuple[Both, Both], lang: str) -> list[Part]:
    """What a sheet stands on, and room for both to sign that they read it."""
    parts: list[Part] = [Heading(_t("signed", lang))]
    if entries is None or not entries.rows:
        parts.append(Paragraph(_t("signed.none", lang)))
    else:
        parts += [Paragraph(_t("signed.about", lang), lead=True), _paper(entries, lang)]
    room = Table([side.of(lang) for side in sides], [[_t("sheet.hand.line", lang)] * len(sides)], even=True)
    return [*parts, Heading(_t("sheet.hand", lang)), Paragraph(_t("sheet.hand.about", lang), lead=True), room]


def _table(title: Both, made: Grid | None, lang: str) -> list[Part]:
    return [Heading(title.of(lang)), _paper(made, lang)] if made is not None and made.rows else []


def _paper(made: Grid, lang: str) -> Table:
    columns = [column.of(lang) for column in made.columns]
    return Table(columns, [[cell.of(lang) for cell in row] for row in made.rows])


def _list(key: str, said_: Sequence[Both], lang: str) -> list[Part]:
    return [Heading(_t(key, lang)), *(Paragraph(each.of(lang)) for each in said_)] if said_ else []


def _grouped(text: str) -> str:
    """A long fingerprint in groups, so that a line can end inside it."""
    words = text.split(" ")
    return " ".join(
        " ".join(word[at : at + 8] for at in range(0, len(word), 8)) if _long(word) else word for word in words
    )


def _long(word: str) -> bool:
    return len(word) >= 32 and all(letter in "0123456789abcdef" for letter in word)


def _t(key: str, lang: str) -> str:
    return said(f"web.{key}").of(lang)
