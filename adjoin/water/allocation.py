"""Who may take how much? Water of a river divided among its reaches for one step, with flows that must stay in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from adjoin.core.measure import Decision
from adjoin.core.refusal import Refusal
from adjoin.methods.optimise import INFINITE, Program, Row, decision, solve

_DRY = 1e-7  # of what is missing: less is the tolerance of the solver


@dataclass(frozen=True, slots=True)
class Taker:
    """One reach: where its water goes, what joins it, what must stay, what is asked for and what that is worth."""

    down: int | None
    inflow: float
    least: float  # outflow that must stay
    demand: float
    benefit: float  # by unit of water
    party: str = ""


@dataclass(frozen=True, slots=True)
class Diversion:
    """A canal from the foot of one reach to the head of another; of what it takes a part arrives."""

    start: int
    end: int
    capacity: float
    arrives: float = 1.0


@dataclass(frozen=True, slots=True)
class Missing:
    """The reaches whose least flow cannot be kept, and what is missing there whatever is done."""

    by_reach: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Allocation:
    """What is delivered, what flows out of each reach, what the canals carry, and what water is worth."""

    deliveries: tuple[float, ...]
    outflow: tuple[float, ...]
    diverted: tuple[float, ...]
    worth: tuple[float, ...]  # by reach: benefit of one unit more of inflow
    quota_worth: Mapping[str, float]  # by party: benefit of one unit more of its quota
    decision: Decision = field(repr=False)


def allocate(
    takers: Sequence[Taker],
    diversions: Sequence[Diversion] = (),
    quotas: Mapping[str, float] = MappingProxyType({}),
) -> Allocation | Missing:
    """The deliveries of most benefit that leave every reach its least flow.

        max sum b_i x_i
        out_i = inflow_i + sum of out above + sum arrives_k z_k into i - x_i - sum z_k out of i
        out_i >= least_i;   0 <= x_i <= demand_i;   0 <= z_k <= capacity_k;   sum of x of a party <= its quota

    takers : in any order, `down` by place; water in one unit (m3/s, or m3 of the step)
    quotas : by party, in the same unit

    One step: nothing is stored and nothing returns. A priority is a higher benefit. Where least flows cannot be kept
    nothing is divided; the answer says where water is missing. Source: linear programme.
    """
    _no_ring(takers, diversions)
    program, names, rows = _program(takers, diversions, quotas)
    found = solve(program)
    if found.status == "infeasible":
        return _missing(takers, program)
    n, prices = len(takers), dict(zip(rows, found.prices, strict=True))
    return Allocation(
        found.primal[:n],
        found.primal[n : 2 * n],
        found.primal[2 * n :],
        tuple(-prices[f"balance {i}"] + 0.0 for i in range(n)),
        {party: -prices[f"quota {party}"] + 0.0 for party in quotas},
        decision(program, found.primal, found.prices, names=names, rows=rows, most=True),
    )


def _program(
    takers: Sequence[Taker], diversions: Sequence[Diversion], quotas: Mapping[str, float]
) -> tuple[Program, list[str], list[str]]:
    """Variables: delivery and outflow by reach, then what each canal takes."""
    n = len(takers)
    terms = [{i: 1.0, n + i: 1.0} for i in range(n)]
    for i, each in enumerate(takers):
        if each.down is not None:
            terms[each.down][n + i] = -1.0
    for k, canal in enumerate(diversions, start=2 * n):
        terms[canal.start][k] = 1.0
        terms[canal.end][k] = -canal.arrives
    rows = [Row(each, taker.inflow, taker.inflow) for each, taker in zip(terms, takers, strict=True)]
    rows += [
        Row({i: 1.0 for i, taker in enumerate(takers) if taker.party == party}, high=quota)
        for party, quota in quotas.items()
    ]
    program = Program(
        cost=(*(-each.benefit for each in takers), *(0.0,) * (n + len(diversions))),
        low=(*(0.0,) * n, *(each.least for each in takers), *(0.0,) * len(diversions)),
        high=(*(each.demand for each in takers), *(INFINITE,) * n, *(each.capacity for each in diversions)),
        rows=tuple(rows),
    )
    parts = [f"{part} {i}" for part, count in (("delivery", n), ("outflow", n), ("diversion", len(diversions)))
             for i in range(count)]  # fmt: skip
    return program, parts, [*(f"balance {i}" for i in range(n)), *(f"quota {party}" for party in quotas)]


def _missing(takers: Sequence[Taker], program: Program) -> Missing:
    """The least that is missing together, with a shortfall at every reach: outflow + missing >= least."""
    n, width = len(takers), len(program.cost)
    short = [Row({n + i: 1.0, width + i: 1.0}, low=each.least) for i, each in enumerate(takers)]
    found = solve(
        Program(
            cost=(*(0.0,) * width, *(1.0,) * n),
            low=(0.0,) * (width + n),
            high=(*program.high, *(INFINITE,) * n),
            rows=(*program.rows, *short),
        )
    )
    return Missing({i: x for i, x in enumerate(found.primal[width:]) if x > _DRY})


def _no_ring(takers: Sequence[Taker], diversions: Sequence[Diversion]) -> None:
    """Water that comes back to where it was would keep a least flow with nothing: such a canal is refused."""
    onward = [[] if each.down is None else [each.down] for each in takers]
    waiting = [0] * len(takers)
    for canal in diversions:
        onward[canal.start].append(canal.end)
    for ways in onward:
        for end in ways:
            waiting[end] += 1
    free = [i for i, count in enumerate(waiting) if not count]
    for i in free:
        for end in onward[i]:
            waiting[end] -= 1
            if not waiting[end]:
                free.append(end)
    if len(free) < len(takers):
        caught = [i for i, count in enumerate(waiting) if count]
        raise Refusal("water_in_a_ring", met=", ".join(map(str, caught[:8])))
