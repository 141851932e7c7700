"""A tree of hashes over a growing list: one root says what every leaf is, a short path shows it.

    MTH({})     = H()
    MTH({d})    = H(0x00 || d)
    MTH(D[0:n]) = H(0x01 || MTH(D[0:k]) || MTH(D[k:n])),  k the largest power of two below n

H is SHA-256, or the hash that is given (SM3). Source: RFC 6962 section 2.1; the verifications as RFC 9162
sections 2.1.3.2 and 2.1.4.2.
All functions take leaf hashes, so that what lies beneath a leaf need not be at hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from adjoin.core.entry import SHA256, Digest


def leaf_hash(data: bytes, digest: Digest = SHA256) -> bytes:
    """The hash that stands for one leaf: H(0x00 || data)."""
    return digest(b"\x00" + data)


def node_hash(left: bytes, right: bytes, digest: Digest = SHA256) -> bytes:
    """The hash of two neighbours: H(0x01 || left || right)."""
    return digest(b"\x01" + left + right)


@dataclass(frozen=True, slots=True)
class Frontier:
    """The few hashes that stand for a tree of any size, the roots of its full subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()
    digest: Digest = SHA256

    def add(self, leaf: bytes) -> "Frontier":
        """The frontier with one leaf more."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier with these leaves more."""
        peaks, size, digest = list(self.peaks), self.size, self.digest
        for leaf in leaves:
            carry, node = size, leaf
            while carry & 1:
                node = digest(b"\x01" + peaks.pop() + node)
                carry >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks), digest)

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.peaks:
            return self.digest(b"")
        return reduce(lambda right, left: node_hash(left, right, self.digest), reversed(self.peaks))

    @property
    def well_formed(self) -> bool:
        """Whether there are as many peaks as a tree of this size has."""
        return self.size >= 0 and self.size.bit_count() == len(self.peaks)


def root(leaves: Iterable[bytes], digest: Digest = SHA256) -> bytes:
    """The root over leaf hashes, O(n)."""
    return Frontier(digest=digest).extend(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int, digest: Digest = SHA256) -> list[bytes]:
    """The hashes that lead from one leaf to the root, lowest first, O(n).

    leaves : leaf hashes of the whole tree
    index : which leaf, from 0
    """
    if len(leaves) <= 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index, digest), root(leaves[k:], digest)]
    return [*inclusion_proof(leaves[k:], index - k, digest), root(leaves[:k], digest)]


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes, *, digest: Digest = SHA256
) -> bool:
    """Whether a leaf stands at this place of the tree of this size and root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found, digest)
            place, last = _right_edge(place, last)
        else:
            found = node_hash(found, sibling, digest)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def consistency_proof(leaves: Sequence[bytes], size: int, digest: Digest = SHA256) -> list[bytes]:
    """The hashes that show that the tree of the first `size` leaves is the beginning of this one, O(n)."""
    return _subproof(leaves, size, digest, whole=True) if 0 < size < len(leaves) else []


def verify_consistency(
    small: int, large: int, old: bytes, new: bytes, proof: Sequence[bytes], *, digest: Digest = SHA256
) -> bool:
    """Whether the tree of root `new` began as the tree of root `old`; nothing follows from an empty old tree."""
    if not 0 < small <= large:
        return False
    if small == large:
        return not proof and old == new
    path = [old, *proof] if small.bit_count() == 1 else list(proof)
    if not path:
        return False
    return _rebuilt(small, large, path, digest) == (old, new)


def _rebuilt(small: int, large: int, path: Sequence[bytes], digest: Digest) -> tuple[bytes, bytes] | None:
    place, last = small - 1, large - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            older, newer = node_hash(sibling, older, digest), node_hash(sibling, newer, digest)
            place, last = _right_edge(place, last)
        else:
            newer = node_hash(newer, sibling, digest)
        place, last = place >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _right_edge(place: int, last: int) -> tuple[int, int]:
    """Up past the levels on which a node at the right edge has no neighbour."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _subproof(leaves: Sequence[bytes], size: int, digest: Digest, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root(leaves, digest)]
    k = _split(len(leaves))
    if size <= k:
        return [*_subproof(leaves[:k], size, digest, whole=whole), root(leaves[k:], digest)]
    return [*_subproof(leaves[k:], size - k, digest, whole=False), root(leaves[:k], digest)]


def _split(count: int) -> int:
    """The largest power of two below a count."""
    return 1 << (count - 1).bit_length() - 1
