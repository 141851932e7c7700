"""How much passed a section in a time, from samples now and then and flow on every day; and how well that is known.

1 mg/L in 1 m3/s is 86.4 kg/d. Samples that were pretreated in different ways measure different things: a load is
made of one kind. The three ways differ by more than their errors where concentration moves with flow.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adjoin.core.refusal import Refusal
from adjoin.core.units import evaluated

Floats = NDArray[np.float64]
KG_D = 86.4
BELOW_DETECTION = ("half", "zero")
_LEAST = 3  # samples


@dataclass(frozen=True, slots=True)
class Sample:
    """One concentration and the flow when it was taken."""

    day: float  # days from the beginning
    mg_l: float
    flow: float  # m3/s
    pretreatment: str  # "raw", "settled 30 min", "filtered 0.45 um", ...


@dataclass(frozen=True, slots=True)
class Load:
    """A load and its standard error."""

    kg: float
    standard_error_kg: float
    samples: int

    @property
    def relative_error(self) -> float:
        """Standard error over load."""
        return self.standard_error_kg / abs(self.kg) if self.kg else math.inf


def concentration(value: str, below_detection: str) -> float:
    """The number a value enters a load with, mg/L; "<0.02" is below a limit of 0.02.

    below_detection : "half" counts half the limit, as in means; "zero" counts nothing, as in official totals, where
        a sum of halves would invent a load. Source: HJ/T 91-2002 (from memory, to be compared with the text).
    """
    below = value.strip().startswith("<")
    return 0.0 if below and below_detection == "zero" else float(evaluated(value))


def load(samples: Sequence[Sample], flow: Sequence[float], way: str) -> Load:
    """What passed in a time, kg, by one of three ways, with its standard error.

        ratio:          L = (sum Q) l/q (1 + t s_lq/(l q)) / (1 + t s_qq/q^2),  t = 1/n - 1/N          (Beale)
        regression:     ln c = a + b ln Q;  L = sum Q e^(a + b ln Q) mean(e^residual)                    (Duan)
        interpolation:  L = sum Q c(t), c on straight lines between samples, level beyond them

    samples : at least 3, of one pretreatment, in days from the beginning; flow : m3/s, one value a day
    l, q : mean sampled load and flow; s : sample covariances; n samples of N days

    Standard error: the jackknife, sqrt((1 - n/N)(n-1)/n sum (L_i - mean L_i)^2), L_i without sample i; for
    interpolation it errs on the safe side. Sources: Beale 1962; Duan 1983; Tukey 1958; Dolan et al. 1981.
    """
    kinds = sorted({each.pretreatment for each in samples})
    if len(kinds) > 1:
        raise Refusal("mixed_pretreatments", met=", ".join(kinds))
    if len(samples) < _LEAST:
        raise Refusal("too_few_samples", met=len(samples), expected=_LEAST)
    ordered, daily = sorted(samples, key=lambda each: each.day), np.asarray(flow, dtype=float)
    table = np.array([(each.day, each.mg_l, each.flow) for each in ordered])
    whole = _WAYS[way](table, daily)
    without = np.array([_WAYS[way](np.delete(table, i, axis=0), daily) for i in range(len(table))])
    n, days = len(table), len(daily)
    spread = (n - 1) / n * ((without - without.mean()) ** 2).sum() * max(1 - n / days, 0.0)
    return Load(KG_D * whole, KG_D * math.sqrt(spread), n)


def _ratio(table: Floats, flow: Floats) -> float:
    q, passed = table[:, 2], table[:, 1] * table[:, 2]
    t = 1 / len(q) - 1 / len(flow)
    if len(q) < 2 or q.mean() <= 0:
        return float(flow.sum() * passed.sum() / max(q.sum(), np.finfo(float).tiny))
    covariance = np.cov(passed, q)
    scale, mean = passed.mean() * q.mean(), q.mean()
    upper = 1 + t * covariance[0, 1] / scale if scale else 1.0
    return float(flow.sum() * passed.mean() / mean * upper / (1 + t * covariance[1, 1] / mean**2))


def _regression(table: Floats, flow: Floats) -> float:
    if (table[:, 1:] <= 0).any() or (flow <= 0).any():
        raise Refusal("no_logarithm", met=f"{min(table[:, 1:].min(), flow.min()):g}")
    x, y = np.log(table[:, 2]), np.log(table[:, 1])
    away = x - x.mean()
    slope = float((away * y).sum() / (away**2).sum()) if (away**2).sum() > 0 else 0.0
    level = y.mean() - slope * x.mean()
    smear = np.exp(y - level - slope * x).mean()
    return float((flow * np.exp(level + slope * np.log(flow))).sum() * smear)


def _interpolation(table: Floats, flow: Floats) -> float:
    middays = np.arange(len(flow)) + 0.5
    return float((flow * np.interp(middays, table[:, 0], table[:, 1])).sum())


_WAYS: Mapping[str, Callable[[Floats, Floats], float]] = {
    "ratio": _ratio,
    "regression": _regression,
    "interpolation": _interpolation,
}
WAYS = tuple(_WAYS)
