"""Telemetry: do the stations report, what did not get in, what is kept?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from adjoin.loop import intake, telemetry
from adjoin.loop.telemetry import Reporter, Stand
from adjoin.loop.workspace import Workspace
from adjoin.store import inbox_looks
from adjoin.store.inbox import Inbox, Refused
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.telemetry_lines import (
    RejectLine,
    RequestLine,
    StationLine,
    number,
    reject_line,
    request_line,
    station_line,
)
from adjoin.web.words import Both, moment, said, site_name

STATIONS, REJECTS, REQUESTS, FACTORS = 50, 20, 20, 30  # lines of one page
NOBODY = "."  # asks for rejects of which no station is known; no MN looks so
ASKS = ("q", "show", "page", "station", "kind", "before")
SHOWS = ("all", "silent", "rejects", "unregistered")
COLUMNS = (
    "received", "mn", "peer", "place", "kind", "met_zh", "met_en", "expected_zh", "expected_en", "do_zh", "do_en",
    "packet",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inflow:
    """The listener, the inbox and the disk beneath them."""

    listening: bool
    listener: Both
    packets: int
    received: datetime | None
    waiting: int
    waits_since: datetime | None
    drained: datetime | None
    stuck: bool
    takes: bool
    free_gb: float
    clock_behind: bool


@dataclass(frozen=True)
class TelemetryPage(Page):
    """Who reports, what was refused, what is kept."""

    template: ClassVar[str] = "telemetry.html"
    nav: ClassVar[str] = "/telemetry"

    verdict: Verdict = shown("whether all stations report and everything gets in, and what to do first")
    empty: bool = shown("whether nothing ever came")
    inflow: Inflow = shown("how listener, inbox and disk stand")
    counts: Mapping[str, int] = shown(
        "stations: all, registered, reporting, silent, with rejects of the last day, not registered"
    )
    stations: tuple[StationLine, ...] = shown("stations, those that need somebody first, fifty a page")
    found: int = shown("how many stations were asked for")
    q: str = shown("what the name or MN of the stations has to hold")
    show: str = shown("which stations were asked for: all, silent, rejects, unregistered")
    page: int = shown("which page of the stations this is")
    pages: int = shown("how many pages of stations there are")
    rejects: tuple[RejectLine, ...] = shown("what could not be taken, the newest first, twenty a page")
    matching: int = shown("how many rejects were asked for")
    station: str = shown("the station whose rejects were asked for")
    kind: str = shown("the kind of reject that was asked for")
    kinds: tuple[tuple[str, int], ...] = shown("kinds of reject that are kept, with their count")
    older: str = shown("where the next older rejects are shown")
    table: str = shown("where all rejects that were asked for are downloaded")
    requests: tuple[RequestLine, ...] = shown("what was asked of stations, the newest first")
    ignored: tuple[tuple[str, int], ...] = shown(
        "factors that came and that the bundle does not know, with their count"
    )
    trusted: bool = shown("whether the reader may see addresses of clients and packets")


def build(ws: Workspace, ask: Ask, *, trusted: bool = False) -> TelemetryPage:
    """The page as it stands now; `trusted`: the reader may see addresses of clients and packets."""
    box = intake.inbox(ws, lambda: ask.now)
    stand = telemetry.stand(ws, box, now=ask.now)
    chosen, q, show = _chosen(ws, stand, ask)
    pages = max(1, -(-len(chosen) // STATIONS))
    page = min(max(1, number(ask, "page")), pages)
    station, kind = _filter(ask)
    rows = inbox_looks.rejects(box, station, kind, before=number(ask, "before"), limit=REJECTS)
    return TelemetryPage(
        title=said("web.telemetry"),
        verdict=_verdict(stand, ask.now),
        empty=not (stand.packets or stand.rejects or stand.listener),
        inflow=_inflow(stand, ask.now),
        counts=_counts(stand),
        stations=tuple(station_line(ws, each, ask.now) for each in chosen[(page - 1) * STATIONS : page * STATIONS]),
        found=len(chosen),
        q=q,
        show=show,
        page=page,
        pages=pages,
        rejects=tuple(reject_line(each, trusted) for each in rows),
        matching=sum(each.many for each in stand.counted if _is_asked(each.mn, each.kind, station, kind)),
        station=ask.query.get("station", "").strip(),
        kind=kind or "",
        kinds=_kinds(stand),
        older=_older(ask, rows),
        table="/telemetry.csv" + _asking(ask, "station", "kind"),
        requests=tuple(map(request_line, inbox_looks.requests(box, limit=REQUESTS))),
        ignored=_ignored(stand),
        trusted=trusted,
    )


def table(box: Inbox, ask: Ask, *, trusted: bool) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """All rejects that are asked for, the newest first, one after the other."""
    hidden = " / ".join(said("web.telemetry.sign_in"))
    return COLUMNS, (_cells(each, hidden, trusted) for each in telemetry.rejects(box, *_filter(ask)))


# — stations —


def _chosen(ws: Workspace, stand: Stand, ask: Ask) -> tuple[list[Reporter], str, str]:
    """The stations that were asked for, those that need somebody first."""
    q, show = ask.query.get("q", "").strip()[:60], ask.query.get("show", "")
    show, wanted = show if show in SHOWS else "all", q.casefold()
    found = [each for each in stand.stations if _is_shown(each, show) and _has(ws, each, wanted)]
    return sorted(found, key=_need), q, show


def _is_shown(each: Reporter, show: str) -> bool:
    return {"silent": each.silent, "rejects": each.rejects > 0, "unregistered": not each.registered}.get(show, True)


def _has(ws: Workspace, each: Reporter, wanted: str) -> bool:
    name = site_name(ws.region, each.site) if wanted and each.site else ("", "")
    return not wanted or any(wanted in text.casefold() for text in (each.mn, each.site or "", *name))


def _need(each: Reporter) -> tuple[bool, bool, int, str]:
    return not each.silent, each.registered, -each.fresh, each.mn


def _counts(stand: Stand) -> dict[str, int]:
    every = stand.stations
    return {
        "all": len(every),
        "registered": sum(each.registered for each in every),
        "reporting": sum(each.registered and each.packets > 0 and not each.silent for each in every),
        "silent": sum(each.silent for each in every),
        "rejects": sum(each.fresh > 0 for each in every),
        "unregistered": sum(not each.registered for each in every),
    }


# — verdicts —


def _verdict(stand: Stand, now: datetime) -> Verdict:
    if not (stand.packets or stand.rejects or stand.listener):
        return Verdict("unknown", said("web.telemetry.none"), said("web.telemetry.none.turn"), "none")
    troubles = _troubles(stand, now)
    if troubles:
        parts = [said(f"web.telemetry.bad.{key}", **facts) for key, facts in troubles]
        english = "; ".join(part.en for part in parts)
        every = Both("；".join(part.zh for part in parts), english[:1].upper() + english[1:])
        return Verdict("bad", every, said(f"web.telemetry.turn.{troubles[0][0]}"))
    if stand.received is None:
        return Verdict("unknown", said("web.telemetry.quiet"), said("web.telemetry.none.turn"))
    fine = said("web.telemetry.fine", count=_counts(stand)["reporting"], time=moment(stand.received))
    return Verdict("fine", fine, Both("", ""))


def _troubles(stand: Stand, now: datetime) -> list[tuple[str, dict[str, object]]]:
    """What is wrong, the worst first, with its facts."""
    counts, fresh = _counts(stand), sum(each.fresh for each in stand.counted)
    senders = len({each.mn for each in stand.counted if each.fresh and each.mn})
    waits = moment(stand.waits_since) if stand.waits_since else Both("", "")
    met: list[tuple[str, object, dict[str, object]]] = [
        ("disk", not stand.takes, {}),
        ("nobody", stand.listener is None, {}),
        ("stuck", stand.stuck(now), {"count": stand.waiting, "time": waits}),
        ("clock", stand.clock_behind, {}),
        ("silent", counts["silent"], {"count": counts["silent"]}),
        ("rejects", fresh, {"count": fresh, "stations": senders}),
        ("unregistered", counts["unregistered"], {"count": counts["unregistered"]}),
    ]
    return [(key, facts) for key, is_so, facts in met if is_so]


def _inflow(stand: Stand, now: datetime) -> Inflow:
    about = stand.listener
    listener = said("web.telemetry.nobody")
    if about is not None:
        listener = said("web.telemetry.listens", port=about.get("port", "—"), pid=about.get("pid", "—"))
    return Inflow(
        listening=about is not None,
        listener=listener,
        packets=stand.packets,
        received=stand.received,
        waiting=stand.waiting,
        waits_since=stand.waits_since,
        drained=stand.drained,
        stuck=stand.stuck(now),
        takes=stand.takes,
        free_gb=round(stand.free / 1e9, 1),
        clock_behind=stand.clock_behind,
    )


# — rejects —


def _filter(ask: Ask) -> tuple[str | None, str | None]:
    """Station and kind whose rejects are asked for; None: of all."""
    station, kind = ask.query.get("station", "").strip(), ask.query.get("kind", "").strip()
    return "" if station == NOBODY else station or None, kind or None


def _is_asked(mn: str, kind: str, station: str | None, wanted: str | None) -> bool:
    return station in {None, mn} and wanted in {None, kind}


def _cells(each: Refused, hidden: str, trusted: bool) -> tuple[object, ...]:
    line = reject_line(each, trusted)
    met = line.met if any(line.met) else Both(hidden, hidden)
    packet = telemetry.shown(each.raw) if trusted else hidden
    received = line.received.isoformat() if line.received else ""
    peer = line.peer if trusted else hidden
    return (received, line.mn, peer, line.place, line.kind, *met, *line.expected, *line.do, packet)


def _kinds(stand: Stand) -> tuple[tuple[str, int], ...]:
    kinds: dict[str, int] = {}
    for each in stand.counted:
        kinds[each.kind] = kinds.get(each.kind, 0) + each.many
    return tuple(sorted(kinds.items(), key=lambda one: (-one[1], one[0])))


def _ignored(stand: Stand) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(stand.ignored.items(), key=lambda one: (-one[1], one[0]))[:FACTORS])


def _older(ask: Ask, rows: Sequence[Refused]) -> str:
    if len(rows) < REJECTS:
        return ""
    before = {"before": str(rows[-1].id)}
    return "/telemetry" + _asking(ask, "station", "kind", **before) + "#rejects"


def _asking(ask: Ask, *names: str, **more: str) -> str:
    asked = {name: value for name in names if (value := ask.query.get(name, "").strip())} | more
    return f"?{urlencode(asked)}" if asked else ""
