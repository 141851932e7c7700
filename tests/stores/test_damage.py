"""What a power cut or a bad disk leaves behind: the book opens, says what is missing, and mends by taking in again."""

import os
import shutil
import time
from datetime import timedelta

import pytest
from commands import adjoin
from sides import START
from test_observed import DIGITS

from adjoin.core.observation import Observation
from adjoin.core.period import Period
from adjoin.core.refusal import Refusal
from adjoin.loop import checks
from adjoin.store import integrity
from adjoin.store.observed import Columns

MONTHS = [START - timedelta(days=40 * n) for n in range(3)]


def rows(minute=0):
    received = START + timedelta(minutes=minute)
    return [Observation("zhutuo", "w21011", at, f"0.{n}", "mg/L", "a", received) for n, at in enumerate(MONTHS)]


@pytest.fixture
def book(tmp_path):
    made = Columns(tmp_path, DIGITS)
    made.take(rows())
    return made


def again(book):
    """The same folder, opened by another process."""
    return Columns(book.folder, DIGITS)


def entries(book):
    return sorted((book.log.folder / "_delta_log").glob("*.json"))


@pytest.mark.parametrize("left", [b"", b"{", b'{"commitInfo":{}}\n{"add":{"path'])
def test_a_torn_last_entry_is_set_aside_and_the_take_can_be_repeated(book, left):
    later = [Observation("naxi", "w21011", START, "9", "mg/L", "a", START)]
    book.take(later)
    entries(book)[-1].write_bytes(left)
    assert [each.kind for each in integrity.of_table(book.log.folder)] == ["log_damaged"]

    opened = again(book)
    assert [row.value for row in opened.read()] == ["0.2", "0.1", "0.0"]
    assert opened.faults() == []
    assert opened.take(later).new == 1
    assert len(again(book).read()) == 4


def test_a_torn_last_entry_does_not_stop_who_takes_first(book):
    book.take([Observation("naxi", "w21011", START, "9", "mg/L", "a", START)])
    entries(book)[-1].write_bytes(b"")
    assert again(book).take(rows()).known == 3


def test_a_torn_entry_in_the_middle_is_named_and_nothing_is_guessed(book):
    book.take([Observation("naxi", "w21011", START, "9", "mg/L", "a", START)])
    entries(book)[1].write_bytes(b"{")
    with pytest.raises(Refusal, match="log_damaged"):
        again(book).read()
    (found,) = again(book).faults()
    assert found.facts["file"].endswith("00000000000000000001.json")


def test_a_missing_entry_is_named(book):
    book.take([Observation("naxi", "w21011", START, "9", "mg/L", "a", START)])
    entries(book)[1].unlink()
    assert [each.facts["found"] for each in integrity.of_table(book.log.folder)] == ["missing"]


@pytest.mark.parametrize("harm", ["missing", "cut", "zeros"])
def test_a_damaged_file_takes_its_month_out_and_nothing_else(book, harm):
    (part,) = (each for each in book.log.snapshot().parts if each.month == f"{MONTHS[1]:%Y-%m}")
    path = book.log.folder / part.path
    data = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:-10] if harm == "cut" else bytes(len(data)))

    opened = again(book)
    assert [each.path for each in opened.damaged()] == [part.path]
    assert [each.facts["met"] for each in opened.faults()] == [part.path]
    assert set(opened.latest()) == {("zhutuo", "w21011")}
    with pytest.raises(Refusal, match="book_damaged"):
        opened.read()
    assert [row.value for row in opened.history("zhutuo", "w21011", MONTHS[0])] == ["0.0"]
    assert [row.value for row in opened.read(period=Period.parse(f"{MONTHS[2]:%Y-%m}"))] == ["0.2"]

    assert opened.take(rows(1)).new == 1  # the sources again: what is missing comes in, the rest is known
    assert [row.value for row in again(book).read()] == ["0.2", "0.1", "0.0"]
    assert again(book).faults() == []


def test_a_file_whose_middle_rotted_is_found_by_check(book):
    part = book.log.snapshot().parts[0]
    path = book.log.folder / part.path
    data = bytearray(path.read_bytes())
    data[4:60] = bytes(56)
    path.write_bytes(data)
    assert [each.facts["met"] for each in again(book).faults()] == [part.path]


def test_check_names_file_and_remedy(fresh_towns):
    folder = fresh_towns["west"].folder
    assert checks.check(folder) == []
    broken = shutil.copytree(folder, folder.parent / "broken")
    part = fresh_towns["west"].observed.log.snapshot().parts[0]
    (broken / "observed" / "readings" / part.path).write_bytes(b"")
    data = bytearray((broken / "done.sqlite").read_bytes())
    said = adjoin("check", broken, "--lang", "en")
    assert said.status == 1
    assert said.one["file"] == f"observed/readings/{part.path}"
    assert "take in the sources" in said.one["do"]

    data[:100] = bytes(100)
    (broken / "done.sqlite").write_bytes(data)
    kinds = {line["kind"] for line in adjoin("check", broken, "--lang", "en").lines}
    assert "database_torn" in kinds


def test_files_that_nobody_names_go_after_a_day_and_not_before(book):
    folder = (book.log.folder / book.log.snapshot().parts[0].path).parent
    old, fresh = folder / "old.parquet", folder / "fresh.parquet"
    for path in (old, fresh):
        path.write_bytes(b"left by a take that never ended")
    long_ago = time.time() - 30 * 3600
    for path in (old, book.folder / "vacuumed"):
        os.utime(path, (long_ago, long_ago))

    reader = again(book)
    before = reader.read()
    book.take([Observation("naxi", "w21011", START, "9", "mg/L", "a", START)])
    assert (old.exists(), fresh.exists()) == (False, True)
    assert set(before) < set(reader.read())
    assert again(book).faults() == []
    assert book.log.taken("inbox") == 0
