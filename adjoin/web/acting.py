"""Addresses that change something: signing in and out, opening a case, making a move, taking in a package.

Every form carries a token of this browser and sign-in; what is refused answers with what was met, what was
expected and what to do, and changes nothing.
"""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from adjoin.core.evidence import Evidence
from adjoin.core.refusal import Refusal
from adjoin.joint.case import Case
from adjoin.loop import access, attribute, hand_over, people, respond
from adjoin.loop import elsewhere as outside
from adjoin.web import elsewhere, exchanging
from adjoin.web.geography import href
from adjoin.web.lines import turn_of
from adjoin.web.page import Ask
from adjoin.web.pages import confirm, desk
from adjoin.web.pages.refused import LoginPage, login
from adjoin.web.session import WRONG, Reader
from adjoin.web.site import Site, language, site_of
from adjoin.web.words import joined, party_name, word

router = APIRouter(include_in_schema=False)
router.include_router(exchanging.router)
router.include_router(elsewhere.router)

LONGEST_NEXT = 1500
Short = Annotated[str, Form(max_length=200)]
Token = Annotated[str, Form(max_length=400)]
Text = Annotated[str, Form(max_length=2000)]
Numbers = Annotated[list[Annotated[int, Form(ge=0, le=999)]], Form(max_length=99)]


@router.get("/login")
def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002  # the name that the address uses
    """The page to sign in."""
    site = site_of(request)
    visitor = site.door.visitor(request)
    return _login(request, site, visitor, login(next[:LONGEST_NEXT]), 200)


@router.post("/login")
def sign_in(  # noqa: PLR0917  # the form's fields
    request: Request,
    name: Short,
    password: Short,
    token: Token,
    next: Text = "/",  # noqa: A002  # as above
    code: Short = "",
) -> Response:
    """Sign in, and go back to where it was asked for."""
    site = site_of(request)
    site.door.check(token, site.door.visitor(request))
    origin = request.client.host if request.client else ""
    try:
        reader = site.door.sign_in(name, password, origin, site.clock(), code=code)
    except Refusal as refusal:
        if refusal.kind not in WRONG | {"too_many_tries"}:
            raise
        status = 429 if refusal.kind == "too_many_tries" else 422
        return _login(request, site, site.door.visitor(request), login(next, name, refusal), status)
    response = go(request, login(next).next)
    site.door.remember(response, reader)
    return response


def _login(request: Request, site: Site, visitor: str, page: LoginPage, status: int) -> Response:
    more = {"token": site.door.token(visitor), "elsewhere": outside.settings(site.ws) is not None}
    response = HTMLResponse(site.shown(page, request, language(request), **more), status)
    site.door.welcome(response, visitor)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/logout")
def sign_out(request: Request, token: Token) -> Response:
    """Sign out."""
    site = site_of(request)
    signed_in(request, site, token)
    response = go(request, "/")
    site.door.forget(response)
    return response


@router.post("/finding/{name}/open")
def open_case(request: Request, name: str, token: Token, procedure: Short, reason: Text) -> Response:
    """Open a case on a finding."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    case = hand_over.open_case(
        site.ws,
        procedure=procedure,
        finding=name,
        by=reader.name,
        reason=reason.strip(),
        demonstration=reader.demonstration,
        typed=reader.demonstration,
        now=site.clock(),
    )
    return go(request, f"/case/{case.id}")


@router.post("/desk/open")
def open_message(request: Request, token: Token, procedure: Short, reason: Text, asked: Text) -> Response:
    """Tell the other side of an event: open a case under one of the procedures of the emergency desk."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    now = site.clock()
    page = desk.build(site.ws, Ask(now, query=dict(parse_qsl(asked))))
    if page.answer is None:
        raise Refusal("desk_not_asked")
    if procedure not in {message.procedure for message in page.answer.messages}:
        raise Refusal("unknown_procedure", met=procedure, expected=", ".join(respond.MESSAGES))
    case = hand_over.open_message(
        site.ws,
        procedure=procedure,
        site=page.answer.site,
        quantity=page.answer.quantity,
        by=reader.name,
        reason=reason.strip(),
        evidence=[page.evidence],
        demonstration=reader.demonstration,
        typed=reader.demonstration,
        drill=page.drill,
        now=now,
    )
    return go(request, f"/case/{case.id}")


