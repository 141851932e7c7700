"""What somebody meets who sets up PostgreSQL, or whose SQLite file is gone: refused by name, and no password shown."""

import resource
import socket
import sqlite3
import sys
import threading

import pytest
from commands import AROUND, adjoin
from failing_disk import Disk
from postgresql import Server
from sides import START, TOWNS
from sqlalchemy import insert

from adjoin.core.refusal import Refusal
from adjoin.joint import envelope
from adjoin.loop import checks, workspace
from adjoin.store import database, tables
from adjoin.store.done import Done

SECRET = "geheim-7!"  # of a server that lives as long as this file's tests


@pytest.fixture(scope="module")
def guarded():
    """A server that asks `west` for a password; `west` owns the database of its name."""
    made = Server()
    made.psql(f"CREATE USER west PASSWORD '{SECRET}'; CREATE DATABASE west OWNER west; CREATE DATABASE foreign_;")
    (made.folder / "pg_hba.conf").write_text("local all west scram-sha-256\nlocal all all trust\n")
    made.reload()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _no_password(monkeypatch, tmp_path):
    for name in ("PGPASSWORD", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))


def refused(where, **more):
    with pytest.raises(Refusal) as found:
        database.engine(where, **more)
    assert SECRET not in str(found.value)
    return found.value.kind


def test_with_its_password_it_opens(guarded, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", SECRET)
    database.engine(guarded.address("west", "west")).dispose()


@pytest.mark.parametrize(
    ("name", "user", "password", "kind"),
    [
        ("west", "west", None, "database_denied"),
        ("west", "west", "wrong", "database_denied"),
        ("west", "nobody", None, "database_denied"),  # no such user
        ("foreign_", "west", SECRET, "database_denied"),  # it may come in and make nothing
        ("nowhere", "west", SECRET, "database_missing"),
        ("nowhere", "postgres", None, "database_missing"),
    ],
)
def test_who_may_not_come_in_is_told_why(guarded, monkeypatch, name, user, password, kind):
    if password:
        monkeypatch.setenv("PGPASSWORD", password)
    assert refused(guarded.address(name, user)) == kind


def test_the_command_says_what_to_do_and_makes_no_folder(guarded, monkeypatch, tmp_path):
    monkeypatch.setitem(AROUND, "PGPASSWORD", "wrong")
    words = ["init", tmp_path / "w", "--region", TOWNS, "--party", "west"]
    said = adjoin(*words, "--database", guarded.address("west", "west"), "--lang", "en")
    assert (said.status, said.lines) == (2, [])
    assert "password authentication failed" in said.said
    assert "PGPASSWORD" in said.said
    assert "Traceback" not in said.said
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (f"postgresql://west:{SECRET}@db/adjoin", "password_in_address"),
        (f"postgresql://west@db/adjoin?password={SECRET}", "password_in_address"),
        (f"postgresql://west@db/adjoin?sslpassword={SECRET}&sslmode=require", "password_in_address"),
        (f"mysql://west:{SECRET}@db/adjoin", "not_a_database"),
        (f"postgresql//west:{SECRET}@db/adjoin", "not_a_database"),
        ("postgresql://nobody@127.0.0.1:1/adjoin", "database_gone"),
    ],
)
def test_an_address_is_refused_without_its_password(address, kind):
    assert refused(address) == kind


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "2")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert refused(f"postgresql://west@127.0.0.1:{silent.getsockname()[1]}/west") == "database_gone"


def test_without_the_client_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert refused("postgresql://west@db/adjoin") == "database_client"


