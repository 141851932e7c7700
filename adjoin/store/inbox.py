"""The inbox: every packet that was acknowledged, as it came, and how far the observed book has taken them in.

One SQLite file in WAL mode, `synchronous=FULL`: a commit returns when the packet is on the disk, and only then it is
answered. Many packets share a commit. A packet is known by its number (QN) and the hash of its segment, which holds
station and command too: sent again it changes nothing and is answered again. Numbers of rows only grow, in the order
of commits, so one mark says what the book has taken in: rows above it wait, rows below it are the kept packets.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from adjoin.core.refusal import Refusal

VERSION = 1
DAYS = 400  # that packets are kept
HOURS_DAYS = 8  # that packets are counted by the hour
HOUR_US = 3600 * 10**6
REJECTS = 200_000  # the newest so many are kept
BACK_US = 300 * 10**6  # a clock that was set back by less does not turn the order of receipts
_BUSY_S = 10.0
_SIZES = (256, 64, 16, 4, 1)  # rows of one statement: few calls, since each of them lets another thread in between
_PACKET = ("qn", "mn", "cn", "sha", "received", "data_time", "raw")
_REJECT = ("received", "mn", "peer", "packet", "place", "kind", "facts", "raw")
_LOG_PAGES = 8_000  # of the log, after which a commit writes it back
_LOG_BYTES = 64 * 2**20  # that the log keeps of what it has grown to
_PAGE = 5000
_SCHEMA = """
CREATE TABLE packets (
    id INTEGER PRIMARY KEY, qn TEXT NOT NULL, mn TEXT NOT NULL, cn TEXT NOT NULL, sha BLOB NOT NULL,
    received INTEGER NOT NULL, data_time TEXT NOT NULL, raw BLOB NOT NULL, UNIQUE (qn, sha));
CREATE TABLE rejects (
    id INTEGER PRIMARY KEY, received INTEGER NOT NULL, mn TEXT NOT NULL, peer TEXT NOT NULL, packet INTEGER,
    place INTEGER NOT NULL, kind TEXT NOT NULL, facts TEXT NOT NULL, raw BLOB NOT NULL);
CREATE TABLE requests (
    id INTEGER PRIMARY KEY, mn TEXT NOT NULL, cn TEXT NOT NULL, fields TEXT NOT NULL, asked INTEGER NOT NULL,
    state TEXT NOT NULL, qn TEXT NOT NULL DEFAULT '', said TEXT NOT NULL DEFAULT '', changed INTEGER NOT NULL);
