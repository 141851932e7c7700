"""Packages that were changed on the way, or by their own sender: all are found, and the side is named."""

import dataclasses
import hashlib
import json
from datetime import timedelta
from random import Random

import pytest
from two_sides import NOON, REGION, Side, exchange, signer, two_sides

from adjoin.core.entry import as_json, canonical
from adjoin.core.refusal import Refusal
from adjoin.formats.exchange import read, write
from adjoin.joint import ledger
from adjoin.joint.envelope import ENTRY, entry_of, seal, seal_bytes
from adjoin.joint.keys import Keys
from adjoin.joint.note import cosign, read_note
from adjoin.joint.package import MANIFEST

ROLES = {"caller": "east", "called": "west"}
PHOTO = b"a photo of the mill bridge"
FILES = {"attachments/" + hashlib.sha256(PHOTO).hexdigest(): PHOTO, "readings/2026-09.parquet": b"PAR1 readings PAR1"}


@pytest.fixture
def sides():
    """West holds two entries of east and has cosigned them; east has signed three more since."""
    east, west = two_sides()
    east.open("C-east-1", "search-call", "call", ROLES)
    east.sign("note", {"text": "look at the night values"})
    exchange(east, west)
    west.move("C-east-1", "accept")
    exchange(east, west)
    for n in range(3):
        east.sign("note", {"text": f"note {n}"}, NOON + timedelta(hours=n))
    return east, west


@pytest.fixture
def package(sides):
    return sides[0].package(files=FILES)


def changed(package, **members):
    return dataclasses.replace(package, **members)


def faults(side, package):
    found = side.examine(package)
    assert not found.new or not found.faults
    return [(fault.party, fault.seq, fault.fault) for fault in found.faults]


def test_the_true_package_is_taken(sides, package):
    assert [entry.seq for entry, _ in sides[1].take(package).new] == [2, 3, 4]


def test_a_package_that_comes_again_changes_nothing_and_says_so(sides, package):
    west = sides[1]
    west.take(package)
    held = list(west.peer_lines)
    again = west.take(package)
    assert [note.fault for note in again.notes] == ["repeated_package"]
    assert west.peer_lines == held


def test_an_older_package_changes_nothing_and_says_so(sides, package):
    east, west = sides
    east.sign("note", {"text": "one more"})
    west.take(east.package())
    assert [note.fault for note in west.take(package).notes] == ["older_package"]
    assert len(west.peer_lines) == 6


LINES = {
    "one byte of the signature": (lambda a, b, c: (a, b[:-20] + b"AAAA" + b[-16:], c), 3, "bad_signature"),
    "a space": (lambda a, b, c: (a, b.replace(b":", b": ", 1), c), 3, "not_canonical"),
    "no JSON": (lambda a, b, c: (a, b"\xff" + b, c), 3, "bad_envelope"),
    "endless brackets": (lambda a, b, c: (a, b"[" * 100_000 + b, c), 3, "bad_envelope"),
    "dropped": (lambda *lines: lines[::2], 3, "gap"),
    "swapped": (lambda a, b, c: (a, c, b), 4, "wrong_order"),
    "twice": (lambda a, b, c: (a, b, b, c), 3, "wrong_order"),
    "cut": (lambda *lines: lines[:2], 4, "entries_missing"),
}


@pytest.mark.parametrize("how", LINES)
def test_a_line_changed_on_the_way(sides, package, how):
    change, seq, fault = LINES[how]
    assert ("east", seq, fault) in faults(sides[1], changed(package, lines=change(*package.lines)))


def forged(line, signer_, **fields):
    """The entry of a line with other fields, signed by some key."""
    value = {**as_json(entry_of(line)), **fields}
    return seal_bytes(canonical(value), ENTRY, signer_)


FORGED = {
    "another body, signed again": ({"body": {"text": "never"}}, "prev_mismatch"),
    "another prev": ({"prev": "1" * 64}, "prev_mismatch"),
    "a kind that is none": ({"kind": "verdict"}, "not_an_entry"),
    "another party's name": ({"party": "west"}, "not_the_signer"),
    "a key it was not signed with": ({"key": "0" * 16}, "not_the_signer"),
    "a seq that is text": ({"seq": "3"}, "not_an_entry"),
    "no offset of its time": ({"at": "2026-09-01T12:00:00"}, "not_an_entry"),
}


@pytest.mark.parametrize("how", FORGED)
def test_an_entry_changed_by_its_own_signer(sides, package, how):
    fields, fault = FORGED[how]
    first, second, third = package.lines
    lines = (first, forged(second, sides[0].signer, **fields), third)
    found = faults(sides[1], changed(package, lines=lines))
    assert fault in [name for _, _, name in found]
    assert all(party == "east" for party, _, _ in found)


