"""When a side has lost a part of its own chain, or has two of them: how it gets back, and what is kept.

A side that went back to an earlier state (a restored backup, a crash) may hold less of its own chain than the other
side does. What it signed is not lost: the other side holds it, verified and cosigned, and gives it back. Whoever signs
before reading back makes a *fork*: two entries of one place, both signed. A fork is a value that anybody can judge:
both lines, and both signed heads.

What the other side has cosigned survives; the other branch was never delivered, and stays as evidence. An entry
`surviving-head`, signed by the root key of the side whose chain it is and answered by one under the root key of the
other side, ends it:

    surviving-head {party, seq, surviving: {size, root}, losing: {size, root}}

What of the losing branch is still meant is said again in new entries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjoin.core.entry import Entry, Package, canonical
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import payload_of, seal_bytes, unseal
from adjoin.joint.fault import Fault
from adjoin.joint.keys import Keys, Signer
from adjoin.joint.note import Checkpoint, Note, read_note
from adjoin.joint.package import MANIFEST, MANIFEST_KIND, Chain, manifest_of, proof_of
from adjoin.joint.ring import grown_by_lines


@dataclass(frozen=True, slots=True)
class Fork:
    """Two entries that one party signed for one place of its chain, and the two heads above them."""

    party: str
    seq: int
    lines: tuple[bytes, bytes]  # of the branch that is held, of the other one; may be empty where heads alone show it
    heads: tuple[str, str]  # signed notes, in the same order

    def as_json(self) -> dict[str, object]:
        """The fork as a file that a third person can judge."""
        return {
            "party": self.party,
            "seq": self.seq,
            "lines": [line.decode() for line in self.lines],
            "heads": list(self.heads),
        }

    @classmethod
    def from_json(cls, value: object) -> "Fork":
        """The fork that a file says; any other form is refused."""
        try:
            held, other = (str(line).encode() for line in value["lines"])  # type: ignore[index]  # refused where not
            one, two = (str(note) for note in value["heads"])  # type: ignore[index]  # as above
            return cls(str(value["party"]), int(value["seq"]), (held, other), (one, two))  # type: ignore[index]  # as above
        except (KeyError, TypeError, ValueError):
            raise Refusal("bad_fork_file", met=str(value)[:60]) from None


def judged(fork: Fork, keys: Keys) -> str | None:
    """What a fork file shows of its party, by the keys alone; nothing where it shows no fork.

    "same_place"   two different entries of one place, both signed
    "another_past" an entry that follows another one than the signed one before it
    "two_heads"    two heads of one size with different roots, both signed
    """
    entries = [unseal(line, keys, party=fork.party, seq=fork.seq) for line in fork.lines if line]
    signed = [each for each in entries if isinstance(each, Entry) and each.party == fork.party]
    prints = [Chain.of([line]).prints[0] if line else "" for line in fork.lines]
    if len(signed) == 2 and signed[0].seq == signed[1].seq and payload_of(fork.lines[0]) != payload_of(fork.lines[1]):
        return "same_place"
    if len(signed) == 2 and signed[1].seq == signed[0].seq + 1 and signed[1].prev != prints[0]:
        return "another_past"
    return "two_heads" if _two_heads(fork, keys) else None


def _two_heads(fork: Fork, keys: Keys) -> bool:
    try:
        one, other = (read_note(text) for text in fork.heads)
    except Refusal:
        return False
    signed = all(note.checkpoint.party == fork.party and note.signer(keys) is not None for note in (one, other))
    return signed and _differ(one.checkpoint, other.checkpoint)


def _differ(one: Checkpoint, other: Checkpoint) -> bool:
    return one.origin == other.origin and one.size == other.size and one.root != other.root


def surviving(party: str, seq: int, held: Checkpoint, lost: Checkpoint) -> dict[str, object]:
    """The body of the entry that ends a fork.

    held : the head that survives; lost : the head of the branch that does not
    """
    return {"party": party, "seq": seq, "surviving": _head(held), "losing": _head(lost)}


def _head(head: Checkpoint) -> dict[str, object]:
    return {"size": head.size, "root": head.root.hex()}


def stands(entry: Entry, roots: Mapping[int, str]) -> bool:
    """Whether the head that a `surviving-head` names is of the chain on which it stands.

    roots : of that chain, by size
    """
    said = entry.body.get("surviving")
    if not isinstance(said, Mapping) or not isinstance(said.get("size"), int):
        return False
    return 0 < said["size"] <= entry.seq and roots.get(said["size"]) == said.get("root")


# what the other side gives back


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the other side holds of our own chain, beside what is here."""

    note: Note  # our head, signed by us and cosigned by the other side
    since: int
    cosigned: tuple[Note, ...]  # heads of both chains that both have signed, as the other side holds them
    entries: tuple[tuple[Entry, bytes], ...]  # all that it shows
    differs: (
        int | None
    )  # the first place at which the two differ; nothing where ours is a beginning of it, or it of ours

    def missing(self, have: int) -> tuple[tuple[Entry, bytes], ...]:
        """The entries that are not here."""
        return tuple((entry, line) for entry, line in self.entries if entry.seq >= have)


