"""From a page object to HTML or JSON, in the language that was asked for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from adjoin.core.refusal import Refusal
from adjoin.loop.workspace import Workspace
from adjoin.web import menu, picture
from adjoin.web.draw import character, shade
from adjoin.web.exhibits import Table
from adjoin.web.geography import href, map_note
from adjoin.web.page import Page, plain
from adjoin.web.pages.finding import FindingPage
from adjoin.web.scenario_words import figure, part, signed, whole
from adjoin.web.session import Reader
from adjoin.web.words import Both, clause_words, moment, party_name, said, short_time, source_words

BUILT = files("adjoin") / "web" / "static" / "built"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page."""

    party: Both
    other: Both
    region: Both
    bundle: str
    fingerprint: str
    synthetic: bool
    note: Both  # what is said of the map

    @classmethod
    def of(cls, ws: Workspace) -> "Frame":
        """The frame of a workspace."""
        region = ws.region
        return cls(
            party=party_name(region, ws.party),
            other=party_name(region, ws.other),
            region=Both(region.name_zh, region.name_en),
            bundle=region.name,
            fingerprint=region.fingerprint,
            synthetic=region.synthetic,
            note=map_note(ws),
        )


@cache
def built() -> Mapping[str, str]:
    """Where the built files are served, by the name of their source; refused where nothing was built."""
    manifest = BUILT / "manifest.json"
    if not manifest.is_file():
        raise Refusal("frontend_not_built", met="adjoin/web/static/built")
    listed = cast("Mapping[str, Mapping[str, str]]", json.loads(manifest.read_text("utf-8")))
    return {source: f"/static/{entry['file']}" for source, entry in listed.items()}


@cache
def environment() -> Environment:
    """The templates and the few words they may use."""
    env = Environment(
        loader=PackageLoader("adjoin.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {"say": _say, "go": _go, "time": short_time, "prose": moment, "shade": shade, "ch": character}
    env.filters |= {
        "clause": clause_words,
        "source": source_words,
        "signed": signed,
        "figure": figure,
        "part": part,
        "whole": whole,
    }
    env.globals |= {
        "w": _words,
        "built": built,
        "menu": menu,
        "draw": _draw,
        "exhibit": _exhibit,
        "both": said,
    }
    return env


def html(page: Page, frame: Frame, *, lang: str, path: str, reader: Reader | None = None, **more: object) -> str:
    """A page as HTML."""
    template = environment().get_template(page.template)
    query = str(more.pop("query", ""))
    login = "/login?next=" + quote(path + (f"?{query}" if query else ""))
    return template.render(
        page=page, frame=frame, lang=lang, path=path, query=query, login=login, reader=reader, **more
    )


def as_json(page: Page) -> bytes:
    """A page as JSON: the same object, both languages side by side."""
    return json.dumps(plain(page), ensure_ascii=False, separators=(",", ":")).encode()


@pass_context
def _say(context: Context, both: Both) -> str:
    return both.of(context["lang"])


@pass_context
def _words(context: Context, key: str, **facts: object) -> str:
    return said(f"web.{key}", **facts).of(context["lang"])


@pass_context
def _go(context: Context, path: str) -> str:
    return href(path, context["lang"])


@pass_context
def _exhibit(context: Context, page: FindingPage, table: Table) -> list[tuple[str, str]]:
    return picture.exhibit(page, table, context["lang"])


@pass_context
def _draw(context: Context, name: str, *given: object) -> Markup:
    """A picture of `adjoin.web.picture`, in the language of the page."""
    return Markup(getattr(picture, name)(*given, context["lang"]))  # noqa: S704  # the writers of SVG escape what they write
