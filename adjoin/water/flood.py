"""A flood wave down a channel whose speed changes with its height: Muskingum-Cunge that keeps its volume.

Where coefficients change with flow, those of before and after a step belong to different stores; taken as they are
they lose or make water (up to a tenth of a flood). Todini's form weighs them so that what a reach holds,

    S = dt/(2 C) [(1 - D) I + (1 + D) O],

changes by exactly what enters less what leaves.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from adjoin.core.refusal import Refusal

_ROUNDS = 20  # of Newton's method
_CLOSE = 1e-13
_GUESSES = 2  # of the outflow, before a step is taken


@dataclass(frozen=True, slots=True)
class Bed:
    """A trapezoidal channel; `side` 0 is a rectangle."""

    width: float  # m, at the bottom
    slope: float  # m/m
    n: float  # Manning's roughness, s/m^(1/3)
    side: float = 0.0  # horizontal over vertical

    def area(self, depth: float) -> float:
        """Wetted section, m2."""
        return depth * (self.width + self.side * depth)

    def top(self, depth: float) -> float:
        """Width of the surface, m."""
        return self.width + 2 * self.side * depth

    def flow(self, depth: float) -> float:
        """Manning's flow at a depth, m3/s: sqrt(S)/n A^(5/3) / P^(2/3)."""
        return math.sqrt(self.slope) / self.n * math.pow(self.area(depth), 5 / 3) / math.pow(self._wet(depth), 2 / 3)

    def speed(self, depth: float) -> float:
        """The speed of a small wave, m/s: c = (dQ/dy) / B."""
        walls = 2 * math.hypot(1.0, self.side)
        growth = 5 / 3 * self.top(depth) / self.area(depth) - 2 / 3 * walls / self._wet(depth)
        return self.flow(depth) * growth / self.top(depth)

    def depth(self, flow: float) -> float:
        """The depth of a flow, m, by Newton's method from that of a wide channel."""
        y = math.pow(flow * self.n / (math.sqrt(self.slope) * self.width), 0.6)
        for _ in range(_ROUNDS):
            step = (self.flow(y) - flow) / (self.speed(y) * self.top(y))
            y = max(y - step, y / 4)
            if abs(step) <= _CLOSE * y:
                break
        return y

    def _wet(self, depth: float) -> float:
        return self.width + 2 * depth * math.hypot(1.0, self.side)


@dataclass(frozen=True, slots=True)
class Wave:
    """A flood at the lower end of a channel, and where its water went."""

    outflow: tuple[float, ...]  # m3/s
    entered_m3: float
    left_m3: float
    stored_m3: float  # at the end more than at the beginning
    lowest: float  # m3/s; a negative flow is reported, never cut off

    @property
    def error(self) -> float:
        """What is missing, relative to what entered."""
        return (self.entered_m3 - self.left_m3 - self.stored_m3) / self.entered_m3


def wave(bed: Bed, length_m: float, pieces: int, inflow: Sequence[float], dt_s: float) -> Wave:
    """A flood at the foot of a channel, m3/s, that begins steady.

        beta = c A/Q,   C = c dt / (dx beta),   D = Q / (beta B S c dx),   Q the mean of inflow and outflow
        O' = [(C' - 1 + D') I' + (1 + C - D) C'/C I + (1 - C + D) C'/C O] / (1 + C' + D')

    inflow : m3/s, every dt_s seconds; pieces : of length dx the channel is cut into

    Primed at the end of a step. Source: Todini 2007, Hydrol. Earth Syst. Sci. 11, 1645.
    """
    if min(inflow) <= 0 or pieces < 1 or min(length_m, dt_s, bed.width, bed.slope, bed.n) <= 0:
        raise Refusal("no_channel_flow", met=f"{min(inflow):g}")
    rows, stored = list(inflow), 0.0
    for _ in range(pieces):
        rows, more = _reach(bed, length_m / pieces, rows, dt_s)
        stored += more
    return Wave(tuple(rows), _volume(inflow, dt_s), _volume(rows, dt_s), stored, min(rows))


@dataclass(frozen=True, slots=True)
class _Numbers:
    c: float  # Courant number over beta
    d: float  # diffusion number over beta


def _reach(bed: Bed, dx: float, inflow: Sequence[float], dt: float) -> tuple[list[float], float]:
    """The outflow of one piece and how much more it holds at the end than at the beginning."""
    out = [inflow[0]]
    first = now = _numbers(bed, dx, dt, inflow[0])
    for before, after in pairwise(inflow):
        guess = max(out[-1] + after - before, 1e-6)
        last = now
        for _ in range(_GUESSES):
            now = _numbers(bed, dx, dt, max((after + guess) / 2, 1e-6))
            grown, below = now.c / last.c, 1 + now.c + now.d
            guess = (
                (now.c - 1 + now.d) * after
                + (1 + last.c - last.d) * grown * before
                + (1 - last.c + last.d) * grown * out[-1]
            ) / below
        out.append(guess)
    return out, _store(now, inflow[-1], out[-1], dt) - _store(first, inflow[0], out[0], dt)


def _numbers(bed: Bed, dx: float, dt: float, flow: float) -> _Numbers:
    y = bed.depth(flow)
    c = bed.speed(y)
    beta = c * bed.area(y) / flow
    return _Numbers(c * dt / (dx * beta), flow / (beta * bed.top(y) * bed.slope * c * dx))


def _store(now: _Numbers, inflow: float, outflow: float, dt: float) -> float:
    return dt / (2 * now.c) * ((1 - now.d) * inflow + (1 + now.d) * outflow)


def _volume(flow: Sequence[float], dt: float) -> float:
    return dt * (math.fsum(flow) - (flow[0] + flow[-1]) / 2)
