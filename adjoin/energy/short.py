"""A power system of a few hours as one linear programme, with a Decision that can be checked without a solver."""

from dataclasses import dataclass

from adjoin.core.measure import Decision
from adjoin.energy.system import Run, System
from adjoin.methods.optimise import INFINITE, Program, Row, decision, solve


@dataclass(frozen=True, slots=True)
class Short:
    """What ran, and the Decision behind it."""

    run: Run
    decision: Decision


def solved(system: System) -> Short:
    """The cheapest capacities and dispatch, together.

        min sum capital build + sum_t w (sum cost p + shed s)
        sum p + discharge - charge + s -/+ flow = load;   p <= available (MW + build);   |flow| <= MW + build
        level_t = level_(t-1) + e_c charge - discharge/e_d, the first after the last;   level <= hours (MW + build)

    Load that cannot be met is shed at its price, so there is always an answer.
    """
    import numpy as np

    table = _Table()
    _built(system, table)
    for t in range(system.hours):
        _hour(system, table, t)
    program = Program(tuple(table.cost), tuple(table.low), tuple(table.high), tuple(table.rows.values()))
    found = solve(program)
    value = dict(zip(table.at, found.primal, strict=True))
    price = dict(zip(table.rows, found.prices, strict=True))

    def series(part: str, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([value[f"{part} {name} {t}"] for t in range(system.hours)])

    def priced(part: str, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([price[f"{part} {name} {t}"] / w for t, w in enumerate(system.weight)])

    stores = [each.name for each in system.stores]
    run = Run(
        capacity={name: mw + value[f"build {name}"] for name, mw in system.capacity.items()},
        plants={each.name: series("run", each.name) for each in system.plants},
        charge={name: series("charge", name) for name in stores},
        discharge={name: series("discharge", name) for name in stores},
        flow=series("flow", "line"),
        shed={region: series("shed", region) for region in system.regions},
        price={region: priced("balance", region) for region in system.regions},
        worth={name: priced("level", name) for name in stores},
    )
    return Short(run, decision(program, found.primal, found.prices, names=list(table.at), rows=list(table.rows)))


class _Table:
    """Variables and rows by name, in the order in which they are met."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.rows: dict[str, Row] = {}

    def variable(self, name: str, cost: float, low: float, high: float) -> int:
        self.at[name] = len(self.cost)
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        return self.at[name]


def _built(system: System, table: _Table) -> None:
    for each in system.parts:
        table.variable(f"build {each.name}", each.capital, 0.0, each.mw_most - each.mw)
    line = system.line
    table.variable("build line", line.capital, 0.0, line.mw_most - line.mw)


def _hour(system: System, table: _Table, t: int) -> None:
    w = system.weight[t]
    terms: dict[str, dict[int, float]] = {region: {} for region in system.regions}
    for plant in system.plants:
        i = table.variable(f"run {plant.name} {t}", w * plant.cost, 0.0, INFINITE)
        terms[plant.region][i] = 1.0
        _within(table, f"most {plant.name} {t}", i, (plant.name, plant.available[t], plant.mw))
    for region in system.regions:
        load = system.load[region][t]
        terms[region][table.variable(f"shed {region} {t}", w * system.shed, 0.0, load)] = 1.0
    flow = table.variable(f"flow line {t}", 0.0, -INFINITE, INFINITE)
    for way, sign in (("onward", 1.0), ("back", -1.0)):
        row = Row({flow: sign, table.at["build line"]: -1.0}, high=system.line.mw)
        table.rows[f"{way} line {t}"] = row
    for region, sign in zip(system.regions, (-1.0, 1.0), strict=True):
        terms[region][flow] = sign
    for store in system.stores:
        _stored(system, table, store.name, t, terms[store.region])
    for region in system.regions:
        load = system.load[region][t]
        table.rows[f"balance {region} {t}"] = Row(terms[region], load, load)


def _stored(system: System, table: _Table, name: str, t: int, balance: dict[int, float]) -> None:
    store = next(each for each in system.stores if each.name == name)
    parts = {}
    for part, share in (("charge", 1.0), ("discharge", 1.0), ("level", store.hours)):
        parts[part] = table.variable(f"{part} {name} {t}", 0.0, 0.0, INFINITE)
        _within(table, f"most {part} {name} {t}", parts[part], (name, share, store.mw))
    balance |= {parts["charge"]: -1.0, parts["discharge"]: 1.0}
    held = {parts["level"]: 1.0, parts["charge"]: -store.charging, parts["discharge"]: 1 / store.discharging}
    if t:
        held[table.at[f"level {name} {t - 1}"]] = -1.0
    table.rows[f"level {name} {t}"] = Row(held, 0.0, 0.0)
    if t == system.hours - 1:  # the first hour begins where the last ends
        first = dict(table.rows[f"level {name} 0"].terms)
        first[parts["level"]] = first.get(parts["level"], 0.0) - 1.0
        table.rows[f"level {name} 0"] = Row(first, 0.0, 0.0)


def _within(table: _Table, row: str, variable: int, built: tuple[str, float, float]) -> None:
    """A variable up to a share of what stands and what is built: name, share, MW that stand."""
    name, share, mw = built
    table.rows[row] = Row({variable: 1.0, table.at[f"build {name}"]: -share}, high=share * mw)
