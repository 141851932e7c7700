"""What is printed of scenario and matrix, and of the shares of a section."""

from collections.abc import Callable, Sequence
from datetime import datetime

from adjoin.core.refusal import Refusal
from adjoin.formats.report import Facts, Heading, Paragraph, Part, Picture, Table
from adjoin.web import picture
from adjoin.web.border_shares import BorderShares
from adjoin.web.lines import Cited
from adjoin.web.pages.matrix import BorderRow, MatrixPage
from adjoin.web.pages.scenario import Below, ScenarioPage
from adjoin.web.scenario_words import figure, part, signed, whole
from adjoin.web.words import Both, said


def scenario(page: ScenarioPage, lang: str, *, styled: Callable[[str], str]) -> tuple[list[Part], datetime | None]:
    """A scenario: what was asked, the picture, the sections below."""
    if not page.answered:
        raise Refusal("scenario_not_asked")
    drawn = picture.changes(page, lang)
    parts: list[Part] = [Paragraph(" · ".join(each.of(lang) for each in page.asked), strong=True)]
    if drawn:
        parts += [Heading(_t("picture", lang)), Picture(styled(drawn), page.verdict.say.of(lang), width=164)]
        parts.append(Paragraph(_t("picture.about", lang)))
    if page.below:
        parts += [Heading(_t("below", lang)), Paragraph(_t("below.about", lang), lead=True)]
        by = [said("web.scenario.col.by", party=party).of(lang) for _, party in page.parties]
        names = ("km", "hours", "part", "half", "mean", "twice")
        columns = [said("web.col.section").of(lang), *(_t(f"col.{name}", lang) for name in names), *by]
        parts.append(Table(columns, [_below(row, len(by), lang) for row in page.below]))
    return [*parts, *_never_alone(page.caveats, page.evidence, lang)], None


def matrix(page: MatrixPage, lang: str) -> tuple[list[Part], datetime | None]:
    """The matrix: section by section, the strongest unit first."""
    if page.error:
        raise Refusal("scenario_not_asked")
    parts: list[Part] = [Paragraph(said("web.matrix.even").of(lang))]
    parts += _never_alone(page.caveats, page.evidence, lang)
    for row in page.rows:
        parts += _units(row, lang)
    return parts, None


def shares(given: Sequence[BorderShares], lang: str) -> list[Part]:
    """Who gave what to a border, or why nobody can tell."""
    if not given:
        return []
    parts: list[Part] = [Heading(said("web.shares").of(lang))]
    for each in given:
        told = [words.of(lang) for words in (each.name, each.window, each.load) if words]
        parts.append(Paragraph(" · ".join(told), strong=True))
        if each.table:
            rows = [[cell.of(lang) for cell in row] for row in each.table.rows]
            parts.append(Table([column.of(lang) for column in each.table.columns], rows))
            parts += [Paragraph(note.of(lang)) for note in each.table.notes]
        else:
            parts.append(Paragraph(said("web.finding.withheld").of(lang)))
            parts.append(Facts([(reason.zh, reason.en) for reason in each.withheld]))
    return parts


def _t(key: str, lang: str) -> str:
    return said(f"web.scenario.{key}").of(lang)


def _below(row: Below, parties: int, lang: str) -> list[str]:
    by_party = row.by_party or (None,) * parties
    return [
        f"{row.name.of(lang)}\n{row.party.of(lang)} · {whole(row.flow_m3s)} m³/s · {row.flow_status.of(lang)}",
        whole(row.km),
        whole(row.hours),
        part(row.part),
        *map(signed, row.mg_l or (None, None, None)),
        *map(signed, by_party),
    ]


def _units(row: BorderRow, lang: str) -> list[Part]:
    names = ("unit", "party", "mg", "part", "hours", "km")
    keys = [f"web.scenario.col.{name}" if name in {"part", "hours"} else f"web.matrix.col.{name}" for name in names]
    flow = f"{whole(row.flow_m3s)} m³/s · {row.flow_status.of(lang)}"
    told = [
        [each.unit.of(lang), each.party_name.of(lang), figure(each.mg_l), part(each.part), whole(each.hours),
         whole(each.km)]
        for each in row.units
    ]  # fmt: skip
    head = Heading(f"{row.name.of(lang)} · {row.border.of(lang)}")
    return [head, Paragraph(flow, lead=True), Table([said(key).of(lang) for key in keys], told)]


def _never_alone(caveats: Sequence[Both], evidence: Sequence[Cited], lang: str) -> list[Part]:
    told = [(each.say.of(lang), each.fingerprint) for each in evidence]
    return [
        Heading(_t("caveats", lang)),
        *(Paragraph(each.of(lang)) for each in caveats),
        Heading(_t("rests", lang)),
        Facts(told),
    ]
