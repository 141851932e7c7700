"""What is to be told to people and programs outside, kept until it was handed over.

A message is put in once under its key, however often it is asked for; it is taken out by being marked as sent.
What could not be sent is tried again, later each time, and stays in sight.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adjoin.core.period import ZONE

TRIES = 12
_FIRST = timedelta(minutes=1)
_TABLE = """CREATE TABLE IF NOT EXISTS outbox (
    key TEXT PRIMARY KEY, channel TEXT NOT NULL, target TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL,
    made REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, sent REAL, error TEXT NOT NULL DEFAULT ''
)"""
_COLUMNS = "key, channel, target, subject, body, made, tries, due, sent, error"


@dataclass(frozen=True, slots=True)
class Message:
    """One message and where it stands."""

    key: str
    channel: str  # "mail", "webhook"
    target: str
    subject: str
    body: bytes
    made: datetime
    tries: int
    due: datetime
    sent: datetime | None
    error: str


class Outbox:
    """Messages in a SQLite file of their own, so that a slow letter never holds the ledger."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._writing() as con:
            con.execute(_TABLE)

    def put(self, key: str, *, channel: str, target: str, subject: str, body: bytes, now: datetime) -> bool:
        """Keep a message; one of the same key is there already and stays. Gives whether it is new."""
        at = now.timestamp()
        with self._writing() as con:
            row = (key, channel, target, subject, body, at, at)
            made = con.execute(
                "INSERT OR IGNORE INTO outbox (key, channel, target, subject, body, made, due) VALUES (?,?,?,?,?,?,?)",
                row,
            )
            return made.rowcount == 1

    def due(self, now: datetime, limit: int = 50) -> tuple[Message, ...]:
        """What is to be sent now, the oldest first."""
        asked = (
            f"SELECT {_COLUMNS} FROM outbox WHERE sent IS NULL AND tries < ? AND due <= ? ORDER BY made, key LIMIT ?"  # noqa: S608  # own names
        )
        return self._read(asked, (TRIES, now.timestamp(), limit))

    def last(self, limit: int = 50) -> tuple[Message, ...]:
        """The newest messages, sent or not."""
        return self._read(f"SELECT {_COLUMNS} FROM outbox ORDER BY made DESC, key LIMIT ?", (limit,))  # noqa: S608  # own names

    def sent(self, key: str, now: datetime) -> None:
        """It was handed over."""
        with self._writing() as con:
            con.execute("UPDATE outbox SET sent = ?, error = '' WHERE key = ?", (now.timestamp(), key))

    def failed(self, key: str, error: str, now: datetime) -> None:
        """It could not be handed over; it is tried again, twice as late each time."""
        with self._writing() as con:
            (tries,) = con.execute("SELECT tries FROM outbox WHERE key = ?", (key,)).fetchone()
            due = now + _FIRST * 2**tries
            con.execute(
                "UPDATE outbox SET tries = tries + 1, due = ?, error = ? WHERE key = ?",
                (due.timestamp(), error[:300], key),
            )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        con = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            con.execute("PRAGMA journal_mode=WAL")
            con.execute("PRAGMA synchronous=FULL")
            con.execute("BEGIN IMMEDIATE")
            yield con
            con.execute("COMMIT")
        finally:
            con.close()

    def _read(self, asked: str, given: tuple[object, ...]) -> tuple[Message, ...]:
        con = sqlite3.connect(self._path, timeout=10)
        try:
            return tuple(_message(row) for row in con.execute(asked, given))
        finally:
            con.close()


def _message(row: tuple[str, str, str, str, bytes, float, int, float, float | None, str]) -> Message:
    key, channel, target, subject, body, made, tries, due, sent, error = row
    return Message(
        key=key,
        channel=channel,
        target=target,
        subject=subject,
        body=body,
        made=datetime.fromtimestamp(made, ZONE),
        tries=tries,
        due=datetime.fromtimestamp(due, ZONE),
        sent=None if sent is None else datetime.fromtimestamp(sent, ZONE),
        error=error,
    )
