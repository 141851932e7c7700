"""Two sides in memory: each with its own chain and key, and what it holds of the other's."""

import hashlib
from datetime import date, datetime, timedelta

from adjoin.core.entry import SHA256, Seen, fingerprint_of, follow, suite_of
from adjoin.core.period import ZONE, Calendar
from adjoin.formats.procedures import procedures
from adjoin.joint import keys as keys_
from adjoin.joint import ledger
from adjoin.joint.envelope import entry_of, seal
from adjoin.joint.fold import fold_all
from adjoin.joint.keys import Ed25519Signer, Key, Keys, key_id_of
from adjoin.joint.note import cosign

REGION = "two-towns"
NOON = datetime(2026, 9, 1, 12, tzinfo=ZONE)
CALENDAR = Calendar({}, date(2026, 1, 1), date(2026, 12, 31))
SEEN_IT = ({"kind": "series", "ref": "mill-bridge/w21011"},)


def signer(party, office="office", **validity):
    return Ed25519Signer.of(hashlib.sha256(f"{party} {office}".encode()).digest(), party, office, **validity)


class QuickSigner:
    """Signs with a hash of key and bytes, for tests of everything but signatures: a thousand times quicker."""

    def __init__(self, party, office="office"):
        public = hashlib.sha256(f"quick {party} {office}".encode()).digest()
        self.key = Key(key_id_of(public), party, "quick", public, office)
        keys_._VERIFY["quick"] = quick_verify

    def sign(self, data):
        return hashlib.sha256(self.key.public + data).digest()


def quick_verify(public, data, signature):
    return hashlib.sha256(public + data).digest() == signature


class Side:
    def __init__(self, party, keys, signer_=None):
        self.party, self.keys, self.signer = party, keys, signer_ or signer(party)
        self.entries, self.lines, self.digest = [], [], SHA256
        self.peer_lines, self.cosigned_by_me, self.cosigned_by_peer = [], {}, {}

    def sign(self, kind, body, at=NOON, answers=None):
        before = self.entries[-1] if self.entries else None
        entry = follow(
            before, party=self.party, kind=kind, body=body, answers=answers, seen=self.seen(), at=at,
            key=self.signer.key.key_id, digest=self.digest,
        )  # fmt: skip
        self.entries.append(entry)
        self.lines.append(seal(entry, self.signer))
        return entry

    def seen(self):
        if not self.peer_lines:
            return None
        last = entry_of(self.peer_lines[-1])
        return Seen(last.party, last.seq, fingerprint_of(last, suite_of(entry_of(self.peer_lines[0]))))

    def open(self, case, procedure, move, roles, at=NOON, **said):
        facts = {"procedure": procedure, "roles": roles, "site": "mill-bridge", "quantity": "w21011", "finding": None}
        return self.move(case, move, at, **facts, **said)

    def move(self, case, move, at=NOON, reason="because", evidence=SEEN_IT, **more):
        body = {"case": case, "move": move, "by": "Li", "reason": reason, "evidence": list(evidence), **more}
        return self.sign("move", body, at)

    def package(self, since=None, files=None):
        since = max(self.cosigned_by_peer, default=0) if since is None else since
        notes = [made.note for made in self.cosigned_by_me.values()]
        return ledger.compose(
            region=REGION, party=self.party, lines=self.lines, since=since, signer=self.signer, peer_notes=notes,
            files=files,
        )  # fmt: skip

    def examine(self, package):
        return ledger.examine(package, keys=self.keys, known=self.peer_lines, own=self.lines, region=REGION)

    def take(self, package, at=NOON):
        seen = self.examine(package)
        if seen.faults:
            return seen
        self.peer_lines += [line for _, line in seen.new]
        size = seen.checkpoint.checkpoint.size
        if size > max(self.cosigned_by_me, default=0):
            note = cosign(seen.checkpoint.text, self.signer, at)
            self.cosigned_by_me[size] = ledger.Cosigned(size, at, note)
        for made in seen.cosigned:
            self.cosigned_by_peer.setdefault(made.size, made)
        return seen

    def folded(self, now=NOON + timedelta(days=1)):
        peer = [entry_of(line) for line in self.peer_lines]
        other = peer[0].party if peer else "?"
        made = {self.party: self.cosigned_by_peer.values(), other: self.cosigned_by_me.values()}
        return fold_all(
            [*self.entries, *peer],
            procedures=procedures(), delivered=ledger.deliveries(made), calendar=CALENDAR, now=now,
        )  # fmt: skip

    def case(self, case, now=NOON + timedelta(days=1)):
        return next((each for each in self.folded(now).cases if each.id == case), None)


def two_sides(*, quick=False):
    signers = {party: QuickSigner(party) if quick else signer(party) for party in ("east", "west")}
    keys = Keys.of([each.key for each in signers.values()])
    return tuple(Side(party, keys, each) for party, each in signers.items())


def exchange(east, west, at=NOON):
    """Packages both ways until both know what the other has cosigned."""
    for _ in range(2):
        assert not west.take(east.package(), at).faults
        assert not east.take(west.package(), at).faults
