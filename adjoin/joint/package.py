"""The form of a package: the sender's head, the proof beside it, and the manifest that binds all of it.

    checkpoint              the sender's signed head
    entries.jsonl           one signed line an entry, from `from` to `to`
    proof.json              {from, to, frontier, consistency, cosigned}, and where it is so: suite (not SHA-256),
                            delivered (heads of the sender that the receiver cosigned: all from entry 0, else the last)
    readings/manifest.json  signed: {origin, size, root, proof, files}, the last two by SHA-256
    readings/*.parquet, attachments/<sha256>

`frontier` stands for the entries before `from` (the roots of the full subtrees), so that a third person can
compute the root of the signed head from the entries that are shown.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adjoin.core.entry import SHA256, SUITES, Digest, Entry, Package, canonical, suite_of
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import entry_of, payload_of
from adjoin.joint.fault import Fault
from adjoin.joint.keys import Key, Keys
from adjoin.joint.note import Checkpoint, Note, read_note
from adjoin.methods import merkle
from adjoin.methods.merkle import Frontier

MANIFEST = "readings/manifest.json"
MANIFEST_KIND = "application/vnd.adjoin.manifest+json"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature: at this time the other party had verified a head of this size."""

    size: int
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What a package holds: with a fault nothing of it is to be taken."""

    party: str  # the sender
    new: tuple[tuple[Entry, bytes], ...]  # entries not held before, with their signed lines, in order
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]  # worth saying, nothing wrong: a package that repeats, or is older than what is held
    cosigned: tuple[Cosigned, ...]  # what the sender cosigned of our chain
    checkpoint: Note | None  # the sender's head, to be cosigned where it is longer than the last
    delivered: tuple[Cosigned, ...] = ()  # heads of the sender that we cosigned, as it holds them: we must know them
    since: int = 0  # the first entry that the package shows


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines of a chain that were verified before, with their fingerprints and leaf hashes."""

    lines: Sequence[bytes]
    prints: list[str]  # fingerprints
    leaves: list[bytes]
    digest: Digest = SHA256  # as its first entry fixes it
    party: str | None = None  # whose it is; nothing for an empty one

    @classmethod
    def of(cls, lines: "Sequence[bytes] | Chain") -> "Chain":
        """The chain of some verified lines."""
        if isinstance(lines, Chain):
            return lines
        first = entry_of(lines[0]) if lines else None
        digest = suite_of(first)
        payloads = [payload_of(line) for line in lines]
        prints = [digest(payload).hex() for payload in payloads]
        return cls(
            tuple(lines),
            prints,
            [merkle.leaf_hash(payload, digest) for payload in payloads],
            digest,
            first.party if first else None,
        )

    def longer(self, lines: Sequence[bytes]) -> "Chain":
        """The chain with some verified lines more."""
        if not self.lines:
            return Chain.of(lines)
        payloads = [payload_of(line) for line in lines]
        leaves = [merkle.leaf_hash(payload, self.digest) for payload in payloads]
        prints = [self.digest(payload).hex() for payload in payloads]
        return Chain((*self.lines, *lines), self.prints + prints, self.leaves + leaves, self.digest, self.party)

    def frontier(self, size: int) -> Frontier:
        """The frontier of its first `size` entries."""
        return Frontier(digest=self.digest).extend(self.leaves[:size])

    def roots(self, sizes: set[int]) -> dict[int, bytes]:
        """The roots at some sizes, in one pass."""
        frontier = Frontier(digest=self.digest)
        found = {}
        for size in sorted(size for size in sizes if size <= len(self.leaves)):
            frontier = frontier.extend(self.leaves[frontier.size : size])
            found[size] = frontier.root
        return found


@dataclass(frozen=True, slots=True)
class Head:
    """The sender's signed head and the proof beside it, each of the right form."""

    note: Note
    key: Key  # which signed it
    since: int
    frontier: Frontier
    consistency: tuple[bytes, ...]
    cosigned: tuple[str, ...]
    delivered: tuple[str, ...]

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
        signer = note.signer(keys)
        if signer is None or signer.root or len(note.marks) != 1:
            return Fault(party, None, "bad_checkpoint_signature", {"met": note.checkpoint.origin})
        try:
            head = cls(note, signer, *proof_of(package.proof), _delivered(package.proof))
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


def proof_of(proof: Mapping[str, object]) -> tuple[int, Frontier, tuple[bytes, ...], tuple[str, ...]]:
    """From where, the frontier there, the consistency path and the cosignatures that a proof names.

    Anything else is a KeyError, TypeError or ValueError.
    """
    if set(proof) - {"suite", "delivered"} != {"from", "to", "frontier", "consistency", "cosigned"}:
        raise KeyError
    digest = SUITES[str(proof.get("suite", "sha256"))]
    since, notes = proof["from"], proof["cosigned"]
    if not isinstance(since, int) or {type(since), type(proof["to"])} != {int} or since < 0:
        raise TypeError
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise TypeError
    return since, Frontier(since, _hashes(proof["frontier"]), digest), _hashes(proof["consistency"]), tuple(notes)


def _delivered(proof: Mapping[str, object]) -> tuple[str, ...]:
    notes = proof.get("delivered", [])
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise TypeError
    return tuple(notes)


def _hashes(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_hash(text) for text in value)


def _hash(text: str) -> bytes:
    found = bytes.fromhex(text)
    if len(found) != 32 or found.hex() != text:
        raise ValueError
    return found
