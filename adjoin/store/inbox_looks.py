"""Looks into the inbox, newest first and a piece at a time, so that a page of it costs the same however full it is.

Packets have no index by station: it would cost every commit. The hours that are counted as packets are drained say
between which numbers those of a station stand; what is older is looked through, so many rows at a time.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from adjoin.store.inbox import HOUR_US, Inbox, Kept, Refused

LOOKED = 300_000  # packets of all stations that one look for those of one passes at most
_STEP = 50_000
_KEPT = "id, qn, mn, cn, received, data_time, raw"
_REJECT = "mn, peer, packet, place, kind, facts, raw, received, id"


class Counted(NamedTuple):
    """Rejects of one kind from one station."""

    mn: str
    kind: str
    many: int
    fresh: int  # of them since the asked time


def counted(box: Inbox, since: int, station: str | None = None) -> list[Counted]:
    """How many rejects are kept of each station and kind, and how many of them came since a time (microseconds)."""
    where, values = ("", (since,)) if station is None else ("WHERE mn = ? ", (since, station))
    sql = f"SELECT mn, kind, count(*), sum(received >= ?) FROM rejects {where}GROUP BY mn, kind"  # noqa: S608  # own words
    return [Counted._make(row) for row in _rows(box, sql, *values)]


def seen(box: Inbox, station: str) -> tuple[int, int, str]:
    """Of one station how many packets came, when the last came and of which time the newest was."""
    with box.reading() as con:
        if con is None:
            return 0, 0, ""
        sql = "SELECT packets, received, data_time FROM stations WHERE mn = ?"
        before = con.execute(sql, (station,)).fetchone() or (0, 0, "")
        figures = "count(*), coalesce(max(received), 0), coalesce(max(data_time), '')"
        sql = f"SELECT {figures} FROM packets WHERE id > ? AND mn = ?"  # noqa: S608  # own words
        since = con.execute(sql, (_mark(con), station)).fetchone()
    return before[0] + since[0], max(before[1], since[1]), max(before[2], since[2])


def rejects(
    box: Inbox, station: str | None = None, kind: str | None = None, *, before: int = 0, limit: int
) -> list[Refused]:
    """What could not be taken, newest first; `before`: the number of the last one that was seen."""
    asked = {"mn = ?": station, "kind = ?": kind, "+id < ?": before or None}
    chosen = {term: value for term, value in asked.items() if value is not None}
    where = " AND ".join(chosen) or "1"
    order = "id" if station is None else "+id"  # by the index of stations, not through everybody's rejects
    inner = f"SELECT id FROM rejects WHERE {where} ORDER BY {order} DESC LIMIT ?"  # noqa: S608  # own words
    sql = f"SELECT {_REJECT} FROM rejects WHERE id IN ({inner}) ORDER BY id DESC"  # noqa: S608  # own words
    return [_refused(row) for row in _rows(box, sql, *chosen.values(), limit)]


def packets(box: Inbox, station: str, *, before: int = 0, limit: int) -> tuple[list[Kept], int]:
    """The kept packets of a station, newest first, and the number to go on before; 0 where there are no more.

    A look that passes LOOKED packets of others ends, and says where to go on.
    """
    found: list[Kept] = []
    passed = 0
    with box.reading() as con:
        for low, high in _pieces(con, station, before) if con else ():
            if passed >= LOOKED:
                return found, high + 1
            sql = f"SELECT {_KEPT} FROM packets WHERE id BETWEEN ? AND ? AND mn = ? ORDER BY id DESC LIMIT ?"  # noqa: S608  # own words
            rows = con.execute(sql, (low, high, station, limit - len(found))) if con else ()
            found += map(Kept._make, rows)
            passed += high - low + 1
            if len(found) == limit:
                return found, found[-1].id
    return found, 0


def hours(box: Inbox, station: str, since: int) -> dict[int, int]:
    """How many packets of a station came in each hour (since 1970) from this one on; hours without any are left out."""
    with box.reading() as con:
        if con is None:
            return {}
        sql = "SELECT hour, packets FROM hours WHERE mn = ? AND hour >= ?"
        found = dict(con.execute(sql, (station, since))) if _counts_hours(con) else {}
        sql = "SELECT received / ?, count(*) FROM packets WHERE id > ? AND mn = ? AND received >= ? GROUP BY 1"
        for hour, many in con.execute(sql, (HOUR_US, _mark(con), station, since * HOUR_US)):
            found[hour] = found.get(hour, 0) + many
    return found


def requests(box: Inbox, station: str | None = None, *, limit: int) -> list[dict[str, Any]]:
    """What was asked of stations, newest first."""
    columns = ("id", "mn", "cn", "fields", "asked", "state", "qn", "said", "changed")
    where, values = ("", ()) if station is None else ("WHERE mn = ? ", (station,))
    sql = f"SELECT {', '.join(columns)} FROM requests {where}ORDER BY id DESC LIMIT ?"  # noqa: S608  # own words
    found = [dict(zip(columns, row, strict=True)) for row in _rows(box, sql, *values, limit)]
    return [{**row, "fields": json.loads(row["fields"])} for row in found]


def waits(box: Inbox) -> tuple[int, int]:
    """How many packets wait for the book, and when the first of them came (microseconds); 0 where none waits."""
    with box.reading() as con:
        if con is None:
            return 0, 0
        (many,) = con.execute("SELECT count(*) FROM packets WHERE id > ?", (_mark(con),)).fetchone()
        sql = "SELECT received FROM packets WHERE id > ? ORDER BY id LIMIT 1"
        row = con.execute(sql, (_mark(con),)).fetchone()
    return int(many), int(row[0]) if row else 0


def _pieces(con: sqlite3.Connection, station: str, before: int) -> Iterator[tuple[int, int]]:
    """Numbers between which packets of a station may stand, from the newest down, a step at a time."""
    for low, high in _stretches(con, station, before or _last(con) + 1):
        for top in range(high, low - 1, -_STEP):
            yield max(low, top - _STEP + 1), top


def _stretches(con: sqlite3.Connection, station: str, before: int) -> Iterator[tuple[int, int]]:
    """What waits; the hours that are counted; everything older."""
    mark, below = _mark(con), before - 1
    if below > mark:
        yield mark + 1, below
        below = mark
    sql = "SELECT packets, first, last FROM hours WHERE mn = ? AND first <= ? ORDER BY hour DESC"
    for many, first, last in con.execute(sql, (station, below)).fetchall() if _counts_hours(con) else ():
        if many > 2:  # of two both numbers are known
            yield first, min(last, below)
        else:
            yield from ((at, at) for at in sorted({last, first}, reverse=True) if at <= below)
        below = first - 1
    oldest = con.execute("SELECT min(id) FROM packets").fetchone()[0] or 1
    if below >= oldest:
        yield oldest, below


def _refused(row: tuple[Any, ...]) -> Refused:
    mn, peer, packet, place, kind, facts, raw, received, number = row
    return Refused(mn, peer, packet, place, kind, json.loads(facts), raw, received, number)


def _rows(box: Inbox, sql: str, *values: object) -> list[Any]:
    with box.reading() as con:
        return con.execute(sql, values).fetchall() if con else []


def _counts_hours(con: sqlite3.Connection) -> bool:
    """Whether hours are counted: not in an inbox that only an older program has written."""
    return con.execute("SELECT 1 FROM sqlite_master WHERE name = 'hours'").fetchone() is not None


def _mark(con: sqlite3.Connection) -> int:
    row = con.execute("SELECT value FROM state WHERE name = 'drained'").fetchone()
    return int(row[0]) if row else 0


def _last(con: sqlite3.Connection) -> int:
    return int(con.execute("SELECT coalesce(max(id), 0) FROM packets").fetchone()[0])
