"""The observed book on disk: immutable columnar segments and one manifest that names those that count.

A `take` writes its segments, makes them durable, and then replaces the manifest in one step: a crash before
that step leaves the book as it was. One writer at a time holds the lock; readers need none.
"""

import csv
import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjoin.core.observation import Key, Observation, Stored
from adjoin.core.period import ZONE, Period
from adjoin.store.memory import sift
from adjoin.store.protocol import Taken

if TYPE_CHECKING:
    import duckdb

CHUNK = 200_000
COMPACT_AT = 24
_NULL = "\x1bnull"  # no printed value looks like this
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

        return duckdb.connect(config={"threads": 2})

    def version(self) -> str:
        """Changes whenever the book does."""
        return f"{len(self._segments())}:{self._manifest.stat().st_mtime_ns}" if self._manifest.exists() else "empty"

    def take(self, rows: Iterable[Observation], progress: Callable[[int], None] = lambda _: None) -> Taken:
        """Keep values; all of them or, after a crash, none."""
        with self._lock():
            segments, taken, done = self._segments(), Taken(), 0
            stream = iter(rows)
            while chunk := list(islice(stream, CHUNK)):
                kept, became = sift(chunk, self._counting(chunk, segments))
                segments = [*segments, self._write(kept, len(segments))] if kept else segments
                taken, done = taken + became, done + len(chunk)
                progress(done)
            self._publish(segments if len(segments) < COMPACT_AT else [self._merged(segments)])
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
        newest: dict[tuple[str, str], Observation] = {}
        for row in self._rows(bound, [], then=_COUNTS + " ORDER BY site, quantity, time DESC, origin"):
            if row.value is not None:
                newest.setdefault((row.site, row.quantity), row)
        return newest

    def history(self, site: str, quantity: str, time: datetime) -> tuple[Observation, ...]:
        """All versions, as received."""
        where = ["site = ?", "quantity = ?", f"time = {_seconds(time)}"]
        return tuple(self._rows(where, [site, quantity], then="ORDER BY received, origin, ord"))

    def coverage(self, period: Period | None = None) -> Mapping[str, Mapping[date, int]]:
        """Values a day, counted once a key."""
        days: dict[str, dict[date, int]] = {}
        for row in self._rows(_in(period), [], then=_COUNTS):
            if row.value is not None:
                counts = days.setdefault(row.site, {})
                counts[row.time.date()] = counts.get(row.time.date(), 0) + 1
        return days

    def span(self) -> tuple[datetime, datetime] | None:
        """Oldest and newest time with a value."""
        if not self._segments():
            return None
        table = self._files(self._segments())
        asked = f"SELECT min(time), max(time) FROM {table} WHERE {_VALUED}"  # noqa: S608  # own file names only
        first, last = self._con.cursor().execute(asked).fetchall()[0]
        return None if first is None else (_moment(first), _moment(last))

    def _rows(self, where: Sequence[str], values: Sequence[object], *, then: str) -> Iterator[Observation]:
        segments = self._segments()
        if not segments:
            return
        condition = f"WHERE {' AND '.join(where)}" if where else ""
        asked = f"{_SELECT} FROM {self._files(segments)} {condition} {then}"  # own column names only
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

    def _write(self, rows: Sequence[Observation], number: int) -> str:
        """One segment: the columns through a plain file into parquet, sorted, on the disk when this returns."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".rows", newline="", encoding="utf-8") as plain:
            writer = csv.writer(plain, quoting=csv.QUOTE_MINIMAL)
            base = number * 10**10
            writer.writerows(self._cells(row, base + index) for index, row in enumerate(rows))
            plain.flush()
            return self._parquet(f"read_csv('{plain.name}', header=false, nullstr='{_NULL}', columns={_COLUMNS})")

    def _cells(self, row: Observation, order: int) -> tuple[object, ...]:
        stored = Stored.of(row.value, self._digits(row.quantity))
        cells = (
            row.site, row.quantity, _seconds(row.time), stored.count, stored.digits, stored.text, row.unit, row.origin,
            round(row.received.timestamp() * 1e6), row.method, row.pretreatment, row.flag, order,
        )  # fmt: skip
        return tuple(_NULL if cell is None else cell for cell in cells)

    def _merged(self, segments: Sequence[str]) -> str:
        return self._parquet(self._files(segments))

    def _parquet(self, table: str) -> str:
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="s", suffix=".parquet", delete=False) as file:
            name = Path(file.name)
        ordered = f"SELECT * FROM {table} ORDER BY site, quantity, time, ord"  # noqa: S608  # own file names only
        self._con.cursor().execute(f"COPY ({ordered}) TO '{name}' (FORMAT parquet, COMPRESSION zstd)")
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
        for path in self.folder.glob("s*.parquet"):
            if path.name not in {*segments, *before}:
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


_VALUED = "(count IS NOT NULL OR text IS NOT NULL)"


def _in(period: Period | None) -> list[str]:
    return [] if period is None else [f"time >= {_seconds(period.since)}", f"time < {_seconds(period.until)}"]


def _known(moment: datetime | None) -> list[str]:
    return [] if moment is None else [f"received <= {round(moment.timestamp() * 1e6)}"]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, ZONE)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
