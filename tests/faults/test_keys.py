"""Keys that come, are handed over, end, are lost: what was signed by whom stays to be checked, and nothing else is."""

import dataclasses
from datetime import timedelta

import pytest
from two_sides import NOON, Side, exchange, signer, two_sides

from adjoin.joint import ledger
from adjoin.joint.envelope import seal
from adjoin.joint.fault import Fault
from adjoin.joint.keys import Ed25519Signer, Keys, row_of
from adjoin.joint.ring import after, grown

DAY = timedelta(days=1)


def faults(side, package, now=None):
    found = ledger.examine(
        package, keys=side.keys, known=side.peer_lines, own=side.lines, region="two-towns", now=now or NOON
    )
    return [(fault.party, fault.seq, fault.fault) for fault in found.faults]


@pytest.fixture
def roots():
    return {party: signer(party, "root") for party in ("east", "west")}


@pytest.fixture
def sides(roots):
    keys = Keys.of([signer("east").key, signer("west").key, *(each.key for each in roots.values())])
    east, west = Side("east", keys), Side("west", keys)
    east.sign("note", {"text": "first"})
    exchange(east, west)
    return east, west


def new_key(number, since=NOON):
    since -= timedelta(minutes=60 - number)  # a later one later
    made = Ed25519Signer.of(bytes([number]) * 32, "east", "office", since=since)
    return made, dict(row_of(made.key))


def take(side, package):
    """As a side does: what was taken changes the keys it knows."""
    seen = side.take(package)
    assert not seen.faults, seen.faults
    side.keys = grown(side.keys, [entry for entry, _ in seen.new])
    return seen


def hand_over(east, number=7, by=None):
    fresh, body = new_key(number)
    old, east.signer = east.signer, by or east.signer
    entry = east.sign("key", body)
    east.signer = fresh
    east.keys = grown(east.keys, [entry])
    return old, fresh


def test_a_key_is_handed_over_in_the_chain_and_the_new_one_signs_from_the_next_entry_on(sides):
    east, west = sides
    old, fresh = hand_over(east)
    east.sign("note", {"text": "by the new one"})
    take(west, east.package())
    assert west.keys.get(fresh.key.key_id) == fresh.key
    assert west.keys.get(old.key.key_id).last == 1
    assert ledger.verify(east.package(since=0), sides[0].keys) == []
    assert ledger.verify(east.package(since=0), Keys.of([old.key, signer("west").key])) == []  # nobody told him


def test_who_heard_of_the_new_key_first_still_learns_that_the_old_one_ended(sides):
    """On paper, or from a KEYS.json of later: the entry ends the old key, and no later one."""
    east, west = sides
    old, second = hand_over(east, 7)
    _, third = hand_over(east, 8)
    east.sign("note", {"text": "by the third"})
    heard = Keys.of([old.key, second.key, third.key, west.signer.key])
    assert ledger.verify(east.package(since=0), heard) == []
    after_all = grown(heard, east.entries)
    assert [after_all.get(each.key.key_id).last for each in (old, second, third)] == [1, 2, None]
    east.signer = old
    east.sign("note", {"text": "by the first"})
    assert "key_not_valid" in [fault.fault for fault in ledger.verify(east.package(since=0), heard)]


def test_the_old_key_signs_nothing_after_whatever_date_it_writes(sides):
    east, west = sides
    old, _ = hand_over(east)
    east.signer = old
    east.sign("note", {"text": "as if it were yesterday"}, at=NOON - DAY)
    assert ("east", 2, "key_not_valid") in faults(west, east.package())


def test_a_head_signed_by_the_old_key_is_found(sides):
    east, west = sides
    old, _ = hand_over(east)
    east.sign("note", {"text": "by the new one"})
    east.signer = old
    assert faults(west, east.package()) == [("east", None, "head_key_not_valid")]


