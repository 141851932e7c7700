"""Respond: the fast way round for accidents. Where is it, when does it arrive, what can still be done?

Everything here is computed from the bundle and from what the duty officer types; no network is needed. Where no
discharge was entered the mean of many years stands in, with the wide band that belongs to it, and that is said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from adjoin.core.network import Reach
from adjoin.core.period import ZONE, hours_between
from adjoin.core.refusal import Refusal
from adjoin.core.site import Place, Section, Site
from adjoin.formats import emergency
from adjoin.formats.emergency import Reporting, Substance
from adjoin.loop import assess
from adjoin.loop.arrivals import Arrival, Release, arrivals, bank_of, times_alone
from adjoin.loop.workspace import Workspace

STALE_FLOW_H = 24
BEFORE_FRONT = timedelta(hours=1)
FAR_AWAY = timedelta(days=366)  # a time further from now than this is a slip of the pen
MESSAGES = ("spill-warning", "spill-information", "search-call")  # procedures, the most urgent first
RECEPTORS = ("section", "intake")
BANKS = ("unknown", "left", "mid", "right")
CONTAINMENTS = ("dam", "containment")

_RIVER_KM = re.compile(r"(.+?)\s*(?:km\s*)?(\d+(?:\.\d+)?)\s*(?:km)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """The four numbers of a duty officer (place, time, mass, duration), and what else is known."""

    place: str  # a site, a reach, or a river and its kilometre
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


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the water passes from one party to another."""

    km: float  # below the release
    above: str
    below: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The one number for the flow, and where to ask for a better one."""

    m3s: float
    entered: bool  # by hand; otherwise the mean of many years
    stale: bool
    status: str  # how well the mean is known
    gauge: Site | None  # the nearest one on the same river
    gauge_km: float | None


@dataclass(frozen=True)
class Desk:
    """The emergency desk for one event."""

    asked: Asked
    source: Place
    path: tuple[Reach, ...]  # from the release down to the outlet
    case_site: str  # where a message on it is opened: the border section that it reaches first, else the place
    substance: Substance | None
    applies: bool  # whether the model speaks of this substance
    arrivals: tuple[Arrival, ...]
    containments: tuple[tuple[Site, datetime], ...]  # where it could be held, and P5 of the arrival there
    sampling: tuple[Sampling, ...]
    checks: tuple[Check, ...]
    reporting: Reporting
    grounds: tuple[str, ...]  # keys of what makes it count as large, as far as the bundle tells
    report_by: datetime | None
    borders: tuple[Crossing, ...]
    crosses: bool  # whether water passes from one side to the other below the release
    flow: Flow
    warnings: tuple[str, ...]  # keys of sentences


def desk(workspace: Workspace, asked: Asked, *, now: datetime) -> Desk:
    """What can be said of an event in the first fifteen minutes."""
    substance = emergency.substance(asked.substance) if asked.substance else None
    source = _place(workspace, asked.place)
    _refuse_impossible(asked, now)
    path = _path(workspace, source)
    flow = _flow(workspace, asked, source, now=now)
    below = _below(workspace, source, path)
    applies = substance is None or substance.behaviour == "dissolves"

    release = Release(
        source,
        path,
        asked.start,
        asked.duration_h,
        asked.mass_kg,
        _bank(workspace, asked),
        flow.m3s,
        entered=asked.flow_m3s is not None,
    )
    found = arrivals(release, below, substance.limit_mg_l if substance else None)
    ready = sorted(found if applies else map(times_alone, found), key=lambda each: each.km)

    receivers = tuple(each for each in ready if each.site.kind in RECEPTORS)
    borders = _borders(workspace, source, path)
    grounds = _grounds(borders, receivers)
    return Desk(
        asked=asked,
        source=source,
        path=path,
        case_site=_case_site(workspace, source, asked.place, receivers),
        substance=substance,
        applies=applies,
        arrivals=receivers,
        containments=tuple((each.site, each.arrival[0]) for each in ready if each.site.kind in CONTAINMENTS),
        sampling=tuple(_sampling(each) for each in receivers if each.arrival[2] > now)[:6],
        checks=_checks(workspace, asked.place, receivers),
        reporting=emergency.reporting(),
        grounds=grounds,
        report_by=_report_by(asked, large=bool(grounds)),
        borders=borders,
        crosses=_crosses(workspace, path),
        flow=flow,
        warnings=(*_warnings(asked, substance, stale=flow.stale, now=now), *_bank_warnings(receivers)),
    )


def places(workspace: Workspace) -> tuple[Site, ...]:
    """The sites that a release can be placed at."""
    return tuple(site for site in workspace.region.sites.values() if site.place.reach is not None)


def _bank(workspace: Workspace, asked: Asked) -> str:
    """The bank that was typed, else that of the place."""
    site = workspace.region.find_site(asked.place)
    return bank_of(site) if asked.bank == "unknown" and site is not None else asked.bank


def _place(workspace: Workspace, name: str) -> Place:
    """Where the release is: a reach, a river and its kilometre, or a site on the network."""
    reach = workspace.region.network.reaches.get(name)
    if reach is not None:
        return _on(reach, (reach.km_up + reach.km_down) / 2)
    place = _at_km(workspace, name) or workspace.region.site(name).place
    if place.reach is None:
        raise Refusal("place_off_network", met=name)
    return place


def _at_km(workspace: Workspace, text: str) -> Place | None:
    """A river by its name or code, and a kilometre of it."""
    found = _RIVER_KM.fullmatch(text.strip())
    if found is None:
        return None
    river, km = found[1].casefold(), float(found[2])
    reaches = (
        reach
        for reach in workspace.region.network.reaches.values()
        if river in {reach.river.casefold(), reach.name_zh, reach.name_en.casefold()}
        and reach.km_down <= km <= reach.km_up
    )
    return next((_on(reach, km) for reach in reaches), None)


def _on(reach: Reach, km: float) -> Place:
    fraction = (reach.km_up - km) / ((reach.km_up - reach.km_down) or 1.0)
    return Place(river=reach.river, km=km, reach=reach.id, fraction=fraction)


def _refuse_impossible(asked: Asked, now: datetime) -> None:
    if asked.mass_kg is not None and not 0 < asked.mass_kg[0] <= asked.mass_kg[1] < 1e12:
        raise Refusal("impossible_mass", met=f"{asked.mass_kg[0]:g}-{asked.mass_kg[1]:g}")
    if asked.bank not in BANKS:
        raise Refusal("unknown_bank", met=asked.bank[:60], expected=", ".join(BANKS))
    if not 0 <= asked.duration_h <= 24 * 30:
        raise Refusal("impossible_duration", met=asked.duration_h)
    if asked.flow_m3s is not None and not 0 < asked.flow_m3s < 1e6:
        raise Refusal("impossible_flow", met=asked.flow_m3s)
    for time in filter(None, (asked.start, asked.flow_at, asked.known_at)):
        if abs(time - now) > FAR_AWAY:
            raise Refusal("impossible_time", met=f"{time:%Y-%m-%d %H:%M}")


def _path(workspace: Workspace, place: Place) -> tuple[Reach, ...]:
    """The reaches from the release down to the outlet."""
    reaches, passed = workspace.region.network.reaches, []
    here = place.reach
    while here is not None:
        passed.append(reaches[here])
        here = reaches[here].down
    return tuple(passed)


def _flow(workspace: Workspace, asked: Asked, source: Place, *, now: datetime) -> Flow:
    """The flow at the release, and whether it is too old to be trusted."""
    reach = workspace.region.network.reaches[str(source.reach)]
    entered = asked.flow_m3s is not None
    stale = entered and asked.flow_at is not None and hours_between(asked.flow_at, now) > STALE_FLOW_H
    m3s = asked.flow_m3s or reach.flow_m3s
    if m3s is None:
        raise Refusal("flow_unknown", met=f"{reach.name_zh or reach.river} {reach.id}")
    gauge_km, gauge = _gauge(workspace, source)
    return Flow(m3s, entered, stale, reach.flow_status, gauge, gauge_km)


def _gauge(workspace: Workspace, source: Place) -> tuple[float | None, Site | None]:
    """The nearest gauge on the same river."""
    found = [
        (abs(site.place.km - source.km), site.id, site)
        for site in workspace.region.sites.values()
        if site.kind == "hydro_station" and site.place.river == source.river
        if site.place.km is not None and source.km is not None
    ]
    km, _, site = min(found, default=(None, "", None))
    return (None if km is None else round(km, 1)), site


def _below(workspace: Workspace, source: Place, path: Sequence[Reach]) -> list[tuple[Site, float]]:
    """The sites that lie below the release, with the kilometres of water between."""
    network, on_path = workspace.region.network, {reach.id for reach in path}
    wanted = {*RECEPTORS, *CONTAINMENTS}
    sites = [site for site in workspace.region.sites.values() if site.kind in wanted and site.place.reach in on_path]
    found = [(site, network.between(source, site.place)) for site in sites]
    return [(site, km) for site, km in found if km is not None and km > 0]


def _sampling(arrival: Arrival) -> Sampling:
    """Sample from an hour before the earliest arrival until the latest end; more often where it passes quickly."""
    since, until = arrival.arrival[0] - BEFORE_FRONT, arrival.end[2]
    return Sampling(arrival.site, since, until, 1.0 if hours_between(since, until) < 48 else 2.0)


def _crosses(workspace: Workspace, path: Sequence[Reach]) -> bool:
    """Whether the water passes from one side to the other, or along both, below the release."""
    sides = set(workspace.region.sides)
    passed = {party for reach in path for party in (reach.party, reach.left, reach.right) if party in sides}
    return len(passed) > 1


def _borders(workspace: Workspace, source: Place, path: Sequence[Reach]) -> tuple[Crossing, ...]:
    """Where the water passes from one party to another below the release."""
    network = workspace.region.network
    changes = [(upper, lower) for upper, lower in pairwise(path) if upper.party != lower.party]
    placed = [(network.between(source, Place(river=a.river, km=a.km_down, reach=a.id)), a, b) for a, b in changes]
    return tuple(Crossing(round(km, 1), a.party or "", b.party or "") for km, a, b in placed if km is not None)


def _grounds(borders: Sequence[Crossing], receivers: Sequence[Arrival]) -> tuple[str, ...]:
    """What makes it count as large, as far as the bundle tells: whether it is a metal, only the officer knows."""
    holds = {
        "across_border": bool(borders),
        "drinking_water": any(each.site.kind == "intake" for each in receivers),
    }
    return tuple(key for key, true in holds.items() if true)


def _case_site(workspace: Workspace, source: Place, name: str, receivers: Sequence[Arrival]) -> str:
    here = workspace.region.find_site(name)
    sections = [each for each in (here, *(arrival.site for arrival in receivers)) if each and each.kind == "section"]
    border = next((each.id for each in sections if Section.of(each).on_border), None)
    return border or (here.id if here else str(source.reach))


def _report_by(asked: Asked, *, large: bool) -> datetime | None:
    """When the first report is due: two hours from knowledge where it counts as large, else four."""
    if asked.known_at is None:
        return None
    return asked.known_at + timedelta(hours=emergency.reporting().hours(large=large))


def _checks(workspace: Workspace, place: str, receivers: Sequence[Arrival]) -> tuple[Check, ...]:
    """Is it real? What the books hold at the place and above it; for any other place, at the first section below."""
    site = workspace.region.find_site(place)
    if site is not None and site.kind == "section":
        return (*_checks_at(workspace, site), Check("check.maintenance"), Check("check.resample"))
    below = next((each.site for each in receivers if each.site.kind == "section"), None)
    seen = () if below is None else (Check("check.below", "", below.id), _last_readings(workspace, below))
    return (Check("check.report"), *seen, Check("check.resample"))


def _checks_at(workspace: Workspace, site: Site) -> tuple[Check, ...]:
    times = list(assess.snapshots(workspace, site.id))
    flagged = [row.flag for row in assess.snapshots(workspace, site.id).get(times[-1], {}).values()] if times else []
    above = _next_above(workspace, site)
    checks = [
        _last_readings(workspace, site),
        Check("check.flags", ", ".join(sorted(filter(None, flagged))), site.id),
        Check("check.neighbour", "", site.id),
    ]
    return (*checks, Check("check.upstream", "", above.id)) if above else tuple(checks)


def _last_readings(workspace: Workspace, site: Site) -> Check:
    times = list(assess.snapshots(workspace, site.id))[-2:]
    return Check("check.second_reading", ", ".join(f"{time.astimezone(ZONE):%m-%d %H:%M}" for time in times), site.id)


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
        "desk.flow_below": asked.flow_m3s is not None,
        "desk.stale_flow": stale,
        "desk.no_mass": asked.mass_kg is None,
        "desk.no_substance": substance is None,
        "desk.no_limit": substance is not None and substance.limit_mg_l is None,
        "desk.not_dissolved": substance is not None and substance.behaviour != "dissolves",
        "desk.future": asked.start > now,
        "desk.unmeasured": True,
    }
    return tuple(key for key, holds in said.items() if holds)


def _bank_warnings(receivers: Sequence[Arrival]) -> tuple[str, ...]:
    """What has to be said of banks: that widths are missing, or that a bank is not known and both are answered."""
    banks = {each.bank for arrival in receivers for each in arrival.banks}
    said = {
        "desk.banks": any(not arrival.banks for arrival in receivers) or not receivers,
        "desk.banks_both": bool(banks & {"near", "far"}),
        "desk.banks_mixing": bool(banks),
    }
    return tuple(key for key, holds in said.items() if holds)
