"""Decide: what a cut here or a release there changes below, and what each unit above a border would add to it.

Steady and linear: a load that goes on arrives at every section below, less what is lost on the way, spread over the
flow there. No emission is known to the bundle, so nothing here is a share: it is what one tonne a day would do.
What rests on a flow that nobody gave is not known: None, never a number.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adjoin.core.network import Reach
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.site import Section, Site
from adjoin.loop.workspace import Workspace

DAY_S = 86_400.0
LARGEST_DECAY = 20.0  # 1/day
LARGEST_LOAD = 1e9  # kg/d
LOW_NOW_HIGH = (0.5, 1.0, 2.0)  # of the mean flow of many years


@dataclass(frozen=True, slots=True)
class Change:
    """A load that goes on: more (release) or less (cut) than today."""

    place: str  # a site on the network
    kg_d: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What the changes do at one section below."""

    section: Site
    party: str  # whose section it is
    km: float  # of water from the nearest change
    flow_m3s: float | None  # mean of many years at the section
    hours: float | None  # from it, at mean flow
    survival: float | None  # part of that change that arrives
    mg_l: tuple[float, float, float] | None  # change of concentration at half, at and at twice the mean flow
    by_party: Mapping[str, float] | None  # of the middle one: what the changes on each side's territory do


@dataclass(frozen=True, slots=True)
class Scenario:
    """Some changes and what they do below."""

    changes: tuple[Change, ...]
    decay_per_d: float
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one tonne a day, released evenly along a unit's reaches, adds at a border section."""

    unit_zh: str
    unit_en: str
    party: str
    mg_l: float | None  # per tonne a day, at mean flow
    survival: float | None
    hours: float | None
    km: float  # of its reaches


@dataclass(frozen=True, slots=True)
class Row:
    """A border section and the units above it, the strongest first."""

    section: Site
    flow_m3s: float | None
    cells: tuple[Cell, ...]


def scenario(workspace: Workspace, changes: Sequence[Change], decay_per_d: float = 0.0) -> Scenario:
    """What some changes of load do at every automatic section below them.

    dc = sum_i 1000 kg_i / (Q DAY) e^(-k t_i)   in mg/L, kg in kg/d, Q in m3/s at the section, t in days
    """
    region = workspace.region
    _refuse_impossible(changes, decay_per_d)
    sites = [region.site(change.place) for change in changes]
    for site in sites:
        if site.place.reach is None:
            raise Refusal("place_off_network", met=site.name_zh)
    sections = [site for site in region.sections if site.attributes.get("auto") and site.place.reach is not None]
    found = (_effect(region, section, list(zip(sites, changes, strict=True)), decay_per_d) for section in sections)
    effects = sorted((each for each in found if each is not None), key=lambda each: each.km)
    return Scenario(tuple(changes), decay_per_d, tuple(effects))


def matrix(workspace: Workspace, decay_per_d: float = 0.0) -> tuple[Row, ...]:
    """For every border section what one tonne a day of each unit above would add, with the time it takes."""
    _refuse_impossible((), decay_per_d)
    return workspace.computed(("matrix", decay_per_d), lambda: _matrix(workspace.region, decay_per_d))


def _matrix(region: Region, decay_per_d: float) -> tuple[Row, ...]:
    sections = [site for site in region.sections if Section.of(site).on_border and site.place.reach is not None]
    rows = (_row(region, section, decay_per_d) for section in sections)
    return tuple(row for row in rows if row.cells)


def _row(region: Region, section: Site, decay_per_d: float) -> Row:
    flow = _flow(region, section)
    units: dict[tuple[str, str, str], list[tuple[float, float | None]]] = {}
    for reach, days in _above(region, section):
        units.setdefault((_unit(region, reach, "zh"), _unit(region, reach, "en"), reach.party or ""), []).append(
            (reach.length_km, days)
        )
    cells = [_cell(unit, lengths, flow, decay_per_d) for unit, lengths in units.items()]
    return Row(section, flow, tuple(sorted(cells, key=_strength)))


def _strength(cell: Cell) -> tuple[float, float, str]:
    """The strongest first, then the nearest in time; what is not known last."""
    return -(-1.0 if cell.mg_l is None else cell.mg_l), math.inf if cell.hours is None else cell.hours, cell.unit_en


def _cell(
    unit: tuple[str, str, str], reaches: Sequence[tuple[float, float | None]], flow: float | None, decay_per_d: float
) -> Cell:
    km = sum(length for length, _ in reaches)
    survival = _mean([(length, _survival(decay_per_d, days)) for length, days in reaches])
    days = _mean(reaches)
    mg_l = None if flow is None or survival is None else _mg_l(1000.0, flow) * survival
    return Cell(*unit, mg_l, survival, None if days is None else 24 * days, km)


