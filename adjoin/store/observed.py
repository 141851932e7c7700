"""The observed book on disk: immutable columnar segments and one manifest that names those that count.

A `take` writes its segments, makes them durable, and then replaces the manifest in one step: a crash before
that step leaves the book as it was. One writer at a time holds the lock; readers need none.
"""

import csv
import fcntl
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from adjoin.core.observation import Head, Key, Observation, Report, Stored
from adjoin.core.period import ZONE, Period
from adjoin.store import bulk
from adjoin.store.memory import sift
from adjoin.store.protocol import Taken
from adjoin.store.room import room

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
CHUNK = 200_000  # values at once
ROWS = 100_000  # of a table, at once
MEMORY = "256MB"  # what a query may hold; more goes to the disk
COMPACT_AT = 24  # so many small segments become one
SMALL = 2**20  # bytes
_COLUMNS = {
    "site": "VARCHAR", "quantity": "VARCHAR", "time": "BIGINT", "count": "BIGINT", "digits": "TINYINT",
    "text": "VARCHAR", "unit": "VARCHAR", "origin": "VARCHAR", "received": "BIGINT", "method": "VARCHAR",
    "pretreatment": "VARCHAR",
    "flag": "VARCHAR", "ord": "BIGINT",
}  # fmt: skip
_SELECT = "SELECT site, quantity, time, count, digits, text, unit, origin, received, method, pretreatment, flag"
_COUNTS = "QUALIFY row_number() OVER (PARTITION BY site, quantity, time, origin ORDER BY received DESC, ord DESC) = 1"


