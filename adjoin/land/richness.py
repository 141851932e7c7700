"""How many species are there, and how much of them was seen? Estimators, diversity, coverage and their curves.

x are the individuals of each species (n of them), or the units in which each was met (n = units, U = their sum).
Sources: Chao 1987; Chao and Lee 1992; Chao and Chiu 2016; Chao et al. 2013, 2014; Chao and Jost 2015.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_Z = 1.959963984540054
_RARE = 10
ORDERS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A richness with its standard error and 95 % interval."""

    value: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rare:
    """A richness by the coverage of rare species (None where all the rare were met once)."""

    value: float | None
    coverage: float | None
    cv: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """A diversity at a size, and the coverage there."""

    size: float | None
    order: int
    diversity: float | None
    coverage: float


@dataclass(frozen=True)
class Sample:
    """Counts above zero, of individuals or of units (`units` is how many there were)."""

    x: Floats
    units: int | None = None

    @classmethod
    def of(cls, counts: Sequence[int], units: int | None = None) -> "Sample":
        """A sample; zeros are no species."""
        return cls(np.array([count for count in counts if count > 0], dtype=float), units)

    @cached_property
    def u(self) -> float:
        """The sum of all counts."""
        return float(self.x.sum())

    @cached_property
    def n(self) -> int:
        """Individuals, or units."""
        return int(self.u) if self.units is None else self.units

    def met(self, times: int) -> int:
        """How many species were met so often."""
        return int(np.count_nonzero(self.x == times))

    @cached_property
    def unseen(self) -> float:
        """f0: species not met."""
        f1, f2, k = self.met(1), self.met(2), (self.n - 1) / self.n
        return k * f1**2 / (2 * f2) if f2 else k * f1 * (f1 - 1) / 2

    @cached_property
    def b(self) -> float:
        """B: by what share the missing coverage shrinks with one more individual or unit."""
        f1, f2, n = self.met(1), self.met(2), self.n
        if not f1:
            return 0.0
        if f2:
            return (n - 1) * f1 / ((n - 1) * f1 + 2 * f2)
        return (n - 1) * (f1 - 1) / ((n - 1) * (f1 - 1) + 2) if f1 > 1 else 1.0

    @cached_property
    def pairs(self) -> float:
        """The sum of x (x - 1)."""
        return float(np.sum(self.x * (self.x - 1)))

    @cached_property
    def levels(self) -> tuple[Floats, Floats]:
        """The different counts, and how many species have each."""
        found, species = np.unique(self.x, return_counts=True)
        return found, species.astype(float)


def chao(sample: Sample) -> Estimate:
    """The lower bound of richness from species met once and twice: S + f0 (Chao 1987)."""
    f1, f2, k, seen = sample.met(1), sample.met(2), (sample.n - 1) / sample.n, len(sample.x)
    value, more = seen + sample.unseen, sample.unseen
    if f2:
        r = f1 / f2
        variance = f2 * (k / 2 * r**2 + k**2 * r**3 + k**2 / 4 * r**4)
    else:
        variance = k * f1 * (f1 - 1) / 2 + k**2 * f1 * (2 * f1 - 1) ** 2 / 4 - k**2 * f1**4 / (4 * value)
    se = math.sqrt(max(0.0, variance))
    if more <= 0:
        return Estimate(value, se, float(seen), float(seen))
    spread = math.exp(_Z * math.sqrt(math.log1p((se / more) ** 2)))
    return Estimate(value, se, seen + more / spread, seen + more * spread)


def ace(sample: Sample) -> Rare:
    """Richness from the coverage of species met ten times or less (Chao and Lee 1992)."""
    rare = sample.x[sample.x <= _RARE]
    u = float(rare.sum())
    return _by_coverage(sample, 1 - sample.met(1) / u if u else 1.0, 1.0, u * (u - 1))


def ice(sample: Sample) -> Rare:
    """Richness by units from the coverage of infrequent species (Chao and Chiu 2016)."""
    u = float(sample.x[sample.x <= _RARE].sum())
    return _by_coverage(sample, 1 - sample.met(1) / u * sample.b if u else 1.0, _more(sample), u * (u - 1))