def _mean(weighed: Sequence[tuple[float, float | None]]) -> float | None:
    """The mean by weight; not known where one of them is not."""
    known = [(weight, value) for weight, value in weighed if value is not None]
    if len(known) < len(weighed):
        return None
    return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)


def _survival(decay_per_d: float, days: float | None) -> float | None:
    """What is left after some days; all of what is not lost, however long it takes."""
    if decay_per_d == 0:
        return 1.0
    return None if days is None else math.exp(-decay_per_d * days)


def _above(region: Region, section: Site) -> Iterable[tuple[Reach, float | None]]:
    """Every reach above a section with the days from its middle to there."""
    feeders: dict[str, list[Reach]] = {}
    for reach in region.network.reaches.values():
        if reach.down is not None:
            feeders.setdefault(reach.down, []).append(reach)
    here = region.network.reaches[str(section.place.reach)]
    waiting: list[tuple[Reach, float | None, float]] = [(here, 0.0, section.place.fraction or 0.0)]
    while waiting:
        reach, below, part = waiting.pop()
        days = _days(reach)
        if part > 0:
            yield reach, _plus(below, days, part / 2)
        waiting += [(feeder, _plus(below, days, part), 1.0) for feeder in feeders.get(reach.id, ())]


def _plus(below: float | None, days: float | None, part: float) -> float | None:
    return None if below is None or days is None else below + days * part


def _effect(region: Region, section: Site, changes: Sequence[tuple[Site, Change]], decay_per_d: float) -> Effect | None:
    below = [(site, change, _journey(region, site, section)) for site, change in changes]
    reached = [(site, change, *journey) for site, change, journey in below if journey is not None]
    if not reached:
        return None
    flow = _flow(region, section)
    parts = [(site, _part(change, flow, _survival(decay_per_d, days))) for site, change, _, days in reached]
    by_party = _by_party(region, parts)
    total = None if by_party is None else sum(by_party.values())
    _, _, km, days = min(reached, key=lambda each: each[2])
    return Effect(
        section=section,
        party=section.party,
        km=km,
        flow_m3s=flow,
        hours=None if days is None else 24 * days,
        survival=_survival(decay_per_d, days),
        mg_l=None if total is None else (total / LOW_NOW_HIGH[0], total / LOW_NOW_HIGH[1], total / LOW_NOW_HIGH[2]),
        by_party=by_party,
    )


def _part(change: Change, flow: float | None, survival: float | None) -> float | None:
    return None if flow is None or survival is None else _mg_l(change.kg_d, flow) * survival


def _by_party(region: Region, parts: Iterable[tuple[Site, float | None]]) -> dict[str, float] | None:
    """What the changes on each territory do together; not known where one of them is not."""
    sums: dict[str, float] = {}
    for site, part in parts:
        if part is None:
            return None
        holder = region.network.reaches[str(site.place.reach)].party or site.party
        sums[holder] = sums.get(holder, 0.0) + part
    return sums


def _journey(region: Region, upper: Site, lower: Site) -> tuple[float, float | None] | None:
    """Kilometres and days of water from one site down to another; the days where the flow is known all the way."""
    km = region.network.between(upper.place, lower.place)
    if km is None:
        return None
    path = region.network.path(upper.place, lower.place)
    whole = sum(reach.length_km for reach in path)
    days = [_days(reach) for reach in path]
    known = [each for each in days if each is not None]
    return km, sum(known) * (km / whole if whole else 0.0) if len(known) == len(days) else None


def _days(reach: Reach) -> float | None:
    """How long the water takes through a reach at mean flow (Jobson 1996: nobody measured it)."""
    from adjoin.water import unmeasured

    if reach.flow_m3s is None:
        return None
    mean = max(reach.flow_m3s, 0.01)
    catchment = unmeasured.Catchment(max(reach.area_km2 or mean * 50, 1.0), mean, mean, None)
    return reach.length_km * 1000 / unmeasured.estimate(catchment, flow_known=False).velocity / DAY_S


def _flow(region: Region, section: Site) -> float | None:
    """The mean flow of many years at a section; a bed that is dry on average has none to mix into."""
    return region.network.reaches[str(section.place.reach)].flow_m3s or None


def _mg_l(kg_d: float, flow: float) -> float:
    return kg_d * 1000 / (flow * DAY_S)


def _unit(region: Region, reach: Reach, lang: str) -> str:
    named = reach.unit_zh if lang == "zh" else reach.unit_en
    party = region.parties.get(reach.party or "")
    return named or (getattr(party, f"name_{lang}") if party else "—")


def _refuse_impossible(changes: Sequence[Change], decay_per_d: float) -> None:
    if not 0 <= decay_per_d <= LARGEST_DECAY:
        raise Refusal("impossible_decay", met=decay_per_d, expected=f"0-{LARGEST_DECAY:g}")
    for change in changes:
        if not (math.isfinite(change.kg_d) and abs(change.kg_d) <= LARGEST_LOAD):
            raise Refusal("impossible_load", met=change.kg_d)
