"""The four levels of an event, I the gravest, and what reaches them."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

LEVELS = ("I", "II", "III", "IV")


def gravest(levels: Iterable[str | None]) -> str | None:
    """The gravest of some levels; none where there is none."""
    return min((level for level in levels if level is not None), key=LEVELS.index, default=None)


def reached(value: Fraction, at_least: Mapping[str, Fraction]) -> str | None:
    """The first of some steps, in the order of the table, whose number a value reaches."""
    return next((step for step, bound in at_least.items() if value >= bound), None)