def ice_1994(sample: Sample) -> Rare:
    """The same in its form of 1994 (Lee and Chao)."""
    u = float(sample.x[sample.x <= _RARE].sum())
    return _by_coverage(sample, 1 - sample.met(1) / u if u else 1.0, _more(sample), u * u)


def observed(sample: Sample) -> tuple[float, float, float]:
    """Diversity of orders 0, 1, 2 as observed: S, exp(-sum p ln p), 1/sum p^2."""
    p = sample.x / sample.u
    return float(len(p)), math.exp(-float(np.sum(p * np.log(p)))), 1 / float(np.sum(p**2))


def asymptotic(sample: Sample) -> tuple[float, float, float | None]:
    """Diversity of orders 0, 1, 2 of the whole community (Chao and Jost 2015); None where none was met twice."""
    from scipy.special import digamma

    n, u, f1 = sample.n, sample.u, sample.met(1)
    h = float(np.sum(sample.x / n * (digamma(n) - digamma(sample.x))))
    if f1 and sample.b < 1:
        h += f1 / n * _tail(sample.b, n)
    if sample.units is None:
        second = n * (n - 1) / sample.pairs if sample.pairs else None
    else:
        h = n / u * h + math.log(u / n)
        second = u**2 * (n - 1) / (n * sample.pairs) if sample.pairs else None
    return len(sample.x) + sample.unseen, math.exp(h), second


def coverage(sample: Sample, size: float) -> float:
    """The share of the community that a sample of this size covers; below n whole sizes only."""
    if size >= sample.n:
        return 1 - sample.met(1) / sample.u * math.pow(sample.b, size - sample.n + 1)
    x, species = sample.levels
    missed = np.exp(_choose(sample.n - x, size) - _choose(sample.n - 1, size))
    return 1 - float(np.sum(species * x / sample.u * missed))


def diversity(sample: Sample, order: int, size: float) -> float | None:
    """The diversity of a sample of this size: rarefied below n (whole sizes), extrapolated above."""
    if size == sample.n:
        return observed(sample)[order]
    if order == 2:
        return _second(sample, size)
    if size < sample.n:
        return _rarefied(sample, size) if order == 0 else math.exp(_entropy(sample, size))
    here = observed(sample)[order]
    if order == 0:
        return here + sample.unseen * (1 - math.pow(sample.b, size - sample.n))
    before, end = math.exp(_entropy(sample, sample.n - 1)), asymptotic(sample)[1]
    rate = min(1.0, (here - before) / (end - before)) if end > before else 0.0
    return here + (end - here) * (1 - math.pow(1 - rate, size - sample.n))


def at_coverage(sample: Sample, share: float) -> Iterator[Point]:
    """The diversities at a coverage: between neighbouring whole sizes below that of the sample, extrapolated above."""
    full = coverage(sample, sample.n)
    if share < full:
        low = _size_below(sample, share)
        here, there = coverage(sample, low) if low else 0.0, coverage(sample, low + 1)
        part = (share - here) / (there - here)
        for order in ORDERS:
            start = (diversity(sample, order, low) or 0.0) if low else 0.0
            end = diversity(sample, order, low + 1)
            yield Point(low + part, order, None if end is None else start + part * (end - start), share)
    elif share == full:
        yield from (Point(float(sample.n), q, diversity(sample, q, sample.n), share) for q in ORDERS)
    elif 0 < sample.b < 1:
        size = sample.n - 1 + (math.log(sample.u / sample.met(1)) + math.log(1 - share)) / math.log(sample.b)
        yield from (Point(size, q, diversity(sample, q, size), share) for q in ORDERS)
    else:
        yield from (Point(None, q, None, share) for q in ORDERS)


def bias_corrected(sample: Sample) -> float:
    """Chao 1 in its bias-corrected form: S + f1 (f1 - 1) / (2 (f2 + 1))."""
    f1, f2 = sample.met(1), sample.met(2)
    return len(sample.x) + f1 * (f1 - 1) / (2 * (f2 + 1))


def jackknife(seen: int, sample: Sample) -> tuple[float, float]:
    """Richness by jackknife of first and second order from species met in one and in two of T units."""
    t, q1, q2 = sample.n, sample.met(1), sample.met(2)
    return seen + q1 * (t - 1) / t, seen + q1 * (2 * t - 3) / t - q2 * (t - 2) ** 2 / (t * (t - 1))


