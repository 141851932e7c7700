"""One package read against what is held: each entry, the head, the proofs, the files.

A fault names whose chain and which entry; what is right is kept aside until nothing is wrong. `ledger.py` says what
a package is and what becomes of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import cast

from adjoin.core.entry import START, Digest, Entry, Package, suite_of
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import entry_of, payload_of, strict_json, unseal, unseal_bytes
from adjoin.joint.fault import Fault
from adjoin.joint.fork import stands
from adjoin.joint.keys import Keys
from adjoin.joint.note import read_note
from adjoin.joint.package import MANIFEST, MANIFEST_KIND, Chain, Cosigned, Examined, Head, manifest_of
from adjoin.joint.ring import after
from adjoin.methods import merkle
from adjoin.methods.merkle import Frontier


@dataclass(slots=True)
class Reading:
    """One package read against what is held; for a third person nothing is held."""

    package: Package
    keys: Keys
    head: Head
    known: Chain | None
    own: Chain | None
    now: datetime | None
    trusted: Collection[str] = ()
    new: list[tuple[Entry, bytes]] = field(default_factory=list)
    cosigned: list[Cosigned] = field(default_factory=list)
    delivered: list[Cosigned] = field(default_factory=list)

    def examined(self) -> Examined:
        """The package as its receiver sees it."""
        faults = self.faults()
        if faults:
            return Examined(self.head.party, (), tuple(faults), (), (), None)
        notes = () if self.new else (self._nothing_new(),)
        made, ours, head = tuple(self.cosigned), tuple(self.delivered), self.head
        return Examined(head.party, tuple(self.new), (), notes, made, head.note, ours, head.since)

    def faults(self) -> list[Fault]:
        """Everything wrong with it; a gap to what is held alone, since nothing after it can be judged."""
        if self.known is not None and self.head.since > len(self.known.lines):
            return [self._gap(len(self.known.lines), self.head.since)]
        found = self._lines()
        found += self._head() + self._cosignatures() + self._manifest()
        return found or self._seen() + self._tree() + self._tail() + self._forks()

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
            fault = self._misplaced(entry, line, place, before) or self._of_keys(entry)
            found += [fault] if fault else []
            self.new.append((entry, line))
            place, before = entry.seq + 1, self.digest(payload_of(line)).hex()
        branch = [fault for fault in found if fault.fault == "fork"]  # where it begins is enough
        return [fault for fault in found if fault not in branch[1:]] or self._all_there(place)

    def _of_keys(self, entry: Entry) -> Fault | None:
        """What is wrong with what an entry says of keys; from the next line on what it says holds."""
        told = after(self.keys, entry)
        if isinstance(told, Fault):
            return told
        self.keys = told
        return None

    @property
    def digest(self) -> Digest:
        """The hash of the sender's chain, as its proof names it."""
        return self.head.frontier.digest

    # the head: signed by a key that could sign it, under the hash that the first entry fixes

    def _head(self) -> list[Fault]:
        first = self.new[0][0] if self.new and self.head.since == 0 and not self._held(0) else None
        held = self.known.digest if self.known is not None and self.known.lines else None
        try:
            expected = suite_of(first) if first is not None else held or self.digest
        except Refusal as refusal:
            return [self._fault("other_suite", 0, **refusal.facts)]
        if expected is not self.digest:
            return [self._fault("other_suite", 0, met=str(self.package.proof.get("suite", "sha256")))]
        return [] if self._key_holds() else [self._fault("head_key_not_valid", None, **self._validity())]

    def _key_holds(self) -> bool:
        """Whether the key could sign this head: by place, by the last entry's time, and of a new head by our clock."""
        key = self.keys.get(self.head.key.key_id) or self.head.key
        if key.last is not None and self.head.size - 1 > key.last:
            return False
        if not self.new:
            return True
        return key.valid(self.new[-1][0].at, self.head.size - 1) and (self.now is None or key.valid(self.now))

    def _validity(self) -> dict[str, object]:
        key = self.keys.get(self.head.key.key_id) or self.head.key
        facts = {"since": key.since, "until": key.until}
        return {"key": key.key_id, **{name: at.isoformat() if at else "—" for name, at in facts.items()}}

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
            names.add(self.digest(payload_of(line)).hex())
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
        held = self.known.frontier(self.head.since) if self.known is not None and self.known.lines else None
        before = held or (self.head.frontier if self.known is None else Frontier(digest=self.digest))
        leaves = [merkle.leaf_hash(payload_of(line), self.digest) for line in self.package.lines]
        whole = before.extend(leaves)
        if before.peaks != self.head.frontier.peaks:
            return [self._fault("frontier_mismatch", self.head.since)]
        if whole.root != self.head.note.checkpoint.root:
            return [self._fault("checkpoint_mismatch", None, self.package.checkpoint.encode(), size=self.head.size)]
        return [] if self._consistent(before.root) else [self._fault("inconsistent", self.head.since)]

    def _consistent(self, before: bytes) -> bool:
        since, proof = self.head.since, self.head.consistency
        if since == 0:
            return not proof
        root = self.head.note.checkpoint.root
        return merkle.verify_consistency(since, self.head.size, before, root, proof, digest=self.digest)

    # an entry that ends a fork: of the chain on which it stands, or the other side's signature under the same

    def _forks(self) -> list[Fault]:
        ends = [entry for entry, _ in self.new if entry.kind == "surviving-head"]
        own = [entry for entry in ends if entry.body.get("party") == self.head.party]
        found = [self._fault("surviving_elsewhere", entry.seq) for entry in own if not self._stands(entry)]
        return found + [
            self._fault("surviving_unknown", entry.seq) for entry in ends if entry not in own and entry.answers is None
        ]

    def _stands(self, entry: Entry) -> bool:
        said = entry.body.get("surviving")
        size = said.get("size") if isinstance(said, Mapping) else None
        if self.known is None or not isinstance(size, int) or not 0 < size <= entry.seq:
            return self.known is None
        leaves = [merkle.leaf_hash(payload_of(line), self.digest) for _, line in self.new]
        start = self.new[0][0].seq
        before = Chain(self.known.lines, self.known.prints, self.known.leaves[:start] + leaves, self.digest)
        return stands(entry, {size: root.hex() for size, root in before.roots({size}).items()})

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
        found += self._delivered()
        return found + ([] if self.own is None else self._other_heads(self.own))

    def _delivered(self) -> list[Fault]:
        """The sender's own heads that it says the receiver has cosigned: both signatures must hold."""
        found = []
        others = {key.party for key in self.keys.rows} - {self.head.party}
        for text in self.head.delivered:
            made = _both_signed(text, self.keys, self.head.party, others)
            if made is None:
                found.append(self._fault("bad_cosignature", met=text[:40]))
            else:
                self.delivered.append(made)
        return found

    def _cosignature(self, text: str) -> Cosigned | Fault:
        try:
            note = read_note(text)
        except Refusal as refusal:
            return Fault(self.head.party, None, "bad_cosignature", refusal.facts)
        head = note.checkpoint
        if text in self.trusted:
            return Cosigned(head.size, note.marks[1].time, text)
        made = note.cosigner(self.keys, self.head.party)
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


def _both_signed(text: str, keys: Keys, party: str, others: set[str]) -> Cosigned | None:
    """A head of a party that it and another one signed."""
    try:
        note = read_note(text)
    except Refusal:
        return None
    by = next((made for other in others if (made := note.cosigner(keys, other)) is not None), None)
    if by is None or note.checkpoint.party != party or note.signer(keys) is None:
        return None
    return Cosigned(note.checkpoint.size, by[1], text)


_KINDS = {True: "attachment_mismatch", False: "readings_mismatch"}


def _misnamed(name: str, held: Mapping[str, str]) -> bool:
    """Whether an attachment does not go by its own hash."""
    return name.startswith("attachments/") and name != f"attachments/{held[name]}"


def _seen_size(entry: Entry) -> int:
    return entry.seen.seq + 1 if entry.seen else 0
