"""The verbs of the observed book. `memory` says in plain Python what they mean; the others must agree with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from adjoin.core.observation import Head, Observation, Report
from adjoin.core.period import Period


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


class Observed(Protocol):
    """Append-only series. A correction is a new version; the past can be asked as it was known then."""

    def take(self, rows: Iterable[Observation]) -> Taken:
        """Keep values. Of one key the version received last counts; the same value again changes nothing."""
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
