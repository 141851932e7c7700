"""Is a division of a cost the nucleolus? A proof that needs no solver to be checked.

Coalitions by their advantage, the smallest first: at every level the coalitions up to there must be balanced,

    sum over them of weight_S 1_S = 1 for every player,   every weight above 0

until they and the whole fix the division. Then nobody's smallest advantages can be raised. Source: Kohlberg 1971.
Coalitions are bit masks, as in `fair`; a gain is a cost below 0.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjoin.methods.optimise import INFINITE, Program, Row, solve

_ALIKE = 1e-7  # relative: advantages nearer than this are one
_SUM = 1e-6


@dataclass(frozen=True, slots=True)
class Level:
    """The coalitions whose advantage is at most this, with the weights that balance them."""

    advantage: float
    weights: Mapping[int, float]


def levels(costs: Mapping[int, float], division: Sequence[float]) -> list[tuple[float, list[int]]]:
    """The advantages of a division in ascending order, each with all coalitions up to there.

    e(S) = c(S) - x(S), for every coalition but the whole
    """
    grand = (1 << len(division)) - 1
    near = _ALIKE * max(1.0, *map(abs, costs.values()))
    advantages = sorted((costs[s] - _sum(division, s), s) for s in range(1, grand))
    found: list[tuple[float, list[int]]] = []
    for value, coalition in advantages:
        if found and value - found[-1][0] <= near:
            found[-1] = (value, [*found[-1][1], coalition])
        else:
            found.append((value, [*(found[-1][1] if found else []), coalition]))
    return found


def proof(costs: Mapping[int, float], division: Sequence[float]) -> tuple[Level, ...]:
    """The levels that fix a division, with their weights; weights of 0 where a level cannot be balanced."""
    found: list[Level] = []
    rank = 1
    for advantage, coalitions in levels(costs, division):
        if rank == len(division):
            break
        now = _rank(coalitions, len(division))
        if now > rank:
            rank = now
            found.append(Level(advantage, _balanced(coalitions, len(division))))
    return tuple(found)


def proves(costs: Mapping[int, float], division: Sequence[float], shown: Sequence[Level]) -> bool:
    """Whether a proof holds: whole levels, every weight above 0, 1 for every player, and the division fixed."""
    players = len(division)
    whole = costs[(1 << players) - 1]
    if abs(math.fsum(division) - whole) > _SUM * max(1.0, abs(whole)):
        return False
    there = {frozenset(coalitions) for _, coalitions in levels(costs, division)}
    for level in shown:
        sums = (math.fsum(w for s, w in level.weights.items() if s >> i & 1) for i in range(players))
        if frozenset(level.weights) not in there or min(level.weights.values()) <= 0:
            return False
        if any(abs(each - 1) > _SUM for each in sums):
            return False
    return players == 1 or (bool(shown) and _rank(list(shown[-1].weights), players) == players)


def _balanced(coalitions: Sequence[int], players: int) -> dict[int, float]:
    """The weights whose smallest is largest."""
    n = len(coalitions)
    rows = [Row({k: 1.0 for k, s in enumerate(coalitions) if s >> i & 1}, 1.0, 1.0) for i in range(players)]
    rows += [Row({k: 1.0, n: -1.0}, low=0.0) for k in range(n)]
    found = solve(Program((0.0,) * n + (-1.0,), (0.0,) * (n + 1), (INFINITE,) * n + (1.0,), tuple(rows)))
    weights = found.primal[:n] if found.status == "optimal" else (0.0,) * n
    return dict(zip(coalitions, weights, strict=True))


def _rank(coalitions: Sequence[int], players: int) -> int:
    import numpy as np

    rows = [[s >> i & 1 for i in range(players)] for s in (*coalitions, (1 << players) - 1)]
    return int(np.linalg.matrix_rank(np.array(rows, dtype=float)))


def _sum(division: Sequence[float], coalition: int) -> float:
    return math.fsum(x for i, x in enumerate(division) if coalition >> i & 1)
