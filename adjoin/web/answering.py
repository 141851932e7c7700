"""Addresses of kept answers: one with its files; keep one, raise a finding from it, open its case."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from adjoin.core.refusal import Refusal
from adjoin.doors import findings
from adjoin.loop import answers, hand_over, jobs
from adjoin.web import acting, answer_files
from adjoin.web.answer_files import Told
from adjoin.web.calculators import FILES, printed
from adjoin.web.page import Ask
from adjoin.web.pages import answers as pages
from adjoin.web.render import as_json
from adjoin.web.site import language, site_of

router = APIRouter(include_in_schema=False)

Short = Annotated[str, Form(max_length=200)]
Token = Annotated[str, Form(max_length=400)]
Text = Annotated[str, Form(max_length=2000)]


@router.get("/answers/{name}")
def one(request: Request, name: str) -> Response:
    """A kept answer, computed again; as a page, as JSON of the page, or as a file of the answer."""
    site, lang = site_of(request), language(request)
    base, _, ending = name.partition(".")
    page = pages.build(site.ws, Ask(site.clock(), (base,)))
    if ending == "json":
        return Response(as_json(page), media_type="application/json")
    if ending in FILES:
        told = Told(page.method, page.given, page.reply, base, lambda: printed(site, page, lang))
        return answer_files.file(told, ending)
    if ending:
        raise Refusal("no_such_page", met=request.url.path[:120])
    return HTMLResponse(site.shown(page, request, lang, twin=f"/answers/{base}"))


@router.post("/answers/{name}/again")
def again(request: Request, name: str, token: Token) -> Response:
    """Compute a kept answer again in a process of its own, where that takes longer than a reader waits."""
    site = site_of(request)
    reader = acting.signed_in(request, site, token)
    kept = answers.one(site.ws, name)
    made = jobs.start(site.ws, kept.method, kept.given, by=reader.name, now=site.clock())
    return acting.go(request, f"/jobs/{made.id}")


@router.post("/answers/{name}/open")
def open_case(
    request: Request, name: str, *, token: Token, key: Short, at: Short, procedure: Short, reason: Text
) -> Response:
    """Raise what the answer says as a finding, and open a case on it."""
    site = site_of(request)
    reader = acting.signed_in(request, site, token)
    kept, now = answers.one(site.ws, name), site.clock()
    page = pages.build(site.ws, Ask(now, (name,)))
    found = findings.raised(kept.method, kept.given, page.reply)
    raised = next((each for each in found if each.key == key), None)
    if raised is None:
        raise Refusal("nothing_raised", met=key[:60], expected=", ".join(each.key for each in found) or "—")
    finding = answers.raise_finding(site.ws, kept, raised, site=at, by=reader.name, now=now)
    case = hand_over.open_case(
        site.ws,
        procedure=procedure,
        finding=finding.id,
        by=reader.name,
        reason=reason.strip(),
        demonstration=reader.demonstration,
        typed=reader.demonstration,
        now=now,
    )
    return acting.go(request, f"/case/{case.id}")
