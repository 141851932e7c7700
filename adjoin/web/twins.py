"""Twins of pages that are not in the table of pages; and the heads of all pages, which scripts and monitors ask for."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adjoin.web import books
from adjoin.web.pages.refused import login
from adjoin.web.render import as_json

router = APIRouter(include_in_schema=False)

NOT_KEPT = {"Cache-Control": "no-store"}


@router.get("/login.json")
def sign_in(next: str = "/") -> Response:  # noqa: A002  # the name that the address uses
    """The page to sign in, as data."""
    return Response(as_json(login(next[:1500])), media_type="application/json", headers=NOT_KEPT)


@router.get("/me.json")
def me(request: Request) -> Response:
    """Somebody's own account, as data; no secret is in it."""
    return Response(as_json(books.account_page(request)), media_type="application/json", headers=NOT_KEPT)


class Heads:
    """Answers HEAD as GET without its body; plain ASGI. What has an own HEAD (pieces of packages) is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on; of an answer to HEAD only what stands before the body."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith(("/exchange/", "/static/")):
            await self.app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, bodiless)
