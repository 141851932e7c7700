"""Forks with their evidence, time stamps of heads, second factors, identities elsewhere."""

from alembic import op
from sqlalchemy import JSON, Column, Float, Integer, LargeBinary

from adjoin.store.tables import Name

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """What the ledger and the doors of a workspace keep beside their first tables."""
    _ledger()
    _access()


def _ledger() -> None:
    op.create_table(
        "forks",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("party", Name, nullable=False),
        Column("seq", Integer, nullable=False),
        Column("at", Float, nullable=False),
        Column("evidence", JSON, nullable=False),
        Column("losing", JSON, nullable=False),
        Column("ended", Name, nullable=True),
    )
    op.create_table(
        "stamps",
        Column("party", Name, primary_key=True),
        Column("size", Integer, primary_key=True),
        Column("authority", Name, primary_key=True),
        Column("at", Float, nullable=False),
        Column("token", LargeBinary, nullable=False),
    )


def _access() -> None:
    op.create_table(
        "second_factors",
        Column("name", Name, primary_key=True),
        Column("secret", Name, nullable=False),
        Column("last", Integer, nullable=False),
    )
    op.create_table(
        "identities",
        Column("issuer", Name, primary_key=True),
        Column("subject", Name, primary_key=True),
        Column("name", Name, nullable=False),
    )
