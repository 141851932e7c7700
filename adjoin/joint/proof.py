"""That one entry stands in a chain, shown without the rest: its line, its place, a path, and a head that both signed.

A file that a third person can check with the public keys alone: {line, index, size, path, note}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjoin.core.entry import SUITES, Entry, canonical
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import payload_of, unseal
from adjoin.joint.fault import Fault
from adjoin.joint.keys import Keys
from adjoin.joint.note import read_note
from adjoin.joint.package import Chain
from adjoin.methods import merkle


@dataclass(frozen=True, slots=True)
class Shown:
    """What a proof shows: the entry, and when the other side had cosigned a head that covers it."""

    entry: Entry
    size: int
    at: str


def proof_of_entry(lines: Sequence[bytes] | Chain, index: int, note: str) -> dict[str, object]:
    """The proof file of one entry.

    note : a head of this chain that both sides signed and that covers the entry
    """
    chain, head = Chain.of(lines), read_note(note).checkpoint
    if not 0 <= index < head.size <= len(chain.lines):
        raise Refusal("no_proof", met=index, expected=head.size - 1)
    path = merkle.inclusion_proof(chain.leaves[: head.size], index, chain.digest)
    suite = next(name for name, digest in SUITES.items() if digest is chain.digest)
    return {
        "line": chain.lines[index].decode(),
        "index": index,
        "size": head.size,
        "path": [each.hex() for each in path],
        "suite": suite,
        "note": note,
    }


def shown(value: Mapping[str, object], keys: Keys) -> Shown | Fault:
    """What a proof file shows, or what is wrong with it."""
    try:
        line, note = str(value["line"]).encode(), read_note(str(value["note"]))
        path = [bytes.fromhex(each) for each in value["path"]]  # type: ignore[attr-defined]  # a fault where it is none
        index, digest = int(str(value["index"])), SUITES[str(value.get("suite", "sha256"))]
    except (KeyError, TypeError, ValueError) as error:
        return Fault("", None, "bad_proof", {"met": type(error).__name__})
    head = note.checkpoint
    entry = unseal(line, keys, party=head.party, seq=index)
    if isinstance(entry, Fault):
        return entry
    other = next((row.party for row in keys.rows if row.party != head.party), "")
    made = note.cosigner(keys, other)
    if note.signer(keys) is None or made is None:
        return Fault(head.party, index, "bad_checkpoint_signature", {"met": head.origin})
    leaf = merkle.leaf_hash(payload_of(line), digest)
    inside = merkle.verify_inclusion(index, head.size, leaf, path, head.root, digest=digest)
    if not inside or (entry.party, entry.seq) != (head.party, index):
        return Fault(head.party, index, "checkpoint_mismatch", {"size": head.size})
    return Shown(entry, head.size, made[1].isoformat())


def written(value: Mapping[str, object]) -> bytes:
    """A proof as the bytes of its file."""
    return canonical(dict(value))
