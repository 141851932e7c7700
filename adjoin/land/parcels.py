"""Which parcels? The cheapest that reach all targets, and the best for a budget."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from adjoin.core.refusal import Refusal

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

_SLACK = 1e-9
_TIE = 1e-12
_SECONDS = 20.0
_CUTS = 50  # sets that only the solver's tolerance let through, cut off one by one

Floats = NDArray[np.float64]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """Parcels that are unit squares of a grid, and what their outline costs."""

    rows: int
    columns: int
    penalty: float = 0.0
    edge_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Chosen parcels, what they are worth, the bound that nothing passes, and whether that is proven."""

    selected: tuple[int, ...]
    objective: float
    bound: float
    proven: bool

    @property
    def gap(self) -> float:
        """How far the objective is from its bound."""
        return abs(self.objective - self.bound)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Targets to reach, and parcels that must or must not be taken."""

    amounts: Sequence[Sequence[float]]  # of each feature, by parcel
    targets: Sequence[float]
    locked_in: frozenset[int] = frozenset()
    locked_out: frozenset[int] = frozenset()


def out_of_reach(wanted: Wanted) -> tuple[int, ...]:
    """The features whose target all parcels together do not reach."""
    free = [i for i in range(len(wanted.amounts[0])) if i not in wanted.locked_out]
    best = [math.fsum(max(row[i], 0.0) for i in free) for row in wanted.amounts]
    return tuple(f for f, target in enumerate(wanted.targets) if best[f] < target - _SLACK)


def for_targets(costs: Sequence[float], wanted: Wanted, grid: Grid | None) -> Choice:
    """The cheapest parcels that reach all targets, with a penalty on their outline.

        min sum c x + penalty * (sides between chosen and unchosen + edge_factor * chosen sides on the margin)
        sum_i r_fi x_i >= T_f

    costs : in units of the user, as are amounts and targets

    The minimum-set problem with boundary penalty: Ball and Possingham 2000; prioritizr. Solved to proven optimality.
    """
    weights = np.asarray(costs, dtype=float)
    pairs: list[Pair] = []
    if grid and grid.penalty > 0:
        pairs = neighbours(grid)
        weights = weights + grid.penalty * (_sides(grid) + grid.edge_factor * _margin(grid))
    gains = np.full(len(pairs), 2 * grid.penalty if grid else 0.0)
    amounts = np.asarray(wanted.amounts, dtype=float)
    reach = [(row, float(target), math.inf) for row, target in zip(amounts, wanted.targets, strict=True)]
    lower = np.array([float(i in wanted.locked_in) for i in range(len(costs))])
    upper = np.array([float(i not in wanted.locked_out) for i in range(len(costs))])

    def value(chosen: Sequence[int]) -> float:
        extra = grid.penalty * boundary(chosen, grid) if grid else 0.0
        return math.fsum(costs[i] for i in chosen) + extra

    chosen, bound, proven = _solve(weights, pairs, -gains, reach, (lower, upper))
    return Choice(chosen, value(chosen), bound, proven)


def for_budget(costs: Sequence[float], covers: Sequence[float], joins: Mapping[Pair, float], budget: float) -> Choice:
    """The parcels of most cover and connection that a budget buys: max sum a x + sum of gains with both chosen."""
    free = np.zeros(len(costs)), np.ones(len(costs))
    row = (np.asarray(costs, dtype=float), -math.inf, budget)
    pairs, gains = list(joins), np.array(list(joins.values()), dtype=float)
    chosen, bound, proven = _solve(-np.asarray(covers, dtype=float), pairs, -gains, [row], free)
    return Choice(chosen, worth(chosen, covers, joins), -bound, proven)


def greedy(
    costs: Sequence[float], covers: Sequence[float], joins: Mapping[Pair, float], budget: float
) -> tuple[int, ...]:
    """Parcels taken one by one by gain for cost, as long as money and gain last: what planners do by hand."""
    beside: dict[int, list[tuple[int, float]]] = {i: [] for i in range(len(costs))}
    for (a, b), gain in joins.items():
        beside[a].append((b, gain))
        beside[b].append((a, gain))
    chosen: set[int] = set()
    left = budget
    while True:
        rates = {
            i: (covers[i] + sum(gain for j, gain in beside[i] if j in chosen)) / cost
            for i, cost in enumerate(costs)
            if i not in chosen and cost <= left + _SLACK
        }
        best = max(rates.values(), default=0.0)
        if best <= 0:
            return tuple(sorted(chosen))
        taken = next(i for i, rate in rates.items() if rate >= best - _TIE)
        chosen.add(taken)
        left -= costs[taken]


def worth(chosen: Sequence[int], covers: Sequence[float], joins: Mapping[Pair, float]) -> float:
    """Cover and connection of a set of parcels."""
    inside = set(chosen)
    return math.fsum([covers[i] for i in chosen] + [g for (a, b), g in joins.items() if a in inside and b in inside])


def boundary(chosen: Sequence[int], grid: Grid) -> float:
    """Sides between a chosen and an unchosen parcel, and those on the margin by their factor."""
    inside = set(chosen)
    between = sum((a in inside) != (b in inside) for a, b in neighbours(grid))
    margin = _margin(grid)
    return between + grid.edge_factor * float(sum(margin[i] for i in chosen))


def neighbours(grid: Grid) -> list[Pair]:
    """Parcels that share a side."""
    number = np.arange(grid.rows * grid.columns).reshape(grid.rows, grid.columns)
    sides = [(number[:, :-1], number[:, 1:]), (number[:-1], number[1:])]
    return [(int(a), int(b)) for one, other in sides for a, b in zip(one.ravel(), other.ravel(), strict=True)]


def _sides(grid: Grid) -> Floats:
    return 4.0 - _margin(grid)


def _margin(grid: Grid) -> Floats:
    """How many sides of each parcel lie on the margin of the grid."""
    edge = np.zeros((grid.rows, grid.columns))
    edge[0] += 1
    edge[-1] += 1
    edge[:, 0] += 1
    edge[:, -1] += 1
    return edge.ravel()


def _solve(
    weights: Floats,
    pairs: Sequence[Pair],
    joint: Floats,
    rows: Sequence[tuple[Floats, float, float]],
    bounds: tuple[Floats, Floats],
) -> tuple[tuple[int, ...], float, bool]:
    """The least of w x + sum joint x_a x_b over 0 and 1; a set that breaks a row by more than 1e-9 is cut off."""
    from scipy.optimize import Bounds, milp

    n, more = len(weights), len(pairs)
    constraints = [*_products(n, pairs), *_rows(rows, n + more)]
    low, high = np.concatenate([bounds[0], np.zeros(more)]), np.concatenate([bounds[1], np.ones(more)])
    whole = np.concatenate([np.ones(n), np.zeros(more)])
    for _ in range(_CUTS):
        found = milp(
            np.concatenate([weights, joint]),
            constraints=constraints,
            bounds=Bounds(low, high),
            integrality=whole,
            options={"time_limit": _SECONDS, "mip_rel_gap": 0.0},
        )
        if found.x is None:
            raise Refusal("no_choice_found", met=str(found.message)[:80])
        x = np.round(found.x[:n])
        if all(lo - _SLACK <= row @ x <= up + _SLACK for row, lo, up in rows):
            chosen = tuple(int(i) for i in np.flatnonzero(x))
            return chosen, float(found.mip_dual_bound), found.status == 0
        constraints.append(_cut(x, n + more))
    raise Refusal("no_choice_found", met=f"{_CUTS}")


def _products(n: int, pairs: Sequence[Pair]) -> "list[LinearConstraint]":
    """Both z <= x_a and z <= x_b for each pair: every joint weight is a gain."""
    from scipy.optimize import LinearConstraint
    from scipy.sparse import coo_array

    if not pairs:
        return []
    rows = np.arange(2 * len(pairs))
    ends = np.array([end for pair in pairs for end in pair])
    z = n + rows // 2
    ones = np.ones(len(rows))
    matrix = coo_array(
        (np.concatenate([ones, -ones]), (np.concatenate([rows, rows]), np.concatenate([z, ends]))),
        shape=(len(rows), n + len(pairs)),
    )
    return [LinearConstraint(matrix.tocsr(), -math.inf, 0)]


def _rows(rows: Sequence[tuple[Floats, float, float]], width: int) -> "list[LinearConstraint]":
    from scipy.optimize import LinearConstraint

    wide = [np.concatenate([row, np.zeros(width - len(row))]) for row, _, _ in rows]
    return [LinearConstraint(row, low, up) for row, (_, low, up) in zip(wide, rows, strict=True)]


def _cut(x: Floats, width: int) -> "LinearConstraint":
    """Anything but this set: sum over chosen (1 - x) + sum over unchosen x >= 1."""
    from scipy.optimize import LinearConstraint

    row = np.concatenate([1 - 2 * x, np.zeros(width - len(x))])
    return LinearConstraint(row, 1 - x.sum(), math.inf)
