"""Two chains, no host: what one party hands over, and what the other makes of it.

Each party signs one chain of entries and keeps a verified copy of the other's. A package carries entries from one
seq on, the sender's signed head, and proof: the frontier of the tree before the first entry, the consistency of
the two heads, and all the cosignatures that the sender made of the receiver's heads, so that both know the same
first day on which an entry was covered. One signed manifest names proof and files.

`examine` reads a package against what is held. Any fault, and nothing of it is taken: a fault names whose chain
and which entry. A package that says nothing new changes nothing, and that is said too. `verify` is the same for
a third person who holds only the package and the keys.

What each layer shows is tabled in `docs/explanation/ledger.md`.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import cast

from adjoin.core.entry import START, Entry, Package, canonical
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import entry_of, payload_of, seal_bytes, strict_json, unseal, unseal_bytes
from adjoin.joint.fault import Fault
from adjoin.joint.keys import Keys, Signer
from adjoin.joint.note import Checkpoint, Note, origin_of, read_note, sign_note
from adjoin.joint.package import MANIFEST, MANIFEST_KIND, Chain, Head, manifest_of
from adjoin.methods import merkle


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


def compose(
    *,
    region: str,
    party: str,
    lines: Sequence[bytes],
    signer: Signer,
    peer_notes: Iterable[str] = (),
    since: int = 0,
    files: Mapping[str, bytes] | None = None,
) -> Package:
    """The package that a party hands over.

    lines : the signed lines of its whole chain
    since : the first entry to send: the size that the other party last cosigned
    peer_notes : the other party's checkpoints that this one cosigned, as cosigned; of one size the earliest counts
    files : readings/*.parquet and attachments/<sha256>
    """
    chain = Chain.of(lines)
    head = Checkpoint(origin_of(region, party), len(lines), chain.frontier(len(lines)).root)
    frontier = chain.frontier(since)
    proof: dict[str, object] = {
        "from": since,
        "to": len(lines),
        "frontier": [peak.hex() for peak in frontier.peaks],
        "consistency": [each.hex() for each in merkle.consistency_proof(chain.leaves, since)],
        "cosigned": list(_by_size(peer_notes).values()),
    }
    content = dict(sorted((files or {}).items()))
    manifest = seal_bytes(canonical(manifest_of(head, proof, content)), MANIFEST_KIND, signer)
    return Package(sign_note(head, signer), tuple(lines[since:]), proof, {**content, MANIFEST: manifest})


def examine(package: Package, *, keys: Keys, known: Sequence[bytes], own: Sequence[bytes], region: str) -> Examined:
    """What a package holds beyond what is held, or what is wrong with it.

    known : the lines of the sender's chain, as verified before
    own : the receiver's own lines
    region : the name of the region that both govern
    """
    head = Head.of(package, keys)
    if isinstance(head, Fault):
        return _nothing(head.party, head)
    if head.origin != origin_of(region, head.party):
        return _nothing(head.party, Fault(head.party, None, "other_region", {"met": head.origin, "expected": region}))
    ours = Chain.of(own)
    if ours.party == head.party:
        return _nothing(head.party, Fault(head.party, None, "own_package"))
    return _Reading(package, keys, head, Chain.of(known), ours).examined()


def verify(package: Package, keys: Keys) -> list[Fault]:
    """What is wrong with a package, as a third person can see it who holds only the package and the keys."""
    head = Head.of(package, keys)
    return [head] if isinstance(head, Fault) else _Reading(package, keys, head, None, None).faults()


def deliveries(cosigned: Mapping[str, Iterable[Cosigned]]) -> Callable[[Entry], datetime | None]:
    """When an entry was delivered: the earliest cosignature of a head of its chain that covers it.

    cosigned : party -> cosignatures of its heads by the other side
    """
    rows = {party: sorted((each.at, each.size) for each in made) for party, made in cosigned.items()}

    def delivered(entry: Entry) -> datetime | None:
        return next((at for at, size in rows.get(entry.party, ()) if size > entry.seq), None)

    return delivered


@dataclass(slots=True)
class _Reading:
    """One package read against what is held; for a third person nothing is held."""

    package: Package
    keys: Keys
    head: Head
    known: Chain | None
    own: Chain | None
    new: list[tuple[Entry, bytes]] = field(default_factory=list)
    cosigned: list[Cosigned] = field(default_factory=list)

    def examined(self) -> Examined:
        """The package as its receiver sees it."""
        faults = self.faults()
        if faults:
            return _nothing(self.head.party, *faults)
        notes = () if self.new else (self._nothing_new(),)
        return Examined(self.head.party, tuple(self.new), (), notes, tuple(self.cosigned), self.head.note)

    def faults(self) -> list[Fault]:
        """Everything wrong with it; a gap to what is held alone, since nothing after it can be judged."""
        if self.known is not None and self.head.since > len(self.known.lines):
            return [self._gap(len(self.known.lines), self.head.since)]
        found = self._lines()
        found += self._cosignatures() + self._manifest()
        return found or self._seen() + self._tree() + self._tail()

    def _fault(self, fault: str, seq: int | None = None, *evidence: bytes, **facts: object) -> Fault:
        return Fault(self.head.party, seq, fault, facts, evidence)

    def _gap(self, expected: int, met: int) -> Fault:
        return self._fault("gap", expected, met=met, expected=expected)

    # entries: each signed, by the sender, following the one before

    def _lines(self) -> list[Fault]:
        found: list[Fault] = []
        place, before = self.head.since, self._print_before()
        for line in self.package.lines:
            if self._held(place) == line:
                before = self._known_print(place)
                place += 1
                continue
            entry = unseal(line, self.keys, party=self.head.party, seq=place)
            if isinstance(entry, Fault):
                found.append(entry)
                place, before = place + 1, None
                continue
            fault = self._misplaced(entry, line, place, before)
            found += [fault] if fault else []
            self.new.append((entry, line))
            place, before = entry.seq + 1, hashlib.sha256(payload_of(line)).hexdigest()
        return found or self._all_there(place)

    def _misplaced(self, entry: Entry, line: bytes, place: int, before: str | None) -> Fault | None:
        if entry.party != self.head.party:
            return self._fault("other_party", place, met=entry.party)
        if entry.seq != place:
            missing = len(self.package.lines) < self.head.size - self.head.since
            out = self._fault("wrong_order", entry.seq, met=place)
            return self._gap(place, entry.seq) if missing and entry.seq > place else out
        held = self._held(place)
        if held is not None:
            return self._fault("fork", place, held, line)
        if before is None or entry.prev == before:
            return None
        last = self._held(place - 1)
        return self._fault("fork", place, last, line) if last else self._fault("prev_mismatch", place, met=entry.prev)

    def _all_there(self, place: int) -> list[Fault]:
        size = self.head.size
        return [] if place == size else [self._fault("entries_missing", place, met=place, expected=size)]

    def _held(self, place: int) -> bytes | None:
        """The line of the sender's chain that is held at a place."""
        return self.known.lines[place] if self.known is not None and place < len(self.known.lines) else None

    def _known_print(self, place: int) -> str | None:
        return self.known.prints[place] if self.known is not None else None

    def _print_before(self) -> str | None:
        return START if self.head.since == 0 else self._known_print(self.head.since - 1)

    # what entries say they had seen of our chain

    def _seen(self) -> list[Fault]:
        if self.own is None or self.known is None:
            return self._seen_back(None)
        names = {*self.known.prints, *self.own.prints}
        found = self._seen_back(entry_of(self.known.lines[-1]) if self.known.lines else None)
        for entry, line in self.new:
            if entry.seen is not None and not self._is_ours(entry):
                found.append(self._fault("seen_unknown", entry.seq, met=entry.seen.seq, have=len(self.own.lines)))
            if entry.answers is not None and entry.answers not in names:
                found.append(self._fault("answers_unknown", entry.seq, met=entry.answers))
            names.add(hashlib.sha256(payload_of(line)).hexdigest())
        return found

    def _is_ours(self, entry: Entry) -> bool:
        own, seen = cast("Chain", self.own), entry.seen
        return seen is not None and seen.seq < len(own.prints) and own.prints[seen.seq] == seen.fingerprint

    def _seen_back(self, last: Entry | None) -> list[Fault]:
        """What was seen once cannot be unseen."""
        found = []
        for entry, _ in self.new:
            if last is not None and _seen_size(entry) < _seen_size(last):
                found.append(self._fault("seen_back", entry.seq, met=_seen_size(entry), expected=_seen_size(last)))
            last = entry
        return found

    # the tree over the entries, and the signed head

    def _tree(self) -> list[Fault]:
        before = self.head.frontier if self.known is None else self.known.frontier(self.head.since)
        after = before.extend(merkle.leaf_hash(payload_of(line)) for line in self.package.lines)
        if before.peaks != self.head.frontier.peaks:
            return [self._fault("frontier_mismatch", self.head.since)]
        if after.root != self.head.note.checkpoint.root:
            return [self._fault("checkpoint_mismatch", None, self.package.checkpoint.encode(), size=self.head.size)]
        return [] if self._consistent(before.root) else [self._fault("inconsistent", self.head.since)]

    def _consistent(self, before: bytes) -> bool:
        since, proof = self.head.since, self.head.consistency
        if since == 0:
            return not proof
        return merkle.verify_consistency(since, self.head.size, before, self.head.note.checkpoint.root, proof)

    # a head that is shorter than what is held: an older package, or a tail that was cut

    def _tail(self) -> list[Fault]:
        """A cut tail is shown where the sender cosigned more of our chain than its next entry had seen when signed."""
        if self.known is None or self.head.size >= len(self.known.lines):
            return []
        following = entry_of(self.known.lines[self.head.size])
        newest = max((each.size for each in self.cosigned), default=0)
        if newest <= _seen_size(following):
            return []
        return [self._fault("tail_cut", self.head.size, met=self.head.size, held=len(self.known.lines))]

    def _nothing_new(self) -> Fault:
        held = len(self.known.lines) if self.known is not None else 0
        fault = "older_package" if self.head.size < held else "repeated_package"
        return self._fault(fault, met=self.head.size, held=held)

    # what the sender cosigned of our heads

    def _cosignatures(self) -> list[Fault]:
        sizes: list[int] = []
        found: list[Fault] = []
        for text in self.head.cosigned:
            made = self._cosignature(text)
            if isinstance(made, Fault):
                found.append(made)
                continue
            sizes.append(made.size)
            self.cosigned.append(made)
        if any(one >= other for one, other in pairwise(sizes)):
            found.append(self._fault("cosigned_order"))
        return found + ([] if self.own is None else self._other_heads(self.own))

    def _cosignature(self, text: str) -> Cosigned | Fault:
        try:
            note = read_note(text)
        except Refusal as refusal:
            return Fault(self.head.party, None, "bad_cosignature", refusal.facts)
        head, made = note.checkpoint, note.cosigner(self.keys, self.head.party)
        if made is None or len(note.marks) != 2 or note.signer(self.keys) is None or not made[0].valid(made[1]):
            return self._fault("bad_cosignature", met=head.origin)
        if head.party == self.head.party or head.region != self.head.note.checkpoint.region:
            return self._fault("bad_cosignature", met=head.origin)
        return Cosigned(head.size, made[1], text)

    def _other_heads(self, own: Chain) -> list[Fault]:
        """Heads of our chain that are not of our chain as it is held here."""
        if any(read_note(each.note).checkpoint.party != own.party for each in self.cosigned if own.party):
            return [self._fault("bad_cosignature", met=", ".join(each.note.split("\n")[0] for each in self.cosigned))]
        roots = own.roots({each.size for each in self.cosigned})
        heads = {each.size: read_note(each.note).checkpoint for each in self.cosigned}
        longer = max((size for size in heads if size > len(own.lines)), default=None)
        if longer is not None:
            return [Fault(heads[longer].party, len(own.lines), "own_tail_cut", {"met": longer, "have": len(own.lines)})]
        return [
            Fault(head.party, None, "own_rewritten", {"size": size}, (head.body.encode(),))
            for size, head in heads.items()
            if roots[size] != head.root
        ]

    # readings and attachments

    def _manifest(self) -> list[Fault]:
        line = self.package.files.get(MANIFEST)
        if line is None:
            return [self._fault("manifest_missing")]
        opened = unseal_bytes(line, MANIFEST_KIND, self.keys)
        if isinstance(opened, Fault):
            return [self._fault("bad_manifest", why=opened.fault)]
        payload, key = opened
        said = strict_json(payload)
        if key.party != self.head.party or not isinstance(said, dict) or not isinstance(said.get("files"), dict):
            return [self._fault("bad_manifest", why="not_the_signer")]
        files = {name: data for name, data in self.package.files.items() if name != MANIFEST}
        return self._differences(said, manifest_of(self.head.note.checkpoint, self.package.proof, files))

    def _differences(self, said: Mapping[str, object], met: Mapping[str, object]) -> list[Fault]:
        if said.keys() != met.keys():
            return [self._fault("bad_manifest", why="bad_proof")]
        other = [key for key in met if key != "files" and said[key] != met[key]]
        listed, held = cast("dict[str, str]", said["files"]), cast("dict[str, str]", met["files"])
        names = [
            name for name in sorted({*listed, *held}) if listed.get(name) != held.get(name) or _misnamed(name, held)
        ]
        found = [self._fault("manifest_mismatch", met=", ".join(other))] if other else []
        return found + [self._fault(_KINDS[name.startswith("attachments/")], name=name) for name in names]


_KINDS = {True: "attachment_mismatch", False: "readings_mismatch"}


def _misnamed(name: str, held: Mapping[str, str]) -> bool:
    """Whether an attachment does not go by its own hash."""
    return name.startswith("attachments/") and name != f"attachments/{held[name]}"


def _nothing(party: str, *faults: Fault) -> Examined:
    return Examined(party, (), faults, (), (), None)


def _seen_size(entry: Entry) -> int:
    return entry.seen.seq + 1 if entry.seen else 0


def _by_size(notes: Iterable[str]) -> dict[int, str]:
    """Of each size the cosigned note that was made first."""
    found: dict[int, tuple[int, str]] = {}
    for text in notes:
        note = read_note(text)
        at = int.from_bytes(note.marks[-1].blob[:8])
        found[note.checkpoint.size] = min(found.get(note.checkpoint.size, (at, text)), (at, text))
    return {size: found[size][1] for size in sorted(found)}
