"""Attribute: what stands behind a signal, as far as observations go; and no share where nobody can tell one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version as installed

from adjoin.core.entry import fingerprint
from adjoin.core.evidence import Evidence
from adjoin.core.finding import Attribution, Cell, Exhibit, Finding
from adjoin.core.network import Reach
from adjoin.core.observation import Observation, Series
from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.core.region import Border, Region
from adjoin.core.site import Section, Site
from adjoin.core.units import evaluated
from adjoin.loop import answers, assess, compare, quality_case, shares
from adjoin.loop.workspace import Workspace
from adjoin.water import detect
from adjoin.water.signals import Episode, episodes

OXYGEN = "w01009"
PHOSPHORUS = "w21011"
KM_H_OF_M_S = 3.6


@dataclass(frozen=True)
class _View:
    """What a border looks at: the readings of each site above and below it, on one clock."""

    workspace: Workspace
    border: Border
    zero: datetime
    series: dict[str, Series]

    @property
    def region(self) -> Region:
        return self.workspace.region

    def points(self, site: str) -> list[tuple[float, float]]:
        return self.series[site].points(self.zero)

    def time(self, hours: float) -> str:
        return (self.zero + timedelta(hours=hours)).isoformat(timespec="minutes")

    def km_above(self, site: str) -> float | None:
        """Kilometres of water from a site down to the border; negative below it; nothing where one is unknown."""
        at, border = (self.region.network.to_outlet(self.region.sites[name].place) for name in (site, self.border.site))
        return None if at is None or border is None else at - border

    def printed(self, site: str, hours: float) -> str | None:
        """The value that was read at a moment, as printed."""
        when = self.zero + timedelta(hours=hours)
        return next((row.value for row in self.series[site] if abs((row.time - when).total_seconds()) < 1), None)


def findings(workspace: Workspace) -> tuple[Finding, ...]:
    """What both sides have to look at, newest first: the signals of all sections, and each water under two aims."""
    return workspace.computed("findings", lambda: _newest_first([*signals(workspace), *compare.findings(workspace)]))


def signals(workspace: Workspace) -> tuple[Finding, ...]:
    """The signals of all sections, newest first; each with what was observed around it."""
    return workspace.computed("signals", lambda: _signals(workspace))


def finding(workspace: Workspace, name: str) -> Finding:
    """The finding of this name: of those above, about data, or what somebody raised from a kept answer."""
    known_ones = (*findings(workspace), *answers.findings(workspace))
    found = next((each for each in known_ones if each.id == name), None) or quality_case.finding(workspace, name)
    if found is None:
        known = ", ".join(each.id for each in findings(workspace)) or "-"
        raise Refusal("unknown_finding", met=name, expected=known)
    return found


def withheld(workspace: Workspace, border: Border) -> tuple[str, ...]:
    """Why no share of what crosses a border is shown, as keys without their `reason.`; empty where shares may be.

    The reasons of the loads, that of a quantity that does not mix, and those of a finding there: what a finding
    withholds is not shown beside it.
    """
    found = [
        reason.removeprefix("reason.")
        for each in signals(workspace)
        if (each.site, each.quantity) == (border.site, border.quantity) and each.attribution
        for reason in each.attribution.reasons
    ]
    return tuple(dict.fromkeys((*_own_reasons(workspace, border), *found)))


def _newest_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda each: (-each.since.timestamp(), -int(each.kind == "border_signal"))))


def _signals(workspace: Workspace) -> tuple[Finding, ...]:
    region = workspace.region
    worse_than, gap = region.parameter("signal_worse_than"), float(region.parameter("episode_gap_hours"))
    found = [
        _finding(workspace, site, episode)
        for site in region.sections
        for episode in episodes(assess.verdicts(workspace, site.id), worse_than=worse_than, gap=timedelta(hours=gap))
    ]
    return _newest_first(found)


def _finding(workspace: Workspace, site: Site, episode: Episode) -> Finding:
    section, region = Section.of(site), workspace.region
    quantity = region.quantities.find(episode.quantity)
    peak = _peak(workspace, site, episode)
    border = region.border(site.id, quantity.code)
    view = _view(workspace, border or _alone(site, quantity.code, region))
    classes = dict(assess.verdicts(workspace, site.id))
    attribution = _attribution(view, border)
    return Finding(
        id=f"F-{site.id}-{quantity.code}-{episode.since:%Y%m%d}",
        kind=_kind(section, region),
        site=site.id,
        quantity=quantity.code,
        upstream=section.upstream,
        downstream=section.downstream,
        since=episode.since,
        until=episode.until,
        peak=peak,
        water_class=classes[peak.time].items[quantity.code],
        target=section.target,
        exhibits=_exhibits(view, border, attribution),
        attribution=attribution,
        caveats=_caveats(quantity.code),
        evidence=_evidence(view, section),
    )


def _kind(section: Section, region: Region) -> str:
    """At the border between the two sides, at a border with somebody else, or within one party."""
    if not section.on_border:
        return "inner_signal"
    return "border_signal" if {section.upstream, section.downstream} == set(region.sides) else "outside_signal"


def _alone(site: Site, quantity: str, region: Region) -> Border:
    """How a section is looked at that the bundle names no border for: by itself, against the limit of class III."""
    limit = next((each for each in _limits(region, site, quantity)), "0")
    return Border(site.id, quantity, (), (site.id,), (), (0.5, 3.0), 84, 24, limit, limit, conservative=False)


def _limits(region: Region, site: Site, quantity: str) -> Iterable[str]:
    standard = region.standards[region.parameter("water_standard")]
    limit = standard.limit(quantity, Section.of(site).water_body, standard.limits[0].since)
    return [] if limit is None else [limit.grades["III"]]


def _peak(workspace: Workspace, site: Site, episode: Episode) -> Observation:
    rows = assess.snapshots(workspace, site.id)
    at = [rows[time][episode.quantity] for time in episode.times]
    worst = min if episode.quantity == OXYGEN else max
    return worst(at, key=lambda row: evaluated(row.value or "0"))


def _view(workspace: Workspace, border: Border) -> _View:
    sites = dict.fromkeys((*border.inflows, border.site, *border.compare, *border.also))
    series = {site: _recent(workspace, site, border.quantity) for site in sites}
    first = min((row.time for each in series.values() for row in each), default=parse_time("2000-01-01"))
    return _View(workspace, border, first.replace(hour=0, minute=0, second=0), series)


def _recent(workspace: Workspace, site: str, quantity: str) -> Series:
    asked = workspace.region.quantities.find(quantity)
    rows = [at[asked.code] for at in assess.snapshots(workspace, site).values() if asked.code in at]
    return Series.of(site, asked.code, asked.unit, rows)


def _exhibits(view: _View, border: Border | None, attribution: Attribution | None) -> tuple[Exhibit, ...]:
    made = [_series(view), _first_seen(view)] if border else [_series(view)]
    if border and border.conservative:
        made += [_hull(view, "hull", border.max_gap_h), _hull(view, "hull_strict", border.strict_gap_h), _dose(view)]
    if border and border.inflows:
        made.append(_reaches(view))
    if border and attribution is None:
        made += filter(None, [shares.exhibit(shares.shares(view.workspace, border))])
    if view.border.quantity == OXYGEN:
        made.append(_night_minimum(view))
    return tuple(made)


def _series(view: _View) -> Exhibit:
    sites = [site for site, each in view.series.items() if each.rows]
    times = sorted({row.time for site in sites for row in view.series[site]})
    at = {(row.site, row.time): row.value for site in sites for row in view.series[site]}
    rows = tuple((time.isoformat(timespec="minutes"), *(at.get((site, time)) for site in sites)) for time in times)
    return Exhibit("series", ("time", *(f"site:{site}" for site in sites)), rows, ("note.gaps",), "series")


def _first_seen(view: _View) -> Exhibit:
    """Who saw it first: the bracket of each section, down the water, and how it stands to the border's bracket."""
    threshold, falling = float(view.border.threshold), view.border.quantity == OXYGEN
    seen = [
        detect.Seen(site, detect.first_seen(view.points(site), threshold, falling=falling), view.km_above(site))
        for site, each in view.series.items()
        if each.rows
    ]
    border = next((each.bracket for each in seen if each.site == view.border.site), None)
    order = detect.order(seen)
    never = [each for each in seen if each.bracket is None]
    rows = [_seen_row(view, each, border) for each in (*order.sites, *order.unordered, *never)]
    columns = ("site", "party", "km_above", "bracket_after", "bracket_until", "value", "relation")
    return Exhibit("first_seen", columns, tuple(rows), ("note.first_seen", "note.no_speed"), "brackets")


