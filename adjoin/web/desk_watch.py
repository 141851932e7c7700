"""The messages that run for one event: by when the next follow-up is due, and who has confirmed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from adjoin.core.region import Region
from adjoin.joint.case import Case, Deadline, Step
from adjoin.loop import hand_over, respond
from adjoin.loop.workspace import Workspace
from adjoin.web import desk_form
from adjoin.web.desk_words import left
from adjoin.web.words import Both, party_name, word


@dataclass(frozen=True, slots=True)
class Turn:
    """A clock that runs: which move, whose, until when."""

    move: Both
    party: Both
    due: datetime
    left: Both
    late: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer of the other side."""

    move: Both
    party: Both
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """What the side that opened it has said: by which move, when, and from which question at its desk."""

    move: str
    at: datetime
    question: str


@dataclass(frozen=True, slots=True)
class Watch:
    """One message of this event that has not come to its end."""

    case: str
    procedure: str
    name: Both
    href: str
    opener: str
    sent: tuple[Sent, ...]  # the first of them opened it
    next: Turn | None  # of the side that opened it: its next follow-up
    others: tuple[Turn, ...]  # what is awaited from the other side
    heard: tuple[Heard, ...]


def watches(ws: Workspace, typed: Mapping[str, str], now: datetime) -> tuple[Watch, ...]:
    """The running messages that were opened from this event: the same place, the same start, both drills or none."""
    key = _event(ws, typed)
    found = (each for each in hand_over.cases(ws, now=now) if each.outcome is None)
    return tuple(
        _watch(ws.region, case, now)
        for case in found
        if case.procedure.name in respond.MESSAGES and key in _cited(ws, case)
    )


def _event(ws: Workspace, typed: Mapping[str, str]) -> tuple[str, str, bool]:
    return desk_form.place_id(ws, typed.get("place", "")), typed.get("start", ""), bool(typed.get("drill"))


def _cited(ws: Workspace, case: Case) -> list[tuple[str, str, bool]]:
    """The events that a case cites."""
    return [_event(ws, dict(parse_qsl(question))) for question in _questions(case.steps[0])]


def _watch(region: Region, case: Case, now: datetime) -> Watch:
    opener, procedure = case.steps[0].party, case.procedure
    clocks = [(each, due) for each in case.deadlines if isinstance(due := each.due, datetime)]
    turns = [(each.party, _turn(region, case, each, due, now)) for each, due in sorted(clocks, key=lambda one: one[1])]
    return Watch(
        case=case.id,
        procedure=procedure.name,
        name=word(procedure, procedure.name),
        href=f"/case/{case.id}",
        opener=opener,
        sent=tuple(_sent(case)),
        next=next((turn for party, turn in turns if party == opener), None),
        others=tuple(turn for party, turn in turns if party != opener),
        heard=tuple(
            Heard(word(procedure, step.move), party_name(region, step.party), step.at)
            for step in case.steps
            if step.party != opener
        ),
    )


def _sent(case: Case) -> Iterator[Sent]:
    """The moves of the side that opened it; one that cites no question goes by the one before."""
    question = ""
    for step in case.steps:
        if step.party == case.steps[0].party:
            question = next(iter(_questions(step)), question)
            yield Sent(step.move, step.at, question)


def _questions(step: Step) -> list[str]:
    return [str(each.get("ref")) for each in step.evidence if each.get("kind") == "desk"]


def _turn(region: Region, case: Case, clock: Deadline, due: datetime, now: datetime) -> Turn:
    return Turn(word(case.procedure, clock.move), party_name(region, clock.party), due, left(now, due), due < now)
