"""The door to the synthetic control: what would have happened without the measure."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, refuse
from adjoin.doors.tables_given import objects, panel_row, row, size

if TYPE_CHECKING:
    from adjoin.methods.synthetic import Array, Fitted

_VALUE, _TIMES, _UNITS, _PREDICTORS = 1e12, 2000, 200, 30
_MATCHES = ("outcome", "predictors")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The panel as it was asked: rows are units."""

    times: list[float]
    outcome: dict[str, list[float]]
    fit: list[bool]
    post: list[bool]
    predictors: list[dict[str, float]]  # empty where the outcome is matched
    v: list[float] | None
    training: tuple[list[dict[str, float]], list[bool]] | None

    def fitted(self, treated: str, units: list[str]) -> "Fitted":
        """The mix of the other units that stands for the treated one."""
        import numpy as np

        from adjoin.methods import synthetic

        donors = [unit for unit in units if unit != treated]
        outcome = np.array([self.outcome[unit] for unit in donors]).T
        own = np.array(self.outcome[treated])
        panel = synthetic.Panel(own, outcome, np.array(self.fit), np.array(self.post))
        if not self.predictors:
            return synthetic.matched(panel)
        target = _standard(self.predictors, [treated, *donors])
        if self.v is not None:
            importance = np.array(self.v)
        elif self.training:
            early = _standard(self.training[0], [treated, *donors])
            trained = synthetic.Panel(own, outcome, np.array(self.training[1]), np.array(self.post))
            importance = synthetic.sought(trained, early[:, 0], early[:, 1:])
        else:
            importance = synthetic.sought(panel, target[:, 0], target[:, 1:])
        return synthetic.fitted(panel, synthetic.weighted(target[:, 0], target[:, 1:], importance))


def synthetic_control(asked: Asked) -> Answer:
    """The gap between a treated unit and its mix, and how often chance does as much."""
    given = Given.of(asked)
    question = _read(given)
    units = list(question.outcome)
    treated = given.choice("treated", tuple(units))
    found = question.fitted(treated, units)
    donors = [unit for unit in units if unit != treated]
    answer = {
        "weights": dict(zip(donors, map(float, found.weights), strict=True)),
        **_said(found, question.post),
        "smallest_p": 1 / len(units),
    }
    if "compare_weights" in given.values:
        answer |= _compared(given.inner("compare_weights"), question, treated, donors, found)
    if given.flag("placebo", default=False):
        answer |= _placebo(given, question, donors, found)
    return answer


def _said(found: "Fitted", post: list[bool]) -> dict[str, object]:
    after = [float(gap) for gap, is_post in zip(found.gap, post, strict=True) if is_post]
    return {
        "gap": [float(each) for each in found.gap],
        "pre_mspe": found.pre_mspe,
        "pre_rmspe": math.sqrt(found.pre_mspe),
        "post_rmspe": math.sqrt(found.post_mspe),
        "mean_gap": math.fsum(after) / len(after),
        "gap_last": float(found.gap[-1]),
        "ratio": found.ratio,
    }


def _compared(weights: Given, question: _Asked, treated: str, donors: list[str], found: "Fitted") -> dict[str, object]:
    import numpy as np

    from adjoin.methods import synthetic

    for name in weights.values:
        if name not in donors:
            refuse("not_a_choice", weights.place(str(name)), name, expected=", ".join(donors))
    given = np.array([weights.number(unit, 0, 1) if unit in weights.values else 0.0 for unit in donors])
    outcome = np.array([question.outcome[unit] for unit in donors]).T
    panel = synthetic.Panel(
        np.array(question.outcome[treated]), outcome, np.array(question.fit), np.array(question.post)
    )
    other = synthetic.fitted(panel, given)
    said = _said(other, question.post)
    return {
        "compare": {key: said[key] for key in ("pre_rmspe", "post_rmspe", "gap")},
        "fits_at_least_as_well": found.pre_mspe <= other.pre_mspe * (1 + 1e-9),
    }


