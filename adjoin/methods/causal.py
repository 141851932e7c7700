"""Did a measure do anything? Difference in differences of two groups over two periods."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Group:
    """One group: the same unit at the same place of both lists; None is missing."""

    before: Values
    after: Values

    def balanced(self) -> "Group":
        """Only the units that have both values."""
        pairs = [(b, a) for b, a in zip(self.before, self.after, strict=True) if b is not None and a is not None]
        return Group([b for b, _ in pairs], [a for _, a in pairs])

    @property
    def counts(self) -> tuple[int, int]:
        """How many values stand behind each mean."""
        return len(_there(self.before)), len(_there(self.after))

    @property
    def means(self) -> tuple[float, float]:
        """The unweighted means before and after."""
        return _mean(self.before), _mean(self.after)

    @property
    def variance(self) -> float | None:
        """The variance of the group's change, clustered by unit; None with fewer than two units."""
        units = [(b, a) for b, a in zip(self.before, self.after, strict=True) if b is not None or a is not None]
        if len(units) < 2:
            return None
        (mean_b, mean_a), (n_b, n_a) = self.means, self.counts
        parts = [
            (0.0 if a is None else (a - mean_a) / n_a) - (0.0 if b is None else (b - mean_b) / n_b) for b, a in units
        ]
        return len(units) / (len(units) - 1) * math.fsum(part**2 for part in parts)


@dataclass(frozen=True, slots=True)
class Difference:
    """The effect and its standard error; None where a group has fewer than two units."""

    effect: float
    error: float | None


def difference(treated: Group, control: Group) -> Difference:
    """The difference of differences.

        effect = (treated after - before) - (control after - before)
        se^2 = sum over groups of G/(G-1) sum_u (a_u - b_u)^2

    Source: Card and Krueger 1994; clustered by unit.
    """
    effect = (treated.means[1] - treated.means[0]) - (control.means[1] - control.means[0])
    one, other = treated.variance, control.variance
    return Difference(effect, None if one is None or other is None else math.sqrt(one + other))


def _there(values: Values) -> list[float]:
    return [value for value in values if value is not None]


def _mean(values: Values) -> float:
    there = _there(values)
    return math.fsum(there) / len(there)
