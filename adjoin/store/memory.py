"""The observed book in plain Python: slow, and the definition."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from adjoin.core.observation import Head, Key, Observation, Report, latest_versions
from adjoin.core.period import ZONE, Period
from adjoin.core.units import evaluated
from adjoin.store.protocol import Mean, Taken


class Memory:
    """All versions of all values, in one list."""

    def __init__(self) -> None:
        self.rows: list[Observation] = []
        self.batches: dict[str, int] = {}

    def take(self, rows: Iterable[Observation], *, inbox: tuple[str, int] | None = None) -> Taken:
        """Keep values that differ from the version that counts now."""
        if inbox and self.taken(inbox[0]) >= inbox[1]:
            return Taken()
        kept, taken = sift(rows, {row.key: row for row in latest_versions(self.rows)})
        self.rows += kept
        if inbox and kept:
            self.batches[inbox[0]] = inbox[1]
        return taken

    def taken(self, inbox: str) -> int:
        """The last batch of an inbox that changed the book."""
        return self.batches.get(inbox, 0)

    def take_reports(self, head: Head, reports: Iterable[Report]) -> Taken:
        """Keep the values of a table's rows."""
        return self.take(row for report in reports for row in report.observations(head))

    def read(
        self,
        site: str | None = None,
        quantity: str | None = None,
        period: Period | None = None,
        as_known: datetime | None = None,
    ) -> tuple[Observation, ...]:
        """The values that counted at `as_known`."""
        rows = [
            row
            for row in latest_versions(self.rows, as_known)
            if (site in {None, row.site})
            and (quantity in {None, row.quantity})
            and (period is None or row.time in period)
        ]
        return tuple(sorted(rows, key=lambda row: row.key))

    def numbers(self, site: str, quantity: str, period: Period | None = None) -> tuple[list[int], list[float]]:
        """Times and numbers of one series."""
        rows = [row for row in self.read(site, quantity, period) if row.value is not None]
        return [int(row.time.timestamp()) for row in rows], [float(evaluated(str(row.value))) for row in rows]

    def means(self, period: Period | None = None) -> Mapping[tuple[str, str, str], Mean]:
        """Exact sums and counts by site, quantity and month."""
        found: dict[tuple[str, str, str], Mean] = {}
        for row in self.read(period=period):
            if row.value is not None:
                key = (row.site, row.quantity, f"{row.time.astimezone(ZONE):%Y-%m}")
                found[key] = found.get(key, Mean(Decimal(0), 0)) + Mean(evaluated(row.value), 1)
        return found

    def latest(self, until: datetime | None = None) -> Mapping[tuple[str, str], Observation]:
        """The newest value of each site and quantity; at one time that of the first origin."""
        newest: dict[tuple[str, str], Observation] = {}
        for row in latest_versions(self.rows):
            if row.value is None or (until is not None and row.time > until):
                continue
            held = newest.get((row.site, row.quantity))
            if held is None or row.time > held.time or (row.time == held.time and row.origin < held.origin):
                newest[row.site, row.quantity] = row
        return newest

    def history(self, site: str, quantity: str, time: datetime) -> tuple[Observation, ...]:
        """All versions, as received."""
        rows = [row for row in self.rows if (row.site, row.quantity, row.time) == (site, quantity, time)]
        return tuple(sorted(rows, key=lambda row: (row.received, row.origin)))

    def revised(self, received: datetime | None = None) -> tuple[Observation, ...]:
        """All versions of the values that have more than one."""
        versions: dict[Key, list[Observation]] = defaultdict(list)
        for row in self.rows:
            versions[row.key].append(row)
        asked = [rows for rows in versions.values() if received is None or received in {row.received for row in rows}]
        return tuple(row for rows in sorted(asked, key=_key) if len(rows) > 1 for row in sorted(rows, key=_received))

    def coverage(self, period: Period | None = None) -> Mapping[str, Mapping[date, int]]:
        """Values a day, counted once a key."""
        days: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for row in latest_versions(self.rows):
            if row.value is not None and (period is None or row.time in period):
                days[row.site][row.time.astimezone(ZONE).date()] += 1
        return {site: dict(counts) for site, counts in days.items()}

    def span(self) -> tuple[datetime, datetime] | None:
        """Oldest and newest time with a value."""
        times = [row.time for row in latest_versions(self.rows) if row.value is not None]
        return (min(times), max(times)) if times else None


def sift(rows: Iterable[Observation], counts: dict[Key, Observation]) -> tuple[list[Observation], Taken]:
    """The rows that say something else than the version that counts now; `counts` follows them."""
    kept: list[Observation] = []
    new = known = replaced = 0
    for row in rows:
        held = counts.get(row.key)
        if held is not None and _says(held) == _says(row):
            known += 1
            continue
        kept.append(row)
        if held is None or row.received >= held.received:
            counts[row.key] = row
        new, replaced = new + (held is None), replaced + (held is not None)
    return kept, Taken(new, known, replaced)


def _key(rows: list[Observation]) -> Key:
    return rows[0].key


def _received(row: Observation) -> datetime:
    return row.received


def _says(row: Observation) -> tuple[str | None, ...]:
    return (row.value, row.unit, row.method, row.pretreatment, row.flag)
