"""What if: the same months under another formula; who gains, and where a text lets a party gain by silence."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.joint.accounts import Loophole, Tried
from adjoin.joint.settle import yuan
from adjoin.loop import settle
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.grid import Grid, grid
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, party_name, said


@dataclass(frozen=True)
class WhatIfPage(Page):
    """The observed months under every formula between the same parties."""

    template: ClassVar[str] = "what_if.html"
    nav: ClassVar[str] = "/what-if"

    verdict: Verdict = shown("who would gain by another formula")
    months: tuple[str, ...] = shown("the months that were tried")
    tried: Grid | None = shown("formula by formula: the net of every party over these months")
    by_month: Grid | None = shown("month by month under each formula")
    loopholes: tuple[Both, ...] = shown("where a text lets a party gain by keeping silent")
    formulas: tuple[tuple[str, Both, bool], ...] = shown("name, title and whether it is only a draft")


def build(ws: Workspace, ask: Ask) -> WhatIfPage:  # noqa: ARG001  # every page is built from the same two
    """The page, for the signed agreement of this bundle and the drafts beside it."""
    known = settle.agreements(ws)
    signed = next((name for name, each in known.items() if not each.agreement.draft), next(iter(known), ""))
    if not signed:
        return _empty()
    tried = sorted(settle.what_if(ws, signed), key=lambda each: each.agreement != signed)
    parties = known[signed].agreement.parties
    names = [each.agreement for each in tried]
    months = settle.months(ws, signed)
    title = {name: _title(ws, name) for name in names}
    columns = (said("web.what_if.formula"), *(party_name(ws.region, p) for p in parties), said("web.what_if.undefined"))
    rows = tuple(
        (title[each.agreement], *(_same(yuan(each.net_fen[p])) for p in parties), _same(str(each.undefined)))
        for each in tried
    )
    return WhatIfPage(
        title=said("web.what_if"),
        verdict=_verdict(ws, signed),
        months=tuple(months),
        tried=Grid(columns, rows),
        by_month=_by_month(ws, names, parties[0]),
        loopholes=tuple(
            _hole(ws, title[name], period, h)
            for name in names
            for period, holes in settle.loopholes(ws, name).items()
            for h in holes
        ),
        formulas=tuple((name, title[name], known[name].agreement.draft) for name in names),
    )


def _hole(ws: Workspace, title: Both, period: str, hole: Loophole) -> Both:
    party, gain = party_name(ws.region, hole.party), yuan(hole.gain_fen)
    return said("web.what_if.hole", title=title, period=period, party=party, input=hole.input, yuan=gain)


def _empty() -> WhatIfPage:
    verdict = Verdict("unknown", said("web.agreements.none"), said("web.agreements.write"))
    return WhatIfPage(said("web.what_if"), verdict, (), None, None, (), ())


def _verdict(ws: Workspace, signed: str) -> Verdict:
    now, *others = sorted(settle.what_if(ws, signed), key=lambda each: each.agreement != signed)
    if not settle.months(ws, signed):
        return Verdict("unknown", said("web.what_if.nothing"), Both("", ""))
    if not others:
        return Verdict("unknown", said("web.what_if.alone"), said("web.agreements.write"))
    say = joined([_gain(ws, now, each) for each in others])
    return Verdict("fine", say, said("web.what_if.months", count=len(settle.months(ws, signed))), label="tried")


def _gain(ws: Workspace, now: Tried, other: Tried) -> Both:
    """Who would gain most by another formula, and how much."""
    gains = {party: fen - now.net_fen[party] for party, fen in other.net_fen.items()}
    best, title = max(gains, key=lambda party: gains[party]), _title(ws, other.agreement)
    if gains[best] == 0:
        return said("web.what_if.same", title=title)
    return said("web.what_if.gains", title=title, party=party_name(ws.region, best), yuan=yuan(gains[best]))


def _by_month(ws: Workspace, names: list[str], first: str) -> Grid:
    """What the first party receives, month by month."""
    found = {name: settle.running(ws, name) for name in names}
    inputs = {name: settle.months(ws, name) for name in names}
    rows = [
        (period, *(_net(found[name].settle(inputs[name][period]).net_fen, first) for name in names))
        for period in inputs[names[0]]
    ]
    made = grid("web.what_if", ("period",), rows)
    return Grid((made.columns[0], *(_title(ws, name) for name in names)), made.rows)


def _net(net: object, party: str) -> object:
    return yuan(net[party]) if isinstance(net, dict) else said("web.account.undefined")


def _title(ws: Workspace, name: str) -> Both:
    title = settle.running(ws, name).agreement.title
    return Both(title["zh"], title["en"])


def _same(text: str) -> Both:
    return Both(text, text)


ADDRESSES = (Address("/what-if", build, sheet=True),)
