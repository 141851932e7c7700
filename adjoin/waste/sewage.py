"""Should towns on both sides of a border river treat their sewage together?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Town:
    """A town: its side, its flow (1000 m3/d), and how far each site is (km)."""

    name: str
    side: str
    flow: float
    km: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A site for a plant: 10^4 yuan a year once open and by flow, and what it can take."""

    name: str
    side: str
    fixed: float
    run: float
    capacity: float


@dataclass(frozen=True, slots=True)
class Joined:
    """The least cost of some towns, 10^4 yuan a year, and which site each goes to; infinite where none can."""

    cost: float
    sites: Mapping[str, str]


def together(towns: Sequence[Town], places: Sequence[Place], pipe: float) -> Joined:
    """The least cost of these towns with these sites; every town goes to one site whole.

        sum fixed of opened + sum flow (run + pipe km);   flow at a site <= its capacity

    pipe : 10^4 yuan a year per 1000 m3/d and km
    """
    best = Joined(math.inf, {})
    for count in range(1, len(places) + 1):
        for opened in combinations(places, count):
            fixed = math.fsum(each.fixed for each in opened)
            best = _filled(towns, opened, pipe, Joined(fixed, {}), best)
    return best


def apart(towns: Sequence[Town], places: Sequence[Place], pipe: float) -> list[Joined]:
    """The least cost of each side that keeps to its own towns and sites, in the order of the towns."""
    return [
        together([t for t in towns if t.side == side], [p for p in places if p.side == side], pipe)
        for side in dict.fromkeys(town.side for town in towns)
    ]


def coalitions(towns: Sequence[Town], places: Sequence[Place], pipe: float) -> dict[int, Joined]:
    """The least cost of every set of towns with all sites; bit i of a set says whether town i is in it."""
    return {
        s: together([t for i, t in enumerate(towns) if s >> i & 1], places, pipe) for s in range(1, 1 << len(towns))
    }


def _filled(
    towns: Sequence[Town],
    opened: Sequence[Place],
    pipe: float,
    so_far: Joined,
    best: Joined,
    *,
    used: tuple[float, ...] = (),
) -> Joined:
    used = used or (0.0,) * len(opened)
    if so_far.cost >= best.cost:
        return best
    if not towns:
        return so_far if len(set(so_far.sites.values())) == len(opened) else best
    town = towns[0]
    for k, place in enumerate(opened):
        if used[k] + town.flow <= place.capacity + _SLACK:
            cost = so_far.cost + town.flow * (place.run + pipe * town.km[place.name])
            more = tuple(each + town.flow * (i == k) for i, each in enumerate(used))
            best = _filled(
                towns[1:], opened, pipe, Joined(cost, {**so_far.sites, town.name: place.name}), best, used=more
            )
    return best
