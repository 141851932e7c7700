"""Addresses of the registers: files out, a form or a template in, a pair told apart."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adjoin.core.refusal import Refusal
from adjoin.formats import registers as sheets
from adjoin.formats.kinds import columns
from adjoin.formats.tables import Reject
from adjoin.loop import observe, register_changes, register_pairs, register_values, registers
from adjoin.loop.workspace import Workspace
from adjoin.web.acting import Short, Token, go, signed_in
from adjoin.web.pages import data
from adjoin.web.pages.register import table
from adjoin.web.reading import as_table
from adjoin.web.site import site_of

router = APIRouter(include_in_schema=False)

LARGEST = 8 * 2**20  # bytes of a file
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Reason = Annotated[str, Form(max_length=500)]


@router.get("/register/{kind}.csv")
def as_csv(request: Request, kind: str) -> Response:
    """A register as CSV: the attributes as they are kept."""
    chosen = register_values.kind_of(kind)
    names = ("id", "side", *(each.code for each in columns(chosen)))
    rows = ([row.get(name, "") for name in names] for row in table(site_of(request).ws, chosen))
    return as_table(names, rows, f"{kind}.csv")


@router.get("/register/{kind}.xlsx")
def as_workbook(request: Request, kind: str) -> Response:
    """A register as a workbook that can be mended and sent in again."""
    chosen, ws = register_values.kind_of(kind), site_of(request).ws
    return _workbook(sheets.filled(chosen, _choices(ws), table(ws, chosen)), kind)


@router.get("/register/{kind}/template.xlsx")
def template(request: Request, kind: str) -> Response:
    """An empty template."""
    return _workbook(sheets.template(register_values.kind_of(kind), _choices(site_of(request).ws)), f"template-{kind}")


@router.get("/register/{kind}/returned/{receipt}.xlsx")
def returned(request: Request, kind: str, receipt: int) -> Response:
    """The rows of a file that could not be taken, bad cells coloured, with the reason beside them."""
    if not 0 <= receipt < 2**31:
        raise Refusal("no_such_page", met=request.url.path[:120])
    chosen, ws = register_values.kind_of(kind), site_of(request).ws
    held = any(each.id == receipt and each.mapping == f"{registers.ABOUT}:{kind}" for each in observe.receipts(ws))
    rejects = tuple(observe.rejects(ws, receipt)) if held else ()
    if not rejects:
        raise Refusal("no_such_page", met=request.url.path[:120])
    return _workbook(sheets.returned(chosen, _choices(ws), rejects, _why), f"returned-{kind}-{receipt}")


@router.post("/register/pair")
def pair(request: Request, *, token: Token, one: Short, other: Short, same: Short, reason: Reason) -> Response:
    """Say whether two records are one thing."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    told = {"same": same == "1", "by": reader.name, "reason": reason}
    register_pairs.settle(site.ws, one, other, now=site.clock(), **told)  # type: ignore[arg-type]  # of the types that are named
    return go(request, "/register#pairs")


@router.post("/register/{kind}/add")
async def add(request: Request, kind: str) -> Response:
    """Register one thing, or correct a record."""
    chosen = register_values.kind_of(kind)
    names = {each.code for each in columns(chosen)}
    async with request.form(max_files=0, max_fields=80, max_part_size=4_000) as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    site = site_of(request)
    reader = signed_in(request, site, typed.get("token", ""))
    row = (typed.get("id", ""), {name: value for name, value in typed.items() if name in names})
    reason = typed.get("reason", "")
    done = await run_in_threadpool(
        lambda: register_changes.put(site.ws, kind, [row], by=reader.name, reason=reason, now=site.clock())
    )
    name = next(iter((*done.added, *done.corrected)), row[0])
    return go(request, f"/site/{name}")


@router.post("/register/{kind}/import")
async def take(request: Request, kind: str, token: Token, file: UploadFile, reason: Reason = "") -> Response:
    """Take in a filled template."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    content = await file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refusal("register_file_too_large", met=file.filename, expected=LARGEST // 2**20)
    name = (file.filename or "register")[-120:]
    taken = await run_in_threadpool(
        lambda: register_changes.take(
            site.ws, kind, content, file=name, by=reader.name, reason=reason, now=site.clock()
        )
    )
    return go(request, f"/register/{kind}#receipt-{taken.receipt.id}")


def _choices(ws: Workspace) -> sheets.Choices:
    return lambda attribute: register_values.choices_of(ws.region, ws.party, attribute)


def _why(reject: Reject) -> str:
    say = data.reason(reject).say
    return f"{say.zh} {say.en}"


def _workbook(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(content, media_type=WORKBOOK, headers=headers)
