"""The tables of the books *done* and *people*. A change here brings a step in `store/migrations/versions`."""

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import VARCHAR
from sqlalchemy.engine import Dialect

Name = String().with_variant(VARCHAR(collation="C"), "postgresql")  # sorted by code point, on either


class Line(TypeDecorator[str]):
    """A line as somebody sent it; PostgreSQL keeps no NUL, so its sign stands there."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text that can be kept."""
        return value.replace("\0", "\u2400") if value and dialect.name == "postgresql" else value


metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("party", Name, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("fingerprint", Name, nullable=False, unique=True),
    Column("line", LargeBinary, nullable=False),
)
checkpoints = Table(  # every cosigned checkpoint, of either chain
    "checkpoints",
    metadata,
    Column("party", Name, primary_key=True),  # whose chain
    Column("size", Integer, primary_key=True),
    Column("cosigned_at", Float, primary_key=True),
    Column("note", Text, nullable=False),
)
keys = Table(
    "keys",
    metadata,
    Column("key_id", Name, primary_key=True),
    Column("party", Name, nullable=False),
    Column("body", JSON, nullable=False),
)
packages = Table(  # what came in and went out, and what was refused and why
    "packages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("direction", Name, nullable=False),  # "in", "out"
    Column("at", Float, nullable=False),
    Column("sha256", Name, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("faults", JSON, nullable=False),
)
receipts = Table(
    "receipts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("file", Name, nullable=False),
    Column("mapping", Name, nullable=False),
    Column("sha256", Name, nullable=False),
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
    Column("line", Line, nullable=False),
    Column("column", Name, nullable=False),
    Column("kind", Name, nullable=False),
    Column("facts", JSON, nullable=False),
    Index("rejects_by_receipt", "receipt"),
)
people = Table(
    "people",
    metadata,
    Column("name", Name, primary_key=True),
    Column("party", Name, nullable=False),
    Column("office", Name, nullable=False),
    Column("role", Name, nullable=False),
    Column("password", Name, nullable=False),  # argon2 hash
    Column("demonstration", Integer, nullable=False, default=0),
)
forks = Table(  # two signed branches of one chain: both are kept, and which entry ended it
    "forks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("party", Name, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("evidence", JSON, nullable=False),  # as a third person can judge it
    Column("losing", JSON, nullable=False),  # lines of the own branch that was set aside
    Column("ended", Name, nullable=True),  # fingerprint of the entry that named the surviving head
)
stamps = Table(  # what a time-stamping authority said of a head
    "stamps",
    metadata,
    Column("party", Name, primary_key=True),
    Column("size", Integer, primary_key=True),
    Column("authority", Name, primary_key=True),
    Column("at", Float, nullable=False),
    Column("token", LargeBinary, nullable=False),
)
second_factors = Table(
    "second_factors",
    metadata,
    Column("name", Name, primary_key=True),
    Column("secret", Name, nullable=False),
    Column("last", Integer, nullable=False),  # the time step of the last code that was used: none is used twice
)
identities = Table(  # who somebody is at another place where he signs in
    "identities",
    metadata,
    Column("issuer", Name, primary_key=True),
    Column("subject", Name, primary_key=True),
    Column("name", Name, nullable=False),
)