@router.post("/case/{name}/look")
def look(
    request: Request,
    name: str,
    *,
    token: Token,
    move: Short,
    reason: Text = "",
    other: Text = "",
    evidence: Numbers = [],  # noqa: B006  # FastAPI copies it
) -> Response:
    """What a move would sign, to be read once more; nothing is signed yet."""
    site = site_of(request)
    reader = _mover(request, site, token, name)
    now, cited = site.clock(), _cited(site, name, evidence, other.strip())
    try:
        hand_over.may(site.ws, name, move, reason=reason.strip(), evidence=cited, now=now)
    except Refusal as refusal:
        raise _in_words(site, hand_over.case(site.ws, name, now=now), refusal) from None
    typed = confirm.Typed(move, reason.strip(), other.strip(), tuple(evidence), cited)
    page = confirm.build(site.ws, name, typed, by=reader.name, now=now)
    response = HTMLResponse(site.shown(page, request, language(request)))
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/case/{name}/move")
def move(
    request: Request,
    name: str,
    *,
    token: Token,
    move: Short,
    reason: Text = "",
    other: Text = "",
    evidence: Numbers = [],  # noqa: B006  # FastAPI copies it
) -> Response:
    """Make a move in a case."""
    site = site_of(request)
    reader = _mover(request, site, token, name)
    now, cited = site.clock(), _cited(site, name, evidence, other.strip())
    try:
        hand_over.move(
            site.ws,
            name,
            move,
            by=reader.name,
            reason=reason.strip(),
            evidence=cited,
            demonstration=reader.demonstration,
            typed=reader.demonstration,
            now=now,
        )
    except Refusal as refusal:
        raise _in_words(site, hand_over.case(site.ws, name, now=now), refusal) from None
    return go(request, f"/case/{name}")


def signed_in(request: Request, site: Site, token: str, *, state: str | None = None) -> Reader:
    """Who acts: somebody of this side who signed in, was shown this form, and may do what it does.

    state : of what the form is about, where the table of access asks for it
    """
    reader = site.door.reader(request)
    person = None if reader is None else people.person(site.ws, reader.name)
    if reader is None or person is None or reader.party != site.ws.party:
        raise Refusal("sign_in_first", expected=party_name(site.ws.region, site.ws.party))
    site.door.check(token, reader.nonce)
    table = access.access(site.ws)
    name, action = table.of_form(getattr(request.scope.get("route"), "path", ""))
    asked = state or table.objects[name][1][0]
    table.check(access.cell(site.ws, person, name, action, asked))
    return reader


def _mover(request: Request, site: Site, token: str, name: str) -> Reader:
    """Who makes a move in a case."""
    ended = hand_over.case(site.ws, name, now=site.clock()).outcome is not None
    return signed_in(request, site, token, state="final" if ended else "open")


def _in_words(site: Site, case: Case, refusal: Refusal) -> Refusal:
    """A refused move with its facts as people call them."""
    region, procedure = site.ws.region, case.procedure
    opened = [word(procedure, each.name) for each in case.open_to(site.ws.party)]
    words = {
        "met": word(procedure, str(refusal.facts.get("met"))),
        "party": party_name(region, site.ws.party),
        "expected": joined(opened) if opened else "—",
        "turn": turn_of(region, case),
    }
    return Refusal(refusal.kind, **{**refusal.facts, **words})


def _cited(site: Site, name: str, chosen: list[int], other: str) -> tuple[Evidence, ...]:
    """The evidence ticked in the form, and what was written beside it."""
    case = hand_over.case(site.ws, name, now=site.clock())
    offered = attribute.finding(site.ws, case.finding).evidence if case.finding and chosen else ()
    ticked = tuple(offered[number] for number in chosen if number < len(offered))
    return (*ticked, Evidence("note", other[:80], other, other)) if other else ticked


def go(request: Request, path: str) -> Response:
    """On to another page, in the language that was asked for."""
    return RedirectResponse(href(path, language(request)), 303)
