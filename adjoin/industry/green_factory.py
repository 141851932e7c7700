"""How would a factory rate itself as green? A house rule; the scoring of the standard has not been read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scored:
    """One indicator: its weight and where its value lies between base and lead."""

    head: str
    name: str
    weight: float
    base: float
    lead: float  # not base
    value: float

    @property
    def score(self) -> float:
        """From 0 at the base value to 100 at the leading one."""
        return 100 * min(1.0, max(0.0, (self.value - self.base) / (self.lead - self.base)))


@dataclass(frozen=True, slots=True)
class GreenFactory:
    """The rating: points by indicator and head, and a total where no basic requirement is unmet."""

    vetoed_by: tuple[str, ...]
    scores: dict[str, float]
    heads: dict[str, float]
    total: float | None


def rating(unmet: Sequence[str], indicators: Sequence[Scored]) -> GreenFactory:
    """The rating of a factory by base and leading values.

        score = 100 clip((value - base) / (lead - base), 0, 1),   head = sum w score,   total = sum of the heads

    unmet : names of basic requirements that are not met; with one there is no total
    indicators : names unique, weights sum to 1; the sign of lead - base says whether more is better

    Source: house rule, unverified; heads and base/lead values as in notices on GB/T 36132-2025.
    """
    heads = {
        head: math.fsum(each.weight * each.score for each in indicators if each.head == head)
        for head in dict.fromkeys(each.head for each in indicators)
    }
    total = math.fsum(each.weight * each.score for each in indicators)
    return GreenFactory(tuple(unmet), {each.name: each.score for each in indicators}, heads, None if unmet else total)
