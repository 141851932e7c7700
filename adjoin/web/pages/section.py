"""One river section: which class, on target, and what lies above it?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from adjoin.core.assessment import Assessment
from adjoin.core.observation import Observation
from adjoin.core.period import ZONE, Period
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Limit
from adjoin.core.site import Section, Site
from adjoin.loop import assess, scenario
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.border_shares import BorderShares, border_shares
from adjoin.web.lines import (
    CaseLine,
    Cited,
    FindingLine,
    SectionLine,
    Steps,
    case_lines,
    cited,
    finding_lines,
    section_line,
    section_lines,
)
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, moment, party_name, quantity_name, said, site_name, unit_of

_FIRST = ("TP", "NH3-N", "CODMn", "DO", "pH", "TN")  # the order in which people look at them


@dataclass(frozen=True, slots=True)
class Curve:
    """One quantity at this section: its values, and the line they are held against."""

    quantity: str
    name: Both
    unit: str
    rows: tuple[Observation, ...]
    limit: str | None
    limit_class: str | None
    clause: str
    href: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """A section above this one, and how much water lies between."""

    line: SectionLine
    km: float | None


@dataclass(frozen=True)
class SectionPage(Page):
    """One river section: what was observed, how it is judged, what lies above it."""

    template: ClassVar[str] = "section.html"
    nav: ClassVar[str] = "/sections"

    site: Site = shown("the section")
    line: SectionLine = shown("how it stands now")
    standing: Both = shown("where it stands between the two sides")
    verdict: Verdict = shown("its class now, and whether its month may be assessed")
    month: Assessment | None = shown("the verdict on the latest month, or how many days are missing for one")
    warnings: tuple[Both, ...] = shown("what has to be said beside the verdict on the month")
    evidence: tuple[Cited, ...] = shown("what the verdict on the month rests on")
    steps: Steps = shown("the class at each look")
    curves: tuple[Curve, ...] = shown("each quantity with the limit it is held against")
    upstream: tuple[Upstream, ...] = shown("sections above it on the network, the nearest first")
    on_border: bool = shown("whether water passes here from one party to another")
    matrix: str | None = shown("where unit loads are put to it; nothing where no unit lies above it on the network")
    register: str = shown("its line of the register")
    shares: tuple[BorderShares, ...] = shown("who gave what to this border, with bands; or why nobody can tell")
    findings: tuple[FindingLine, ...] = shown("findings here")
    cases: tuple[CaseLine, ...] = shown("cases here")

    @property
    def until(self) -> datetime:
        """Where the ribbon ends."""
        return self.steps[-1][0] + timedelta(hours=12)


def build(ws: Workspace, ask: Ask) -> SectionPage:
    """The page of the section that was asked for."""
    site = ws.region.site(ask.subject[0])
    lines = {line.site: line for line in section_lines(ws, ask.now)}
    if site.kind != "section":
        raise Refusal("not_a_section", met=site.name_zh)
    line = lines.get(site.id) or section_line(ws, site, ask.now)
    month = _month(ws, site, line.time, ask)
    cases = case_lines(ws, ask.now)
    return SectionPage(
        title=site_name(ws.region, site.id),
        site=site,
        line=line,
        standing=side_words(ws, Section.of(site)),
        verdict=_verdict(line, month),
        month=month,
        warnings=tuple(said(key) for key in month.warnings) if month else (),
        evidence=tuple(cited(ws.region, each) for each in month.evidence) if month else (),
        steps=line.steps,
        curves=_curves(ws, site, line),
        upstream=_upstream(ws, site, lines),
        on_border=Section.of(site).on_border,
        matrix=f"/matrix?section={site.id}" if site.id in {row.section.id for row in scenario.matrix(ws)} else None,
        register=f"/site/{site.id}",
        shares=border_shares(ws, site),
        findings=tuple(each for each in finding_lines(ws, cases) if each.site == site.id),
        cases=tuple(each for each in cases if each.site == site.id),
    )


def _month(ws: Workspace, site: Site, newest: datetime | None, ask: Ask) -> Assessment | None:
    asked = ask.query.get("period")
    if asked:
        return assess.assess(ws, site.id, Period.parse(asked[:50]))
    return assess.assess(ws, site.id, Period.parse(f"{newest.astimezone(ZONE):%Y-%m}")) if newest else None


def _verdict(line: SectionLine, month: Assessment | None) -> Verdict:
    if line.time is None:
        return Verdict("unknown", said("web.section.never"), said("web.section.never.turn", party=line.party_name))
    key = "web.section.stale" if line.stale else "web.section.now"
    decided = said("web.section.by", items=joined(list(line.decided_by))) if line.decided_by else Both("", "")
    say = said(key, time=moment(line.time), water_class=said(f"web.class.{line.water_class}"), decided=decided)
    state = "unknown" if line.stale else "bad" if line.finding or line.meets is False else "fine"
    return Verdict(state, say, _month_words(month))


def _month_words(month: Assessment | None) -> Both:
    if month is None:
        return Both("", "")
    have = {"period": month.period.text, "have": month.coverage.have, "need": month.coverage.need}
    if not month.assessed:
        return said("web.month.short", **have, of=month.coverage.of)
    target = said("web.month.target", target=said(f"web.class.{month.target}")) if month.target else Both("", "")
    return said("web.month.class", **have, water_class=said(f"web.class.{month.verdict.water_class}"), target=target)


def _curves(ws: Workspace, site: Site, line: SectionLine) -> tuple[Curve, ...]:
    region = ws.region
    first = [quantity.code for symbol in _FIRST if (quantity := region.quantities.get(symbol))]
    rest = [quantity.code for quantity in region.quantities.rows if quantity.code not in first]
    looks = assess.snapshots(ws, site.id).values()
    rows = {code: tuple(look[code] for look in looks if code in look) for code in (*first, *rest)}
    return tuple(_curve(ws, site, code, found, line) for code, found in rows.items() if found)


def _curve(ws: Workspace, site: Site, code: str, rows: tuple[Observation, ...], line: SectionLine) -> Curve:
    grade = line.target or "III"
    limit = limit_of(ws, site, code, rows[-1].time)
    return Curve(
        quantity=code,
        name=quantity_name(ws.region, code),
        unit=unit_of(ws.region, code),
        rows=rows,
        limit=limit.grades.get(grade) if limit else None,
        limit_class=grade if limit else None,
        clause=limit.clause if limit else "",
        href=f"/evidence/series/{site.id}/{code}",
    )


def limit_of(ws: Workspace, site: Site, code: str, when: datetime) -> Limit | None:
    """The limit that a quantity is held against at a section on a day."""
    body, on = Section.of(site).water_body, when.astimezone(ZONE).date()
    found = (standard.limit(code, body, on) for standard in ws.region.standards.values())
    return next((limit for limit in found if limit is not None and limit.evaluated), None)


def _upstream(ws: Workspace, site: Site, lines: dict[str, SectionLine]) -> tuple[Upstream, ...]:
    network = ws.region.network
    above = [
        Upstream(lines[other.id], km)
        for other in ws.region.sections
        if other.id != site.id and other.id in lines and (km := network.between(other.place, site.place)) is not None
    ]
    return tuple(sorted(above, key=lambda each: each.km or 0))[:12]


def side_words(ws: Workspace, section: Section) -> Both:
    """Where the section stands between the two sides."""
    if not section.on_border:
        return said("web.section.inner", party=party_name(ws.region, section.site.party))
    above, below = party_name(ws.region, section.upstream), party_name(ws.region, section.downstream)
    return said("web.section.border", above=above, below=below)


ADDRESSES = (Address("/section/{section}", build, asks=("period",), sheet=True),)