def _seen_row(view: _View, each: detect.Seen, border: detect.Bracket | None) -> tuple[Cell, ...]:
    party = view.region.sites[each.site].party
    km = None if each.km is None else round(each.km, 1)
    if each.bracket is None:
        return (each.site, party, km, None, None, None, "never")
    after, until = each.bracket.after_h, each.bracket.until_h
    times = (None if after is None else view.time(after), view.time(until))
    relation = "border" if each.site == view.border.site else _relation(each, border)
    return (each.site, party, km, *times, view.printed(each.site, until), relation)


def _relation(each: detect.Seen, border: detect.Bracket | None) -> str:
    """How a section's bracket stands to the border's; a section of unknown kilometre is never ordered."""
    if each.km is None:
        return "unknown_km"
    if each.bracket is None or border is None:
        return "not_established"
    if each.bracket.already:
        return "already"
    if each.bracket.before(border):
        return "before_border"
    return "after_border" if border.before(each.bracket) else "not_established"


def hull_rows(view: _View, max_gap_h: float) -> tuple[detect.HullRow, ...]:
    """Whether each value at the border can be a mixture of the observed inflows."""
    slow, fast = view.border.speeds_m_s
    inflows = {}
    for site in view.border.inflows:
        km = view.km_above(site) or 0.0
        inflows[site] = detect.Inflow(view.points(site), (km / (fast * KM_H_OF_M_S), km / (slow * KM_H_OF_M_S)))
    return detect.hull(view.points(view.border.site), inflows, max_gap_h)


