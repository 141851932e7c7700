"""When should each coal unit close, so that capacity and heat are kept and it costs least?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjoin.core.measure import Decision, Measure
from adjoin.methods.optimise import Program, Row, Solution, solve, violation

_SLACK_MW, _EQUAL = 1e-9, 1e-9


@dataclass(frozen=True, slots=True)
class Unit:
    """A coal unit: its power and heat, and what each year, its end and its retrofit cost (10^6 yuan)."""

    name: str
    area: str
    mw: float
    heat_mw: float
    fixed: float
    decommission: float
    retrofit: float
    retrofit_by: int  # kept beyond this year it needs the retrofit
    retrofit_paid_in: int


@dataclass(frozen=True, slots=True)
class Year:
    """What a year asks for, and the firm power that does not come from these units."""

    peak_mw: float
    other_firm_mw: float
    heat_mw: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Retirement:
    """When each unit closes (the number of years: never), what it costs, and what stays firm."""

    decision: Decision  # the amount of a unit is the index of its year
    cost: float  # 10^6 yuan
    index: Mapping[str, int]
    firm_mw: tuple[float, ...]


def retirement(units: Sequence[Unit], years: Sequence[Year], margin: float, discount: float) -> Retirement | None:
    """The cheapest years of closing; None where no choice keeps capacity and heat.

        cost_u(i) = sum_{y<i} fixed d_y + [i < Y] decommission d_i + [i > r, r < Y] retrofit d_q
        d_y = (1 + discount)^-y
        sum MW running + other firm >= peak (1 + margin);   sum heat of an area running >= its heat, every year

    A unit of index i runs in the years before i. Ties: the smallest list of indices in the order of the units.
    """
    count = len(years) + 1
    cost = [_cost(unit, i, len(years), discount) for unit in units for i in range(count)]
    rows = [*_choose(len(units), count), *_needs(units, years, margin)]
    first = solve(_program(cost, rows))
    if first.status != "optimal":
        return None
    spent = Row(dict(enumerate(cost)), high=first.objective + _EQUAL * max(1.0, abs(first.objective)))
    best = _smallest(len(units), count, [*rows, spent], first)
    index = {unit.name: best[u] for u, unit in enumerate(units)}
    firm = tuple(
        year.other_firm_mw + math.fsum(unit.mw for u, unit in enumerate(units) if best[u] > y)
        for y, year in enumerate(years)
    )
    total = math.fsum(cost[u * count + i] for u, i in enumerate(best))
    point = tuple(float(i == best[u]) for u in range(len(units)) for i in range(count))
    decision = Decision(
        sense="least",
        measures=tuple(Measure(name, float(year)) for name, year in index.items()),
        objective=total,
        bound=min(first.bound, total),
        proof="search",
        violation=violation(_program(cost, rows), point),
    )
    return Retirement(decision, total, index, firm)


def _smallest(units: int, count: int, rows: list[Row], first: Solution) -> list[int]:
    """Unit by unit the earliest year that is still among the cheapest."""
    best = _indices(first, units, count)
    for u in range(units):
        if best[u]:
            wish = [float(j - u * count) if u * count <= j < (u + 1) * count else 0.0 for j in range(units * count)]
            found = solve(_program(wish, rows))
            best = _indices(found, units, count) if found.status == "optimal" else best
        rows = [*rows, Row({u * count + best[u]: 1.0}, 1.0, 1.0)]
    return best


def _indices(found: Solution, units: int, count: int) -> list[int]:
    return [max(range(count), key=lambda i: found.primal[u * count + i]) for u in range(units)]


def _program(cost: Sequence[float], rows: Sequence[Row]) -> Program:
    n = len(cost)
    return Program(tuple(cost), (0.0,) * n, (1.0,) * n, tuple(rows), frozenset(range(n)))


def _cost(unit: Unit, index: int, years: int, discount: float) -> float:
    now = [(1 + discount) ** -y for y in range(years)]
    parts = [unit.fixed * now[y] for y in range(index)]
    if index < years:
        parts.append(unit.decommission * now[index])
    if index > unit.retrofit_by and unit.retrofit_by < years:
        parts.append(unit.retrofit * (1 + discount) ** -unit.retrofit_paid_in)
    return math.fsum(parts)


def _choose(units: int, count: int) -> list[Row]:
    return [Row({u * count + i: 1.0 for i in range(count)}, 1.0, 1.0) for u in range(units)]


def _needs(units: Sequence[Unit], years: Sequence[Year], margin: float) -> list[Row]:
    count = len(years) + 1
    rows = []
    for y, year in enumerate(years):
        runs = [(u * count + i, unit) for u, unit in enumerate(units) for i in range(y + 1, count)]
        need = year.peak_mw * (1 + margin) - year.other_firm_mw - _SLACK_MW
        rows.append(Row({j: unit.mw for j, unit in runs}, low=need))
        rows += [
            Row({j: unit.heat_mw for j, unit in runs if unit.area == area}, low=heat - _SLACK_MW)
            for area, heat in year.heat_mw.items()
        ]
    return rows
