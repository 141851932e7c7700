"""Measure, from stations: packets are kept in the inbox as they came, then go into the observed book, once.

The listener only keeps and answers. Whoever holds the lease drains: reads what waits, puts the readings of
registered stations into the book, and moves the mark. Packets of a station that is not registered wait aside; when a
row of `stations.csv` names it, its kept packets go in as well.
"""

import fcntl
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.core.units import Quantity, decimal
from adjoin.formats import hj212_readings, stations
from adjoin.formats.hj212 import Fault, Frame, Packet, Reject
from adjoin.formats.hj212_readings import Reading, Spoken
from adjoin.formats.hj212_tables import TOLERANCES, factors
from adjoin.formats.stations import Station
from adjoin.formats.tables import Window
from adjoin.loop.workspace import Workspace
from adjoin.store import inbox as store
from adjoin.store.inbox import Inbox, Kept, Refused
from adjoin.store.protocol import Taken

BATCH = 5_000  # packets that go into the book at once
_TAKEN_BEFORE = frozenset(TOLERANCES) - {"upper_case_code"}  # a kept packet was accepted in whatever dialect it has


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


@dataclass
class _Sorting:
    """Kept packets on their way into the book: rows, and what cannot be one."""

    workspace: Workspace
    stations: Mapping[str, Station]
    rows: list[Observation] = field(default_factory=list)
    refused: dict[tuple[str, str, str], Refused] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)
    aside: int = 0

    def refuse(self, kept: Kept, place: int, kind: str, about: str, facts: Mapping[str, object]) -> None:
        """The first of a kind from a station stands for all of this batch."""
        self.refused.setdefault((kept.mn, kind, about), Refused(kept.mn, "", kept.id, place, kind, facts, kept.raw))


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


def moment_of(packet: Kept) -> datetime:
    """When a packet was received."""
    return datetime.fromtimestamp(packet.received / 1e6, ZONE)


def shown(raw: bytes) -> str:
    """A packet as it came, its password left out."""
    return re.sub(r"PW=[^;]*", "PW=***", raw.decode("utf-8", "backslashreplace"))


def status(workspace: Workspace, box: Inbox, *, now: datetime) -> dict[str, object]:
    """How the intake stands: what is kept, what waits, who reports, who is silent, who is not registered."""
    known, state, figures = registered(workspace), box.state(), box.figures()
    seen = box.stations()
    names = sorted({*known, *seen} - {stations.EVERYBODY})
    limit = now - timedelta(hours=float(workspace.region.parameter("stale_hours")))
    return {
        "listener": listener(workspace.folder),
        "packets": figures["packets"],
        "waiting": figures["waiting"],
        "rejects": figures["rejects"],
        "last_received": iso(figures["received"]),
        "clock_behind": figures["received"] > _microseconds(now),
        "ignored": json.loads(state.get("ignored", "{}")),
        "stations": [_station_status(mn, known.get(mn), seen.get(mn), limit) for mn in names],
    }


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
    done, batch = Drained(), []
    for each in box.kept(mn):
        if each.id <= mark:
            batch.append(each)
        if len(batch) == BATCH:
            done += _take(workspace, box, known, batch, until=0)
            batch = []
    return done + _take(workspace, box, known, batch, until=0) if batch else done


def _take(workspace: Workspace, box: Inbox, known: Mapping[str, Station], batch: list[Kept], *, until: int) -> Drained:
    """A batch into the book, then the mark: after a crash between the two it is asked for again and counts once."""
    sorting = _Sorting(workspace, known)
    for each in batch:
        _sort(sorting, box, each)

    state = box.state()
    number = (
        (f"inbox-{state['id']}", until) if until else None
    )  # a batch that is in the book already is not taken again
    taken = workspace.observed.take(sorting.rows, inbox=number) if sorting.rows else Taken()

    total = Counter(json.loads(state.get("ignored", "{}"))) + sorting.ignored
    box.drained(until, list(sorting.refused.values()), ignored=json.dumps(total, sort_keys=True))
    return Drained(len(batch), sorting.aside, taken, len(sorting.refused), dict(sorting.ignored))