def _hull(view: _View, name: str, max_gap_h: float) -> Exhibit:
    rows = tuple(
        (
            view.time(row.time_h),
            view.printed(view.border.site, row.time_h),
            _three(row.low),
            _three(row.high),
            row.verdict,
            row.not_covered,
        )
        for row in hull_rows(view, max_gap_h)
    )
    columns = ("time", "value", "low", "high", "verdict", "not_covered")
    return Exhibit(name, columns, rows, ("note.hull", f"note.{name}"), "hull")


def _dose(view: _View) -> Exhibit:
    base, since = float(view.border.base), view.border.since
    start = (parse_time(since) - view.zero).total_seconds() / 3600 if since else None
    rows = []
    for site in view.border.compare:
        points = view.points(site)
        part = None if start is None else [point for point in points if point[0] >= start]
        rows.append((site, _one(detect.dose(points, base)), None if part is None else _one(detect.dose(part, base))))
    return Exhibit("dose", ("site", "dose_all", "dose_since"), tuple(rows), ("note.dose",), "bars")


def _reaches(view: _View) -> Exhibit:
    """Which side holds which reach between the highest inflow on the border's own river and the border."""
    border = view.region.sites[view.border.site]
    upper = [view.region.sites[site] for site in view.border.inflows]
    top = max(
        (site for site in upper if site.place.river == border.place.river),
        key=lambda site: view.km_above(site.id) or 0.0,
        default=upper[0],
    )
    path = view.region.network.path(top.place, border.place)
    rows = tuple(_run(run, top, border) for run in _held(path))
    columns = ("river", "km_from", "km_to", "holder_party", "left_party", "right_party", "confidence")
    return Exhibit("reaches", columns, rows, ("note.reaches",), "")


