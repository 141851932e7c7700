"""A river network laid out so that everything above a reach stands just before it.

Reaches are renumbered in post-order, the heaviest tributary first: what lies above reach i is the slice
`first[i] : i + 1`, sums run forward through memory, and the reach below is never far. Where a canal or a delta
splits the water, the order stays if every branch leads onward in it; else it is any order that does, and the slice
holds what lies above among other reaches.
"""

import heapq
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from adjoin.core.refusal import Refusal
from adjoin.water._plain import Column
from adjoin.water.below import refuse, row_of, rows_below

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Branch = tuple[Hashable, Hashable, float]  # from a reach, to a reach, the part of its water
_COMPILED_FROM = 100_000  # steps of a loop: below it compiling takes longer than running
_NAMED = 8  # rows that a refusal names


@dataclass(frozen=True)
class Basin:
    """Columns by ordinal; `row` says where an ordinal stood in the table, `down` is -1 at an outlet."""

    ids: Column  # as in the table
    row: Ints
    ordinal: Ints  # of each row
    down: Ints
    first: Ints  # the lowest ordinal above
    part: Floats  # of its water that goes down; the rest goes by branches
    branch_start: Ints  # branches of i are branch_start[i] : branch_start[i + 1]
    branch_to: Ints
    branch_part: Floats

    @classmethod
    def of(
        cls,
        ids: Column,
        down: Column,
        branches: Iterable[Branch] = (),
        *,
        several: bool = False,
    ) -> Self:
        """A network from a table with a column that names the reach below (None, "" or a negative number: none).

        ids, down : texts or whole numbers, one a reach
        branches : where water leaves a reach by a second way: from, to, the part of it (0..1)
        several : whether more than one river may be in the table; else what joins no other is refused as an island

        Duplicates, unknown reaches, rings, islands and parts beyond 1 are refused, rows named. Linear in reaches.
        """
        below = rows_below(ids, down)
        place, size = engine(len(below)).post_order(below)
        if not size.all():
            refuse("reaches_in_a_ring", ids, np.flatnonzero(size == 0))
        splits = _splits(list(branches), ids)
        if not several:
            _refuse_islands(ids, below, place, size, splits)
        if any(place[one] > place[other] for one, other, _ in splits):
            place = _any_order(ids, below, place, splits)
            size = np.ones_like(size)
        return cls(ids, *_columns(place, size, below, splits))

    def __len__(self) -> int:
        return len(self.down)

    @property
    def split(self) -> bool:
        """Whether water leaves a reach by more than one way anywhere."""
        return len(self.branch_to) > 0

    @property
    def net(self) -> tuple[Ints, Floats, Ints, Ints, Floats]:
        """What the loops need to know of who lies below whom."""
        return self.down, self.part, self.branch_start, self.branch_to, self.branch_part

    def find(self, reach: Hashable) -> int:
        """The ordinal of a reach."""
        row = self._rows.get(reach)
        if row is None:
            raise Refusal("no_such_reach", met=str(reach)[:60], expected=", ".join(map(str, self.ids[:_NAMED])))
        return int(self.ordinal[row])

    def above(self, i: int) -> slice:
        """The slice that holds a reach and everything above it."""
        return slice(int(self.first[i]), i + 1)

    def sort(self, by_row: ArrayLike) -> NDArray[Any]:
        """A column of the table in the order of the basin."""
        return np.asarray(by_row)[self.row]

    def unsort(self, by_ordinal: NDArray[Any]) -> NDArray[Any]:
        """A column of the basin in the order of the table."""
        return by_ordinal[self.ordinal]

    def pieces(self, most: int) -> list[slice]:
        """Slices of at most that many reaches, each a whole upstream basin, none inside another."""
        if self.split:
            return []
        size = np.arange(len(self)) - self.first + 1
        below = np.where(self.down >= 0, size[self.down], len(self) + 1)
        return [self.above(int(i)) for i in np.flatnonzero((size <= most) & (below > most))]

    @cached_property
    def _rows(self) -> Mapping[Hashable, int]:
        return row_of(self.ids)


def engine(work: int) -> ModuleType:
    """The loops that suit an amount of work: as written for little, compiled for much."""
    if work < _COMPILED_FROM:
        from adjoin.water import _plain

        return _plain
    from adjoin.water import _kernels

    return _kernels


