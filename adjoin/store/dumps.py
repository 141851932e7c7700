"""*Done* and people as plain lines, and back: the same lines out of SQLite and PostgreSQL, into either."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Integer, LargeBinary, RowMapping, Table, column, func, insert, select, text
from sqlalchemy import table as plain

from adjoin.core.refusal import Refusal
from adjoin.store import database, tables

PAGE = 5_000  # rows at once


def lines(done: Engine) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each table with its rows, as they stood at one moment."""
    with done.connect() as con:
        for table in tables.metadata.sorted_tables:
            yield table.name, (_line(table, row) for row in con.execute(select(table)).mappings())


def fill(done: Path | str, schema: str, rows: Mapping[str, Iterable[bytes]]) -> None:
    """Put lines of a book of some schema into a new one, then bring that to today's schema.

    Raises `database_in_use` where the book holds entries already.
    """
    with database.at(done, schema) as con:
        if con.execute(select(func.count()).select_from(tables.entries)).scalar():
            raise Refusal("database_in_use", met=done)
        for table in tables.metadata.sorted_tables:
            stream = (_row(table, line) for line in rows.get(table.name, ()))
            while some := list(islice(stream, PAGE)):
                con.execute(_insert(table, some[0]), some)
                _count_on(con, table)
    database.engine(done).dispose()


def _line(table: Table, row: RowMapping) -> bytes:
    binary = {each.name for each in table.c if isinstance(each.type, LargeBinary)}
    cells = {str(name): base64.b64encode(cell).decode() if name in binary else cell for name, cell in row.items()}
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()


def _row(table: Table, line: bytes) -> dict[str, Any]:
    binary = {each.name for each in table.c if isinstance(each.type, LargeBinary)}
    cells: dict[str, Any] = json.loads(line)
    return {name: base64.b64decode(cell) if name in binary else cell for name, cell in cells.items()}


def _insert(table: Table, row: Mapping[str, Any]) -> Any:  # noqa: ANN401  # SQLAlchemy's own form of a statement
    """Only the columns that the lines name: those of a later schema come with it."""
    return insert(plain(table.name, *(column(name, table.c[name].type) for name in row)))


def _count_on(con: Connection, table: Table) -> None:
    """PostgreSQL numbers on from the last row that came in."""
    if con.dialect.name == "postgresql" and "id" in table.c and isinstance(table.c.id.type, Integer):
        last = f"SELECT max(id) FROM {table.name}"  # noqa: S608  # a table of our own
        con.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), ({last})) WHERE ({last}) > 0"))
