"""A pool on a river: a reservoir or lake as stirred tanks in a row, as long as its water takes to change.

One tank is mixed through and through, many are a river. The tanks share the volume, the flow passes them one by one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln, xlogy

from adjoin.core.refusal import Refusal
from adjoin.water.travel import Cumulants, of_tanks

Floats = NDArray[np.float64]
Steps = Sequence[tuple[float, float]]  # since when (s), and the value from then on


@dataclass(frozen=True, slots=True)
class Storage:
    """How much water stands in a pool at a level: straight lines between the rows of a table."""

    level: Sequence[float]  # m, ascending
    volume: Sequence[float]  # m3, ascending

    def __post_init__(self) -> None:
        if len(self.level) != len(self.volume) or len(self.level) < 2:
            raise Refusal("storage_too_short", levels=len(self.level), volumes=len(self.volume))
        for name, column in (("level", self.level), ("volume", self.volume)):
            row = next((i for i in range(1, len(column)) if column[i] <= column[i - 1]), None)
            if row is not None:
                raise Refusal("storage_falls", column=name, row=row + 1, met=column[row], before=column[row - 1])

    def at(self, level: float) -> float:
        """The volume at a level, m3; a level outside of the table is refused."""
        return _between(self.level, self.volume, level, "m")

    def level_of(self, volume: float) -> float:
        """The level of a volume, m; a volume outside of the table is refused."""
        return _between(self.volume, self.level, volume, "m3")


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool while its flow and level stay what they are."""

    volume: float  # m3
    flow: float  # m3/s
    tanks: int
    decay: float = 0.0  # 1/s, at water temperature

    @property
    def residence(self) -> float:
        """How long its water takes to change, s: V / Q."""
        return self.volume / self.flow

    @property
    def cumulants(self) -> Cumulants:
        """What survives of a pulse and when it leaves; they add to those of reaches."""
        return of_tanks(np.asarray(self.residence), np.asarray(self.decay), np.asarray(float(self.tanks)))


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the mass went, g."""

    at_start: float
    entered: float
    left: float
    decayed: float
    at_end: float

    @property
    def error(self) -> float:
        """What is missing, over all there was."""
        there = self.at_start + self.entered
        return abs(there - self.left - self.decayed - self.at_end) / (there or 1.0)


@dataclass(frozen=True, slots=True)
class Passed:
    """What leaves a pool: concentration at the times asked, mg/L, and the balance from the first step to the last."""

    concentration: Floats
    balance: Balance


def through(pool: Pool, inflow: Steps, times: Sequence[float], start: float = 0.0) -> Passed:
    """What leaves a pool that a concentration enters in steps.

        dx_j/dt = a (x_(j-1) - x_j) - k x_j,   a = n / residence,   x_0 = inflow

    inflow : since when, s, and mg/L; times : asked, s, ascending, none before the first step
    start : mg/L in the whole pool before

    Exact at every time: a step of length t leaves sums of (a t)^m e^(-(a+k) t) / m! and of incomplete gammas.
    """
    cuts = sorted({*(time for time, _ in inflow), *times})
    since = np.array([time for time, _ in inflow])
    state, totals = np.full(pool.tanks, start), np.zeros(3)
    leaving = {cuts[0]: start}
    for begin, end in pairwise(cuts):
        enters = inflow[int(np.searchsorted(since, begin, side="right")) - 1][1]
        step = _Step.of(pool, end - begin)
        left, decayed = step.lost(pool, state, enters)
        totals += (enters * pool.flow * (end - begin), left, decayed)
        state = step.after(state, enters)
        leaving[end] = float(state[-1])
    entered, left, decayed = totals.tolist()
    return Passed(
        np.array([leaving[time] for time in times]),
        Balance(start * pool.volume, entered, left, decayed, float(state.mean()) * pool.volume),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """One step: what of each tank is in the one m further down at its end, and its integral; and of the inflow."""

    moved: Floats  # w_m = (a t)^m e^(-(a+k) t) / m!
    moved_whole: Floats  # its integral, s
    filled: Floats  # of the inflow in tank m at the end
    filled_whole: Floats  # its integral, s

    @classmethod
    def of(cls, pool: Pool, time: float) -> "_Step":
        a = pool.tanks / pool.residence
        rate, m = a + pool.decay, np.arange(pool.tanks)
        passed = (a / rate) ** (m + 1.0)
        upto, beyond = gammainc(m + 1.0, rate * time), gammainc(m + 2.0, rate * time)
        return cls(
            moved=np.exp(xlogy(m, a * time) - rate * time - gammaln(m + 1.0)),
            moved_whole=passed / a * upto,
            filled=passed * upto,
            filled_whole=passed * (time * upto - (m + 1) / rate * beyond),
        )

    def after(self, state: Floats, enters: float) -> Floats:
        """The tanks at the end."""
        result: Floats = np.convolve(state, self.moved)[: len(state)] + enters * self.filled
        return result

    def lost(self, pool: Pool, state: Floats, enters: float) -> tuple[float, float]:
        """What left the last tank, and what decayed in all, g."""
        over = np.convolve(state, self.moved_whole)[: len(state)] + enters * self.filled_whole
        return float(over[-1]) * pool.flow, float(over.sum()) * pool.volume / pool.tanks * pool.decay


def _between(x: Sequence[float], y: Sequence[float], at: float, unit: str) -> float:
    if not x[0] <= at <= x[-1]:
        raise Refusal("outside_storage", met=at, unit=unit, low=x[0], high=x[-1])
    row = max(1, bisect_left(x, at))
    part = (at - x[row - 1]) / (x[row] - x[row - 1])
    return (1 - part) * y[row - 1] + part * y[row]
