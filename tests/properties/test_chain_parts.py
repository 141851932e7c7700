"""A chain checked in parts is the chain checked whole, and a fault in or between parts is named."""

from random import Random

import pytest
from two_sides import two_sides

from adjoin.joint import chain
from adjoin.joint.package import Chain
from adjoin.loop import audit


@pytest.fixture(autouse=True)
def _narrow(monkeypatch):
    monkeypatch.setattr(chain, "WIDTH", 4)


def long_chain(size):
    east, _ = two_sides(quick=True)
    for n in range(size):
        east.sign("note", {"n": n, "text": "氨氮"})
    return east.lines


def in_parts(lines):
    return [chain.part("east", since, lines[since : since + 4]) for since in range(0, len(lines), 4)]


@pytest.mark.parametrize("size", range(35))
def test_parts_have_the_root_of_the_whole(size):
    lines = long_chain(size)
    root = Chain.of(lines).frontier(size).root
    assert chain.joined("east", in_parts(lines), root) == []
    assert [fault.fault for fault in chain.joined("east", in_parts(lines), bytes(32))] == ["checkpoint_mismatch"]


def test_a_fault_anywhere_is_named():
    lines, rng = long_chain(30), Random(30)
    root = Chain.of(lines).frontier(30).root
    for _ in range(300):
        place = rng.randrange(30)
        bad = list(lines)
        how = rng.choice(["byte", "swap", "drop", "twice"])
        if how == "byte":
            at = rng.randrange(12, lines[place].index(b'"', 12))
            bad[place] = lines[place][:at] + bytes([lines[place][at] ^ 1]) + lines[place][at + 1 :]
        elif how == "swap":
            other = (place + 1) % 30
            bad[place], bad[other] = bad[other], bad[place]
        elif how == "drop":
            del bad[place]
        else:
            bad.insert(place, bad[place])
        found = chain.joined("east", in_parts(bad), root)
        assert found, (how, place)
        assert {fault.party for fault in found} == {"east"}
        if not (how == "drop" and place == 29):  # a tail that is cut is shown by the head alone
            assert {fault.seq for fault in found} & {place - 1, place, place + 1, (place + 1) % 30}, (how, place)


def test_the_books_of_both_sides_are_in_order(fresh_towns, clock):
    east = fresh_towns["east"]
    east.record("note", {"text": "x"}, now=clock())
    assert audit.audit(east, processes=1) == {"east": [], "west": []}
    with east.done.writing() as con:
        con.exec_driver_sql("DELETE FROM entries WHERE party = 'east' AND seq = 0")
    (fault, *_) = audit.audit(east, processes=1)["east"]
    assert (fault.party, fault.seq) == ("east", 0)
