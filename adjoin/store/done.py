"""The book of what was done: both chains of entries, cosigned checkpoints, packages, receipts, people."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from adjoin.core.entry import SHA256, Digest, Entry, Seen, fingerprint_of, follow, suite_of
from adjoin.core.period import ZONE
from adjoin.store import tables
from adjoin.store.database import engine, upsert
from adjoin.store.room import room

Line = tuple[Entry, bytes]
PAGE = 5_000  # rows at once


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint of a chain that both parties have signed."""

    party: str  # whose chain
    size: int
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A package that came in or went out."""

    direction: str
    at: datetime
    sha256: str
    entries: int
    readings: int
    faults: Sequence[Mapping[str, Any]]


class Done:
    """Entries, checkpoints and the record of what passed, on SQLite or PostgreSQL."""

    def __init__(self, where: Path | str, unpack: Callable[[bytes], Entry], *, new: bool = True) -> None:
        """A file or the address of a database; it is opened when it is first asked.

        unpack : reads the entry in an envelope verified before it was kept
        new : whether an empty book is made where there is none; else asking is refused (`books_missing`)
        """
        self._where = where
        self._unpack = unpack
        self._new = new

    def record(
        self,
        *,
        party: str,
        kind: str,
        body: Mapping[str, object],
        answers: str | None,
        other: str,
        at: datetime,
        key: str,
        seal: Callable[[Entry], bytes],
        check: Callable[[], None] = lambda: None,
    ) -> Entry:
        """The next entry of the own chain, signed and kept in one transaction; `check` may still refuse it there."""
        with self.writing() as con:
            check()
            before, seen = self._head(con, party), self._head(con, other)
            digest, theirs = self._suite(con, party), self._suite(con, other)
            entry = follow(
                before,
                party=party,
                kind=kind,
                body=body,
                answers=answers,
                seen=_seen(seen, theirs),
                at=at,
                key=key,
                digest=digest,
            )
            con.execute(insert(tables.entries).values(_entry_row(entry, seal(entry), digest)))
        return entry

    def keep(self, lines: Sequence[Line]) -> int:
        """Keep verified entries of one chain, in order; those already held change nothing."""
        with self.writing() as con:
            return self.put(con, lines)

    def put(self, con: Connection, lines: Sequence[Line]) -> int:
        """Keep verified entries within a transaction that is under way."""
        digests = {entry.party: self._suite(con, entry.party) for entry, _ in lines[:1]}
        digests |= {entry.party: suite_of(entry) for entry, _ in lines[:1] if entry.seq == 0}
        return sum(self._keep(con, _entry_row(entry, line, digests[entry.party])) for entry, line in lines)

    def entries(self, party: str | None = None, since: int = 0) -> tuple[Entry, ...]:
        """Entries by party and seq."""
        return tuple(self._unpack(line) for line in self.lines(party, since))

    def lines(self, party: str | None = None, since: int = 0, until: int | None = None) -> tuple[bytes, ...]:
        """Envelopes by party and seq; `until` is exclusive."""
        table = tables.entries
        asked = select(table.c.line).where(table.c.seq >= since).order_by(table.c.party, table.c.seq)
        if until is not None:
            asked = asked.where(table.c.seq < until)
        if party is not None:
            asked = asked.where(table.c.party == party)
        with self.engine.connect() as con:
            return tuple(con.execute(asked).scalars())

    def sizes(self) -> Mapping[str, int]:
        """How many entries of each chain are held."""
        table = tables.entries
        with self.engine.connect() as con:
            rows = con.execute(select(table.c.party, func.count()).group_by(table.c.party)).all()
        return {row[0]: row[1] for row in rows}

    def cosign(self, notes: Sequence[Cosigned]) -> None:
        """Keep cosigned checkpoints."""
        rows = [{"party": n.party, "size": n.size, "cosigned_at": n.at.timestamp(), "note": n.note} for n in notes]
        if rows:
            with self.writing() as con:
                con.execute(upsert(con, tables.checkpoints).on_conflict_do_nothing(), rows)

    def cosigned(self, party: str) -> tuple[Cosigned, ...]:
        """The cosigned checkpoints of a chain, by time."""
        table = tables.checkpoints
        asked = select(table).where(table.c.party == party).order_by(table.c.cosigned_at, table.c.size)
        with self.engine.connect() as con:
            rows = con.execute(asked).all()
        return tuple(Cosigned(row.party, row.size, _moment(row.cosigned_at), row.note) for row in rows)

    def passed(self, package: Passed) -> None:
        """Remember a package."""
        row = {
            "direction": package.direction, "at": package.at.timestamp(), "sha256": package.sha256,
            "entries": package.entries, "readings": package.readings, "faults": list(package.faults),
        }  # fmt: skip
        with self.writing() as con:
            con.execute(insert(tables.packages).values(row))

    def packages(self, limit: int = 100) -> tuple[Passed, ...]:
        """The last packages, newest first."""
        table = tables.packages
        with self.engine.connect() as con:
            rows = con.execute(select(table).order_by(table.c.id.desc()).limit(limit)).all()
        return tuple(
            Passed(row.direction, _moment(row.at), row.sha256, row.entries, row.readings, row.faults) for row in rows
        )

    def trust(self, key_id: str, party: str, body: Mapping[str, object]) -> None:
        """Keep a public key that was compared out of band."""
        with self.writing() as con:
            row = {"key_id": key_id, "party": party, "body": dict(body)}
            con.execute(upsert(con, tables.keys).values(row).on_conflict_do_nothing())

    def keys(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """The public keys of both parties."""
        table = tables.keys
        found: dict[str, list[Mapping[str, Any]]] = {}
        with self.engine.connect() as con:
            for row in con.execute(select(table).order_by(table.c.party, table.c.key_id)):
                found.setdefault(row.party, []).append(row.body)
        return found

    def receipt(self, facts: Mapping[str, object], rejects: Iterable[Mapping[str, object]], *, last: int = -1) -> int:
        """Keep the receipt of a file with what it could not take; gives its number.

        last : the last receipt whose readings are in the observed book; a later one that says it brought some was
            written just before the disk filled or the power went, and goes. Negative: there is none to look for
        """
        with self.writing() as con:
            _forget(con, last)
            number = 1 + int(con.execute(select(func.coalesce(func.max(tables.receipts.c.id), 0))).scalar_one())
            con.execute(insert(tables.receipts).values(id=number, **facts))  # the same number on either database
            rows = ({**reject, "receipt": number} for reject in rejects)
            while some := list(islice(rows, PAGE)):
                con.execute(insert(tables.rejects), some)
            return number

    def receipts(self) -> tuple[Mapping[str, Any], ...]:
        """The receipts, newest first, each with its number of rejects."""
        table, bad = tables.receipts, tables.rejects
        count = select(func.count()).where(bad.c.receipt == table.c.id).scalar_subquery()
        with self.engine.connect() as con:
            rows = con.execute(select(table, count.label("rejects")).order_by(table.c.id.desc())).mappings().all()
        return tuple(dict(row) for row in rows)

    def rejects(self, receipt: int, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        """What a file could not give, in the order of its rows, however many: a page at a time."""
        table, after, left = tables.rejects, 0, limit
        while left is None or left > 0:
            most = PAGE if left is None else min(PAGE, left)
            asked = select(table).where(table.c.receipt == receipt, table.c.id > after).order_by(table.c.id).limit(most)
            with self.engine.connect() as con:
                rows = con.execute(asked).mappings().all()
            yield from map(dict, rows)
            if len(rows) < most:
                return
            after, left = rows[-1]["id"], None if left is None else left - most

    def person(self, name: str) -> Mapping[str, Any] | None:
        """The account of this name."""
        table = tables.people
        with self.engine.connect() as con:
            row = con.execute(select(table).where(table.c.name == name)).mappings().first()
        return None if row is None else dict(row)

    def enrol(self, person: Mapping[str, object]) -> None:
        """Keep an account; one of the same name is replaced."""
        changes = {name: value for name, value in person.items() if name != "name"}
        with self.writing() as con:
            statement = upsert(con, tables.people).values(dict(person))
            con.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changes))

    def people(self) -> tuple[Mapping[str, Any], ...]:
        """The accounts, without their secrets."""
        table = tables.people
        columns = [column for column in table.c if column.name != "password"]
        with self.engine.connect() as con:
            return tuple(dict(row) for row in con.execute(select(*columns).order_by(table.c.name)).mappings())

    def version(self) -> str:
        """Changes whenever an entry, checkpoint, package, receipt or key is added."""
        e = tables.entries.c
        chains = [
            select(e.seq).where(e.party == select(which(e.party)).scalar_subquery()).order_by(e.seq.desc()).limit(1)
            for which in (func.min, func.max)  # two sides: the first and the last name
        ]
        numbered = [select(func.max(table.c.id)) for table in (tables.packages, tables.receipts)]
        counted = [select(func.count()).select_from(table) for table in (tables.checkpoints, tables.keys)]
        ends = [select(which(e.party)) for which in (func.min, func.max)]
        with self.engine.connect() as con:
            row = con.execute(select(*(each.scalar_subquery() for each in (*ends, *chains, *numbered, *counted)))).one()
        return "-".join("" if last is None else str(last) for last in row)

    @property
    def where(self) -> Path | str:
        """The file or the address of the book, for another process that reads it."""
        return self._where

    @cached_property
    def engine(self) -> Engine:
        """The opened book, for the tables that other files of this folder look after."""
        return engine(self._where, new=self._new)

    @cached_property
    def _write(self) -> Engine:
        return self.engine.execution_options(writes=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes, for this file and for those."""
        with room(self._where), self._write.begin() as con:
            yield con

    def _head(self, con: Connection, party: str) -> Entry | None:
        table = tables.entries
        asked = select(table.c.line).where(table.c.party == party).order_by(table.c.seq.desc()).limit(1)
        line = con.execute(asked).scalar()
        return None if line is None else self._unpack(line)

    def _suite(self, con: Connection, party: str) -> Digest:
        """The hash of a chain, which its first entry fixes."""
        table = tables.entries
        line = con.execute(select(table.c.line).where(table.c.party == party, table.c.seq == 0)).scalar()
        return SHA256 if line is None else suite_of(self._unpack(line))

    def _keep(self, con: Connection, row: Mapping[str, object]) -> int:
        kept = upsert(con, tables.entries).values(row).on_conflict_do_nothing().returning(tables.entries.c.seq)
        return len(con.execute(kept).all())  # a row count is not told by every driver


def _forget(con: Connection, last: int) -> None:
    table = tables.receipts
    if last >= 0:
        stale = select(table.c.id).where(table.c.id > last, table.c.new + table.c.replaced > 0)
        con.execute(delete(tables.rejects).where(tables.rejects.c.receipt.in_(stale)))
        con.execute(delete(table).where(table.c.id.in_(stale)))


def _entry_row(entry: Entry, line: bytes, digest: Digest) -> dict[str, object]:
    fingerprint = fingerprint_of(entry, suite_of(entry) if entry.seq == 0 else digest)
    return {"party": entry.party, "seq": entry.seq, "fingerprint": fingerprint, "line": line}


def _seen(head: Entry | None, digest: Digest) -> Seen | None:
    return None if head is None else Seen(head.party, head.seq, fingerprint_of(head, digest))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, ZONE)