CREATE TABLE stations (
    mn TEXT PRIMARY KEY, packets INTEGER NOT NULL, received INTEGER NOT NULL, data_time TEXT NOT NULL);
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO state VALUES ('id', lower(hex(randomblob(8))));
"""
_SINCE = """
CREATE TABLE IF NOT EXISTS hours (
    mn TEXT NOT NULL, hour INTEGER NOT NULL, packets INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (mn, hour)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rejects_from ON rejects (mn, kind, received);
CREATE INDEX IF NOT EXISTS rejects_of ON rejects (kind);
"""  # added later; an older program does not mind them
_COUNT = """
INSERT INTO stations VALUES (?, ?, ?, ?) ON CONFLICT (mn) DO UPDATE SET packets = packets + excluded.packets,
    received = max(received, excluded.received), data_time = max(data_time, excluded.data_time)
"""
_HOUR = """
INSERT INTO hours VALUES (?, ?, ?, ?, ?) ON CONFLICT (mn, hour) DO UPDATE SET packets = packets + excluded.packets,
    first = min(first, excluded.first), last = max(last, excluded.last)
"""
_OLD_HOURS = """
DELETE FROM hours WHERE hour < ? AND hour < (SELECT max(newer.hour) FROM hours newer WHERE newer.mn = hours.mn)
"""


class Packet(NamedTuple):
    """A packet on its way in."""

    qn: str
    mn: str
    cn: str
    sha: bytes
    data_time: str
    raw: bytes


class Kept(NamedTuple):
    """A packet that is kept."""

    id: int
    qn: str
    mn: str
    cn: str
    received: int  # microseconds
    data_time: str
    raw: bytes


class Refused(NamedTuple):
    """A piece, or a value of a kept packet, that could not be taken."""

    mn: str
    peer: str
    packet: int | None  # the kept packet it stands in; None: it was no packet
    place: int
    kind: str
    facts: Mapping[str, object]
    raw: bytes
    received: int = 0
    id: int = 0


class Inbox:
    """The inbox of a workspace; one writer at a time, any number of readers beside it."""

    def __init__(self, path: Path, clock: Callable[[], int], log_pages: int = _LOG_PAGES) -> None:
        """`clock`: the time now, in microseconds; `log_pages`: after so many a commit writes the log back."""
        self.path = path
        self._pages = log_pages
        self._clock = clock
        self._held: sqlite3.Connection | None = None
        self._last = 0

    # writing

    def put(self, packets: Sequence[Packet], rejects: Sequence[Refused] = ()) -> int:
        """Keep packets; they are on the disk when this returns. Gives the time they count as received."""
        with self._writing() as con:
            received = self._now(con)
            _insert(con, "packets", _PACKET, [_packet(each, received) for each in packets], "OR IGNORE ")
            _insert(con, "rejects", _REJECT, [_reject(each, received) for each in rejects])
        self._last = max(self._last, received)
        return received

    def ready(self) -> None:
        """Refuses a folder that takes nothing, before anything comes."""
        try:
            self.put([])
        except (sqlite3.Error, OSError) as error:
            raise Refusal("inbox_read_only", met=self.path, why=error) from None

    def drained(self, until: int, rejects: Sequence[Refused] = (), *, seen: Sequence[Kept] = (), **state: str) -> None:
        """Say that the book holds everything up to this row, and keep what could not go into it.

        seen : the packets that were counted to no station before
        """
        with self._writing() as con:
            mark = max(until, int(_state(con).get("drained", "0")))
            received = self._now(con)
            _insert(con, "rejects", _REJECT, [_reject(each, received) for each in rejects])
            con.executemany(_COUNT, _counted(seen))
            con.executemany(_HOUR, _hourly(seen))
            moved = {"drained_at": str(received)} if until else {}
            for name, value in {"drained": str(mark), **moved, **state}.items():
                con.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def renamed(self) -> None:
        """Numbers begin anew for the book: this inbox is older than what the book has taken from it."""
        with self._writing() as con:
            con.execute("UPDATE state SET value = lower(hex(randomblob(8))) WHERE name = 'id'")

    def forget(self, before: int) -> int:
        """Drop packets received before this, and rejects beyond the newest; the newest packet stays. Gives how many."""
        with self._writing() as con:
            mark = _state(con).get("drained", "0")
            old = "received < ? AND id <= ? AND id < (SELECT max(id) FROM packets)"
            gone = con.execute(f"DELETE FROM packets WHERE {old}", (before, int(mark)))  # noqa: S608  # own words
            con.execute("DELETE FROM rejects WHERE id <= (SELECT max(id) FROM rejects) - ?", (REJECTS,))
            con.execute(_OLD_HOURS, (self._clock() // HOUR_US - 24 * HOURS_DAYS,))
            return gone.rowcount

    def ask(self, mn: str, cn: str, fields: Mapping[str, str]) -> int:
        """A request that the listener sends to a station when it is connected; gives its number."""
        row = (mn, cn, json.dumps(fields), self._clock(), "waiting", self._clock())
        with self._writing() as con:
            sql = "INSERT INTO requests (mn, cn, fields, asked, state, changed) VALUES (?, ?, ?, ?, ?, ?)"
            return con.execute(sql, row).lastrowid or 0

    def told(self, number: int, state: str, *, qn: str = "", said: str = "") -> None:
        """What became of a request."""
        with self._writing() as con:
            sql = "UPDATE requests SET state = ?, qn = coalesce(nullif(?, ''), qn), said = ?, changed = ? WHERE id = ?"
            con.execute(sql, (state, qn, said, self._clock(), number))

    def beside(self) -> "Inbox":
        """The same inbox through a connection of its own, for another thread."""
        return Inbox(self.path, self._clock)

    def leave_log(self, pages: int) -> None:
        """Somebody else writes the log back; a commit does so only when it has grown to so many pages."""
        self._pages = pages
        self.close()

    def write_back(self) -> None:
        """Write the log back as far as nobody is in the way; what cannot be done now is done later."""
        with suppress(sqlite3.Error):
            self._open().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Let go of the file."""
        if self._held is not None:
            self._held.close()
            self._held = None

    # reading

    def kept(self, station: str | None = None, after: int = 0) -> Iterator[Kept]:
        """The kept packets in the order of their commits, also while another process writes."""
        columns, where = "id, qn, mn, cn, received, data_time, raw", "" if station is None else " AND mn = ?"
        sql = f"SELECT {columns} FROM packets WHERE id > ?{where} ORDER BY id LIMIT {_PAGE}"  # noqa: S608  # own words
        while rows := self._rows(sql, (after, *([] if station is None else [station]))):
            yield from map(Kept._make, rows)
            after = rows[-1][0]

    def waiting(self, limit: int) -> list[Kept]:
        """The next packets that the book has not taken in."""
        columns = "id, qn, mn, cn, received, data_time, raw"
        sql = f"SELECT {columns} FROM packets WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608  # own words
        return [Kept._make(row) for row in self._rows(sql, (int(self.state().get("drained", "0")), limit))]

    def parts(self, qn: str, mn: str, cn: str) -> list[Kept]:
        """The kept packets of one number, station and command: the parts of a split one."""
        columns = "id, qn, mn, cn, received, data_time, raw"
        sql = f"SELECT {columns} FROM packets WHERE qn = ? AND mn = ? AND cn = ? ORDER BY id"  # noqa: S608  # own words
        return [Kept._make(row) for row in self._rows(sql, (qn, mn, cn))]

    def rejects(self, station: str | None = None, newest: int = REJECTS) -> list[Refused]:
        """What could not be taken, oldest first."""
        where = "" if station is None else "WHERE mn = ? "
        sql = f"SELECT {', '.join(_REJECT)}, id FROM rejects {where}ORDER BY id DESC LIMIT ?"  # noqa: S608  # own words
        rows = self._rows(sql, (*([] if station is None else [station]), newest))
        return [
            Refused(mn, peer, packet, place, kind, json.loads(facts), raw, received, number)
            for received, mn, peer, packet, place, kind, facts, raw, number in reversed(rows)
        ]

    def requests(self, state: str | None = None) -> list[dict[str, Any]]:
        """What was asked of stations, oldest first."""
        columns = ("id", "mn", "cn", "fields", "asked", "state", "qn", "said", "changed")
        where = "" if state is None else "WHERE state = ? "
        sql = f"SELECT {', '.join(columns)} FROM requests {where}ORDER BY id"  # noqa: S608  # own words
        found = [dict(zip(columns, row, strict=True)) for row in self._rows(sql, () if state is None else (state,))]
        return [{**row, "fields": json.loads(row["fields"])} for row in found]

    def stations(self) -> dict[str, tuple[int, int, str]]:
        """Of each station how many packets came, when the last came and of which time the newest was."""
        sql = "SELECT mn, packets, received, data_time FROM stations"
        found = {mn: (count, received, newest) for mn, count, received, newest in self._rows(sql)}
        mark = int(self.state().get("drained", "0"))
        grouped = "SELECT mn, count(*), max(received), max(data_time) FROM packets WHERE id > ? GROUP BY mn"
        for mn, count, received, newest in self._rows(grouped, (mark,)):
            before = found.get(mn, (0, 0, ""))
            found[mn] = (before[0] + count, max(before[1], received), max(before[2], newest))
        return dict(sorted(found.items()))

    def state(self) -> dict[str, str]:
        """What is remembered between runs."""
        return dict(self._rows("SELECT name, value FROM state"))

    def last(self) -> int:
        """The number of the newest packet."""
        ((last,),) = self._rows("SELECT coalesce(max(id), 0) FROM packets") or [(0,)]
        return int(last)

    def figures(self) -> dict[str, int]:
        """How many packets came, how many wait, how many rejects are kept, and when the last packet came."""
        mark, seen = int(self.state().get("drained", "0")), self.stations().values()
        ((waiting,),) = self._rows("SELECT count(*) FROM packets WHERE id > ?", (mark,)) or [(0,)]
        ((rejects,),) = self._rows("SELECT count(*) FROM rejects") or [(0,)]
        packets, received = sum(count for count, *_ in seen), max((at for _, at, _ in seen), default=0)
        return {"packets": packets, "waiting": waiting, "rejects": rejects, "received": received}

    # the file

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, durable at its end. A failed one leaves nothing, and the file is opened anew after it."""
        try:
            con = self._open()
            con.execute("BEGIN IMMEDIATE")
            yield con
            con.execute("COMMIT")
        except BaseException:
            self._drop()
            raise

    def _open(self) -> sqlite3.Connection:
        if self._held is None:
            con = sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                _prepared(con, self.path, self._pages)
            except BaseException:
                con.close()
                raise
            self._held = con
        return self._held

    def _drop(self) -> None:
        """Roll back, whatever state the file is in."""
        held, self._held = self._held, None
        if held is None:
            return
        try:
            if held.in_transaction:
                held.execute("ROLLBACK")
        except sqlite3.Error:
            pass  # a disk that takes nothing takes no rollback either; the log is rolled back when it is next opened
        finally:
            held.close()

    def _now(self, con: sqlite3.Connection) -> int:
        """The time of a receipt: a clock that was set back a little does not turn the order."""
        if not self._last:
            self._last = con.execute("SELECT coalesce(max(received), 0) FROM packets").fetchone()[0]
        now = self._clock()
        return self._last if self._last - BACK_US < now < self._last else now

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self.reading() as con:
            return con.execute(sql, values).fetchall() if con else []

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection that only reads, for several looks; None where nothing ever came."""
        if not self.path.exists():
            yield None
            return
        with closing(self._reader()) as con:
            yield con

    def _reader(self) -> sqlite3.Connection:
        """A connection that only reads; in a folder that nobody may write the file is taken as it lies there."""
        for how in ("mode=ro", "mode=ro&immutable=1"):
            con = sqlite3.connect(f"file:{self.path}?{how}", uri=True, timeout=_BUSY_S, isolation_level=None)
            try:
                con.execute("SELECT 1 FROM state LIMIT 1").fetchall()
            except sqlite3.OperationalError:
                con.close()
            else:
                return con
        raise Refusal("inbox_read_only", met=self.path, why="-")


def _prepared(con: sqlite3.Connection, path: Path, pages: int) -> None:
    """WAL, FULL, the tables; a file of a newer program is refused."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"wal_autocheckpoint={pages}",
        f"journal_size_limit={_LOG_BYTES}",
        "cache_size=-65536",
    ):
        con.execute(f"PRAGMA {pragma}")
    if _version(con) < VERSION:
        con.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA.split(";") if _version(con) < VERSION else ():
            con.execute(statement)
        con.execute(f"PRAGMA user_version = {VERSION}")
        con.execute("COMMIT")
        _sync(path.parent)  # the name of a new file is not on the disk before its folder is
    for statement in _SINCE.split(";") if _version(con) == VERSION else ():
        con.execute(statement)
    if _version(con) > VERSION:
        raise Refusal("inbox_newer", met=_version(con), expected=VERSION)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _version(con: sqlite3.Connection) -> int:
    return int(con.execute("PRAGMA user_version").fetchone()[0])


def _insert(
    con: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], how: str = ""
) -> None:
    """Many rows by few statements."""
    at, one = 0, f"({','.join('?' * len(columns))})"
    for size in _SIZES:
        sql = f"INSERT {how}INTO {table} ({','.join(columns)}) VALUES {','.join([one] * size)}"  # noqa: S608  # own words
        while len(rows) - at >= size:
            con.execute(sql, [value for row in rows[at : at + size] for value in row])
            at += size


def _counted(seen: Sequence[Kept]) -> list[tuple[str, int, int, str]]:
    """Packets by station: how many, when the last came, of which time the newest is."""
    found: dict[str, tuple[str, int, int, str]] = {}
    for each in seen:
        _, count, received, time_ = found.get(each.mn, ("", 0, 0, ""))
        found[each.mn] = (each.mn, count + 1, max(received, each.received), max(time_, each.data_time))
    return list(found.values())


def _hourly(seen: Sequence[Kept]) -> list[tuple[str, int, int, int, int]]:
    """Packets by station and hour: how many, and the first and the last number among them."""
    found: dict[tuple[str, int], tuple[int, int, int]] = {}
    for each in seen:
        key = (each.mn, each.received // HOUR_US)
        count, first, last = found.get(key, (0, each.id, each.id))
        found[key] = (count + 1, min(first, each.id), max(last, each.id))
    return [(*key, *value) for key, value in found.items()]


def _state(con: sqlite3.Connection) -> dict[str, str]:
    return dict(con.execute("SELECT name, value FROM state"))


def _packet(packet: Packet, received: int) -> tuple[object, ...]:
    return (packet.qn, packet.mn, packet.cn, packet.sha, received, packet.data_time, packet.raw)


def _reject(reject: Refused, received: int) -> tuple[object, ...]:
    facts = json.dumps({name: str(value) for name, value in reject.facts.items()}, ensure_ascii=False)
    return (received, reject.mn, reject.peer, reject.packet, reject.place, reject.kind, facts, reject.raw)
