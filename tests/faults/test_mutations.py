"""The tampering list, 300 changes of every kind, 10 000 true packages, 5 000 files that are none.

A change is made as its maker could: on the way without a key, or by the sender with its true key.
"""

import dataclasses
import io
import json
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from simulator import Node, signer, world
from two_sides import NOON, REGION, QuickSigner, exchange

from adjoin.core.entry import Package, as_json, canonical
from adjoin.core.refusal import Refusal
from adjoin.formats.exchange import read, write
from adjoin.joint import ledger
from adjoin.joint.envelope import ENTRY, entry_of, seal, seal_bytes
from adjoin.joint.keys import Keys
from adjoin.joint.note import Checkpoint, origin_of, sign_note

EACH = 300
LIST = json.loads((Path(__file__).parents[1] / "reference" / "ledger_vectors.json").read_text("utf-8"))["tampering"]


def pair(rng, *, real=False):
    """West holds some entries of east and has cosigned them; east has signed some more since."""
    made = signer if real else QuickSigner
    ends = NOON + timedelta(days=40)
    signers = {party: (made(party), made(party, "root")) for party in ("east", "west")}
    if rng.random() < 0.5:
        office = signers["east"][0]
        signers["east"] = type(office).__new__(type(office)), signers["east"][1]
        vars_of(signers["east"][0], office, dataclasses.replace(office.key, until=ends))
    keys = Keys.of([each.key for two in signers.values() for each in two])
    east, west = (Node(party, keys, *two, timedelta()) for party, two in signers.items())
    for n in range(rng.randint(1, 4)):
        east.sign("note", {"text": f"held {n}"})
    exchange(east, west)
    west.sign("note", {"text": "seen"})
    exchange(east, west)
    for n in range(rng.randint(3, 7)):
        east.sign("note", {"text": f"new {n}", "n": rng.randrange(99)}, NOON + timedelta(hours=n))
    return east, west


def vars_of(new, old, key):
    """The same signer under a key with another end."""
    object.__setattr__(new, "key", key)
    if hasattr(old, "_private"):
        object.__setattr__(new, "_private", old._private)


def forged(line, signer_, **fields):
    return seal_bytes(canonical({**as_json(entry_of(line)), **fields}), ENTRY, signer_)


def with_lines(package, lines):
    return dataclasses.replace(package, lines=tuple(lines))


def resigned(east, place, lines):
    """A whole package over another branch from a place on, signed by the true key: entries linked anew."""
    twin = Node("east", east.keys, east.signer, east.root, timedelta())
    twin.entries, twin.lines = list(east.entries[:place]), list(east.lines[:place])
    twin.chain = ledger.Chain.of(twin.lines)
    twin.peer_lines, twin.peer_entries, twin.peer_chain = east.peer_lines, east.peer_entries, east.peer_chain
    twin.cosigned_by_me, twin.cosigned_by_peer = east.cosigned_by_me, east.cosigned_by_peer
    for line in lines:
        entry = entry_of(line)
        twin.sign(entry.kind, {**entry.body, "text": "as if"}, entry.at)
    return twin


# each gives the changed package and the entries that may be named


def byte(east, _, rng):
    package = east.package()
    at = rng.randrange(len(package.lines))
    line = package.lines[at]
    place = rng.randrange(len(line))
    bad = line[:place] + bytes([line[place] ^ 1 << rng.randrange(8)]) + line[place + 1 :]
    return with_lines(package, [*package.lines[:at], bad, *package.lines[at + 1 :]]), {package.proof["from"] + at}


def order(east, _, rng):
    package = east.package()
    lines, since = list(package.lines), package.proof["from"]
    one, other = sorted(rng.sample(range(len(lines)), 2))
    lines[one], lines[other] = lines[other], lines[one]
    return with_lines(package, lines), {since + one, since + other}


def drop(east, _, rng):
    package = east.package()
    at = rng.randrange(len(package.lines))
    return with_lines(package, [*package.lines[:at], *package.lines[at + 1 :]]), {package.proof["from"] + at}


def cut(east, west, rng):
    """What west took and east cosigned more upon is shown no more: with a true head of the shorter chain."""
    exchange(east, west)
    west.sign("note", {"text": "later"})
    exchange(east, west)
    size = rng.randint(1, len(east.lines) - 1)
    notes = [made.note for made in east.cosigned_by_me.values()]
    shorter = ledger.compose(
        region=REGION, party="east", lines=east.lines[:size], signer=east.signer, peer_notes=notes,
        since=rng.randint(0, size - 1),
    )  # fmt: skip
    return shorter, {size}


def fork(east, west, rng):
    if rng.random() < 0.5:
        west.take(east.package())
    place = rng.randint(0, len(west.peer_lines) - 1)
    return resigned(east, place, east.lines[place:]).package(since=rng.randint(0, place)), {place}


