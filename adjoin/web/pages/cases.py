"""Every case between the two sides, and whose turn it is."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.lines import CaseLine, case_lines
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, party_name, said


@dataclass(frozen=True)
class CasesPage(Page):
    """Every case, those that wait for this side first."""

    template: ClassVar[str] = "cases.html"
    nav: ClassVar[str] = "/cases"

    verdict: Verdict = shown("how many cases wait, and for whom")
    mine: tuple[CaseLine, ...] = shown("cases that wait for this side")
    theirs: tuple[CaseLine, ...] = shown("cases that wait for the other side")
    ended: tuple[CaseLine, ...] = shown("cases that came to their end")


def build(ws: Workspace, ask: Ask) -> CasesPage:
    """The list as it stands now."""
    lines = case_lines(ws, ask.now)
    running = [line for line in lines if line.outcome is None]
    mine = tuple(line for line in running if line.mine)
    theirs = tuple(line for line in running if not line.mine)
    return CasesPage(
        title=said("web.cases"),
        verdict=_verdict(ws, running),
        mine=mine,
        theirs=theirs,
        ended=tuple(line for line in lines if line.outcome is not None),
    )


def _verdict(ws: Workspace, running: list[CaseLine]) -> Verdict:
    """A case that waits for both is counted on either side."""
    if not running:
        return Verdict("fine", said("web.cases.none"), Both("", ""))
    here, there = party_name(ws.region, ws.party), party_name(ws.region, ws.other)
    mine, theirs = (sum(side in line.waits_for for line in running) for side in (ws.party, ws.other))
    say = said("web.cases.waiting", here=here, mine=mine, there=there, theirs=theirs)
    late = sum(line.overdue for line in running)
    label = "mine" if mine else "theirs"
    return Verdict("bad" if mine or late else "fine", say, said("web.cases.late", late=late), label)


ADDRESSES = (Address("/cases", build),)
