"""What is printed of a page: overview, section, finding and case as sheets, from the same page objects."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from adjoin.core.refusal import Refusal
from adjoin.formats.report import Facts, Heading, Paragraph, Part, Picture, Pictures, Sheet, pdf
from adjoin.formats.report import Table as PaperTable
from adjoin.web import picture, sheet_city, sheet_compute, sheet_joint, sheet_plan, sheet_scenario
from adjoin.web.desk_views import Answer, BankRow, Clock, Row
from adjoin.web.draw import character
from adjoin.web.exhibits import Table
from adjoin.web.page import Page
from adjoin.web.pages.agreements import AgreementPage
from adjoin.web.pages.case import CasePage, Past
from adjoin.web.pages.city import CityPage
from adjoin.web.pages.compare import ComparePage
from adjoin.web.pages.compute import MethodPage
from adjoin.web.pages.desk import DeskPage
from adjoin.web.pages.draws import DrawsPage
from adjoin.web.pages.finding import FindingPage
from adjoin.web.pages.matrix import MatrixPage
from adjoin.web.pages.overview import OverviewPage
from adjoin.web.pages.plan import PlanPage
from adjoin.web.pages.scenario import ScenarioPage
from adjoin.web.pages.section import SectionPage
from adjoin.web.pages.what_if import WhatIfPage
from adjoin.web.pages.white_list import WhiteListPage
from adjoin.web.render import Frame
from adjoin.web.words import Both, clause_words, moment, said, short_time

STYLE = """text{font-family:'Noto Serif SC';font-size:16px;fill:#000}.soft{fill:#333}.name{font-weight:700}
.axis{stroke:#777;fill:none}.grid{stroke:#ccc;fill:none}.curve,.gap,.river{fill:none;stroke:#123a52;stroke-width:1.8}
.dim{stroke:#444}.dot{fill:#123a52;stroke:none}.suspect{fill:#fff;stroke:#123a52;stroke-width:1.8}
.limit{stroke:#7a1c20;stroke-width:1.3;stroke-dasharray:8 4;fill:none}.limit-text{fill:#7a1c20}
.bar{fill:#123a52;stroke:none}.bar.dim{fill:#999;stroke:none}.bar.open,.bracket{fill:#e4edf2;stroke:#123a52}
.whisker{stroke:#123a52;stroke-dasharray:2 3}.edge{stroke:#555;stroke-width:.75}.area{fill:#fff}.a1{fill:#f1f1f1}
.river{stroke:#5b8fb0}.river.border{stroke-dasharray:.5 6;stroke-width:4}.side{fill:#999;font-size:34px}
.range{stroke:#555;fill:none}.gap{stroke:#777;stroke-width:1;stroke-dasharray:1 5}
.passing{fill:#f3f6f8;stroke:none}.now{stroke:#000;stroke-width:1.6}.s1{stroke-dasharray:7 3}
.focus{fill:none;stroke:#7a1c20;stroke-width:2.5}.halo{paint-order:stroke;stroke:#fff;stroke-width:4px}
.f1{fill:#c9dfed}.f2{fill:#1c53e2}.f3{fill:#47ac8a}.f4{fill:#f7ea5d}.f5{fill:#d9590d}.f6{fill:#7a1c20}.f0{fill:#e3e4e1}
.g2,.g6{fill:#fff}.ground{fill:#f1f1f1;stroke:#777}.ground.met{fill:#e4edf2;stroke:#123a52;stroke-width:2}
.m0{fill:#fff;stroke:#ccc}.m1{fill:#f3f6f8}.m2{fill:#dbe6ee}.m3{fill:#bfd2df}.m4{fill:#a2bdcf}.m5{fill:#86a9c0}
.s2{stroke-dasharray:2 4}.s3{stroke-dasharray:10 3 2 3}"""


def printed(page: Page, frame: Frame, lang: str) -> bytes:
    """A page as PDF."""
    makers: dict[type[Page], Callable[..., tuple[list[Part], datetime | None]]] = {
        OverviewPage: _overview,
        PlanPage: sheet_plan.plan,
        SectionPage: _section,
        FindingPage: _finding,
        CasePage: _case,
        DeskPage: _desk,
        ScenarioPage: partial(sheet_scenario.scenario, styled=_styled),
        MatrixPage: sheet_scenario.matrix,
        AgreementPage: sheet_joint.account,
        DrawsPage: sheet_joint.minutes,
        WhiteListPage: sheet_joint.white_list,
        ComparePage: sheet_joint.compared,
        WhatIfPage: sheet_joint.tried,
        CityPage: partial(sheet_city.city, styled=_styled),
    }
    answer = partial(sheet_compute.answer, styled=_styled)
    parts, stamp = (answer if isinstance(page, MethodPage) else makers[type(page)])(page, lang)
    sheet = Sheet(
        title=page.title.of(lang),
        kicker=" · ".join(
            said(f"web.{each}").of(lang) for each in ("print.draft", *["sheet.made_up"] * frame.synthetic)
        ),
        dense=isinstance(page, (AgreementPage, DeskPage, MethodPage, PlanPage)),
        drill=said("web.desk.drill.about").of(lang) if page.drill else "",
        author=f"{frame.party.of(lang)} · Adjoin",
        verdict=page.verdict.say.of(lang),  # type: ignore[attr-defined]  # every page that is printed has one
        turn=page.verdict.turn.of(lang),  # type: ignore[attr-defined]  # as above
        foot=said("web.foot.bundle", name=frame.bundle, fingerprint=frame.fingerprint[:12]).of(lang),
        lang=lang,
        parts=parts,
    )
    return pdf(sheet, stamp=stamp or datetime(2000, 1, 1, tzinfo=UTC))


def _overview(page: OverviewPage, lang: str) -> tuple[list[Part], datetime | None]:
    columns = [said(f"web.col.{name}").of(lang) for name in ("section", "river", "class", "decided", "time")]
    rows = [
        (
            line.name.of(lang),
            line.river.of(lang),
            character(line.water_class),
            _list(line.decided_by, lang),
            short_time(line.time),
        )
        for line in page.border
    ]
    parts: list[Part] = [
        PaperTable(
            [each.name.of(lang) for each in page.stations],
            [
                [str(each.number) if each.of is None else f"{each.number} / {each.of}" for each in page.stations],
                [each.say.of(lang) for each in page.stations],
            ],
            even=True,
        ),
        Heading(said("web.findings").of(lang)),
        Facts(
            [
                (
                    f"{each.site_name.of(lang)} · {each.quantity_name.of(lang)}",
                    each.told.of(lang),
                )
                for each in page.findings
            ]
        ),
        Heading(said("web.cases").of(lang)),
        Facts(
            [(f"{case.site_name.of(lang)} · {case.procedure_name.of(lang)}", case.turn.of(lang)) for case in page.cases]
        ),
        Heading(said("web.border").of(lang)),
        PaperTable(columns, rows),
        Picture(_styled(page.map.svg(lang)), said("web.map.title").of(lang), width=82),
        Paragraph(page.map.note.of(lang)),
    ]
    return parts, page.newest


def _section(page: SectionPage, lang: str) -> tuple[list[Part], datetime | None]:
    parts: list[Part] = [Paragraph(page.standing.of(lang))]
    if page.steps:
        parts += [
            Heading(said("web.ribbon.title").of(lang)),
            Picture(_styled(picture.ribbon(page, lang)), page.title.of(lang), width=164),
            Paragraph(said("web.ribbon.note").of(lang)),
            Heading(said("web.curves").of(lang)),
            Pictures(
                [
                    Picture(
                        _styled(picture.curve(page, curve, lang)),
                        curve.name.of(lang),
                        f"{curve.name.of(lang)} {curve.unit}",
                    )
                    for curve in page.curves
                ]
            ),
            Paragraph(said("web.curves.note").of(lang)),
        ]
    parts += sheet_scenario.shares(page.shares, lang)
    parts.append(Heading(said("web.section.findings").of(lang)))
    parts.append(Facts([(each.id, each.told.of(lang)) for each in page.findings]))
    parts.append(Facts([(case.id, case.turn.of(lang)) for case in page.cases]))
    return parts, page.line.time


def _finding(page: FindingPage, lang: str) -> tuple[list[Part], datetime | None]:
    parts = [Paragraph(page.border.of(lang)), *_never_alone(page.withheld, page.caveats, lang)]
    for table in page.tables:
        parts += _exhibit(page, table, lang)
    parts.append(Heading(said("web.finding.rests").of(lang)))
    parts.append(Facts([(each.fingerprint[:16] or each.kind, each.say.of(lang)) for each in page.evidence]))
    return parts, page.finding.until


def _exhibit(page: FindingPage, table: Table, lang: str) -> list[Part]:
    drawn = [Picture(_styled(svg), name, name) for name, svg in picture.exhibit(page, table, lang)]
    shown: list[Part] = [Pictures(drawn)] if len(drawn) > 1 else [replace(each, caption="") for each in drawn]
    columns = [column.of(lang) for column in table.columns]
    rows = [[cell.of(lang) for cell in row] for row in table.rows]
    told: list[Part] = [] if len(columns) > 9 else [PaperTable(columns, rows)]
    notes = [Paragraph(note.of(lang)) for note in table.notes]
    return [Heading(table.title.of(lang)), Paragraph(table.about.of(lang), lead=True), *shown, *told, *notes]


def _case(page: CasePage, lang: str) -> tuple[list[Part], datetime | None]:
    sides = [(side.name, said("web.standing", party=side.role, state=side.state)) for side in (page.mine, page.theirs)]
    clocks = [(side.name, clock.say) for side in (page.mine, page.theirs) for clock in side.clocks]
    parts: list[Part] = [
        Facts(
            [
                (said("web.case.id").of(lang), page.line.id),
                (said("web.case.procedure").of(lang), page.procedure.of(lang)),
            ]
        ),
        Facts([(name.of(lang), say.of(lang)) for name, say in (*sides, *clocks)]),
        Heading(said("web.case.history").of(lang)),
    ]
    for past in page.history:
        parts += _past(past, lang)
    parts += [Paragraph(each.of(lang)) for each in page.made_by]
    parts += [Paragraph(f"{each.party.of(lang)} {each.move.of(lang)}: {each.fault.of(lang)}") for each in page.protests]
    parts += _never_alone(page.withheld, page.caveats, lang)
    return parts, page.history[-1].at if page.history else None


def _desk(page: DeskPage, lang: str) -> tuple[list[Part], datetime | None]:
    answer = page.answer
    if answer is None:
        raise Refusal("desk_not_asked")
    asked = " · ".join(each.of(lang) for each in (*answer.basis, said("web.desk.as_of", time=moment(page.now))))
    checks = [f"□ {each.say.of(lang)}" for each in answer.checks]
    parts: list[Part] = [Paragraph(asked)]
    if answer.card and not answer.card.applies:
        parts.append(Paragraph(f"{_t('not_applicable', lang)}: {_t('not_applicable.about', lang)}", strong=True))
    parts.append(Facts([(_t("always", lang), "\n".join(each.of(lang) for each in answer.warnings))]))
    parts += [Heading(_t("check", lang)), Paragraph("\n".join(checks))]
    parts += [Heading(_t("message", lang)), *_messages(answer, lang)]
    parts += [Heading(_t("clock", lang)), *_report_clock(answer, lang)]
    parts += [Heading(_t("flow", lang)), Paragraph(f"{answer.flow.m3s} m³/s · {answer.flow.say.of(lang)}")]
    parts += [Heading(_t("arrivals", lang)), *_arrivals(answer, lang)]
    if answer.rows:
        parts.append(Picture(_styled(picture.passage(page, lang)), page.verdict.say.of(lang), width=150))
    return [*parts, *_what_to_do(answer, lang)], page.now


def _t(key: str, lang: str) -> str:
    return said(f"web.desk.{key}").of(lang)


def _messages(answer: Answer, lang: str) -> list[Part]:
    rows = [
        (each.name.of(lang), " ".join((each.when.of(lang), *(clock.of(lang) for clock in each.clocks))))
        for each in answer.messages
    ]
    running = [(case.procedure_name.of(lang), case.turn.of(lang)) for case in answer.cases]
    return [Facts(rows), Facts(running) if running else Paragraph(_t("running.none", lang))]


def _report_clock(answer: Answer, lang: str) -> list[Part]:
    clock = answer.clock
    facts = {"hours": f"{clock.hours:g}"} | ({"due": moment(clock.due)} if clock.due else {})
    due = said("web.desk.clock.due" if clock.due else "web.desk.clock.unset", **facts).of(lang)
    late = f" 〔{_t('clock.late', lang)}〕" if clock.late else ""
    grounds = "\n".join(_grounds(clock, lang))
    rows = {"to": clock.to, "neighbours": clock.neighbours, "chain": clock.chain}
    told = [(_t(f"clock.{name}", lang), say.of(lang)) for name, say in rows.items()]
    return [Paragraph(due + late, strong=True), Facts([*told, (_t("clock.large", lang), grounds)])]


def _grounds(clock: Clock, lang: str) -> Iterator[str]:
    """What holds here, and in one line what somebody has to judge: paper is short."""
    for name, holds in (("holds", True), ("ask", False)):
        if each_one := [each.of(lang) for each, told in clock.grounds if told == holds]:
            yield f"{_t(f'clock.{name}', lang)}: {'; '.join(each_one)}"


def _arrivals(answer: Answer, lang: str) -> list[Part]:
    if not answer.rows:
        return []
    peak = "peak" if answer.rows[0].peak else "per_tonne"
    columns = [_t(f"col.{name}", lang) for name in ("site", "arrival", peak, "odds", "critical", "ready")]
    rows = [_arrival(row, lang) for row in answer.rows]
    told = [place for place in range(len(columns)) if any(row[place] != "—" for row in rows)]
    year = said("web.desk.band", year=answer.rows[0].arrival[0].year).of(lang)
    table = PaperTable([columns[place] for place in told], [[row[place] for place in told] for row in rows])
    return [table, Paragraph(year)]


def _arrival(row: Row, lang: str) -> list[str]:
    ready = [short_time(row.close_by)[5:] if row.close_by else "", row.stored_h, row.other_source, row.phone]
    given = " · ".join(each or "—" for each in ready) if any(ready) else _t("not_given", lang)
    banks = row.banks[:1]  # paper has room for one: its own, or the one that the release came from
    early, middle, late = (short_time(time)[5:].replace(" ", "\u00a0") for time in row.arrival)
    return [
        f"{row.name.of(lang)} · {row.kind_name.of(lang)}\n{row.party.of(lang)} · {row.km} {row.error_km.of(lang)} km",
        f"{early}\n{middle} · {late}",
        _with_bank(_band(row.peak or row.per_tonne), [(at, (at.peak or at.per_tonne)[1]) for at in banks], lang),
        _with_bank(row.odds.of(lang), [(at, at.odds.of(lang)) for at in banks], lang),
        _with_bank(_band(row.critical), [(at, at.critical[1]) for at in banks if at.critical], lang),
        given if row.kind == "intake" else "—",
    ]


def _with_bank(mean: str, banks: Sequence[tuple[BankRow, str]], lang: str) -> str:
    """What holds for the mean of a section, and under it what holds at a bank."""
    return "\n".join([mean, *(f"{at.say.of(lang)}: {value}" for at, value in banks if value != "—")])


def _band(values: Sequence[str] | None) -> str:
    return f"{values[1]}\n{values[0]} – {values[2]}" if values else "—"


def _what_to_do(answer: Answer, lang: str) -> list[Part]:
    holds = [(each.name.of(lang), f"{short_time(each.time)[5:]} · {each.left.of(lang)}") for each in answer.holds]
    columns = [_t(f"col.{name}", lang) for name in ("site", "since", "until", "every")]
    samples = [
        [each.name.of(lang), short_time(each.since)[5:], short_time(each.until)[5:], f"{each.every_h} h"]
        for each in answer.sampling
    ]
    return [
        Heading(_t("hold", lang)),
        Facts(holds) if holds else Paragraph(_t("hold.none", lang)),
        Heading(_t("sampling", lang)),
        PaperTable(columns, samples) if samples else Paragraph(_t("sampling.none", lang)),
        Heading(_t("card", lang)),
        Paragraph(_card(answer, lang)),
        Heading(_t("rests", lang)),
        Paragraph(" · ".join(f"{each.name.of(lang)}: {each.say.of(lang)}" for each in answer.rests)),
    ]


def _card(answer: Answer, lang: str) -> str:
    card = answer.card
    if card is None:
        return _t("card.none", lang)

    def known(status: str) -> str:
        return said(f"web.status.{status}").of(lang)

    limit = (
        f"{card.limit} mg/L ({clause_words(card.clause).of(lang)}, {known(card.status)})"
        if card.limit
        else _t("card.no_limit", lang)
    )
    field = [(name, words) for name, words in (("protect", card.protect), ("field", card.field)) if words]
    told = [f"{_t(f'card.{name}', lang)}: {words.of(lang)} ({known(card.field_status)})" for name, words in field]
    return " · ".join([card.name.of(lang), limit, f"{card.behaviour.of(lang)} ({known(card.behaviour_status)})", *told])


def _past(past: Past, lang: str) -> list[Part]:
    name = "web.case.demo_account" if past.typed else "web.case.demo"
    mark = f"〔{said(name).of(lang)}〕" if past.demonstration else ""
    delivered = (
        said("web.case.delivered", day=short_time(past.delivered)) if past.delivered else said("web.case.not_delivered")
    )
    rows = [
        (short_time(past.at), f"{past.party.of(lang)} · {past.move.of(lang)} {mark} {delivered.of(lang)}"),
        (past.by, past.reason),
        ("", "\n".join(each.say.of(lang) for each in past.evidence)),
        ("", said("web.case.entry", seq=past.seq, entry=_grouped(past.entry)).of(lang)),
    ]
    return [Facts([row for row in rows if row[1]])]


def _never_alone(withheld: Sequence[Both], caveats: Sequence[Both], lang: str) -> list[Part]:
    """What always stands beside a finding, in both languages."""
    parts: list[Part] = []
    if withheld:
        parts.append(Paragraph(said("web.finding.withheld").of(lang), strong=True))
        parts.append(Facts([(each.zh, each.en) for each in withheld]))
    if caveats:
        parts.append(Heading(said("web.finding.caveats").of(lang)))
        parts += [Paragraph(f"{each.zh} {each.en}") for each in caveats]
    return parts


def _list(parts: Sequence[Both], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(part.of(lang) for part in parts)


def _grouped(fingerprint: str) -> str:
    """A fingerprint in groups that an eye can compare."""
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def _styled(svg: str) -> str:
    """A picture with the styles of print inside it; addresses mean nothing on paper."""
    return re.sub(r"</?a\b[^>]*>", "", svg).replace("<title>", f"<style>{STYLE}</style><title>", 1)
