"""Addresses of the calculators: the list, a form, an answer, and the answer as a file.

Nobody needs to sign in to compute. A filled template comes in at `/compute/<method>/table`; what was typed or filled in
goes out again as a template whose bad cell is coloured.
"""

import time
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from adjoin.core.entry import canonical, fingerprint
from adjoin.core.refusal import Refusal
from adjoin.doors import registry
from adjoin.formats import template_reading
from adjoin.loop import answers, jobs, plan
from adjoin.web import acting, answer_files, asked
from adjoin.web.answer_files import Told
from adjoin.web.page import Page
from adjoin.web.pages import compute
from adjoin.web.render import as_json
from adjoin.web.site import Site, language, site_of

router = APIRouter(include_in_schema=False)

FILES = ("csv", "xlsx", "pdf", "json")
LARGEST = 12_000_000  # bytes of a form, written as addresses are
NOTED_S = 1.0  # a run above this is remembered, so that the next one is judged by it


@router.get("/compute")
def listing(request: Request, find: str = "") -> Response:
    """All methods, or those in which the words looked for stand."""
    page = compute.computes(plan.plan(site_of(request).ws), find[:200])
    return _shown(request, page, "/compute")


@router.get("/compute.json")
def listing_twin(request: Request, find: str = "") -> Response:
    """The same as JSON."""
    page = compute.computes(plan.plan(site_of(request).ws), find[:200])
    return Response(as_json(page), media_type="application/json")


@router.get("/compute/{method}")
def form(request: Request, method: str, example: int = 0) -> Response:
    """The form of a method, with a case loaded; as JSON; or as a workbook to be filled in."""
    number = min(max(example, 0), 10_000)
    if method.endswith(".xlsx"):
        name = method.removesuffix(".xlsx")
        page = compute.compute(name, example=number)
        return answer_files.workbook(asked.marked(name, asked.given(page.fields), None), f"{name}.xlsx")
    name = method.removesuffix(".json")
    page = compute.compute(name, example=number)
    if name != method:
        return Response(as_json(page), media_type="application/json")
    return _shown(request, page, f"/compute/{name}")


@router.post("/compute/{method}")
async def answer(request: Request, method: str) -> Response:
    """The answer to what was typed, beside it; or as the file that was asked for."""
    _bounded(request)
    async with request.form(max_files=0, max_fields=80, max_part_size=asked.LARGEST_FIELD) as form_data:
        typed = {key: value for key, value in form_data.items() if isinstance(value, str)}
    return await run_in_threadpool(lambda: _answer(request, method, typed))


@router.post("/compute/{method}/table")
async def table(request: Request, method: str) -> Response:
    """The answer to a filled workbook."""
    _bounded(request)
    async with request.form(max_files=1, max_fields=4) as form_data:
        sent = form_data.get("file")
        data = await sent.read(template_reading.LARGEST + 1) if isinstance(sent, UploadFile) else b""
    return await run_in_threadpool(lambda: _from_table(request, method, data))


def _bounded(request: Request) -> None:
    """Refuse what is too large, or does not say how large it is, before it is read."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST:
        raise Refusal("too_large", met=length[:20] or "?", expected=LARGEST)


def _from_table(request: Request, method: str, data: bytes) -> Response:
    registry.door(method)
    try:
        typed = asked.typed(template_reading.read(asked.template(method), data))
    except Refusal as refusal:
        page = compute.compute(method, refusal=refusal)
        return _shown(request, page, f"/compute/{method}", 422)
    return _answer(request, method, typed)


def _answer(request: Request, method: str, typed: Mapping[str, str]) -> Response:
    site, lang, out = site_of(request), language(request), typed.get("out", "")
    question, refusal = _asked(method, typed)
    if refusal is None and out != "table" and _takes_long(site, method, question, out):
        made = jobs.start(site.ws, method, question, by=_by(site, request), now=site.clock())
        return acting.go(request, f"/jobs/{made.id}")
    found = None
    if refusal is None:
        found, refusal = _computed(site, method, question)
    if out == "table":
        status = 422 if refusal else 200
        return answer_files.workbook(asked.marked(method, question, refusal), f"{method}.xlsx", status)
    if out == "keep" and found is not None:
        reader = acting.signed_in(request, site, typed.get("token", "")[:400])
        in_order = answers.asked(question)
        again = registry.answer(method, in_order)
        name = answers.keep(site.ws, method, in_order, again, by=reader.name, now=site.clock())
        return acting.go(request, f"/answers/{name}")
    page = compute.compute(method, typed=typed, answer=found, refusal=refusal)
    if found is None or out not in FILES:
        return _shown(request, page, f"/compute/{method}", 422 if refusal else 200)
    told = Told(method, question, found, fingerprint([method, question]), lambda: printed(site, page, lang))
    return answer_files.file(told, out)


def _asked(method: str, typed: Mapping[str, str]) -> tuple[dict[str, Any], Refusal | None]:
    """What was asked, as far as it can be read, and why it could not be read to its end."""
    question: dict[str, Any] = {}
    try:
        for field in asked.fields(registry.door(method), None, typed):
            question |= asked.given([field])
    except Refusal as refusal:
        return question, refusal
    return question, None


def _takes_long(site: Site, method: str, question: Mapping[str, Any], out: str) -> bool:
    """Whether a reader would wait too long: the method says so, or earlier runs do."""
    if registry.door(method).long:
        return True
    seconds = jobs.estimate(site.ws, method, _size(question)) if out not in FILES else None
    return seconds is not None and seconds > jobs.LONG_S


def _computed(site: Site, method: str, question: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, Refusal | None]:
    """The answer, or why there is none; what took long is remembered."""
    began = time.monotonic()
    try:
        found = registry.answer(method, question)
    except Refusal as refusal:
        return None, refusal
    if (seconds := time.monotonic() - began) > NOTED_S:
        jobs.noted(site.ws, method, _size(question), seconds)
    return found, None


def _size(question: Mapping[str, Any]) -> int:
    return len(canonical(question))


def _by(site: Site, request: Request) -> str:
    reader = site.door.reader(request)
    return reader.name if reader else ""


def printed(site: Site, page: Page, lang: str) -> bytes:
    """A page as PDF."""
    from adjoin.web import sheet

    return sheet.printed(page, site.frame, lang)


def _shown(request: Request, page: Page, twin: str, status: int = 200) -> Response:
    site, lang = site_of(request), language(request)
    return HTMLResponse(site.shown(page, request, lang, twin=twin, sheet=False), status)
