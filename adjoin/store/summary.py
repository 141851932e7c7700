"""What a file of readings says in short: the first and last value of each series, and how many values a day.

A file is never changed, so what was read of it once holds: a new version of the book costs its new files only.
"""

from collections.abc import Sequence
from threading import RLock
from typing import TYPE_CHECKING

from adjoin.store.log import Log, Part
from adjoin.store.merge import OFFSET, files

if TYPE_CHECKING:
    import duckdb

VALUED = "(count IS NOT NULL OR text IS NOT NULL)"
_MADE = {
    "ends": f"""
        SELECT filename AS path, site, quantity, min(time) AS first, max(time) AS last FROM {{files}}
        WHERE {VALUED} GROUP BY ALL
    """,  # noqa: S608  # own names only
    "days": f"""
        SELECT filename AS path, site, (time + {OFFSET}) // 86400 AS day, count(*) AS n FROM {{files}}
        WHERE {VALUED} GROUP BY ALL
    """,  # noqa: S608  # own names only
}
_COLUMNS = {
    "ends": "path VARCHAR, site VARCHAR, quantity VARCHAR, first BIGINT, last BIGINT",
    "days": "path VARCHAR, site VARCHAR, day BIGINT, n BIGINT",
}


class Summary:
    """Two small tables in the process, `ends` and `days`, filled as they are asked for."""

    def __init__(self, log: Log, con: "duckdb.DuckDBPyConnection") -> None:
        self._log = log
        self._con = con
        self._lock = RLock()
        self._read: dict[str, set[str]] = {name: set() for name in _MADE}
        for name, columns in _COLUMNS.items():
            con.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")

    def of(self, name: str, parts: Sequence[Part]) -> str:
        """The lines of `ends` or `days` of these files, for a FROM."""
        with self._lock:
            con, read = self._con.cursor(), self._read[name]
            fresh = [part for part in parts if part.path not in read]
            if fresh:
                made = _MADE[name].format(files=files(self._log, fresh, named=True))
                con.execute(f"INSERT INTO {name} {made}")
                read |= {part.path for part in fresh}
        paths = ", ".join(f"'{self._log.folder / part.path}'" for part in parts)
        return f"(SELECT * FROM {name} WHERE path IN ({paths or 'NULL'}))"  # noqa: S608  # own names only