def _placebo(given: Given, question: _Asked, donors: list[str], found: "Fitted") -> dict[str, object]:
    chosen = donors if given.values.get("placebo_units") is None else [str(u) for u in given.items("placebo_units")]
    for unit in chosen:
        if unit not in donors:
            refuse("not_a_choice", "placebo_units", unit, expected=", ".join(donors))
    if len(donors) < 2:
        refuse("out_of_bounds", "outcome", len(donors) + 1, low=3, high=_UNITS)
    ratios = {unit: question.fitted(unit, donors).ratio for unit in chosen}
    own = math.inf if found.ratio is None else found.ratio
    rank = 1 + sum((math.inf if each is None else each) >= own for each in ratios.values())
    return {"placebo_ratio": ratios, "rank": rank, "of": len(chosen) + 1, "p": rank / (len(chosen) + 1)}


def _standard(predictors: list[dict[str, float]], units: list[str]) -> "Array":
    import numpy as np

    table: Array = np.array([[each[unit] for unit in units] for each in predictors])
    spread = table.std(axis=1, ddof=1)
    spread[spread == 0] = 1.0
    scaled: Array = table / spread[:, None]
    return scaled


def _read(given: Given) -> _Asked:
    times = given.numbers("times", -_VALUE, _VALUE)
    size("times", times, 2, _TIMES)
    panel = given.inner("outcome")
    size("outcome", list(panel.values), 2, _UNITS)
    outcome = {str(u): panel_row(panel.raw(u), panel.place(u), len(times), -_VALUE, _VALUE) for u in panel.values}
    first = given.number("first_treated_time", -_VALUE, _VALUE)
    if not min(times) < first <= max(times):
        refuse("out_of_bounds", "first_treated_time", first, low=min(times), high=max(times))
    fit = _marked(given, times, first)
    if given.choice("match", _MATCHES) == "outcome":
        return _Asked(times, outcome, fit, [time >= first for time in times], [], None, None)
    predictors = _predictors(given, list(outcome))
    v = None if given.values.get("v") is None else row(given.raw("v"), "v", len(predictors), 0, _VALUE)
    if v is not None and not any(v):
        refuse("out_of_bounds", "v", 0, low="> 0", high=_VALUE)
    training = None
    if given.values.get("training") is not None:
        inner = given.inner("training")
        early = _predictors(inner, list(outcome))
        if len(early) != len(predictors):
            refuse("uneven_lists", "training.predictors", len(early), expected=len(predictors))
        training = (early, _marked(inner, times, first))
    return _Asked(times, outcome, fit, [time >= first for time in times], predictors, v, training)


def _marked(given: Given, times: list[float], first: float) -> list[bool]:
    chosen = given.numbers("fit_times")
    for time in chosen:
        if time not in times or time >= first:
            refuse("out_of_bounds", given.place("fit_times"), time, low=times[0], high=first)
    return [time in chosen for time in times]


def _predictors(given: Given, units: list[str]) -> list[dict[str, float]]:
    return [
        {unit: each.inner("values").number(unit, -_VALUE, _VALUE) for unit in units}
        for each in objects(given, "predictors", _PREDICTORS)
    ]


DOORS = (
    Door(
        "causal.synthetic_control",
        synthetic_control,
        Explanation(
            what_zh="合成控制：其他单元的加权组合代表未采取措施的情形；安慰剂检验给出偶然达到的程度；求得的V是多次搜索的最小值，"
            "未证明最优",
            what_en="synthetic control: a mix of others stands for what would have happened; placebos say how often "
            "chance does as much; a V that is sought is the least of many searches, not proved",
            formula="min mean gap^2 over fit times, w >= 0, sum w = 1; or w(V) = argmin sum v (x - sum w x_j)^2",
            symbols=(
                Symbol("treated", "", "处理单元", "the treated unit"),
                Symbol("outcome", "", "各单元逐时结果", "a value a time by unit"),
                Symbol("first_treated_time", "", "首个处理时间", "first time with the measure"),
                Symbol("fit_times", "", "拟合时间", "times of fitting"),
                Symbol("match", "", "outcome或predictors", "outcome or predictors"),
                Symbol("predictors", "", "预测变量，可给v或training", "predictors; v or training may be given"),
                Symbol("placebo", "", "安慰剂检验", "placebos"),
            ),
            source="Abadie, Diamond and Hainmueller 2010; Haskell and Hanson 1981",
        ),
    ),
)
