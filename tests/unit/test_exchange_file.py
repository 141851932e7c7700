"""A package as a file: the same bytes for the same package, and no file that is not of the form."""

import io
import warnings
import zipfile
from datetime import datetime, timedelta

import pytest
from two_sides import NOON, exchange, two_sides

from adjoin.core.entry import Package
from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats import exchange as form
from adjoin.formats.exchange import read, readings_from_parquet, readings_to_parquet, write


@pytest.fixture
def package():
    east, west = two_sides()
    east.sign("note", {"text": "氨氮夜间偏高"})
    exchange(east, west)
    west.sign("note", {"text": "seen"})
    exchange(east, west)
    east.sign("note", {"text": "good"})
    return east.package(files={"readings/2026-09.parquet": b"PAR1"})


def members(package):
    with zipfile.ZipFile(io.BytesIO(write(package))) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(members, compression=zipfile.ZIP_STORED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return held.getvalue()


def test_there_and_back_the_same_bytes(package):
    assert read(write(package)) == package
    assert write(read(write(package))) == write(package)
    assert list(members(package)) == [
        "checkpoint", "entries.jsonl", "proof.json", "readings/2026-09.parquet", "readings/manifest.json",
    ]  # fmt: skip


def test_packed_by_another_tool_it_is_the_same_package(package):
    assert read(packed(members(package), zipfile.ZIP_DEFLATED)) == package


@pytest.mark.parametrize("name", ["checkpoint", "entries.jsonl", "proof.json"])
def test_a_member_that_is_missing(package, name):
    held = members(package)
    del held[name]
    assert refused(packed(held)) == (name, "member_missing")


WRONG = {
    "a path out of the folder": ({"../../etc/passwd": b"x"}, "../../etc/passwd", "member_unknown"),
    "a path from the root": ({"/etc/passwd": b"x"}, "/etc/passwd", "member_unknown"),
    "an attachment without a hash": ({"attachments/photo.jpg": b"x"}, "attachments/photo.jpg", "member_unknown"),
    "entries without an end of line": ({"entries.jsonl": b"{}"}, "entries.jsonl", "no_last_line_end"),
    "a proof that is not canonical": ({"proof.json": b'{"to": 1}'}, "proof.json", "not_canonical_json"),
    "a proof that is a list": ({"proof.json": b"[]"}, "proof.json", "not_canonical_json"),
    "a proof of endless brackets": ({"proof.json": b"[" * 100_000}, "proof.json", "not_canonical_json"),
    "a checkpoint in GBK": ({"checkpoint": "断面".encode("gbk")}, "checkpoint", "not_utf8"),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_member_that_is_wrong(package, how):
    change, place, reason = WRONG[how]
    assert refused(packed({**members(package), **change})) == (place, reason)


def test_a_member_twice(package):
    held = io.BytesIO(write(package))
    with zipfile.ZipFile(held, "a") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.writestr("checkpoint", "another")
    assert refused(held.getvalue()) == ("-", "members_twice_or_too_many")


def test_a_bomb_is_not_unpacked(package, monkeypatch):
    monkeypatch.setattr(form, "LARGEST", 2**20)
    bomb = packed({**members(package), "readings/bomb.parquet": bytes(2**26)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**17
    assert refused(bomb) == ("readings/bomb.parquet", "too_large")
    assert refused(bytes(3 * 2**20)) == ("-", "too_large")


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -30])
def test_a_file_that_was_cut(package, cut):
    assert refused(write(package)[:cut]) == ("-", "not_a_zip")


def refused(data):
    with pytest.raises(Refusal) as found:
        read(data)
    assert found.value.kind == "bad_package_file"
    return found.value.facts["place"], found.value.facts["reason"]


ROWS = tuple(
    Observation("zhutuo", quantity, NOON + timedelta(hours=hour), value, "mg/L", "cnemc", NOON, flag=flag)
    for quantity, value, flag in (("w21003", "0.50", ""), ("w21011", None, "----"), ("w21011x", "<0.02", "d"))
    for hour in range(3)
)


def test_readings_keep_their_digits_in_a_fixed_order():
    data = readings_to_parquet(ROWS)
    assert readings_from_parquet(data) == ROWS
    assert readings_to_parquet(reversed(ROWS)) == data
    assert readings_from_parquet(readings_to_parquet([])) == ()


def test_readings_that_are_none():
    odd = Observation("a", "b", NOON, "1", "mg/L", "c", datetime(2026, 9, 1, tzinfo=ZONE), pretreatment="stirred")
    for data in (b"", b"PAR1", readings_to_parquet([odd])):
        with pytest.raises(Refusal, match="bad_readings"):
            readings_from_parquet(data)


def test_an_empty_chain_is_a_package_too():
    east, west = two_sides()
    assert read(write(east.package())) == east.package()
    assert isinstance(east.package(), Package)
    assert not west.take(east.package()).faults
