"""Watching the intake: who reports, who is silent, what was refused, what is kept and what waits.

The commands and the page ask the same questions here.
"""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats import stations
from adjoin.formats.hj212_readings import moment
from adjoin.formats.messages import messages
from adjoin.formats.stations import Station
from adjoin.loop import intake
from adjoin.loop.workspace import Workspace
from adjoin.store import inbox_looks
from adjoin.store.inbox import HOUR_US, HOURS_DAYS, Inbox, Refused
from adjoin.store.inbox_looks import Counted

FRESH = timedelta(days=1)  # what came within it is fresh
STUCK = timedelta(minutes=10)  # that a packet may wait for the book
LEAST_BYTES = 2**24  # of a disk that can be said to take something
_DAY_HOURS = 24
_PIECE = 2_000
_PASSWORD = re.compile(rb"(?i)(PW=)[^;]*")


@dataclass(frozen=True, slots=True)
class Reporter:
    """A station: whether the bundle knows it, what came of it and when."""

    mn: str
    site: str | None  # None: it is not registered
    packets: int
    came: int  # when the last packet came, in microseconds; 0: none ever
    data_time: str | None  # the newest time of which anything was said, as the packet says it
    replayed: bool
    silent: bool
    rejects: int  # that are kept
    fresh: int  # of them within a day

    @property
    def registered(self) -> bool:
        """Whether the bundle says at which site it stands."""
        return self.site is not None

    @property
    def received(self) -> datetime | None:
        """When the last packet came."""
        return at(self.came)

    @property
    def newest(self) -> datetime | None:
        """The newest time of which anything was said."""
        return moment(self.data_time or "")


@dataclass(frozen=True, slots=True)
class Stand:
    """How the intake stands."""

    listener: Mapping[str, object] | None  # who listens; None: nobody
    packets: int
    waiting: int  # for the book
    waits_since: datetime | None  # the packet that waits longest
    rejects: int
    received: datetime | None  # when the last packet came
    drained: datetime | None  # when packets last went into the book
    clock_behind: bool  # whether the clock stands before the last receipt
    writable: bool
    free: int  # bytes of the disk
    ignored: Mapping[str, int]  # factors that the bundle does not know, with their count
    stations: tuple[Reporter, ...]
    counted: tuple[Counted, ...]  # rejects by station and kind

    @property
    def takes(self) -> bool:
        """Whether the disk takes packets."""
        return self.writable and self.free >= LEAST_BYTES

    def stuck(self, now: datetime) -> bool:
        """Whether the book has taken nothing for too long."""
        return self.waits_since is not None and now - self.waits_since > STUCK


@dataclass(frozen=True, slots=True)
class Marked:
    """A packet as it came, its password left out, with the place that is meant."""

    before: str
    here: str  # the byte at the place; "" where it stands behind the end
    after: str


def stand(workspace: Workspace, box: Inbox, *, now: datetime) -> Stand:
    """How the intake stands now."""
    state, seen, counts = box.state(), box.stations(), tuple(inbox_looks.counted(box, _us(now - FRESH)))
    waiting, since = inbox_looks.waits(box)
    last = max((came for _, came, _ in seen.values()), default=0)
    disk = Path(workspace.folder)
    return Stand(
        listener=intake.listener(workspace.folder),
        packets=sum(many for many, *_ in seen.values()),
        waiting=waiting,
        waits_since=at(since),
        rejects=sum(each.many for each in counts),
        received=at(last),
        drained=at(int(state.get("drained_at", "0"))),
        clock_behind=last > _us(now),
        writable=os.access(disk, os.W_OK),
        free=shutil.disk_usage(disk).free,
        ignored=json.loads(state.get("ignored", "{}")),
        stations=_reporters(workspace, seen, counts, now),
        counted=counts,
    )


def status(found: Stand) -> dict[str, object]:
    """How the intake stands, as the command tells it."""
    return {
        "listener": found.listener,
        "packets": found.packets,
        "waiting": found.waiting,
        "rejects": found.rejects,
        "last_received": found.received and found.received.isoformat(),
        "clock_behind": found.clock_behind,
        "ignored": found.ignored,
        "stations": [
            {
                "mn": each.mn, "site": each.site, "registered": each.registered, "packets": each.packets,
                "last_received": each.received and each.received.isoformat(), "last_data_time": each.data_time,
                "silent": each.silent,
            }
            for each in found.stations
        ],
    }  # fmt: skip


def rejects(box: Inbox, station: str | None = None, kind: str | None = None) -> Iterator[Refused]:
    """Everything that could not be taken, newest first, a piece at a time."""
    before = 0
    while rows := inbox_looks.rejects(box, station, kind, before=before, limit=_PIECE):
        yield from rows
        before = rows[-1].id


