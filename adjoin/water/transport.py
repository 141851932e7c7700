"""Concentration along one channel over time (level T2): finite volumes, with a balance that is printed.

A cell of area A and length dx exchanges with its neighbours, its storage zone and the land:

    A dx dC/dt = -[Q C] + [A D dC/dx] + q dx CL + alpha A dx (Cs - C) - k A dx C
    As dx dCs/dt = alpha A dx (C - Cs) - k As dx Cs

Advection is explicit with van Leer's limited slopes (MC), at Courant numbers below 1; dispersion, exchange and decay
are implicit, half a step before and half after, their weight theta just large enough to keep every concentration
positive. What crosses a face leaves one cell and enters the next, so the balance closes to rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags_array
from scipy.sparse.linalg import SuperLU, splu

Floats = NDArray[np.float64]
Steps = Sequence[tuple[float, float]]  # since when (s), which value
COURANT = 0.8
_STEADY_ROUNDS, _STEADY = 400, 1e-13


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a channel with the same properties from end to end."""

    length: float  # m
    area: float  # m2
    dispersion: float  # m2/s
    storage: float  # As, m2; 0: no storage zone
    exchange: float  # alpha, 1/s
    lateral: float  # q, m3/s/m


@dataclass(frozen=True)
class Cells:
    """A channel cut into cells, from its upper end down, in steady flow."""

    dx: Floats
    area: Floats
    dispersion: Floats
    storage: Floats
    exchange: Floats
    lateral: Floats
    flow: Floats  # m3/s at the faces: one more than cells
    decay: float  # 1/s

    @classmethod
    def of(cls, segments: Sequence[Segment], *, dx: float, flow: float, decay: float) -> Self:
        """Each segment cut into equal cells not longer than dx."""
        counts = [max(1, ceil(each.length / dx)) for each in segments]
        names = ("area", "dispersion", "storage", "exchange", "lateral")
        lengths = np.repeat([each.length / count for each, count in zip(segments, counts, strict=True)], counts)
        columns = {name: np.repeat([getattr(each, name) for each in segments], counts) for name in names}
        flows = flow + np.append(0.0, np.cumsum(columns["lateral"] * lengths))
        return cls(dx=lengths, flow=flows, decay=decay, **columns)

    @property
    def centre(self) -> Floats:
        """Metres from the upper end to the middle of each cell."""
        return np.cumsum(self.dx) - self.dx / 2

    @cached_property
    def volume(self) -> Floats:
        """Of the moving water, m3."""
        return self.area * self.dx

    @cached_property
    def store(self) -> Floats:
        """Volume of the storage zones, m3."""
        return self.storage * self.dx

    @cached_property
    def rate(self) -> Floats:
        """What moving water and storage zone exchange, alpha A dx, m3/s; 0 where there is no zone."""
        return np.where(self.storage > 0, self.exchange * self.volume, 0.0)

    @cached_property
    def conductance(self) -> Floats:
        """A D / distance at the faces, m3/s: half cells in series; the upper end is a half cell, the lower closed."""
        half = self.dx / (2 * self.area * self.dispersion)
        return np.concatenate([[1 / half[0]], 1 / (half[1:] + half[:-1]), [0.0]])

    def time_step(self) -> float:
        """The longest step at which no water crosses a whole cell."""
        return float(COURANT * np.min(self.volume / self.flow[1:]))


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the mass went, in g; `error` is what is missing, relative to the largest of them."""

    at_start: float
    entered: float
    lateral: float
    left: float
    decayed: float
    at_end: float

    @property
    def error(self) -> float:
        """(start + in + lateral - out - decayed - end) over the largest term."""
        terms = (self.at_start, self.entered, self.lateral, self.left, self.decayed, self.at_end)
        missing = self.at_start + self.entered + self.lateral - self.left - self.decayed - self.at_end
        return abs(missing) / (max(map(abs, terms)) or 1.0)


@dataclass(frozen=True)
class Run:
    """Concentration at the asked places (rows) and times (columns), mg/L, and the balance."""

    concentration: Floats
    balance: Balance
    steps: int


def run(cells: Cells, upstream: Steps, lateral: float, places: Sequence[float], times: Sequence[float]) -> Run:
    """Concentration at some places and times, from the steady state of the first upstream value on.

    upstream : (s, mg/L), from each time on; lateral : concentration of lateral inflow, mg/L
    places : m from the upper end; times : s, ascending, from the first upstream time on

    Source: the equations of Bencala and Walters 1983 and Runkel 1998 (OTIS).
    """
    begin, end = upstream[0][0], times[-1]
    count = max(1, ceil((end - begin) / cells.time_step()))
    dt = (end - begin) / count
    step = _Step.of(cells, dt, lateral)
    state = _steady(cells, upstream[0][1], lateral)
    edges = begin + dt * np.arange(count + 1, dtype=np.float64)
    entering = _means(upstream, edges)
    seen = np.empty((count + 1, len(places)))
    seen[0] = _at(cells, state[0], places)
    moved = np.zeros(3)  # entered, left, decayed, g
    start = _mass(cells, state)
    for n, boundary in enumerate(entering.tolist()):
        state, crossed = step.forward(state, boundary)
        moved += crossed
        seen[n + 1] = _at(cells, state[0], places)
    balance = Balance(
        at_start=start,
        entered=float(moved[0]),
        lateral=float(cells.lateral @ cells.dx) * lateral * dt * count,
        left=float(moved[1]),
        decayed=float(moved[2]),
        at_end=_mass(cells, state),
    )
    found = np.array([np.interp(times, edges, seen[:, i]) for i in range(len(places))])
    return Run(found, balance, count)


State = tuple[Floats, Floats]  # concentration of the moving water and of the storage zone


@dataclass(frozen=True)
class _Step:
    """One step of time: half of the mixing, the advection, the other half (second order in time)."""

    cells: Cells
    dt: float
    source: Floats  # lateral inflow, g/s
    mixing: "_Mixing"

    @classmethod
    def of(cls, cells: Cells, dt: float, lateral: float) -> Self:
        return cls(cells, dt, cells.lateral * cells.dx * lateral, _Mixing.of(cells, dt / 2))

    def forward(self, state: State, boundary: float) -> tuple[State, Floats]:
        """The state one step later, and what entered, left and decayed, g."""
        (c, cs), before = self.mixing.forward(state, boundary)
        flux = _advected(self.cells, c, boundary, self.dt)
        c = c + (flux[:-1] - flux[1:] + self.source) * self.dt / self.cells.volume
        state, after = self.mixing.forward((c, cs), boundary)
        return state, before + after + self.dt * np.array([flux[0], flux[-1], 0.0])


@dataclass(frozen=True)
class _Mixing:
    """Dispersion, exchange and decay over some time, by theta; the storage zone is eliminated cell by cell."""

    cells: Cells
    dt: float
    theta: float
    held: Floats
    kept: Floats
    solve: SuperLU

    @classmethod
    def of(cls, cells: Cells, dt: float) -> Self:
        theta = _theta(cells, dt)
        lower, middle, upper = _implicit(cells)
        held, kept = _exchange(cells, theta * dt)
        diagonal = cells.volume / dt + theta * (middle + held + cells.decay * cells.volume)
        matrix = diags_array([theta * lower, diagonal, theta * upper], offsets=[-1, 0, 1], format="csc")
        return cls(cells, dt, theta, held, kept, splu(matrix))

    def forward(self, state: State, boundary: float) -> tuple[State, Floats]:
        """The state later, and what entered, left and decayed, g."""
        cells, theta = self.cells, self.theta
        (c, cs), (c2, cs2) = state, self._later(*state, boundary)
        between, inside = theta * c2 + (1 - theta) * c, theta * cs2 + (1 - theta) * cs
        spread = cells.conductance[0] * (boundary - between[0])
        decayed = cells.decay * (cells.volume @ between + cells.store @ inside)
        return (c2, cs2), self.dt * np.array([spread, 0.0, decayed])

    def _later(self, c: Floats, cs: Floats, boundary: float) -> State:
        cells, dt, theta = self.cells, self.dt, self.theta
        lower, middle, upper = _implicit(cells)
        spread = middle * c
        spread[1:] += lower * c[:-1]
        spread[:-1] += upper * c[1:]
        gained = (1 - theta) * (cells.rate * (c - cs) - cells.decay * cells.store * cs)
        ready = (cells.store * cs + dt * gained) * self.kept  # the zone later, without what the new c gives it
        away = spread + cells.decay * cells.volume * c
        right = -away - (1 - theta) * cells.rate * (c - cs) - theta * (self.held * c - cells.rate * ready)
        right[0] += cells.conductance[0] * boundary
        c2 = c + self.solve.solve(right)  # the change is solved for: its rounding is smaller
        return c2, ready + theta * dt * cells.rate * self.kept * c2


def _exchange(cells: Cells, weight: float) -> tuple[Floats, Floats]:
    """What a storage zone takes from its cell for good in an implicit step, m3/s; and 1 over its own diagonal, 1/m3.

    held = rate - rate^2 w kept,  kept = 1 / (As dx + w (rate + k As dx)); without a zone both are 0.
    """
    whole = cells.store + weight * (cells.rate + cells.decay * cells.store)
    kept = np.divide(1.0, whole, out=np.zeros_like(whole), where=cells.store > 0)
    return cells.rate - cells.rate**2 * weight * kept, kept


def _implicit(cells: Cells) -> tuple[Floats, Floats, Floats]:
    """Dispersion as a matrix of three diagonals, m3/s."""
    g = cells.conductance
    return -g[1:-1], g[:-1] + g[1:], -g[1:-1]


def _theta(cells: Cells, dt: float) -> float:
    """1/2 (second order) where that keeps concentrations positive, else just enough."""
    g = cells.conductance
    fastest = float(np.max((g[:-1] + g[1:] + cells.rate) / cells.volume + cells.decay))
    has = cells.store > 0
    if has.any():
        fastest = max(fastest, float(np.max(cells.rate[has] / cells.store[has] + cells.decay)))
    return max(0.5, 1 - 1 / (dt * fastest)) if fastest > 0 else 0.5


def _advected(cells: Cells, c: Floats, boundary: float, dt: float) -> Floats:
    """What the water carries over each face, g/s."""
    courant = cells.flow[1:] * dt / cells.volume
    face = c + (1 - courant) / 2 * _limited(c, boundary)
    result: Floats = cells.flow * np.append(boundary, face)
    return result


def _limited(c: Floats, boundary: float) -> Floats:
    """The change of concentration over each cell: the mean of both sides, held within twice the smaller (MC)."""
    steps = np.diff(c, prepend=boundary)
    behind, ahead = steps, np.append(steps[1:], 0.0)
    least = 2 * np.minimum(np.abs(behind), np.abs(ahead))
    middle = (behind + ahead) / 2
    return np.where(behind * ahead > 0, np.sign(middle) * np.minimum(np.abs(middle), least), 0.0)


def _steady(cells: Cells, boundary: float, lateral: float) -> State:
    """The state that stays: the upwind solution, corrected until the limited slopes are in balance too."""
    lower, middle, upper = _implicit(cells)
    rate = cells.rate
    whole = rate + cells.decay * cells.store
    ratio = np.divide(rate, whole, out=np.ones_like(whole), where=whole > 0)  # Cs / C
    loss = rate * (1 - ratio) + cells.decay * cells.volume
    matrix = diags_array(
        [lower - cells.flow[1:-1], middle + cells.flow[1:] + loss, upper], offsets=[-1, 0, 1], format="csc"
    )
    solve = splu(matrix)
    source = cells.lateral * cells.dx * lateral
    source[0] += (cells.flow[0] + cells.conductance[0]) * boundary
    c = solve.solve(source)
    for _ in range(_STEADY_ROUNDS):
        extra = cells.flow[1:] * _limited(c, boundary) / 2
        after = solve.solve(source - np.diff(extra, prepend=0.0))
        moved, c = float(np.max(np.abs(after - c))), (c + after) / 2
        if moved <= _STEADY * float(np.max(np.abs(c))):
            break
    return c, ratio * c


def _means(steps: Steps, edges: Floats) -> Floats:
    """The mean of a value in steps over each interval."""
    since = np.array([time for time, _ in steps])
    value = np.array([each for _, each in steps])
    corners = np.append(0.0, np.cumsum(np.diff(since) * value[:-1]))
    row = np.clip(np.searchsorted(since, edges, side="right") - 1, 0, None)
    whole = corners[row] + (edges - since[row]) * value[row]
    result: Floats = np.diff(whole) / np.diff(edges)
    return result


def _at(cells: Cells, c: Floats, places: Sequence[float]) -> Floats:
    result: Floats = np.interp(places, cells.centre, c)
    return result


def _mass(cells: Cells, state: State) -> float:
    return float(cells.volume @ state[0] + cells.store @ state[1])
