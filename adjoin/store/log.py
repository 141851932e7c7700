"""The Delta log of the observed book: which files count, changed in one step and on the disk when that step returns.

The table is plain Delta (partitioned by `month` and `state`), so that Spark, Trino and Dask read it as it stands.
Delta syncs nothing by itself: here the files, then the log entry, then their folders are synced before a commit
returns. An entry that a power cut tore was never acknowledged; it is set aside when the book is opened again. An entry
whose sync failed was not acknowledged either, but readers may have seen it: it stays, and whoever writes next puts it
on the disk before anything rests on it.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING
from uuid import uuid4

from adjoin.core.refusal import Refusal

if TYPE_CHECKING:
    from deltalake import DeltaTable, Schema
    from deltalake.transaction import AddAction, RemoveAction

COUNTS, SUPERSEDED = "counts", "superseded"
KEEP_HOURS = 24  # a reader may hold files that no longer count so long
_TYPES = {
    "site": "string", "quantity": "string", "time": "long", "count": "long", "digits": "byte", "text": "string",
    "unit": "string", "origin": "string", "received": "long", "method": "string", "pretreatment": "string",
    "flag": "string", "ord": "long", "month": "string", "state": "string",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One file of readings, never changed: of one month, those that count or those that were superseded."""

    path: str  # within the table
    month: str  # "2026-09", in China time
    state: str
    size: int  # bytes
    rows: int
    first: int  # the oldest and the newest time, seconds
    last: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The book at one moment."""

    version: int
    parts: tuple[Part, ...]
    damaged: tuple[Part, ...]  # named by the log, and not what the log says on the disk


EMPTY = Snapshot(-1, (), ())


class Log:
    """The log of one table; one snapshot a process, followed entry by entry."""

    def __init__(self, folder: Path, lock: Path) -> None:
        """`lock`: the file whose holder may write."""
        self.folder = folder
        self._lock_file = lock
        self._lock = RLock()
        self._table: DeltaTable | None = None
        self._held = EMPTY
        self._synced = -1  # the newest entry that this process knows to be on the disk

    @contextmanager
    def lease(self) -> Iterator[None]:
        """One writer at a time, on what is on the disk; the system takes the lease from a process that died."""
        with self._alone():
            if self.snapshot().version > self._synced:
                self._rewrite(self._held.version)
            yield

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock_file.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def snapshot(self) -> Snapshot:
        """The newest state of the book; costs one look at the folder where nothing changed."""
        with self._lock:
            if self._table is None and self._exists():
                self._mend()
                self._open()
            elif self._table is not None and self._entry(self._held.version + 1).exists():
                self._table.update_incremental()
                self._read()
            return self._held

    def taken(self, inbox: str) -> int:
        """The last batch of an inbox that is in the book; 0 before the first."""
        self.snapshot()
        return (self._table.transaction_version(inbox) if self._table else None) or 0

    def place(self, month: str, state: str) -> Path:
        """Where the next file of a month goes; nobody reads it before it is committed."""
        folder = self.folder / f"month={month}" / f"state={state}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{uuid4().hex}.parquet"

    def files(self) -> Iterator[Path]:
        """All that makes the newest state of the book: the log until now, and the files that it names."""
        held = self.snapshot()
        if held.version >= 0:
            for path in sorted(self._log.iterdir()):
                number = path.name[:20]
                if number.isdigit() and int(number) <= held.version and not path.name.endswith(".torn"):
                    yield path
            yield from (self.folder / part.path for part in held.parts)

    def commit(
        self,
        add: Sequence[Part],
        remove: Sequence[Part] = (),
        *,
        inbox: tuple[str, int] | None = None,
        change: bool = True,
    ) -> None:
        """All of it at once, or nothing; on the disk when this returns.

        inbox : name and number of the batch that this is, for `taken`
        change : whether the book says something else afterwards; a compaction does not
        """
        from deltalake import CommitProperties, Transaction

        _sync_all(self.folder / each.path for each in add)
        table = self._table or self._create()
        properties = CommitProperties(app_transactions=[Transaction(*inbox)] if inbox else None)
        actions: list[AddAction | RemoveAction] = [
            *(_added(each, change) for each in add),
            *(_removed(each, change) for each in remove),
        ]
        table.create_write_transaction(actions, "append", _schema(), ["month", "state"], commit_properties=properties)
        self.snapshot()
        self._sync_entries()

    def vacuum(self) -> Sequence[str]:
        """Remove files that stopped to count a day ago, and those of a take that never ended; gives their names."""
        with self._lock:
            if self._table is None:
                return ()
            gone = self._table.vacuum(KEEP_HOURS, dry_run=False, enforce_retention_duration=False, full=True)
            self.snapshot()
            self._sync_entries()
            return gone

    def _open(self) -> None:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        try:
            self._table = DeltaTable(self.folder)
        except DeltaError as error:
            raise Refusal(
                "log_damaged", met=self._log, file="observed/readings/_delta_log", found=str(error)[:200]
            ) from error
        self._read()

    def _create(self) -> "DeltaTable":
        from deltalake import DeltaTable

        self.folder.mkdir(parents=True, exist_ok=True)
        self._table = DeltaTable.create(self.folder, _schema(), partition_by=["month", "state"])
        self._read()
        self._sync_entries()
        return self._table

    def _read(self) -> None:
        assert self._table is not None
        known = {part.path: part for part in self._held.parts}
        parts = tuple(known.get(part.path, part) for part in _parts(self._table))
        torn = tuple(part for part in parts if part.path not in known and self._torn(part))
        self._held = Snapshot(self._table.version(), tuple(part for part in parts if part not in torn), torn)

    def _torn(self, part: Part) -> bool:
        """Whether a file is missing, cut, or without its end."""
        path = self.folder / part.path
        if not path.is_file() or path.stat().st_size != part.size:
            return True
        with path.open("rb") as file:
            file.seek(-4, os.SEEK_END)
            return file.read() != b"PAR1"

    def _mend(self) -> None:
        """Set aside what a power cut tore at the end of the log: it was never acknowledged."""
        hint = self._log / "_last_checkpoint"
        if hint.exists() and not whole(hint):
            hint.rename(hint.with_suffix(".torn"))
        entries = sorted(self._log.glob("*.json"))
        if entries and not whole(entries[-1]):
            with self._alone():
                if entries[-1].exists() and not whole(entries[-1]):
                    entries[-1].rename(entries[-1].with_suffix(f".{time.time_ns()}.torn"))
                    sync(self._log)

    def _sync_entries(self) -> None:
        """All entries since the last that is on the disk, with the checkpoint that may stand beside the newest."""
        for version in range(self._synced + 1, self._held.version + 1):
            for path in self._log.glob(f"{version:020}.*"):
                sync(path)
        sync(self._log)
        sync(self.folder)
        self._synced = self._held.version

    def _rewrite(self, version: int) -> None:
        """Put an entry on the disk that another wrote: a sync that failed is not made good by a second one."""
        entry = self._entry(version)
        if entry.exists():
            beside = self._log / "rewritten.part"
            beside.write_bytes(entry.read_bytes())
            sync(beside)
            beside.replace(entry)
        self._synced = version - 1
        self._sync_entries()

    def _exists(self) -> bool:
        return any(self._log.glob("*.json")) if self._log.exists() else False

    def _entry(self, version: int) -> Path:
        return self._log / f"{version:020}.json"

    @property
    def _log(self) -> Path:
        return self.folder / "_delta_log"


def sync(path: Path) -> None:
    """A file's or a folder's content is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_all(paths: Iterable[Path]) -> None:
    folders = set()
    for path in paths:
        sync(path)
        folders |= {path.parent, path.parent.parent, path.parent.parent.parent}
    for folder in folders:
        sync(folder)


