"""Quotas of both sides: what is left, what was spent, what is on its way, and whose turn it is."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.joint.quota import Quota, QuotaStep
from adjoin.loop import quota
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.books import plainly
from adjoin.web.words import Both, joined, party_name, said


@dataclass(frozen=True, slots=True)
class PartView:
    """What one holder has."""

    party: str
    name: Both
    held: str
    spent: str
    offered: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that waits for this side."""

    do: tuple[str, ...]
    entry: str
    say: Both


@dataclass(frozen=True, slots=True)
class QuotaView:
    """One quota."""

    id: str
    about: str
    unit: str
    total: str
    agreed: bool
    parts: tuple[PartView, ...]
    answers: tuple[Answer, ...]  # what waits for this side
    steps: tuple[Both, ...]


@dataclass(frozen=True)
class QuotasPage(Page):
    """All quotas."""

    template: ClassVar[str] = "quotas.html"
    nav: ClassVar[str] = "/quotas"

    verdict: Verdict = shown("whether something waits for this side")
    quotas: tuple[QuotaView, ...] = shown("the quotas, by id")
    protests: tuple[Both, ...] = shown("entries that did not count, and why")
    sides: tuple[tuple[str, Both], ...] = shown("the two sides")


def build(ws: Workspace, ask: Ask) -> QuotasPage:  # noqa: ARG001  # every page is asked the same way
    """The page as it stands now."""
    found = quota.quotas(ws)
    views = tuple(_view(ws, each) for each in found.quotas)
    protests = tuple(
        said("web.quota.protest", party=party_name(ws.region, p.party), seq=p.seq, why=said(p.fault))
        for p in found.protests
    )
    waits = sum(len(each.answers) for each in views)
    state = Verdict("unknown", said("web.quota.waits", count=waits), party_name(ws.region, ws.party))
    fine = Verdict("fine", said("web.quota.fine", count=len(views)), Both("", ""))
    sides = tuple((side, party_name(ws.region, side)) for side in (ws.party, ws.other))
    return QuotasPage(said("web.quota"), state if waits else fine, views, protests, sides)


def _view(ws: Workspace, each: Quota) -> QuotaView:
    parts = tuple(
        PartView(party, party_name(ws.region, party), f"{p.held:f}", f"{p.spent:f}", f"{p.offered:f}")
        for party, p in each.parts.items()
    )
    return QuotaView(
        id=each.id,
        about=each.about,
        unit=each.unit,
        total=f"{each.total:f}",
        agreed=each.agreed,
        parts=parts,
        answers=_answers(ws, each),
        steps=tuple(_step(ws, each, step) for step in reversed(each.steps)),
    )


def _answers(ws: Workspace, each: Quota) -> tuple[Answer, ...]:
    if not each.agreed:
        mine = each.proposer == ws.party
        return () if mine else (Answer(("agree",), each.steps[0].entry, said("web.quota.agree.about")),)
    offers = [step for step in each.waiting("hand") if step.to == ws.party]
    refused = {step.about: step for step in each.waiting("decline") if step.party == ws.other}
    back = [step for step in each.steps if step.entry in refused and step.party == ws.party]
    return (
        *(Answer(("accept", "decline"), step.entry, _offer(ws, each, step)) for step in offers),
        *(Answer(("take-back",), refused[step.entry].entry, _offer(ws, each, step)) for step in back),
    )


def _offer(ws: Workspace, each: Quota, step: QuotaStep) -> Both:
    return said("web.quota.offer", party=party_name(ws.region, step.party), amount=f"{step.amount:f} {each.unit}")


def _step(ws: Workspace, each: Quota, step: QuotaStep) -> Both:
    what = said(f"web.quota.do.{step.do}")
    who, size = party_name(ws.region, step.party), plainly(f"{step.amount:f} {each.unit}")
    more = plainly(step.about) if step.do == "spend" and step.about else Both("", "")
    return joined([part for part in (who, what, size, more) if part.zh])


ADDRESSES = (Address("/quotas", build),)