def key(east, west, rng):
    package = east.package()
    at = rng.randrange(len(package.lines))
    stranger, line = QuickSigner("east", f"stranger {rng.random()}"), package.lines[at]
    bad = rng.choice([
        lambda: forged(line, stranger, key=stranger.key.key_id),
        lambda: forged(line, stranger),
        lambda: forged(line, west.signer),
        lambda: forged(line, east.root, key=east.root.key.key_id),
        lambda: line.replace(east.signer.key.key_id.encode(), stranger.key.key_id.encode()),
        lambda: line.replace(east.signer.key.key_id.encode(), west.signer.key.key_id.encode()),
    ])()  # fmt: skip
    return with_lines(package, [*package.lines[:at], bad, *package.lines[at + 1 :]]), {package.proof["from"] + at}


def time(east, _, rng):
    package = east.package()
    at, since = rng.randrange(len(package.lines)), package.proof["from"]
    line = package.lines[at]
    moved = entry_of(line).at + timedelta(seconds=rng.choice([-86400, -1, 1, 86400 * 90]))
    bad = rng.choice([
        lambda: forged(line, east.signer, at=moved.isoformat(timespec="seconds")),
        lambda: forged(line, east.signer, at=moved.replace(tzinfo=None).isoformat()),
        lambda: forged(line, east.signer, at=moved.isoformat(timespec="microseconds")),
    ])()  # fmt: skip
    last = at == len(package.lines) - 1  # nothing follows it: the head shows it
    return with_lines(package, [*package.lines[:at], bad, *package.lines[at + 1 :]]), {
        since + at, since + at + 1, *([None] if last else []),
    }  # fmt: skip


def size(east, _, rng):
    package = east.package()
    true, since = len(east.lines), package.proof["from"]
    said = rng.choice([n for n in range(true + 4) if n != true])
    root = ledger.Chain.of(east.lines).roots({min(said, true)})[min(said, true)]
    head = sign_note(Checkpoint(origin_of(REGION, "east"), said, root), east.signer)
    proof = {**package.proof, "to": rng.choice([true, said])}
    places = {None, true, said, *range(since, true + 1)}
    return dataclasses.replace(package, checkpoint=head, proof=proof), places


KINDS = (byte, order, drop, cut, fork, key, time, size)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_change_is_found_and_the_entry_and_side_are_named(kind):
    named = Counter()
    for n in range(EACH):
        rng = Random(f"{kind.__name__} {n}")
        east, west = pair(rng, real=n % 10 == 0)
        package, places = kind(east, west, rng)
        before = len(west.peer_lines)
        found = west.examine(package)
        assert found.faults, n
        assert not found.new, n
        assert {fault.party for fault in found.faults} <= {"east", ""}, (n, found.faults)
        assert {fault.seq for fault in found.faults} & places, (n, places, found.faults)
        assert len(west.peer_lines) == before
        assert not west.take(package).new
        named.update(fault.fault for fault in found.faults)
    print(f"{kind.__name__}: {EACH} of {EACH} found; {dict(named)}")


def test_the_tampering_list():
    """Its nine lines, in their order: what is done, and what is to be said."""
    east, west = pair(Random(5))
    since = east.package().proof["from"]
    first = east.package().lines[0]
    changed_byte = forged(first, east.signer, body={"text": "never"})
    cases = iter(LIST)

    def said(package, do):
        assert next(cases)["do"].startswith(do)
        return [(fault.seq, fault.fault) for fault in west.examine(package).faults]

    true = east.package()
    rest = list(true.lines[1:])
    assert said(with_lines(true, [changed_byte, *rest]), "change one byte") == [(since + 1, "prev_mismatch")]
    assert said(with_lines(true, rest), "drop entry")[0] == (since, "gap")
    assert (since + 1, "wrong_order") in said(with_lines(true, [rest[0], first, *rest[1:]]), "swap")
    assert said(with_lines(true, true.lines[:2]), "truncate") == [(since + 2, "entries_missing")]
    west.take(true)
    twin = resigned(east, since + 1, east.lines[since + 1 :])
    (rewritten,) = west.examine(twin.package(since=since)).faults
    assert next(cases)["do"].startswith("rewrite")
    assert (rewritten.seq, rewritten.fault) == (since + 1, "fork")
    assert rewritten.evidence == (east.lines[since + 1], twin.lines[since + 1])
    assert said(twin.package(since=since + 1), "show different")[0][1] == "fork"
    assert next(cases)["do"].startswith("replay")
    assert [note.fault for note in west.take(true).notes] == ["repeated_package"]
    assert next(cases)["do"].startswith("entry signed with a key whose validity")  # test_keys has it
    assert next(cases)["do"].startswith("same seq, other content")
    assert west.take(twin.package(since=since)).faults
    assert west.frozen.evidence == rewritten.evidence
    east.sign("note", {"text": "goes on as if nothing were"})
    assert not west.take(east.package()).new or west.frozen  # kept out until the fork is ended
    assert next(cases, None) is None


