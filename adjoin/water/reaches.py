"""Reaches in steady flow: what one release needs of a river, checked and laid out in columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from adjoin.core.refusal import Refusal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
COLUMNS = ("length", "velocity", "dispersion", "decay", "flow", "storage", "exchange", "transverse")


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on a reach: 0 at its head, 1 at its foot."""

    reach: str
    fraction: float = 1.0


@dataclass(frozen=True, slots=True)
class Way:
    """The reaches that water passes from one point to another, and how much of each."""

    reaches: Ints  # rows of the columns, downstream
    share: Floats  # 0..1 of each


@dataclass(frozen=True)
class Reaches:
    """Columns over reaches; `down` is the row below, -1 at an outlet. Zero storage means no storage zone.

    A pool is a reach of stirred tanks: its velocity is length over the time that its water takes to change.
    """

    ids: tuple[str, ...]
    down: Ints
    length: Floats  # m
    velocity: Floats  # m/s
    dispersion: Floats  # m2/s
    decay: Floats  # 1/s
    flow: Floats  # m3/s
    storage: Floats  # As / A
    exchange: Floats  # alpha, 1/s
    transverse: Floats  # e / (u B^2) a metre, 1/m; NaN: not known
    party: tuple[str, ...] = ()  # who holds it; "" where nobody is named
    tanks: Floats | None = None  # of which a pool is made; 0 in a river; None: no pool in the network
    _row: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_row", {each: row for row, each in enumerate(self.ids)})

    @classmethod
    def of(cls, down: Mapping[str, str | None], columns: Mapping[str, Sequence[float]], party: Sequence[str]) -> Self:
        """The columns of a network; a reach below that is not there and a ring are refused by name."""
        row = {each: i for i, each in enumerate(down)}
        for reach, below in down.items():
            if below is not None and below not in row:
                raise Refusal("down_is_nowhere", met=below, row=reach)
        below_rows = np.array([-1 if below is None else row[below] for below in down.values()], dtype=np.int64)
        _refuse_ring(tuple(down), below_rows)
        arrays = {key: np.asarray(values, dtype=float) for key, values in columns.items()}
        return cls(ids=tuple(down), down=below_rows, party=tuple(party), **arrays)

    def row(self, reach: str) -> int:
        """The row of a reach."""
        if reach not in self._row:
            raise Refusal("no_such_reach", met=reach[:60], expected=", ".join(self.ids[:8]))
        return self._row[reach]

    def take(self, rows: Ints) -> "Reaches":
        """Some of the reaches, for what needs no network: nothing lies below them."""
        columns = {name: getattr(self, name)[rows] for name in COLUMNS}
        ids = tuple(self.ids[row] for row in rows)
        party = tuple(self.party[row] for row in rows)
        tanks = None if self.tanks is None else self.tanks[rows]
        return Reaches(ids=ids, down=np.full(len(rows), -1), **columns, party=party, tanks=tanks)

    def way(self, upper: Spot, lower: Spot) -> Way | None:
        """What water passes between two points; nothing where the second does not lie below the first."""
        start, end = self.row(upper.reach), self.row(lower.reach)
        rows = list(self._to(start, end))
        if rows[-1] != end:
            return None
        share = np.ones(len(rows))
        share[0] -= upper.fraction
        share[-1] -= 1 - lower.fraction
        return Way(np.array(rows), share) if share[0] >= 0 and share[-1] >= 0 and share.sum() > 0 else None

    def below(self, spot: Spot) -> list[int]:
        """The rows that water passes from a point to the outlet."""
        return list(self._to(self.row(spot.reach), -1))

    def above(self, spot: Spot) -> tuple[Way, ...]:
        """From the head of every reach whose water passes a point, the way down to it, nearest first."""
        ways = {self.row(spot.reach): Way(np.array([self.row(spot.reach)]), np.array([spot.fraction]))}
        feeders: dict[int, list[int]] = {}
        for row, below in enumerate(self.down.tolist()):
            feeders.setdefault(below, []).append(row)
        for row in (queue := list(ways)):
            for feeder in feeders.get(row, ()):
                below = ways[row]
                ways[feeder] = Way(np.append(feeder, below.reaches), np.append(1.0, below.share))
                queue.append(feeder)
        return tuple(way for way in ways.values() if way.share.sum() > 0)

    def _to(self, start: int, end: int) -> Iterator[int]:
        row = start
        while row != -1:
            yield row
            if row == end:
                return
            row = int(self.down[row])


def _refuse_ring(ids: tuple[str, ...], down: Ints) -> None:
    """Every way must end: after as many doublings as it takes to pass all reaches, nothing may still flow."""
    ends = np.append(down, -1)  # the outlet (-1) flows to itself
    for _ in range(max(len(ids), 1).bit_length()):
        ends = ends[ends]
    caught = np.flatnonzero(ends[:-1] >= 0)
    if len(caught):
        raise Refusal("ring_of_reaches", met=", ".join(ids[row] for row in caught[:8]))
