"""Exchange: packages of signed entries and cited readings between the two sides, by file or over HTTP.

A package is examined as a whole: one fault, and nothing of it is taken. What it says of its sender's chain is
cosigned, and the cosignature goes back with the next package: so each side learns what the other has.
"""

import fcntl
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from adjoin.core.entry import Entry, Package
from adjoin.core.observation import Observation
from adjoin.core.period import Period
from adjoin.formats import exchange as packages
from adjoin.joint import ledger, note
from adjoin.joint.case import Protest
from adjoin.joint.fault import Fault
from adjoin.joint.fork import gives_back
from adjoin.loop import adoption, casebook, fork
from adjoin.loop.workspace import Workspace
from adjoin.store.done import Cosigned, Passed
from adjoin.store.writing import write_whole

READINGS = "readings/cited.parquet"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a package brought, or why nothing of it was taken."""

    entries: int
    readings: int
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    protests: tuple[Protest, ...]


@dataclass(frozen=True, slots=True)
class ExchangeStatus:
    """How the exchange with the other side stands."""

    peer: str | None
    known: bool  # a public key of the other side was trusted here
    last_in: datetime | None
    last_out: datetime | None
    waiting: int  # own entries that the other side has not cosigned
    held: Mapping[str, int]  # entries of each chain held here
    refused: tuple[Passed, ...]
    adopted: Mapping[str, Mapping[str, str]]  # by side: fingerprints of what it computes with
    differs: tuple[str, ...]  # names of those that are not the same
    unsigned: tuple[str, ...]  # names of those that changed here since this side signed them


def export(workspace: Workspace, *, now: datetime, since: int | None = None) -> bytes:
    """A package of what the other side has not cosigned yet, or of everything from an entry on."""
    size = workspace.done.sizes().get(workspace.party, 0)
    since = min(_delivered_size(workspace) if since is None else since, size)
    lines = workspace.done.lines(workspace.party)
    readings = list(_cited(workspace, workspace.done.entries(workspace.party, since)))
    files = {READINGS: packages.readings_to_parquet(readings)} if readings else {}

    package = ledger.compose(
        region=workspace.region.name,
        party=workspace.party,
        lines=lines,
        signer=workspace.signer,
        peer_notes=[each.note for each in workspace.done.cosigned(workspace.other)],
        since=since,
        files=files,
        delivered=[each.note for each in workspace.done.cosigned(workspace.party)],
    )
    data = packages.write(package)

    workspace.done.passed(Passed("out", now, _sha256(data), len(package.lines), len(readings), ()))
    return data


def take(workspace: Workspace, data: bytes, *, now: datetime) -> Imported:
    """Take in a package of the other side: all of it, or nothing and why.

    One that brings back our own chain, after a restore, is taken the same way.
    """
    package = packages.read(data)
    with _alone(workspace):
        return _taken(workspace, package, data, now)


def _taken(workspace: Workspace, package: Package, data: bytes, now: datetime) -> Imported:
    if gives_back(package, workspace.party):
        came, faults = fork.read_back(workspace, package, now=now)
        _passed(workspace, data, now, faults, entries=came)
        return Imported(came, 0, faults, (), ())
    examined = ledger.examine(
        package,
        keys=workspace.keys,
        known=workspace.done.lines(workspace.other),
        own=workspace.done.lines(workspace.party),
        region=workspace.region.name,
        now=now,
        trusted={each.note for each in workspace.done.cosigned(workspace.party)},
    )
    faults = examined.faults or fork.frozen(workspace, examined)
    if faults:
        fork.see(workspace, package, faults, now=now)
        _passed(workspace, data, now, faults)
        return Imported(0, 0, faults, examined.notes, ())

    entries = workspace.done.keep(examined.new)
    readings = _take_readings(workspace, package, now)
    fork.settle(workspace, examined)
    _take_notes(workspace, package, examined, now)

    if entries or readings:
        _passed(workspace, data, now, (), entries=entries, readings=readings)
    fresh = {entry.seq for entry, _ in examined.new}
    protests = casebook.folded(workspace, now=now).protests
    mine = tuple(each for each in protests if each.party == workspace.other and each.seq in fresh)
    return Imported(entries, readings, (), examined.notes, mine)


def receive(workspace: Workspace, data: bytes, *, now: datetime) -> tuple[Imported, bytes]:
    """Take in a package that came over the wire, and the package to answer it with."""
    came = take(workspace, data, now=now)
    return came, b"" if came.faults else export(workspace, now=now)


def head(workspace: Workspace) -> dict[str, object]:
    """What the other side needs to know whether there is anything to exchange, and from which entry on."""
    sizes = workspace.done.sizes()
    size = sizes.get(workspace.party, 0)
    return {
        "party": workspace.party,
        "size": size,
        "waiting": size - _delivered_size(workspace),
        "held": sizes.get(workspace.other, 0),
        "lost": fork.must_read_back(workspace),
    }


def status(workspace: Workspace) -> ExchangeStatus:
    """How the exchange stands."""
    passed = workspace.done.packages()
    adopted = adoption.signed(workspace)
    sizes = workspace.done.sizes()
    return ExchangeStatus(
        peer=workspace.peer,
        known=bool(workspace.keys.of_party(workspace.other)),
        last_in=next((each.at for each in passed if each.direction == "in" and not each.faults), None),
        last_out=next((each.at for each in passed if each.direction == "out"), None),
        waiting=len(workspace.done.lines(workspace.party)) - _delivered_size(workspace),
        held={side: sizes.get(side, 0) for side in workspace.region.sides},
        refused=tuple(each for each in passed if each.faults),
        adopted=adopted,
        differs=_differing(adopted),
        unsigned=adoption.changed(workspace, adopted),
    )


def introduce(one: Workspace, other: Workspace) -> None:
    """Give each of two workspaces the other's public key: what two officers do with their fingerprints on paper."""
    from adjoin.loop.workspace import trust

    trust(one, other.keys)
    trust(other, one.keys)