def _sort(sorting: _Sorting, box: Inbox, kept_: Kept) -> None:
    station = sorting.stations.get(kept_.mn)
    if station is None:
        sorting.aside += 1
        return
    frame = _frame(kept_, station)
    if frame is None:
        return
    parts = [frame]
    if frame.split and frame.qn:
        parts = [part for each in box.parts(kept_.qn, kept_.mn, kept_.cn) if (part := _frame(each, station))]
    time = next((moment for part in parts if (moment := hj212_readings.moment(part.value("DataTime")))), None)
    if len(parts) > 1 and not hj212_readings.moment(frame.value("DataTime")) and time is None:
        return  # the part that says the time has not come; when it comes it takes this one with it
    for part in parts if frame.value("DataTime") else [frame]:
        _sort_frame(sorting, kept_, station, part, time)


def _sort_frame(sorting: _Sorting, kept_: Kept, station: Station, frame: Frame, time: datetime | None) -> None:
    try:
        said = hj212_readings.readings(frame, time)
    except Fault as fault:
        sorting.refuse(kept_, fault.place, fault.kind, "", fault.facts)
        return
    if said is None:
        return
    for each in said.faults:
        sorting.refuse(kept_, each.place, each.kind, str(each.facts["met"]), each.facts)
    received = moment_of(kept_)
    window = Window.at(received, sorting.workspace.region)
    if not window.earliest <= said.time <= window.latest:
        kind = "time_in_future" if said.time > window.latest else "time_too_old"
        facts = {"met": said.time.isoformat(), "now": received.isoformat(timespec="minutes")}
        sorting.refuse(kept_, kept_.raw.find(b"DataTime"), kind, "", {**facts, "expected": window.earliest.date()})
        return
    sorting.rows += _observations(sorting, kept_, station, frame, said)


def _observations(
    sorting: _Sorting, kept_: Kept, station: Station, frame: Frame, said: Spoken
) -> Iterator[Observation]:
    origin, received = hj212_readings.origin(frame, said.span), moment_of(kept_)
    method = f"auto-{said.span or 'realtime'}"
    for reading in said.readings:
        quantity = sorting.workspace.region.quantities.get(reading.code)
        if quantity is None or reading.code not in quantity.names:  # names are case sensitive
            sorting.ignored[reading.code] += 1
            continue
        try:
            value = _value(reading, quantity, station)
        except Refusal as refusal:
            place = kept_.raw.find(reading.code.encode())
            sorting.refuse(kept_, max(place, 0), refusal.kind, reading.code, refusal.facts)
            continue
        flag = reading.flag or ("missing" if value is None else "")
        yield Observation(
            station.site, quantity.code, said.time, value, quantity.unit, origin, received, method, flag=flag
        )


def _value(reading: Reading, quantity: Quantity, station: Station) -> str | None:
    """The value in the house unit, with its digits."""
    if reading.value is None:
        return None
    tens = 0 if station.units == "house" else hj212_readings.power(reading.code, quantity.unit)
    if tens is None or (tens and not station.units):
        factor = factors().get(reading.code)
        unit = factor.unit if factor else "-"
        raise Refusal("hj212_unit_unsaid", met=reading.code, unit=unit or "-", house=quantity.unit)
    number = decimal(reading.value)
    value = hj212_readings.scaled(reading.value, tens) if tens else reading.value
    number = number.scaleb(tens)
    if (quantity.low is not None and number < quantity.low) or (quantity.high is not None and number > quantity.high):
        raise Refusal("out_of_range", met=value, quantity=quantity.symbol, low=quantity.low, high=quantity.high)
    return value


def _frame(kept_: Kept, station: Station) -> Frame | None:
    return Packet.of(kept_.raw, _TAKEN_BEFORE | station.dialects).frame


def _station_status(
    mn: str, station: Station | None, seen: tuple[int, int, str] | None, limit: datetime
) -> dict[str, object]:
    count, received, time = seen or (0, 0, "")
    return {
        "mn": mn,
        "site": station.site if station else None,
        "registered": station is not None,
        "packets": count,
        "last_received": iso(received),
        "last_data_time": time or None,
        "silent": station is not None and not station.replayed and received < _microseconds(limit),
    }


def iso(microseconds: int) -> str | None:
    """A time of the inbox; None for none."""
    return datetime.fromtimestamp(microseconds / 1e6, ZONE).isoformat() if microseconds else None


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