def again(side, lines, since=2):
    """A whole package over other lines, signed with the true key."""
    notes = [made.note for made in side.cosigned_by_me.values()]
    head = side.lines[:since]
    return ledger.compose(
        region=REGION, party=side.party, lines=[*head, *lines], since=since, signer=side.signer, peer_notes=notes
    )


def test_a_past_that_was_rewritten_with_the_true_key_is_a_fork_with_both_heads(sides, package):
    east, west = sides
    west.take(package)
    other = forged(east.lines[4], east.signer, body={"text": "never"})
    found = west.examine(again(east, [*east.lines[2:4], other]))
    (fork,) = found.faults
    assert (fork.party, fork.seq, fork.fault) == ("east", 4, "fork")
    assert fork.evidence == (east.lines[4], other)


def test_a_chain_that_goes_on_from_another_head_is_a_fork(sides, package):
    east, west = sides
    west.take(package)
    other = forged(east.lines[4], east.signer, body={"text": "never"})
    twin = Side("east", east.keys)
    twin.entries, twin.lines = [entry_of(line) for line in (*east.lines[:4], other)], [*east.lines[:4], other]
    twin.peer_lines, twin.cosigned_by_me = east.peer_lines, east.cosigned_by_me
    twin.sign("note", {"text": "as if nothing had been"})
    (fork,) = west.examine(twin.package(since=5)).faults
    assert (fork.seq, fork.fault, fork.evidence) == (5, "fork", (east.lines[4], twin.lines[5]))


def test_a_cut_tail_shown_to_the_other_side(sides):
    east, west = sides
    east.sign("note", {"text": "to be forgotten"})
    exchange(east, west)
    west.sign("note", {"text": "later"})
    exchange(east, west)
    shorter = again(east, east.lines[2:5])
    assert faults(west, shorter) == [("east", 5, "tail_cut")]


def test_the_side_that_lost_its_tail_is_told_before_it_signs(sides, package):
    east, west = sides
    west.take(package)
    east.entries, east.lines = east.entries[:3], east.lines[:3]
    (fault,) = east.examine(west.package()).faults
    assert (fault.party, fault.seq, fault.fault, fault.facts["met"]) == ("east", 3, "own_tail_cut", 5)


def test_a_package_from_a_key_that_nobody_knows(sides):
    stranger = Side("east", sides[0].keys)
    stranger.signer = signer("east", "another office")
    stranger.sign("note", {"text": "hello"})
    west = two_sides()[1]
    assert faults(west, stranger.package()) == [("east", None, "bad_checkpoint_signature")]
    west.keys = Keys.of([signer("west").key])
    assert faults(west, sides[0].package(since=0)) == [("east", None, "unknown_key")]


def test_an_entry_signed_by_a_key_of_another_time(sides):
    west, late = sides[1], NOON + timedelta(days=2)
    east = Side("east", None)
    east.signer = signer("east", until=late)
    west = Side("west", Keys.of([east.signer.key, signer("west").key]))
    east.sign("note", {"text": "in time"})
    east.sign("note", {"text": "too late"}, at=late)
    assert faults(west, east.package()) == [("east", 1, "key_not_valid")]


def test_an_entry_that_has_seen_what_was_never_written(sides):
    east, west = sides
    seen = {"party": "west", "seq": 7, "fingerprint": "0" * 64}
    last = forged(east.lines[4], east.signer, seen=seen)
    assert faults(west, again(east, [*east.lines[2:4], last])) == [("east", 4, "seen_unknown")]


def test_an_entry_that_has_seen_less_than_the_one_before(sides):
    east, west = sides
    last = forged(east.lines[4], east.signer, seen=None)
    assert faults(west, again(east, [*east.lines[2:4], last])) == [("east", 4, "seen_back")]


def test_an_answer_to_an_entry_that_does_not_exist(sides):
    east, west = sides
    last = forged(east.lines[4], east.signer, answers="2" * 64)
    assert faults(west, again(east, [*east.lines[2:4], last])) == [("east", 4, "answers_unknown")]


def test_entries_that_are_missing_name_the_one_to_ask_from(sides, package):
    west = sides[1]
    west.peer_lines = west.peer_lines[:1]
    (gap,) = west.examine(package).faults
    assert (gap.party, gap.seq, gap.fault, gap.facts["met"]) == ("east", 1, "gap", 2)


def test_a_head_that_does_not_fit_its_entries(sides, package):
    head = ledger.compose(region=REGION, party="east", lines=sides[0].lines[:4], signer=sides[0].signer)
    found = faults(sides[1], changed(package, checkpoint=head.checkpoint))
    assert found == [("east", None, "bad_proof")]


