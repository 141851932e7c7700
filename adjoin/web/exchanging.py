"""Addresses between the two sides: how far each is, and package files in pieces. What they bring is verified inside."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from adjoin.core.refusal import Refusal
from adjoin.loop import exchange, fork, wire
from adjoin.web.site import Site, site_of

router = APIRouter(include_in_schema=False)

Size = Annotated[int, Query(ge=0, le=wire.LARGEST)]
Seq = Annotated[int, Query(ge=0, le=2**31)]


@router.get("/exchange/head")
def head(request: Request) -> JSONResponse:
    """How far this side's chain goes, how much of it the other side has not signed for, how much of theirs is here."""
    return JSONResponse(exchange.head(site_of(request).ws))


@router.post("/exchange/package")
async def package(request: Request) -> Response:
    """Take in a package of the other side in one piece; the answer is the package for it."""
    data = await _body(request, wire.LARGEST)
    site = site_of(request)
    came, answer = await run_in_threadpool(lambda: exchange.receive(site.ws, data, now=site.clock()))
    if came.faults:  # who brings what does not hold gets nothing for it
        raise Refusal("package_refused", met=came.faults[0].fault, party=came.faults[0].party, file="-", line="-")
    return Response(answer, media_type="application/zip")


@router.head("/exchange/inbox/{name}")
def arrived(request: Request, name: str) -> Response:
    """How much of a package has arrived."""
    return Response(headers={"Upload-Offset": str(wire.arrived(site_of(request).ws, name))})


@router.put("/exchange/inbox/{name}")
async def piece(request: Request, name: str, offset: Size, size: Size) -> JSONResponse:
    """The next piece of a package; with the last one it is taken, or refused as a whole and why."""
    data = await _body(request, wire.PIECE)
    site = site_of(request)
    said = await run_in_threadpool(lambda: wire.piece(site.ws, name, data, offset=offset, size=size, now=site.clock()))
    return JSONResponse(said)


@router.post("/exchange/outbox")
def outbox(request: Request, since: Seq = 0) -> JSONResponse:
    """A package for the other side is made ready."""
    site = _asked(request)
    return JSONResponse(wire.ready(site.ws, exchange.export(site.ws, now=site.clock(), since=since)))


@router.post("/exchange/own")
def own(request: Request) -> JSONResponse:
    """What is held here of the asker's own chain is made ready: for a side that lost a part of it."""
    site = _asked(request)
    return JSONResponse(wire.ready(site.ws, fork.give_back(site.ws)))


@router.get("/exchange/outbox/{name}")
def fetched(request: Request, name: str) -> FileResponse:
    """A package that was made ready; `Range` asks for a part of it."""
    return FileResponse(wire.laid_out(_asked(request).ws, name), media_type="application/zip")


def _asked(request: Request) -> Site:
    """The site, where it is the other side that asks."""
    site = site_of(request)
    wire.check_ask(site.ws, request.headers.get(wire.ASK, ""), request.url.path, site.clock())
    return site


async def _body(request: Request, most: int) -> bytes:
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > most:
            raise Refusal("package_too_large", met=len(data), expected=most)
    return bytes(data)
