"""Every method over HTTP: `POST /api/compute/{method}`, and the list of what there is."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from adjoin.core.refusal import Refusal
from adjoin.doors import registry
from adjoin.doors.given import Given, parse
from adjoin.loop import jobs
from adjoin.web.site import Site, site_of

LARGEST = 8_000_000  # bytes of a question
Lang = Literal["zh", "en"]

router = APIRouter(prefix="/api/compute")


async def body(request: Request) -> bytes:
    """The bytes of a question, read no further than the largest that is taken."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > LARGEST:
            break
    return bytes(data)


@router.get("")
def listing(lang: Lang = "zh") -> JSONResponse:
    """All methods with what they give, formula, symbols and source."""
    told = {method: registry.door(method).explain.as_json(lang) for method in registry.methods()}
    return JSONResponse({"methods": told})


@router.post("/{method}")
def answer(request: Request, method: str, data: Annotated[bytes, Depends(body)], lang: Lang = "zh") -> JSONResponse:
    """The answer of a method; a refused question gives 422, an unknown method 404, a long one 202."""
    try:
        question = parse(_bounded(data))
        if registry.door(method).long:
            return _run(site_of(request), method, Given.of(question).values)
        return JSONResponse(registry.answer(method, question))
    except Refusal as refusal:
        status = 404 if refusal.kind == "unknown_method" else 422
        return JSONResponse(registry.error(refusal, lang), status)


def _run(site: Site, method: str, question: Mapping[str, object]) -> JSONResponse:
    """Where a long answer will stand: ask that address until its state is no longer waiting or running."""
    made = jobs.start(site.ws, method, question, by="", now=site.clock())
    told = {"job": made.id, "state": made.state, "href": f"/jobs/{made.id}.json"}
    return JSONResponse(told, status_code=202, headers={"Location": told["href"]})


def _bounded(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise Refusal("too_large", met=LARGEST, expected=LARGEST)
    return data