def test_a_database_that_cannot_hold_chinese_is_refused(server):
    where = server.fresh("ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    assert refused(where) == "database_encoding"


def test_a_database_that_only_reads_is_read_and_not_written(fresh_postgresql, server):
    where = fresh_postgresql()
    database.engine(where).dispose()
    server.psql(f"ALTER DATABASE {where.partition('?')[0].rpartition('/')[2]} SET default_transaction_read_only = on;")
    done = Done(where, envelope.entry_of)
    assert done.sizes() == {}
    with pytest.raises(Refusal, match="database_denied"):
        done.trust("k", "west", {})


def test_who_waits_too_long_for_the_lock_is_told(fresh_postgresql, monkeypatch):
    monkeypatch.setattr(database, "SESSION", ("SET lock_timeout = 200",))
    one, two = (Done(where, envelope.entry_of) for where in [fresh_postgresql()] * 2)
    with one.writing(), pytest.raises(Refusal, match="database_busy"):
        two.trust("k", "west", {})
    two.trust("k", "west", {})
    assert list(one.keys()) == ["west"]


def test_a_server_without_a_free_place_is_busy(guarded, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", SECRET)
    guarded.psql("ALTER DATABASE west CONNECTION LIMIT 0;")
    assert refused(guarded.address("west", "west")) == "database_busy"
    guarded.psql("ALTER DATABASE west CONNECTION LIMIT -1;")


def test_as_many_as_pages_are_made_at_once_can_ask_at_once(fresh_postgresql):
    done, together, found = Done(fresh_postgresql(), envelope.entry_of), threading.Barrier(40), []
    done.version()

    def ask():
        with done.engine.connect() as con:
            together.wait(30)
            found.append(con.exec_driver_sql("SELECT 1").scalar())

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert found == [1] * 40


# a book that ought to be there is never begun anew


@pytest.fixture
def west(tmp_path, database):
    address = database if isinstance(database, str) else None
    return workspace.init(tmp_path / "w", region=TOWNS, party="west", now=START, database=address)


def emptied(home):
    if isinstance(home.done.where, str):
        with home.done.engine.execution_options(writes=True).begin() as con:
            con.exec_driver_sql("DROP SCHEMA public CASCADE")
            con.exec_driver_sql("CREATE SCHEMA public")
    else:
        for path in home.folder.glob("done.sqlite*"):
            path.unlink()


def test_a_lost_book_is_named_and_no_other_is_begun(west):
    emptied(west)
    for home in (lambda: west, lambda: workspace.open_workspace(west.folder)):  # who has it open, who opens it
        with pytest.raises(Refusal, match="books_missing"):
            home().record("note", {}, now=START)
    assert {each.kind for each in checks.check(west.folder)} == {"books_missing"}
    said = adjoin("account", "somebody", "--workspace", west.folder, "--password", "a long password", "--lang", "en")
    assert said.status == 2
    assert "would fork the chain" in said.said
    assert not (west.folder / "done.sqlite").exists()


# SQLite


@pytest.fixture
def home(tmp_path):
    return workspace.init(tmp_path / "w", region=TOWNS, party="west", now=START)


def test_a_file_that_was_moved_away_is_missed_and_goes_on_when_it_is_back(home):
    before, path = home.done.lines(), home.folder / "done.sqlite"
    path.rename(path.with_suffix(".away"))
    for ask in (home.done.lines, home.version, lambda: home.record("note", {}, now=START)):
        with pytest.raises(Refusal, match="books_missing"):
            ask()
    assert not path.exists()
    path.with_suffix(".away").rename(path)
    assert home.done.lines() == before
    assert home.record("note", {}, now=START).seq == len(before)


def test_a_file_that_was_replaced_is_the_one_that_is_written(home, tmp_path):
    path, other = home.folder / "done.sqlite", tmp_path / "copy"
    with sqlite3.connect(path) as con, sqlite3.connect(other) as copy:
        con.backup(copy)
    home.record("note", {"said": "before"}, now=START)
    other.replace(path)
    for beside in home.folder.glob("done.sqlite-*"):
        beside.unlink()
    entry = home.record("note", {"said": "after"}, now=START)
    assert workspace.open_workspace(home.folder).done.entries()[-1] == entry
    assert [each.body.get("said") for each in home.done.entries()] == [None, "after"]


def test_a_file_that_is_none_is_named(home):
    home.done.engine.dispose()
    (home.folder / "done.sqlite").write_bytes(b"SQLite no more" * 300)
    with pytest.raises(Refusal, match="database_torn"):
        workspace.open_workspace(home.folder)


def test_a_full_disk_keeps_nothing_of_an_entry_and_goes_on_when_there_is_room(home):
    """The log of the file may grow no further, as on a full disk."""
    before, soft_hard = home.done.lines(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, soft_hard[1]))
    try:
        with pytest.raises(Refusal) as refused_:
            home.record("note", {"said": "x" * 200_000}, now=START)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft_hard)
    assert refused_.value.kind in {"disk_full", "disk_failed"}
    assert home.done.lines() == before
    assert home.record("note", {"said": "x"}, now=START).seq == len(before)


def test_a_read_only_folder_is_read_and_nothing_is_signed_in_it(home, tmp_path):
    before = home.done.lines()
    script = f"""
from datetime import datetime
from pathlib import Path
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.loop import workspace
home = workspace.open_workspace(Path({str(home.folder)!r}))
print(len(home.done.lines()))
try:
    home.record("note", {{}}, now=datetime.now(ZONE))
except Refusal as refusal:
    print(refusal.kind)
"""
    done = Disk(tmp_path).run([sys.executable, "-c", script], under=home.folder, at=0, how="readonly")
    assert done.stdout.split() == [str(len(before)), "read_only"], done.stderr
    assert home.done.lines() == before


def test_who_waits_too_long_for_the_file_is_told(home, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MS", 200)
    other = Done(home.folder / "done.sqlite", envelope.entry_of)
    with home.done.writing() as con:
        con.execute(insert(tables.keys).values(key_id="k", party="west", body={}))
        with pytest.raises(Refusal, match="database_busy"):
            other.trust("l", "west", {})
    other.trust("l", "west", {})
