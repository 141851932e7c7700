"""One station of telemetry: what it sent, what the book holds of it, what of it could not be taken."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from adjoin.core.refusal import Refusal
from adjoin.loop import intake, telemetry
from adjoin.loop.workspace import Workspace
from adjoin.store import inbox_looks
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.telemetry_lines import (
    PacketLine,
    RejectLine,
    RequestLine,
    StationLine,
    command,
    number,
    packet_line,
    reject_line,
    request_line,
    station_line,
)
from adjoin.web.words import Both, moment, quantity_name, said

MOST = 20  # lines of each list
HISTORIES = ("2061", "2051", "2031", "2041")  # hours, minutes, days, running times: what a station keeps


@dataclass(frozen=True, slots=True)
class ValueLine:
    """The newest value of a quantity in the observed book."""

    name: Both
    time: datetime
    value: str | None
    unit: str
    flag: str
    href: str


@dataclass(frozen=True)
class StationPage(Page):
    """One station: what it sent, what the book holds of it, what of it could not be taken."""

    template: ClassVar[str] = "telemetry_station.html"
    nav: ClassVar[str] = "/telemetry"

    verdict: Verdict = shown("whether the station reports, and what to do")
    line: StationLine = shown("the station")
    place: str = shown("where the site of the station is shown; empty where it is not registered")
    hours: tuple[tuple[datetime, int], ...] = shown("packets in each hour of the last days")
    values: tuple[ValueLine, ...] = shown("the newest value of each quantity in the observed book")
    packets: tuple[PacketLine, ...] = shown("kept packets, the newest first, twenty a page")
    older: str = shown("where the next older packets are shown")
    rejects: tuple[RejectLine, ...] = shown("the newest rejects of the station")
    requests: tuple[RequestLine, ...] = shown("what was asked of the station, the newest first")
    histories: tuple[tuple[str, Both], ...] = shown("what the station may be asked for, by its command")
    trusted: bool = shown("whether the reader may see addresses of clients and packets")


def build(ws: Workspace, ask: Ask, *, trusted: bool = False) -> StationPage:
    """The page of one station; refused where nobody ever heard of it."""
    (mn,) = ask.subject
    box = intake.inbox(ws, lambda: ask.now)
    reporter = telemetry.reporter(ws, box, mn, now=ask.now)
    if reporter is None:
        raise Refusal("unknown_station", met=mn[:40], near="/telemetry")
    line = station_line(ws, reporter, ask.now)
    packets, older = inbox_looks.packets(box, mn, before=number(ask, "before"), limit=MOST)
    mark = int(box.state().get("drained", "0"))
    return StationPage(
        title=Both(mn, mn),
        verdict=_station_verdict(line),
        line=line,
        place=_place(ws, reporter.site),
        hours=tuple(telemetry.hours(box, mn, now=ask.now)),
        values=_values(ws, reporter.site),
        packets=tuple(packet_line(each, mark, trusted) for each in packets),
        older=f"{line.href}?before={older}" if older else "",
        rejects=tuple(reject_line(each, trusted) for each in inbox_looks.rejects(box, mn, limit=MOST)),
        requests=tuple(map(request_line, inbox_looks.requests(box, mn, limit=MOST))),
        histories=tuple((cn, command(cn)) for cn in HISTORIES),
        trusted=trusted,
    )


def _place(ws: Workspace, site: str | None) -> str:
    found = ws.region.sites.get(site or "")
    return f"/{found.kind if found.kind in {'section', 'city'} else 'site'}/{found.id}" if found else ""


def _values(ws: Workspace, site: str | None) -> tuple[ValueLine, ...]:
    """What the observed book holds newest of the site."""
    if site is None:
        return ()
    latest = ws.computed("latest", ws.observed.latest)
    rows = sorted((row for (place, _), row in latest.items() if place == site), key=lambda row: row.quantity)
    return tuple(
        ValueLine(
            quantity_name(ws.region, row.quantity),
            row.time,
            row.value,
            row.unit,
            row.flag,
            f"/evidence/series/{site}/{quote(row.quantity, safe='')}",
        )
        for row in rows
    )


def _station_verdict(line: StationLine) -> Verdict:
    received = moment(line.received) if line.received else said("web.never")
    facts = {"time": received, "site": line.name, "count": line.fresh}
    if not line.registered and not line.packets:
        return Verdict("unknown", said("web.telemetry.one.refused"), said("web.telemetry.turn.rejects"))
    if not line.registered:
        return Verdict("bad", said("web.telemetry.one.unregistered", **facts), said("web.telemetry.turn.unregistered"))
    if line.silent:
        return Verdict("bad", said("web.telemetry.one.silent", **facts), said("web.telemetry.turn.silent"))
    if not line.packets:
        return Verdict("unknown", said("web.telemetry.one.never", **facts), Both("", ""))
    if line.fresh:
        return Verdict("bad", said("web.telemetry.one.rejects", **facts), said("web.telemetry.turn.rejects"))
    return Verdict("fine", said("web.telemetry.one.fine", **facts), Both("", ""))
