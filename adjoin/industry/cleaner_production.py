"""How clean does a plant produce? The composite index of the industry evaluation systems with three grades."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GRADES = ("I", "II", "III")
FAIL = "fail"
_ORDER = (*GRADES, FAIL)
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a plant and the best grade it reaches."""

    category: str
    category_weight: float
    name: str
    weight: float
    limit: bool  # a limit-type indicator
    grade: str | None  # I, II, III, fail; None: does not apply

    def reaches(self, grade: str) -> bool:
        """Whether it reaches this grade; grades nest."""
        return self.grade is not None and _ORDER.index(self.grade) <= _ORDER.index(grade)


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What a level asks of the index, and of the other indicators for level I."""

    threshold: Mapping[str, float]
    others_for_i: str | None


@dataclass(frozen=True, slots=True)
class Cleanness:
    """The index of each grade and the level; `missing` names the categories in which nothing applies."""

    missing: tuple[str, ...]
    index: Mapping[str, float]  # empty where a category is missing
    level: str | None
    limit_below: Mapping[str, tuple[str, ...]]


def grade_of(value: float, base: Mapping[str, float], *, lower_is_better: bool) -> str:
    """The best grade whose base value is reached; equality reaches it.

    value, base : in the unit of the indicator
    """
    sign = 1 if lower_is_better else -1
    return next((grade for grade in GRADES if sign * value <= sign * base[grade]), FAIL)


def cleanness(indicators: Sequence[Indicator], rule: LevelRule) -> Cleanness:
    """The composite index and the level of a plant.

        Y_k = sum_i w_i sum_j w'_ij Y_gk(x_ij),  w'_ij = w_ij / sum of those that apply,  Y_gk = 100 if reached, else 0

    indicators : names unique; weights of categories sum to 1, weights sum to 1 inside a category
    rule : thresholds of I, II, III and what others must reach for I

    Source: formulas 5-1 to 5-3 of the evaluation systems, seen in part.
    """
    applying = [each for each in indicators if each.grade is not None]
    below = {
        grade: tuple(sorted(each.name for each in applying if each.limit and not each.reaches(grade)))
        for grade in ("I", "II")
    }
    present = {each.category for each in applying}
    missing = tuple(dict.fromkeys(each.category for each in indicators if each.category not in present))
    if missing:
        return Cleanness(missing, {}, None, below)
    index = {grade: _index(applying, grade) for grade in GRADES}
    return Cleanness((), index, _level(index, applying, rule, below), below)


def _index(applying: Sequence[Indicator], grade: str) -> float:
    weights = {each.category: each.category_weight for each in applying}
    return math.fsum(weight * _share(applying, category, grade) for category, weight in weights.items())


def _share(applying: Sequence[Indicator], category: str, grade: str) -> float:
    inside = [each for each in applying if each.category == category]
    reached = math.fsum(each.weight for each in inside if each.reaches(grade))
    return 100 * reached / math.fsum(each.weight for each in inside)


def _level(
    index: Mapping[str, float], applying: Sequence[Indicator], rule: LevelRule, below: Mapping[str, tuple[str, ...]]
) -> str:
    others = rule.others_for_i is None or all(each.limit or each.reaches(rule.others_for_i) for each in applying)
    enough = {grade: index[grade] >= rule.threshold[grade] - _SLACK for grade in GRADES}
    if enough["I"] and not below["I"] and others:
        return "I"
    if enough["II"] and not below["II"]:
        return "II"
    return "III" if enough["III"] else "none"
