"""How a release passes a point: concentration over time, its peak, and when it is above a level. No time stepping.

A release spread evenly over a duration d is the pulse convolved with a box:

    C(t) = (1000 M S / Q) [F(t) - F(t - d)] / d,   d -> 0:  (1000 M S / Q) f(t)

with M in kg, Q in m3/s, C in mg/L, t in s since the release began, F of `travel.Cumulants.arrival`. Box and pulse
each have one peak, and so has C: what is above a level is one span.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from adjoin.methods.inverse_gaussian import Arrival
from adjoin.methods.root import rising_root
from adjoin.water.travel import Cumulants

Floats = NDArray[np.float64]
_EXACT, _FINE = 1e-10, 1e-4  # of the standard deviation: for one answer, for each of many samples


@dataclass(frozen=True, slots=True)
class Passage:
    """One kg released over a duration, as it passes a point in 1 m3/s without loss; arrays over samples."""

    pulse: Arrival
    duration: float  # s
    precision: Floats  # s, of the times found

    @classmethod
    def of(cls, cumulants: Cumulants, duration: float, *, fine: bool = False) -> "Passage":
        """The passage of what has these cumulants; `fine` finds times to 1e-4 instead of 1e-10 deviations."""
        sigma = np.sqrt(cumulants.variance + duration**2 / 12)
        return cls(cumulants.arrival, duration, (_FINE if fine else _EXACT) * sigma)

    def rate(self, time: ArrayLike) -> Floats:
        """What passes at these times, 1/s: [F(t) - F(t - d)] / d."""
        time = np.asarray(time, dtype=float)
        if self.duration == 0:
            return self.pulse.density(time)
        return self.pulse.between(time - self.duration, time) / self.duration

    def peak_time(self) -> Floats:
        """When most passes: where f(t) = f(t - d)."""
        mode = self.pulse.mode
        if self.duration == 0:
            return mode
        low = np.maximum(mode, self.pulse.delay + self.duration)
        return rising_root(self._falling, low, mode + self.duration, mode + self.duration / 2, self.precision)

    def when(self, level: Floats, peak_time: Floats, peak: Floats, *, late: bool) -> Floats:
        """When the rate passes a level on the way up or (late) down; NaN where it never comes so high."""
        reached = (level <= peak) & (level > 0)
        depth = np.where(reached, np.log(peak / np.where(reached, level, peak)), 0.0)
        if self.duration == 0:
            return np.where(reached, self.pulse.at_level(depth, late=late), np.nan)
        start = self._start(depth, late=late)
        low, high = (peak_time, np.inf) if late else (self.pulse.delay, peak_time)
        target = np.log(np.where(reached, level, peak))
        function = partial(self._above, target=target, late=late)
        low, high, start = np.broadcast_arrays(low, high, start)
        found = rising_root(function, low, high, start, self.precision)
        return np.where(reached, found, np.nan)

    def _start(self, depth: Floats, *, late: bool) -> Floats:
        """The level of the pulse whose variance is that of pulse and box together."""
        pulse, d = self.pulse, self.duration
        variance = pulse.mu**2 / pulse.p
        near = Arrival.of(pulse.delay + pulse.mu + d / 2, variance + d**2 / 12, 3 * variance**2 / pulse.mu)
        return near.at_level(depth, late=late)

    def _falling(self, time: Floats) -> tuple[Floats, Floats]:
        before = time - self.duration
        return (
            self.pulse.log_density(before) - self.pulse.log_density(time),
            self.pulse.slope(before) - self.pulse.slope(time),
        )

    def _above(self, time: Floats, *, target: Floats, late: bool) -> tuple[Floats, Floats]:
        """ln rate above the target, its sign turned on the way down, and the slope of it."""
        before = time - self.duration
        passed = self.pulse.between(before, time)
        slope = self.pulse.density(time) - self.pulse.density(before)
        sign = -1.0 if late else 1.0
        with np.errstate(divide="ignore", invalid="ignore"):  # nothing passes yet: minus infinity, below any target
            return sign * (np.log(passed / self.duration) - target), sign * slope / passed
