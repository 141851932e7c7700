"""Respond: the fast way round for accidents. Where is it, when does it arrive, what can still be done?

Everything here is computed from the bundle and from what the duty officer types; no network is needed. Where no
discharge was entered the mean of many years stands in, with the wide band that belongs to it, and that is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adjoin.core.network import Reach
from adjoin.core.period import hours_between
from adjoin.core.refusal import Refusal
from adjoin.core.site import Place, Site
from adjoin.formats import emergency
from adjoin.formats.emergency import Reporting, Substance
from adjoin.loop import assess
from adjoin.loop.workspace import Workspace

if TYPE_CHECKING:
    from adjoin.water.accident import Forecast, Incident, Receptor, Spread
    from adjoin.water.reaches import Reaches
    from adjoin.water.unmeasured import Estimate

SAMPLES = 2000
LOW_NOW_HIGH = (0.5, 1.0, 2.0)  # of the flow that is taken as now
STALE_FLOW_H = 24
BEFORE_FRONT = timedelta(hours=1)
RECEPTORS = ("section", "intake")
CONTAINMENTS = ("dam", "containment")

Moments = tuple[datetime, datetime, datetime]  # P5, P50, P95


@dataclass(frozen=True, slots=True)
class Asked:
    """The four numbers of a duty officer (place, time, mass, duration), and what else is known."""

    place: str  # a site or a reach
    start: datetime
    duration_h: float = 1.0
    mass_kg: tuple[float, float] | None = None  # least and most; None: not known
    substance: str | None = None
    bank: str = "unknown"
    flow_m3s: float | None = None  # at the place, read or estimated by hand
    flow_at: datetime | None = None  # when that flow was read
    known_at: datetime | None = None  # when the office learned of it
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one section or intake below must be ready for."""

    site: Site
    km: float
    arrival: Moments
    peak: Moments
    end: Moments
    peak_mg_l: tuple[float, ...] | None  # P5, P50, P95 of the section mean; None: mass not known
    per_tonne_mg_l: tuple[float, ...]  # the same for every 1000 kg
    probability: float | None  # of going over the limit; None: mass or limit not known
    critical_kg: tuple[float, ...] | None  # mass that would just reach the limit; None: no limit
    low_now_high: tuple[datetime, datetime, datetime]  # median arrival at half, this and twice the flow
    close_by: datetime | None  # P5 of arrival less the time that closing takes; None: that time is not in the bundle


@dataclass(frozen=True, slots=True)
class Sampling:
    """Where to sample ahead of the front, from when, until when."""

    site: Site
    since: datetime
    until: datetime
    every_h: float


@dataclass(frozen=True, slots=True)
class Check:
    """One question that tells a real event from a faulty reading, and what the books say to it."""

    key: str  # of a sentence
    fact: str = ""
    site: str = ""


@dataclass(frozen=True)
class Desk:
    """The emergency desk for one event."""

    asked: Asked
    substance: Substance | None
    applies: bool  # whether the model speaks of this substance
    arrivals: tuple[Arrival, ...]
    containments: tuple[tuple[Site, datetime], ...]  # where it could be held, and P5 of the arrival there
    sampling: tuple[Sampling, ...]
    checks: tuple[Check, ...]
    reporting: Reporting
    report_by: datetime | None
    crosses: bool  # whether water passes from one side to the other below the release
    flow_m3s: float
    flow_entered: bool
    flow_stale: bool
    warnings: tuple[str, ...]  # keys of sentences


def desk(workspace: Workspace, asked: Asked, *, now: datetime) -> Desk:
    """What can be said of an event in the first fifteen minutes."""
    substance = emergency.substance(asked.substance) if asked.substance else None
    source = _place(workspace, asked.place)
    _refuse_impossible(asked)
    path = _path(workspace, source)
    flow, stale = _flow(asked, path[0], now)
    below = _below(workspace, source, path)

    found = _forecast(asked, source, path, below, flow, substance)
    arrivals = tuple(sorted(found, key=lambda each: each.km))

    receivers = tuple(each for each in arrivals if each.site.kind in RECEPTORS)
    crosses = _crosses(workspace, path)
    return Desk(
        asked=asked,
        substance=substance,
        applies=substance is None or substance.behaviour == "dissolves",
        arrivals=receivers,
        containments=tuple((each.site, each.arrival[0]) for each in arrivals if each.site.kind in CONTAINMENTS),
        sampling=tuple(_sampling(each) for each in receivers if each.arrival[2] > now)[:6],
        checks=_checks(workspace, asked.place),
        reporting=emergency.reporting(),
        report_by=_report_by(asked, large=crosses),
        crosses=crosses,
        flow_m3s=flow,
        flow_entered=asked.flow_m3s is not None,
        flow_stale=stale,
        warnings=_warnings(asked, substance, stale=stale, now=now),
    )


def places(workspace: Workspace) -> tuple[Site, ...]:
    """The sites that a release can be placed at."""
    return tuple(site for site in workspace.region.sites.values() if site.place.reach is not None)


