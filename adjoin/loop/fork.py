"""Going back and coming together again: the own head is read back, a fork is kept as evidence and ended by the book.

1. A workspace that was restored (or that the other side shows to have lost its tail) signs nothing: a file in its
   folder says so, and `record` refuses.
2. The other side gives back what it holds of this chain (`give_back`); it is taken in (`read_back`).
3. Where both differ, that is a fork: the branch that was delivered survives, the other is set aside with the evidence,
   and the root key names the surviving head (`end`). The other side answers with its own root key (`countersign`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from adjoin.core.entry import Entry, Package, fingerprint_of, suite_of
from adjoin.core.refusal import Refusal
from adjoin.formats import exchange as packages
from adjoin.joint import fork, ledger
from adjoin.joint.fault import Fault
from adjoin.joint.fork import Fork, ReadBack
from adjoin.joint.note import Checkpoint, read_note
from adjoin.loop import keys
from adjoin.loop.workspace import READ_BACK, Workspace
from adjoin.store.done import Cosigned
from adjoin.store.forks import Forks, Found
from adjoin.store.writing import write_whole


def forks(workspace: Workspace) -> tuple[Found, ...]:
    """All forks of either chain that were found, as they were found."""
    return Forks(workspace.done).all()


def must_read_back(workspace: Workspace) -> bool:
    """Whether this workspace went back to an earlier state and signs nothing before it has read its head back."""
    return (workspace.folder / READ_BACK).exists()


def went_back(folder: Path, why: str) -> None:
    """From now on the workspace in a folder signs nothing before it has read its own head back."""
    write_whole(folder / READ_BACK, f"{why}\n".encode())


def give_back(workspace: Workspace) -> bytes:
    """A package with the other side's own chain as it is held here, for a side that lost a part of it."""
    notes = [each.note for side in workspace.region.sides for each in workspace.done.cosigned(side)]
    if not workspace.done.cosigned(workspace.other):
        raise Refusal("nothing_to_give_back", met=workspace.other)
    lines = workspace.done.lines(workspace.other)
    made = fork.give_back(notes=notes, party=workspace.other, lines=lines, signer=workspace.signer)
    return packages.write(made)


def read_back(workspace: Workspace, package: Package, *, now: datetime) -> tuple[int, tuple[Fault, ...]]:
    """Take back what the other side holds of this chain; gives how many entries came, and what is wrong.

    Where the two differ nothing changes: both branches are kept as evidence, and `end` is to follow.
    """
    own = workspace.done.lines(workspace.party)
    found = fork.read_back(package, keys=workspace.keys, own=own, other=workspace.other)
    if isinstance(found, Fault):
        return 0, (found,)
    _take_notes(workspace, found)
    if found.differs is not None:
        fault = _two_branches(workspace, own, found, now)
        return 0, (fault,)
    came = workspace.done.keep(found.missing(len(own)))
    (workspace.folder / READ_BACK).unlink(missing_ok=True)
    return came, ()


def see(workspace: Workspace, package: Package, faults: Sequence[Fault], *, now: datetime) -> None:
    """Keep what a refused package shows of a fork or of our own lost tail."""
    for fault in faults:
        if fault.fault == "fork":
            heads = (_last_note(workspace, fault.party), package.checkpoint)
            lines = (fault.evidence[0], fault.evidence[1])
            kept = Fork(fault.party, fault.seq or 0, lines, heads)
            Forks(workspace.done).keep(fault.party, fault.seq or 0, now, kept.as_json())
        if fault.fault in {"own_tail_cut", "own_rewritten"}:
            went_back(workspace.folder, fault.fault)


def frozen(workspace: Workspace, examined: ledger.Examined) -> tuple[Fault, ...]:
    """Nothing more is taken of a chain that forked until an entry in it names the surviving head."""
    held = Forks(workspace.done).open_of(examined.party)
    if held is None or any(_ends(entry) for entry, _ in examined.new):
        return ()
    return (Fault(examined.party, held.seq, "frozen"),) if examined.new else ()


def settle(workspace: Workspace, examined: ledger.Examined) -> None:
    """An entry that was taken may have ended a fork, or shown that nothing of ours is missing."""
    digest = suite_of(workspace.done.entries(examined.party)[0]) if examined.new else None
    for entry, _ in examined.new:
        if digest is not None and _ends(entry) and entry.body.get("party") == examined.party:
            Forks(workspace.done).end(examined.party, fingerprint_of(entry, digest))
    if not _known(workspace, examined):
        went_back(workspace.folder, "own_signature_unknown")
    elif must_read_back(workspace) and examined.checkpoint is not None:
        have = workspace.done.sizes().get(workspace.party, 0)
        if max((each.size for each in examined.cosigned), default=0) <= have and not _own_fork(workspace):
            (workspace.folder / READ_BACK).unlink(missing_ok=True)