class Columns:
    """The observed book as parquet segments in a folder, read by DuckDB."""

    def __init__(self, folder: Path, digits: Mapping[str, int]) -> None:
        """`digits`: the storage digits of each quantity."""
        self.folder = folder
        self.digits = digits
        folder.mkdir(parents=True, exist_ok=True)

    @cached_property
    def _con(self) -> "duckdb.DuckDBPyConnection":
        import duckdb

        spill = str(self.folder / f"spill-{os.getpid()}")
        return duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "temp_directory": spill})

    def version(self) -> str:
        """Changes whenever the book does."""
        return f"{len(self._segments())}:{self._manifest.stat().st_mtime_ns}" if self._manifest.exists() else "empty"

    def take(self, rows: Iterable[Observation], progress: Callable[[int], None] = lambda _: None) -> Taken:
        """Keep values; all of them or, after a crash, none."""

        def keep(chunk: list[Observation], segments: list[str]) -> tuple[Taken, str | None]:
            kept, became = sift(chunk, self._counting(chunk, segments))
            return became, self._write(kept, self._next(segments)) if kept else None

        return self._taking(rows, keep, progress)

    def take_reports(
        self, head: Head, reports: Iterable[Report], progress: Callable[[int], None] = lambda _: None
    ) -> Taken:
        """Keep the values of a table's rows, as `take` would one after the other."""

        def keep(chunk: list[Report], segments: list[str]) -> tuple[Taken, str | None]:
            con, base = self._con.cursor(), self._next(segments)
            bulk.stage(con, chunk, head, digits=self.digits, folder=self.folder, base=base)
            became = bulk.judge(con, self._around(chunk, segments), head)
            columns = f"(SELECT {', '.join(_COLUMNS)} FROM kept)"  # noqa: S608  # own column names only
            return became, self._parquet(columns, con) if became.new + became.replaced else None

        return self._taking(reports, keep, progress, ROWS)

    def _taking(
        self, rows: Iterable[T], keep: Callable[[list[T], list[str]], tuple[Taken, str | None]],
        progress: Callable[[int], None], at_once: int = CHUNK,
    ) -> Taken:  # fmt: skip
        """Chunk by chunk into new segments; they count once the manifest names them, or are gone."""
        with room(self.folder), self._lock():
            before, taken, done = self._segments(), Taken(), 0
            segments, stream = list(before), iter(rows)
            try:
                while chunk := list(islice(stream, at_once)):
                    became, segment = keep(chunk, segments)
                    segments += [segment] if segment else []
                    taken, done = taken + became, done + len(chunk)
                    progress(done)
                self._publish(self._compacted(segments))
            except BaseException:
                self._sweep(self._segments())
                raise
        return taken

    def read(
        self,
        site: str | None = None,
        quantity: str | None = None,
        period: Period | None = None,
        as_known: datetime | None = None,
    ) -> tuple[Observation, ...]:
        """The values that counted at `as_known`."""
        named = {"site = ?": site, "quantity = ?": quantity}
        where = [condition for condition, value in named.items() if value is not None]
        values = [value for value in named.values() if value is not None]
        ordered = f"{_COUNTS} ORDER BY site, quantity, time, origin"
        return tuple(self._rows([*where, *_in(period), *_known(as_known)], values, then=ordered))

    def latest(self, until: datetime | None = None) -> Mapping[tuple[str, str], Observation]:
        """The newest value of each site and quantity; at one time that of the first origin."""
        bound = [] if until is None else [f"time <= {_seconds(until)}"]
        newest = "QUALIFY row_number() OVER (PARTITION BY site, quantity ORDER BY time DESC, origin) = 1"
        rows = self._rows(bound, [], then=f"{_COUNTS}) WHERE {_VALUED} {newest}", within="SELECT * FROM (")
        return {(row.site, row.quantity): row for row in rows}

    def history(self, site: str, quantity: str, time: datetime) -> tuple[Observation, ...]:
        """All versions, as received."""
        where = ["site = ?", "quantity = ?", f"time = {_seconds(time)}"]
        return tuple(self._rows(where, [site, quantity], then="ORDER BY received, origin, ord"))

    def revised(self, received: datetime | None = None) -> tuple[Observation, ...]:
        """All versions of the values that have more than one."""
        key = "PARTITION BY site, quantity, time, origin"
        then = "true" if received is None else f"bool_or(received = {_microseconds(received)}) OVER ({key})"
        many = f"QUALIFY count(*) OVER ({key}) > 1 AND {then}"
        return tuple(self._rows([], [], then=f"{many} ORDER BY site, quantity, time, origin, received, ord"))

    def coverage(self, period: Period | None = None) -> Mapping[str, Mapping[date, int]]:
        """Values a day, counted once a key."""
        segments = self._segments()
        if not segments:
            return {}
        where = " AND ".join(_in(period)) or "true"
        day = f"(time + {_OFFSET}) // 86400"
        counting = f"SELECT * FROM {self._files(segments)} WHERE {where} {_COUNTS}"  # noqa: S608  # own names only
        asked = f"SELECT site, {day}, count(*) FROM ({counting}) WHERE {_VALUED} GROUP BY ALL"  # noqa: S608  # as above
        days: dict[str, dict[date, int]] = defaultdict(dict)
        for site, number, count in self._con.cursor().execute(asked).fetchall():
            days[site][date(1970, 1, 1) + timedelta(days=number)] = count
        return dict(days)

    def span(self) -> tuple[datetime, datetime] | None:
        """Oldest and newest time with a value."""
        if not self._segments():
            return None
        table = self._files(self._segments())
        asked = f"SELECT min(time), max(time) FROM {table} WHERE {_VALUED}"  # noqa: S608  # own file names only
        first, last = self._con.cursor().execute(asked).fetchall()[0]
        return None if first is None else (_moment(first), _moment(last))

    def _rows(
        self, where: Sequence[str], values: Sequence[object], *, then: str, within: str = ""
    ) -> Iterator[Observation]:
        segments = self._segments()
        if not segments:
            return
        condition = f"WHERE {' AND '.join(where)}" if where else ""
        asked = f"{within}{_SELECT} FROM {self._files(segments)} {condition} {then}"  # own column names only
        for row in self._con.cursor().execute(asked, list(values)).fetchall():
            yield self._observation(row)

    def _observation(self, row: tuple[Any, ...]) -> Observation:
        site, quantity, time, count, digits, text, unit, origin, received, method, pretreatment, flag = row
        value = Stored(count, digits, text).printed(self._digits(quantity))
        when = datetime.fromtimestamp(received / 1e6, UTC).astimezone(ZONE)
        return Observation(site, quantity, _moment(time), value, unit, origin, when, method, pretreatment, flag)

    def _counting(self, chunk: Sequence[Observation], segments: Sequence[str]) -> dict[Key, Observation]:
        """The versions that count now of the times and sites of a chunk."""
        if not segments:
            return {}
        times = [row.time for row in chunk]
        sites = sorted({row.site for row in chunk})
        marks = ", ".join("?" for _ in sites)
        first, last = _seconds(min(times)), _seconds(max(times))
        where = f"time BETWEEN {first} AND {last} AND site IN ({marks})"
        asked = f"{_SELECT} FROM {self._files(segments)} WHERE {where} {_COUNTS}"  # values are bound
        found = map(self._observation, self._con.cursor().execute(asked, sites).fetchall())
        return {row.key: row for row in found}

    def _write(self, rows: Sequence[Observation], base: int) -> str:
        """One segment: the columns through a plain file into parquet, sorted, on the disk when this returns."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".rows", newline="", encoding="utf-8") as plain:
            writer = csv.writer(plain, quoting=csv.QUOTE_MINIMAL)
            writer.writerows(self._cells(row, base + index) for index, row in enumerate(rows))
            plain.flush()
            return self._parquet(f"read_csv('{plain.name}', header=false, nullstr='{bulk.NULL}', columns={_COLUMNS})")

    def _cells(self, row: Observation, order: int) -> tuple[object, ...]:
        stored = Stored.of(row.value, self._digits(row.quantity))
        cells = (
            row.site, row.quantity, _seconds(row.time), stored.count, stored.digits, stored.text, row.unit, row.origin,
            _microseconds(row.received), row.method, row.pretreatment, row.flag, order,
        )  # fmt: skip
        return tuple(bulk.NULL if cell is None else cell for cell in cells)

    def _compacted(self, segments: Sequence[str]) -> Sequence[str]:
        """The small segments as one, where there are many; large ones stay as they are."""
        small = [name for name in segments if (self.folder / name).stat().st_size < SMALL]
        if len(small) < COMPACT_AT:
            return segments
        return [*(name for name in segments if name not in small), self._parquet(self._files(small))]

    def _next(self, segments: Sequence[str]) -> int:
        """The order that the next line gets."""
        if not segments:
            return 0
        asked = f"SELECT max(ord) + 1 FROM {self._files(segments)}"  # noqa: S608  # own file names only
        return int(self._con.cursor().execute(asked).fetchall()[0][0])

    def _around(self, chunk: Sequence[Report], segments: Sequence[str]) -> str:
        """A query for the versions that may stand where a chunk's values stand."""
        if not segments:
            return "SELECT * FROM fresh WHERE false"
        times = [row.time for row in chunk]
        where = f"time BETWEEN {_seconds(min(times))} AND {_seconds(max(times))}"
        return f"SELECT * FROM {self._files(segments)} WHERE {where}"  # noqa: S608  # own file names only

    def _parquet(self, table: str, con: "duckdb.DuckDBPyConnection | None" = None) -> str:
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="s", suffix=".parquet", delete=False) as file:
            name = Path(file.name)
        ordered = f"SELECT * FROM {table} ORDER BY site, quantity, time, ord"  # noqa: S608  # own file names only
        (con or self._con.cursor()).execute(f"COPY ({ordered}) TO '{name}' (FORMAT parquet, COMPRESSION zstd)")
        _sync(name)
        return name.name

    def _publish(self, segments: Sequence[str]) -> None:
        """The manifest names exactly these segments, durably; what neither it nor the one before names goes."""
        before = self._segments()
        fresh = self._manifest.with_suffix(".new")
        fresh.write_text(json.dumps(list(segments)))
        _sync(fresh)
        fresh.replace(self._manifest)
        _sync(self.folder)
        self._sweep([*segments, *before])

    def _sweep(self, named: Sequence[str]) -> None:
        """Segments that nobody names go."""
        for path in self.folder.glob("s*.parquet"):
            if path.name not in named:
                path.unlink()

    def _segments(self) -> list[str]:
        if not self._manifest.exists():
            return []
        segments: list[str] = json.loads(self._manifest.read_text())
        return segments

    def _files(self, segments: Sequence[str]) -> str:
        names = ", ".join(f"'{self.folder / name}'" for name in segments)
        return f"read_parquet([{names}])"

    def _digits(self, quantity: str) -> int:
        return self.digits.get(quantity, 6)

    @property
    def _manifest(self) -> Path:
        return self.folder / "segments.json"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


_OFFSET = 8 * 3600  # days are those of China time
_VALUED = "(count IS NOT NULL OR text IS NOT NULL)"


def _in(period: Period | None) -> list[str]:
    return [] if period is None else [f"time >= {_seconds(period.since)}", f"time < {_seconds(period.until)}"]


def _known(moment: datetime | None) -> list[str]:
    return [] if moment is None else [f"received <= {_microseconds(moment)}"]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, ZONE)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
