"""When what was released passes further down, by moments: each reach adds its cumulants (level T0).

The transfer function of a reach, with phi(s) = s + k + alpha (s + k) / (s + k + alpha/eps) for a storage zone, is
exp[(L u / 2D)(1 - sqrt(1 + 4 D phi / u^2))]. Its logarithm gives what survives and the three cumulants; those of
reaches in a row add up, in any order. The answer is the delayed inverse Gaussian with these three: exact for a
uniform river at any Peclet number, so that cutting a reach into pieces changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

from adjoin.methods.inverse_gaussian import Arrival
from adjoin.water.reaches import COLUMNS, Reaches, Way

Floats = NDArray[np.float64]
_NEAR = 1 << 14  # numbers of a column that are worked on at once
_LEAST = 1e-6  # a storage zone smaller than this holds nothing back


@dataclass(frozen=True, slots=True)
class Cumulants:
    """What survives of a pulse (as its logarithm) and when the rest passes, in s, s2, s3; arrays of one shape."""

    log_survival: Floats
    mean: Floats
    variance: Floats
    third: Floats

    @property
    def survival(self) -> Floats:
        """The part that passes."""
        return np.exp(self.log_survival)

    @property
    def arrival(self) -> Arrival:
        """When it passes."""
        return Arrival.of(self.mean, self.variance, self.third)


@dataclass(frozen=True, slots=True)
class Factors:
    """By how much a sample differs from the best estimate, everywhere alike; each an array over samples."""

    velocity: Floats
    dispersion: Floats
    decay: Floats

    def take(self, some: slice) -> "Factors":
        """Some of the samples."""
        return Factors(self.velocity[some], self.dispersion[some], self.decay[some])


def of_reaches(reaches: Reaches, factors: Factors | None = None) -> Cumulants:
    """The cumulants of whole reaches, by row; with factors, by sample and row.

        b = alpha/eps;  phi = k + alpha k/(k+b),  phi' = 1 + alpha b/(k+b)^2,  phi'' = -2 alpha b/(k+b)^3, ...
        v = sqrt(u^2 + 4 D phi);  ln S = -2 L phi / (u + v);  mean = L phi'/v
        variance = 2 D L phi'^2/v^3 - L phi''/v;  third = 12 D^2 L phi'^3/v^5 - 6 D L phi' phi''/v^3 + L phi'''/v

    At k = 0 these are the cumulants of a channel with storage zone; the decay goes on in the storage. A pool has
    those of its tanks.
    """
    u, d, k = reaches.velocity, reaches.dispersion, reaches.decay
    if factors is not None:
        u, d, k = factors.velocity[:, None] * u, factors.dispersion[:, None] * d, factors.decay[:, None] * k
    phi, phi1, phi2, phi3 = _held(reaches, k)
    v = np.sqrt(u**2 + 4 * d * phi)
    time = reaches.length / v
    spread = d / v**2
    river = Cumulants(
        log_survival=-2 * reaches.length * phi / (u + v),
        mean=time * phi1,
        variance=time * (2 * spread * phi1**2 - phi2),
        third=time * (12 * spread**2 * phi1**3 - 6 * spread * phi1 * phi2 + phi3),
    )
    if reaches.tanks is None:
        return river
    pool = of_tanks(reaches.length / u, k, np.maximum(reaches.tanks, 1.0))
    pairs = zip(_columns(pool), _columns(river), strict=True)
    return Cumulants(*(np.where(reaches.tanks > 0, one, other) for one, other in pairs))


def of_tanks(residence: Floats, decay: Floats, tanks: Floats) -> Cumulants:
    """The cumulants of stirred tanks in a row.

        transfer (1 + (s + k) tau / n)^-n;   with r = 1 + k tau / n:
        ln S = -n ln r;   mean = tau / r;   variance = tau^2 / (n r^2);   third = 2 tau^3 / (n^2 r^3)

    residence : tau of all of them, s; decay : k, 1/s; tanks : n
    """
    slower = 1 + decay * residence / tanks
    mean = residence / slower
    return Cumulants(
        log_survival=-tanks * np.log1p(decay * residence / tanks),
        mean=mean,
        variance=mean**2 / tanks,
        third=2 * mean**3 / tanks**2,
    )


def of_one(
    length: float, velocity: float, dispersion: float, decay: float, *, storage: float = 0.0, exchange: float = 0.0
) -> Cumulants:
    """The cumulants of one reach, from numbers (m, m/s, m2/s, 1/s; As/A and alpha in 1/s)."""
    columns = (length, velocity, dispersion, decay, 1.0, storage, exchange, np.nan)
    named = {name: [value] for name, value in zip(COLUMNS, columns, strict=True)}
    found = of_reaches(Reaches.of({"": None}, named, ("",)))
    return Cumulants(*(each[0] for each in _columns(found)))


def gamma_peak(moments: Cumulants) -> tuple[float, float]:
    """When and how high one pulse peaks by the other family with the same three moments, the delayed gamma: s, 1/s.

        a = 4 variance^3 / third^2,  theta = third / (2 variance),  mode = mean - theta

    A second method beside the first; it has a peak inside only where a > 1 (a Peclet number above 4.5).
    """
    variance, third = float(moments.variance), float(moments.third)
    shape, scale = 4 * variance**3 / third**2, third / (2 * variance)
    log_peak = (shape - 1) * (log(shape - 1) - 1) - lgamma(shape) - log(scale)
    return float(moments.mean) - scale, exp(log_peak) * float(moments.survival)


def along(way: Way, by_reach: Cumulants) -> Cumulants:
    """The cumulants of a way: the sum over what it passes of each reach."""
    return Cumulants(*(np.asarray(each[..., way.reaches] @ way.share) for each in _columns(by_reach)))


def along_each(ways: Sequence[Way], reaches: Reaches, factors: Factors) -> tuple[Cumulants, ...]:
    """The cumulants of several ways for every sample; the samples are taken a few at a time, to stay near the core."""
    rows = np.unique(np.concatenate([way.reaches for way in ways]))
    share = np.zeros((len(rows), len(ways)))
    for column, way in enumerate(ways):
        share[np.searchsorted(rows, way.reaches), column] = way.share
    part, size = reaches.take(rows), max(1, _NEAR // len(rows))
    count = len(factors.velocity)
    found = [np.empty((count, len(ways))) for _ in range(4)]
    for first in range(0, count, size):
        some = slice(first, first + size)
        columns = _columns(of_reaches(part, factors.take(some)))
        for whole, each in zip(found, columns, strict=True):
            whole[some] = each @ share
    return tuple(Cumulants(*(np.ascontiguousarray(whole[:, i]) for whole in found)) for i in range(len(ways)))


def delivered(way: Way, by_reach: Cumulants) -> Floats:
    """The part of a pulse that reaches the end of a way."""
    return np.exp(by_reach.log_survival[..., way.reaches] @ way.share)


def _held(reaches: Reaches, k: Floats) -> tuple[Floats, Floats | float, Floats | float, Floats | float]:
    """The retardation phi and its derivatives at s = 0; without storage zones these are k, 1, 0, 0."""
    if not np.any(reaches.storage):
        return k, 1.0, 0.0, 0.0
    has = (reaches.storage > _LEAST) & (reaches.exchange > _LEAST**2)
    alpha = np.where(has, reaches.exchange, 0.0)
    b = np.where(has, reaches.exchange / np.where(has, reaches.storage, 1.0), 1.0)
    away = k + b
    return (
        k + alpha * k / away,
        1 + alpha * b / away**2,
        -2 * alpha * b / away**3,
        6 * alpha * b / away**4,
    )


def _columns(c: Cumulants) -> tuple[Floats, Floats, Floats, Floats]:
    return c.log_survival, c.mean, c.variance, c.third
