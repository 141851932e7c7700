"""The tables of the books *done* and *people*, and the connection that does not lose updates."""

from pathlib import Path

from sqlalchemy import (
    JSON,
    Column,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_MS = 10_000
metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("party", String, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("fingerprint", String, nullable=False, unique=True),
    Column("line", LargeBinary, nullable=False),
)
checkpoints = Table(  # every cosigned checkpoint, of either chain
    "checkpoints",
    metadata,
    Column("party", String, primary_key=True),  # whose chain
    Column("size", Integer, primary_key=True),
    Column("cosigned_at", Float, primary_key=True),
    Column("note", Text, nullable=False),
)
keys = Table(
    "keys",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("party", String, nullable=False),
    Column("body", JSON, nullable=False),
)
packages = Table(  # what came in and went out, and what was refused and why
    "packages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("direction", String, nullable=False),  # "in", "out"
    Column("at", Float, nullable=False),
    Column("sha256", String, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("faults", JSON, nullable=False),
)
receipts = Table(
    "receipts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("file", String, nullable=False),
    Column("mapping", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("received", Float, nullable=False),
    Column("values", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("replaced", Integer, nullable=False),
    Column("ignored", JSON, nullable=False),
)
rejects = Table(
    "rejects",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("receipt", Integer, ForeignKey("receipts.id"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("line", Text, nullable=False),
    Column("column", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Index("rejects_by_receipt", "receipt"),
)
people = Table(
    "people",
    metadata,
    Column("name", String, primary_key=True),
    Column("party", String, nullable=False),
    Column("office", String, nullable=False),
    Column("role", String, nullable=False),
    Column("password", String, nullable=False),  # argon2 hash
    Column("demonstration", Integer, nullable=False, default=0),
    UniqueConstraint("name"),
)


def engine(path: Path) -> Engine:
    """A SQLite file in WAL mode; under `execution_options(writes=True)` a transaction begins with the write lock.

    Without `BEGIN IMMEDIATE` two processes that read, think and write lose each other's work in silence.
    """
    made = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000})
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _on_begin)
    metadata.create_all(made)
    return made


def _on_connect(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
