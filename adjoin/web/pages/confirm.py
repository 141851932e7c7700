"""A move before it is signed: what will stand in both ledgers, read once more by whoever signs it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from adjoin.core.evidence import Evidence
from adjoin.loop import hand_over
from adjoin.loop.workspace import Workspace
from adjoin.web.lines import Cited, case_line, cited
from adjoin.web.page import Page, shown
from adjoin.web.words import Both, party_name, said, word


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and ticked in the form of a move."""

    move: str
    reason: str
    other: str
    evidence: tuple[int, ...]  # which of what the form offered
    cited: tuple[Evidence, ...]


@dataclass(frozen=True)
class ConfirmPage(Page):
    """What a move would sign."""

    template: ClassVar[str] = "confirm.html"
    nav: ClassVar[str] = "/cases"

    case: str = shown("the case")
    about: Both = shown("what the case is about")
    move: str = shown("code of the move")
    name: Both = shown("what the move is called")
    party: Both = shown("the party that signs")
    by: str = shown("who signs for it")
    after: tuple[tuple[Both, Both], ...] = shown("the state of each side afterwards")
    reason: str = shown("the reason that was typed")
    other: str = shown("other evidence that was typed")
    evidence: tuple[int, ...] = shown("which of the evidence offered was ticked")
    cited: tuple[Cited, ...] = shown("what will be cited")
    drilled: bool = shown("whether the case is an exercise")

    @property
    def drill(self) -> bool:
        """Whether the case was opened as an exercise."""
        return self.drilled


def build(ws: Workspace, name: str, typed: Typed, *, by: str, now: datetime) -> ConfirmPage:
    """The page of a move that stands open and was typed in full."""
    case = hand_over.case(ws, name, now=now)
    line, move = case_line(ws, case), case.procedure.moves[typed.move]
    after = case.procedure.after(case.state, move)
    named = word(case.procedure, move.name)
    return ConfirmPage(
        title=said("web.confirm", move=named),
        case=name,
        about=said("web.case.title", site=line.site_name, procedure=line.procedure_name),
        move=move.name,
        name=named,
        party=party_name(ws.region, ws.party),
        by=by,
        after=tuple(
            (party_name(ws.region, case.roles[role]), word(case.procedure, state)) for role, state in after.items()
        ),
        reason=typed.reason,
        other=typed.other,
        evidence=typed.evidence,
        cited=tuple(cited(ws.region, each) for each in typed.cited),
        drilled=case.drill,
    )
