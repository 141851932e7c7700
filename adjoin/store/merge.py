"""Versions that came in, into files: of each key the one that counts, beside it those it superseded.

What comes in stands in the temporary table `staged`, in the columns of a reading, `ord` in the order it was said.
It is settled month by month. A file is never changed: where one of its readings stops to count, the file is written
again without it, and the log replaces the one by the other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adjoin.core.period import ZONE
from adjoin.store.log import COUNTS, SUPERSEDED, Log, Part

if TYPE_CHECKING:
    import duckdb

MOST = 4_000_000  # readings in a file: so much is written again when one of them is corrected
OFFSET = 8 * 3600  # days and months are those of China time
TURNS = 20  # bits of `ord` for the versions of one key that come in at once
COLUMNS = {
    "site": "VARCHAR", "quantity": "VARCHAR", "time": "BIGINT", "count": "BIGINT", "digits": "TINYINT",
    "text": "VARCHAR", "unit": "VARCHAR", "origin": "VARCHAR", "received": "BIGINT", "method": "VARCHAR",
    "pretreatment": "VARCHAR", "flag": "VARCHAR", "ord": "BIGINT",
}  # fmt: skip
KEY = "site, quantity, time, origin"
NAMES = ", ".join(COLUMNS)
SAID = ", ".join(name for name in COLUMNS if name != "ord")
NOTHING = f"(SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in COLUMNS.items())} WHERE false)"


@dataclass
class Settled:
    """The files that a take adds to the log and those it takes out; `undo` removes what was written for nothing."""

    log: Log
    add: list[Part] = field(default_factory=list)
    remove: list[Part] = field(default_factory=list)

    def undo(self) -> None:
        """The files of a take that failed; those that the log names all the same stay, for then they count."""
        named = {part.path for part in self.log.snapshot().parts}
        for part in self.add:
            if part.path not in named:
                (self.log.folder / part.path).unlink(missing_ok=True)


def empty(con: "duckdb.DuckDBPyConnection") -> None:
    """Make the table `staged`, with nothing in it."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE staged ({columns})")


def settle(
    con: "duckdb.DuckDBPyConnection",
    settled: Settled,
    order: int,
    judge: Callable[[Sequence[Part]], None] = lambda _: None,
) -> int:
    """Write what is staged, month by month; gives how many went in unasked, into months that were empty.

    order : larger than that of all takes before
    judge : may take out of the table `month` what is known already, given the files that may hold it
    """
    snapshot, unasked = settled.log.snapshot(), 0
    for month, since, until, rows in _months(con):
        settled.remove += [part for part in snapshot.damaged if part.month == month]  # its readings come in again
        held = [part for part in snapshot.parts if part.state == COUNTS and part.month == month]
        within = f"FROM staged WHERE time >= {since} AND time < {until} ORDER BY {KEY}, ord"
        if not held and rows <= MOST and _direct(con, settled, month, within, order << TURNS):
            unasked += rows
            continue
        con.execute(f"CREATE OR REPLACE TEMP TABLE month AS SELECT * {within}")
        first, last = con.execute("SELECT min(time), max(time) FROM month").fetchall()[0]
        met = [part for part in held if part.first <= last and part.last >= first]
        judge(met)
        _settle(con, settled, month, met, order << TURNS)
    return unasked


def write(con: "duckdb.DuckDBPyConnection", log: Log, month: str, state: str, rows: str) -> list[Part]:
    """The readings that a query gives, in its order, as a new file; no file for none."""
    path = log.place(month, state)
    said = f"SELECT * REPLACE (site::VARCHAR AS site) FROM ({rows})"  # noqa: S608  # a query of our own; of an ENUM a file notes no ends, and a reader looks through all of it
    form = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, RETURN_STATS"
    try:
        found = con.execute(f"COPY ({said}) TO '{path}' ({form})").fetchall()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _, count, size, _, statistics, *_ = found[0] if found else (None, 0, 0, None, {})
    if not count:
        path.unlink(missing_ok=True)
        return []
    time = statistics['"time"']
    return [Part(str(path.relative_to(log.folder)), month, state, size, count, int(time["min"]), int(time["max"]))]


def files(log: Log, parts: Sequence[Part], *, named: bool = False) -> str:
    """What stands in these files, for a FROM; `named` adds the column `filename`."""
    if not parts:
        return NOTHING
    names = ", ".join(f"'{log.folder / part.path}'" for part in parts)
    return f"read_parquet([{names}], hive_partitioning=false{', filename=true' if named else ''})"


