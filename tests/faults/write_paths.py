"""Every way in which Adjoin writes, as steps that acknowledge: what stands before, what is done, what is seen then.

A step that was gone through before is left out when it is asked for again, as a person would who looks first.
"""

import functools
import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import alembic.command
import deltalake
import duckdb
from sides import TOWNS

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats import hj212_stream
from adjoin.loop import answers, backup, checks, exchange, intake, keys, observe, workspace
from adjoin.store import tidy
from adjoin.store.answers import Answers
from adjoin.store.database import at, engine
from adjoin.store.merge import COLUMNS
from adjoin.store.outbox import Outbox
from adjoin.store.rows import cells

NOW = datetime(2026, 9, 6, tzinfo=ZONE)
TABLE = """snapshot,time,section,do_mg_l
1,2026-07-31 08:00,磨坊桥,7.1
1,2026-08-20 08:00,磨坊桥,7.1
1,2026-08-20 12:00,磨坊桥,
1,x,磨坊桥,7
"""
assert all((alembic.command, deltalake, duckdb))  # loaded before the rounds begin: a process with threads must not fork
workspace.load_region = functools.cache(workspace.load_region)  # the bundle is no part of what fails; read once
workspace.load_region(TOWNS.resolve())


def sound(folder):
    return [str(each) for each in checks.check(folder / "west")]


def nothing(_folder):
    return []


@dataclass(frozen=True)
class WritePath:
    steps: tuple[Callable[[Path], object], ...]
    seen: Callable[[Path], object]
    ready: Callable[[Path], object] = lambda _: None
    sound: Callable[[Path], list] = nothing


@functools.cache  # of a process: each round has its own
def west(folder):
    return workspace.open_workspace(folder / "west")


def east(folder):
    return workspace.open_workspace(folder / "east")


def values(opened, **which):
    return [[r.site, r.quantity, str(r.time), r.value, str(r.received)] for r in opened.observed.read(**which)]


# — tables into the book, with receipt and rejects; an entry —


def table(folder):
    (folder / "table.csv").write_text(TABLE, "utf-8")


def take(folder):
    if not any(each.file == "table.csv" for each in observe.receipts(west(folder))):
        observe.take(west(folder), folder / "table.csv", "synthetic-snapshot", now=NOW)


def note(folder):
    if west(folder).done.entries("west")[-1].kind != "note":
        west(folder).record("note", {"text": "taken"}, now=NOW)


def taken(folder):
    opened = west(folder)
    receipts = [
        [r.file, r.new, r.replaced, r.rejects, len(list(observe.rejects(opened, r.id)))]
        for r in observe.receipts(opened)
    ]
    versions = [[r.site, str(r.time), r.value, str(r.received)] for r in opened.observed.revised()]
    return [receipts, values(opened), versions, [entry.kind for entry in opened.done.entries()]]


# — columns into the book; small files become one, old ones go; a book of the first form —


def rows(first, many, value="7.5", received=NOW):
    start = datetime(2026, 8, 1, tzinfo=ZONE)
    for hour in range(first, first + many):
        yield Observation("mill-bridge", "w21003", start + timedelta(hours=hour), value, "mg/L", "archive", received)


def columns(file, said, digits):
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
        for order, row in enumerate(said):
            con.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(COLUMNS))})", [*cells(row, digits), order])
        con.execute(f"COPY (SELECT * EXCLUDE (ord) FROM t) TO '{file}' (FORMAT parquet)")
        con.execute(f"COPY t TO '{file}.first' (FORMAT parquet)")


def archive(folder):
    west(folder).observed.take(list(rows(5, 4, "7.4", NOW - timedelta(days=1))))  # some are corrected
    columns(folder / "archive.parquet", rows(0, 8), west(folder).observed.digits)


def load(folder):
    west(folder).observed.load([folder / "archive.parquet"])


def archived(folder):
    opened = west(folder)
    return [values(opened, quantity="w21003"), len(opened.observed.revised())]


