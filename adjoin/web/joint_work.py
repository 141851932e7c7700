"""Addresses where joint work is done: agreements, comparison, draws, white list, sharing; deadlines as a calendar."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.loop import digest, draw, hand_over, settle, sharing, white_list
from adjoin.waste.transfer import Application
from adjoin.web.acting import Short, Text, Token, go, signed_in
from adjoin.web.reading import as_table
from adjoin.web.site import language, site_of

router = APIRouter(include_in_schema=False)

Long = Annotated[str, Form(max_length=4_000_000)]
Year = Annotated[int, Form(ge=2000, le=2200)]
Count = Annotated[int, Form(ge=0, le=200_000)]
Hours = Annotated[int, Form(ge=0, le=87_600)]
Tonnes = Annotated[float, Form(gt=0, le=1e9)]
_STEPS = {"agree": draw.agree, "commit": draw.commit, "reveal": draw.reveal, "silence": draw.call_silence}


@router.get("/my-desk.ics")
def calendar(request: Request) -> Response:
    """The deadlines of this side for a calendar program."""
    site = site_of(request)
    made = digest.calendar(site.ws, now=site.clock(), lang=language(request), base=str(request.base_url).rstrip("/"))
    named = {"Content-Disposition": 'inline; filename="adjoin.ics"'}
    return Response(made, media_type="text/calendar; charset=utf-8", headers=named)


@router.post("/agreement/{name}/claim")
def claim(request: Request, name: str, token: Token, period: Short) -> Response:
    """Claim a month that is over."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    settle.claim(site.ws, name, period, by=reader.name, now=site.clock())
    return go(request, f"/agreement/{name}?period={period}")


@router.post("/agreement/{name}/dispute")
def dispute(request: Request, name: str, token: Token, period: Short, reason: Text) -> Response:
    """Open a mediation on a month."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    case = settle.dispute(site.ws, name, period, by=reader.name, reason=reason.strip(), now=site.clock())
    return go(request, f"/case/{case.id}")


@router.post("/draws/propose")
def propose_draw(
    request: Request,
    *,
    token: Token,
    purpose: Short,
    population: Long,
    count: Count,
    default_count: Count,
    reveal_by: Short,
) -> Response:
    """Propose the terms of a draw; one unit a line."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    units = [line.strip() for line in population.splitlines() if line.strip()]
    terms = {
        "purpose": purpose,
        "population": units,
        "count": count,
        "default_count": default_count,
        "reveal_by": _day(reveal_by),
    }
    draw.propose(site.ws, terms, by=reader.name, now=site.clock())
    return go(request, "/draws")


@router.post("/draws/{name}/{step}")
def draw_step(request: Request, name: str, step: str, token: Token) -> Response:
    """The next step of a draw: sign its terms, commit, reveal, call silence."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    if step not in _STEPS:
        raise Refusal("no_such_page", met=request.url.path[:120])
    _STEPS[step](site.ws, name, by=reader.name, now=site.clock())
    return go(request, "/draws")


@router.post("/white-list/propose")
def propose_line(
    request: Request, *, token: Token, year: Year, receiver: Short, code: Short, ours: Short, theirs: Short
) -> Response:
    """Propose a line of the list of a year."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    parts = {site.ws.party: ours.strip(), site.ws.other: theirs.strip()}
    white_list.propose(site.ws, year, receiver.strip(), code.strip(), parts, by=reader.name, now=site.clock())
    return go(request, f"/white-list?period={year}")


@router.post("/white-list/agree")
def agree_line(request: Request, token: Token, name: Short) -> Response:
    """Sign a line that the other side proposed."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    row = white_list.agree(site.ws, name, by=reader.name, now=site.clock())
    return go(request, f"/white-list?period={row.year}")


@router.post("/white-list/apply")
def apply(
    request: Request,
    *,
    token: Token,
    year: Year,
    receiver: Short,
    code: Short,
    tonnes: Tonnes,
    site: Short,
    permit: Short = "",
) -> Response:
    """Decide on a transfer: approved and told, asked about, or refused."""
    here = site_of(request)
    reader = signed_in(request, here, token)
    asked = Application(receiver.strip(), code.strip(), year, tonnes, permit_valid=bool(permit), suspended=False)
    decided = white_list.apply(here.ws, asked, site=site, by=reader.name, now=here.clock())
    if decided.verdict.decision == "refuse":
        raise Refusal("transfer_refused", met=f"{receiver} {code}", clause=decided.verdict.clause)
    return go(request, f"/case/{decided.case.id}" if decided.case else f"/white-list?period={year}")


@router.post("/compare/open")
def open_conflict(request: Request, token: Token, name: Short, reason: Text) -> Response:
    """Open a mediation on one water under two aims."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    case = hand_over.open_case(
        site.ws, procedure="mediation", finding=name, by=reader.name, reason=reason.strip(), now=site.clock()
    )
    return go(request, f"/case/{case.id}")


@router.post("/sharing/give")
def give(
    request: Request,
    *,
    token: Token,
    site: Short,
    quantity: Short,
    since: Short,
    until: Short = "",
    delay_h: Hours = 0,
    digits: Short = "",
) -> Response:
    """Grant the other side some series."""
    here = site_of(request)
    reader = signed_in(request, here, token)
    places = digits.strip()
    terms = {
        "sites": [site],
        "quantities": [quantity],
        "since": parse_time(since).isoformat(),
        "until": parse_time(until).isoformat() if until.strip() else None,
        "delay_h": delay_h,
        "digits": int(places) if places.isascii() and places.isdigit() else None,
    }
    sharing.give(here.ws, terms, by=reader.name, now=here.clock())
    return go(request, "/sharing")


@router.post("/sharing/{name}/{step}")
def share_step(request: Request, name: str, step: str, token: Token, period: Short = "") -> Response:
    """Hand a period over, end a grant, or give a receipt."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    if step == "hand":
        sharing.hand(site.ws, name, period.strip(), by=reader.name, now=site.clock())
    elif step == "end":
        sharing.end(site.ws, name, by=reader.name, now=site.clock())
    elif step == "receipt":
        sharing.receipt(site.ws, name, by=reader.name, now=site.clock())
    else:
        raise Refusal("no_such_page", met=request.url.path[:120])
    return go(request, "/sharing")


@router.get("/sharing/{name}.csv")
def share_table(request: Request, name: str) -> Response:
    """The values of a grant as a table, with the digits that are shared."""
    site = site_of(request)
    if site.door.reader(request) is None:
        raise Refusal("sign_in_first", expected=site.ws.party)
    rows = sharing.rows(site.ws, name, now=site.clock())
    cells = ((row.site, row.quantity, row.time.isoformat(), row.value or "", row.unit, row.flag) for row in rows)
    return as_table(("site", "quantity", "time", "value", "unit", "flag"), cells, f"{name}.csv")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Refusal("bad_terms", met="reveal_by", expected="2026-09-30") from None
