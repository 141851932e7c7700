"""What the pages of one workspace share: the workspace, its frame, who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request

from adjoin.loop.workspace import Workspace
from adjoin.web.page import Page
from adjoin.web.render import Frame, html
from adjoin.web.session import Door


@dataclass(frozen=True)
class Site:
    """One workspace, served."""

    ws: Workspace
    clock: Callable[[], datetime]
    frame: Frame
    door: Door

    @classmethod
    def of(cls, ws: Workspace, clock: Callable[[], datetime]) -> "Site":
        """The site of a workspace."""
        return cls(ws, clock, Frame.of(ws), Door(ws))

    @property
    def state(self) -> str:
        """Changes whenever a page may have to be made anew: a book has changed, or ten minutes have passed."""
        return f"{self.ws.version()}|{self.clock():%Y-%m-%dT%H:%M}"[:-1]

    def shown(self, page: Page, request: Request, lang: str, **more: object) -> str:
        """A page as HTML for whoever asks."""
        reader = self.door.reader(request)
        asked = [(name, value) for name, value in request.query_params.multi_items() if name != "lang" and value]
        given = {
            "query": urlencode(asked),
            "token": self.door.token(reader.nonce) if reader else "",
            "twin": "",
            "sheet": False,
            **more,
        }
        return html(page, self.frame, lang=lang, path=request.url.path, reader=reader, **given)


def site_of(request: Request) -> Site:
    """The site that a request came to."""
    site: Site = request.app.state.site
    return site


def language(request: Request) -> str:
    """The language that the address asks for; Chinese where it asks for none."""
    return "en" if request.query_params.get("lang") == "en" else "zh"
