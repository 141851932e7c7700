"""Decide: what a cut here or a release there changes below, and what each unit above a border would add to it.

Steady and linear: a load that goes on arrives at every section below, less what is lost on the way, spread over the
flow there. No emission is known to the bundle, so nothing here is a share: it is what one tonne a day would do.
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
    hours: float  # from it, at mean flow
    survival: float  # part of that change that arrives
    mg_l: tuple[float, float, float]  # change of concentration at half, at and at twice the mean flow
    by_party: Mapping[str, float]  # of the middle one: what the changes on each side's territory do


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
    mg_l: float  # per tonne a day, at mean flow
    survival: float
    hours: float
    km: float  # of its reaches


@dataclass(frozen=True, slots=True)
class Row:
    """A border section and the units above it, the strongest first."""

    section: Site
    flow_m3s: float
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
    units: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for reach, days in _above(region, section):
        units.setdefault((_unit(region, reach, "zh"), _unit(region, reach, "en"), reach.party or ""), []).append(
            (reach.length_km, days)
        )
    cells = [_cell(unit, lengths, flow, decay_per_d) for unit, lengths in units.items()]
    return Row(section, flow, tuple(sorted(cells, key=lambda cell: (-cell.mg_l, cell.hours, cell.unit_en))))


def _cell(unit: tuple[str, str, str], reaches: Sequence[tuple[float, float]], flow: float, decay_per_d: float) -> Cell:
    km = sum(length for length, _ in reaches)
    survival = sum(length * math.exp(-decay_per_d * days) for length, days in reaches) / km
    hours = 24 * sum(length * days for length, days in reaches) / km
    return Cell(*unit, _mg_l(1000.0, flow) * survival, survival, hours, km)


def _above(region: Region, section: Site) -> Iterable[tuple[Reach, float]]:
    """Every reach above a section with the days from its middle to there."""
    feeders: dict[str, list[Reach]] = {}
    for reach in region.network.reaches.values():
        if reach.down is not None:
            feeders.setdefault(reach.down, []).append(reach)
    here = region.network.reaches[str(section.place.reach)]
    within = _days(here) * (section.place.fraction or 0.0)
    waiting = [(here, 0.0, within)]
    while waiting:
        reach, below, own = waiting.pop()
        if own > 0:
            yield reach, below + own / 2
        waiting += [(feeder, below + own, _days(feeder)) for feeder in feeders.get(reach.id, ())]


def _effect(region: Region, section: Site, changes: Sequence[tuple[Site, Change]], decay_per_d: float) -> Effect | None:
    below = [(site, change, _journey(region, site, section)) for site, change in changes]
    reached = [(site, change, *journey) for site, change, journey in below if journey is not None]
    if not reached:
        return None
    flow = _flow(region, section)
    parts = [(site, _mg_l(change.kg_d, flow) * math.exp(-decay_per_d * days)) for site, change, _, days in reached]
    total = sum(part for _, part in parts)
    _, _, km, days = min(reached, key=lambda each: each[2])
    return Effect(
        section=section,
        party=section.party,
        km=km,
        hours=24 * days,
        survival=math.exp(-decay_per_d * days),
        mg_l=(total / LOW_NOW_HIGH[0], total / LOW_NOW_HIGH[1], total / LOW_NOW_HIGH[2]),
        by_party=_by_party(region, parts),
    )


def _by_party(region: Region, parts: Iterable[tuple[Site, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for site, part in parts:
        holder = region.network.reaches[str(site.place.reach)].party or site.party
        sums[holder] = sums.get(holder, 0.0) + part
    return sums


def _journey(region: Region, upper: Site, lower: Site) -> tuple[float, float] | None:
    """Kilometres and days of water from one site down to another."""
    km = region.network.between(upper.place, lower.place)
    if km is None:
        return None
    path = region.network.path(upper.place, lower.place)
    whole = sum(reach.length_km for reach in path)
    return km, sum(_days(reach) for reach in path) * (km / whole if whole else 0.0)


def _days(reach: Reach) -> float:
    """How long the water takes through a reach at mean flow (Jobson 1996: nobody measured it)."""
    from adjoin.water import unmeasured

    mean = max(reach.flow_m3s or 1.0, 0.01)
    catchment = unmeasured.Catchment(max(reach.area_km2 or mean * 50, 1.0), mean, mean, None)
    return reach.length_km * 1000 / unmeasured.estimate(catchment, flow_known=False).velocity / DAY_S


def _flow(region: Region, section: Site) -> float:
    return region.network.reaches[str(section.place.reach)].flow_m3s or 1.0


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
