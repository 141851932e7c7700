"""Draws: who is inspected and by whom; agreed, committed, revealed, and what anybody can compute again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from adjoin.core.period import ZONE
from adjoin.joint.draws import Draw, minutes
from adjoin.loop import draw
from adjoin.loop.workspace import Workspace
from adjoin.web import signed
from adjoin.web.address import Address
from adjoin.web.grid import Grid, grid
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, party_name, said


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as it stands, and the step that is open to this side."""

    id: str
    purpose: str
    state: str
    standing: Both
    units: int
    count: int
    reveal_by: date | None
    faults: tuple[Both, ...]
    sample: tuple[str, ...]
    minutes: Grid
    entries: Grid  # the signed entries: commits and reveals
    open: str  # "agree", "commit", "reveal", "silence"; "" where it is not this side's turn


@dataclass(frozen=True)
class DrawsPage(Page):
    """Every draw between the two sides."""

    template: ClassVar[str] = "draws.html"
    nav: ClassVar[str] = "/draws"

    verdict: Verdict = shown("how many draws wait for this side")
    draws: tuple[DrawView, ...] = shown("every draw, the newest first")
    newest: datetime | None = shown("when the last commit or reveal was signed")
    sides: tuple[Both, Both] = shown("the two sides, as they sign")
    alone: bool = shown("whether it is the page of one draw")


def build(ws: Workspace, ask: Ask) -> DrawsPage:
    """The page as it stands now."""
    return _page(ws, ask, draw.all_draws(ws), said("web.draws"), alone=False)


def one(ws: Workspace, ask: Ask) -> DrawsPage:
    """One draw, as it is printed."""
    found = draw.draw(ws, ask.subject[0])
    return _page(ws, ask, (found,), said("web.sheet.draw", draw=found.id), alone=True)


def _page(ws: Workspace, ask: Ask, found: tuple[Draw, ...], title: Both, *, alone: bool) -> DrawsPage:
    views = tuple(_view(ws, each, ask.now.astimezone(ZONE).date()) for each in reversed(found))
    waiting = [view for view in views if view.open]
    verdict = Verdict("fine", views[0].standing, Both("", "")) if alone and not waiting else _verdict(views, waiting)
    return DrawsPage(
        title=title,
        verdict=verdict,
        draws=views,
        newest=signed.newest(ws, [line for each in found for line in _signed(each)]),
        sides=(party_name(ws.region, ws.party), party_name(ws.region, ws.other)),
        alone=alone,
    )


def _signed(each: Draw) -> list[signed.Line]:
    steps = {"commit": each.commits, "reveal": each.reveals}
    return [(e.party, e.seq, said(f"web.signed.{step}")) for step, made in steps.items() for e in made.values()]


def _verdict(views: tuple[DrawView, ...], waiting: list[DrawView]) -> Verdict:
    if not views:
        return Verdict("unknown", said("web.draws.none"), said("web.draws.begin"), label="none")
    if waiting:
        first = waiting[0]
        turn = said(f"web.draws.open.{first.open}", draw=first.id)
        return Verdict("bad", said("web.draws.wait", count=len(waiting)), turn, label="mine")
    return Verdict("fine", said("web.draws.fine", count=len(views)), Both("", ""))


def _view(ws: Workspace, each: Draw, today: date) -> DrawView:
    rows = [(_label(ws, label), text) for label, text in minutes(each)]
    terms = each.terms
    strata = sum(len(units) for units in (terms.strata or {}).values())
    return DrawView(
        id=each.id,
        purpose=str(terms.signed.get("purpose", "")),
        state=each.state,
        standing=said(f"web.draw.{each.state}"),
        units=len(terms.population) or strata,
        count=terms.count,
        reveal_by=each.reveal_by,
        faults=tuple(said(fault, party=party_name(ws.region, party)) for party, fault in each.faults),
        sample=each.drawn.sample or () if each.drawn else (),
        minutes=grid("web.draw", ("what", "text"), rows),
        entries=signed.entries(ws, _signed(each)),
        open=_open(ws, each, today),
    )


def _label(ws: Workspace, label: str) -> Both:
    word, _, party = label.partition(" ")
    what = said(f"web.minutes.{word}")
    return joined([what, party_name(ws.region, party)]) if party else what


def _open(ws: Workspace, each: Draw, today: date) -> str:
    if each.state == "proposed":
        return "agree" if each.by != ws.party else ""
    if each.state == "agreed":
        return "commit" if ws.party not in each.commits else ""
    if each.state != "committed":
        return ""
    if ws.party not in each.reveals:
        return "reveal"
    return "silence" if each.reveal_by is not None and today > each.reveal_by else ""


ADDRESSES = (Address("/draws", build), Address("/draws/{draw}", one, sheet=True))
