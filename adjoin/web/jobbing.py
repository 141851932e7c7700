"""Addresses of long runs: the list, one of them with its answer as files; end it, start it again, keep its answer."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from adjoin.core.refusal import Refusal
from adjoin.loop import answers, jobs
from adjoin.web import acting, answer_files
from adjoin.web.answer_files import Told
from adjoin.web.calculators import FILES, printed
from adjoin.web.page import Ask
from adjoin.web.pages import jobs as pages
from adjoin.web.render import as_json
from adjoin.web.site import Site, language, site_of

router = APIRouter(include_in_schema=False)

Token = Annotated[str, Form(max_length=400)]
FRESH = {"Cache-Control": "no-store"}


@router.get("/jobs")
def listing(request: Request) -> Response:
    """The long runs of this workspace."""
    site = site_of(request)
    page = pages.listing(site.ws, Ask(site.clock()))
    return HTMLResponse(site.shown(page, request, language(request), twin="/jobs"), headers=FRESH)


@router.get("/jobs.json")
def listing_twin(request: Request) -> Response:
    """The long runs, as JSON."""
    site = site_of(request)
    made = as_json(pages.listing(site.ws, Ask(site.clock())))
    return Response(made, media_type="application/json", headers=FRESH)


@router.get("/jobs/{name}")
def one(request: Request, name: str) -> Response:
    """A long run: as a page, as JSON of the page, or its answer as a file."""
    site, lang = site_of(request), language(request)
    base, _, ending = name.partition(".")
    page = pages.build(site.ws, Ask(site.clock(), (base,)))
    if ending == "json":
        return Response(as_json(page), media_type="application/json", headers=FRESH)
    if ending in FILES and page.reply is not None:
        told = Told(page.method, page.given, page.reply, base, lambda: printed(site, page, lang))
        return answer_files.file(told, ending)
    if ending:
        raise Refusal("no_such_page", met=request.url.path[:120])
    visitor, reader = site.door.visitor(request), site.door.reader(request)
    token = site.door.token(reader.nonce if reader else visitor)
    response = HTMLResponse(site.shown(page, request, lang, twin=f"/jobs/{base}", token=token), headers=FRESH)
    site.door.welcome(response, visitor)
    return response


@router.post("/jobs/{name}/cancel")
def cancel(request: Request, name: str, token: Token) -> Response:
    """End a run."""
    site = _asked_here(request, token)
    return acting.go(request, f"/jobs/{jobs.cancel(site.ws, name).id}")


@router.post("/jobs/{name}/again")
def again(request: Request, name: str, token: Token) -> Response:
    """Start a run again that was ended or lost."""
    site = _asked_here(request, token)
    before = jobs.job(site.ws, name)
    made = jobs.start(site.ws, before.method, before.given, by=before.by, now=site.clock())
    return acting.go(request, f"/jobs/{made.id}")


@router.post("/jobs/{name}/keep")
def keep(request: Request, name: str, token: Token) -> Response:
    """Keep the answer of a run, and tell the other side."""
    site = site_of(request)
    reader = acting.signed_in(request, site, token)
    job = jobs.job(site.ws, name)
    if job.answer is None:
        raise Refusal("job_not_done", met=job.state)
    kept = answers.keep(site.ws, job.method, job.given, job.answer, by=reader.name, now=site.clock())
    return acting.go(request, f"/answers/{kept}")


def _asked_here(request: Request, token: str) -> Site:
    """The site, where the form was shown here to this browser."""
    site = site_of(request)
    reader = site.door.reader(request)
    site.door.check(token, reader.nonce if reader else site.door.visitor(request))
    return site
