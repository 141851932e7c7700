"""Addresses to read: each page, its twin as JSON, its table as CSV, its print as PDF."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pkgutil import iter_modules

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from adjoin.core.refusal import Refusal
from adjoin.formats import cap
from adjoin.loop import attribute, hand_over, observe, quality_follow
from adjoin.web import desk_cap, list_tables, pages
from adjoin.web.address import Address, Table, ending, heard
from adjoin.web.geography import href
from adjoin.web.page import Ask, Page
from adjoin.web.pages import case, cases, data, finding, overview, rules, section, sections
from adjoin.web.render import as_json, html
from adjoin.web.site import Site, language, site_of

router = APIRouter(include_in_schema=False)

LISTS: Mapping[str, Table] = {
    "/sections": list_tables.sections,
    "/cases": list_tables.cases,
    "/city": list_tables.cities,
    "/plan": list_tables.plan,
}
OWN = {"Cache-Control": "private, no-cache"}


def _declared() -> dict[str, Address]:
    """Every address that a module of `pages` declares, by its stem."""
    modules = (import_module(f"{pages.__name__}.{each.name}") for each in iter_modules(pages.__path__))
    found: list[Address] = [address for module in modules for address in getattr(module, "ADDRESSES", ())]
    return {each.stem: replace(each, table=each.table or LISTS.get(each.stem)) for each in found}


PAGES = _declared()


@router.get("/healthz")
def health(request: Request) -> dict[str, str]:
    """That it is up, and what it stands on."""
    return {"status": "ok", "party": site_of(request).ws.party, "version": site_of(request).ws.version()}


@router.get("/")
def root(request: Request) -> Response:
    """The border today."""
    return _answered(request, PAGES["/overview"], (), "")


@router.get("/map.json")
def border_map(request: Request) -> Response:
    """What the moving map draws."""
    site = site_of(request)
    view = overview.build(site.ws, Ask(site.clock())).map
    made = json.dumps(view.geojson(), ensure_ascii=False, separators=(",", ":"))
    return Response(made, media_type="application/geo+json")


@router.get("/data/rejects/{receipt}.csv")
def rejects(request: Request, receipt: int) -> Response:
    """What a file could not give, each row as it stood with the reason beside it."""
    if not 0 <= receipt < 2**31:
        raise Refusal("no_such_page", met=request.url.path[:120])
    rows = (data.reason(each) for each in observe.rejects(site_of(request).ws, receipt))
    cells = ((row.row, row.column, row.kind, row.say.zh, row.say.en, row.line) for row in rows)
    return as_table(("row", "column", "kind", "why_zh", "why_en", "line"), cells, f"rejects-{receipt}.csv")


@router.get("/evidence/series/{place}/{quantity}")
def series(request: Request, place: str, quantity: str) -> Response:
    """The observations beneath a number."""
    base, form = ending(quantity)
    return _answered(request, PAGES["/evidence/series/"], (place, base), form)


@router.get("/evidence/entry/{fingerprint}")
def entry(request: Request, fingerprint: str) -> Response:
    """The case in whose history an entry stands."""
    site = site_of(request)
    for each in hand_over.cases(site.ws, now=site.clock()):
        if any(step.entry == fingerprint for step in each.steps):
            address = href(f"/case/{each.id}#e-{fingerprint[:16]}", language(request))
            return RedirectResponse(address, 303)
    if any(each.entry == fingerprint for each in quality_follow.windows(site.ws)):
        return RedirectResponse(href("/coverage#windows", language(request)), 303)
    raise Refusal("unknown_entry", met=fingerprint[:64])


@router.get("/desk.cap")
def desk_alert(request: Request) -> Response:
    """An event as a CAP 1.2 alert for the other duty desk."""
    site = site_of(request)
    made = cap.written(desk_cap.alert(site.ws, Ask(site.clock(), (), heard(PAGES["/desk"], request.query_params))))
    named = {"Content-Disposition": 'attachment; filename="desk.cap.xml"'}
    return Response(made, media_type="application/cap+xml", headers=named)


@router.get("/finding/A-{kept}")
def raised(request: Request, kept: str) -> Response:
    """A finding that was raised from a kept answer: it is shown there."""
    found = attribute.finding(site_of(request).ws, f"A-{ending(kept)[0]}")
    return RedirectResponse(href(f"/answers/{found.evidence[0].ref}", language(request)), 303)


@router.get("/{name}")
def page(request: Request, name: str) -> Response:
    """A page without a subject."""
    base, form = ending(name)
    return _answered(request, PAGES.get(f"/{base}"), (), form)


@router.get("/{kind}/{name}")
def one(request: Request, kind: str, name: str) -> Response:
    """A page about one thing."""
    base, form = ending(name)
    return _answered(request, PAGES.get(f"/{kind}/"), (base,), form)


def warm(site: Site) -> None:
    """Build and show what most readers ask for first."""
    ask = Ask(site.clock())
    first = overview.build(site.ws, ask)
    things = [finding.build(site.ws, Ask(ask.now, (each.id,))) for each in first.findings[:1]]
    sites = [section.build(site.ws, Ask(ask.now, (each.site,))) for each in first.findings[:1]]
    made = [case.build(site.ws, Ask(ask.now, (each.id,))) for each in first.cases[:1]]
    lists: list[Page] = [each(site.ws, ask) for each in (sections.build, cases.build, rules.build, data.build)]
    for page in (first, *things, *sites, *made, *lists):
        html(page, site.frame, lang="zh", path="/", token="", twin="", sheet=False, table_href="")


def _answered(request: Request, address: Address | None, subject: tuple[str, ...], form: str) -> Response:
    """The page of an address, in the form that its ending asks for."""
    if address is None or form not in address.endings:
        raise Refusal("no_such_page", met=request.url.path[:120])
    site, lang = site_of(request), language(request)
    made = address.build(site.ws, Ask(site.clock(), subject, heard(address, request.query_params)))
    twin = address.stem + "/".join(subject)
    if form == ".pdf":
        return _printed(made, site, lang, twin.rpartition("/")[2])
    if form == ".csv" and address.table is not None:
        return as_table(*address.table(made), f"{'-'.join(subject) or twin[1:]}.csv")
    status = 422 if made.mistyped else 200
    if form == ".json":
        return Response(as_json(made), status, media_type="application/json", headers=OWN)
    table = f"{twin}.csv" + (f"?{request.url.query}" if request.url.query else "") if address.table else ""
    shown = site.shown(made, request, lang, twin=twin, sheet=address.sheet, table_href=table)
    return Response(shown, status, media_type="text/html; charset=utf-8", headers=OWN)


def _printed(made: Page, site: Site, lang: str, name: str) -> Response:
    from adjoin.web import sheet

    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(sheet.printed(made, site.frame, lang), media_type="application/pdf", headers=headers)


def as_table(columns: tuple[str, ...], rows: Iterable[Iterable[object]], name: str) -> Response:
    """A table as CSV, with the mark by which spreadsheets know UTF-8; however long, it goes out a piece at a time."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_pieces(columns, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _pieces(columns: tuple[str, ...], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    stream = (list(map(_harmless, row)) for row in rows)
    some: list[list[object]] = [["\ufeff" + columns[0], *columns[1:]]]
    while some:
        text = io.StringIO()
        csv.writer(text).writerows(some)
        yield text.getvalue()
        some = list(islice(stream, 1000))


def _harmless(cell: object) -> object:
    """A cell that a spreadsheet would take for a formula, told apart by a quote."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "@"} else cell
