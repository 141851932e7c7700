"""Addresses of the ledger and of accounts: proofs to take away, a second factor, steps of a quota."""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from adjoin.core.refusal import Refusal
from adjoin.joint import quota as parts
from adjoin.loop import access, people, quota, second_factor
from adjoin.loop import fork as forks
from adjoin.web.acting import Short, Token, go, signed_in
from adjoin.web.pages import ledger as ledger_page
from adjoin.web.pages.me import MePage
from adjoin.web.site import language, site_of
from adjoin.web.words import party_name, said

router = APIRouter(include_in_schema=False)

Seq = Annotated[int, Path(ge=0, le=2**31)]
Sealed = Annotated[str, Form(max_length=600)]
Amount = Annotated[str, Form(max_length=40)]


@router.get("/ledger/{party}/head")
def head(request: Request, party: str) -> Response:
    """The longest head of a chain that both have signed: a signed note, as a third person checks it."""
    note = ledger_page.head_note(site_of(request).ws, party)
    return Response(note, media_type="text/plain; charset=utf-8", headers=_named(f"{party}-head.txt"))


@router.get("/ledger/fork/{number}.json")
def fork(request: Request, number: Seq) -> Response:
    """The evidence of a fork: both lines and both heads."""
    text = json.dumps(forks.evidence(site_of(request).ws, number), ensure_ascii=False, indent=1)
    return Response(text, media_type="application/json", headers=_named(f"fork-{number}.json"))


@router.get("/ledger/{party}/{seq}/proof.json")
def proof(request: Request, party: str, seq: Seq) -> Response:
    """That one entry stands in a chain, without the rest."""
    data = ledger_page.entry_proof(site_of(request).ws, party, seq)
    return Response(data, media_type="application/json", headers=_named(f"{party}-{seq}-proof.json"))


@router.get("/me")
def me(request: Request) -> Response:
    """Somebody's own account."""
    shown = site_of(request).shown(account_page(request), request, language(request))
    return Response(shown, media_type="text/html", headers={"Cache-Control": "no-store"})


def account_page(request: Request) -> MePage:
    """The account of whoever is signed in."""
    site = site_of(request)
    reader = site.door.reader(request)
    if reader is None:
        raise Refusal("sign_in_first", expected=party_name(site.ws.region, site.ws.party).of(language(request)))
    on = second_factor.enabled(site.ws, reader.name)
    secret = "" if on else second_factor.draw()
    address = "" if on else second_factor.address(site.ws, reader.name, secret)
    sealed = "" if on else site.door.seal({"secret": secret, "name": reader.name})
    return MePage(said("web.me"), reader.name, reader.role, reader.office, on, secret, address, sealed)


@router.post("/me/second-factor")
def factor(request: Request, token: Token, code: Short, sealed: Sealed = "") -> Response:
    """Ask for a code at sign-in from now on, or no longer: either with a code that shows who it is."""
    site = site_of(request)
    reader = signed_in(request, site, token)
    if second_factor.enabled(site.ws, reader.name):
        second_factor.check(site.ws, reader.name, code, now=site.clock())
        second_factor.disable(site.ws, reader.name)
    else:
        held = site.door.unseal(sealed, 900)
        if held.get("name") != reader.name:
            raise Refusal("form_not_ours")
        second_factor.enable(site.ws, reader.name, held["secret"], code, now=site.clock())
    return go(request, "/me")


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
