"""Forks as they were found, both branches kept whichever survives; and what an authority said of the time of a head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from adjoin.core.period import ZONE
from adjoin.store import tables
from adjoin.store.database import upsert
from adjoin.store.done import Done, Line


@dataclass(frozen=True, slots=True)
class Found:
    """A fork that was found, and the entry that ended it."""

    id: int
    party: str
    seq: int
    at: datetime
    evidence: Mapping[str, Any]
    losing: tuple[bytes, ...]
    ended: str | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A head at a time, by the word of an authority."""

    party: str
    size: int
    authority: str
    at: datetime
    token: bytes


class Forks:
    """The forks and stamps of one workspace."""

    def __init__(self, done: Done) -> None:
        self._done = done

    def keep(self, party: str, seq: int, at: datetime, evidence: Mapping[str, Any]) -> None:
        """Keep the evidence of a fork; of one that is not ended the first is kept."""
        table = tables.forks
        row = {"party": party, "seq": seq, "at": at.timestamp(), "evidence": dict(evidence), "losing": []}
        with self._done.writing() as con:
            known = select(func.count()).where(table.c.party == party, table.c.ended.is_(None))
            if not con.execute(known).scalar():
                con.execute(insert(table).values(row))

    def all(self) -> tuple[Found, ...]:
        """All forks, as they were found."""
        table = tables.forks
        with self._done.engine.connect() as con:
            rows = con.execute(select(table).order_by(table.c.id)).all()
        return tuple(
            Found(
                row.id, row.party, row.seq, datetime.fromtimestamp(row.at, ZONE), row.evidence,
                tuple(line.encode() for line in row.losing), row.ended,
            )
            for row in rows
        )  # fmt: skip

    def open_of(self, party: str) -> Found | None:
        """The fork of a chain that is not ended."""
        return next((each for each in self.all() if each.party == party and each.ended is None), None)

    def set_aside(self, party: str, seq: int, lines: Sequence[Line]) -> tuple[bytes, ...]:
        """The own branch from a place on is set aside, kept with the fork, and the surviving one put in its place.

        lines : the surviving branch from that place on; gives the lines that were set aside
        """
        table = tables.entries
        here = (table.c.party == party) & (table.c.seq >= seq)
        with self._done.writing() as con:
            losing = tuple(con.execute(select(table.c.line).where(here).order_by(table.c.seq)).scalars())
            con.execute(delete(table).where(here))
            con.execute(
                update(tables.forks)
                .where(tables.forks.c.party == party, tables.forks.c.ended.is_(None))
                .values(losing=[line.decode() for line in losing])
            )
            self._done.put(con, lines)
        return losing

    def end(self, party: str, entry: str) -> None:
        """The fork of a chain is ended by this entry."""
        table = tables.forks
        with self._done.writing() as con:
            con.execute(update(table).where(table.c.party == party, table.c.ended.is_(None)).values(ended=entry))

    def stamp(self, stamp: Stamp) -> None:
        """Keep what an authority said of a head."""
        row = {
            "party": stamp.party, "size": stamp.size, "authority": stamp.authority, "at": stamp.at.timestamp(),
            "token": stamp.token,
        }  # fmt: skip
        with self._done.writing() as con:
            con.execute(upsert(con, tables.stamps).values(row).on_conflict_do_nothing())

    def stamps(self, party: str) -> tuple[Stamp, ...]:
        """The stamps of a chain, by size."""
        table = tables.stamps
        with self._done.engine.connect() as con:
            rows = con.execute(select(table).where(table.c.party == party).order_by(table.c.size)).all()
        return tuple(
            Stamp(row.party, row.size, row.authority, datetime.fromtimestamp(row.at, ZONE), row.token) for row in rows
        )
