"""What was observed: one value, and many in columns.

A value keeps its printed digits. In bulk it is an integer at the quantity's storage digits, so that a mean
is exact and a verdict rounds once; a text that an integer cannot give back stands beside it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self

from adjoin.core.period import hours_between
from adjoin.core.units import evaluated

MISSING = "--"
PRETREATMENTS = ("whole", "settled", "centrifuged", "unknown")
_PLAIN = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,9}))?")

Key = tuple[str, str, datetime, str]


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one quantity at one site and time, from one origin."""

    site: str
    quantity: str
    time: datetime
    value: str | None  # text with its digits; "<0.02": below that detection limit; None: reported as missing
    unit: str
    origin: str  # who published or measured it; only that origin corrects it
    received: datetime
    method: str = "auto-realtime"  # or "manual", "month-mean"
    pretreatment: str = "unknown"
    flag: str = ""

    @property
    def key(self) -> Key:
        """What makes two values versions of one: site, quantity, time, origin."""
        return (self.site, self.quantity, self.time, self.origin)


@dataclass(frozen=True, slots=True)
class Head:
    """What holds for every row of a table: its quantities, and where it comes from."""

    quantities: tuple[tuple[str, str], ...]  # code and unit, in the order of a report's values
    origin: str
    received: datetime
    method: str = "auto-realtime"
    pretreatment: str = "unknown"


@dataclass(frozen=True, slots=True)
class Report:
    """What one row of a table says: what a site reported at a time, in the order of the table's head."""

    site: str
    time: datetime
    values: tuple[str, ...]  # text with its digits; MISSING: reported as missing; "": nothing said
    flags: tuple[str, ...] = ()  # one a value, or none at all

    def observations(self, head: Head) -> Iterator[Observation]:
        """The row, value by value."""
        flags = self.flags or ("",) * len(self.values)
        for (quantity, unit), text, given in zip(head.quantities, self.values, flags, strict=True):
            value = None if text == MISSING else text
            flag = given or ("missing" if value is None else "")
            if text:
                yield Observation(
                    self.site, quantity, self.time, value, unit, head.origin, head.received,
                    head.method, head.pretreatment, flag,
                )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """A value in columns: `count` at the storage digits, `digits` as printed, or its `text` where those do not do."""

    count: int | None
    digits: int
    text: str | None

    @classmethod
    def of(cls, value: str | None, storage_digits: int) -> Self:
        """The columns of a printed value."""
        found = _PLAIN.fullmatch(value) if value is not None else None
        if value is None or found is None:
            return cls(None, 0, value)
        sign, whole, part = found[1], found[2], found[3] or ""
        if len(part) > storage_digits or (len(whole) > 1 and whole[0] == "0"):
            return cls(None, 0, value)
        count = int(whole + part.ljust(storage_digits, "0"))
        return cls(None, 0, value) if sign and count == 0 else cls(-count if sign else count, len(part), None)

    def printed(self, storage_digits: int) -> str | None:
        """The value as it was printed."""
        if self.count is None:
            return self.text
        digits = str(abs(self.count)).rjust(storage_digits + 1, "0")
        whole, part = digits[: len(digits) - storage_digits], digits[len(digits) - storage_digits :]
        sign = "-" if self.count < 0 else ""
        return f"{sign}{whole}.{part[: self.digits]}" if self.digits else f"{sign}{whole}"


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one quantity at one site, in the order of time; of several origins, one after the other."""

    site: str
    quantity: str
    unit: str
    rows: tuple[Observation, ...]

    @classmethod
    def of(cls, site: str, quantity: str, unit: str, rows: Iterable[Observation]) -> Self:
        """A series in the order of time, then origin."""
        return cls(site, quantity, unit, tuple(sorted(rows, key=lambda row: (row.time, row.origin))))

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def measured(self) -> tuple[Observation, ...]:
        """The rows that carry a value."""
        return tuple(row for row in self.rows if row.value is not None)

    def points(self, zero: datetime) -> list[tuple[float, float]]:
        """(hours after `zero`, value) of the rows that carry a value; below detection counts half the limit."""
        return [(hours_between(zero, row.time), float(evaluated(row.value))) for row in self.rows if row.value]

    def numbers(self) -> list[Decimal]:
        """The values as exact numbers."""
        return [evaluated(row.value) for row in self.rows if row.value]


def latest_versions(rows: Iterable[Observation], as_known: datetime | None = None) -> list[Observation]:
    """Of each key the version received last, not later than `as_known`; on a tie the one given later."""
    kept: dict[Key, Observation] = {}
    for row in rows:
        if as_known is not None and row.received > as_known:
            continue
        held = kept.get(row.key)
        if held is None or row.received >= held.received:
            kept[row.key] = row
    return list(kept.values())