def _known(workspace: Workspace, examined: ledger.Examined) -> bool:
    """Whether we know of every cosignature that the other side holds of us, or all of them come: else we went back."""
    notes = {each.note for each in workspace.done.cosigned(examined.party)}
    return examined.since == 0 or all(each.note in notes for each in examined.delivered)


def end(workspace: Workspace, package: Package, *, root: Path, now: datetime) -> Entry:
    """End the fork of our own chain by the book: the delivered branch survives, the root key says so.

    package : what the other side gives back
    Raises `no_fork` where the two do not differ.
    """
    keys.root_signer(workspace, root)  # before anything is set aside
    own = workspace.done.lines(workspace.party)
    found = fork.read_back(package, keys=workspace.keys, own=own, other=workspace.other)
    if isinstance(found, Fault):
        raise Refusal("package_refused", met=found.fault, party=found.party)
    if found.differs is None:
        raise Refusal("no_fork", met=workspace.party)
    _two_branches(workspace, own, found, now)
    lost = ledger.Chain.of(own).roots({len(own)})[len(own)]
    head = found.note.checkpoint
    body = fork.surviving(workspace.party, found.differs, head, Checkpoint(head.origin, len(own), lost))

    Forks(workspace.done).set_aside(workspace.party, found.differs, found.missing(found.differs))
    (workspace.folder / READ_BACK).unlink(missing_ok=True)
    entry = keys.name_surviving(workspace, body, root=root, answers=None, now=now)
    Forks(workspace.done).end(workspace.party, _print(workspace, entry))
    return entry


def name_held(workspace: Workspace, *, root: Path, now: datetime) -> Entry:
    """End a fork that the other side saw while our own chain is the branch that it holds: the root key says so."""
    own = ledger.Chain.of(workspace.done.lines(workspace.party))
    size = len(own.lines)
    head = Checkpoint("", size, own.roots({size})[size])
    body = fork.surviving(workspace.party, size, head, Checkpoint("", 0, bytes(32)))
    entry = keys.name_surviving(workspace, body, root=root, answers=None, now=now)
    Forks(workspace.done).end(workspace.party, _print(workspace, entry))
    return entry


def countersign(workspace: Workspace, *, root: Path, now: datetime) -> Entry:
    """Sign with our root key under the surviving head that the other side has named."""
    named = [each for each in workspace.done.entries(workspace.other) if _ends(each)]
    mine = {each.answers for each in workspace.done.entries(workspace.party) if _ends(each)}
    waiting = [each for each in named if _print(workspace, each) not in mine and each.answers is None]
    if not waiting:
        raise Refusal("nothing_to_countersign", met=workspace.other)
    body = dict(waiting[0].body)
    return keys.name_surviving(workspace, body, root=root, answers=_print(workspace, waiting[0]), now=now)


def evidence(workspace: Workspace, number: int) -> Mapping[str, object]:
    """The file by which a third person judges a fork."""
    found = next((each for each in forks(workspace) if each.id == number), None)
    if found is None:
        raise Refusal("no_fork", met=number)
    return found.evidence


def _ends(entry: Entry) -> bool:
    return entry.kind == "surviving-head"


def _own_fork(workspace: Workspace) -> bool:
    return Forks(workspace.done).open_of(workspace.party) is not None


def _print(workspace: Workspace, entry: Entry) -> str:
    return fingerprint_of(entry, suite_of(workspace.done.entries(entry.party)[0]))


def _two_branches(workspace: Workspace, own: Sequence[bytes], found: ReadBack, now: datetime) -> Fault:
    """Keep both branches of our own chain as evidence."""
    seq = found.differs or 0
    theirs = next(line for entry, line in found.entries if entry.seq == seq)
    kept = Fork(workspace.party, seq, (theirs, own[seq]), (found.note.text, ""))
    Forks(workspace.done).keep(workspace.party, seq, now, kept.as_json())
    went_back(workspace.folder, "fork")
    return Fault(workspace.party, seq, "own_fork", {}, kept.lines)


def _take_notes(workspace: Workspace, found: ReadBack) -> None:
    notes = []
    for note in found.cosigned:
        whose = note.checkpoint.party
        notes.append(Cosigned(whose, note.checkpoint.size, note.marks[1].time, note.text))
    workspace.done.cosign(notes)


def _last_note(workspace: Workspace, party: str) -> str:
    notes = workspace.done.cosigned(party)
    return max(notes, key=lambda each: read_note(each.note).checkpoint.size).note if notes else ""
