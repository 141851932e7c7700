"""Where should plants stand, and which waste goes to which?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjoin.core.measure import Decision
from adjoin.methods.optimise import INFINITE, Program, Row, decision, solve

_KILOGRAM = 1e-3  # a price is that of the next kilogram, by the tonne
_CLOSED = 1e-6
_EQUAL = 1e-9
Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where waste goes at least cost, and what one more tonne of room at a plant would save."""

    decision: Decision
    flow_t: tuple[tuple[float, ...], ...]
    price: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """The sites that are opened, what that costs, and the bound that proves it."""

    decision: Decision
    objective: float
    sites: tuple[int, ...]


def flow(
    tonnes: Sequence[float], capacity: Sequence[float], cost: Matrix, quota: Sequence[Sequence[float | None]] | None
) -> Placed | None:
    """Where waste goes at least cost; None where there is not enough room.

        min sum f_ij cost_ij;   sum_j f_ij = t_i;   sum_i f_ij <= capacity_j;   f_ij <= quota_ij

    The price of a plant is the fall of the minimum for its next kilogram of capacity, by the tonne.
    """

    def program(room: Sequence[float]) -> Program:
        n, m = len(tonnes), len(room)
        limits = [_limit(quota, i, j) for i in range(n) for j in range(m)]
        rows = [Row({i * m + j: 1.0 for j in range(m)}, tonnes[i], tonnes[i]) for i in range(n)]
        rows += [Row({i * m + j: 1.0 for i in range(n)}, high=room[j]) for j in range(m)]
        return Program(tuple(c for each in cost for c in each), (0.0,) * (n * m), tuple(limits), tuple(rows))

    asked = program(capacity)
    found = solve(asked)
    if found.status == "infeasible":
        return None
    m = len(capacity)
    prices = []
    for j in range(m):
        more = solve(program([room + _KILOGRAM * (k == j) for k, room in enumerate(capacity)]))
        prices.append(max(0.0, (found.objective - more.objective) / _KILOGRAM))
    n = len(tonnes)
    shown = decision(
        asked,
        found.primal,
        found.prices,
        names=[f"{i} -> {j}" for i in range(n) for j in range(m)],
        rows=[*(f"source {i}" for i in range(n)), *(f"sink {j}" for j in range(m))],
    )
    return Placed(shown, tuple(found.primal[i * m : (i + 1) * m] for i in range(len(tonnes))), tuple(prices))


def _limit(quota: Sequence[Sequence[float | None]] | None, i: int, j: int) -> float:
    limit = None if quota is None else quota[i][j]
    return INFINITE if limit is None else limit


def shortest(nodes: int, edges: Mapping[tuple[int, int], float]) -> list[list[float]]:
    """The shortest way between all pairs of nodes, 0 to nodes - 1; infinite where there is none."""
    import numpy as np

    far = np.full((nodes, nodes), np.inf)
    np.fill_diagonal(far, 0.0)
    for (one, other), length in edges.items():
        if one != other:
            far[one, other] = far[other, one] = length
    for middle in range(nodes):
        np.minimum(far, far[:, middle, None] + far[None, middle, :], out=far)
    return [list(map(float, row)) for row in far]


def p_median(distance: Matrix, weight: Sequence[float], count: int) -> Opened:
    """Exactly `count` sites so that the weighted distance to the nearest open one is least.

        min sum_i w_i d_ij x_ij;   sum_j x_ij = 1;   x_ij <= y_j;   sum_j y_j = p

    Ties: the lexicographically smallest list.
    """
    sites = len(distance[0])
    cost = [[w * d for d in row] for w, row in zip(weight, distance, strict=True)]
    build = Row(dict.fromkeys(range(sites), 1.0), count, count)
    found = _located(_location([0.0] * sites, cost, [build]), sites)
    assert found is not None  # every count within the sites has an answer
    return found


def warehouse(
    fixed: Sequence[float], capacity: Sequence[float], demand: Sequence[float], cost: Matrix
) -> Opened | None:
    """The sites to open under their capacities, demand divisible; None where there is not enough room.

    min sum f_j y_j + sum c_ij x_ij;   sum_j x_ij = 1;   sum_i d_i x_ij <= capacity_j y_j;   x_ij <= y_j
    """
    sites = len(fixed)
    rooms = [
        Row({**{sites + i * sites + j: d for i, d in enumerate(demand)}, j: -capacity[j]}, high=0.0)
        for j in range(sites)
    ]
    total = Row(dict(enumerate(capacity)), low=math.fsum(demand))
    return _located(_location(fixed, cost, [*rooms, total]), sites)


def _location(fixed: Sequence[float], cost: Matrix, extra: Sequence[Row]) -> Program:
    """Variables: y by site, then x by place and site."""
    sites, places = len(fixed), len(cost)
    rows = [Row({sites + i * sites + j: 1.0 for j in range(sites)}, 1.0, 1.0) for i in range(places)]
    rows += [Row({sites + i * sites + j: 1.0, j: -1.0}, high=0.0) for i in range(places) for j in range(sites)]
    n = sites + sites * places
    prices = (*fixed, *(c for each in cost for c in each))
    return Program(prices, (0.0,) * n, (1.0,) * n, (*rows, *extra), frozenset(range(sites)))


def _located(program: Program, sites: int) -> Opened | None:
    first = solve(program)
    if first.status == "infeasible":
        return None
    relaxed = solve(Program(program.cost, program.low, program.high, program.rows))
    ceiling = first.objective + _EQUAL * max(1.0, abs(first.objective))
    out = {j for j in range(sites) if relaxed.bound + relaxed.reduced[j] > ceiling and first.primal[j] < 0.5}
    best, chosen = first, list[int]()
    for j in range(sites):
        if j not in out and best.primal[j] < 0.5:
            tried = solve(_fixed(program, [*chosen, j], ceiling, out))
            best = tried if tried.status == "optimal" else best
        if best.primal[j] > 0.5:
            chosen.append(j)
        else:
            out.add(j)
    if best is not first:  # once more without the ceiling, so that nothing leans on its slack
        best = solve(_fixed(program, chosen, INFINITE, out))
    used = [j for j in chosen if any(x > _CLOSED for x in best.primal[sites + j :: sites])]
    names = [
        *(f"open {j}" for j in range(sites)),
        *(f"{k // sites} -> {k % sites}" for k in range(_ways(program, sites))),
    ]
    shown = decision(program, best.primal, (), names=names, proved=first.bound)
    return Opened(shown, first.objective, tuple(used))


def _ways(program: Program, sites: int) -> int:
    return len(program.cost) - sites


def _fixed(program: Program, opened: Sequence[int], ceiling: float, closed: set[int]) -> Program:
    spent = Row({j: c for j, c in enumerate(program.cost) if c}, high=ceiling)
    low, high = list(program.low), list(program.high)
    for j in opened:
        low[j] = 1.0
    for j in closed:
        high[j] = 0.0
    return Program(program.cost, tuple(low), tuple(high), (*program.rows, spent), program.whole)