def _place(workspace: Workspace, name: str) -> Place:
    """Where the release is: a site on the network, or a reach of it."""
    reach = workspace.region.network.reaches.get(name)
    if reach is not None:
        return Place(river=reach.river, km=(reach.km_up + reach.km_down) / 2, reach=reach.id, fraction=0.5)
    place = workspace.region.site(name).place
    if place.reach is None:
        raise Refusal("place_off_network", met=name)
    return place


def _refuse_impossible(asked: Asked) -> None:
    if asked.mass_kg is not None and not 0 < asked.mass_kg[0] <= asked.mass_kg[1] < 1e12:
        raise Refusal("impossible_mass", met=f"{asked.mass_kg[0]:g}-{asked.mass_kg[1]:g}")
    if not 0 <= asked.duration_h <= 24 * 30:
        raise Refusal("impossible_duration", met=asked.duration_h)
    if asked.flow_m3s is not None and not 0 < asked.flow_m3s < 1e6:
        raise Refusal("impossible_flow", met=asked.flow_m3s)


def _path(workspace: Workspace, place: Place) -> tuple[Reach, ...]:
    """The reaches from the release down to the outlet."""
    reaches, passed = workspace.region.network.reaches, []
    here = place.reach
    while here is not None:
        passed.append(reaches[here])
        here = reaches[here].down
    return tuple(passed)


def _flow(asked: Asked, reach: Reach, now: datetime) -> tuple[float, bool]:
    """The flow at the release, and whether it is too old to be trusted."""
    if asked.flow_m3s is None:
        return reach.flow_m3s or 1.0, False
    stale = asked.flow_at is not None and hours_between(asked.flow_at, now) > STALE_FLOW_H
    return asked.flow_m3s, stale


def _below(workspace: Workspace, source: Place, path: Sequence[Reach]) -> list[tuple[Site, float]]:
    """The sites that lie below the release, with the kilometres of water between."""
    network, on_path = workspace.region.network, {reach.id for reach in path}
    wanted = {*RECEPTORS, *CONTAINMENTS}
    sites = [site for site in workspace.region.sites.values() if site.kind in wanted and site.place.reach in on_path]
    found = [(site, network.between(source, site.place)) for site in sites]
    return [(site, km) for site, km in found if km is not None and km > 0]


def _forecast(
    asked: Asked, source: Place, path: Sequence[Reach], below: Sequence[tuple[Site, float]], flow: float,
    substance: Substance | None,
) -> list[Arrival]:  # fmt: skip
    """What each site below must be ready for."""
    from adjoin.methods.samples import even_samples
    from adjoin.water import accident

    entered = asked.flow_m3s is not None
    reaches, spread = _reaches(path, flow, entered=entered)
    samples = accident.Samples.of(even_samples(SAMPLES, len(accident.AXES)), spread, asked.mass_kg)
    incident = _incident(asked, source)
    receptors = _receptors(below, substance.limit_mg_l if substance else None)
    passings, _ = accident.simulate(reaches, incident, receptors, samples)

    medians = [_medians(path, incident, receptors, flow * factor, entered=entered) for factor in LOW_NOW_HIGH]
    sites = {site.id: (site, km) for site, km in below}
    return [
        _arrival(*sites[each.receptor.name], accident.forecast(each, incident, samples), asked, medians)
        for each in passings
    ]


def _medians(
    path: Sequence[Reach], incident: "Incident", receptors: Sequence["Receptor"], flow: float, *, entered: bool
) -> dict[str, float]:
    """The median arrival at each site for one flow, in seconds."""
    import numpy as np

    from adjoin.water import accident

    reaches, spread = _reaches(path, flow, entered=entered)
    middle = accident.Samples.of(np.full((1, len(accident.AXES)), 0.5), spread, None)
    passings, _ = accident.simulate(reaches, incident, receptors, middle)
    return {each.receptor.name: float(each.lead[0]) for each in passings}


def _arrival(site: Site, km: float, found: "Forecast", asked: Asked, medians: Sequence[dict[str, float]]) -> Arrival:
    mean = next(each for each in found.exposures if each.bank == "mean")
    arrival = _moments(asked.start, found.arrival)
    closing = site.attributes.get("closing_min")
    low, middle, high = (asked.start + timedelta(seconds=each[site.id]) for each in medians)
    return Arrival(
        site=site,
        km=round(km, 1),
        arrival=arrival,
        peak=_moments(asked.start, found.peak_time),
        end=_moments(asked.start, found.end),
        peak_mg_l=mean.peak,
        per_tonne_mg_l=tuple(1000 * each for each in mean.unit_peak),
        probability=mean.probability,
        critical_kg=mean.critical_mass,
        low_now_high=(low, middle, high),
        close_by=arrival[0] - timedelta(minutes=float(closing)) if closing else None,
    )


def _moments(start: datetime, seconds: Sequence[float]) -> Moments:
    first, middle, last = (start + timedelta(seconds=each) for each in seconds)
    return first, middle, last


