# ruff: noqa: ANN001, ANN202  # compiled loops: numba finds the types
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Where numbers and texts stand in a column, through a table of hashes: compiled, for columns of a million."""

from dataclasses import dataclass
from typing import Self

import numba as nb
import numpy as np
from numpy.typing import NDArray

from adjoin.water._kernels import OPTIONS
from adjoin.water._plain import Column, Ints

_BREAK = 10  # between texts
_SEED, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a
_SCATTER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts in one row of bytes, each after a break, with where each ends and its hash."""

    bytes: NDArray[np.uint8]
    ends: NDArray[np.int64]
    hashes: NDArray[np.int64]

    @classmethod
    def of(cls, column: Column) -> Self | None:
        """The texts of a column; nothing where it holds anything else, or a break within a text."""
        try:
            joined = "\n" + "\n".join(column)  # type: ignore[arg-type]  # what is no text is met here
        except TypeError:
            return None
        content = np.frombuffer(joined.encode("utf-8", "surrogatepass"), np.uint8)
        ends, hashes = _ends(content, len(column))
        return cls(content, ends, hashes.view(np.int64)) if len(ends) == len(column) else None

    @property
    def empty(self) -> bool:
        """Whether any of them has no letter."""
        return bool((np.diff(self.ends, prepend=0) == 1).any())


def rows_of_texts(ids: Texts, down: Texts) -> Ints | None:
    """Where each text of `down` stands among `ids`, -1 for nowhere; nothing where one hash means two texts."""
    rows: Ints = rows_of_numbers(ids.hashes, down.hashes)
    sure = len(rows) and _same(ids.bytes, ids.ends, down.bytes, down.ends, rows)
    return rows if sure else None


@nb.njit(**OPTIONS)
def rows_of_numbers(ids, down):
    """Where each number of `down` stands among `ids`, -1 for nowhere; an empty column where one is there twice."""
    size = 2
    while size < 2 * len(ids):
        size *= 2
    most, one, wide = np.uint64(size - 1), np.uint64(1), np.uint64(32)
    table = np.full(size, -1, np.int32)
    for row in range(len(ids)):
        h = np.uint64(ids[row]) * _SCATTER
        at = (h ^ (h >> wide)) & most
        while table[at] >= 0 and ids[table[at]] != ids[row]:
            at = (at + one) & most
        if table[at] >= 0:
            return np.empty(0, np.int32)
        table[at] = row
    rows = np.empty(len(down), np.int32)
    for row in range(len(down)):
        h = np.uint64(down[row]) * _SCATTER
        at = (h ^ (h >> wide)) & most
        while table[at] >= 0 and ids[table[at]] != down[row]:
            at = (at + one) & most
        rows[row] = table[at]
    return rows


@nb.njit(**OPTIONS)
def _ends(content, count):
    """One past the last byte of each text, and its hash; empty where there are not that many texts."""
    ends, hashes = np.empty(count, np.int64), np.empty(count, np.uint64)
    found, h = 0, _SEED
    for at in range(1, len(content)):
        byte = content[at]
        if byte == _BREAK:
            if found >= count - 1:
                return ends[:0], hashes[:0]
            ends[found], hashes[found] = at, h
            found, h = found + 1, _SEED
        else:
            h = (h ^ np.uint64(byte)) * _PRIME
    ends[found], hashes[found] = len(content), h
    return ends[: found + 1], hashes[: found + 1]


@nb.njit(**OPTIONS)
def _same(ids, ends, down, down_ends, rows):
    """Whether every text is the one that its hash has found: from its last byte back to the break before it."""
    one = np.uint64(1)
    for i in range(len(rows)):
        row = np.uint64(i)
        if rows[row] >= 0:
            at, other = np.uint64(ends[np.uint64(rows[row])]), np.uint64(down_ends[row])
            while True:
                at, other = at - one, other - one
                if ids[at] != down[other]:
                    return False
                if ids[at] == _BREAK:
                    break
    return True
