"""The connection that does not lose updates: SQLite by default, PostgreSQL where many use it, one code for both.

Writers are one at a time: SQLite begins with its write lock (`BEGIN IMMEDIATE`), PostgreSQL with an advisory lock.
Without it two processes that read, think and write lose each other's work in silence. Readers see one moment of the
book and never wait. Opening brings an older schema to today's; a newer one than this program knows is refused.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError

from adjoin.core.refusal import Refusal
from adjoin.store import tables

if TYPE_CHECKING:
    from sqlalchemy import Table

BUSY_MS = 60_000  # SQLite's queue is not fair: under load a writer may wait long, and must not fail
LOCK = 0x41646A6F696E  # the advisory lock of PostgreSQL; it holds within one database
FIRST = "0001"  # the schema of books from before there were steps
MIGRATIONS = Path(__file__).parent / "migrations"


def engine(where: Path | str) -> Engine:
    """An opened book, its schema as this program needs it.

    where : the file of a SQLite book, or the address of a PostgreSQL database, without a password (the client's own
        ways hold it: `PGPASSWORD`, `~/.pgpass`)

    Under `execution_options(writes=True)` a transaction begins with the write lock.
    Raises `no_database`, `password_in_address`, `books_newer`.
    """
    made = _postgresql(where) if isinstance(where, str) else _sqlite(where)
    with _reached(where):
        _bring_up(made)
    return made


def address(where: str) -> str:
    """The address of a PostgreSQL database as it may be written down; refuses what is none, or holds a password."""
    try:
        url = make_url(where)
    except ArgumentError:
        raise Refusal("not_a_database", met=where) from None
    if url.get_backend_name() not in {"postgresql", "postgres"} or not url.database:
        raise Refusal("not_a_database", met=url.render_as_string())
    if url.password is not None:
        raise Refusal("password_in_address", met=url.render_as_string())
    return url.set(drivername="postgresql").render_as_string()


def upsert(con: Connection, table: "Table") -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do where the row stands already."""
    return postgresql.insert(table) if con.dialect.name == "postgresql" else sqlite.insert(table)


def head() -> str:
    """The newest revision of the schema that this program knows."""
    return max(_known())


@contextmanager
def at(where: Path | str, schema: str) -> Iterator[Connection]:
    """A write transaction on a new book that has the schema of this revision, for what was kept under it."""
    if schema not in _known():
        raise Refusal("books_newer", met=schema, expected=head(), database=where)
    made = _postgresql(where) if isinstance(where, str) else _sqlite(where)
    with _reached(where), made.execution_options(writes=True).begin() as con:
        if _revision(con) is None:
            _migrate(con, schema)
        yield con
    made.dispose()  # the file may be moved now


def _known() -> set[str]:
    names = (path.stem for path in (MIGRATIONS / "versions").glob("r*.py"))
    return {found[1] for name in names if (found := re.match(r"r(\d+)", name))}


@contextmanager
def _reached(where: Path | str) -> Iterator[None]:
    """Refuses where a database does not answer."""
    try:
        yield
    except OperationalError as error:
        if isinstance(where, Path):
            raise
        raise Refusal("no_database", met=address(where), found=str(error.orig).strip()) from error


def _bring_up(made: Engine) -> None:
    with made.connect() as con:
        if _revision(con) == head():
            return
    with made.execution_options(writes=True).begin() as con:
        held, empty = _revision(con), not inspect(con).has_table("entries")
        if held is not None and held not in _known():
            raise Refusal("books_newer", met=held, expected=head(), database=made.url.render_as_string())
        if held is None and empty:
            tables.metadata.create_all(con)
            con.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
            con.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{head()}')")  # noqa: S608  # a file's own number
        elif held != head():
            _migrate(con, "head", stamped=FIRST if held is None else None)


def _revision(con: Connection) -> str | None:
    if not inspect(con).has_table("alembic_version"):
        return None
    found = con.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _migrate(con: Connection, to: str, *, stamped: str | None = None) -> None:
    """Step by step to a schema; `stamped`: the one that the book has without saying so."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = con
    if stamped is not None:
        command.stamp(config, stamped)
    command.upgrade(config, to)


def _sqlite(path: Path) -> Engine:
    made = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000})
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _postgresql(where: str) -> Engine:
    try:
        made = create_engine(make_url(address(where)).set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ImportError as error:
        raise Refusal("no_database", met=address(where), found=str(error)) from error
    event.listen(made, "begin", _begin_postgresql)
    return made


def _on_connect(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes"))