def _reaches(path: Sequence[Reach], flow: float, *, entered: bool) -> "tuple[Reaches, Spread]":
    """The reaches with what stands in for measurements, and how wide that is."""
    from adjoin.water import accident, unmeasured
    from adjoin.water.reaches import Reaches

    factor = flow / (path[0].flow_m3s or 1.0)
    estimates = [_estimate(reach, factor, entered=entered) for reach in path]
    nothing = [0.0] * len(path)
    columns = {
        "length": [max(reach.length_km, 0.001) * 1000 for reach in path],
        "velocity": [each.velocity for each in estimates],
        "dispersion": [each.dispersion for each in estimates],
        "decay": nothing,
        "flow": [each.flow for each in estimates],
        "storage": nothing,
        "exchange": nothing,
        "transverse": [float("nan")] * len(path),
    }
    down = {reach.id: (path[row + 1].id if row + 1 < len(path) else None) for row, reach in enumerate(path)}
    flow_sigma = 0.2 if entered else unmeasured.FLOW_LOG_SIGMA
    spread = replace(accident.Spread(), flow=flow_sigma, velocity=max(each.velocity_log_sigma for each in estimates))
    return Reaches.of(down, columns, [reach.party or "" for reach in path]), spread


def _estimate(reach: Reach, factor: float, *, entered: bool) -> "Estimate":
    from adjoin.water import unmeasured

    mean = max(reach.flow_m3s or 1.0, 0.01)
    catchment = unmeasured.Catchment(max(reach.area_km2 or mean * 50, 1.0), mean, mean * factor, None)
    return unmeasured.estimate(catchment, flow_known=entered)


def _incident(asked: Asked, source: Place) -> "Incident":
    from adjoin.water.accident import Incident
    from adjoin.water.reaches import Spot

    return Incident(
        Spot(str(source.reach), source.fraction or 0.0), asked.bank, 0.0, asked.duration_h * 3600, asked.mass_kg
    )


def _receptors(below: Iterable[tuple[Site, float]], limit: float | None) -> list["Receptor"]:
    from adjoin.water.accident import Receptor
    from adjoin.water.reaches import Spot

    return [
        Receptor(site.id, Spot(str(site.place.reach), site.place.fraction or 1.0), "mean", limit) for site, _ in below
    ]


def _sampling(arrival: Arrival) -> Sampling:
    """Sample from an hour before the earliest arrival until the latest end; more often where it passes quickly."""
    since, until = arrival.arrival[0] - BEFORE_FRONT, arrival.end[2]
    return Sampling(arrival.site, since, until, 1.0 if hours_between(since, until) < 48 else 2.0)


def _crosses(workspace: Workspace, path: Sequence[Reach]) -> bool:
    """Whether the water passes from one side to the other, or along both, below the release."""
    sides = set(workspace.region.sides)
    passed = {party for reach in path for party in (reach.party, reach.left, reach.right) if party in sides}
    return len(passed) > 1


def _report_by(asked: Asked, *, large: bool) -> datetime | None:
    """When the first report is due: two hours from knowledge where it may cross the border, else four."""
    if asked.known_at is None:
        return None
    return asked.known_at + timedelta(hours=emergency.reporting().hours(large=large))


def _checks(workspace: Workspace, place: str) -> tuple[Check, ...]:
    """Is it real? What the books hold at the place and above it."""
    site = workspace.region.find_site(place)
    own = () if site is None or site.kind != "section" else _checks_at(workspace, site)
    return (*own, Check("check.maintenance"), Check("check.resample"))


def _checks_at(workspace: Workspace, site: Site) -> tuple[Check, ...]:
    times = list(assess.snapshots(workspace, site.id))
    again = Check("check.second_reading", ", ".join(time.strftime("%m-%d %H:%M") for time in times[-2:]), site.id)
    flagged = [row.flag for row in assess.snapshots(workspace, site.id).get(times[-1], {}).values()] if times else []
    above = _next_above(workspace, site)
    checks = [
        again,
        Check("check.flags", ", ".join(sorted(filter(None, flagged))), site.id),
        Check("check.neighbour", "", site.id),
    ]
    return (*checks, Check("check.upstream", "", above.id)) if above else tuple(checks)


def _next_above(workspace: Workspace, site: Site) -> Site | None:
    """The nearest section above that reports by itself."""
    network = workspace.region.network
    sections = [each for each in workspace.region.sections if each.attributes.get("auto") and each.id != site.id]
    found = [(network.between(each.place, site.place), each) for each in sections]
    above = [(km, each.id, each) for km, each in found if km is not None]
    return min(above)[2] if above else None


def _warnings(asked: Asked, substance: Substance | None, *, stale: bool, now: datetime) -> tuple[str, ...]:
    said = {
        "desk.no_flow": asked.flow_m3s is None,
        "desk.stale_flow": stale,
        "desk.no_mass": asked.mass_kg is None,
        "desk.no_substance": substance is None,
        "desk.no_limit": substance is not None and substance.limit_mg_l is None,
        "desk.not_dissolved": substance is not None and substance.behaviour != "dissolves",
        "desk.future": asked.start > now,
        "desk.banks": True,
        "desk.unmeasured": True,
    }
    return tuple(key for key, holds in said.items() if holds)