def give_back(
    *, notes: Sequence[str], party: str, lines: Sequence[bytes] | Chain, signer: Signer, since: int = 0
) -> Package:
    """A package with the other side's own chain, as it is held and was cosigned here.

    notes : all heads of both chains that both have signed: a side that went back has lost its cosignatures as well
    party : the other side
    lines : its lines, up to the longest of these heads
    """
    note = max((text for text in notes if _of(text) == party), key=lambda text: read_note(text).checkpoint.size)
    head = read_note(note).checkpoint
    chain = Chain.of(lines)
    proof: dict[str, object] = {
        "from": since,
        "to": head.size,
        "frontier": [peak.hex() for peak in chain.frontier(since).peaks],
        "consistency": [],
        "cosigned": sorted(set(notes)),
    }
    manifest = seal_bytes(canonical(manifest_of(head, proof, {})), MANIFEST_KIND, signer)
    return Package(note, tuple(chain.lines[since : head.size]), proof, {MANIFEST: manifest})


def _of(note: str) -> str:
    return read_note(note).checkpoint.party


def gives_back(package: Package, party: str) -> bool:
    """Whether a package brings a party's own chain back; nothing is verified yet."""
    try:
        note = read_note(package.checkpoint)
    except Refusal:
        return False
    return note.checkpoint.party == party and len(note.marks) == 2


def read_back(package: Package, *, keys: Keys, own: Sequence[bytes] | Chain, other: str) -> ReadBack | Fault:
    """What a package brings back of one's own chain, or what is wrong with it.

    keys : of both sides
    own : what is here of the own chain
    other : who gives it back
    """
    note, ours = read_note(package.checkpoint), Chain.of(own)
    party, head = note.checkpoint.party, note.checkpoint
    ring = grown_by_lines(keys, package.lines)
    if note.signer(ring) is None or note.cosigner(keys, other) is None:
        return Fault(party, None, "bad_checkpoint_signature", {"met": head.origin})
    try:
        since, frontier, _, notes = proof_of(package.proof)
        cosigned = tuple(made for made in map(read_note, notes) if _both(made, ring, party, other))
    except (KeyError, TypeError, ValueError, Refusal):
        return Fault(party, None, "bad_proof", {"met": ", ".join(package.proof)})
    if since > min(len(ours.lines), head.size) or ours.frontier(since).peaks != frontier.peaks:
        return Fault(party, 0, "gap", {"met": since, "expected": 0})
    entries = _entries(package.lines, ring, party, since)
    if isinstance(entries, Fault):
        return entries
    shown = Chain.of(package.lines) if since == 0 else ours.longer(package.lines)
    if frontier.extend(shown.leaves[len(shown.leaves) - len(entries) :]).root != head.root:
        return Fault(party, None, "checkpoint_mismatch", {"size": head.size})
    shown_lines = tuple(zip(entries, package.lines, strict=True))
    return ReadBack(note, since, cosigned, shown_lines, _differs(package, ours, since))


def _both(note: Note, keys: Keys, party: str, other: str) -> bool:
    """Whether a head of either chain carries the signatures of both."""
    whose = note.checkpoint.party
    cosigner = {party: other, other: party}.get(whose)
    return note.signer(keys) is not None and cosigner is not None and note.cosigner(keys, cosigner) is not None


def _entries(lines: Sequence[bytes], keys: Keys, party: str, since: int) -> list[Entry] | Fault:
    entries = []
    for seq, line in enumerate(lines, since):
        entry = unseal(line, keys, party=party, seq=seq)
        if isinstance(entry, Fault):
            return entry
        if (entry.party, entry.seq) != (party, seq):
            return Fault(party, entry.seq, "wrong_order", {"met": seq})
        entries.append(entry)
    return entries


def _differs(package: Package, ours: Chain, since: int) -> int | None:
    for seq, line in enumerate(package.lines, since):
        if seq < len(ours.lines) and ours.lines[seq] != line:
            return seq
    return None