def test_a_head_under_a_key_that_has_ended_by_our_clock_is_found():
    ends = NOON + DAY
    east, west = two_sides()
    east.signer = signer("east", until=ends)
    keys = Keys.of([east.signer.key, west.signer.key])
    east.keys = west.keys = keys
    east.sign("note", {"text": "in time"})
    assert faults(west, east.package(), now=NOON) == []
    late = faults(west, east.package(), now=ends)
    assert late == [("east", None, "head_key_not_valid")]
    exchange(east, west)
    assert faults(west, east.package(), now=ends + DAY) == []  # it was cosigned in time


def test_the_root_key_revokes_a_lost_key_and_history_stays(sides, roots):
    east, west = sides
    east.sign("note", {"text": "before the loss"})
    exchange(east, west)
    east.sign("note", {"text": "signed after the loss, found too late"}, at=NOON + DAY)
    lost, east.signer = east.signer, roots["east"]
    gone = east.sign("revoke", {"key_id": lost.key.key_id, "from": NOON.isoformat(), "reason": "stolen"})
    east.keys = grown(east.keys, [gone])
    hand_over(east, by=roots["east"])
    east.sign("note", {"text": "by the new one"})
    take(west, east.package())
    assert ledger.verify(east.package(since=0), west.keys) == []  # the first entry too
    thief = Side("east", east.keys, lost)
    thief.entries, thief.lines = list(east.entries), list(east.lines)
    thief.sign("note", {"text": "back-dated"}, at=NOON - DAY)
    thief.signer = east.signer
    assert faults(west, thief.package(since=4)) == [("east", 6, "key_not_valid")]


FORBIDDEN = {
    "a revocation by an office": ("office", "revoke", {"key_id": "0" * 16, "from": NOON.isoformat()}, "needs_root"),
    "a surviving head by an office": ("office", "surviving-head", {}, "needs_root"),
    "a note by the root key": ("root", "note", {"text": "x"}, "not_for_root"),
    "a move by the root key": ("root", "move", {"case": "C-1"}, "not_for_root"),
    "a key of another office by an office": ("office", "key", {**new_key(9)[1], "office": "forest"}, "needs_root"),
    "a root key by an office": ("office", "key", {**new_key(9)[1], "office": "root"}, "needs_root"),
    "a key whose id is another's": ("root", "key", {**new_key(9)[1], "key_id": "0" * 16}, "bad_key_entry"),
    "a key that is none": ("root", "key", {"public": "zz"}, "bad_key_entry"),
    "a key of the other side": ("root", "key", dict(row_of(signer("west", since=NOON).key)), "bad_key_entry"),
    "a revocation of the other side": (
        "root", "revoke", {"key_id": signer("west").key.key_id, "from": NOON.isoformat()}, "bad_key_entry",
    ),
    "a revocation without a time": ("root", "revoke", {"key_id": signer("east").key.key_id}, "bad_key_entry"),
    "a revocation of nothing": ("root", "revoke", {"key_id": "0" * 16, "from": NOON.isoformat()}, "bad_key_entry"),
}  # fmt: skip


@pytest.mark.parametrize("how", FORBIDDEN)
def test_what_a_key_may_not_say_is_found(sides, roots, how):
    east, west = sides
    who, kind, body, fault = FORBIDDEN[how]
    office, east.signer = east.signer, roots["east"] if who == "root" else east.signer
    east.sign(kind, body)
    east.signer = office
    assert faults(west, east.package()) == [("east", 1, fault)]
    assert [each.fault for each in ledger.verify(east.package(since=0), east.keys)] == [fault]


def test_a_head_signed_by_the_root_key_is_none(sides, roots):
    east, west = sides
    east.signer = roots["east"]
    assert faults(west, east.package()) == [("east", None, "bad_checkpoint_signature")]


def test_a_lost_key_comes_not_back(sides):
    east, _ = sides
    old, _ = hand_over(east)
    again = east.sign("key", dict(row_of(dataclasses.replace(old.key, since=NOON))))
    told = after(east.keys, again)
    assert isinstance(told, Fault)
    assert told.fault == "bad_key_entry"


def test_an_entry_under_one_key_in_the_name_of_another_is_not_sealed(sides, roots):
    east, _ = sides
    entry = east.sign("note", {"text": "x"})
    with pytest.raises(Exception, match="not_your_key"):
        seal(entry, roots["east"])
