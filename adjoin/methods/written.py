"""Numbers as they were written: sums and comparisons that a binary fraction would miss by its last digit."""

from fractions import Fraction


def as_written(value: float) -> Fraction:
    """The exact value of the shortest decimal that stands for this number: 0.1 is one tenth.

    value : finite
    """
    return Fraction(repr(value))
