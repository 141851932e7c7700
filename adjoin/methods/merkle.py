"""A tree of hashes over a growing list: one root says what every leaf is, a short path shows it.

    MTH({})     = H()
    MTH({d})    = H(0x00 || d)
    MTH(D[0:n]) = H(0x01 || MTH(D[0:k]) || MTH(D[k:n])),  k the largest power of two below n

H is SHA-256. Source: RFC 6962 section 2.1; the verifications as RFC 9162 sections 2.1.3.2 and 2.1.4.2.
All functions take leaf hashes, so that what lies beneath a leaf need not be at hand.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash that stands for one leaf: H(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours: H(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The few hashes that stand for a tree of any size, the roots of its full subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def add(self, leaf: bytes) -> "Frontier":
        """The frontier with one leaf more."""
        peaks, carry = [*self.peaks, leaf], self.size
        while carry & 1:
            right = peaks.pop()
            peaks.append(node_hash(peaks.pop(), right))
            carry >>= 1
        return Frontier(self.size + 1, tuple(peaks))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier with these leaves more."""
        return reduce(Frontier.add, leaves, self)

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return reduce(lambda right, left: node_hash(left, right), reversed(self.peaks)) if self.peaks else EMPTY

    @property
    def well_formed(self) -> bool:
        """Whether there are as many peaks as a tree of this size has."""
        return self.size >= 0 and self.size.bit_count() == len(self.peaks)


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, O(n)."""
    return Frontier().extend(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from one leaf to the root, lowest first, O(n).

    leaves : leaf hashes of the whole tree
    index : which leaf, from 0
    """
    if len(leaves) <= 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index), root(leaves[k:])]
    return [*inclusion_proof(leaves[k:], index - k), root(leaves[:k])]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether a leaf stands at this place of the tree of this size and root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _right_edge(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """The hashes that show that the tree of the first `size` leaves is the beginning of this one, O(n)."""
    return _subproof(leaves, size, whole=True) if 0 < size < len(leaves) else []


def verify_consistency(small: int, large: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of root `new` began as the tree of root `old`; nothing follows from an empty old tree."""
    if not 0 < small <= large:
        return False
    if small == large:
        return not proof and old == new
    path = [old, *proof] if small.bit_count() == 1 else list(proof)
    if not path:
        return False
    return _rebuilt(small, large, path) == (old, new)


def _rebuilt(small: int, large: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    place, last = small - 1, large - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            place, last = _right_edge(place, last)
        else:
            newer = node_hash(newer, sibling)
        place, last = place >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _right_edge(place: int, last: int) -> tuple[int, int]:
    """Up past the levels on which a node at the right edge has no neighbour."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _subproof(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if size <= k:
        return [*_subproof(leaves[:k], size, whole=whole), root(leaves[k:])]
    return [*_subproof(leaves[k:], size - k, whole=False), root(leaves[:k])]


def _split(count: int) -> int:
    """The largest power of two below a count."""
    return 1 << (count - 1).bit_length() - 1
