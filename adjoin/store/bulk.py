"""Rows of a table into one segment, all at once: what `memory.sift` says of one value after the other, as a query.

The rows go through a plain file into a wide table, are turned to one line a value, and held against the versions
that count now. What a printed text is in columns is asked once for each text that occurs, of `Stored`.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from adjoin.core.observation import MISSING, Head, Report, Stored
from adjoin.store.protocol import Taken

if TYPE_CHECKING:
    import duckdb

NULL = "\x1bnull"  # no printed value looks like this
_SAYS = "row(count, digits, text, unit, method, pretreatment, flag)"
_KEPT = f"""
    CREATE OR REPLACE TEMP TABLE kept AS
    WITH counts AS (
        SELECT site, quantity, time, origin, received, {_SAYS} AS held FROM held
        QUALIFY row_number() OVER (PARTITION BY site, quantity, time, origin ORDER BY received DESC, ord DESC) = 1
    ), judged AS (
        SELECT fresh.*, {_SAYS} AS says, held, coalesce(counts.received > fresh.received, false) AS stays,
            lag({_SAYS}) OVER (PARTITION BY site, quantity, time ORDER BY ord) AS before
        FROM fresh SEMI JOIN contested USING (site, time) LEFT JOIN counts USING (site, quantity, time, origin)
    ), against AS (
        SELECT *, CASE WHEN stays THEN held ELSE coalesce(before, held) END AS counting FROM judged
    )
    SELECT *, true AS new FROM fresh ANTI JOIN contested USING (site, time)
    UNION ALL
    SELECT * EXCLUDE (says, held, stays, before, counting), counting IS NULL AS new
    FROM against WHERE counting IS DISTINCT FROM says
"""  # noqa: S608  # own names only


def stage(
    con: "duckdb.DuckDBPyConnection",
    reports: Sequence[Report],
    head: Head,
    *,
    digits: Mapping[str, int],
    folder: Path,
    base: int,
) -> None:
    """Make the table `fresh`: one line a value of the reports, in the columns of a segment."""
    named = [(f"v{i}", *pair, digits.get(pair[0], 6)) for i, pair in enumerate(head.quantities)]
    columns = {"site": "VARCHAR", "time": "BIGINT", "flags": "VARCHAR", **{name: "VARCHAR" for name, *_ in named}}
    with _spooled(_wide(reports), folder) as file:
        read = plain(file, columns, "")
        con.execute(f"CREATE OR REPLACE TEMP TABLE wide AS SELECT *, row_number() OVER () AS line FROM {read}")  # noqa: S608  # own names only
    values = ", ".join(name for name, *_ in named)
    con.execute(f"CREATE OR REPLACE TEMP VIEW tall AS UNPIVOT wide ON {values} INTO NAME name VALUE said")
    _table(con, "named", {"name": "VARCHAR", "quantity": "VARCHAR", "unit": "VARCHAR", "place": "INT"}, folder, [
        (name, quantity, unit, place) for place, (name, quantity, unit, _) in enumerate(named, 1)
    ])  # fmt: skip
    _dictionary(con, {name: digit for name, _, _, digit in named}, folder)
    con.execute(_fresh(head, base, len(named)), [head.origin, head.method, head.pretreatment, MISSING])


def judge(con: "duckdb.DuckDBPyConnection", held: str, head: Head) -> Taken:
    """Make the table `kept` of the fresh lines that say something else than what counts.

    held : selects the versions that may stand where the fresh ones stand
    """
    twice = len(set(head.quantities)) < len(head.quantities)  # two columns of one quantity contest each other
    con.execute(f"CREATE OR REPLACE TEMP VIEW held AS SELECT * FROM ({held}) SEMI JOIN wide USING (site, time)")  # noqa: S608  # own names only
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE contested AS
        SELECT site, time FROM wide GROUP BY ALL HAVING count(*) > 1 OR {twice}
        UNION SELECT site, time FROM held
    """)  # noqa: S608  # own names only
    con.execute(_KEPT)
    asked = "SELECT count(*) FILTER (new), count(*) FILTER (NOT new), (SELECT count(*) FROM fresh) FROM kept"
    new, replaced, all_of_them = con.execute(asked).fetchall()[0]
    return Taken(new, all_of_them - new - replaced, replaced)


def _fresh(head: Head, base: int, width: int) -> str:
    received = round(head.received.timestamp() * 1e6)
    return f"""
        CREATE OR REPLACE TEMP TABLE fresh AS
        SELECT site, quantity, time, count, digits, text, unit, $1 AS origin, {received}::BIGINT AS received,
            $2 AS method, $3 AS pretreatment,
            CASE WHEN coalesce(split_part(flags, ';', place), '') <> '' THEN split_part(flags, ';', place)
                 WHEN said = $4 THEN 'missing' ELSE '' END AS flag,
            {base}::BIGINT + line * {width} + place AS ord
        FROM tall JOIN named USING (name) JOIN printed USING (name, said)
    """  # noqa: S608  # own names only; values are bound


def _dictionary(con: "duckdb.DuckDBPyConnection", digits: Mapping[str, int], folder: Path) -> None:
    """Make the table `printed`: what each text that occurs is in columns."""
    said = con.execute("SELECT DISTINCT name, said FROM tall").fetchall()
    columns = {
        "name": "VARCHAR", "said": "VARCHAR", "count": "BIGINT", "digits": "TINYINT", "text": "VARCHAR",
    }  # fmt: skip
    _table(con, "printed", columns, folder, (_printed(name, text, digits[name]) for name, text in said))


def _printed(name: str, text: str, digits: int) -> tuple[object, ...]:
    stored = Stored.of(None if text == MISSING else text, digits)
    return tuple(NULL if cell is None else cell for cell in (name, text, stored.count, stored.digits, stored.text))


def _wide(reports: Iterable[Report]) -> Iterator[tuple[object, ...]]:
    for each in reports:
        yield (each.site, int(each.time.timestamp()), ";".join(each.flags), *each.values)


def _table(
    con: "duckdb.DuckDBPyConnection",
    name: str,
    columns: Mapping[str, str],
    folder: Path,
    rows: Iterable[tuple[object, ...]],
) -> None:
    with _spooled(rows, folder) as file:
        read = plain(file, columns, NULL)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {read}")  # noqa: S608  # own names only


def plain(file: str, columns: Mapping[str, str], null: str) -> str:
    """The rows of a plain file that was written here, for a FROM."""
    form = "header=false, auto_detect=false, delim=',', quote='\"', escape='\"', parallel=false"
    return f"read_csv('{file}', {form}, nullstr='{null}', columns={dict(columns)})"


@contextmanager
def _spooled(rows: Iterable[tuple[object, ...]], folder: Path) -> Iterator[str]:
    """Rows as a plain file, gone afterwards."""
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".rows", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
        file.flush()
        yield file.name
