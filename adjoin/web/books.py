"""Addresses of the ledger, the exchange, keys, access and quotas: pages, their twins, proofs to take away."""

import json
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from adjoin.joint import quota as parts
from adjoin.loop import access, people, quota
from adjoin.loop import fork as forks
from adjoin.loop.workspace import Workspace
from adjoin.web.acting import Short, Token, go, signed_in
from adjoin.web.page import Ask, Page
from adjoin.web.pages import access as access_page
from adjoin.web.pages import exchange as exchange_page
from adjoin.web.pages import keys as keys_page
from adjoin.web.pages import ledger as ledger_page
from adjoin.web.pages import quota as quota_page
from adjoin.web.render import as_json
from adjoin.web.site import language, site_of

router = APIRouter(include_in_schema=False)

Seq = Annotated[int, Path(ge=0, le=2**31)]
Amount = Annotated[str, Form(max_length=40)]
PAGES: dict[str, Callable[[Workspace, Ask], Page]] = {
    "ledger": ledger_page.build,
    "exchange": exchange_page.build,
    "keys": keys_page.build,
    "access": access_page.build,
    "quotas": quota_page.build,
}


def _page(name: str) -> Callable[[Request], Response]:
    def shown(request: Request) -> Response:
        site, lang = site_of(request), language(request)
        page = PAGES[name](site.ws, Ask(site.clock()))
        headers = {"Cache-Control": "private, no-cache"}
        if request.url.path.endswith(".json"):
            return Response(as_json(page), media_type="application/json", headers=headers)
        made = site.shown(page, request, lang, twin=f"/{name}", table_href="")
        return Response(made, media_type="text/html; charset=utf-8", headers=headers)

    return shown


for _name in PAGES:
    router.add_api_route(f"/{_name}", _page(_name), methods=["GET"])
    router.add_api_route(f"/{_name}.json", _page(_name), methods=["GET"])


@router.get("/ledger/{party}/head")
def head(request: Request, party: str) -> Response:
    """The longest head of a chain that both have signed: a signed note, as a third person checks it."""
    note = ledger_page.head_note(site_of(request).ws, party)
    return Response(note, media_type="text/plain; charset=utf-8", headers=_named(f"{party}-head.txt"))


@router.get("/ledger/fork/{number}.json")
def fork(request: Request, number: Seq) -> Response:
    """The evidence of a fork: both lines and both heads."""
    said = json.dumps(forks.evidence(site_of(request).ws, number), ensure_ascii=False, indent=1)
    return Response(said, media_type="application/json", headers=_named(f"fork-{number}.json"))


@router.get("/ledger/{party}/{seq}/proof.json")
def proof(request: Request, party: str, seq: Seq) -> Response:
    """That one entry stands in a chain, without the rest."""
    data = ledger_page.entry_proof(site_of(request).ws, party, seq)
    return Response(data, media_type="application/json", headers=_named(f"{party}-{seq}-proof.json"))


@router.post("/quotas/open")
def propose(request: Request, *, token: Token, about: Short, unit: Short, mine: Amount, theirs: Amount) -> Response:
    """Propose a quota: what it is of, and both parts."""
    site = site_of(request)
    reader = signed_in(request, site, token, state="proposed")
    total = parts.sum_of(mine, theirs)
    shares = {site.ws.party: mine.strip(), site.ws.other: theirs.strip()}
    quota.propose(site.ws, about=about, unit=unit, total=total, shares=shares, by=reader.name, now=site.clock())
    return go(request, "/quotas")


@router.post("/quotas/{name}/{step}")
def step(request: Request, name: str, step: str, *, token: Token, amount: Amount = "", about: Short = "") -> Response:
    """Agree, spend, hand over, accept, decline, take back."""
    site = site_of(request)
    reader = signed_in(request, site, token, state="agreed")
    person = people.person(site.ws, reader.name)
    if person is not None and step in quota.STEPS:
        access.check(site.ws, person, "quota", step, "proposed" if step == "agree" else "agreed")
    quota.step(site.ws, name, step, by=reader.name, amount=amount.strip(), about=about, now=site.clock())
    return go(request, "/quotas")


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