def _splits(branches: Sequence[Branch], ids: Column) -> list[tuple[int, int, float]]:
    """Branches by row; what is not known, or takes more than there is, is refused."""
    if not branches:
        return []
    known = row_of(ids)
    taken: dict[int, float] = {}
    found = []
    for one, other, part in branches:
        if one not in known or other not in known:
            raise Refusal("unknown_reach_below", met=str(one)[:60], below=str(other)[:60])
        taken[known[one]] = taken.get(known[one], 0.0) + part
        if not 0 <= part <= 1 or taken[known[one]] > 1 + 1e-12:
            raise Refusal("parts_beyond_one", met=str(one)[:60], part=part)
        found.append((known[one], known[other], float(part)))
    return found


def _refuse_islands(
    ids: Column, below: Ints, place: Ints, size: Ints, splits: Sequence[tuple[int, int, float]]
) -> None:
    """Every outlet but those of the largest river must be joined to it by a branch."""
    outlets = np.flatnonzero(below < 0)
    if len(outlets) <= 1:
        return
    ends = np.sort(place[outlets])
    river = {int(end): int(end) for end in ends}

    def root(end: int) -> int:
        while river[end] != end:
            end = river[end]
        return end

    for one, other, _ in splits:
        a, b = (root(int(ends[np.searchsorted(ends, place[row])])) for row in (one, other))
        river[a] = b
    total: dict[int, int] = {}
    for row in outlets.tolist():
        total[root(int(place[row]))] = total.get(root(int(place[row])), 0) + int(size[row])
    largest = max(total, key=lambda each: total[each])
    islands = [row for row in outlets.tolist() if root(int(place[row])) != largest]
    if islands:
        refuse("reaches_on_an_island", ids, islands)


def _any_order(ids: Column, below: Ints, place: Ints, splits: Sequence[tuple[int, int, float]]) -> Ints:
    """An order in which water only flows onward, by branches too; as near to the post-order as that allows."""
    leads: dict[int, list[int]] = {}
    for one, other, _ in splits:
        leads.setdefault(one, []).append(other)
    waits = np.bincount(below[below >= 0], minlength=len(below)) + np.bincount(
        [other for _, other, _ in splits], minlength=len(below)
    )
    ready = [(int(place[row]), int(row)) for row in np.flatnonzero(waits == 0)]
    heapq.heapify(ready)
    order = np.full(len(below), -1, np.int32)
    found = 0
    while ready:
        _, row = heapq.heappop(ready)
        order[row] = found
        found += 1
        for other in [*([int(below[row])] if below[row] >= 0 else []), *leads.get(row, ())]:
            waits[other] -= 1
            if waits[other] == 0:
                heapq.heappush(ready, (int(place[other]), other))
    if found < len(below):
        refuse("reaches_in_a_ring", ids, np.flatnonzero(order < 0))
    return order


def _columns(
    place: Ints, size: Ints, below: Ints, splits: Sequence[tuple[int, int, float]]
) -> tuple[Ints, Ints, Ints, Ints, Floats, Ints, Ints, Floats]:
    """row, ordinal, down, first, part and the branches, by ordinal."""
    count = len(below)
    row, down, first = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.int32)
    row[place] = np.arange(count, dtype=np.int32)
    down[place] = np.where(below >= 0, place[below], np.int32(-1))
    first[place] = place - size + 1
    ways = sorted((int(place[one]), int(place[other]), part) for one, other, part in splits)
    start = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount([one for one, _, _ in ways], minlength=count), out=start[1:])
    to, to_part = np.array([b for _, b, _ in ways], np.int32), np.array([p for _, _, p in ways], np.float64)
    part = np.ones(count)
    np.subtract.at(part, [one for one, _, _ in ways], to_part)
    if ways:
        _reach_back(first, down, start, to)
    return row, place, down, first, np.maximum(part, 0.0), start, to, to_part


def _reach_back(first: Ints, down: Ints, start: Ints, to: Ints) -> None:
    """What lies above by branches too: the lowest ordinal of each, handed on downstream."""
    for i in range(len(first)):
        for other in (down[i], *to[start[i] : start[i + 1]]):
            if other >= 0:
                first[other] = min(first[other], first[i])
