"""A workspace as one file and back: nothing lost, nothing added, and nothing signed before the head was read back."""

import json
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import timedelta

import pytest
from books import books as held
from commands import adjoin
from sides import START, TOWNS

from adjoin.core.refusal import Refusal
from adjoin.loop import backup, checks, observe, people, workspace
from adjoin.store import database

NOW = START + timedelta(days=1)


def books(opened):
    return held(opened, START)


@pytest.fixture
def side(fresh_towns, tmp_path):
    """A side with readings, a corrected value, something rejected, and an account."""
    west = fresh_towns["west"]
    table = tmp_path / "more.csv"
    table.write_text(
        "snapshot,time,section,do_mg_l\n1,2026-08-20 08:00,磨坊桥,7.1\n1,2026-08-20 08:00,磨坊桥,7.3\n1,x,磨坊桥,7\n"
    )
    observe.take(west, table, "synthetic-snapshot", now=START)
    people.enrol(west, "somebody", "a password of some length")
    return west


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request):
    return None if request.param == "sqlite" else request.getfixturevalue("fresh_postgresql")()


def test_a_restored_workspace_is_the_same_on_either_database(side, elsewhere, tmp_path):
    file, folder = tmp_path / "w.backup", tmp_path / "deep" / "w"
    made = backup.write(side.folder, file, now=NOW)
    assert backup.about(file) == made
    assert file.stat().st_mode & 0o077 == 0
    backup.restore(file, folder, now=NOW, database_=elsewhere)

    again = workspace.open_workspace(folder)
    assert books(again) == books(side)
    assert again.region.fingerprint == side.region.fingerprint
    assert (folder / "own.key").read_text() == (side.folder / "own.key").read_text()
    assert checks.check(folder) == []
    with pytest.raises(Refusal) as refused:
        again.record("note", {}, now=NOW)
    assert refused.value.kind == "read_back_first"
    assert books(again) == books(side)

    second = tmp_path / "second.backup"  # and out of that database
    backup.write(folder, second, now=NOW)
    backup.restore(second, tmp_path / "third", now=NOW)
    assert books(workspace.open_workspace(tmp_path / "third")) == books(side)


def test_what_comes_in_during_and_after_a_backup_does_not_change_it(side, tmp_path):
    backup.write(side.folder, tmp_path / "w.backup", now=NOW)
    before = books(side)
    observe.take(side, _table(tmp_path), "synthetic-snapshot", now=NOW)
    backup.restore(tmp_path / "w.backup", tmp_path / "w", now=NOW)
    again = workspace.open_workspace(tmp_path / "w")
    assert books(again) == before
    assert observe.take(again, _table(tmp_path), "synthetic-snapshot", now=NOW).new == 1


def test_a_backup_of_an_older_schema_is_brought_along(side, elsewhere, tmp_path):
    file = tmp_path / "w.backup"
    backup.write(side.folder, file, now=NOW)
    first = {"entries", "checkpoints", "keys", "packages", "receipts", "rejects", "people"}
    later = {f"done/{name}.jsonl" for name in backup._TABLES} - {f"done/{name}.jsonl" for name in first}
    rewrite(file, drop=later, schema="0001")
    backup.restore(file, tmp_path / "w", now=NOW, database_=elsewhere)
    assert books(workspace.open_workspace(tmp_path / "w")) == books(side)


def test_a_byte_that_changed_is_found_or_nobody_reads_it(side, tmp_path):
    file, folder, found = tmp_path / "w.backup", tmp_path / "w", 0
    backup.write(side.folder, file, now=NOW)
    data, before = file.read_bytes(), books(side)
    for at in range(0, len(data), len(data) // 40):
        file.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            backup.restore(file, folder, now=NOW)
        except Refusal as refusal:
            found += refusal.kind == "not_a_backup"
            assert not folder.exists()
            assert not [path for path in tmp_path.iterdir() if path.name.startswith(".restore")]
        else:  # a field of the archive that its directory says again
            assert books(workspace.open_workspace(folder)) == before
            shutil.rmtree(folder)
    assert found >= 30


def test_a_backup_that_was_cut_is_refused(side, tmp_path):
    file = tmp_path / "w.backup"
    backup.write(side.folder, file, now=NOW)
    for size in (0, 1000, file.stat().st_size - 1):
        (tmp_path / "cut").write_bytes(file.read_bytes()[:size])
        with pytest.raises(Refusal, match="not_a_backup"):
            backup.restore(tmp_path / "cut", tmp_path / "w", now=NOW)
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"form": 2}, "newer_backup"),
        ({"schema": "9999"}, "books_newer"),
        ({"files": {}}, "not_a_backup"),
        ({"form": "x"}, "not_a_backup"),
    ],
)
def test_a_manifest_that_does_not_do_is_refused(side, tmp_path, change, kind):
    file = tmp_path / "w.backup"
    backup.write(side.folder, file, now=NOW)
    rewrite(file, **change)
    with pytest.raises(Refusal) as refused:
        backup.restore(file, tmp_path / "w", now=NOW)
    assert refused.value.kind == kind
    assert not (tmp_path / "w").exists()