def test_a_package_of_our_own_or_of_another_region(sides, package):
    east, west = sides
    assert faults(east, package) == [("east", None, "own_package")]
    elsewhere = ledger.compose(region="elsewhere", party="east", lines=east.lines, signer=east.signer)
    assert faults(west, elsewhere) == [("east", None, "other_region")]


FILE_CHANGES = {
    "readings changed": ({"readings/2026-09.parquet": b"other"}, "readings_mismatch"),
    "readings dropped": ({"readings/2026-09.parquet": None}, "readings_mismatch"),
    "readings added": ({"readings/x.parquet": b"x"}, "readings_mismatch"),
    "attachment changed": ({next(iter(FILES)): b"other"}, "attachment_mismatch"),
    "manifest dropped": ({MANIFEST: None}, "manifest_missing"),
    "manifest garbled": ({MANIFEST: b"{}"}, "bad_manifest"),
}


@pytest.mark.parametrize("how", FILE_CHANGES)
def test_readings_and_attachments(sides, package, how):
    change, fault = FILE_CHANGES[how]
    files = {name: data for name, data in {**package.files, **change}.items() if data is not None}
    assert [name for _, _, name in faults(sides[1], changed(package, files=files))] == [fault]


def test_an_attachment_under_a_name_that_is_not_its_hash(sides):
    package = sides[0].package(files={"attachments/" + "0" * 64: PHOTO})
    assert faults(sides[1], package) == [("east", None, "attachment_mismatch")]


def test_a_manifest_of_another_package(sides, package):
    older = sides[0].package(since=1)
    files = {**package.files, MANIFEST: older.files[MANIFEST]}
    assert ("east", None, "manifest_mismatch") in faults(sides[1], changed(package, files=files))


def test_a_cosignature_of_a_head_that_is_not_ours(sides, package):
    east, west = sides
    stranger = ledger.compose(region=REGION, party="west", lines=west.lines[:0], signer=west.signer)
    false = cosign(stranger.checkpoint.replace("\n0\n", "\n1\n"), east.signer, NOON)
    assert read_note(false).checkpoint.size == 1
    notes = {**package.proof, "cosigned": [false]}
    assert ("east", None, "bad_cosignature") in faults(west, changed(package, proof=notes))


def test_300_bytes_flipped_in_any_member_are_all_found(sides, package):
    """As an attacker would: the file is packed again around the changed member."""
    west, rng = sides[1], Random(300)
    members = ["checkpoint", *range(3), "proof", *package.files]
    for n in range(300):
        member = members[n % len(members)]
        found = taken(west, flipped(package, member, rng))
        assert found, (n, member)
        assert member == "checkpoint" or found[0][0] in {"east", ""}, (n, member, found)
    assert [entry.seq for entry, _ in west.examine(package).new] == [2, 3, 4]


def flipped(package, member, rng):
    def flip(data):
        place = rng.randrange(len(data))
        return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]

    if member == "checkpoint":
        return lambda: changed(package, checkpoint=flip(package.checkpoint.encode()).decode())
    if member == "proof":
        return lambda: changed(package, proof=json.loads(flip(canonical(dict(package.proof)))))
    if isinstance(member, int):
        lines = [flip(line) if place == member else line for place, line in enumerate(package.lines)]
        return lambda: changed(package, lines=tuple(lines))
    return lambda: changed(package, files={**package.files, member: flip(package.files[member])})


def taken(west, build):
    """The faults of a changed package, or the refusal of its file, as (party, seq, fault)."""
    try:
        return faults(west, read(write(build())))
    except (Refusal, ValueError) as refusal:
        return [("", None, str(refusal))]


def test_bytes_flipped_in_the_file_itself_are_refused_or_change_nothing(sides, package):
    west, data, rng = sides[1], write(package), Random(7)
    for _ in range(300):
        place = rng.randrange(len(data))
        changed_ = data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]
        met = read_or_refused(changed_)
        if isinstance(met, Refusal):
            assert met.kind == "bad_package_file"
            assert met.facts["place"]
        else:
            assert met == package or faults(west, met)


def read_or_refused(data):
    try:
        return read(data)
    except Refusal as refusal:
        return refusal


def test_a_third_person_sees_the_same_with_only_the_file(sides, package):
    keys = sides[0].keys
    assert ledger.verify(package, keys) == []
    first, second, third = package.lines
    (fault,) = ledger.verify(
        changed(package, lines=(first, second, forged(third, sides[0].signer, prev="1" * 64))), keys
    )
    assert (fault.party, fault.seq, fault.fault) == ("east", 4, "prev_mismatch")
    rewritten = (forged(first, sides[0].signer, body={"text": "never"}), second, third)
    assert [each.fault for each in ledger.verify(changed(package, lines=rewritten), keys)] == ["prev_mismatch"]
    only = changed(package, lines=(first, second, seal(entry_of(third), sides[0].signer)))
    assert ledger.verify(only, keys) == []
