"""Packages by hand: an officer without a shell takes one away on a stick, and brings one of the other side in."""

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adjoin.core.refusal import Refusal
from adjoin.loop import exchange, wire
from adjoin.loop.exchange import Imported
from adjoin.loop.workspace import Workspace
from adjoin.web.acting import Token, go, signed_in
from adjoin.web.pages.exchange import fault_words
from adjoin.web.site import site_of
from adjoin.web.words import joined

router = APIRouter(include_in_schema=False)

FORMS = frozenset({"/exchange/export", "/exchange/import"})  # for people: what is refused answers as a page
SHOWN = 6  # reasons that are told at once; the page has them all


@router.post("/exchange/export")
def export(request: Request, token: Token) -> Response:
    """A package of what the other side has not signed for, as a file to carry over."""
    site = site_of(request)
    signed_in(request, site, token)
    now = site.clock()
    data = exchange.export(site.ws, now=now)
    name = f"{site.ws.party}-{now:%Y%m%dT%H%M}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/zip", headers=headers)


@router.post("/exchange/import")
async def take(request: Request, token: Token, file: Annotated[UploadFile, File()]) -> Response:
    """Take in a package that somebody brought: all of it, or nothing and why."""
    site = site_of(request)
    signed_in(request, site, token)
    data = await file.read(wire.LARGEST + 1)
    if len(data) > wire.LARGEST:
        raise Refusal("package_too_large", met=file.size or len(data), expected=wire.LARGEST)
    came = await run_in_threadpool(lambda: exchange.take(site.ws, data, now=site.clock()))
    _check(site.ws, came)
    return go(request, "/exchange#passed")


def _check(ws: Workspace, came: Imported) -> None:
    if came.faults:
        said = joined([fault_words(ws, each.party, each.fault, each.seq, each.facts) for each in came.faults[:SHOWN]])
        raise Refusal("package_not_taken", met=said)