def whole(path: Path) -> bool:
    """Whether each line of a log entry says something."""
    try:
        lines = path.read_text("utf-8").splitlines()
        return bool(lines) and all(isinstance(json.loads(line), dict) for line in lines if line)
    except ValueError:
        return False


def _schema() -> "Schema":
    from deltalake import Field, Schema
    from deltalake.schema import PrimitiveType

    return Schema([Field(name, PrimitiveType(kind)) for name, kind in _TYPES.items()])


def _parts(table: "DeltaTable") -> Iterator[Part]:
    rows = table.get_add_actions(flatten=True)
    if rows.num_rows:
        names = ("path", "partition.month", "partition.state", "size_bytes", "num_records", "min.time", "max.time")
        for row in zip(*(rows.column(name).to_pylist() for name in names), strict=True):
            yield Part(*row)


def _added(part: Part, change: bool) -> "AddAction":
    from deltalake.transaction import AddAction

    stats = {"numRecords": part.rows, "minValues": {"time": part.first}, "maxValues": {"time": part.last}}
    return AddAction(
        part.path, part.size, {"month": part.month, "state": part.state}, time.time_ns() // 10**6, change,
        json.dumps({**stats, "nullCount": {"time": 0}}),
    )  # fmt: skip


def _removed(part: Part, change: bool) -> "RemoveAction":
    from deltalake.transaction import RemoveAction

    partition: dict[str, str | None] = {"month": part.month, "state": part.state}
    return RemoveAction(part.path, change, time.time_ns() // 10**6, part.size, partition)
