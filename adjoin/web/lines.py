"""Lines that several pages list: a section, a finding, a case.

A page asks the stages and arranges what they say; it computes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from adjoin.core.assessment import CLASSES
from adjoin.core.evidence import Evidence
from adjoin.core.finding import Finding
from adjoin.core.region import Region
from adjoin.core.site import Site
from adjoin.joint.case import Case, Deadline
from adjoin.loop import assess, attribute, hand_over
from adjoin.loop.workspace import Workspace
from adjoin.web.finding_words import kind_of, subject_of, told
from adjoin.web.words import (
    Both,
    clause_words,
    evidence_href,
    joined,
    party_name,
    quantity_name,
    said,
    short_time,
    site_name,
    unit_of,
    word,
)

Steps = tuple[tuple[datetime, str | None], ...]


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section and how it stands now."""

    site: str
    name: Both
    river: Both
    party: str
    party_name: Both
    border: bool
    water_class: str | None
    worst: str | None  # of the looks that the ribbon shows
    decided_by: tuple[Both, ...]
    time: datetime | None
    stale: bool
    target: str | None
    meets: bool | None
    finding: str | None
    href: str
    steps: Steps = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cited:
    """A thing that a result or a move rests on, with where to look at it."""

    say: Both
    kind: str
    ref: str
    href: str | None
    fingerprint: str
    status: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case: what it is about, whose turn it is, and until when."""

    id: str
    site: str
    site_name: Both
    quantity: str
    quantity_name: Both
    procedure: str
    procedure_name: Both
    finding: str | None
    outcome: str | None
    standing: Both  # the outcome, or the state of either side
    waits_for: tuple[str, ...]  # parties that have a move open
    turn: Both
    mine: bool
    due: date | datetime | None
    overdue: bool
    drill: bool  # opened as an exercise
    href: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding: where, what, how much, since when; and the cases that answer it."""

    id: str
    site: str
    site_name: Both
    quantity: str
    quantity_name: Both
    value: str
    unit: str
    time: datetime
    since: datetime
    until: datetime
    water_class: str
    say: Both
    told: Both  # what was seen, in one sentence
    cases: tuple[str, ...]
    answered: bool  # a case of it has come to its end
    href: str


def section_lines(ws: Workspace, now: datetime) -> tuple[SectionLine, ...]:
    """Every section as it stands now, river by river in the order of the bundle."""
    signals = {finding.site: finding.id for finding in reversed(attribute.signals(ws))}
    return tuple(_section(ws, each, signals.get(each.site.id)) for each in assess.now(ws, now=now))


def section_line(ws: Workspace, site: Site, now: datetime) -> SectionLine:
    """One section as it stands now, also one that no station watches."""
    return _section(ws, assess.at(ws, site, now=now), None)


def case_lines(ws: Workspace, now: datetime) -> tuple[CaseLine, ...]:
    """Every case; those that wait for this side first, then those that wait for the other, then the ended ones."""
    lines = [case_line(ws, case) for case in hand_over.cases(ws, now=now)]
    return tuple(sorted(lines, key=lambda line: (line.outcome is not None, not line.mine, _ends(line.due), line.id)))


def finding_lines(ws: Workspace, cases: Iterable[CaseLine]) -> tuple[FindingLine, ...]:
    """Every finding, the newest first, with the cases that answer it."""
    by_finding: dict[str, list[CaseLine]] = defaultdict(list)
    for case in cases:
        if case.finding:
            by_finding[case.finding].append(case)
    return tuple(finding_line(ws.region, each, by_finding[each.id]) for each in attribute.findings(ws))


def case_line(ws: Workspace, case: Case) -> CaseLine:
    """One case as a line."""
    region = ws.region
    waits_for = tuple(dict.fromkeys(case.roles[move.by] for move in case.open))
    clock = next_clock(case.deadlines)
    return CaseLine(
        id=case.id,
        site=case.site,
        site_name=site_name(region, case.site),
        quantity=case.quantity,
        quantity_name=quantity_name(region, case.quantity) if case.quantity else said("web.coverage.whole_station"),
        procedure=case.procedure.name,
        procedure_name=word(case.procedure, case.procedure.name),
        finding=case.finding,
        outcome=case.outcome,
        standing=_standing(region, case),
        waits_for=waits_for,
        turn=turn_of(region, case),
        mine=ws.party in waits_for,
        due=clock.due if clock else None,
        overdue=any(each.overdue for each in case.deadlines),
        drill=case.drill,
        href=f"/case/{case.id}",
    )