def test_ten_thousand_true_packages_raise_no_alarm():
    looked = seed = 0
    while looked < 10_000:
        seed += 1
        made = world(seed)
        made.rng.random = Busy(made.rng).random
        for _ in range(10):
            made.step()
            for side in made.sides:
                for since in {0, len(side.lines) // 2, len(side.lines)}:
                    package = side.package(since)
                    assert ledger.verify(package, side.keys) == [], seed
                    faults = [fault.fault for fault in made.other(side).examine(package).faults]
                    assert set(faults) <= {"gap"}, (seed, faults)
                    looked += 1


class Busy:
    """Draws under which nobody goes back to an earlier state."""

    def __init__(self, rng):
        self._draw = rng.random

    def random(self):
        return self._draw() * 0.86


def test_five_thousand_files_that_are_no_packages_change_nothing():
    rng = Random(5000)
    east, west = pair(rng)
    package = east.package(files={"readings/cited.parquet": b"PAR1" + bytes(60)})
    data, members = write(package), dict(unpacked(write(package)))
    refused = Counter()
    for n in range(5000):
        bad = rng.choice(MALFORMED)(data, members, rng)
        if bad == data:
            continue
        before = (list(west.peer_lines), dict(west.cosigned_by_me), dict(west.cosigned_by_peer))
        met = read_or_refusal(bad)
        if isinstance(met, Refusal):
            assert met.kind == "bad_package_file", n
            assert met.facts["place"], n
            refused[met.facts["reason"]] += 1
        else:
            found = west.examine(met)
            assert found.faults or same(met, package), (n, bad)
            refused.update(fault.fault for fault in found.faults[:1])
        assert before == (west.peer_lines, west.cosigned_by_me, west.cosigned_by_peer)
    assert len(refused) >= 18, refused
    assert [entry.seq for entry, _ in west.examine(package).new] == list(range(package.proof["from"], len(east.lines)))
    print(f"5000 files: {sum(refused.values())} refused; {dict(refused)}")


def read_or_refusal(data):
    try:
        return read(data)
    except Refusal as refusal:
        return refusal


def same(one: Package, other: Package) -> bool:
    return (one.checkpoint, one.lines, one.proof, one.files) == (
        other.checkpoint,
        other.lines,
        other.proof,
        other.files,
    )


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            yield name, file.read(name)


def packed(members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return held.getvalue()


def junk(rng, data):
    """Some bytes changed, cut out, doubled or put in."""
    at, width = rng.randrange(len(data) + 1), rng.choice([1, 1, 2, 8, 64])
    return rng.choice([
        data[:at] + bytes(rng.randrange(256) for _ in range(width)) + data[at + width :],
        data[:at] + data[at + width :],
        data[:at] + data[at : at + width] * 2 + data[at + width :],
        data[:at] + rng.choice([b"\n", b"\x00", b"[", b'{"a":1}', b"\xff", "断".encode()]) + data[at:],
    ])  # fmt: skip


def in_a_member(_, members, rng):
    name = rng.choice(sorted(members))
    return packed({**members, name: junk(rng, members[name])})


def in_the_proof(_, members, rng):
    proof = json.loads(members["proof.json"])
    at = rng.choice(sorted(proof))
    proof[at] = rng.choice([None, -1, 2**60, 1.5, "x", [], ["00"], {}, [None], True, [proof[at]], ["0" * 64] * 3])
    if rng.random() < 0.2:
        proof[rng.choice(["suite", "more"])] = rng.choice(["sm3", "md5", 1])
    return packed({**members, "proof.json": json.dumps(proof, sort_keys=True, separators=(",", ":")).encode()})


def in_a_line(_, members, rng):
    lines = members["entries.jsonl"].splitlines()
    line = json.loads(rng.choice(lines))
    line[rng.choice(["payload", "payloadType", "signatures", "more"])] = rng.choice(
        ["", "AA", "AAB=", None, 3, [], [{}], [{"keyid": "x", "sig": ""}], line["signatures"] * 2]
    )
    lines[rng.randrange(len(lines))] = json.dumps(line, sort_keys=True, separators=(",", ":")).encode()
    return packed({**members, "entries.jsonl": b"".join(each + b"\n" for each in lines)})


def in_the_file(data, _, rng):
    return junk(rng, data)


def other_members(_, members, rng):
    held = dict(members)
    if rng.random() < 0.5:
        del held[rng.choice(sorted(held))]
    else:
        held[rng.choice(["../x", "/etc/passwd", "attachments/x", "readings/a.parquet", "x" * 300, "断面"])] = b"x"
    return packed(held)


MALFORMED = (in_a_member, in_the_proof, in_a_line, in_the_file, other_members)


def test_the_entries_of_a_package_are_sealed_as_they_were():
    east, _ = pair(Random(1))
    assert [seal(entry_of(line), east.signer) for line in east.lines] == east.lines
