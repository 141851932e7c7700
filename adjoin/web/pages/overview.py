"""The border today: is anything wrong now, and whose turn is it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from adjoin.loop import account, observe
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.draw import shade
from adjoin.web.geography import MapView, map_view
from adjoin.web.lines import CaseLine, FindingLine, SectionLine, case_lines, finding_lines, section_lines
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, after, day, joined, moment, name_of, party_name, said, short_time

NAMED = 3  # places that the headline names
WHERE = {
    "station.measure": "/data",
    "station.assess": "/sections",
    "station.attribute": "/#findings",
    "station.decide": "/cases",
    "station.hand_over": "/cases",
    "station.mend": "/cases",
    "station.verify": "/cases",
    "station.account": "/cases#ended",
}


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the loop with one number."""

    name: Both
    number: int
    of: int | None  # of how many
    say: Both
    href: str


@dataclass(frozen=True)
class OverviewPage(Page):
    """The border today."""

    template: ClassVar[str] = "overview.html"
    nav: ClassVar[str] = "/"

    verdict: Verdict = shown("is anything wrong now, and whose turn is it")
    newest: datetime | None = shown("time of the newest reading")
    office: Both = shown("who answers when nothing comes in")
    sample: tuple[date, date] | None = shown("days of the published sample, where nothing else ever came in")
    stations: tuple[Station, ...] = shown("the eight stations of the loop, one number each")
    cases: tuple[CaseLine, ...] = shown("cases: those that wait for this side first")
    findings: tuple[FindingLine, ...] = shown("findings, the newest first")
    sections: tuple[SectionLine, ...] = shown("every section as it stands now: the table twin of the map")
    map: MapView = shown("what the map shows")

    @property
    def border(self) -> tuple[SectionLine, ...]:
        """The sections where water passes from one side to the other, the worst first."""
        lines = [line for line in self.sections if line.border]
        return tuple(sorted(lines, key=lambda line: -shade(line.water_class)))

    @property
    def empty(self) -> bool:
        """Whether nothing was ever received here."""
        return self.newest is None


def build(ws: Workspace, ask: Ask) -> OverviewPage:
    """The page as it stands now."""
    cases = case_lines(ws, ask.now)
    findings = finding_lines(ws, cases)
    sections = section_lines(ws, ask.now)
    newest, sample = observe.newest(ws), observe.sample(ws)
    return OverviewPage(
        title=said("web.overview"),
        verdict=_verdict(ws, cases, findings, sections, newest),
        sample=sample,
        newest=newest,
        office=_office(ws),
        stations=_stations(ws, ask),
        cases=cases,
        findings=findings,
        sections=sections,
        map=map_view(ws, sections),
    )


def _verdict(
    ws: Workspace,
    cases: Sequence[CaseLine],
    findings: Sequence[FindingLine],
    sections: Sequence[SectionLine],
    newest: datetime | None,
) -> Verdict:
    office = _office(ws)
    if urgent := [case for case in cases if case.outcome is None and isinstance(case.due, datetime)]:
        return _urgent(urgent)
    if newest is None:
        return Verdict("unknown", said("web.verdict.nothing"), said("web.turn.office", office=office))
    silent = bool(sections) and all(line.stale for line in sections if line.time)
    since = _since(ws, newest) if silent else Both("", "")
    waiting = [finding for finding in findings if not finding.answered]
    if waiting:
        names = list(dict.fromkeys(finding.site_name for finding in waiting))
        key = "web.verdict.open.more" if len(names) > NAMED else "web.verdict.open"
        say = said(key, sites=joined(names[:NAMED]), places=len(names), count=len(waiting))
        return Verdict("bad", say, after(_turn(ws, cases), since))
    if silent:
        told = since if observe.sample(ws) else Both("", "")
        return Verdict("unknown", said("web.verdict.unknown", time=moment(newest)), after(_turn(ws, cases), told))
    return Verdict("fine", said("web.verdict.fine", time=moment(newest)), _turn(ws, cases))


def _since(ws: Workspace, newest: datetime) -> Both:
    """That nothing came in for long and whose turn that is; or that only the published sample ever did."""
    if sample := observe.sample(ws):
        return said("web.verdict.sample", since=day(sample[0]), until=day(sample[1]))
    return said("web.verdict.silent", time=moment(newest), office=_office(ws))


def _urgent(cases: Sequence[CaseLine]) -> Verdict:
    """What has hours, not days, comes before everything else; what ends first is told."""
    first = min(cases, key=lambda case: str(case.due))
    facts = {"case": first.id, "procedure": first.procedure_name, "site": first.site_name}
    say = said("web.verdict.drill" if first.drill else "web.verdict.urgent", **facts)
    others = said("web.verdict.urgent.others", count=len(cases) - 1) if len(cases) > 1 else Both("", "")
    turn = said("web.verdict.urgent.turn", turn=first.turn, time=short_time(first.due))
    return Verdict("bad", say, after(turn, others))


def _office(ws: Workspace) -> Both:
    names = (name_of(office) for office in ws.region.offices if office.party == ws.party)
    return next(names, said("web.no_office"))


def _turn(ws: Workspace, cases: Sequence[CaseLine]) -> Both:
    open_cases = [case for case in cases if case.outcome is None]
    if not open_cases:
        return said("web.turn.nobody")
    sides = [ws.party, ws.other]
    counts = {side: sum(side in case.waits_for for case in open_cases) for side in sides}
    parts = [
        said("web.turn.count", party=party_name(ws.region, side), count=count)
        for side, count in counts.items()
        if count
    ]
    return said("web.turn.now", parts=joined(parts)) if parts else said("web.turn.nobody")


def _stations(ws: Workspace, ask: Ask) -> tuple[Station, ...]:
    return tuple(
        Station(said(f"web.{each.name}"), each.number, each.of, said(f"web.{each.name}.say"), WHERE[each.name])
        for each in account.stations(ws, now=ask.now)
    )


ADDRESSES = (Address("/overview", build, sheet=True),)
