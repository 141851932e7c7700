"""Where should emergency equipment stand? Depots at some of the candidate sites, by five measures.

Where the sets of p sites are few they are all looked at; otherwise each question is a whole-number program.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice
from typing import TYPE_CHECKING

from adjoin.methods.optimise import Program, Row, solve
from adjoin.methods.written import as_written

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FEW_SETS, _CHUNK, _MOST_TIES = 50_000, 1_000, 500
_NEAR = 1e-9  # relative; what is this near to the best is compared exactly


@dataclass(frozen=True, slots=True)
class Places:
    """Ways from candidate sites (columns) to places (rows), m; the weight of every place; the reach, m."""

    distance_m: tuple[tuple[float, ...], ...]
    weight: tuple[float, ...]
    reach_m: float

    @property
    def sites(self) -> int:
        """The number of candidate sites."""
        return len(self.distance_m[0])

    def covering(self, place: int, reach_m: float) -> tuple[int, ...]:
        """The sites from which a place can be reached; equal counts."""
        return tuple(j for j, way in enumerate(self.distance_m[place]) if way <= reach_m)


@dataclass(frozen=True, slots=True)
class Choice:
    """The best value of one question, all sets that reach it where they were all looked at, and one of them."""

    value: Fraction
    sites: tuple[int, ...]
    sets: tuple[tuple[int, ...], ...] | None
    gap: float

    @property
    def proof(self) -> str:
        """What stands behind the value."""
        return "search" if self.sets is None else "all looked at"


def unreachable(places: Places) -> tuple[int, ...]:
    """The places that no site covers."""
    return tuple(i for i in range(len(places.weight)) if not places.covering(i, places.reach_m))


def cover(places: Places, reach_m: float) -> tuple[int, ...]:
    """A least set of sites that covers every place which any site covers.

        min sum x_j,   sum over the sites within reach of i of x_j >= 1 for every such place i,   x_j in {0, 1}

    Source: Toregas et al. 1971 (location set covering).
    """
    rows = {places.covering(i, reach_m) for i in range(len(places.weight))} - {()}
    if not rows:
        return ()
    each = range(places.sites)
    program = _program([1.0] * places.sites, [Row(dict.fromkeys(row, 1.0), low=1.0) for row in sorted(rows)], each)
    return tuple(j for j, x in enumerate(solve(program).primal) if x > 0.5)


def most_covered(places: Places, p: int, times: int = 1, *, few: int = _FEW_SETS) -> Choice:
    """The greatest weight of places that at least so many of p sites cover.

        max sum w_i z_i,   times z_i <= sum over the sites within reach of i of x_j,   sum x_j = p

    few : up to so many sets of p sites all of them are looked at

    Source: Church and ReVelle 1974 (times = 1), backup cover (times = 2).
    """
    covered = [frozenset(places.covering(i, places.reach_m)) for i in range(len(places.weight))]

    def value(sites: Sequence[int]) -> Fraction:
        inside = [w for w, near in zip(places.weight, covered, strict=True) if len(near.intersection(sites)) >= times]
        return sum(map(as_written, inside), Fraction(0))

    if math.comb(places.sites, p) <= few:
        return _all_sets(places, p, value, lambda ways: (ways <= places.reach_m).sum(axis=2) >= times, greatest=True)
    n = places.sites
    rows = [
        Row({n + i: float(-times)} | dict.fromkeys(near, 1.0), low=0.0) for i, near in enumerate(map(sorted, covered))
    ]
    cost = [0.0] * n + [-w for w in places.weight]
    return _solved(places, cost, [*rows, _exactly(n, p)], range(len(cost)), value)


def nearest(places: Places, p: int, *, few: int = _FEW_SETS) -> Choice:
    """The least sum of weight times way to the nearest of p sites.

        min sum w_i d_ij y_ij,   sum_j y_ij = 1,   y_ij <= x_j,   sum x_j = p

    few : up to so many sets of p sites all of them are looked at

    Source: Hakimi 1964 (p-median).
    """

    def value(sites: Sequence[int]) -> Fraction:
        near = ((w, min(row[j] for j in sites)) for w, row in zip(places.weight, places.distance_m, strict=True))
        return sum((as_written(w) * as_written(way) for w, way in near), Fraction(0))

    if math.comb(places.sites, p) <= few:
        return _all_sets(places, p, value, lambda ways: ways.min(axis=2), greatest=False)
    n, cost, rows = places.sites, [0.0] * places.sites, [_exactly(places.sites, p)]
    for i, row in enumerate(places.distance_m):
        at = n * (i + 1)
        cost += [places.weight[i] * way for way in row]
        rows.append(Row({at + j: 1.0 for j in range(n)}, low=1.0, high=1.0))
        rows += [Row({at + j: -1.0, j: 1.0}, low=0.0) for j in range(n)]
    return _solved(places, cost, rows, range(n), value)


def farthest_m(places: Places, p: int) -> float:
    """The least possible way from the worst-off place to the nearest of p sites, m.

        min over sets of p sites of max_i min_j d_ij: the least reach with which p sites cover everything

    Source: Minieka 1970 (p-center).
    """
    least = max(min(row) for row in places.distance_m)
    ways = sorted({way for row in places.distance_m for way in row if way >= least})
    low, high = 0, len(ways) - 1
    while low < high:
        middle = (low + high) // 2
        if len(cover(places, ways[middle])) <= p:
            high = middle
        else:
            low = middle + 1
    return ways[low]


def _all_sets(
    places: Places,
    p: int,
    exact: Callable[[Sequence[int]], Fraction],
    worth: Callable[["Floats"], "NDArray[np.generic]"],
    *,
    greatest: bool,
) -> Choice:
    """Every set of p sites by its value in floating point, the nearest to the best then exactly."""
    import numpy as np

    ways, weight, sign = np.array(places.distance_m), np.array(places.weight), -1.0 if greatest else 1.0
    every, found = combinations(range(places.sites), p), []
    while chunk := list(islice(every, _CHUNK)):
        found += (sign * (weight @ worth(ways[:, np.array(chunk)]))).tolist()
    best = min(found)
    slack = _NEAR * max(abs(best), float(weight.max(initial=0.0)) * _NEAR)
    near = [
        sites for sites, value in zip(combinations(range(places.sites), p), found, strict=True) if value <= best + slack
    ]
    values = {sites: exact(sites) for sites in near[:_MOST_TIES]}
    value = max(values.values()) if greatest else min(values.values())
    sets = tuple(sites for sites, each in values.items() if each == value)
    return Choice(value, sets[0], sets if len(near) <= _MOST_TIES else None, 0.0)


def _solved(
    places: Places, cost: list[float], rows: list[Row], whole: range, exact: Callable[[Sequence[int]], Fraction]
) -> Choice:
    found = solve(_program(cost, rows, whole))
    sites = tuple(j for j in range(places.sites) if found.primal[j] > 0.5)
    return Choice(exact(sites), sites, None, found.gap)


def _program(cost: list[float], rows: list[Row], whole: range) -> Program:
    zeros, ones = (0.0,) * len(cost), (1.0,) * len(cost)
    return Program(tuple(cost), zeros, ones, tuple(rows), frozenset(whole))


def _exactly(sites: int, p: int) -> Row:
    return Row(dict.fromkeys(range(sites), 1.0), low=float(p), high=float(p))
