"""Does a demonstration work? Its indicators before and after, against a twin made of areas that did not take part.

What was measured (before, after) and what is modelled (the twin, the effect) stay apart in every answer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adjoin.methods import causal, synthetic

if TYPE_CHECKING:
    from adjoin.methods.synthetic import Array, Fitted

VERDICTS = ("works", "works_against", "not_told_from_chance", "too_few_areas", "no_twin")


@dataclass(frozen=True, slots=True)
class Question:
    """One indicator of the area and of those beside it, by time; `since` is the first time with the measure."""

    area: str
    values: Mapping[str, Sequence[float]]
    times: Sequence[float]
    since: float
    lower_is_better: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """How sure one wants to be: the largest p that counts, and how near the twin must be before, by the mean."""

    p: float
    fit: float


@dataclass(frozen=True, slots=True)
class Told:
    """What an indicator did: measured means, the twin, the effect two ways, how often chance does as much."""

    before: float
    after: float
    twin_after: float
    twin: Mapping[str, float]  # weight by area
    twin_series: tuple[float, ...]
    effect: float  # mean of measured less twin, after
    difference: float  # of differences, against the plain mean of the others
    fit: float  # root mean square of measured less twin, before
    p: float
    smallest_p: float
    verdict: str


def told(question: Question, bars: Bars) -> Told:
    """What a demonstration did for one indicator.

        twin = sum_j w_j y_j, w >= 0, sum w = 1, nearest before;   effect = mean over after of (y - twin)
        p = rank of its after/before ratio among those of all others taken for the area / number of areas

    no_twin : the fit before is worse than bars.fit times the mean of |y| before
    too_few_areas : no p of so few areas could be as small as bars.p
    works, works_against : p <= bars.p, by the sign of the effect

    Source: Abadie et al. 2010 (synthetic control, placebos); the bars are the user's own.
    """
    import numpy as np

    names = [name for name in question.values if name != question.area]
    times, own = np.array(question.times), np.array(question.values[question.area])
    found = _fitted(question, question.area, names)
    before, after = times < question.since, times >= question.since
    ratios = [_fitted(question, name, [n for n in names if n != name]).ratio for name in names]
    p = (1 + sum(_moved(each) >= _moved(found.ratio) for each in ratios)) / (len(names) + 1)
    fit = float(np.sqrt(found.pre_mspe))
    twin = own - found.gap
    effect = float(found.gap[after].mean())
    smallest = 1 / (len(names) + 1)
    return Told(
        before=float(own[before].mean()),
        after=float(own[after].mean()),
        twin_after=float(twin[after].mean()),
        twin={name: float(w) for name, w in zip(names, found.weights, strict=True)},
        twin_series=tuple(map(float, twin)),
        effect=effect,
        difference=_difference(question, names),
        fit=fit,
        p=p,
        smallest_p=smallest,
        verdict=_verdict(
            has_twin=fit <= bars.fit * float(np.abs(own[before]).mean()),
            enough=smallest <= bars.p,
            sure=p <= bars.p,
            good=(effect < 0) == question.lower_is_better and effect != 0,
        ),
    )


def _verdict(*, has_twin: bool, enough: bool, sure: bool, good: bool) -> str:
    if not has_twin:
        return "no_twin"
    if not enough:
        return "too_few_areas"
    if not sure:
        return "not_told_from_chance"
    return "works" if good else "works_against"


def _fitted(question: Question, area: str, others: Sequence[str]) -> "Fitted":
    import numpy as np

    times = np.array(question.times)
    donors: Array = np.array([question.values[name] for name in others]).T
    panel = synthetic.Panel(np.array(question.values[area]), donors, times < question.since, times >= question.since)
    return synthetic.matched(panel)


def _moved(ratio: float | None) -> float:
    """After over before; where the fit before is exact it counts as the most."""
    return math.inf if ratio is None else ratio


def _difference(question: Question, names: Sequence[str]) -> float:
    def group(members: Sequence[str]) -> causal.Group:
        halves = [_means(question, name) for name in members]
        return causal.Group([b for b, _ in halves], [a for _, a in halves])

    return causal.difference(group([question.area]), group(names)).effect


def _means(question: Question, name: str) -> tuple[float, float]:
    pairs = list(zip(question.times, question.values[name], strict=True))
    before = [value for time, value in pairs if time < question.since]
    after = [value for time, value in pairs if time >= question.since]
    return sum(before) / len(before), sum(after) / len(after)
