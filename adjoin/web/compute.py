"""Every method over HTTP: `POST /api/compute/{method}`, and the list of what there is."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from adjoin.core.refusal import Refusal
from adjoin.doors import registry
from adjoin.doors.given import parse

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
def answer(method: str, data: Annotated[bytes, Depends(body)], lang: Lang = "zh") -> JSONResponse:
    """The answer of a method; a refused question gives 422 with the error object."""
    try:
        return JSONResponse(registry.answer(method, parse(_bounded(data))))
    except Refusal as refusal:
        return JSONResponse(registry.error(refusal, lang), status_code=422)


def _bounded(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise Refusal("too_large", met=LARGEST, expected=LARGEST)
    return data
