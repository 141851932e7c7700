"""A receipt and its readings stand or fall together, wherever the disk fills; rejects are many and none is cut off."""

from datetime import timedelta

import pytest
from sides import START

from adjoin.core.refusal import Refusal
from adjoin.loop import observe

NOW = START + timedelta(days=1)
HEAD = "snapshot,time,section,do_mg_l\n"


def table(folder, rows, name="t.csv"):
    path = folder / name
    path.write_text(HEAD + "".join(f"1,{row}\n" for row in rows))
    return path


def crash(*_, **__):
    raise OSError(28, "No space left on device")


def test_the_disk_fills_after_the_receipt_and_before_the_readings(fresh_towns, tmp_path, monkeypatch):
    west = fresh_towns["west"]
    before = (observe.receipts(west), west.observed.read())
    path = table(tmp_path, ["2026-08-20 08:00,磨坊桥,7.1", "x,磨坊桥,7.1"])
    with monkeypatch.context() as full:
        full.setattr(west.observed.log, "commit", crash)
        with pytest.raises(Refusal, match="disk_full"):
            observe.take(west, path, "synthetic-snapshot", now=NOW)
    assert len(west.done.receipts()) == len(before[0]) + 1  # it was written, and nothing shows it
    assert (observe.receipts(west), west.observed.read()) == before

    again = observe.take(west, path, "synthetic-snapshot", now=NOW)
    assert (again.new, again.rejects) == (1, 1)
    assert [each.id for each in observe.receipts(west)] == [row["id"] for row in west.done.receipts()]
    assert len(observe.receipts(west)) == len(before[0]) + 1


def test_the_disk_fills_while_the_receipt_is_written(fresh_towns, tmp_path, monkeypatch):
    west = fresh_towns["west"]
    before = (observe.receipts(west), west.observed.read(), west.observed.version())
    path = table(tmp_path, ["2026-08-20 08:00,磨坊桥,7.1"])
    with monkeypatch.context() as full:
        full.setattr("adjoin.store.done._forget", crash)
        with pytest.raises(Refusal, match="disk_full"):
            observe.take(west, path, "synthetic-snapshot", now=NOW)
    assert (observe.receipts(west), west.observed.read(), west.observed.version()) == before
    assert observe.take(west, path, "synthetic-snapshot", now=NOW).new == 1


def test_a_file_that_brings_nothing_new_has_its_receipt(fresh_towns, tmp_path):
    west = fresh_towns["west"]
    path = table(tmp_path, ["2026-08-20 08:00,磨坊桥,7.1"])
    observe.take(west, path, "synthetic-snapshot", now=NOW)
    before = west.observed.version()
    again = observe.take(west, path, "synthetic-snapshot", now=NOW)
    assert (again.known, again.new, west.observed.version()) == (1, 0, before)
    assert observe.receipts(west)[0] == again


def test_every_reject_is_given_however_many(fresh_towns, tmp_path):
    west = fresh_towns["west"]
    path = table(tmp_path, [f"2026-08-20 08:00,nowhere {number},7.1" for number in range(12_001)])
    receipt = observe.take(west, path, "synthetic-snapshot", now=NOW)
    rejects = list(observe.rejects(west, receipt.id))
    assert len(rejects) == receipt.rejects == 12_001
    assert [each.row for each in rejects] == sorted(each.row for each in rejects)
    assert list(observe.rejects(west, receipt.id, 7_000)) == rejects[:7_000]
