"""A whole chain checked in parts, each in its own process: form, order, links, and the root that a signed head names.

Signatures of old entries need not be checked again: the cosigned head binds every byte under it. A part gives the
fingerprint before its first entry and after its last, and the roots of the full subtrees it fills; parts are joined
in order. Parts begin at multiples of `WIDTH`, a power of two, so that each but the last is one subtree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adjoin.core.entry import SHA256, START, Digest
from adjoin.joint.envelope import quick_payload, strict_json
from adjoin.joint.fault import Fault
from adjoin.methods.merkle import Frontier

WIDTH = 2**14


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a chain shows by itself."""

    since: int
    size: int
    first_prev: str  # what its first entry names as the fingerprint before it
    last_print: str  # the fingerprint of its last entry
    peaks: tuple[bytes, ...]
    faults: tuple[Fault, ...]


def part(party: str, since: int, lines: Iterable[bytes], digest: Digest = SHA256) -> Part:
    """Some lines of a chain from a place on: each in the one canonical form, of this party, at its place, linked."""
    faults: list[Fault] = []
    leaves: list[bytes] = []
    first, before, place = "", "", since
    for line in lines:
        payload = quick_payload(line)
        entry = None if payload is None else strict_json(payload)
        if payload is None or not isinstance(entry, dict):
            faults.append(Fault(party, place, "not_canonical"))
            payload, entry = line, {}
        faults += _misplaced(party, place, entry, before)
        first = first or str(entry.get("prev"))
        before = digest(payload).hex()
        leaves.append(digest(b"\x00" + payload))
        place += 1
    return Part(since, place - since, first, before, Frontier(digest=digest).extend(leaves).peaks, tuple(faults))


def joined(party: str, parts: Sequence[Part], root: bytes | None, digest: Digest = SHA256) -> list[Fault]:
    """What is wrong with a chain of parts: within them, between them, and against the root of its signed head."""
    found = [fault for each in parts for fault in each.faults]
    before, whole = START, Frontier(digest=digest)
    for each in parts:
        if each.size and each.first_prev != before:
            found.append(Fault(party, each.since, "prev_mismatch", {"met": each.first_prev}))
        before = each.last_print or before
        whole = _after(whole, each)
    if root is not None and whole.root != root:
        found.append(Fault(party, None, "checkpoint_mismatch", {"size": whole.size}))
    return found


def _misplaced(party: str, place: int, entry: dict[str, object], before: str) -> list[Fault]:
    if entry.get("party") != party and entry:
        return [Fault(party, place, "other_party", {"met": str(entry.get("party"))[:40]})]
    if entry.get("seq") != place and entry:
        return [Fault(party, place, "wrong_order", {"met": str(entry.get("seq"))[:20]})]
    if before and entry and entry.get("prev") != before:
        return [Fault(party, place, "prev_mismatch", {"met": str(entry.get("prev"))[:64]})]
    return []


def _after(whole: Frontier, each: Part) -> Frontier:
    """A tree of full parts with one more part beside it: its subtrees are joined like leaves of their own size."""
    peaks, carry = list(whole.peaks), whole.size // WIDTH
    if each.size < WIDTH:
        return Frontier(whole.size + each.size, (*peaks, *each.peaks), whole.digest)
    node = each.peaks[0]
    while carry & 1:
        node = whole.digest(b"\x01" + peaks.pop() + node)
        carry >>= 1
    return Frontier(whole.size + each.size, (*peaks, node), whole.digest)
