"""The pages of one workspace.

Reading goes through a table of pages: each has an address, its twin `.json`, and where it is printed `.pdf`.
A page is rendered once for every state of the books (and ten minutes) and kept; so many readers cost little.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adjoin.core.refusal import Refusal
from adjoin.loop.workspace import open_workspace
from adjoin.web import (
    acting,
    answering,
    books,
    calculators,
    carrying,
    compute,
    jobbing,
    joint_work,
    lettering,
    quality_forms,
    reading,
    registering,
    telemetering,
    twins,
)
from adjoin.web.geography import href
from adjoin.web.kept import Kept
from adjoin.web.pages.refused import refused
from adjoin.web.render import BUILT, built
from adjoin.web.site import Site, language
from adjoin.web.words import said

_LOG = logging.getLogger(__name__)

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
MISSING = frozenset(
    {
        "unknown_site",
        "unknown_finding",
        "unknown_case",
        "unknown_entry",
        "unknown_answer",
        "not_a_section",
        "no_such_page",
        "no_plan",
        "unknown_job",
        "unknown_register",
        "unknown_record",
        "unknown_city",
        "unknown_draw",
        "unknown_station",
    }
)
AWAY = frozenset({"database_gone", "database_denied", "database_missing", "database_busy", "books_missing"})

RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


def create(folder: Path, *, peer: str | None = None, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """The application that serves a workspace."""
    site = Site.of(open_workspace(folder, peer), clock or (lambda: datetime.now(UTC)))
    built()  # refuses at once where the frontend was not built
    app = FastAPI(
        title="Adjoin",
        docs_url=None,
        redoc_url=None,
        telemetry={"auto_configure": False},
        lifespan=_warmed(site),
    )
    app.state.site = site
    app.mount("/static", _Kept(directory=str(BUILT)), name="static")
    app.include_router(compute.router)
    app.include_router(acting.router)
    app.include_router(calculators.router)
    app.include_router(answering.router)
    app.include_router(jobbing.router)
    app.include_router(registering.router)
    app.include_router(quality_forms.router)
    app.include_router(joint_work.router)
    app.include_router(books.router)
    app.include_router(telemetering.router)
    app.include_router(carrying.router)
    app.include_router(twins.router)
    app.include_router(lettering.router)
    app.include_router(reading.router)
    app.add_middleware(_Headers)
    app.add_middleware(Kept, state=lambda: site.state)  # outermost: what it keeps has its headers
    app.add_middleware(twins.Heads)
    _say_no(app)
    return app


def _warmed(site: Site) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Before the first reader comes: what every page stands on is computed, and the templates are compiled."""

    @asynccontextmanager
    async def warmed(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(reading.warm, site)
        yield

    return warmed


class _Kept(StaticFiles):
    """Built files: their names carry the hash of their content, so they never change."""

    def file_response(self, *given: object, **named: object) -> Response:
        response = super().file_response(*given, **named)  # type: ignore[arg-type]  # handed on as it came
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class _Headers:
    """Adds the headers that keep a page to itself; plain ASGI, since every answer passes here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, with headers on whatever begins an answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *RAW_HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def _say_no(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    def refusal(request: Request, error: Refusal) -> Response:
        if error.kind == "sign_in_first" and request.method == "GET" and not _is_data(request):
            return RedirectResponse(href("/login?next=" + quote(request.url.path), language(request)), 303)
        return _answer(request, _for_readers(error), _status(error))

    @app.exception_handler(RequestValidationError)
    def question(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        met = ".".join(str(part) for part in first["loc"])
        return _answer(request, Refusal("bad_question", met=met, expected=first["msg"]), 422)

    @app.exception_handler(HTTPException)
    def missing(request: Request, error: HTTPException) -> Response:
        return _answer(request, Refusal("no_such_page", met=request.url.path[:120]), error.status_code)

    @app.exception_handler(Exception)
    def wrong(request: Request, error: Exception) -> Response:  # noqa: ARG001  # the server logs it
        response = _answer(request, Refusal("went_wrong"), 500)
        response.headers.update(HEADERS)  # this answer is made outside the middleware
        return response


def _status(error: Refusal) -> int:
    if error.kind in AWAY:  # the fault is on this side, and it may be over soon
        return 503
    known = {"too_many_tries": 429, "not_allowed": 403}
    return 404 if error.kind in MISSING else known.get(error.kind, 422)


def _for_readers(error: Refusal) -> Refusal:
    """Of a database its name; where it stands and what it said goes to the log."""
    if error.kind not in AWAY:
        return error
    _LOG.warning("%s", error)
    name = str(error.facts.get("met")).partition("?")[0].rpartition("/")[2]
    return Refusal(error.kind, met=name, found=said("books.see_log"))


def _answer(request: Request, error: Refusal, status: int) -> Response:
    page = refused(error, back=_back(request))
    if _is_data(request):
        return JSONResponse({"error": page.error}, status)
    site: Site = request.app.state.site
    return HTMLResponse(site.shown(page, request, language(request)), status)


def _is_data(request: Request) -> bool:
    """Whether a program asks."""
    path = request.url.path
    wired = path.startswith(("/api/", "/exchange/")) and path not in carrying.FORMS
    return path.endswith(".json") or wired


def _back(request: Request) -> str:
    """Where a refused form was sent from; else the overview."""
    return request.url.path.rpartition("/")[0] or "/" if request.method == "POST" else "/"