def bootstrap(seen: int, sample: Sample) -> float:
    """The expected bootstrap richness: S + sum (1 - y/T)^T."""
    return seen + float(np.sum((1 - sample.x / sample.n) ** sample.n))


def rarefied(sample: Sample, size: int) -> tuple[float, float]:
    """Expected species in so many individuals, and its standard error (Heck et al. 1975)."""
    x, species = sample.levels
    p = np.exp(_choose(sample.n - x, size) - _choose(sample.n, size))
    both = np.exp(_choose(sample.n - x[:, None] - x[None, :], size) - _choose(sample.n, size)) - np.outer(p, p)
    variance = float(np.sum(species * p * (1 - p)) + species @ both @ species - np.sum(species * np.diag(both)))
    return float(np.sum(species * (1 - p))), math.sqrt(max(0.0, variance))


def accumulated(sample: Sample, sites: int) -> float:
    """Expected species in so many of the sites."""
    return _rarefied(sample, sites)


def _more(sample: Sample) -> float:
    return sample.n / (sample.n - 1)


def _by_coverage(sample: Sample, cover: float, factor: float, pairs: float) -> Rare:
    rare = sample.x[sample.x <= _RARE]
    if not len(rare):
        return Rare(float(len(sample.x)), None, None)
    if cover <= 0 or pairs <= 0:
        return Rare(None, cover, None)
    cv2 = max(0.0, len(rare) / cover * factor * float(np.sum(rare * (rare - 1))) / pairs - 1)
    value = len(sample.x) - len(rare) + len(rare) / cover + sample.met(1) / cover * cv2
    return Rare(value, cover, math.sqrt(cv2))


def _tail(b: float, n: int) -> float:
    """b^(1-n) [-ln(1-b) - sum_(r<n) b^r/r] = sum_(k>=0) b^(k+1)/(n+k), as an integral that does not cancel."""
    from scipy.integrate import quad

    def f(s: float) -> float:
        return math.exp(-s) * b / (1 - b * math.exp(-s / n)) / n

    return float(sum(quad(f, low, high, epsabs=0, epsrel=1e-11)[0] for low, high in ((0, 0.1), (0.1, 2), (2, 60))))


def _choose(n: "Floats | float", m: "Floats | float") -> Floats:
    """The logarithm of a binomial; minus infinity where the lower number is above the upper."""
    from scipy.special import gammaln

    top, low = np.broadcast_arrays(np.asarray(n, dtype=float), np.asarray(m, dtype=float))
    fits = top >= low
    found = np.full(top.shape, -np.inf)
    t, k = top[fits], low[fits]
    found[fits] = gammaln(t + 1) - gammaln(k + 1) - gammaln(t - k + 1)
    return found


def _rarefied(sample: Sample, size: float) -> float:
    x, species = sample.levels
    return float(np.sum(species * -np.expm1(_choose(sample.n - x, size) - _choose(sample.n, size))))


def _entropy(sample: Sample, size: float) -> float:
    """Expected entropy of order 1 in a sample of whole size below n."""
    if size < 1:
        return 0.0
    u = size if sample.units is None else size * sample.u / sample.n
    whole, total = _choose(sample.n, size), 0.0
    for x, species in zip(*sample.levels, strict=True):
        j = np.arange(max(1, size - (sample.n - x)), min(x, size) + 1)
        chance = np.exp(_choose(x, j) + _choose(sample.n - x, size - j) - whole)
        total -= float(species * np.sum(j / u * np.log(j / u) * chance))
    return total


def _second(sample: Sample, size: float) -> float:
    n, u = sample.n, sample.u
    if sample.units is None:
        return 1 / (1 / size + (size - 1) / size * sample.pairs / (n * (n - 1)))
    return 1 / (n / (size * u) + (size - 1) / size * n / (n - 1) * sample.pairs / u**2)


def _size_below(sample: Sample, share: float) -> int:
    """The largest whole size whose coverage does not exceed this share."""
    low, high = 0, sample.n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if coverage(sample, middle) <= share else (low, middle)
    return low