def test_a_name_that_leads_out_of_the_folder_is_refused(side, tmp_path):
    file = tmp_path / "w.backup"
    backup.write(side.folder, file, now=NOW)
    rewrite(file, add={"folder/../../evil": b"x"})
    with pytest.raises(Refusal, match="not_a_backup"):
        backup.restore(file, tmp_path / "w", now=NOW)
    assert not (tmp_path.parent / "evil").exists()


def test_nothing_is_overwritten(side, elsewhere, tmp_path):
    file = tmp_path / "w.backup"
    backup.write(side.folder, file, now=NOW)
    with pytest.raises(Refusal, match="file_exists"):
        backup.write(side.folder, file, now=NOW)
    with pytest.raises(Refusal, match="workspace_exists"):
        backup.restore(file, side.folder, now=NOW)
    if elsewhere is not None:
        backup.restore(file, tmp_path / "one", now=NOW, database_=elsewhere)
        with pytest.raises(Refusal, match="database_in_use"):
            backup.restore(file, tmp_path / "two", now=NOW, database_=elsewhere)
        with pytest.raises(Refusal, match="database_in_use"):
            workspace.init(tmp_path / "two", region=TOWNS, party="east", now=NOW, database=elsewhere)
        assert not (tmp_path / "two").exists()


def test_what_a_killed_backup_left_goes_after_a_day(side, tmp_path):
    """It holds a key; one that may still be written stays."""
    old, young = (tmp_path / f"{backup.UNFINISHED}{name}" for name in ("old", "young"))
    for path, hours in ((old, 25), (young, 23)):
        path.write_bytes(b"PK")
        os.utime(path, (NOW.timestamp() - hours * 3600,) * 2)
    backup.write(side.folder, tmp_path / "b.zip", now=NOW)
    assert (old.exists(), young.exists()) == (False, True)


def test_the_commands_say_what_they_did(side, tmp_path):
    made = adjoin("backup", side.folder, tmp_path / "w.backup").one
    assert (made["party"], made["entries"]) == ("west", len(side.done.lines()))
    done = adjoin("restore", tmp_path / "w.backup", tmp_path / "w")
    assert (done.status, done.one["readings"]) == (0, made["readings"])
    again = adjoin("restore", tmp_path / "w.backup", tmp_path / "w")
    assert again.status == 2
    assert "Traceback" not in again.said


def test_a_workspace_lives_on_postgresql(fresh_postgresql, tmp_path):
    where = fresh_postgresql()
    made = workspace.init(tmp_path / "w", region=TOWNS, party="east", now=START, database=where)
    observe.take(made, _table(tmp_path), "synthetic-snapshot", now=NOW)
    again = workspace.open_workspace(tmp_path / "w")
    assert [entry.kind for entry in again.done.entries()] == ["adopt"]
    assert again.version() == made.version()
    assert database.address(where) in (tmp_path / "w" / "workspace.toml").read_text()
    assert not (tmp_path / "w" / "done.sqlite").exists()


def _table(folder):
    path = folder / "one.csv"
    path.write_text("snapshot,time,section,do_mg_l\n1,2026-08-21 08:00,磨坊桥,7.1\n")
    return path


def rewrite(file, *, drop=(), add=None, **changes):
    """The same backup with another manifest; its hashes are right for what is in it."""
    old = file.with_suffix(".old")
    shutil.move(file, old)
    with zipfile.ZipFile(old) as come, zipfile.ZipFile(file, "w") as go:
        said = json.loads(come.read("manifest.json"))
        for name in set(come.namelist()) - {"manifest.json", *drop}:
            go.writestr(name, come.read(name))
        said["files"] = {name: said for name, said in said["files"].items() if name not in drop}
        for name, data in (add or {}).items():
            go.writestr(name, data)
            said["files"][name] = "0"
        go.writestr("manifest.json", json.dumps({**said, **changes}))


def test_a_database_that_is_written_to_goes_in_as_it_stood_at_one_moment(side, tmp_path):
    with closing(sqlite3.connect(side.folder / "inbox.sqlite")) as inbox:
        inbox.execute("PRAGMA journal_mode = WAL")
        inbox.execute("CREATE TABLE packets (raw BLOB)")
        inbox.executemany("INSERT INTO packets VALUES (?)", [(b"##0101",), (b"##0102",)])
        inbox.commit()  # it stands in the log beside the file, not yet in the file
        inbox.execute("INSERT INTO packets VALUES (x'00')")
        backup.write(side.folder, tmp_path / "w.backup", now=NOW)
    backup.restore(tmp_path / "w.backup", tmp_path / "w", now=NOW)
    with closing(sqlite3.connect(tmp_path / "w" / "inbox.sqlite")) as again:
        assert again.execute("SELECT raw FROM packets").fetchall() == [(b"##0101",), (b"##0102",)]
    assert not list((tmp_path / "w").glob("*-wal"))