def twice(con: "duckdb.DuckDBPyConnection", table: str) -> bool:
    """Whether a table that is sorted holds several readings of one key."""
    same = " AND ".join(f"{name} = lag({name}) OVER ()" for name in KEY.split(", "))
    return bool(con.execute(f"SELECT bool_or(same) FROM (SELECT {same} AS same FROM {table})").fetchall()[0][0])  # noqa: S608  # own names only


def _direct(con: "duckdb.DuckDBPyConnection", settled: Settled, month: str, within: str, base: int) -> bool:
    """Write a month that nothing is held of; not where it holds several versions of a key."""
    made = write(con, settled.log, month, COUNTS, f"SELECT {SAID}, {base}::BIGINT AS ord {within}")
    if twice(con, files(settled.log, made)):
        for part in made:
            (settled.log.folder / part.path).unlink()
        return False
    settled.add += made
    return True


def _settle(con: "duckdb.DuckDBPyConnection", settled: Settled, month: str, held: Sequence[Part], base: int) -> None:
    if not _contested(con, settled.log, held):
        (rows,) = con.execute("SELECT count(*) FROM month").fetchall()[0]
        for start in range(0, rows, MOST):
            slice_ = (
                f"SELECT {SAID}, {base}::BIGINT AS ord FROM month WHERE rowid BETWEEN {start} AND {start + MOST - 1}"  # noqa: S608  # own names and numbers only
            )
            settled.add += write(con, settled.log, month, COUNTS, slice_)
        return
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE versions AS
        SELECT *, row_number() OVER (PARTITION BY {KEY} ORDER BY received DESC, ord DESC) = 1 AS counts FROM (
            SELECT {NAMES}, filename FROM hit UNION ALL
            SELECT {SAID}, {base} + row_number() OVER (PARTITION BY {KEY} ORDER BY ord) - 1, NULL FROM month
        )
    """)  # noqa: S608  # own names and numbers only
    for part in held:
        _rewrite(con, settled, part)
    for state, which in ((COUNTS, "counts AND filename IS NULL"), (SUPERSEDED, "NOT counts")):
        rows = f"SELECT {NAMES} FROM versions WHERE {which} ORDER BY {KEY}, ord"  # noqa: S608  # own names only
        settled.add += write(con, settled.log, month, state, rows)


def _contested(con: "duckdb.DuckDBPyConnection", log: Log, held: Sequence[Part]) -> bool:
    """Make the table `hit` of the readings that may stop to count; whether any key has several versions now."""
    rows = f"SELECT * FROM {files(log, held, named=True)} SEMI JOIN month USING ({KEY})"  # noqa: S608  # own names only
    con.execute(f"CREATE OR REPLACE TEMP TABLE hit AS {rows if held else f'SELECT *, NULL AS filename FROM {NOTHING}'}")  # noqa: S608  # own names only
    return bool(con.execute("SELECT count(*) FROM hit").fetchall()[0][0]) or twice(con, "month")


def _rewrite(con: "duckdb.DuckDBPyConnection", settled: Settled, part: Part) -> None:
    """A file without the readings that stopped to count, where there are any."""
    path = settled.log.folder / part.path
    gone = f"SELECT {KEY} FROM versions WHERE filename = '{path}' AND NOT counts"  # noqa: S608  # own names only
    if con.execute(f"SELECT count(*) FROM ({gone})").fetchall()[0][0]:  # noqa: S608  # own names only
        rows = f"SELECT {NAMES} FROM read_parquet('{path}') ANTI JOIN ({gone}) USING ({KEY})"  # noqa: S608  # own names only
        settled.add += write(con, settled.log, part.month, COUNTS, rows)
        settled.remove.append(part)


def _months(con: "duckdb.DuckDBPyConnection") -> Iterator[tuple[str, int, int, int]]:
    """The months that staged readings lie in: name, since, until, and how many they are."""
    days = con.execute(f"SELECT (time + {OFFSET}) // 86400 AS day, count(*) FROM staged GROUP BY day").fetchall()  # noqa: S608  # a number
    months: dict[datetime, int] = defaultdict(int)
    for day, rows in days:
        months[datetime.fromtimestamp(day * 86400 - OFFSET, ZONE).replace(day=1)] += rows
    for start, rows in sorted(months.items()):
        after = (start + timedelta(days=32)).replace(day=1)
        yield f"{start:%Y-%m}", int(start.timestamp()), int(after.timestamp()), rows
