"""Who bears how much of a joint cost? Shapley value, nucleolus, and whether anybody would rather go alone.

Coalitions are bit masks: player i is in S where bit i is set.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from adjoin.methods.optimise import INFINITE, Program, Row, solve

_TOLERANCE = 1e-9
_PAYS = 1e-7  # a price above this binds in every optimum


@dataclass(frozen=True, slots=True)
class Shares:
    """Two divisions of the whole, and whether they leave nobody a reason to part."""

    shapley: tuple[float, ...]
    nucleolus: tuple[float, ...]
    least_core_value: float  # the smallest advantage of a coalition at the nucleolus
    core_is_empty: bool
    shapley_in_core: bool


def shares(game: Mapping[int, float], players: int, *, cost: bool) -> Shares:
    """The Shapley value and the (pre-)nucleolus of a game.

        shapley_i = sum_S |S|!(n-|S|-1)!/n! (f(S+i) - f(S))
        nucleolus: the division whose advantages e(S), sorted upwards, are lexicographically greatest
        e(S) = c(S) - x(S) for costs, x(S) - v(S) for worths

    game : coalition -> cost or worth, every one but the empty

    Source: Shapley 1953; Schmeidler 1969; Kohlberg 1971.
    """
    sign = 1.0 if cost else -1.0
    costs = {each: sign * value for each, value in game.items()}
    grand = (1 << players) - 1
    slack = _TOLERANCE * max(1.0, abs(game[grand]))
    value, nucleolus = _shapley(costs, players), _nucleolus(costs, players)
    least = advantage(costs, nucleolus)
    return Shares(
        tuple(sign * x for x in value),
        tuple(sign * x for x in nucleolus),
        least,
        least < -slack,
        advantage(costs, value) >= -slack,
    )


def advantage(costs: Mapping[int, float], division: tuple[float, ...]) -> float:
    """The smallest advantage any coalition has from staying; infinite for a single player."""
    grand = (1 << len(division)) - 1
    return min((costs[s] - _sum(division, s) for s in range(1, grand)), default=0.0)


def _sum(division: tuple[float, ...], coalition: int) -> float:
    return math.fsum(x for i, x in enumerate(division) if coalition >> i & 1)


def _shapley(costs: Mapping[int, float], players: int) -> tuple[float, ...]:
    whole = math.factorial(players)
    weight = [math.factorial(k) * math.factorial(players - k - 1) / whole for k in range(players)]
    return tuple(
        math.fsum(
            weight[s.bit_count()] * (costs[s | 1 << i] - costs.get(s, 0.0))
            for s in range(1 << players)
            if not s >> i & 1
        )
        for i in range(players)
    )


def _nucleolus(costs: Mapping[int, float], players: int) -> tuple[float, ...]:
    """Raise the smallest advantage as far as it goes, settle what binds in every optimum, and so on to a point."""
    import numpy as np

    grand = (1 << players) - 1
    scale = max(map(abs, costs.values())) or 1.0
    settled = {grand: costs[grand] / scale}
    free = list(range(1, grand))
    while len(settled) < players:
        rows, found = _round(costs, players, free, settled, scale)
        level = found[1]
        for s, price in zip(free, rows, strict=True):
            if price > _PAYS and len(settled) < players and _independent(settled, s, players):
                settled[s] = costs[s] / scale - level
        free = [s for s in free if _independent(settled, s, players)]
    matrix = np.array([_bits(s, players) for s in settled], dtype=float)
    point = np.linalg.solve(matrix, np.array(list(settled.values())))
    return tuple(float(x) * scale for x in point)


def _round(
    costs: Mapping[int, float], players: int, free: list[int], settled: Mapping[int, float], scale: float
) -> tuple[list[float], tuple[tuple[float, ...], float]]:
    """Maximise t where every free coalition keeps c(S) - x(S) >= t: the prices of the coalitions, and t."""
    rows = [Row({**{i: 1.0 for i in range(players) if s >> i & 1}, players: 1.0}, high=costs[s] / scale) for s in free]
    rows += [Row({i: 1.0 for i in range(players) if s >> i & 1}, fixed, fixed) for s, fixed in settled.items()]
    n = players + 1
    found = solve(Program((0.0,) * players + (-1.0,), (-INFINITE,) * n, (INFINITE,) * n, tuple(rows)))
    return [-price for price in found.prices[: len(free)]], (found.primal[:players], found.primal[players])


def _independent(settled: Mapping[int, float], coalition: int, players: int) -> bool:
    import numpy as np

    rows = [_bits(s, players) for s in settled]
    return int(np.linalg.matrix_rank(np.array([*rows, _bits(coalition, players)], dtype=float))) > len(rows)


def _bits(coalition: int, players: int) -> list[int]:
    return [coalition >> i & 1 for i in range(players)]
