"""Assess: what the readings say by the standard, now and over a period."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from adjoin.core.assessment import Assessment, Coverage, Verdict
from adjoin.core.entry import fingerprint
from adjoin.core.evidence import Evidence
from adjoin.core.observation import Observation, Series
from adjoin.core.period import Period
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.rule import Standard
from adjoin.core.site import Section, Site
from adjoin.formats import hj212_tables, rules
from adjoin.loop.workspace import Workspace
from adjoin.water import quality

Snapshots = Mapping[datetime, Mapping[str, Observation]]  # what was reported at each time, by quantity
SHORTEST_MONTH = 28  # days
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SectionNow:
    """The newest reading of a section, judged as a real-time signal."""

    site: Site
    section: Section
    observations: Mapping[str, Observation]  # by quantity, of the newest time
    verdict: Verdict
    time: datetime | None
    stale: bool

    @property
    def meets(self) -> bool | None:
        """Whether the signal keeps the target; nothing where there is no target or no reading."""
        return self.verdict.meets_target


def standard(workspace: Workspace) -> Standard:
    """The standard that sections are judged by."""
    return workspace.region.standards[workspace.region.parameter("water_standard")]


def now(workspace: Workspace, *, now: datetime) -> tuple[SectionNow, ...]:
    """Every automatic section with its newest reading, in the order of the bundle."""
    limit = now - timedelta(hours=float(workspace.region.parameter("stale_hours")))
    sections = [site for site in workspace.region.sections if site.attributes.get("auto")]
    return tuple(_section_now(workspace, site, limit) for site in sections)


def at(workspace: Workspace, site: Site, *, now: datetime) -> SectionNow:
    """One section with its newest reading, also where no station stands."""
    limit = now - timedelta(hours=float(workspace.region.parameter("stale_hours")))
    return _section_now(workspace, site, limit)


def series(
    workspace: Workspace, site: str, quantity: str, period: Period | None = None, as_known: datetime | None = None
) -> Series:
    """The values of one quantity at one site."""
    place, asked = workspace.region.site(site).id, workspace.region.quantities.find(quantity)
    return Series.of(place, asked.code, asked.unit, workspace.observed.read(place, asked.code, period, as_known))


def snapshots(workspace: Workspace, site: str) -> Snapshots:
    """What a site reported at each time, in the order of time."""
    return workspace.computed("snapshots", lambda: _snapshots(workspace)).get(site, {})


def ribbon(workspace: Workspace, site: str) -> tuple[tuple[datetime, str | None], ...]:
    """The real-time class of a site at each time."""
    return tuple((time, verdict.water_class) for time, verdict in verdicts(workspace, site))


def verdicts(workspace: Workspace, site: str) -> tuple[tuple[datetime, Verdict], ...]:
    """The real-time verdict of a site at each time."""

    def judged() -> tuple[tuple[datetime, Verdict], ...]:
        section = Section.of(workspace.region.site(site))
        at = snapshots(workspace, site).items()
        found = ((time, _judged(workspace, section, _printed(rows), "realtime", time.date())) for time, rows in at)
        return tuple((time, verdict) for time, verdict in found if verdict.items)  # a gauge alone has no class

    return workspace.computed(("verdicts", site), judged)


def assess(workspace: Workspace, site: str, period: Period) -> Assessment:
    """The class of a section over a period: a signal for less than a day, else by means where enough was observed."""
    place = workspace.region.site(site)
    if place.kind != "section":
        raise Refusal("not_a_section", met=place.name_zh, kind=place.kind)
    section, on = Section.of(place), period.since.date()
    rows = {time: at for time, at in snapshots(workspace, place.id).items() if time in period}

    stage = "realtime" if period.until - period.since < _DAY else "assessment"
    values, coverage = _newest_of(rows) if stage == "realtime" else _means(rows, period, workspace.region)
    judged = values if coverage.enough else {}
    verdict = _judged(workspace, section, judged, stage, on)
    if period.days < SHORTEST_MONTH:
        verdict = replace(verdict, meets_target=None)  # means of a month decide; less is held against no target

    evidence = (*_readings(rows, period), *_clauses(standard(workspace), section, verdict, on))
    warnings = _warnings(stage, coverage)
    return Assessment(place.id, period, stage, verdict, section.target, coverage, judged, evidence, warnings)


def evidence_of(rows: Sequence[Observation], period: Period | None = None) -> Evidence:
    """The evidence that one series is: where to look, and a fingerprint of its values."""
    first = rows[0]
    span = period.text if period else f"{rows[0].time.isoformat()}/{(rows[-1].time + timedelta(seconds=1)).isoformat()}"
    values = [[row.time.isoformat(), row.value, row.origin, row.flag] for row in rows]
    return Evidence("series", f"{first.site}/{first.quantity}?period={span}", fingerprint=fingerprint(values))


def _section_now(workspace: Workspace, site: Site, limit: datetime) -> SectionNow:
    section, known = Section.of(site), verdicts(workspace, site.id)
    if not known:
        nothing = _judged(workspace, section, {}, "realtime", limit.date())
        return SectionNow(site, section, {}, nothing, None, stale=True)
    time, verdict = known[-1]
    return SectionNow(site, section, snapshots(workspace, site.id)[time], verdict, time, stale=time <= limit)


def _snapshots(workspace: Workspace) -> dict[str, dict[datetime, dict[str, Observation]]]:
    """Every site's reports of the bundle's look-back, up to the newest reading there is."""
    span = workspace.observed.span()
    if span is None:
        return {}
    back = timedelta(days=int(workspace.region.parameter("look_back_days")))
    period = Period(max(span[0], span[1] - back), span[1] + timedelta(seconds=1), "")
    found: dict[str, dict[datetime, dict[str, Observation]]] = defaultdict(lambda: defaultdict(dict))
    aside = hj212_tables.not_judged()
    for row in sorted(workspace.observed.read(period=period), key=lambda row: row.time):
        if row.value is not None and row.flag not in aside:
            found[row.site][row.time].setdefault(row.quantity, row)
    return {site: dict(times) for site, times in found.items()}


def _judged(workspace: Workspace, section: Section, values: Mapping[str, str], stage: str, on: date) -> Verdict:
    return quality.classify(
        values,
        standard=standard(workspace),
        water_body=section.water_body,
        stage=stage,
        target=section.target,
        quantities=workspace.region.quantities,
        on=on,
        evaluation=rules.evaluation(),
    )


def _printed(rows: Mapping[str, Observation]) -> dict[str, str]:
    return {code: row.value for code, row in rows.items() if row.value is not None}


def _newest_of(rows: Snapshots) -> tuple[dict[str, str], Coverage]:
    newest = rows[max(rows)] if rows else {}
    return _printed(newest), Coverage(have=int(bool(newest)), need=1, of=1, unit="readings", status="std")


def _means(rows: Snapshots, period: Period, region: Region) -> tuple[dict[str, str], Coverage]:
    """Means of the days of a month, of the months of a longer period; a reported month mean stands for its month."""
    months: dict[date, dict[date, list[Mapping[str, Observation]]]] = defaultdict(lambda: defaultdict(list))
    for time, at in rows.items():
        months[time.date().replace(day=1)][time.date()].append(at)
    if period.days <= 31:  # a day or a month
        days = months[period.since.date().replace(day=1)]
        return _mean_of_days(days), _days_covered(days, period, region)
    enough = [_mean_of_days(days) for first, days in months.items() if _month(first, days, region).enough]
    of, need = (3, "quarter_min_months") if period.days < 100 else (12, "year_min_months")
    least, status = _least(region, need)
    return _mean(enough), Coverage(len(enough), least, of, "months", status)


def _month(first: date, days: Mapping[date, list[Mapping[str, Observation]]], region: Region) -> Coverage:
    return _days_covered(days, Period.parse(first.isoformat()[:7]), region)


def _days_covered(days: Mapping[date, list[Mapping[str, Observation]]], period: Period, region: Region) -> Coverage:
    if any(row.method == "month-mean" for at in days.values() for rows in at for row in rows.values()):
        return Coverage(period.days, period.days, period.days, "days", "std")
    least, status = _least(region, "month_min_days") if period.days > 1 else (1, "derived")
    return Coverage(len(days), least, period.days, "days", status)


def _mean_of_days(days: Mapping[date, list[Mapping[str, Observation]]]) -> dict[str, str]:
    reported = [
        _printed(rows) for at in days.values() for rows in at if any(r.method == "month-mean" for r in rows.values())
    ]
    return _mean(reported or [_mean([_printed(rows) for rows in at]) for at in days.values()])


def _mean(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    values: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for code, value in row.items():
            values[code].append(value)
    means = {code: quality.mean_of(printed, code, rules.evaluation()) for code, printed in values.items()}
    return {code: mean for code, mean in means.items() if mean is not None}


def _least(region: Region, name: str) -> tuple[int, str]:
    return int(region.parameter(name)), str(region.parameters[name]["status"])


def _readings(rows: Snapshots, period: Period) -> tuple[Evidence, ...]:
    by_quantity: dict[str, list[Observation]] = defaultdict(list)
    for at in rows.values():
        for code, row in at.items():
            by_quantity[code].append(row)
    return tuple(evidence_of(each, period) for _, each in sorted(by_quantity.items()))


def _clauses(standard: Standard, section: Section, verdict: Verdict, on: date) -> tuple[Evidence, ...]:
    limits = [standard.limit(code, section.water_body, on) for code in verdict.decided_by]
    return tuple(
        Evidence("clause", f"{standard.name}#{limit.clause}", status=limit.status) for limit in limits if limit
    )


def _warnings(stage: str, coverage: Coverage) -> tuple[str, ...]:
    if stage == "realtime":
        return ("caveat.realtime_signal",)
    return ("warning.memory_minimum",) if coverage.status == "memory" else ()
