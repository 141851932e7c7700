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

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from adjoin.core.entry import SHA256, SUITES, Entry, Package, canonical
from adjoin.joint.envelope import seal_bytes
from adjoin.joint.fault import Fault
from adjoin.joint.keys import Keys, Signer
from adjoin.joint.note import Checkpoint, origin_of, read_note, sign_note
from adjoin.joint.package import MANIFEST, MANIFEST_KIND, Chain, Cosigned, Examined, Head, manifest_of
from adjoin.joint.reading import Reading
from adjoin.joint.ring import grown_by_lines
from adjoin.methods import merkle

__all__ = ("Chain", "Cosigned", "Examined", "compose", "deliveries", "examine", "verify")


def compose(
    *,
    region: str,
    party: str,
    lines: Sequence[bytes] | Chain,
    signer: Signer,
    peer_notes: Iterable[str] = (),
    since: int = 0,
    files: Mapping[str, bytes] | None = None,
    delivered: Iterable[str] = (),
) -> Package:
    """The package that a party hands over.

    lines : the signed lines of its whole chain
    since : the first entry to send: the size that the other party last cosigned
    peer_notes : the other party's checkpoints that this one cosigned, as cosigned; of one size the earliest counts
    files : readings/*.parquet and attachments/<sha256>
    delivered : its own heads that the other party cosigned: who does not know his own signature went back to an earlier
        state, and learns it so; a package from the first entry on names all of them, any other the longest
    """
    chain = Chain.of(lines)
    frontier = chain.frontier(since)
    head = Checkpoint(origin_of(region, party), len(chain.lines), frontier.extend(chain.leaves[since:]).root)
    proof: dict[str, object] = {
        "from": since,
        "to": len(chain.lines),
        "frontier": [peak.hex() for peak in frontier.peaks],
        "consistency": [each.hex() for each in merkle.consistency_proof(chain.leaves, since, chain.digest)],
        "cosigned": list(_by_size(peer_notes).values()),
    }
    if chain.digest is not SHA256:
        proof["suite"] = next(name for name, digest in SUITES.items() if digest is chain.digest)
    held = list(_by_size(delivered).values())
    if held:
        proof["delivered"] = held if since == 0 else held[-1:]
    content = dict(sorted((files or {}).items()))
    manifest = seal_bytes(canonical(manifest_of(head, proof, content)), MANIFEST_KIND, signer)
    return Package(sign_note(head, signer), tuple(chain.lines[since:]), proof, {**content, MANIFEST: manifest})


def examine(
    package: Package,
    *,
    keys: Keys,
    known: Sequence[bytes] | Chain,
    own: Sequence[bytes] | Chain,
    region: str,
    now: datetime | None = None,
    trusted: Collection[str] = (),
) -> Examined:
    """What a package holds beyond what is held, or what is wrong with it.

    keys : of both sides, after the entries that are held
    known : the lines of the sender's chain, as verified before
    own : the receiver's own lines
    region : the name of the region that both govern
    now : the receiver's clock: a new head under a key that has ended by then is refused
    trusted : cosignatures that were verified before
    """
    head = Head.of(package, grown_by_lines(keys, package.lines))
    if isinstance(head, Fault):
        return _nothing(head.party, head)
    if head.origin != origin_of(region, head.party):
        return _nothing(head.party, Fault(head.party, None, "other_region", {"met": head.origin, "expected": region}))
    ours = Chain.of(own)
    if ours.party == head.party:
        return _nothing(head.party, Fault(head.party, None, "own_package"))
    return Reading(package, keys, head, Chain.of(known), ours, now, trusted).examined()


def verify(package: Package, keys: Keys) -> list[Fault]:
    """What is wrong with a package, as a third person can see it who holds only the package and the keys."""
    head = Head.of(package, grown_by_lines(keys, package.lines))
    return [head] if isinstance(head, Fault) else Reading(package, keys, head, None, None, None).faults()


def deliveries(cosigned: Mapping[str, Iterable[Cosigned]]) -> Callable[[Entry], datetime | None]:
    """When an entry was delivered: the earliest cosignature of a head of its chain that covers it.

    cosigned : party -> cosignatures of its heads by the other side
    """
    rows = {party: sorted((each.at, each.size) for each in made) for party, made in cosigned.items()}

    def delivered(entry: Entry) -> datetime | None:
        return next((at for at, size in rows.get(entry.party, ()) if size > entry.seq), None)

    return delivered


def _nothing(party: str, *faults: Fault) -> Examined:
    return Examined(party, (), faults, (), (), None)


def _by_size(notes: Iterable[str]) -> dict[int, str]:
    """Of each size the cosigned note that was made first."""
    found: dict[int, tuple[int, str]] = {}
    for text in notes:
        note = read_note(text)
        at = int.from_bytes(note.marks[-1].blob[:8])
        found[note.checkpoint.size] = min(found.get(note.checkpoint.size, (at, text)), (at, text))
    return {size: found[size][1] for size in sorted(found)}
