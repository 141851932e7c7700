"""The first release: both chains, checkpoints, keys, packages, receipts with what they could not take, people."""

from alembic import op
from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, LargeBinary, Text

from adjoin.store.tables import Line, Name

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The tables of the first release."""
    _ledger()
    _intake()
    _people()


def _ledger() -> None:
    op.create_table(
        "entries",
        Column("party", Name, primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("fingerprint", Name, nullable=False, unique=True),
        Column("line", LargeBinary, nullable=False),
    )
    op.create_table(
        "checkpoints",
        Column("party", Name, primary_key=True),
        Column("size", Integer, primary_key=True),
        Column("cosigned_at", Float, primary_key=True),
        Column("note", Text, nullable=False),
    )
    op.create_table(
        "keys",
        Column("key_id", Name, primary_key=True),
        Column("party", Name, nullable=False),
        Column("body", JSON, nullable=False),
    )


def _intake() -> None:
    op.create_table(
        "packages",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("direction", Name, nullable=False),
        Column("at", Float, nullable=False),
        Column("sha256", Name, nullable=False),
        Column("entries", Integer, nullable=False),
        Column("readings", Integer, nullable=False),
        Column("faults", JSON, nullable=False),
    )
    op.create_table(
        "receipts",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("file", Name, nullable=False),
        Column("mapping", Name, nullable=False),
        Column("sha256", Name, nullable=False),
        Column("received", Float, nullable=False),
        *(Column(name, Integer, nullable=False) for name in ("values", "new", "known", "replaced")),
        Column("ignored", JSON, nullable=False),
    )
    op.create_table(
        "rejects",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("receipt", Integer, ForeignKey("receipts.id"), nullable=False),
        Column("row", Integer, nullable=False),
        Column("line", Line, nullable=False),
        Column("column", Name, nullable=False),
        Column("kind", Name, nullable=False),
        Column("facts", JSON, nullable=False),
    )
    op.create_index("rejects_by_receipt", "rejects", ["receipt"])


def _people() -> None:
    op.create_table(
        "people",
        Column("name", Name, primary_key=True),
        *(Column(name, Name, nullable=False) for name in ("party", "office", "role", "password")),
        Column("demonstration", Integer, nullable=False),
    )
