"""How good is the water? Classes of sections, words for rivers, states of lakes.

Numbers come from the printed text and stay decimal. A real-time value is a signal and is never rounded; for
assessment a value is rounded once, just before it is compared. The limits and words are rules, given.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from adjoin.core.assessment import CLASSES, MainPollutant, Verdict
from adjoin.core.evaluation import Evaluation, RiverGrade, TrophicGrade, TrophicItem
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Limit, Standard
from adjoin.core.units import Quantities, evaluated, exact_mean, round_half_even

STAGES = ("realtime", "assessment")
_III = CLASSES.index("III")
_PH_DIGITS = 9  # a mean through logarithms is kept to these, so that 6.5 and 6.5 give 6.5


@dataclass(frozen=True, slots=True)
class Item:
    """One value as it is compared: the number, the limit it meets or not, and its class."""

    code: str
    number: Decimal
    limit: Limit
    water_class: str


@dataclass(frozen=True, slots=True)
class River:
    """The word for a river, and the shares it rests on."""

    grade: RiverGrade
    share_good_percent: float
    share_worst_percent: float


@dataclass(frozen=True, slots=True)
class Trophic:
    """The trophic level index of a lake and its state."""

    index: float
    grade: TrophicGrade
    parts: Mapping[str, float]  # TLI_j by item


def classify(
    values: Mapping[str, str | None],
    *,
    standard: Standard,
    water_body: str,
    stage: str,
    target: str | None,
    quantities: Quantities,
    on: date,
    evaluation: Evaluation,
) -> Verdict:
    """The class of one section: the worst class among its evaluated items.

        class = max_j class_j,   class_j = the best class whose limit value_j still meets

    values : by quantity code, text in house units; "<L" below the detection limit L enters as L / 2
    water_body : "river" or "lake"
    stage : "realtime" (never rounded) or "assessment" (rounded once, GB/T 8170, before comparing)
    target : the class to keep, or None
    on : the day whose law holds

    Items without an evaluated limit never decide. Source: GB 3838-2002; evaluation rules of 2011.
    """
    items = [
        Item(code, number, limit, class_of(number, limit))
        for code, value in sorted(values.items())
        if value is not None and (limit := standard.limit(code, water_body, on)) is not None and limit.evaluated
        for number in [as_judged(value, code, stage=stage, quantities=quantities)]
    ]
    worst = max((item.water_class for item in items), key=CLASSES.index, default=None)
    return Verdict(
        water_class=worst,
        decided_by=tuple(item.code for item in items if item.water_class == worst),
        items={item.code: item.water_class for item in items},
        meets_target=_meets(worst, target),
        main_pollutants=main_pollutants(items, evaluation),
    )


def as_judged(value: str, code: str, *, stage: str, quantities: Quantities) -> Decimal:
    """The number that is compared with the limits: in real time as printed, for assessment rounded once."""
    number = evaluated(value)
    if stage == "realtime":
        return number
    decimals = quantities.find(code).assessment_decimals
    if decimals is None:
        raise Refusal("no_assessment_decimals", met=code)
    return Decimal(round_half_even(str(number), decimals))


def class_of(number: Decimal, limit: Limit) -> str:
    """The best class whose limit a value still meets."""
    return next((grade for grade, bound in limit.grades.items() if _holds(number, limit.kind, bound)), CLASSES[-1])


def main_pollutants(items: Iterable[Item], evaluation: Evaluation) -> tuple[MainPollutant, ...]:
    """The items worse than class III that are named: first the priority ones, then worse class, then larger multiple.

    multiple = (C - S3) / S3,   S3 the limit of class III

    Source: evaluation rules of 2011.
    """
    over = [(item, _multiple(item, evaluation)) for item in items if CLASSES.index(item.water_class) > _III]
    over.sort(key=lambda each: _rank(each[0], each[1], evaluation))
    return tuple(
        MainPollutant(item.code, item.water_class, _one_decimal(multiple))
        for item, multiple in over[: evaluation.main_pollutants]
    )


def river_grade(classes: Sequence[str], evaluation: Evaluation) -> River:
    """The word for a river or basin, from the shares of its sections in classes I to III and worse than V.

    classes : of all its assessed sections, at least `few_sections` of them

    Source: evaluation rules of 2011.
    """
    if len(classes) < evaluation.few_sections:
        raise Refusal("too_few_sections", met=len(classes), expected=evaluation.few_sections)
    good = Decimal(100 * sum(CLASSES.index(each) <= _III for each in classes)) / len(classes)
    worst = Decimal(100 * classes.count(CLASSES[-1])) / len(classes)
    grade = next(each for each in evaluation.river_grades if _earned(each, good, worst))
    return River(grade, float(good), float(worst))


def trophic_state(values: Mapping[str, float], evaluation: Evaluation) -> Trophic:
    """The trophic state of a lake or reservoir from five items.

        TLI = sum_j W_j TLI_j,   W_j = r_j^2 / sum r^2,   TLI_j = 10 (a_j + b_j ln x_j)

    values : chlorophyll a mg/m3, TP mg/L, TN mg/L, transparency m, CODMn mg/L; all above 0

    Source: as named in the evaluation rules (`sources.trophic`).
    """
    items = evaluation.trophic_items
    parts = {item.key: _trophic_part(item, values[item.key]) for item in items}
    weight = math.fsum(item.r**2 for item in items)
    index = math.fsum(item.r**2 * parts[item.key] for item in items) / weight
    return Trophic(index, next(each for each in evaluation.trophic_grades if _reaches(index, each)), parts)


def ph_mean(values: Sequence[float]) -> float:
    """The mean of pH values, through the hydrogen ions.

        mean = -log10( sum 10^-pH_i / n )

    values : pH, at least one
    """
    return -math.log10(math.fsum(10**-value for value in values) / len(values))


def mean_of(values: Sequence[str], code: str, evaluation: Evaluation) -> str | None:
    """The mean of printed values as text, not rounded on the way; nothing for no values.

    values : text with digits; "<L" enters as L / 2
    code : the quantity; where its rule says so the mean is taken through 10^-x (pH)
    """
    numbers = [evaluated(value) for value in values]
    if numbers and code in evaluation.logarithmic:
        return f"{ph_mean([float(number) for number in numbers]):.{_PH_DIGITS}f}"
    mean = exact_mean(numbers)
    return None if mean is None else f"{mean:f}"


def _holds(number: Decimal, kind: str, bound: str) -> bool:
    if kind == "max":
        return number <= Decimal(bound)
    if kind == "min":
        return number >= Decimal(bound)
    low, high = bound.split("~")
    return Decimal(low) <= number <= Decimal(high)


def _meets(met: str | None, target: str | None) -> bool | None:
    if met is None or target is None:
        return None
    return CLASSES.index(met) <= CLASSES.index(target)


def _multiple(item: Item, evaluation: Evaluation) -> Decimal | None:
    if item.limit.kind != "max" or item.code in evaluation.no_multiple:
        return None
    third = Decimal(item.limit.grades["III"])
    return (item.number - third) / third


def _rank(item: Item, multiple: Decimal | None, evaluation: Evaluation) -> tuple[bool, int, Decimal, str]:
    larger_first = Decimal(1) if multiple is None else -multiple
    return (item.code not in evaluation.priority, -CLASSES.index(item.water_class), larger_first, item.code)


def _one_decimal(multiple: Decimal | None) -> float | None:
    return None if multiple is None else float(multiple.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN))


def _earned(grade: RiverGrade, good: Decimal, worst: Decimal) -> bool:
    return good >= Decimal(grade.good_at_least or 0) and worst >= Decimal(grade.worst_at_least or 0)


def _trophic_part(item: TrophicItem, value: float) -> float:
    return 10 * (item.a + item.b * math.log(value))


def _reaches(index: float, grade: TrophicGrade) -> bool:
    return index < grade.upper or (grade.upper_included and index == grade.upper)