def told(reject: Refused, lang: str) -> dict[str, str]:
    """Why something could not be taken: what was met, what was expected, what to do."""
    said = messages().refusal(Refusal(reject.kind, **reject.facts), lang)
    return {**said, "met": shown(said["met"].encode())}


def shown(raw: bytes) -> str:
    """A packet as it came, its password left out."""
    return _PASSWORD.sub(rb"\1***", raw).decode("utf-8", "backslashreplace")


def marked(raw: bytes, place: int, around: int = 0) -> Marked:
    """A packet as it came, its password left out, with the byte at a place apart.

    around : how much of it is shown before and behind the place; 0: all of it
    """
    for found in _PASSWORD.finditer(raw):
        if found.start() <= place < found.end():  # it is told as a whole
            return _marked(shown(raw[: found.end(1)])[:-3], "***", shown(raw[found.end() :]), around)
    place = max(0, min(place, len(raw)))
    behind = raw[place:]
    width = len(behind[:4].decode("utf-8", "ignore")[:1].encode()) or 1  # a character is not cut in two
    return _marked(shown(raw[:place]), shown(behind[:width]), shown(behind[width:]), around)


def hours(box: Inbox, station: str, *, now: datetime) -> list[tuple[datetime, int]]:
    """How many packets of a station came in each hour of the last days, also those in which none came."""
    last = _us(now) // HOUR_US
    first = last - (HOURS_DAYS - 1) * _DAY_HOURS + 1
    found = inbox_looks.hours(box, station, first)
    return [(datetime.fromtimestamp(hour * HOUR_US / 1e6, ZONE), found.get(hour, 0)) for hour in range(first, last + 1)]


def at(microseconds: int) -> datetime | None:
    """A time of the inbox; None for none."""
    return datetime.fromtimestamp(microseconds / 1e6, ZONE) if microseconds else None


def iso(microseconds: int) -> str | None:
    """A time of the inbox as text; None for none."""
    return moment_.isoformat() if (moment_ := at(microseconds)) else None


def reporter(workspace: Workspace, box: Inbox, mn: str, *, now: datetime) -> Reporter | None:
    """One station; None where neither the bundle, nor a packet, nor a reject knows it."""
    counts = inbox_looks.counted(box, _us(now - FRESH), mn)
    seen, known = inbox_looks.seen(box, mn), _known(workspace).get(mn)
    if mn == stations.EVERYBODY or not (known or seen[0] or counts):
        return None
    rejects_ = sum(each.many for each in counts), sum(each.fresh for each in counts)
    return _reporter(mn, known, seen, rejects_, _silence(workspace, now))


def _reporters(
    workspace: Workspace, seen: Mapping[str, tuple[int, int, str]], counts: Sequence[Counted], now: datetime
) -> tuple[Reporter, ...]:
    """The stations that the bundle knows and those that packets came of."""
    known, limit = _known(workspace), _silence(workspace, now)
    many, fresh = Counter[str](), Counter[str]()
    for each in counts:
        many[each.mn] += each.many
        fresh[each.mn] += each.fresh
    return tuple(
        _reporter(mn, known.get(mn), seen.get(mn, (0, 0, "")), (many[mn], fresh[mn]), limit)
        for mn in sorted({*known, *seen} - {stations.EVERYBODY})
    )


def _known(workspace: Workspace) -> Mapping[str, Station]:
    """The stations that the bundle knows, read again when their file is another one."""
    path = workspace.region_folder / "stations.csv"
    about = path.stat() if path.exists() else None
    changed = (about.st_mtime_ns, about.st_size) if about else (0, 0)
    return _read(workspace.region_folder, frozenset(workspace.region.sites), changed)


@lru_cache(maxsize=8)
def _read(folder: Path, sites: frozenset[str], changed: tuple[int, int]) -> Mapping[str, Station]:  # noqa: ARG001  # it is another file then
    return stations.read(folder, sites)


def _silence(workspace: Workspace, now: datetime) -> int:
    """Who was not heard since is silent."""
    return _us(now - timedelta(hours=float(workspace.region.parameter("stale_hours"))))


def _reporter(
    mn: str, station: Station | None, seen: tuple[int, int, str], rejects: tuple[int, int], limit: int
) -> Reporter:
    packets, came, time = seen
    return Reporter(
        mn=mn,
        site=station.site if station else None,
        packets=packets,
        came=came,
        data_time=time or None,
        replayed=bool(station and station.replayed),
        silent=station is not None and not station.replayed and came < limit,
        rejects=rejects[0],
        fresh=rejects[1],
    )


def _marked(before: str, here: str, after: str, around: int) -> Marked:
    cut = around or max(len(before), len(after))
    return Marked(
        f"… {before[-cut:]}" if len(before) > cut else before, here, f"{after[:cut]} …" if len(after) > cut else after
    )


def _us(moment_: datetime) -> int:
    return round(moment_.timestamp() * 1e6)
