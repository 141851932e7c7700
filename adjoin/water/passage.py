"""How a release passes a point: concentration over time, its peak, and when it is above a level. No time stepping.

A release spread evenly over a duration d is the pulse convolved with a box:

    C(t) = (1000 M S / Q) [F(t) - F(t - d)] / d,   d -> 0:  (1000 M S / Q) f(t)

with M in kg, Q in m3/s, C in mg/L, t in s since the release began, F of `travel.Cumulants.arrival`. Box and pulse
each have one peak, and so has C: what is above a level is one span.
"""

from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from adjoin.methods.inverse_gaussian import Arrival
from adjoin.methods.root import rising_root
from adjoin.water.travel import Cumulants

Floats = NDArray[np.float64]
_EXACT, _FINE = 1e-10, 1e-3  # of the standard deviation: how well times are found, for one answer and for many
_INSTANT = 1e-6  # of it: a shorter duration is none, its differences would have no digits
_SHORT = 0.5  # of it: the longest duration that only widens a pulse, in answers for many samples


@dataclass(frozen=True, slots=True)
class Passage:
    """One kg released over a duration, as it passes a point in 1 m3/s without loss; arrays over samples."""

    pulse: Arrival
    widened: Arrival  # the pulse with the mean and variance of pulse and box together
    duration: float  # s
    precision: Floats  # s, of the times found
    boxed: NDArray[np.bool_]  # where the box is more than a widening

    @classmethod
    def of(cls, cumulants: Cumulants, duration: float, *, many: bool = False) -> Self:
        """The passage of what has these cumulants.

        many : for many samples: times are right to 1e-3 standard deviations, and a duration below half of one is
            taken as a widening of the pulse; concentrations are exact all the same
        """
        variance = cumulants.variance + duration**2 / 12
        sigma = np.sqrt(variance)
        if duration < _INSTANT * np.min(sigma):
            duration = 0.0
        widened = Arrival.of(cumulants.mean + duration / 2, variance, cumulants.third)
        boxed = np.asarray(duration > (_SHORT * sigma if many else 0.0))
        return cls(cumulants.arrival, widened, duration, (_FINE if many else _EXACT) * sigma, boxed)

    def rate(self, time: ArrayLike) -> Floats:
        """What passes at these times, 1/s: [F(t) - F(t - d)] / d."""
        time = np.asarray(time, dtype=float)
        if self.duration == 0:
            return self.pulse.density(time)
        return self.pulse.between(time - self.duration, time) / self.duration

    def peak_time(self) -> Floats:
        """When most passes: where f(t) = f(t - d)."""
        found = np.array(self.widened.mode)
        if np.any(some := np.broadcast_to(self.boxed, found.shape)):
            found[some] = self._take(some).exact_peak_time()
        return found

    def when(self, level: Floats, peak_time: Floats, peak: Floats, *, late: bool) -> Floats:
        """When the rate passes a level on the way up or (late) down; NaN where it never comes so high."""
        level, peak_time, peak = np.broadcast_arrays(level, peak_time, peak)
        reached = (level <= peak) & (level > 0)
        target = np.log(np.where(reached, level, 1.0))
        depth = np.log(np.where(reached, peak, 10.0)) - target  # what is not reached is worked on at some level
        found = np.array(self.widened.at_level(depth, late=late))
        if np.any(some := reached & self.boxed):
            found[some] = self._take(some).exact_when(target[some], peak_time[some], found[some], late=late)
        return np.where(reached, found, np.nan)

    def _take(self, some: NDArray[np.bool_]) -> "Passage":
        precision = np.broadcast_to(self.precision, some.shape)[some]
        boxed = np.broadcast_to(self.boxed, some.shape)[some]
        return Passage(self.pulse.take(some), self.widened.take(some), self.duration, precision, boxed)

    def exact_peak_time(self) -> Floats:
        """Where f(t) = f(t - d), the box in full."""
        mode = self.pulse.mode
        low = np.maximum(mode, self.pulse.delay + self.duration)
        return rising_root(self._falling, low, mode + self.duration, self.widened.mode, self.precision)

    def exact_when(self, target: Floats, peak_time: Floats, start: Floats, *, late: bool) -> Floats:
        """When ln rate passes a target, the box in full."""
        low, high = (peak_time, np.full_like(start, np.inf)) if late else (self.pulse.delay, peak_time)
        function = partial(self._above, target=target, late=late)
        return rising_root(function, low, high, start, self.precision)

    def _falling(self, time: Floats) -> tuple[Floats, Floats]:
        before = time - self.duration
        return (
            self.pulse.log_density(before) - self.pulse.log_density(time),
            self.pulse.slope(before) - self.pulse.slope(time),
        )

    def _above(self, time: Floats, *, target: Floats, late: bool) -> tuple[Floats, Floats]:
        """How far ln rate lies above the target, its sign turned on the way down, and the slope of it."""
        before = time - self.duration
        passed = self.pulse.between(before, time)
        slope = self.pulse.density(time) - self.pulse.density(before)
        sign = -1.0 if late else 1.0
        with np.errstate(divide="ignore", invalid="ignore"):  # nothing passes yet: minus infinity, below any target
            return sign * (np.log(passed / self.duration) - target), sign * slope / passed
