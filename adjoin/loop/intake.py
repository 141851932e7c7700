"""Measure, from stations: packets are kept in the inbox as they came, then go into the observed book, once.

The listener only keeps and answers. Whoever holds the lease drains: reads what waits, puts the readings of
registered stations into the book, and moves the mark. Packets of a station that is not registered wait aside; when a
row of `stations.csv` names it, its kept packets go in as well.
"""

import fcntl
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from adjoin.core.observation import Observation
from adjoin.core.refusal import Refusal
from adjoin.formats import stations
from adjoin.formats.hj212 import Frame, Reject
from adjoin.formats.stations import Station
from adjoin.loop.readings import Sorting
from adjoin.loop.workspace import Workspace
from adjoin.store import inbox as store
from adjoin.store.inbox import Inbox, Kept, Refused
from adjoin.store.protocol import Taken

BATCH = 5_000  # packets that go into the book at once


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of packets that went from the inbox into the book."""

    packets: int = 0
    aside: int = 0  # of stations that are not registered
    taken: Taken = field(default_factory=Taken)
    rejected: int = 0  # values, and packets without a time
    ignored: Mapping[str, int] = field(default_factory=dict)  # factors that the bundle does not know, with their count

    def __add__(self, other: "Drained") -> "Drained":
        return Drained(
            self.packets + other.packets, self.aside + other.aside, self.taken + other.taken,
            self.rejected + other.rejected, Counter(self.ignored) + Counter(other.ignored),
        )  # fmt: skip


def inbox(workspace: Workspace, clock: Callable[[], datetime]) -> Inbox:
    """The inbox of a workspace."""
    return Inbox(workspace.folder / "inbox.sqlite", lambda: _microseconds(clock()))


def registered(workspace: Workspace) -> Mapping[str, Station]:
    """The stations that the bundle knows."""
    return stations.read(workspace.region_folder, workspace.region.sites)


def packed(frame: Frame) -> store.Packet:
    """A frame as it is kept."""
    cp = frame.cp
    time = cp[9:].partition(";")[0] if cp.startswith("DataTime=") else frame.value("DataTime")
    return store.Packet(frame.qn, frame.mn, frame.cn, hashlib.sha256(frame.raw[6:]).digest()[:16], time[:17], frame.raw)


def refused(reject: Reject, peer: str) -> Refused:
    """A reject of the stream as it is kept."""
    return Refused(reject.mn, peer, None, reject.place, reject.kind, reject.facts, reject.raw)


def drain(workspace: Workspace, box: Inbox, *, batch: int = BATCH) -> Drained:
    """Everything that waits goes into the book; nobody else may do so meanwhile."""
    with lease(workspace.folder, "drain.lock", "drain_running"):
        known = registered(workspace)
        _agree(workspace, box)
        done = _newly_registered(workspace, box, known)
        while waiting := box.waiting(batch):
            done += _take(workspace, box, known, waiting, until=waiting[-1].id)
    return done


def again(workspace: Workspace, box: Inbox, mn: str) -> Drained:
    """The kept packets of one station go into the book once more: what it holds already changes nothing."""
    with lease(workspace.folder, "drain.lock", "drain_running"):
        return _again(workspace, box, registered(workspace), mn)


def kept(workspace: Workspace, box: Inbox, station: str | None = None) -> Iterator[tuple[Kept, bool]]:
    """The kept packets in the order they were kept, each with whether its station is registered."""
    known = registered(workspace)
    return ((each, each.mn in known) for each in box.kept(station))


def listener(folder: Path) -> dict[str, object] | None:
    """Who listens on this workspace; nobody: None."""
    path = folder / "listen.lock"
    if not path.exists():
        return None
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return _holder(file)
    return None


@contextmanager
def lease(folder: Path, name: str, kind: str, *, patience_s: float = 0.0, **about: object) -> Iterator[None]:
    """Hold a lock of the workspace, with who holds it inside; refused while another process holds it.

    patience_s : how long to wait for it; a process that was killed holds on until its last thread is gone
    """
    try:
        file = (folder / name).open("a+b")
    except OSError as error:
        raise Refusal("inbox_read_only", met=folder, why=error.strerror) from None
    with file:
        until = time.monotonic() + patience_s
        while not _held(file):
            if time.monotonic() >= until:
                raise Refusal(kind, met=folder, pid=_holder(file).get("pid", "-"))
            time.sleep(0.02)
        try:
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), **about}).encode())
            file.flush()
        except OSError as error:
            raise Refusal("inbox_read_only", met=folder, why=error.strerror) from None
        yield


def _held(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _holder(file: BinaryIO) -> dict[str, object]:
    """Who wrote themselves into a lock."""
    file.seek(0)
    try:
        about: dict[str, object] = json.loads(file.read() or b"{}")
    except ValueError:  # it is being written
        return {}
    return about


def _agree(workspace: Workspace, box: Inbox) -> None:
    """The book may have taken more of this inbox than its mark says.

    A drain that was cut off took the batch that the inbox had announced: the mark follows. Anything else means that
    the inbox came back from a backup older than the book; its next numbers were used before, so they get a new name.
    """
    state = box.state()
    mark, taken = int(state.get("drained", "0")), workspace.observed.taken(_name(state)) if state else 0
    if taken > max(mark, int(state.get("batch", "0"))):
        box.renamed()


def _name(state: Mapping[str, str]) -> str:
    return f"inbox-{state.get('id', '')}"


def _newly_registered(workspace: Workspace, box: Inbox, known: Mapping[str, Station]) -> Drained:
    """Stations that were not registered when their packets came."""
    before = json.loads(box.state().get("stations", "[]"))
    done = Drained()
    for mn in sorted(set(known) - set(before) - {stations.EVERYBODY}):
        done += _again(workspace, box, known, mn)
    if set(known) != set(before):
        box.drained(0, stations=json.dumps(sorted(known)))
    return done


def _again(workspace: Workspace, box: Inbox, known: Mapping[str, Station], mn: str) -> Drained:
    mark = int(box.state().get("drained", "0"))
    held = {_version(row) for row in workspace.observed.revised()}  # versions that are known and no longer count
    done, batch = Drained(), []
    for each in box.kept(mn):
        if each.id <= mark:
            batch.append(each)
        if len(batch) == BATCH:
            done += _take(workspace, box, known, batch, held=held)
            batch = []
    return done + _take(workspace, box, known, batch, held=held) if batch else done


def _version(row: Observation) -> tuple[object, ...]:
    return (*row.key, row.value, row.flag, row.received)


def _take(
    workspace: Workspace, box: Inbox, known: Mapping[str, Station], batch: list[Kept], *, until: int = 0,
    held: Collection[object] = (),
) -> Drained:  # fmt: skip
    """A batch into the book, then the mark: after a crash between the two it is asked for again and counts once.

    until : the number of a batch that waited; 0: packets that are taken once more
    """
    sorting = Sorting(workspace.region, known, box.parts)
    for each in batch:
        sorting.sort(each)
    rows = [row for row in sorting.rows if not held or _version(row) not in held]
    if until:
        box.drained(0, batch=str(until))  # announced, so that a cut drain can be told from an old inbox

    state = box.state()
    taken = workspace.observed.take(rows, inbox=(_name(state), until) if until else None) if rows else Taken()

    total = Counter(json.loads(state.get("ignored", "{}"))) + sorting.ignored
    refused_ = list(sorting.refused.values())
    box.drained(until, refused_, seen=batch if until else (), ignored=json.dumps(total, sort_keys=True))
    return Drained(len(batch), sorting.aside, taken, len(refused_), dict(sorting.ignored))


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