def carry(sender: Workspace, receiver: Workspace, *, now: datetime) -> Imported:
    """Carry one package from a workspace to another, as a stick would."""
    return take(receiver, export(sender, now=now), now=now)


def write_file(workspace: Workspace, path: Path, *, now: datetime) -> int:
    """Write a package to a file; gives its size in bytes."""
    return write_whole(path, export(workspace, now=now))


def _delivered_size(workspace: Workspace) -> int:
    return max((each.size for each in workspace.done.cosigned(workspace.party)), default=0)


def _cited(workspace: Workspace, entries: Sequence[Entry]) -> Iterator[Observation]:
    """The readings that entries name as their evidence: what is cited is shared, and nothing else."""
    for ref in sorted({ref for entry in entries for ref in _series_of(entry)}):
        place, _, asked = ref.partition("?period=")
        site, _, quantity = place.partition("/")
        yield from workspace.observed.read(site, quantity, Period.parse(asked))


def _series_of(entry: Entry) -> Iterator[str]:
    evidence = entry.body.get("evidence")
    for each in evidence if isinstance(evidence, list) else []:
        if isinstance(each, Mapping) and each.get("kind") == "series":
            yield str(each["ref"])


def _take_readings(workspace: Workspace, package: Package, now: datetime) -> int:
    """Keep what the other side cites: what is held already as the same changes nothing, the rest stands beside it."""
    if READINGS not in package.files:
        return 0
    rows = packages.readings_from_parquet(package.files[READINGS])
    fresh = [
        replace(row, origin=_beside(row.origin, workspace.other), received=now)
        for row in rows
        if not _held(workspace, row)
    ]
    taken = workspace.observed.take(fresh)
    return taken.new + taken.replaced


def _held(workspace: Workspace, row: Observation) -> bool:
    held = workspace.observed.history(row.site, row.quantity, row.time)
    return any((each.origin, each.value, each.flag) == (row.origin, row.value, row.flag) for each in held)


def _beside(origin: str, party: str) -> str:
    return origin if origin.endswith(f"@{party}") else f"{origin}@{party}"


def _take_notes(workspace: Workspace, package: Package, examined: ledger.Examined, now: datetime) -> None:
    """Keep what the other side cosigned of our chain, and cosign its head where that is longer than the last."""
    came = [Cosigned(workspace.party, each.size, each.at, each.note) for each in examined.cosigned]
    came += [Cosigned(workspace.other, each.size, each.at, each.note) for each in examined.delivered]
    head = examined.checkpoint
    last = max((each.size for each in workspace.done.cosigned(workspace.other)), default=0)
    if head is not None and head.checkpoint.size > last:
        signed = note.cosign(package.checkpoint, workspace.signer, now)
        came.append(Cosigned(workspace.other, head.checkpoint.size, now, signed))
    workspace.done.cosign(came)


def _differing(adopted: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    if len(adopted) < 2:
        return ()
    one, other = adopted.values()
    return tuple(name for name in sorted({*one, *other}) if one.get(name) != other.get(name))


def _plain(fault: Fault) -> Mapping[str, object]:
    facts = {name: str(value) for name, value in fault.facts.items()}
    return {"party": fault.party, "seq": fault.seq, "fault": fault.fault, "facts": facts}


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """One package at a time, whoever brings it: what is examined must not change before it is kept."""
    with (workspace.folder / "exchange.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _passed(
    workspace: Workspace, data: bytes, now: datetime, faults: Sequence[Fault], *, entries: int = 0, readings: int = 0
) -> None:
    rows = [_plain(fault) for fault in faults]
    workspace.done.passed(Passed("in", now, _sha256(data), entries, readings, rows))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
