"""What does a measure cost a year, and a tonne?"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnnualCost:
    """The yearly cost of a measure; negative where it pays."""

    crf: float
    annual_cost_yuan_a: float
    cost_yuan_t: float | None


def recovery_factor(rate: float, life_a: int) -> float:
    """The part of a capital that is paid back every year.

        crf = r (1 + r)^n / ((1 + r)^n - 1),   1/n for r = 0

    rate : r, fraction a year, not negative
    life_a : n, whole years, at least 1

    Source: annuity formula.
    """
    return rate / -math.expm1(-life_a * math.log1p(rate)) if rate else 1 / life_a


def annual_cost(
    *,
    capital_yuan: float,
    running_yuan_a: float,
    saving_yuan_a: float,
    life_a: int,
    rate: float,
    removed_t_a: float | None = None,
) -> AnnualCost:
    """What a measure costs a year, and a tonne where the tonnes are known.

        annual = capital crf + running - saving;   per tonne = annual / removed

    capital_yuan : yuan, at the start of year 1
    running_yuan_a, saving_yuan_a : yuan a year
    life_a, rate : see `recovery_factor`
    removed_t_a : t a year, above 0, or None where it is not asked

    No scrap value, no tax. Source: annuity formula.
    """
    crf = recovery_factor(rate, life_a)
    annual = capital_yuan * crf + running_yuan_a - saving_yuan_a
    return AnnualCost(crf, annual, annual / removed_t_a if removed_t_a is not None else None)