def untidy(folder):
    """A month of small files, one less than are put together; and a file of a take that never ended, two days old."""
    observed = west(folder).observed
    for turn in range(tidy.COMPACT_AT - 2):
        observed.take(list(rows(turn, 1)))
    left = observed.log.place("2026-08", "counts")
    left.write_bytes(b"left")
    for each in (left, observed.folder / "vacuumed"):
        os.utime(each, (time.time() - 2 * 86400,) * 2)


def last_of_the_month(folder):
    west(folder).observed.take(list(rows(500, 1)))


def tidied(folder):
    return values(west(folder), quantity="w21003")


def first_form(folder):
    observed = folder / "west" / "observed"
    digits = west(folder).observed.digits
    columns(folder / "old", [*rows(0, 3, "7.4"), *rows(0, 2, "7.5", NOW + timedelta(hours=1))], digits)
    for path in sorted((observed / "readings").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (folder / "old.first").rename(observed / "s1.parquet")
    (observed / tidy.MANIFEST).write_text(json.dumps(["s1.parquet"]))


def carried_over(folder):
    """Seen without carrying it over."""
    book = folder / "west" / "observed"
    if (book / tidy.MANIFEST).exists():
        return "first form"
    return archived(folder)


# — packets —


def packets(folder):
    from listeners import packet

    said = [packet(f"20260905{n:09d}", time=f"2026090500{n:02d}00") for n in range(5)]
    said.append(packet("20260905000000077", data="w21003-Rtd=x,w21003-Flag=N"))
    frames, _ = hj212_stream.read(b"".join(said))
    intake.inbox(west(folder), lambda: NOW).put([intake.packed(each) for each in frames])


def drain(folder):
    intake.drain(west(folder), intake.inbox(west(folder), lambda: NOW))


def drained(folder):
    return values(west(folder), quantity="w21003")


def all_drained(folder):
    box = intake.inbox(west(folder), lambda: NOW)
    figures = [box.figures()["waiting"], len(box.rejects()), box.stations()["REPLAY-mill-bridge"][0]]
    return [] if figures == [0, 1, 6] else [figures]


# — packages —


def case(folder):
    """The other side cites readings that are not held here; its package is made."""
    cited = {"kind": "series", "ref": "mill-bridge/w21003?period=2026-08"}
    opened = east(folder)
    opened.observed.take(list(rows(0, 4)))
    opened.record("note", {"text": "cited", "evidence": [cited]}, now=NOW)
    opened.record("note", {"text": "and more"}, now=NOW)
    (folder / "package.zip").write_bytes(exchange.export(opened, now=NOW))


def receive(folder):
    came = exchange.take(west(folder), (folder / "package.zip").read_bytes(), now=NOW)
    assert not came.faults


def received(folder):
    return [entry.kind for entry in west(folder).done.entries("east")]


def all_received(folder):
    opened = west(folder)
    shared = [r.origin for r in opened.observed.read("mill-bridge", "w21003") if r.origin != "synthetic"]
    notes = opened.done.cosigned("east")
    wrong = [] if shared == ["archive@east"] * 4 else ["no readings"]
    wrong += [] if [each.size for each in notes] == [3] else ["not cosigned"]
    return wrong + sound(folder)


def export(folder):
    if not (folder / "out.zip").exists():
        exchange.write_file(west(folder), folder / "out.zip", now=NOW)


def exported(folder):
    file = folder / "out.zip"
    return len(exchange.packages.read(file.read_bytes()).lines) if file.exists() else None


# — backup, restore, a new workspace —


def back_up(folder):
    if not (folder / "b.backup").exists():
        backup.write(folder / "west", folder / "b.backup", now=NOW)


def backed_up(folder):
    file = folder / "b.backup"
    return [backup.about(file).entries, backup.about(file).readings] if file.exists() else None


def small(folder):
    """A backup of a small workspace."""
    opened = workspace.init(folder / "small", region=TOWNS, party="west", now=NOW)
    opened.observed.take(list(rows(0, 3)))
    backup.write(folder / "small", folder / "b.backup", now=NOW)


def restore(folder):
    if restored(folder) is None:
        backup.restore(folder / "b.backup", folder / "again", now=NOW)


def restored(folder):
    again = folder / "again"
    return taken_of(workspace.open_workspace(again)) if again.exists() and any(again.iterdir()) else None


def taken_of(opened):
    return [values(opened), [entry.kind for entry in opened.done.entries()], sorted(opened.keys.as_json())]


def begin(folder):
    if begun(folder) is None:
        workspace.init(folder / "new", region=TOWNS, party="west", now=NOW, seed=b"s" * 32)


def begun(folder):
    """A workspace without its first entry is none yet."""
    try:
        opened = workspace.open_workspace(folder / "new")
    except Refusal as refusal:
        if refusal.kind in {"no_workspace", "books_missing"}:
            return None
        raise
    return [entry.kind for entry in opened.done.entries()] or None


# — keys, kept answers, messages, an older schema —


def root(folder):
    opened = west(folder)
    if keys.root_key(opened.keys, "west") is None:
        (folder / "root.key").unlink(missing_ok=True)  # of a try that was not acknowledged
        keys.make_root(opened, folder / "root.key", now=NOW)


def hand_over(folder):
    if len([key for key in west(folder).keys.of_party("west") if not key.root]) == 1:
        keys.hand_over(west(folder), now=NOW)


def known_keys(folder):
    opened = west(folder)
    return [len(opened.keys.of_party("west")), opened.keys.get(opened.signer.key.key_id).last is None]


def keys_work(folder):
    opened = west(folder)
    keys.root_signer(opened, folder / "root.key")
    opened.record("note", {"text": "signed"}, now=NOW + timedelta(minutes=1))
    return sound(folder)


def keep(folder):
    answers.keep(west(folder), "water.class", {"a": 1}, {"b": "乙" * 9000}, by="officer", now=NOW)


def kept(folder):
    opened = west(folder)
    return [
        [each.fingerprint, len(Answers(folder / "west" / "answers").get(each.fingerprint) or b"")]
        for each in answers.kept(opened)
    ]


def tell(folder):
    Outbox(folder / "outbox.sqlite").put("k", channel="mail", target="a@b", subject="s", body=b"x" * 9000, now=NOW)


def told(folder):
    return [each.key for each in Outbox(folder / "outbox.sqlite").last()]


def older(folder):
    with at(folder / "old.sqlite", "0001") as con:
        con.exec_driver_sql("INSERT INTO keys (key_id, party, body) VALUES ('k', 'west', '{}')")


def migrate(folder):
    engine(folder / "old.sqlite").dispose()


def schema(folder):
    with closing(sqlite3.connect(folder / "old.sqlite")) as con:
        version = con.execute("SELECT version_num FROM alembic_version").fetchall()
        return [
            version,
            con.execute("SELECT key_id FROM keys").fetchall(),
            con.execute("PRAGMA quick_check").fetchall(),
        ]


PATHS = {
    "take": WritePath((take, note), taken, table, sound),
    "load": WritePath((load,), archived, archive),
    "tidy": WritePath((last_of_the_month,), tidied, untidy),
    "first-form": WritePath((west,), carried_over, first_form),
    "drain": WritePath((drain,), drained, packets, all_drained),
    "receive": WritePath((receive,), received, case, all_received),
    "export": WritePath((export,), exported),
    "backup": WritePath((back_up,), backed_up),
    "restore": WritePath((restore,), restored, small),
    "begin": WritePath((begin,), begun),
    "keys": WritePath((root, hand_over), known_keys, sound=keys_work),
    "answers": WritePath((keep,), kept),
    "outbox": WritePath((tell,), told),
    "migration": WritePath((migrate,), schema, older),
}
