"""How sure is a richness? The same figures of many samples drawn from a community like the one that was met.

Every figure is a function of how often each count occurs, so all draws are worked on at once; `richness` says the
same of one sample. Sources: Chao et al. 2013, 2014 (the community), Colwell et al. 2012 (the bands).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adjoin.land import richness
from adjoin.land.richness import Floats, Sample

Counts = NDArray[np.int64]
_Z = 1.959963984540054
_RARE = 10
_LOGS = np.arange(-40.0, 4.7, 0.25)  # of the places at which the tail of the entropy is summed


@dataclass(frozen=True, slots=True)
class Band:
    """The spread of a figure over the draws, and the estimate less and more 1.96 times that."""

    se: float
    low: float
    high: float


@dataclass(frozen=True)
class Draws:
    """Samples drawn from one community: a row a draw, a column a species; `units` as in a Sample."""

    x: Counts
    units: int | None = None

    def met(self, times: int) -> Floats:
        """How many species each draw met so often."""
        return np.asarray(np.count_nonzero(self.x == times, axis=1), dtype=float)

    def summed(self, table: Floats) -> Floats:
        """The sum over species of a function of the count, given as a table by count."""
        return np.asarray(table[self.x].sum(axis=1), dtype=float)


def bands(sample: Sample, times: int, rng: np.random.Generator) -> dict[str, Band]:
    """The bands of the estimators of a sample by so many draws; each figure by the name `figures` gives it."""
    drawn = figures(draws(sample, times, rng))
    found = figures(Draws(sample.x.astype(np.int64)[None, :], sample.units))
    return {name: _band(float(found[name][0]), values) for name, values in drawn.items()}


def community(sample: Sample) -> Floats:
    """The chance of every species, met or not, by individual or unit: together 1, or U/n for units.

        p_i = x/n (1 - W (1 - x/n)^n),   W = u (1 - C) / sum x/n (1 - x/n)^n;   unseen: u (1 - C)/ceil(f0) each

    u : 1, or U/n for units. Source: Chao et al. 2013, 2014.
    """
    share, lack = sample.x / sample.n, 1 - richness.coverage(sample, sample.n)
    whole = sample.u / sample.n
    missed = share * (1 - share) ** sample.n
    unseen = math.ceil(sample.unseen)
    if not unseen or lack <= 0:
        return share
    seen = share - whole * lack / missed.sum() * missed
    return np.concatenate([seen, np.full(unseen, whole * lack / unseen)])


def draws(sample: Sample, times: int, rng: np.random.Generator) -> Draws:
    """Samples of the same size from the community: individuals at once, or every species in every unit."""
    chances = community(sample)
    if sample.units is None:
        return Draws(rng.multinomial(sample.n, chances / chances.sum(), size=times))
    return Draws(rng.binomial(sample.n, np.clip(chances, 0.0, 1.0), size=(times, len(chances))), sample.units)


def figures(drawn: Draws) -> Mapping[str, Floats]:
    """The figures of every draw; NaN where a draw has none."""
    x, top = drawn.x, np.arange(int(drawn.x.max()) + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        u, f1, f2 = x.sum(axis=1).astype(float), drawn.met(1), drawn.met(2)
        n = u if drawn.units is None else np.full(len(u), float(drawn.units))
        seen = np.count_nonzero(x, axis=1).astype(float)
        unseen = (n - 1) / n * np.where(f2 > 0, f1**2 / (2 * f2), f1 * (f1 - 1) / 2)
        b = _shrinks(n, f1, f2)
        logs = np.where(top > 0, top * np.log(np.maximum(top, 1)), 0.0)
        squares, pairs = drawn.summed(top.astype(float) ** 2), drawn.summed(top * (top - 1.0))
        entropy = _entropy(drawn, n, u, (f1, b))
        second = n * (n - 1) / pairs if drawn.units is None else u**2 * (n - 1) / (n * pairs)
        return {
            "chao": seen + unseen,
            "by_coverage": _by_coverage(drawn, n, f1, b),
            "coverage": 1 - f1 / u * b,
            "observed_q0": seen,
            "observed_q1": np.exp(np.log(u) - drawn.summed(logs) / u),
            "observed_q2": u**2 / squares,
            "asymptotic_q0": seen + unseen,
            "asymptotic_q1": np.exp(entropy),
            "asymptotic_q2": np.where(pairs > 0, second, np.nan),
        }


def _shrinks(n: Floats, f1: Floats, f2: Floats) -> Floats:
    """B of every draw: by what share the missing coverage shrinks with one more."""
    twice = (n - 1) * f1 / ((n - 1) * f1 + 2 * f2)
    once = np.where(f1 > 1, (n - 1) * (f1 - 1) / ((n - 1) * (f1 - 1) + 2), 1.0)
    return np.where(f1 == 0, 0.0, np.where(f2 > 0, twice, once))


def _entropy(drawn: Draws, n: Floats, u: Floats, singles: tuple[Floats, Floats]) -> Floats:
    """The entropy of the whole community by every draw (Chao et al. 2013)."""
    from scipy.special import digamma

    f1, b = singles
    counts = np.arange(int(drawn.x.max()) + 1)
    table = np.where(counts > 0, counts * digamma(np.maximum(counts, 1)), 0.0)
    h: Floats = (digamma(n) * u - drawn.summed(table)) / n
    h = h + np.where((f1 > 0) & (b < 1), f1 / n * _tail(b, n), 0.0)
    return h if drawn.units is None else np.asarray(n / u * h + np.log(u / n), dtype=float)


def _tail(b: Floats, n: Floats) -> Floats:
    """sum_(k>=0) b^(k+1)/(n+k) as the integral of e^-s b/(1 - b e^(-s/n))/n, by trapezoids over ln s."""
    s = np.exp(_LOGS)
    parts = np.exp(-s) * s * b[:, None] / (n[:, None] * -np.expm1(np.log(b)[:, None] - s / n[:, None]))
    return np.asarray(parts.sum(axis=1) * (_LOGS[1] - _LOGS[0]), dtype=float)


def _by_coverage(drawn: Draws, n: Floats, f1: Floats, b: Floats) -> Floats:
    """ACE of every draw, or ICE (Chao and Chiu 2016) where units were drawn."""
    counts = np.arange(int(drawn.x.max()) + 1).astype(float)
    few = np.asarray((counts > 0) & (counts <= _RARE), dtype=float)
    rare, u = drawn.summed(few), drawn.summed(few * counts)
    pairs = drawn.summed(few * counts * (counts - 1))
    by_units = drawn.units is not None
    cover = np.where(u > 0, 1 - f1 / u * (b if by_units else 1.0), 1.0)
    factor = n / (n - 1) if by_units else 1.0
    cv2 = np.maximum(0.0, rare / cover * factor * pairs / (u * (u - 1)) - 1)
    value = np.count_nonzero(drawn.x, axis=1) - rare + rare / cover + f1 / cover * cv2
    seen = np.count_nonzero(drawn.x, axis=1).astype(float)
    return np.where(rare == 0, seen, np.where((cover > 0) & (u > 1), value, np.nan))


def _band(value: float, drawn: Floats) -> Band:
    kept = drawn[np.isfinite(drawn)]
    se = float(kept.std(ddof=1)) if len(kept) > 1 else math.nan
    return Band(se, value - _Z * se, value + _Z * se)
