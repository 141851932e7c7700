"""Is what stands on the disk what was written? Faults of databases, of the log of readings and of its files."""

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from adjoin.core.refusal import Refusal
from adjoin.store.log import Log, Part, whole

if TYPE_CHECKING:
    import duckdb


def of_database(path: Path) -> list[Refusal]:
    """What SQLite finds wrong with a file of its own."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
            said = [str(row[0]) for row in con.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    return [] if said == ["ok"] else [Refusal("database_torn", met=path, file=path.name, found="; ".join(said)[:300])]


def of_table(folder: Path) -> list[Refusal]:
    """Entries of a log that are cut or missing; a cut last one was never acknowledged and is set aside on opening."""
    found = []
    entries = sorted((folder / "_delta_log").glob("*.json"))
    numbers = [int(path.stem) for path in entries]
    for before, after in pairwise(numbers):
        if after != before + 1:
            missing = folder / "_delta_log" / f"{before + 1:020}.json"
            found.append(_log(missing, 0, "missing"))
    cut = [path for path in entries if not whole(path)]
    return found + [_log(path, _line(path), "cut") for path in cut]


def reads(con: "duckdb.DuckDBPyConnection", log: Log, part: Part) -> bool:
    """Whether a file can be read to its end, and holds as many readings as the log says."""
    import duckdb

    asked = f"SELECT count(*), bit_xor(hash(COLUMNS(*))) FROM read_parquet('{log.folder / part.path}')"  # noqa: S608  # own file names only
    try:
        return bool(con.execute(asked).fetchall()[0][0] == part.rows)
    except duckdb.Error:
        return False


def _log(path: Path, line: int, found: str) -> Refusal:
    return Refusal("log_damaged", met=path, file=f"observed/readings/_delta_log/{path.name}", line=line, found=found)


def _line(path: Path) -> int:
    """The first line that says nothing whole."""
    lines = path.read_bytes().splitlines()
    return next((number for number, line in enumerate(lines, 1) if not line.endswith(b"}")), 1)
