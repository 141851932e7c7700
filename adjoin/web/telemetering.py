"""Addresses of telemetry: the page, its twin, its table of rejects; the page of a station, and asking it something.

These answers differ by reader: addresses of clients and packets are shown to those who may look at telemetry.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.formats import hj212_exchange
from adjoin.loop import access, intake, people
from adjoin.web.acting import Short, Token, go, signed_in
from adjoin.web.address import ending
from adjoin.web.page import Ask, Page
from adjoin.web.pages import telemetry as every
from adjoin.web.pages import telemetry_station as one
from adjoin.web.reading import OWN, as_table
from adjoin.web.render import as_json
from adjoin.web.site import Site, language, site_of
from adjoin.web.telemetry_lines import address

router = APIRouter(include_in_schema=False)

Time = Annotated[str, Form(max_length=40)]


@router.get("/telemetry")
@router.get("/telemetry.json")
def telemetry(request: Request) -> Response:
    """Who reports, what was refused, what is kept."""
    site = site_of(request)
    made = every.build(site.ws, _ask(site, request), trusted=trusted(request, site))
    return _answered(request, site, made, "/telemetry")


@router.get("/telemetry.csv")
def rejects(request: Request) -> Response:
    """All rejects that are asked for."""
    site = site_of(request)
    ask = _ask(site, request)
    box = intake.inbox(site.ws, site.clock)
    return as_table(*every.table(box, ask, trusted=trusted(request, site)), "rejects.csv")


@router.get("/telemetry/{mn:path}")
def station(request: Request, mn: str) -> Response:
    """One station."""
    site = site_of(request)
    base, form = ending(mn)
    if form not in {"", ".json"}:
        raise Refusal("no_such_page", met=request.url.path[:120])
    made = one.build(site.ws, _ask(site, request, base), trusted=trusted(request, site))
    return _answered(request, site, made, address(base))


@router.post("/telemetry/ask")
def ask_station(request: Request, *, token: Token, mn: Short, command: Short, since: Time, until: Time) -> Response:
    """Ask a station for its history of a span: the listener sends it when the station is connected."""
    site = site_of(request)
    signed_in(request, site, token)
    if mn not in intake.registered(site.ws):
        raise Refusal("unknown_station", met=mn[:40], near="/telemetry")
    span = {"BeginTime": hj212_exchange.clock(_time(since)), "EndTime": hj212_exchange.clock(_time(until))}
    if command not in one.HISTORIES:
        raise Refusal("hj212_unknown_request", met=command[:20], expected=", ".join(one.HISTORIES))
    if span["BeginTime"] >= span["EndTime"]:
        raise Refusal("telemetry_span", met=f"{since} – {until}")
    intake.inbox(site.ws, site.clock).ask(mn, command, span)
    return go(request, f"{address(mn)}#requests")


def trusted(request: Request, site: Site) -> bool:
    """Whether somebody is signed in who may look at telemetry."""
    reader = site.door.reader(request)
    person = people.person(site.ws, reader.name) if reader and reader.party == site.ws.party else None
    return person is not None and access.access(site.ws).allows(access.cell(site.ws, person, "telemetry", "look"))


def _time(text: str) -> datetime:
    return parse_time(text.strip().replace("T", " "))


def _ask(site: Site, request: Request, *subject: str) -> Ask:
    asked = {name: value[:120] for name in every.ASKS if (value := request.query_params.get(name))}
    return Ask(site.clock(), subject, asked)


def _answered(request: Request, site: Site, made: Page, twin: str) -> Response:
    if request.url.path.endswith(".json"):
        return Response(as_json(made), media_type="application/json", headers=OWN)
    shown = site.shown(made, request, language(request), twin=twin, table_href="")
    return Response(shown, media_type="text/html; charset=utf-8", headers=OWN)
