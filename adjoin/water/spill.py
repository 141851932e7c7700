"""What passes below a release on a river in steady flow, and back: the exact transpose of the same numbers.

Each release of mass M over a duration arrives at a point below as a `Passage`; several add up. Concentration is
flux-averaged, mg/L = 1000 M S rate / Q with the flow Q of the reach of the point. Times are s after a common zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import fsum, sqrt
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize_scalar

from adjoin.water import travel
from adjoin.water.passage import Passage
from adjoin.water.reaches import Reaches, Spot

Floats = NDArray[np.float64]
_GRID = 241  # times looked at for each release; a crossing between two of them is then found exactly
_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Release:
    """Something let go at a point, evenly over a duration."""

    at: Spot
    mass: float  # kg
    start: float  # s
    duration: float  # s; 0: all at once


@dataclass(frozen=True, slots=True)
class Arrived:
    """One release as it passes a point: dilution and survival, its moments and its passage."""

    scale: float  # mg/L of 1 kg at a rate of 1/s
    mass: float  # kg that pass
    mean: float  # s after the common zero
    variance: float  # s2
    start: float
    passage: Passage


@dataclass(frozen=True)
class Passed:
    """What passes a point, all releases together; nothing where none of them lies above it."""

    parts: tuple[Arrived, ...]
    released: tuple[float, ...]  # kg, of each part

    @classmethod
    def of(cls, reaches: Reaches, releases: Sequence[Release], at: Spot) -> Self:
        """What passes a point of a network: only releases above it count."""
        by_reach = travel.of_reaches(reaches)
        found = [(release, _arrived(reaches, by_reach, release, at)) for release in releases]
        parts = [(release.mass, part) for release, part in found if part is not None]
        return cls(tuple(part for _, part in parts), tuple(mass for mass, _ in parts))

    @property
    def mass(self) -> float:
        """What passes in all, kg."""
        return fsum(part.mass for part in self.parts)

    @property
    def mean(self) -> float:
        """The mean time of passing, s."""
        return fsum(part.mass * part.mean for part in self.parts) / self.mass

    @property
    def sigma(self) -> float:
        """The standard deviation of the time of passing, s."""
        about = self.mean
        return sqrt(fsum(part.mass * (part.variance + (part.mean - about) ** 2) for part in self.parts) / self.mass)

    def concentration(self, time: ArrayLike) -> Floats:
        """Concentration at these times, mg/L."""
        result: Floats = np.asarray(self.per_kg(time) @ np.array(self.released))
        return result

    def per_kg(self, time: ArrayLike) -> Floats:
        """Concentration at these times by 1 kg of each release, mg/L: rows are times, columns releases."""
        time = np.asarray(time, dtype=float)
        columns = [part.scale * part.passage.rate(time - part.start) for part in self.parts]
        return np.stack(columns, axis=-1)

    def transposed(self, time: ArrayLike, weights: ArrayLike) -> Floats:
        """By how much 1 kg of each release changes the weighted sum of concentrations: the transpose of `per_kg`."""
        result: Floats = np.asarray(self.per_kg(time).T @ np.asarray(weights, dtype=float))
        return result

    @cached_property
    def peak(self) -> tuple[float, float]:
        """When the concentration is greatest, and how great."""
        values = self.concentration(self._times)
        top = int(values.argmax())
        low, high = self._times[max(top - 1, 0)], self._times[min(top + 1, len(values) - 1)]
        found = minimize_scalar(lambda t: -self._at(t), bounds=(low, high), method="bounded", options={"xatol": 1e-3})
        best = max((self._times[top], values[top]), (found.x, -found.fun), key=lambda each: each[1])
        return float(best[0]), float(best[1])

    def above(self, level: float) -> tuple[float, float] | None:
        """When the concentration first and last passes a level; nothing where it never comes so high."""
        time, top = self.peak
        if level > top or level <= 0:
            return None
        times = np.unique(np.append(self._times, time))
        high = np.flatnonzero(self.concentration(times) >= level)
        if not len(high):
            return time, time
        last = len(times) - 1
        rise = self._crossing(level, times[max(high[0] - 1, 0)], times[high[0]])
        fall = self._crossing(level, times[high[-1]], times[min(high[-1] + 1, last)])
        return rise, fall

    @cached_property
    def _times(self) -> Floats:
        """Times that hold every peak and, with tails to 1e-12 of it, everything above a level that matters."""
        each = [_times_of(part) for part in self.parts]
        return np.unique(np.concatenate(each))

    def _at(self, time: float) -> float:
        return float(self.concentration(time))

    def _crossing(self, level: float, low: float, high: float) -> float:
        function: Callable[[float], float] = lambda time: self._at(time) - level  # noqa: E731  # one line, used once
        if function(low) * function(high) > 0:
            return low
        return float(brentq(function, low, high, xtol=1e-6, rtol=_TOLERANCE))


def delivery(reaches: Reaches, to: Spot) -> Floats:
    """The part of a steady load at the head of each reach that passes a point; 0 where it does not lie below.

    It is the row of the source-receptor matrix of this point: with loads x its load is their product, and the
    transpose of it spreads a weight at the point over the reaches.
    """
    by_reach = travel.of_reaches(reaches)
    found = np.zeros(len(reaches.ids))
    for way in reaches.above(to):
        found[way.reaches[0]] = travel.delivered(way, by_reach)
    return found


def _arrived(reaches: Reaches, by_reach: travel.Cumulants, release: Release, at: Spot) -> Arrived | None:
    way = reaches.way(release.at, at)
    if way is None:
        return None
    found = travel.along(way, by_reach)
    survival = float(found.survival)
    return Arrived(
        scale=1000 * survival / float(reaches.flow[reaches.row(at.reach)]),
        mass=release.mass * survival,
        mean=release.start + release.duration / 2 + float(found.mean),
        variance=float(found.variance) + release.duration**2 / 12,
        start=release.start,
        passage=Passage.of(found, release.duration),
    )


def _times_of(part: Arrived) -> Floats:
    peak = part.passage.peak_time()
    top = part.passage.rate(peak)
    levels = top * np.array([1e-12, 1e-4, 0.1, 0.5, 0.9])
    early = part.passage.when(levels, np.full(5, peak), np.full(5, top), late=False)
    late = part.passage.when(levels, np.full(5, peak), np.full(5, top), late=True)
    marks = [*early.tolist(), float(peak), *late.tolist()[::-1]]
    steps = [np.linspace(one, other, _GRID // 10) for one, other in pairwise(marks)]
    return np.concatenate(steps) + part.start
