"""How grave is a sudden environmental event?"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from adjoin.risk.levels import gravest, reached

LEAST = "IV"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One fact that gives a level: by number (`at_least`) or by word (`words`)."""

    fact: str
    clause: str
    at_least: Mapping[str, Fraction]  # empty where words decide
    words: Mapping[str, str]
    whole: bool = False  # a number of people

    def level(self, value: Fraction | str) -> str | None:
        """The level that this fact gives; a number of 0 gives none, a word unknown to the table none."""
        if isinstance(value, str):
            return self.words.get(value)
        return (reached(value, self.at_least) or LEAST) if value > 0 else None


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of an event and the facts that give it."""

    grade: str
    decided_by: tuple[str, ...]


def grade(levels: Mapping[str, str | None]) -> Grade:
    """The gravest level among those of the facts, and every fact that gives it; IV where no fact gives any.

    levels : by name of the fact; None where it gives no level

    Source: national plan of 2014, annex 1.
    """
    worst = gravest(levels.values())
    return Grade(worst or LEAST, tuple(sorted(fact for fact, level in levels.items() if level == worst and level)))
