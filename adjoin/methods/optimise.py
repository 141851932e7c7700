"""What is cheapest under linear conditions? A program, its solution, and a proof that can be checked without a solver.

    minimise c x   subject to   low <= A x <= high,  l <= x <= u,  some x whole

For a program without whole numbers the prices y of the rows give a bound that anybody can add up again:

    c x  >=  sum_i y_i (low_i if y_i > 0 else high_i)  +  sum_j min over l_j..u_j of (c - A'y)_j x_j
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adjoin.core.measure import Decision, Measure
from adjoin.core.refusal import Refusal

if TYPE_CHECKING:
    import highspy

INFINITE = math.inf
_SECONDS = 30.0
_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Row:
    """One condition: low <= sum of terms <= high."""

    terms: Mapping[int, float]  # variable -> factor
    low: float = -INFINITE
    high: float = INFINITE


@dataclass(frozen=True, slots=True)
class Program:
    """A linear program; `whole` are the variables that must be whole numbers."""

    cost: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    rows: tuple[Row, ...]
    whole: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Solution:
    """The best point found, the prices of its rows and variables, and a bound below which nothing lies."""

    status: str  # "optimal", "infeasible"
    objective: float = math.nan
    primal: tuple[float, ...] = ()
    prices: tuple[float, ...] = ()  # a row: change of the optimum for one more of its right side
    reduced: tuple[float, ...] = ()  # a variable: cost less what its rows are worth
    bound: float = -INFINITE

    @property
    def gap(self) -> float:
        """How far the objective may lie above the optimum, relative."""
        return max(0.0, self.objective - self.bound) / max(1.0, abs(self.objective))


def solve(program: Program, *, seconds: float = _SECONDS) -> Solution:
    """The optimum of a program, proved to a gap of 0; refused where time runs out before."""
    import highspy
    from highspy._core import _Highs  # the public one writes a banner to standard output

    solver = _Highs()
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("time_limit", seconds)
    solver.passModel(_model(program))
    solver.run()
    status = solver.getModelStatus()
    kinds = highspy.HighsModelStatus
    if status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
        return Solution("infeasible")
    info, found = solver.getInfo(), solver.getSolution()
    if status != kinds.kOptimal:
        raise Refusal("not_proved", met=str(status).rpartition(".k")[2], seconds=seconds)
    primal = tuple(map(float, found.col_value))
    objective = math.fsum(c * x for c, x in zip(program.cost, primal, strict=True))
    if program.whole:
        return Solution("optimal", objective, primal, bound=min(float(info.mip_dual_bound), objective))
    prices = tuple(map(float, found.row_dual))
    return Solution("optimal", objective, primal, prices, reduced_costs(program, prices), bound(program, prices))


def reduced_costs(program: Program, prices: tuple[float, ...]) -> tuple[float, ...]:
    """What a variable costs less what its rows are worth: c - A'y."""
    left = list(program.cost)
    for row, price in zip(program.rows, prices, strict=True):
        for j, factor in row.terms.items():
            left[j] -= factor * price
    return tuple(left)


def bound(program: Program, prices: tuple[float, ...]) -> float:
    """The bound that prices of the rows prove, added up by hand; prices of the wrong sign prove nothing."""
    parts = [_worth(price, row.low, row.high) for row, price in zip(program.rows, prices, strict=True) if price]
    parts += [
        _worth(cost, low, high)
        for cost, low, high in zip(reduced_costs(program, prices), program.low, program.high, strict=True)
        if cost
    ]
    return math.fsum(parts)


def violation(program: Program, primal: tuple[float, ...]) -> float:
    """How far a point is from keeping every condition, at most."""
    beyond = [max(low - x, x - high, 0.0) for x, low, high in zip(primal, program.low, program.high, strict=True)]
    for row in program.rows:
        value = math.fsum(factor * primal[j] for j, factor in row.terms.items())
        beyond.append(max(row.low - value, value - row.high, 0.0))
    return max(beyond, default=0.0)


def decision(
    program: Program,
    primal: Sequence[float],
    prices: Sequence[float],
    *,
    names: Sequence[str],
    rows: Sequence[str] = (),
    proved: float | None = None,
    most: bool = False,
) -> Decision:
    """A point and its prices as a Decision: objective, bound and violation are added up here, not taken over.

    names, rows : of the variables and the conditions
    proved : the bound of a search, for a program with whole numbers
    most : the program counts gains below 0; the decision says them above
    """
    sign = -1.0 if most else 1.0
    objective = math.fsum(c * x for c, x in zip(program.cost, primal, strict=True))
    return Decision(
        sense="most" if most else "least",
        measures=tuple(Measure(name, x) for name, x in zip(names, primal, strict=True) if x),
        objective=sign * objective + 0.0,
        bound=sign * (bound(program, tuple(prices)) if proved is None else min(proved, objective)) + 0.0,
        proof="prices" if proved is None else "search",
        prices={} if proved is not None else {name: sign * y + 0.0 for name, y in zip(rows, prices, strict=True)},
        violation=violation(program, tuple(primal)),
    )


def _worth(price: float, low: float, high: float) -> float:
    """The least of price x over low..high; a stray of the solver against an open end counts as 0."""
    end = low if price > 0 else high
    return 0.0 if math.isinf(end) and abs(price) <= _EXACT else price * end


def _model(program: Program) -> "highspy.HighsLp":
    import highspy
    import numpy as np

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.cost), len(program.rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = map(np.array, (program.cost, program.low, program.high))
    model.row_lower_ = np.array([row.low for row in program.rows], dtype=float)
    model.row_upper_ = np.array([row.high for row in program.rows], dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row.terms) for row in program.rows)])
    model.a_matrix_.index_ = np.array([j for row in program.rows for j in row.terms], dtype=np.int32)
    model.a_matrix_.value_ = np.array([f for row in program.rows for f in row.terms.values()], dtype=float)
    if program.whole:
        kinds = highspy.HighsVarType
        model.integrality_ = [
            kinds.kInteger if j in program.whole else kinds.kContinuous for j in range(len(program.cost))
        ]
    return model


_OPTIONS: Mapping[str, bool | float | int] = {
    "log_to_console": False,
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "primal_feasibility_tolerance": _EXACT,
    "dual_feasibility_tolerance": _EXACT,
    "mip_feasibility_tolerance": _EXACT,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": _EXACT,
}
