"""Files that hold readings in the columns of the book: staged at millions a second.

Words are few and rows are many: a word becomes a number while rows are sorted, a column that says the same in every
row is not stored at all, and a file that says what the book says already is only compared.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from adjoin.core.refusal import Refusal
from adjoin.store.log import COUNTS, Log
from adjoin.store.merge import COLUMNS, KEY, SAID, files

if TYPE_CHECKING:
    import duckdb

WORDS = ("site", "quantity", "unit", "origin", "method", "pretreatment", "flag")
SAYS = ("count", "digits", "text", "unit", "method", "pretreatment", "flag")
FEW = 5_000_000  # readings that are compared in one go


@contextmanager
def staged(con: "duckdb.DuckDBPyConnection", sources: Sequence[Path]) -> Iterator[None]:
    """Make the view `staged` of the readings in these files, in their order.

    Raises `not_columns` where a file has not the columns of the book.
    """
    table = f"read_parquet([{', '.join(_quoted(str(path)) for path in sources)}])"
    shown = {name: _shown(con, table, name) for name in SAID.split(", ")}
    stored = [f"{how} AS {name}" for name, (how, constant) in shown.items() if not constant]
    viewed = [f"{how if constant else name} AS {name}" for name, (how, constant) in shown.items()]
    con.execute(f"CREATE OR REPLACE TEMP TABLE told AS SELECT {', '.join(stored)} FROM {table}")  # noqa: S608  # own names and paths that were given
    con.execute("DROP TABLE IF EXISTS staged")
    con.execute(f"CREATE OR REPLACE TEMP VIEW staged AS SELECT {', '.join(viewed)}, rowid AS ord FROM told")  # noqa: S608  # own names only
    try:
        yield
    finally:
        con.execute("DROP VIEW staged")
        con.execute("DROP TABLE told")


def known(con: "duckdb.DuckDBPyConnection", log: Log, sources: Sequence[Path]) -> int:
    """How many readings these files hold, where each of them says what counts already; 0 where one does not."""
    table = f"read_parquet([{', '.join(_quoted(str(path)) for path in sources)}])"
    try:
        rows, first, last = con.execute(f"SELECT count(*), min(time), max(time) FROM {table}").fetchall()[0]  # noqa: S608  # paths that were given
    except _errors():
        return 0
    held = [p for p in log.snapshot().parts if p.state == COUNTS and rows and p.first <= last and p.last >= first]
    if not held or rows > FEW:
        return 0
    asked = f"""
        SELECT 1 FROM {table} AS said LEFT JOIN {files(log, held)} AS held USING ({KEY})
        WHERE held.site IS NULL OR {differs("said", "held")} LIMIT 1
    """  # noqa: S608  # own names and paths that were given
    return 0 if con.execute(asked).fetchall() else int(rows)


def differs(one: str, other: str) -> str:
    """The condition that two readings of one key do not say the same."""
    return " OR ".join(f"{one}.{name} IS DISTINCT FROM {other}.{name}" for name in SAYS)


def _shown(con: "duckdb.DuckDBPyConnection", table: str, name: str) -> tuple[str, bool]:
    """How a column is read, and whether it is the same in every row."""
    try:
        if name == "text":
            empty = not con.execute(f"SELECT count(text) FROM {table}").fetchall()[0][0]  # noqa: S608  # paths that were given
            return ("NULL::VARCHAR" if empty else name), empty
        if name not in WORDS:
            con.execute(f"SELECT {name} FROM {table} LIMIT 0")  # noqa: S608  # paths that were given
            return f"{name}::{COLUMNS[name]}", False
        asked = f"SELECT DISTINCT coalesce({name}, '') FROM {table} ORDER BY 1"  # noqa: S608  # own names and paths that were given
        words = [_quoted(str(row[0])) for row in con.execute(asked).fetchall()]
    except _errors() as error:
        raise Refusal("not_columns", met=table, expected=SAID) from error
    if not words:
        return f"{name}::VARCHAR", False
    kind = f"ENUM ({', '.join(words)})"
    return (f"{words[0]}::{kind}", True) if len(words) == 1 else (f"coalesce({name}, '')::{kind}", False)


def _errors() -> tuple[type[Exception], ...]:
    import duckdb

    return (duckdb.BinderException, duckdb.InvalidInputException, duckdb.IOException)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
