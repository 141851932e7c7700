"""Extremes over any stretch of a list: prepared once in n log n, each question answered at once."""

from collections.abc import Callable, Sequence


class Extreme:
    """The least (or greatest) value of any stretch of a list.

    Row k of the table holds the extreme of every stretch of 2^k values; two of them, overlapping, cover any
    stretch. pick : `min` or `max`; empty : what a stretch without values gives.
    """

    def __init__(self, values: Sequence[float], pick: Callable[[float, float], float], empty: float) -> None:
        self._pick, self._empty = pick, empty
        self._rows = [list(values)]
        half = 1
        while 2 * half <= len(values):
            row = self._rows[-1]
            self._rows.append(list(map(pick, row, row[half:])))
            half *= 2

    def over(self, start: int, stop: int) -> float:
        """The extreme of values[start:stop]."""
        if stop <= start:
            return self._empty
        k = (stop - start).bit_length() - 1
        row = self._rows[k]
        return self._pick(row[start], row[stop - (1 << k)])
