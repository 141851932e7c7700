"""The observed book on disk: a Delta table of columns, written by one at a time, read by DuckDB without waiting.

Of each site, quantity, time and origin one version counts; it stands with the others of its month, and reading needs
no sorting out. What it superseded stands beside it, so that the book can be asked as it was known at any time.
`memory` says in plain Python what every verb means.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any, TypeVar

from adjoin.core.observation import Head, Observation, Report
from adjoin.core.period import Period
from adjoin.core.refusal import Refusal
from adjoin.core.units import evaluated
from adjoin.store import integrity, tidy
from adjoin.store.log import COUNTS, SUPERSEDED, Log, Part
from adjoin.store.merge import KEY, NAMES, OFFSET, SAID, files
from adjoin.store.protocol import Mean, Taken
from adjoin.store.room import room
from adjoin.store.rows import DIGITS, microseconds, moment, observations, seconds
from adjoin.store.summary import VALUED, Summary
from adjoin.store.taking import Take

if TYPE_CHECKING:
    import duckdb

FIRST_FORM = "first-form"  # the inbox whose only batch is a book of the first form
RECEIPTS = "receipts"  # the inbox whose batches are the receipts of tables
CHUNK = 200_000  # values at once
ROWS = 100_000  # of a table, at once
MEMORY = "256MB"  # what a query may hold; more goes to the disk
LARGE = "2GB"  # the same while files of columns are settled
T = TypeVar("T")
_COUNTING = f"QUALIFY row_number() OVER (PARTITION BY {KEY} ORDER BY received DESC, ord DESC) = 1"


class Columns:
    """The observed book in a folder."""

    def __init__(self, folder: Path, digits: Mapping[str, int]) -> None:
        """`digits`: the storage digits of each quantity."""
        self.folder = folder
        self.digits = digits
        self.log = Log(folder / "readings", folder / "lock")
        self._threads = local()
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / tidy.MANIFEST).exists():
            with self._taking() as take:
                take.versions(tidy.segments(folder))
                take.inbox = (FIRST_FORM, 1)
            tidy.migrated(folder)

    @cached_property
    def _con(self) -> "duckdb.DuckDBPyConnection":
        import duckdb

        spill = str(self.folder / f"spill-{os.getpid()}")
        con = duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "temp_directory": spill})
        con.execute("SET parquet_metadata_cache = true")  # a file is never changed
        return con

    @property
    def _mine(self) -> "duckdb.DuckDBPyConnection":
        """A cursor of this thread, for a question that is answered whole before the next."""
        held: duckdb.DuckDBPyConnection | None = getattr(self._threads, "cursor", None)
        if held is None:
            held = self._threads.cursor = self._con.cursor()
        return held

    @cached_property
    def _summary(self) -> Summary:
        return Summary(self.log, self._con)

    def version(self) -> str:
        """Changes whenever the book does."""
        version = self.log.snapshot().version
        return "empty" if version < 0 else str(version)

    def damaged(self) -> tuple[Part, ...]:
        """Files that are not what the log says; their readings are missing until they come in again."""
        return self.log.snapshot().damaged

    def faults(self) -> list[Refusal]:
        """What is wrong with the files on the disk, read whole."""
        found = integrity.of_table(self.log.folder)
        if any(each.kind == "log_damaged" for each in found):
            return found
        snapshot, con = self.log.snapshot(), self._con.cursor()
        bad = [*snapshot.damaged, *(part for part in snapshot.parts if not integrity.reads(con, self.log, part))]
        return [*found, *(_damaged(part) for part in bad)]

    def take(
        self,
        rows: Iterable[Observation],
        progress: Callable[[int], None] = lambda _: None,
        *,
        inbox: tuple[str, int] | None = None,
    ) -> Taken:
        """Keep values; all of them or, after a crash, none."""
        with self._taking() as take:
            take.inbox = inbox
            if inbox and self.log.taken(inbox[0]) >= inbox[1]:
                return Taken()
            return _summed(rows, CHUNK, take.rows, progress)

    def taken(self, inbox: str) -> int:
        """The last batch of an inbox that changed the book."""
        return self.log.taken(inbox)

    def take_reports(
        self,
        head: Head,
        reports: Iterable[Report],
        progress: Callable[[int], None] = lambda _: None,
        *,
        receipt: Callable[[Taken], int] | None = None,
    ) -> Taken:
        """Keep the values of a table's rows, as `take` would one after the other.

        receipt : writes down what is taken, just before it counts, and gives the number of that; the number goes into
            the book in the same step (`taken("receipts")`), so that a receipt without its readings can be told
        """
        with self._taking() as take:
            taken = _summed(reports, ROWS, lambda chunk: take.reports(head, chunk), progress)
            take.inbox = None if receipt is None else (RECEIPTS, receipt(taken))
            return taken

    def load(self, sources: Sequence[Path]) -> Taken:
        """Keep readings that stand in parquet files in the columns of the book (`store.merge.COLUMNS` without `ord`).

        As `take` would one row after the other, at millions a second: for an archive, or another book.
        """
        self._con.execute(f"SET memory_limit = '{LARGE}'")
        try:
            with self._taking() as take:
                return take.columns(sources)
        finally:
            self._con.execute(f"SET memory_limit = '{MEMORY}'")

    @contextmanager
    def _taking(self) -> Iterator[Take]:
        """All that is taken inside goes in at its end, or nothing of it."""
        self.log.snapshot()  # opened before the lease is taken: setting a torn entry aside takes it too
        with room(self.folder), self.log.lease():
            take = Take(self._con.cursor(), self.log, self.digits, self.folder)
            try:
                yield take
                take.end()
            except BaseException:
                take.undo()
                raise
            tidy.up(self._con.cursor(), self.log)

    def read(
        self,
        site: str | None = None,
        quantity: str | None = None,
        period: Period | None = None,
        as_known: datetime | None = None,
    ) -> tuple[Observation, ...]:
        """The values that counted at `as_known`."""
        parts = self._parts(COUNTS, period)
        where, values = _where(site, quantity, period if as_known else _cut(period, parts))
        asked = f"SELECT {NAMES} FROM {files(self.log, parts)} WHERE {where}"  # noqa: S608  # values are bound
        if as_known is not None:
            asked, values = self._known(asked, where, period, microseconds(as_known)), [*values] * 3
        return self._rows(f"{asked} ORDER BY {KEY}", values)

    def numbers(self, site: str, quantity: str, period: Period | None = None) -> tuple[Sequence[int], Sequence[float]]:
        """Times and numbers of one series."""
        parts = sorted(self._parts(COUNTS, period), key=lambda part: part.first)
        where, values = _where(site, quantity, _cut(period, parts))
        said = f"SELECT time, count, text FROM {files(self.log, parts)} WHERE {where}"  # noqa: S608  # values are bound
        if not _apart(parts):
            said += " ORDER BY time, origin"
        columns = self._mine.execute(said, values).fetchnumpy()
        return _charted(columns, 10 ** self.digits.get(quantity, DIGITS))

    def means(self, period: Period | None = None) -> Mapping[tuple[str, str, str], Mean]:
        """Exact sums and counts by site, quantity and month."""
        parts = self._parts(COUNTS, period)
        months = {str(self.log.folder / part.path): part.month for part in parts}
        where, _ = _where(None, None, _cut(period, parts))
        table = files(self.log, parts, named=True)
        asked = f"SELECT filename, site, quantity, sum(count), count(count) FROM {table} WHERE {where} GROUP BY ALL"  # noqa: S608  # own names and numbers only
        texts = f"SELECT filename, site, quantity, text FROM {table} WHERE {where} AND text IS NOT NULL"  # noqa: S608  # own names and numbers only
        if not parts:
            return {}
        found: dict[tuple[str, str, str], Mean] = {}
        con = self._con.cursor()
        for path, site, quantity, total, values in con.execute(asked).fetchall():
            if values:
                mean = Mean(Decimal(total).scaleb(-self.digits.get(quantity, DIGITS)), values)
                _add(found, (site, quantity, months[path]), mean)
        for path, site, quantity, text in con.execute(texts).fetchall():
            _add(found, (site, quantity, months[path]), Mean(evaluated(text), 1))
        return found

    def latest(self, until: datetime | None = None) -> Mapping[tuple[str, str], Observation]:
        """The newest value of each site and quantity; at one time that of the first origin."""
        parts = [part for part in self._whole(COUNTS) if until is None or part.first <= seconds(until)]
        inside = [part for part in parts if until is None or part.last <= seconds(until)]
        across = [part for part in parts if part not in inside]
        bound = "true" if until is None else f"time <= {seconds(until)}"
        ends = self._summary.of("ends", inside)
        newest = f"""
            SELECT site, quantity, max(time) AS time FROM (
                SELECT site, quantity, last AS time FROM {ends}
                UNION ALL SELECT site, quantity, time FROM {files(self.log, across)} WHERE {bound} AND {VALUED}
            ) GROUP BY site, quantity
        """  # noqa: S608  # own names and numbers only
        con = self._con.cursor()
        con.execute(f"CREATE OR REPLACE TEMP TABLE newest AS {newest}")
        asked = f"SELECT DISTINCT path FROM {ends} e JOIN newest n ON (e.site, e.quantity, e.last) = (n.site, n.quantity, n.time)"  # noqa: S608, E501  # own names only
        holding = {path for (path,) in con.execute(asked).fetchall()}
        within = [part for part in inside if str(self.log.folder / part.path) in holding]
        rows = con.execute(f"""
            SELECT {SAID} FROM {files(self.log, [*within, *across])} SEMI JOIN newest USING (site, quantity, time)
            WHERE {VALUED} QUALIFY row_number() OVER (PARTITION BY site, quantity ORDER BY origin) = 1
        """).fetchall()  # noqa: S608  # own names only
        return {(row.site, row.quantity): row for row in observations(rows, self.digits)}

    def history(self, site: str, quantity: str, time: datetime) -> tuple[Observation, ...]:
        """All versions, as received."""
        moment_ = Period(time, time + timedelta(seconds=1), "")
        parts = self._parts(COUNTS, moment_) + self._parts(SUPERSEDED, moment_)
        where = f"site = ? AND quantity = ? AND time = {seconds(time)}"
        asked = f"SELECT {NAMES} FROM {files(self.log, parts)} WHERE {where} ORDER BY received, origin, ord"  # noqa: S608  # values are bound
        return self._rows(asked, [site, quantity])

    def revised(self, received: datetime | None = None) -> tuple[Observation, ...]:
        """All versions of the values that have more than one."""
        before = self._parts(SUPERSEDED)
        months = {part.month for part in before}
        now = [part for part in self._parts(COUNTS) if part.month in months]
        said = "true" if received is None else f"received = {microseconds(received)}"
        asked = f"""
            WITH before AS MATERIALIZED (SELECT {NAMES} FROM {files(self.log, before)}),
            versions AS (
                SELECT * FROM before UNION ALL
                SELECT {NAMES} FROM {files(self.log, now)} SEMI JOIN before USING ({KEY})
            )
            SELECT {NAMES} FROM versions QUALIFY bool_or({said}) OVER (PARTITION BY {KEY}) ORDER BY {KEY}, received, ord
        """  # noqa: S608  # own names and numbers only
        return self._rows(asked, [])

    def coverage(self, period: Period | None = None) -> Mapping[str, Mapping[date, int]]:
        """Values a day, counted once a key."""
        if period is None:
            asked = f"SELECT site, day, sum(n) FROM {self._summary.of('days', self._whole(COUNTS))} GROUP BY ALL"  # noqa: S608  # own names only
        else:
            where, _ = _where(None, None, period)
            table = files(self.log, self._parts(COUNTS, period))
            asked = f"SELECT site, (time + {OFFSET}) // 86400 AS day, count(*) FROM {table} WHERE {where} AND {VALUED} GROUP BY ALL"  # noqa: S608, E501  # own names and numbers only
        days: dict[str, dict[date, int]] = defaultdict(dict)
        for site, day, count in self._con.cursor().execute(asked).fetchall():
            days[site][moment(day * 86400 - OFFSET).date()] = int(count)
        return dict(days)

    def span(self) -> tuple[datetime, datetime] | None:
        """Oldest and newest time with a value."""
        ends = self._summary.of("ends", self._whole(COUNTS))
        first, last = self._con.cursor().execute(f"SELECT min(first), max(last) FROM {ends}").fetchall()[0]  # noqa: S608  # own names only
        return None if first is None else (moment(first), moment(last))

    def _known(self, counts: str, where: str, period: Period | None, known: int) -> str:
        """What counted at a moment: what counts and was known then, and where it was not, the last before it."""
        received = f"received <= {known}"
        before = f"SELECT {NAMES} FROM {self._files(SUPERSEDED, period)} WHERE {where} AND {received} {_COUNTING}"  # noqa: S608  # values are bound
        return (
            f"SELECT * FROM ({counts} AND {received} UNION ALL "  # noqa: S608  # values are bound
            f"SELECT * FROM ({before}) ANTI JOIN ({counts} AND {received}) USING ({KEY}))"
        )

    def _rows(self, asked: str, values: Sequence[object]) -> tuple[Observation, ...]:
        rows = self._mine.execute(f"SELECT {SAID} FROM ({asked})", list(values)).fetchall()  # noqa: S608  # values are bound
        return tuple(observations(rows, self.digits))

    def _files(self, state: str, period: Period | None) -> str:
        return files(self.log, self._parts(state, period))

    def _parts(self, state: str, period: Period | None = None) -> list[Part]:
        """The files of a state that may hold readings of a period; refused where one of them is damaged."""
        snapshot = self.log.snapshot()
        for part in snapshot.damaged:
            if _meets(part, period):
                raise _damaged(part)
        return [part for part in snapshot.parts if part.state == state and _meets(part, period)]

    def _whole(self, state: str) -> list[Part]:
        """The files of a state that are whole: an overview goes on without the others, `adjoin check` names them."""
        return [part for part in self.log.snapshot().parts if part.state == state]


def _summed(
    rows: Iterable[T], at_once: int, keep: Callable[[list[T]], Taken], progress: Callable[[int], None]
) -> Taken:
    taken, done, stream = Taken(), 0, iter(rows)
    while chunk := list(islice(stream, at_once)):
        taken, done = taken + keep(chunk), done + len(chunk)
        progress(done)
    return taken


def _add(found: dict[tuple[str, str, str], Mean], key: tuple[str, str, str], mean: Mean) -> None:
    held = found.get(key)
    found[key] = mean if held is None else held + mean


def _where(site: str | None, quantity: str | None, period: Period | None) -> tuple[str, list[object]]:
    named = {"site = ?": site, "quantity = ?": quantity}
    conditions = [condition for condition, value in named.items() if value is not None]
    if period is not None:
        conditions += [f"time >= {seconds(period.since)}", f"time < {seconds(period.until)}"]
    return " AND ".join(conditions) or "true", [value for value in named.values() if value is not None]


def _cut(period: Period | None, parts: Iterable[Part]) -> Period | None:
    """The period, where one of these files reaches beyond it; nothing is cut off from the others."""
    if period is None or all(
        part.first >= seconds(period.since) and part.last < seconds(period.until) for part in parts
    ):
        return None
    return period


def _apart(parts: Sequence[Part]) -> bool:
    """Whether files in the order of time follow one another: each is sorted, and then all of them are."""
    return all(before.last < after.first for before, after in pairwise(parts))


def _charted(columns: Mapping[str, Any], scale: int) -> tuple[list[int], list[float]]:
    """Times and numbers where there is a value: `count` over `scale`, or what its text stands for."""
    import numpy as np

    texts, numbers = np.ma.getmaskarray(columns["text"]), np.ma.getdata(columns["count"]) / scale
    for place in np.flatnonzero(~texts):
        numbers[place] = float(evaluated(str(columns["text"][place])))
    valued = ~(texts & np.ma.getmaskarray(columns["count"]))
    return columns["time"][valued].tolist(), numbers[valued].tolist()


def _damaged(part: Part) -> Refusal:
    return Refusal(
        "book_damaged", met=part.path, month=part.month, rows=part.rows, file=f"observed/readings/{part.path}"
    )


def _meets(part: Part, period: Period | None) -> bool:
    return period is None or (part.first < seconds(period.until) and part.last >= seconds(period.since))
