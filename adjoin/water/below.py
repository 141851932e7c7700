"""Which row of a table lies below each row: the first question of a network, and for a large one the slowest.

Whole numbers that lie close go through a table of all between; others, and texts, through a table of their hashes.
"""

from collections.abc import Hashable, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from adjoin.core.refusal import Refusal
from adjoin.water._plain import Column, Ints

LARGE = 100_000  # rows: below it compiling takes longer than running
_CLOSE = 4  # numbers spread over less than this many places each go through a table
_NAMED = 8  # rows that a refusal names


def rows_below(ids: Column, down: Column) -> Ints:
    """The row below each row, -1 for none.

    ids, down : texts or whole numbers, one a reach; None, "" or a negative number in `down`: nothing lies below

    Columns that differ in length, a reach that is there twice and one below that is not there are refused, rows named.
    """
    if len(ids) != len(down):
        raise Refusal("columns_differ", met=len(down), expected=len(ids))
    if isinstance(ids, np.ndarray) and isinstance(down, np.ndarray):
        if len(ids) and ids.dtype.kind + down.dtype.kind == "ii":
            return _by_number(ids, down)
        ids, down = ids.tolist(), down.tolist()
    found = _by_text(ids, down) if len(ids) >= LARGE else None
    return _by_name(ids, down) if found is None else found


def row_of(ids: Column) -> dict[Hashable, int]:
    """Where each reach stands in the table; one that is there twice is refused."""
    plain: Sequence[Hashable] = ids.tolist() if isinstance(ids, np.ndarray) else ids
    rows = dict(zip(plain, range(len(plain)), strict=True))
    if len(rows) < len(plain):
        refuse("reach_twice", plain, [row for row, each in enumerate(plain) if rows[each] != row])
    return rows


def refuse(kind: str, ids: Column, rows: Sequence[int] | NDArray[Any], **facts: object) -> NoReturn:
    """Say no, naming the first rows (counted from 1) and their reaches."""
    some = [int(row) for row in rows[:_NAMED]]
    raise Refusal(kind, met=", ".join(str(ids[row]) for row in some), rows=", ".join(str(r + 1) for r in some), **facts)


def _by_name(ids: Column, down: Column) -> Ints:
    """By any names, through a dictionary."""
    found: list[int | None] = list(map(row_of(ids).get, down))
    if None in found:
        _refuse_unknown(ids, down, [row for row, each in enumerate(found) if each is None and not _ends(down[row])])
        found = [-1 if each is None else each for each in found]
    return np.array(found, dtype=np.int32)


def _ends(below: Hashable) -> bool:
    """Whether this is a way to say that no reach lies below."""
    return below is None or below == "" or (isinstance(below, int) and below < 0)


def _refuse_unknown(ids: Column, down: Column, rows: Sequence[int] | NDArray[Any]) -> None:
    if len(rows):
        refuse("unknown_reach_below", ids, rows, below=", ".join(str(down[row]) for row in rows[:_NAMED]))


def _by_text(ids: Column, down: Column) -> Ints | None:
    """Texts through one string and its hashes; nothing where a column holds anything else, or one hash means two."""
    from adjoin.water import _hashes

    above = _hashes.Texts.of(ids)
    below = _hashes.Texts.of(down) or _hashes.Texts.of([each or "" for each in down])  # None: nothing lies below
    rows = None if above is None or below is None or above.empty else _hashes.rows_of_texts(above, below)
    if rows is not None:
        _refuse_unknown(ids, down, [row for row in np.flatnonzero(rows < 0).tolist() if not _ends(down[row])])
    return rows


def _by_number(ids: NDArray[Any], down: NDArray[Any]) -> Ints:
    """Whole numbers: through a table where they lie close, else through their hashes, or a sort where they are few."""
    close = np.ptp(ids) < _CLOSE * len(ids)
    rows = (_by_table if close else _by_hash if len(ids) >= LARGE else _by_sort)(ids, down)
    _refuse_unknown(ids, down, np.flatnonzero((rows < 0) & (down >= 0)))
    return rows


def _by_table(ids: NDArray[Any], down: NDArray[Any]) -> Ints:
    least, rows = int(ids.min()), np.arange(len(ids), dtype=np.int32)
    table = np.full(int(ids.max()) - least + 1, -1, np.int32)
    table[ids - least] = rows
    if (twice := table[ids - least] != rows).any():
        refuse("reach_twice", ids, np.flatnonzero(twice))
    within = (down >= least) & (down < least + len(table))
    return np.where(within, table[np.where(within, down - least, 0)], np.int32(-1))


def _by_sort(ids: NDArray[Any], down: NDArray[Any]) -> Ints:
    order = np.argsort(ids)
    ordered = ids[order]
    if (twice := ordered[1:] == ordered[:-1]).any():
        refuse("reach_twice", ids, np.sort(order[1:][twice]))
    at = np.minimum(np.searchsorted(ordered, down), len(ids) - 1)
    return np.where(ordered[at] == down, order[at], -1).astype(np.int32)


def _by_hash(ids: NDArray[Any], down: NDArray[Any]) -> Ints:
    from adjoin.water import _hashes

    rows = _hashes.rows_of_numbers(ids, down)
    return rows if len(rows) else _by_sort(ids, down)  # one is there twice: the sort says which
