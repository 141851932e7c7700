"""One finding: what was seen, by whom first, and what can not be said."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.core.finding import Finding
from adjoin.core.region import Region
from adjoin.core.rule import Procedure
from adjoin.loop import attribute, quality_case
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.exhibits import Table, table
from adjoin.web.finding_words import place_of
from adjoin.web.lines import CaseLine, Cited, FindingLine, case_lines, cited, finding_line
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.section import limit_of
from adjoin.web.words import Both, after, moment, party_name, said, word

BARRED = {
    "own_station": "web.finding.own_station",
    "nobodys_station": "web.finding.nobodys_station",
    "data_in_case": "web.finding.data_in_case",
    "data_gone": "web.finding.data_gone_no_case",
}


@dataclass(frozen=True)
class FindingPage(Page):
    """One finding with all its exhibits and everything that always stands beside it."""

    template: ClassVar[str] = "finding.html"
    nav: ClassVar[str] = "/"

    finding: Finding = shown("the finding")
    line: FindingLine = shown("it in one line")
    verdict: Verdict = shown("what was seen, and what is not known")
    border: Both = shown("between whom it stands")
    tables: tuple[Table, ...] = shown("the exhibits, each a table and where it can be drawn a picture")
    withheld: tuple[Both, ...] = shown("why no share may be shown")
    caveats: tuple[Both, ...] = shown("what always stands beside it, in both languages")
    limit: tuple[Both, str] | None = shown("the limit of class III at that section, and its words")
    kms: dict[str, float | None] = shown("kilometres of water from each section that is shown down to this one")
    evidence: tuple[Cited, ...] = shown("what it rests on")
    cases: tuple[CaseLine, ...] = shown("the cases that answer it")
    procedures: tuple[tuple[str, Both], ...] = shown("the procedures under which a case can be opened")
    barred: Both = shown("why this side can open none; empty where it can")
    place: str = shown("where its site is shown")


def build(ws: Workspace, ask: Ask) -> FindingPage:
    """The page of the finding that was asked for."""
    finding = attribute.finding(ws, ask.subject[0])
    cases = tuple(case for case in case_lines(ws, ask.now) if case.finding == finding.id)
    line = finding_line(ws.region, finding, cases)
    attribution = finding.attribution
    barred = quality_case.barred(ws, finding)
    open_under = () if barred else quality_case.procedures(ws, finding)
    return FindingPage(
        title=said("web.finding.title", site=line.site_name, quantity=line.quantity_name),
        finding=finding,
        line=line,
        verdict=_verdict(line, finding, cases),
        border=_border(ws.region, finding),
        tables=tuple(table(ws.region, exhibit) for exhibit in finding.exhibits if exhibit.name != "numbers"),
        withheld=tuple(said(key) for key in attribution.reasons) if attribution else (),
        caveats=tuple(said(key) for key in finding.caveats),
        limit=_limit(ws, finding),
        kms=_kms(finding),
        evidence=tuple(cited(ws.region, each) for each in finding.evidence),
        cases=cases,
        procedures=tuple((name, _offered(ws.region.procedures[name])) for name in open_under),
        barred=said(BARRED[barred]) if barred else Both("", ""),
        place=place_of(ws.region, finding.site),
    )


def _offered(procedure: Procedure) -> Both:
    """What a procedure is called, and what it makes of either side."""
    here = procedure.open_moves(procedure.start, {})[0].by
    there = next(role for role in procedure.roles if role != here)
    words = {"title": procedure.name, "here": here, "there": there}
    return said("web.finding.offered", **{name: word(procedure, key) for name, key in words.items()})


def _verdict(line: FindingLine, finding: Finding, cases: tuple[CaseLine, ...]) -> Verdict:
    """What was seen, what is not known, whose turn it is; only a signal has a cause to be found."""
    turns = [case.turn for case in cases if case.outcome is None]
    turn = turns[0] if turns else cases[0].standing if cases else said("web.finding.no_case")
    state = "unknown" if line.answered else "bad"
    if not finding.kind.endswith("_signal"):
        return Verdict(state, line.told, turn if cases else Both("", ""))
    say = said(
        "web.finding.verdict",
        site=line.site_name,
        quantity=line.quantity_name,
        value=f"{line.value} {line.unit}".strip(),
        time=moment(line.time),
        water_class=said(f"web.class.{line.water_class}"),
    )
    return Verdict(state, say, after(said("web.finding.open_cause"), turn))


def _border(region: Region, finding: Finding) -> Both:
    if finding.upstream is None or finding.downstream is None:
        return said("web.section.inner", party=party_name(region, region.sites[finding.site].party))
    above, below = party_name(region, finding.upstream), party_name(region, finding.downstream)
    return said("web.section.border", above=above, below=below)


def _limit(ws: Workspace, finding: Finding) -> tuple[Both, str] | None:
    if not finding.kind.endswith("_signal"):
        return None
    limit = limit_of(ws, ws.region.sites[finding.site], finding.quantity, finding.peak.time)
    if limit is None or "III" not in limit.grades:
        return None
    value = limit.grades["III"]
    return said("web.limit", water_class=said("web.class.III"), value=value), value


def _kms(finding: Finding) -> dict[str, float | None]:
    seen = finding.exhibit("first_seen")
    rows = [dict(zip(seen.columns, row, strict=True)) for row in seen.rows] if seen else []
    kms = [(str(row["site"]), row["km_above"]) for row in rows]
    return {site: float(km) if isinstance(km, (int, float, str)) else None for site, km in kms}


ADDRESSES = (Address("/finding/{finding}", build, sheet=True),)
