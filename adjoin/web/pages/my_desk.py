"""My desk: what waits for this side, until when; and what was told outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from adjoin.loop import digest
from adjoin.loop.digest import Turn
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, said, short_time


@dataclass(frozen=True, slots=True)
class TurnLine:
    """Something that waits for this side."""

    say: Both
    kind: Both
    due: str
    overdue: bool
    href: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A message to somebody outside."""

    subject: str
    channel: Both
    target: str
    made: datetime
    sent: datetime | None
    error: str


@dataclass(frozen=True)
class MyDeskPage(Page):
    """What waits for this side."""

    template: ClassVar[str] = "my_desk.html"
    nav: ClassVar[str] = "/my-desk"

    verdict: Verdict = shown("how many matters wait, and the next date")
    turns: tuple[TurnLine, ...] = shown("what waits: what is overdue first, then by date")
    told: tuple[ToldLine, ...] = shown("what was told by mail and webhook, the newest first")


def build(ws: Workspace, ask: Ask) -> MyDeskPage:
    """The desk as it stands now."""
    waiting = digest.turns(ws, now=ask.now)
    told = digest.outbox(ws).last(30) if (ws.folder / "outbox.sqlite").exists() else ()
    return MyDeskPage(
        title=said("web.my_desk"),
        verdict=_verdict(waiting),
        turns=tuple(_line(turn) for turn in waiting),
        told=tuple(
            ToldLine(each.subject, said(f"web.told.{each.channel}"), each.target, each.made, each.sent, each.error)
            for each in told
        ),
    )


def _verdict(waiting: tuple[Turn, ...]) -> Verdict:
    if not waiting:
        return Verdict("fine", said("web.my_desk.fine"), Both("", ""))
    late = sum(turn.overdue for turn in waiting)
    dated = next((turn for turn in waiting if turn.due is not None), None)
    turn = said("web.my_desk.next", due=short_time(dated.due)) if dated and dated.due else Both("", "")
    say = (
        said("web.my_desk.late", count=len(waiting), late=late)
        if late
        else said("web.my_desk.wait", count=len(waiting))
    )
    return Verdict("bad", say, turn, label="mine")


def _line(turn: Turn) -> TurnLine:
    say = Both(digest.said(turn, "zh"), digest.said(turn, "en"))
    return TurnLine(say, said(f"web.turn.{turn.kind}"), short_time(turn.due), turn.overdue, turn.href)


ADDRESSES = (Address("/my-desk", build),)
