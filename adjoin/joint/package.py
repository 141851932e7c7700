"""The form of a package: the sender's head, the proof beside it, and the manifest that binds all of it.

    checkpoint              the sender's signed head
    entries.jsonl           one signed line an entry, from `from` to `to`
    proof.json              {from, to, frontier, consistency, cosigned}
    readings/manifest.json  signed: {origin, size, root, proof, files}, the last two by SHA-256
    readings/*.parquet, attachments/<sha256>

`frontier` stands for the entries before `from` (the roots of the full subtrees), so that a third person can
compute the root of the signed head from the entries that are shown.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjoin.core.entry import Package, canonical
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import entry_of, payload_of
from adjoin.joint.fault import Fault
from adjoin.joint.keys import Keys
from adjoin.joint.note import Checkpoint, Note, read_note
from adjoin.methods import merkle
from adjoin.methods.merkle import Frontier

MANIFEST = "readings/manifest.json"
MANIFEST_KIND = "application/vnd.adjoin.manifest+json"


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines of a chain that were verified before, with their fingerprints and leaf hashes."""

    lines: Sequence[bytes]
    prints: list[str]  # fingerprints
    leaves: list[bytes]

    @classmethod
    def of(cls, lines: Sequence[bytes]) -> "Chain":
        """The chain of some verified lines."""
        payloads = [payload_of(line) for line in lines]
        prints = [hashlib.sha256(payload).hexdigest() for payload in payloads]
        return cls(lines, prints, [merkle.leaf_hash(payload) for payload in payloads])

    def frontier(self, size: int) -> Frontier:
        """The frontier of its first `size` entries."""
        return Frontier().extend(self.leaves[:size])

    def roots(self, sizes: set[int]) -> dict[int, bytes]:
        """The roots at some sizes, in one pass."""
        frontier = Frontier()
        found = {0: frontier.root}
        for leaf in self.leaves:
            frontier = frontier.add(leaf)
            if frontier.size in sizes:
                found[frontier.size] = frontier.root
        return found

    @property
    def party(self) -> str | None:
        """Whose chain it is; nothing for an empty one."""
        return entry_of(self.lines[0]).party if self.lines else None


@dataclass(frozen=True, slots=True)
class Head:
    """The sender's signed head and the proof beside it, each of the right form."""

    note: Note
    since: int
    frontier: Frontier
    consistency: tuple[bytes, ...]
    cosigned: tuple[str, ...]

    @property
    def party(self) -> str:
        """Whose package it is."""
        return self.note.checkpoint.party

    @property
    def origin(self) -> str:
        """Whose chain, in which region."""
        return self.note.checkpoint.origin

    @property
    def size(self) -> int:
        """How many entries the chain has."""
        return self.note.checkpoint.size

    @classmethod
    def of(cls, package: Package, keys: Keys) -> "Head | Fault":
        """The head of a package, or what is wrong with it."""
        try:
            note = read_note(package.checkpoint)
        except Refusal as refusal:
            return Fault("", None, "bad_checkpoint", refusal.facts)
        party = note.checkpoint.party
        if not keys.of_party(party):
            return Fault(party, None, "unknown_key", {"key": note.checkpoint.origin})
        if note.signer(keys) is None or len(note.marks) != 1:
            return Fault(party, None, "bad_checkpoint_signature", {"met": note.checkpoint.origin})
        try:
            head = cls(note, *_proof(package.proof))
        except (KeyError, TypeError, ValueError):
            return Fault(party, None, "bad_proof", {"met": ", ".join(package.proof)})
        if not head.frontier.well_formed or not head.since <= head.size == package.proof["to"]:
            return Fault(party, None, "bad_proof", {"met": f"{package.proof['from']} - {package.proof['to']}"})
        return head


def sender(package: Package) -> str:
    """Whose package it is, as its checkpoint says; nothing is verified yet."""
    return read_note(package.checkpoint).checkpoint.party


def manifest_of(head: Checkpoint, proof: Mapping[str, object], files: Mapping[str, bytes]) -> dict[str, object]:
    """What one signature binds together: the head, the proof, and each file by its hash."""
    return {
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "proof": hashlib.sha256(canonical(dict(proof))).hexdigest(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }


def _proof(proof: Mapping[str, object]) -> tuple[int, Frontier, tuple[bytes, ...], tuple[str, ...]]:
    if set(proof) != {"from", "to", "frontier", "consistency", "cosigned"}:
        raise KeyError
    since, notes = proof["from"], proof["cosigned"]
    if not isinstance(since, int) or {type(since), type(proof["to"])} != {int} or since < 0:
        raise TypeError
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise TypeError
    return since, Frontier(since, _hashes(proof["frontier"])), _hashes(proof["consistency"]), tuple(notes)


def _hashes(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_hash(text) for text in value)


def _hash(text: str) -> bytes:
    found = bytes.fromhex(text)
    if len(found) != 32 or found.hex() != text:
        raise ValueError
    return found
