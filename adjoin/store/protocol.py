"""The verbs of the observed book. `memory` says in plain Python what they mean; the others must agree with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from adjoin.core.observation import Head, Observation, Report
from adjoin.core.period import Period
from adjoin.core.units import round_half_even


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of values that came in: new ones, ones already known, and ones that replace an earlier version."""

    new: int = 0
    known: int = 0
    replaced: int = 0

    @property
    def values(self) -> int:
        """All of them."""
        return self.new + self.known + self.replaced

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.new + other.new, self.known + other.known, self.replaced + other.replaced)


@dataclass(frozen=True, slots=True)
class Mean:
    """Values added up without a rounding on the way."""

    total: Decimal
    values: int

    def rounded(self, decimals: int) -> str:
        """The mean, rounded once, half to even."""
        return round_half_even(f"{self.total / self.values:f}", decimals)

    def __add__(self, other: "Mean") -> "Mean":
        return Mean(self.total + other.total, self.values + other.values)


class Observed(Protocol):
    """Append-only series. A correction is a new version; the past can be asked as it was known then."""

    def take(self, rows: Iterable[Observation], *, inbox: tuple[str, int] | None = None) -> Taken:
        """Keep values, all or none. Of one key the version received last counts; the same again changes nothing.

        inbox : the name of an inbox and the number of this batch, where batches come in the order of their numbers.
            A batch whose number `taken` has reached already changes nothing: so a drain that was cut off between
            the book and its own mark is taken again and counted once
        """
        ...

    def taken(self, inbox: str) -> int:
        """The last batch of an inbox that changed the book; 0 before the first."""
        ...

    def take_reports(self, head: Head, reports: Iterable[Report]) -> Taken:
        """Keep the values of a table's rows, as `take` would one after the other."""
        ...

    def read(
        self,
        site: str | None = None,
        quantity: str | None = None,
        period: Period | None = None,
        as_known: datetime | None = None,
    ) -> tuple[Observation, ...]:
        """The values asked for, each in the version that counted at `as_known`, by site, quantity, time and origin."""
        ...

    def numbers(self, site: str, quantity: str, period: Period | None = None) -> tuple[Sequence[int], Sequence[float]]:
        """Times (seconds) and numbers of one series, for a chart; below detection counts half the limit."""
        ...

    def means(self, period: Period | None = None) -> Mapping[tuple[str, str, str], Mean]:
        """Exact sums and counts by site, quantity and month ("2026-09"); below detection counts half the limit."""
        ...

    def latest(self, until: datetime | None = None) -> Mapping[tuple[str, str], Observation]:
        """Of each site and quantity the newest value, not later than `until`."""
        ...

    def history(self, site: str, quantity: str, time: datetime) -> tuple[Observation, ...]:
        """All versions of what was observed there and then, of every origin, as received."""
        ...

    def revised(self, received: datetime | None = None) -> tuple[Observation, ...]:
        """All versions of the values that have more than one, as received; or only where one was received then."""
        ...

    def coverage(self, period: Period | None = None) -> Mapping[str, Mapping[date, int]]:
        """How many values each site gave on each day."""
        ...

    def span(self) -> tuple[datetime, datetime] | None:
        """The times of the oldest and the newest value; nothing in an empty book."""
        ...
