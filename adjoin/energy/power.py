"""What does it cost two areas to keep the lights on for an hour, or a store to move power through a day?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjoin.core.measure import Decision
from adjoin.methods.optimise import INFINITE, Program, Row, decision, solve


@dataclass(frozen=True, slots=True)
class Generator:
    """What can generate at a node this hour."""

    node: str
    name: str
    available_mw: float
    cost_yuan_mwh: float
    clean: bool


@dataclass(frozen=True, slots=True)
class Hour:
    """The dispatch of one hour: what runs, what flows, what it is worth at either end."""

    decision: Decision
    dispatch_mw: Mapping[str, float]
    shed_mw: Mapping[str, float]
    flow_mw: float  # from the first node to the second
    price_yuan_mwh: Mapping[str, float]
    curtailed_mw: float
    clean_share: float | None  # None where nothing is asked for


@dataclass(frozen=True, slots=True)
class Store:
    """A store of energy: what it holds, how fast, and what it loses on the way in and out."""

    energy_mwh: float
    power_mw: float
    charging: float
    discharging: float
    start_mwh: float | None  # None: as full at the end as at the start


@dataclass(frozen=True, slots=True)
class Schedule:
    """A day of coal, store and curtailment, in MWh."""

    decision: Decision
    cost_yuan: float
    coal_mwh: float
    curtailed_mwh: float
    charged_mwh: float
    discharged_mwh: float


def dispatch(
    nodes: tuple[str, str],
    load_mw: Mapping[str, float],
    generators: Sequence[Generator],
    link_mw: float,
    shed_cost: float,
) -> Hour:
    """The cheapest hour of two nodes and a lossless link.

        min sum c g + c_shed s;   sum g + s -/+ F = load at either node;   |F| <= link

    The price of a node is the dual of its balance: what one more MW of load would cost. Load that cannot be met is
    shed at its price, so an hour always has an answer.
    """
    count = len(generators)
    shed, flow = {nodes[0]: count, nodes[1]: count + 1}, count + 2
    rows = tuple(
        Row(
            {**{j: 1.0 for j, g in enumerate(generators) if g.node == node}, shed[node]: 1.0, flow: sign},
            load_mw[node],
            load_mw[node],
        )
        for node, sign in zip(nodes, (-1.0, 1.0), strict=True)
    )
    program = Program(
        cost=(*(g.cost_yuan_mwh for g in generators), shed_cost, shed_cost, 0.0),
        low=(*(0.0 for _ in generators), 0.0, 0.0, -link_mw),
        high=(*(g.available_mw for g in generators), load_mw[nodes[0]], load_mw[nodes[1]], link_mw),
        rows=rows,
    )
    found = solve(program)
    clean = [(g, x) for g, x in zip(generators, found.primal, strict=False) if g.clean]
    asked = sum(load_mw.values())
    return Hour(
        decision=decision(
            program,
            found.primal,
            found.prices,
            names=[*(g.name for g in generators), *(f"shed: {node}" for node in nodes), f"{nodes[0]} -> {nodes[1]}"],
            rows=nodes,
        ),
        dispatch_mw={g.name: x for g, x in zip(generators, found.primal, strict=False)},
        shed_mw={node: found.primal[j] for node, j in shed.items()},
        flow_mw=found.primal[flow],
        price_yuan_mwh=dict(zip(nodes, found.prices, strict=True)),
        curtailed_mw=math.fsum(g.available_mw - x for g, x in clean),
        clean_share=math.fsum(x for _, x in clean) / asked if asked else None,
    )


def storage(
    load_mw: Sequence[float], renewable_mw: Sequence[float], coal_mw: float, coal_yuan_mwh: float, store: Store
) -> Schedule | None:
    """The cheapest schedule of a store beside coal and renewable power with full foresight; None: it cannot be met.

        coal + renewable - curtailed + discharge - charge = load;   s' = s + e_c charge - discharge/e_d

    load_mw, renewable_mw : one an hour

    Among the cheapest schedules the one that moves least energy through the store.
    """
    program = _program(load_mw, renewable_mw, coal_mw, coal_yuan_mwh, store)
    first = solve(program)
    if first.status == "infeasible":
        return None
    hours = len(load_mw)
    spent = Row({j: cost for j, cost in enumerate(program.cost) if cost}, high=first.objective * (1 + 1e-10) + 1e-9)
    moved = tuple(float(hours * 2 <= j < hours * 4) for j in range(hours * 5))
    calm = solve(Program(moved, program.low, program.high, (*program.rows, spent)))
    best = calm.primal if calm.status == "optimal" else first.primal
    coal, curtailed, charged, discharged = (math.fsum(best[part * hours : (part + 1) * hours]) for part in range(4))
    parts = [f"{part} {t}" for part in ("coal", "curtailed", "charge", "discharge", "level") for t in range(hours)]
    rows = [f"{row} {t}" for t in range(hours) for row in ("balance", "level")]
    shown = decision(program, best, first.prices, names=parts, rows=rows)
    return Schedule(shown, first.objective, coal, curtailed, charged, discharged)


def _program(load: Sequence[float], renewable: Sequence[float], coal_mw: float, price: float, store: Store) -> Program:
    """Variables by hour: coal, curtailed, charge, discharge, level at its end."""
    hours = len(load)
    coal, cut, charge, discharge, level = (range(part * hours, (part + 1) * hours) for part in range(5))
    rows = []
    for t in range(hours):
        need = load[t] - renewable[t]
        rows.append(Row({coal[t]: 1.0, cut[t]: -1.0, discharge[t]: 1.0, charge[t]: -1.0}, need, need))
        held = {level[t]: 1.0, charge[t]: -store.charging, discharge[t]: 1 / store.discharging}
        start = 0.0
        if t or store.start_mwh is None:
            held[level[t - 1]] = held.get(level[t - 1], 0.0) - 1.0
        else:
            start = store.start_mwh
        rows.append(Row(held, start, start))
    high = [coal_mw] * hours + list(renewable) + [store.power_mw] * (2 * hours) + [store.energy_mwh] * hours
    return Program(
        cost=tuple([price] * hours + [0.0] * (4 * hours)),
        low=(0.0,) * (5 * hours),
        high=tuple(min(each, INFINITE) for each in high),
        rows=tuple(rows),
    )
