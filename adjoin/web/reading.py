"""Addresses to read: each page, its twin as JSON, its table as CSV, its print as PDF."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from adjoin.core.refusal import Refusal
from adjoin.formats import cap
from adjoin.loop import attribute, hand_over, observe
from adjoin.loop.workspace import Workspace
from adjoin.web import desk_cap
from adjoin.web.desk_form import FIELDS
from adjoin.web.geography import href
from adjoin.web.page import Ask, Page
from adjoin.web.pages import (
    case,
    cases,
    city,
    coverage,
    data,
    desk,
    evidence,
    finding,
    matrix,
    overview,
    plan,
    register,
    rules,
    scenario,
    section,
    sections,
)
from adjoin.web.render import as_json, html
from adjoin.web.scenario_form import FIELDS as CHANGES
from adjoin.web.site import Site, language, site_of

router = APIRouter(include_in_schema=False)

Build = Callable[[Workspace, Ask], Page]
ASKED = (
    "period",
    "as_known",
    "q",
    *FIELDS,
    *CHANGES,
    "section",
    "quantity",
    "by",
)  # what an address may ask beside its language; the rest is ignored

FORMS = (desk.DeskPage, scenario.ScenarioPage, matrix.MatrixPage)  # pages that tell what is wrong beside their form
TABLES: dict[str, Callable[..., tuple[tuple[str, ...], list[tuple[object, ...]]]]] = {
    "scenario": scenario.table,
    "matrix": matrix.table,
    "coverage": coverage.table,
}

ONE_TABLES: dict[str, Callable[..., tuple[tuple[str, ...], list[tuple[object, ...]]]]] = {"city": city.table}


@dataclass(frozen=True, slots=True)
class Address:
    """A page that is asked for: who makes it, of what, and where its twins are."""

    build: Build
    twin: str
    subject: tuple[str, ...] = ()
    sheet: bool = False  # whether it is printed


@router.get("/healthz")
def health(request: Request) -> dict[str, str]:
    """That it is up, and what it stands on."""
    return {"status": "ok", "party": site_of(request).ws.party, "version": site_of(request).ws.version()}


@router.get("/")
def root(request: Request) -> Response:
    """The border today."""
    return _shown(request, Address(overview.build, "/overview", sheet=True), "")


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
    name, ending = _ending(quantity, (".json", ".csv"))
    address = Address(evidence.build, f"/evidence/series/{place}/{name}", (place, name))
    if ending != ".csv":
        return _shown(request, address, ending)
    page = evidence.build(site_of(request).ws, _ask(request, address))
    columns = ("time", "value", "unit", "origin", "method", "pretreatment", "flag", "received")
    cells = (
        (r.time.isoformat(), r.value or "", r.unit, r.origin, r.method, r.pretreatment, r.flag, r.received.isoformat())
        for r in page.rows
    )
    return as_table(columns, cells, f"{page.site.id}-{page.quantity}.csv")


@router.get("/evidence/entry/{fingerprint}")
def entry(request: Request, fingerprint: str) -> Response:
    """The case in whose history an entry stands."""
    site = site_of(request)
    for each in hand_over.cases(site.ws, now=site.clock()):
        if any(step.entry == fingerprint for step in each.steps):
            address = href(f"/case/{each.id}#e-{fingerprint[:16]}", language(request))
            return RedirectResponse(address, 303)
    raise Refusal("unknown_entry", met=fingerprint[:64])


@router.get("/desk.cap")
def desk_alert(request: Request) -> Response:
    """An event as a CAP 1.2 alert for the other duty desk."""
    made = cap.written(desk_cap.alert(site_of(request).ws, _ask(request, Address(desk.build, "/desk"))))
    named = {"Content-Disposition": 'attachment; filename="desk.cap.xml"'}
    return Response(made, media_type="application/cap+xml", headers=named)


@router.get("/{name}")
def page(request: Request, name: str) -> Response:
    """A page without a subject."""
    makers: dict[str, tuple[Build, bool]] = {
        "overview": (overview.build, True),
        "desk": (desk.build, True),
        "sections": (sections.build, False),
        "cases": (cases.build, False),
        "scenario": (scenario.build, True),
        "matrix": (matrix.build, True),
        "plan": (plan.build, True),
        "rules": (rules.build, False),
        "data": (data.build, False),
        "register": (register.all_registers, False),
        "city": (city.all_cities, False),
        "coverage": (coverage.build, False),
    }
    base, ending = _ending(name, (".json", ".pdf", ".csv"))
    if base not in makers or (ending == ".csv" and base not in TABLES):
        raise Refusal("no_such_page", met=f"/{name[:100]}")
    build, sheet = makers[base]
    address = Address(build, f"/{base}", sheet=sheet)
    if ending == ".csv":
        columns, rows = TABLES[base](build(site_of(request).ws, _ask(request, address)))
        return as_table(columns, rows, name)
    return _shown(request, address, ending)


@router.get("/{kind}/{name}")
def one(request: Request, kind: str, name: str) -> Response:
    """A page about one thing."""
    makers: dict[str, Build] = {
        "section": section.build,
        "finding": finding.build,
        "case": case.build,
        "register": register.one_register,
        "site": register.one_record,
        "city": city.build,
    }
    printed = kind not in {"register", "site"}
    if kind not in makers:
        raise Refusal("no_such_page", met=f"/{kind[:50]}/{name[:50]}")
    base, ending = _ending(name, (".json", ".pdf", ".csv"))
    if kind == "finding" and base.startswith("A-"):  # raised from a kept answer, where it is shown
        found = attribute.finding(site_of(request).ws, base)
        return RedirectResponse(href(f"/answers/{found.evidence[0].ref}", language(request)), 303)
    address = Address(makers[kind], f"/{kind}/{base}", (base,), sheet=printed)
    if ending == ".csv" and kind not in ONE_TABLES:
        raise Refusal("no_such_page", met=f"/{kind[:50]}/{name[:50]}")
    if ending == ".csv":
        columns, rows = ONE_TABLES[kind](makers[kind](site_of(request).ws, _ask(request, address)))
        return as_table(columns, rows, name)
    return _shown(request, address, ending)


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


def _shown(request: Request, address: Address, ending: str) -> Response:
    site, lang = site_of(request), language(request)
    if ending == ".pdf":
        return _printed(request, site, address, lang)
    ask = _ask(request, address)
    page = address.build(site.ws, ask)
    status = 422 if isinstance(page, FORMS) and page.error else 200
    if ending == ".json":
        return Response(as_json(page), status, media_type="application/json")
    more = {"twin": address.twin, "sheet": address.sheet, "table_href": _table_href(request, address)}
    made = site.shown(page, request, lang, **more)
    return Response(made, status, media_type="text/html; charset=utf-8", headers={"Cache-Control": "private, no-cache"})


def _printed(request: Request, site: Site, address: Address, lang: str) -> Response:
    from adjoin.web import sheet

    if not address.sheet:
        raise Refusal("no_such_page", met=request.url.path[:120])
    made = sheet.printed(address.build(site.ws, _ask(request, address)), site.frame, lang)
    name = address.twin.rpartition("/")[2]
    return Response(
        made, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )


def _ask(request: Request, address: Address) -> Ask:
    query = {name: value[:120] for name in ASKED if (value := request.query_params.get(name))}
    return Ask(site_of(request).clock(), address.subject, query)


def _ending(name: str, endings: tuple[str, ...]) -> tuple[str, str]:
    found = next((ending for ending in endings if name.endswith(ending)), "")
    return name.removesuffix(found), found


def _table_href(request: Request, address: Address) -> str:
    return f"{address.twin}.csv" + (f"?{request.url.query}" if request.url.query else "")


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
