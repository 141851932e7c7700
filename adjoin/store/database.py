"""The connection that does not lose updates: SQLite by default, PostgreSQL where many use it, one code for both.

Writers are one at a time: SQLite begins with its write lock (`BEGIN IMMEDIATE`), PostgreSQL with an advisory lock.
Without it two processes that read, think and write lose each other's work in silence. Readers see one moment of the
book and never wait. Opening brings an older schema to today's; a newer one than this program knows is refused.

A server that goes away is told by a refusal (`database_errors`) and the same program goes on when it is back: every
connection is tried before it is used. A SQLite file that was moved or replaced under the program is never written to
unseen, and a book that ought to be there is never begun anew: a chain begun anew would be a fork.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError

from adjoin.core.refusal import Refusal
from adjoin.store import database_errors, tables

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MS = 60_000  # SQLite's queue is not fair: under load a writer may wait long, and must not fail
LOCK = 0x41646A6F696E  # the advisory lock of PostgreSQL; it holds within one database
CONNECT_S = "10"  # a server that does not even answer the call
MANY = 40  # connections beside the first five: as many as pages are made at once; beyond that the server refuses
SESSION = (  # who dies with the lock in hand gives it back; who waits for it is told
    f"SET lock_timeout = {BUSY_MS}",
    "SET idle_in_transaction_session_timeout = '10min'",
)
LINE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
FIRST = "0001"  # the schema of books from before there were steps
MIGRATIONS = Path(__file__).parent / "migrations"


def engine(where: Path | str, *, new: bool = True) -> Engine:
    """An opened book, its schema as this program needs it.

    where : the file of a SQLite book, or the address of a PostgreSQL database, without a password (the client's own
        ways hold it: `PGPASSWORD`, `~/.pgpass`)
    new : whether an empty one is made where there is none; else it is refused

    Under `execution_options(writes=True)` a transaction begins with the write lock.
    Raises `not_a_database`, `password_in_address`, `database_client`, `database_gone`, `database_denied`,
    `database_missing`, `database_encoding`, `books_missing`, `books_newer`; and while it is used what
    `database_errors` names.
    """
    made = _made(where, new=new)
    _bring_up(made, where, new=new)
    return made


def address(where: str) -> str:
    """The address of a PostgreSQL database as it may be written down; refuses what is none, or holds a password."""
    try:
        url = make_url(where)
    except ArgumentError:
        raise Refusal("not_a_database", met=re.sub(r":[^:/@]*@", ":***@", where)) from None
    secret = url.password is not None or any("password" in name for name in url.query)
    if url.get_backend_name() not in {"postgresql", "postgres"} or not url.database:
        raise Refusal("not_a_database", met=_open(url))
    if secret:
        raise Refusal("password_in_address", met=_open(url))
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
    made = _made(where, new=True)
    with made.execution_options(writes=True).begin() as con:
        if _revision(con) is None:
            _migrate(con, schema)
        yield con
    made.dispose()  # the file may be moved now


def _known() -> set[str]:
    names = (path.stem for path in (MIGRATIONS / "versions").glob("r*.py"))
    return {found[1] for name in names if (found := re.match(r"r(\d+)", name))}


def _open(url: URL) -> str:
    """An address as it may be shown."""
    return url.difference_update_query([name for name in url.query if "password" in name]).render_as_string()


def _made(where: Path | str, *, new: bool) -> Engine:
    if isinstance(where, str):
        return _postgresql(where)
    if new and not where.exists():
        where.touch()
    return _sqlite(where)


def _bring_up(made: Engine, where: Path | str, *, new: bool) -> None:
    with made.connect() as con:
        if _revision(con) == head():
            return
    with made.execution_options(writes=True).begin() as con:
        held, empty = _revision(con), not inspect(con).has_table("entries")
        if held is not None and held not in _known():
            raise Refusal("books_newer", met=held, expected=head(), database=made.url.render_as_string())
        if empty and not new:
            raise Refusal("books_missing", met=where, found="-")
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
    def connected() -> sqlite3.Connection:
        file = f"{path.absolute().as_uri()}?mode=rw"  # no new one where it is gone
        return sqlite3.connect(file, uri=True, check_same_thread=False, timeout=BUSY_MS / 1000, isolation_level=None)

    def opened(connection: DBAPIConnection, entry: "ConnectionPoolEntry") -> None:
        entry.info["file"] = _file(path)
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def still(_connection: DBAPIConnection, entry: "ConnectionPoolEntry", _proxy: object) -> None:
        if entry.info.get("file") != _file(path):
            raise DisconnectionError

    made = create_engine(f"sqlite:///{path}", creator=connected)
    event.listen(made, "handle_error", database_errors.handler(path))
    event.listen(made, "connect", opened)
    event.listen(made, "checkout", still)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _file(path: Path) -> tuple[int, int] | None:
    """Which file stands there; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _postgresql(where: str) -> Engine:
    url = make_url(address(where))
    settings = {**LINE, "connect_timeout": os.environ.get("PGCONNECT_TIMEOUT", CONNECT_S)}
    line = {name: value for name, value in settings.items() if name not in url.query}
    try:
        made = create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, max_overflow=MANY, connect_args=line
        )
    except ImportError as error:
        raise Refusal("database_client", met=address(where), found=str(error)) from error
    event.listen(made, "handle_error", database_errors.handler(address(where)))
    event.listen(made, "connect", _on_connect, insert=True)  # before anything is read
    event.listen(made, "begin", _begin_postgresql)
    return made


def _on_connect(connection: DBAPIConnection, _entry: object) -> None:
    cursor = connection.cursor()
    for each in SESSION:
        cursor.execute(each)
    found = cursor.execute("SHOW server_encoding").fetchone()[0]
    cursor.close()
    connection.commit()
    if found != "UTF8":  # text would come back as bytes, and names of places would not go in
        connection.close()
        raise Refusal("database_encoding", met=found)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes"))
