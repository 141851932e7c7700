"""Addresses of the calculators: the list, a form, an answer. Nobody needs to sign in to compute."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from adjoin.web.page import Page
from adjoin.web.pages import compute
from adjoin.web.render import as_json
from adjoin.web.site import language, site_of

router = APIRouter(include_in_schema=False)


@router.get("/compute")
def listing(request: Request) -> Response:
    """All methods."""
    return _shown(request, compute.computes(), "/compute")


@router.get("/compute.json")
def listing_twin() -> Response:
    """All methods, as JSON."""
    return Response(as_json(compute.computes()), media_type="application/json")


@router.get("/compute/{method}")
def form(request: Request, method: str, example: int = 0) -> Response:
    """The form of a method, with a case loaded."""
    name = method.removesuffix(".json")
    page = compute.compute(name, example=min(max(example, 0), 10_000))
    if name != method:
        return Response(as_json(page), media_type="application/json")
    return _shown(request, page, f"/compute/{name}")


@router.post("/compute/{method}")
async def answer(request: Request, method: str) -> Response:
    """The answer to what was typed, beside it."""
    from starlette.concurrency import run_in_threadpool

    typed = {key: value async for key, value in _typed(request)}
    page = await run_in_threadpool(lambda: compute.compute(method, typed=typed))
    return _shown(request, page, f"/compute/{method}", 422 if page.error else 200)


async def _typed(request: Request):  # type: ignore[no-untyped-def]  # noqa: ANN202  # an async stream of pairs of text
    async with request.form(max_files=0, max_fields=80, max_part_size=compute.LARGEST_FIELD) as typed:
        for key, value in typed.items():
            if isinstance(value, str):
                yield key, value


def _shown(request: Request, page: Page, twin: str, status: int = 200) -> Response:
    site, lang = site_of(request), language(request)
    return HTMLResponse(site.shown(page, request, lang, twin=twin, sheet=False), status)
