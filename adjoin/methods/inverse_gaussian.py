"""When something arrives that drifts and spreads: the inverse Gaussian with a delay, in forms that do not overflow.

With x = t - delay, shape p = lambda / mu and a = sqrt(p mu / x)(x / mu - 1), b = sqrt(p mu / x)(x / mu + 1),

    f(t) = sqrt(p mu / (2 pi x^3)) e^(-a^2/2)
    F(t) = Phi(a) + e^(2p) Phi(-b),   e^(2p) Phi(-b) = e^(-a^2/2) erfcx(b / sqrt 2) / 2

Differences of F are taken from below before the mean and from above after it, so that a tail keeps its digits.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfcx

from adjoin.methods.root import rising_root

Floats = NDArray[np.float64]
_ROOT2, _ROOT_2PI = np.sqrt(2.0), np.sqrt(2 * np.pi)
_STEPS, _SMALL = 60, 1e-6  # a last step of 1e-6 leaves an error of its square


@dataclass(frozen=True, slots=True)
class Arrival:
    """Times of arrival, as arrays of one shape: a delay, then an inverse Gaussian of mean `mu` and shape `p`."""

    delay: Floats
    mu: Floats
    p: Floats  # lambda / mu, half the Peclet number

    @classmethod
    def of(cls, mean: ArrayLike, variance: ArrayLike, third: ArrayLike) -> Self:
        """The arrival with these three cumulants; where it would begin before 0 the third gives way.

            mu = 3 variance^2 / third,   delay = mean - mu,   p = mu^2 / variance

        A delay is never negative: nothing arrives before it was sent.
        """
        mean, variance, third = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (mean, variance, third)))
        mu = np.minimum(3 * variance**2 / third, mean)
        return cls(mean - mu, mu, mu**2 / variance)

    def take(self, some: NDArray[np.bool_]) -> "Arrival":
        """Some of the arrivals, chosen in the shape they were broadcast to."""
        return Arrival(*(np.broadcast_to(each, some.shape)[some] for each in (self.delay, self.mu, self.p)))

    @property
    def mode(self) -> Floats:
        """The time of the greatest density.

        x = mu (sqrt(1 + 9 / (4 p^2)) - 3 / (2 p)), written without a difference.
        """
        half = 1.5 / self.p
        result: Floats = self.delay + self.mu / (np.sqrt(1 + half**2) + half)
        return result

    def density(self, time: ArrayLike) -> Floats:
        """The density f at these times, per unit of time; 0 before the delay is over."""
        return np.exp(self.log_density(time))

    def log_density(self, time: ArrayLike) -> Floats:
        """The logarithm of f at these times; minus infinity before the delay is over."""
        x, before = self._since(time)
        log_f = np.log(self.p) / 2 - 1.5 * np.log(x) - self.p * (x - 1) ** 2 / (2 * x) - np.log(_ROOT_2PI * self.mu)
        result: Floats = np.where(before, -np.inf, log_f)
        return result

    def slope(self, time: ArrayLike) -> Floats:
        """The slope d ln f / dt at these times."""
        x, _ = self._since(time)
        result: Floats = (-1.5 / x - self.p / 2 * (1 - 1 / x**2)) / self.mu
        return result

    def at_level(self, depth: ArrayLike, *, late: bool) -> Floats:
        """When ln f lies this far below its greatest value, on the way up or (late) on the way down.

        With x = e^s: p (cosh s - 1) + 3/2 s = its least value + depth. Left and right of the least value the curve
        is convex: Newton's steps from outside come nearer and never pass the root. Outside are the parabola below
        the curve (s^2 / 2 for cosh s - 1) and the exponential below it (e^|s| / 2 - 1).
        """
        depth = np.asarray(depth, dtype=float)
        least = -np.arcsinh(1.5 / self.p)
        goal = self.p * (np.cosh(least) - 1) + 1.5 * least + depth
        reach = np.sqrt(np.maximum(2.25 + 2 * self.p * goal, 0)) + 1.5
        if late:
            s = np.minimum(2 * goal / reach, np.log(2 + 2 * np.maximum(goal, 0) / self.p))
        else:
            s = -reach / self.p
            for _ in range(2):
                s = np.maximum(s, -np.log(2 + 2 * (goal - 1.5 * s) / self.p))
        for _ in range(_STEPS):
            rise = np.exp(s)
            slope = self.p * (rise - 1 / rise) / 2 + 1.5
            step = (self.p * ((rise + 1 / rise) / 2 - 1) + 1.5 * s - goal) / np.where(slope == 0, 1.0, slope)
            s = s - step
            if np.all(np.abs(step) < _SMALL):
                break
        result: Floats = self.delay + self.mu * np.exp(s)
        return result

    def below(self, time: ArrayLike) -> Floats:
        """F: the part that has arrived by these times."""
        tail, early = self._tail(time)
        result: Floats = np.where(early, tail, 1 - tail)
        return result

    def quantile(self, part: ArrayLike) -> Floats:
        """When this part has arrived."""
        part, mode = np.broadcast_arrays(np.asarray(part, dtype=float), self.mode)
        tolerance = 1e-12 * self.mu + 0 * part
        return rising_root(
            lambda t: (self.below(t) - part, self.density(t)),
            self.delay + 0 * part,
            np.full_like(mode, np.inf),
            mode,
            tolerance,
        )

    def between(self, since: ArrayLike, until: ArrayLike) -> Floats:
        """F(until) - F(since): the part that arrives between two times, the first not after the second."""
        (one, one_early), (other, other_early) = self._tail(since), self._tail(until)
        result: Floats = np.where(one_early == other_early, np.abs(other - one), 1 - one - other)
        return result

    def _since(self, time: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
        """Time since the delay in units of mu; a time before it is named and stands at a harmless value."""
        x = (np.asarray(time, dtype=float) - self.delay) / self.mu
        before = x <= 0
        return np.where(before, 1.0, x), before

    def _tail(self, time: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
        """F where it is early (before the mean), 1 - F else; and which of them it is."""
        x, before = self._since(time)
        root = np.sqrt(self.p / x)
        a, b = root * (x - 1), root * (x + 1)
        early = a <= 0
        second = np.where(early, 1.0, -1.0) * erfcx(b / _ROOT2)
        tail = np.exp(-(a**2) / 2) * (erfcx(np.abs(a) / _ROOT2) + second) / 2
        return np.where(before, 0.0, tail), early | before
