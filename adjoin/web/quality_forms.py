"""Addresses of the quality of data: flags are opened, findings answered, maintenance entered."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.loop import quality_follow
from adjoin.web.acting import Short, Token, go, signed_in
from adjoin.web.registering import Reason
from adjoin.web.site import site_of

router = APIRouter(include_in_schema=False)


@router.post("/coverage/open")
def open_new(request: Request, token: Token) -> Response:
    """Open the flags at own stations that nobody opened yet."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    quality_follow.open_new(site.ws, by=reader.name, now=site.clock())
    return go(request, "/coverage#findings")


@router.post("/coverage/finding")
def answer(request: Request, *, token: Token, finding: Short, do: Short, reason: Reason) -> Response:
    """Explain or close a finding about data."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    say = {"explain": quality_follow.explain, "close": quality_follow.close}.get(do)
    if say is None:
        raise Refusal("data_finding_not_open", met=do, expected="explain, close")
    say(site.ws, finding, by=reader.name, reason=reason, now=site.clock())
    return go(request, "/coverage#findings")


@router.post("/coverage/maintenance")
def maintain(request: Request, *, token: Token, site: Short, since: Short, until: Short, reason: Reason) -> Response:
    """Enter a window of maintenance."""
    here = site_of(request)
    reader = signed_in(request, here, token)
    said = {"by": reader.name, "reason": reason, "now": here.clock()}
    quality_follow.maintain(here.ws, site, parse_time(since), parse_time(until), **said)  # type: ignore[arg-type]  # of the types that are named
    return go(request, "/coverage#windows")
