"""How well did a drill go?"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_RATINGS = (("P", 90), ("S", 60))  # performed, some challenges; above 0 M, major challenges; else U, unable


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a drill: when it should have been done, when it was, how much of it right."""

    name: str
    target_min: Fraction  # above 0
    done_min: Fraction | None  # None: never
    correct: Fraction  # 0 to 1
    weight: Fraction

    @property
    def late_min(self) -> Fraction | None:
        """Minutes after the target."""
        return None if self.done_min is None else max(Fraction(0), self.done_min - self.target_min)

    @property
    def points(self) -> Fraction:
        """100 max(0, 1 - late/target) correct; 0 where it was never done."""
        late = self.late_min
        return Fraction(0) if late is None else 100 * max(Fraction(0), 1 - late / self.target_min) * self.correct

    @property
    def rating(self) -> str:
        """P, S, M or U."""
        return next((word for word, least in _RATINGS if self.points >= least), "M" if self.points > 0 else "U")


def score(tasks: Sequence[Task]) -> Fraction:
    """The mean of the points by weight, of which at least one is above 0. Source: own."""
    weights = sum((task.weight for task in tasks), Fraction(0))
    return sum((task.weight * task.points for task in tasks), Fraction(0)) / weights


def worst(tasks: Sequence[Task]) -> tuple[str, ...]:
    """The tasks rated M or U, fewest points first, equals in the order given."""
    return tuple(task.name for task in sorted(tasks, key=lambda task: task.points) if task.rating in {"M", "U"})
