"""Does a gamma station raise an alarm?"""

from collections.abc import Sequence
from fractions import Fraction

K, CONFIRM = 3.0, 2


def threshold(mean: Fraction, sd: Fraction, k: Fraction) -> Fraction:
    """Mean plus k standard deviations, nGy/h, exact on the numbers as written. Source: own."""
    return mean + k * sd


def alarm_at(values: Sequence[Fraction | None], above: Fraction, confirm: int) -> int | None:
    """The place of the value that completes the first row of values strictly above a threshold; none without one.

    values : nGy/h, in order of time; a missing one breaks the row
    confirm : length of the row

    Source: own; no official threshold was found.
    """
    row = 0
    for i, value in enumerate(values):
        row = row + 1 if value is not None and value > above else 0
        if row == confirm:
            return i
    return None
