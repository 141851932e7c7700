"""Signing in at the government's own identity service, and coming back as the account that is tied to it."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adjoin.core.refusal import Refusal
from adjoin.loop import elsewhere
from adjoin.web.geography import href
from adjoin.web.pages.refused import login
from adjoin.web.site import language, site_of

router = APIRouter(include_in_schema=False)

WAIT_S = 600  # how long somebody may take to sign in there


@router.get("/login/elsewhere")
def leave(request: Request, next: str = "/") -> Response:  # noqa: A002  # the name that the address uses
    """To the issuer, with everything that binds its answer to this browser."""
    site = site_of(request)
    where = elsewhere.settings(site.ws)
    if where is None:
        raise Refusal("no_such_page", met=request.url.path)
    begun = elsewhere.begin(where, _back(request))
    facts = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "next": login(next[:1500]).next}
    response = RedirectResponse(begun.address, 303)
    response.set_cookie(  # lax: the browser comes back from another site
        f"adjoin_{site.ws.party}_elsewhere", site.door.seal(facts), max_age=WAIT_S, httponly=True, samesite="lax"
    )
    return response


@router.get("/login/back")
def come_back(request: Request) -> Response:
    """From the issuer: signed in as the account that the identity is tied to."""
    site = site_of(request)
    where, cookie = elsewhere.settings(site.ws), f"adjoin_{site.ws.party}_elsewhere"
    if where is None:
        raise Refusal("no_such_page", met=request.url.path)
    begun = site.door.unseal(request.cookies.get(cookie, ""), WAIT_S)
    person = elsewhere.end(site.ws, where, begun, dict(request.query_params), _back(request))
    # a page that leads on by itself: a cookie that is strict is not sent on the way from another site
    target = json.dumps(href(begun.get("next", "/"), language(request)))[1:-1].replace("<", "%3C")
    response = Response(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={target}">',
        media_type="text/html; charset=utf-8",
    )
    site.door.remember(response, site.door.of_person(person))
    response.delete_cookie(cookie)
    response.headers["Cache-Control"] = "no-store"
    return response


def _back(request: Request) -> str:
    return f"{request.base_url}login/back"