def finding_line(region: Region, finding: Finding, cases: Sequence[CaseLine]) -> FindingLine:
    """One finding as a line."""
    return FindingLine(
        id=finding.id,
        site=finding.site,
        site_name=site_name(region, finding.site),
        quantity=finding.quantity,
        quantity_name=subject_of(region, finding),
        value=finding.peak.value or "—",
        unit=unit_of(region, finding.peak.quantity),
        time=finding.peak.time,
        since=finding.since,
        until=finding.until,
        water_class=finding.water_class,
        say=kind_of(finding),
        told=told(region, finding),
        cases=tuple(case.id for case in cases),
        answered=any(case.outcome is not None for case in cases) and all(case.outcome is not None for case in cases),
        href=f"/finding/{finding.id}",
    )


def turn_of(region: Region, case: Case) -> Both:
    """Whose turn it is and what stands open to them; or how the case ended."""
    if case.outcome is not None:
        return word(case.procedure, case.outcome)
    by_party: Mapping[str, list[Both]] = defaultdict(list)
    for move in case.open:
        by_party[case.roles[move.by]].append(word(case.procedure, move.name))
    parts = [
        said("web.turn.party", party=party_name(region, party), moves=joined(moves))
        for party, moves in by_party.items()
    ]
    return Both("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _ends(due: date | datetime | None) -> str:
    """Until when, so that it can be sorted; a day counts to its end, what has no end comes last."""
    if due is None:
        return "9"
    return due.isoformat() if isinstance(due, datetime) else f"{due.isoformat()}T24"


def next_clock(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The clock that ends first."""
    running = [each for each in deadlines if each.due is not None]
    return min(running, key=lambda each: _ends(each.due), default=None)


def cited(region: Region, given: Evidence) -> Cited:
    """One piece of evidence in words that a person reads, with its address."""
    said_there = Both(given.say_zh, given.say_en)
    say = said_there if given.say_zh else _evidence_words(region, given)
    return Cited(say, given.kind, given.ref, evidence_href(given), given.fingerprint, given.status)


def _evidence_words(region: Region, given: Evidence) -> Both:
    place, _, span = given.ref.partition("?period=")
    site, _, quantity = place.partition("/")
    since, _, until = span.partition("/")
    if given.kind == "series" and until:
        ends = {name: short_time(datetime.fromisoformat(each)) for name, each in (("since", since), ("until", until))}
        return said(
            "web.evidence.series", site=site_name(region, site), quantity=quantity_name(region, quantity), **ends
        )
    if given.kind == "clause":
        standard, _, clause = given.ref.partition("#")
        return clause_words(f"{standard}, {clause}" if clause else standard)
    if given.kind in {"code", "parameter"}:
        return said(f"web.evidence.{given.kind}", ref=given.ref)
    return Both(given.ref, given.ref)


def _standing(region: Region, case: Case) -> Both:
    if case.outcome is not None:
        return word(case.procedure, case.outcome)
    parts = [
        said("web.standing", party=party_name(region, party), state=word(case.procedure, case.state[role]))
        for role, party in case.roles.items()
    ]
    return Both("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _worst(steps: Steps) -> str | None:
    known = [CLASSES.index(water_class) for _, water_class in steps if water_class]
    return CLASSES[max(known)] if known else None


def _section(ws: Workspace, now: assess.SectionNow, finding: str | None) -> SectionLine:
    steps = assess.ribbon(ws, now.site.id)
    region, site, section, verdict = ws.region, now.site, now.section, now.verdict
    return SectionLine(
        site=site.id,
        name=site_name(region, site.id),
        river=Both(section.river_zh, section.river_en),
        party=site.party,
        party_name=party_name(region, site.party),
        border=section.on_border,
        water_class=verdict.water_class,
        worst=_worst(steps),
        decided_by=tuple(quantity_name(region, code) for code in verdict.decided_by),
        time=now.time,
        stale=now.stale,
        target=section.target,
        meets=now.meets,
        finding=finding,
        href=f"/section/{site.id}",
        steps=steps,
    )