def _held(path: Sequence[Reach]) -> list[list[Reach]]:
    runs: list[list[Reach]] = []
    for reach in path:
        if runs and _holding(runs[-1][-1]) == _holding(reach):
            runs[-1].append(reach)
        else:
            runs.append([reach])
    return runs


def _holding(reach: Reach) -> tuple[str | None, str | None, str | None]:
    return (reach.party, reach.left, reach.right)


def _run(run: Sequence[Reach], top: Site, border: Site) -> tuple[Cell, ...]:
    first, last = run[0], run[-1]
    start = top.place.km if first.id == top.place.reach else first.km_up
    end = border.place.km if last.id == border.place.reach else last.km_down
    return (first.name_zh, start, end, first.party, first.left, first.right, first.border_confidence or "-")


def _night_minimum(view: _View) -> Exhibit:
    since, until = (int(hour) for hour in view.region.parameters_of("night_hours"))
    rows: list[tuple[Cell, ...]] = []
    for site, each in view.series.items():
        lowest = detect.night_minimum(
            ((row.time, float(evaluated(row.value or "0"))) for row in each.measured), since=since, until=until
        )
        if lowest is not None:
            printed = next(row.value for row in each.measured if row.time == lowest.time)
            word = "night_minimum" if lowest.at_night else "day_minimum"
            rows.append((site, lowest.time.isoformat(timespec="minutes"), printed, word))
    return Exhibit("night_minimum", ("site", "time", "value", "minimum"), tuple(rows), ("note.night_minimum",), "")


def _attribution(view: _View, border: Border | None) -> Attribution | None:
    """Why no share is shown; nothing where shares may be shown."""
    if border is None:
        return Attribution("not_for_attribution", ("reason.no_discharge", "reason.not_looked_at"))
    reasons = list(_own_reasons(view.workspace, border))
    if border.conservative and border.inflows:
        reasons += _hull_reasons({row.verdict for row in hull_rows(view, border.max_gap_h)})
    return Attribution("not_for_attribution", tuple(f"reason.{each}" for each in reasons)) if reasons else None


def _own_reasons(workspace: Workspace, border: Border) -> tuple[str, ...]:
    """What the loads, and a quantity that does not mix, say against a share."""
    mixes = () if border.conservative else ("not_conservative",)
    return (*shares.shares(workspace, border).reasons, *mixes)


def _hull_reasons(verdicts: set[str]) -> list[str]:
    outside = {"above", "below"} & verdicts
    return ["not_explained"] if outside else ["undecided"] if "undecided" in verdicts else []


def _caveats(quantity: str) -> tuple[str, ...]:
    own = {PHOSPHORUS: ("caveat.phosphorus",), OXYGEN: ("caveat.night",)}.get(quantity, ())
    return ("caveat.realtime_signal", "caveat.publication_time", *own, "caveat.cause_open")


def _evidence(view: _View, section: Section) -> tuple[Evidence, ...]:
    series = [assess.evidence_of(each.rows) for each in view.series.values() if each.rows]
    standard = assess.standard(view.workspace)
    limit = standard.limit(view.border.quantity, section.water_body, view.zero.date())
    clause = [Evidence("clause", f"{standard.name}#{limit.clause}", status=limit.status)] if limit else []
    numbers = {"speeds_m_s": view.border.speeds_m_s, "max_gap_h": view.border.max_gap_h, "base": view.border.base}
    parameters = Evidence(
        "parameter", "rules/borders.yaml", view.border.note_zh, view.border.note_en, status=view.border.status
    )
    code = Evidence(
        "code", f"adjoin {installed('adjoin')}", fingerprint=fingerprint({**numbers, "bundle": view.region.fingerprint})
    )
    return (*series, *clause, parameters, code)


def _three(number: float | None) -> str | None:
    return None if number is None else f"{number:.3f}"


def _one(number: float) -> str:
    return f"{number:.1f}"
