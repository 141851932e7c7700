"""What the pages on telemetry show in their lists: stations, rejects, requests, packets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from adjoin.formats import hj212_readings
from adjoin.formats.messages import messages
from adjoin.loop import telemetry
from adjoin.loop.telemetry import Marked, Reporter
from adjoin.loop.workspace import Workspace
from adjoin.store.inbox import Kept, Refused
from adjoin.web.page import Ask
from adjoin.web.words import Both, said, site_name

AHEAD = timedelta(hours=1)  # that the clock of a station may go before this one
AROUND = 220  # characters of a packet before and behind the place
_BIGGEST = 10**15


@dataclass(frozen=True, slots=True)
class StationLine:
    """A station: whether it is registered, what came of it, since when it is silent."""

    mn: str
    name: Both  # of its site
    site: str | None
    registered: bool
    replayed: bool
    packets: int
    received: datetime | None
    newest: datetime | None
    ahead: bool  # whether that time has not come yet
    silent: bool
    lasts: Both  # how long the silence lasts
    rejects: int
    fresh: int
    href: str


@dataclass(frozen=True, slots=True)
class RejectLine:
    """What could not be taken: from whom, where the fault stood, why, and what to do."""

    id: int
    received: datetime | None
    mn: str
    href: str
    peer: str
    place: int
    kind: str
    met: Both
    expected: Both
    do: Both
    packet: Marked | None  # None: only those see it who may


@dataclass(frozen=True, slots=True)
class RequestLine:
    """What was asked of a station, and what became of it."""

    id: int
    mn: str
    href: str
    cn: str
    what: Both
    fields: str
    asked: datetime | None
    state: str
    said: str
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class PacketLine:
    """A packet that is kept."""

    id: int
    received: datetime | None
    cn: str
    what: Both
    data_time: datetime | None
    waits: bool
    text: str | None


def address(mn: str) -> str:
    """Where a station is shown."""
    return f"/telemetry/{quote(mn, safe='')}"


def station_line(ws: Workspace, each: Reporter, now: datetime) -> StationLine:
    """A station as it is listed."""
    return StationLine(
        mn=each.mn,
        name=site_name(ws.region, each.site) if each.site else Both("", ""),
        site=each.site,
        registered=each.registered,
        replayed=each.replayed,
        packets=each.packets,
        received=each.received,
        newest=each.newest,
        ahead=each.newest is not None and each.newest - now > AHEAD,
        silent=each.silent,
        lasts=_lasts(now - each.received) if each.silent and each.received else Both("", ""),
        rejects=each.rejects,
        fresh=each.fresh,
        href=address(each.mn),
    )


def _lasts(span: timedelta) -> Both:
    if span < timedelta(days=2):
        return said("web.telemetry.lasts.hours", count=int(span.total_seconds() // 3600))
    return said("web.telemetry.lasts.days", count=span.days)


def reject_line(each: Refused, trusted: bool) -> RejectLine:
    """A reject; what came over the wire unread stays with those who may see it, as it may hold a password in pieces."""
    zh, en = (telemetry.told(each, lang) for lang in ("zh", "en"))
    is_open = trusted or each.packet is not None
    return RejectLine(
        id=each.id,
        received=telemetry.at(each.received),
        mn=each.mn,
        href=address(each.mn) if each.mn else "",
        peer=each.peer if trusted else "",
        place=each.place,
        kind=each.kind,
        met=Both(zh["met"], en["met"]) if is_open else Both("", ""),
        expected=Both(zh["expected"], en["expected"]),
        do=Both(zh["do"], en["do"]),
        packet=telemetry.marked(each.raw, each.place, AROUND) if trusted else None,
    )


def request_line(row: Mapping[str, Any]) -> RequestLine:
    """A request as it is listed."""
    return RequestLine(
        id=row["id"],
        mn=row["mn"],
        href=address(row["mn"]),
        cn=row["cn"],
        what=command(row["cn"]),
        fields=", ".join(f"{name} {value}" for name, value in row["fields"].items()),
        asked=telemetry.at(row["asked"]),
        state=row["state"],
        said=row["said"],
        changed=telemetry.at(row["changed"]),
    )


def packet_line(each: Kept, mark: int, trusted: bool) -> PacketLine:
    """A kept packet as it is listed; `mark`: the last that the book has taken in."""
    text = telemetry.shown(each.raw) if trusted else None
    time = hj212_readings.moment(each.data_time)
    return PacketLine(each.id, telemetry.at(each.received), each.cn, command(each.cn), time, each.id > mark, text)


def command(cn: str) -> Both:
    """What a command is called; nothing where it has no name here."""
    key = f"web.telemetry.cn.{cn}"
    return said(key) if key in messages().says else Both("", "")


def number(ask: Ask, name: str) -> int:
    """A whole number that was asked with; 0 where there is none."""
    text = ask.query.get(name, "")
    return min(int(text), _BIGGEST) if text.isascii() and text.isdigit() else 0
