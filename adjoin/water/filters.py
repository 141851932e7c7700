"""What a reach does to a series that passes it, as a filter of three numbers and a delay.

    y_t = c2 y_(t-1) + c0 x_(t-n) + c1 x_(t-n-1)

Flow by Muskingum and transport by delay and pole are both of this form, so that one pair of loops runs them over a
network, forward and transposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from adjoin.core.refusal import Refusal
from adjoin.water.basin import Basin, engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Filters:
    """One filter a reach, by ordinal."""

    lag: Ints  # n, whole steps
    c: Floats  # c0, c1, c2: three rows

    @property
    def gain(self) -> Floats:
        """What leaves of a constant that enters: (c0 + c1) / (1 - c2)."""
        gain: Floats = (self.c[0] + self.c[1]) / (1 - self.c[2])
        return gain

    @property
    def mean(self) -> Floats:
        """How long what leaves was on its way on average, in steps."""
        mean: Floats = self.lag + self.c[1] / (self.c[0] + self.c[1]) + self.c[2] / (1 - self.c[2])
        return mean

    @property
    def variance(self) -> Floats:
        """The variance of that, in steps squared."""
        share = self.c[1] / (self.c[0] + self.c[1])
        variance: Floats = share * (1 - share) + self.c[2] / (1 - self.c[2]) ** 2
        return variance


def muskingum(k_h: ArrayLike, x: ArrayLike, dt_h: float) -> Filters:
    """Flow through reaches that store K (X I + (1 - X) O).

        c0 = (dt - 2 K X)/d,  c1 = (dt + 2 K X)/d,  c2 = (2 K (1 - X) - dt)/d,   d = 2 K (1 - X) + dt

    k_h : K, storage time of each reach, h; x : X, 0 (a pool) .. 0.5 (no attenuation); dt_h : step, h

    c0 < 0 where dt < 2 K X: a sharp rise then gives flows below what is there, in the worst case below zero; they
    are kept and reported, never cut off. Source: McCarthy 1938; Chow, Maidment and Mays 1988, section 8.4.
    """
    k, weight = np.atleast_1d(np.asarray(k_h, dtype=float)), np.atleast_1d(np.asarray(x, dtype=float))
    if not (np.all(k > 0) and np.all((weight >= 0) & (weight <= 0.5)) and dt_h > 0):
        raise Refusal("no_storage", met=f"K {k.min():g}..{k.max():g} h, X {weight.min():g}..{weight.max():g}")
    below = 2 * k * (1 - weight) + dt_h
    c = np.stack([dt_h - 2 * k * weight, dt_h + 2 * k * weight, 2 * k * (1 - weight) - dt_h]) / below
    return Filters(np.zeros(c.shape[1], np.int32), c)


def one_reach(filters: Filters, inflow: Sequence[float], outflow: float) -> list[float]:
    """The outflow of a single reach without delay, from the outflow at the first step, in the unit of the inflow."""
    c0, c1, c2 = filters.c[:, 0].tolist()
    rows = [outflow]
    for before, after in pairwise(inflow):
        rows.append(c0 * after + c1 * before + c2 * rows[-1])
    return rows


def delay_and_pole(basin: Basin, mean_s: Floats, variance_s2: Floats, survival: Floats, dt_s: float) -> Filters:
    """Transport through reaches that delay by a mean time and spread by a variance (level T1).

        n + f + m = mean,   f (1 - f) + m (1 + m) = variance   (in steps),   c2 = m/(1+m)
        with r = mean - n:   m = (variance - r + r^2) / (2 r),  f = r - m,   0 <= f <= 1

    mean_s, variance_s2 : of the time water takes through each reach, s and s2, by ordinal
    survival : part that is not lost on the way; dt_s : step, s

    n whole steps, a part f that takes one more, and a well mixed store of m steps. Exactly one n fits, where any
    does. A reach too short to fit (its mean is no whole step and its variance less than f (1 - f)) passes what it
    cannot hold on to the reach below, less than a step; at a confluence the mean is kept and the variance handed
    on. So mean and variance along a path are right whatever it is cut into. Source: own; the moments are exact.
    """
    mean, variance = np.asarray(mean_s, dtype=float) / dt_s, np.asarray(variance_s2, dtype=float) / dt_s**2
    if not (np.all(mean >= 0) and np.all(variance >= 0) and np.all(np.isfinite(mean + variance))):
        raise Refusal("no_passage", met=f"{mean.min():g}, {variance.min():g}")
    weight, alone = _handed_on(basin)
    n, f, m = engine(len(basin)).match(mean, variance, basin.down, weight, alone)
    c2 = m / (1 + m)
    inflow = np.asarray(survival, dtype=float) * (1 - c2)
    return Filters(n, np.stack([inflow * (1 - f), inflow * f, c2]))


def _handed_on(basin: Basin) -> tuple[Floats, NDArray[np.int8]]:
    """How much of a left-over variance the reach below takes, and whether it is fed by this one alone."""
    has = basin.down >= 0
    feeders = np.bincount(basin.down[has], minlength=len(basin)) + np.bincount(basin.branch_to, minlength=len(basin))
    size = np.arange(len(basin)) - basin.first + 1.0
    above = np.bincount(basin.down[has], weights=size[has], minlength=len(basin))
    below = np.where(has, basin.down, 0)
    leaves = np.diff(basin.branch_start) == 0
    alone = has & leaves & (feeders[below] == 1)
    return np.where(has, size / np.where(has, above[below], 1.0), 0.0), alone.astype(np.int8)
