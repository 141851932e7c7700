"""Keeping the book in shape: small files become one, old ones go, and books of the first form are carried over."""

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from adjoin.store.log import KEEP_HOURS, Log, Part
from adjoin.store.merge import KEY, NAMES, files, write

if TYPE_CHECKING:
    import duckdb

MANIFEST = "segments.json"  # of the first form: names the segments that count
COMPACT_AT = 24  # so many small files of a month become one
SMALL = 2**20  # bytes


def up(con: "duckdb.DuckDBPyConnection", log: Log) -> None:
    """After a take, under its lease: merge small files, and once a day remove those that nobody needs."""
    months: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in log.snapshot().parts:
        if part.size < SMALL:
            months[part.month, part.state].append(part)
    for (month, state), parts in months.items():
        if len(parts) >= COMPACT_AT:
            rows = f"SELECT {NAMES} FROM {files(log, parts)} ORDER BY {KEY}, ord"  # noqa: S608  # own names only
            log.commit(write(con, log, month, state, rows), parts, change=False)
    stamp = log.folder.parent / "vacuumed"
    if not stamp.exists():
        stamp.touch()
    elif time.time() - stamp.stat().st_mtime > KEEP_HOURS * 3600:
        log.vacuum()
        stamp.touch()


def segments(folder: Path) -> list[Path]:
    """The segments of a book of the first form."""
    manifest = folder / MANIFEST
    return [folder / name for name in json.loads(manifest.read_text("utf-8"))] if manifest.exists() else []


def migrated(folder: Path) -> None:
    """Remove what was carried over; the manifest goes first, so that what is left is never read again."""
    (folder / MANIFEST).unlink(missing_ok=True)
    for path in folder.glob("s*.parquet"):
        path.unlink(missing_ok=True)
