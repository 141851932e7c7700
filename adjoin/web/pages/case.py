"""One case: what is asked of me, by when?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from adjoin.core.evidence import Evidence
from adjoin.core.finding import Finding
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.rule import Move
from adjoin.joint.case import Case, Deadline, Step
from adjoin.loop import attribute, hand_over
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.finding_words import told
from adjoin.web.lines import CaseLine, Cited, case_line, cited, turn_of
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, party_name, said, short_time, word


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs for a move."""

    move: Both
    due: date | datetime | None
    overdue: bool
    say: Both


@dataclass(frozen=True, slots=True)
class Column:
    """One side of the case."""

    party: str
    name: Both
    role: Both
    state: Both
    clocks: tuple[Clock, ...]
    moves: tuple[Both, ...]  # what stands open to this side


@dataclass(frozen=True, slots=True)
class Past:
    """A move that counted."""

    entry: str
    seq: int
    party: Both
    move: Both
    at: datetime
    by: str
    reason: str
    evidence: tuple[Cited, ...]
    demonstration: bool
    typed: bool  # a person typed it, in an account of the demonstration
    delivered: date | None
    after: tuple[Both, ...]  # the state of each role after it


@dataclass(frozen=True, slots=True)
class Objection:
    """An entry that changed nothing, and why."""

    entry: str
    party: Both
    move: Both
    fault: Both
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Form:
    """A move that stands open to this side, and what it needs."""

    move: str
    name: Both
    needs: tuple[str, ...]
    leads_to: tuple[Both, ...]
    evidence: tuple[Cited, ...]  # what may be cited


@dataclass(frozen=True)
class CasePage(Page):
    """One case between the two sides."""

    template: ClassVar[str] = "case.html"
    nav: ClassVar[str] = "/cases"

    line: CaseLine = shown("the case in one line")
    procedure: Both = shown("the procedure it follows")
    verdict: Verdict = shown("whose turn it is and what stands open to them")
    mine: Column = shown("this side: role, state, clocks")
    theirs: Column = shown("the other side")
    forms: tuple[Form, ...] = shown("the moves that stand open to this side")
    history: tuple[Past, ...] = shown("every move that counted, with what it rests on and when it was delivered")
    protests: tuple[Objection, ...] = shown("entries that asked for a move that was not open; they change nothing")
    undelivered: int = shown("moves that the other side has not confirmed yet")
    clocks_wait: bool = shown("whether a clock has not started for that reason")
    finding: Finding | None = shown("the finding it answers")
    told: Both = shown("what its finding says, in one sentence")
    withheld: tuple[Both, ...] = shown("why no share may be shown")
    caveats: tuple[Both, ...] = shown("what always stands beside its finding, in both languages")
    parent: str | None = shown("the case it follows")
    child: str | None = shown("the case that follows it")

    @property
    def made_by(self) -> tuple[Both, ...]:
        """What the marks of a demonstration say, as far as there are any in the history."""
        made = dict.fromkeys("demo_account" if each.typed else "demo" for each in self.history if each.demonstration)
        return tuple(said(f"web.case.{name}_about") for name in made)

    @property
    def drill(self) -> bool:
        """Whether it was opened as an exercise."""
        return self.line.drill


def build(ws: Workspace, ask: Ask) -> CasePage:
    """The page of the case that was asked for."""
    case = hand_over.case(ws, ask.subject[0], now=ask.now)
    line = case_line(ws, case)
    finding = _finding(ws, case)
    attribution = finding.attribution if finding else None
    return CasePage(
        title=said("web.case.title", site=line.site_name, procedure=line.procedure_name),
        line=line,
        procedure=line.procedure_name,
        verdict=_verdict(ws, case, line),
        mine=_column(ws, case, ws.party),
        theirs=_column(ws, case, ws.other),
        forms=tuple(_form(ws.region, case, move, finding) for move in case.open_to(ws.party)),
        history=tuple(_past(ws, case, step) for step in case.steps),
        protests=_protests(ws, case),
        undelivered=sum(step.delivered is None for step in case.steps),
        clocks_wait=any(each.note == "clock_not_started" for each in case.deadlines),
        finding=finding,
        told=told(ws.region, finding) if finding else Both("", ""),
        withheld=tuple(said(key) for key in attribution.reasons) if attribution else (),
        caveats=tuple(said(key) for key in finding.caveats) if finding else (),
        parent=case.parent,
        child=case.child,
    )


def _finding(ws: Workspace, case: Case) -> Finding | None:
    if case.finding is None:
        return None
    try:
        return attribute.finding(ws, case.finding)
    except Refusal:
        return None


def _verdict(ws: Workspace, case: Case, line: CaseLine) -> Verdict:
    if case.outcome is not None:
        return Verdict("fine", said("web.case.ended", outcome=line.standing), said("web.turn.nobody"), "ended")
    clocks = [clock for role in case.roles for clock in _clocks(case, role)]
    words = joined([clock.say for clock in clocks if clock.due]) if clocks else Both("", "")
    state = "bad" if line.mine or line.overdue else "fine"
    return Verdict(state, turn_of(ws.region, case), words, "mine" if line.mine else "theirs")


def _column(ws: Workspace, case: Case, party: str) -> Column:
    role = case.role_of(party)
    procedure = case.procedure
    return Column(
        party=party,
        name=party_name(ws.region, party),
        role=word(procedure, role) if role else said("web.case.no_role"),
        state=word(procedure, case.state[role]) if role else Both("—", "—"),
        clocks=_clocks(case, role),
        moves=tuple(word(procedure, move.name) for move in case.open_to(party)),
    )


def _clocks(case: Case, role: str | None) -> tuple[Clock, ...]:
    return tuple(_clock(case, deadline) for deadline in case.deadlines if deadline.role == role)


def _clock(case: Case, deadline: Deadline) -> Clock:
    length = said(f"web.clock.{deadline.kind}", count=deadline.count)
    move = word(case.procedure, deadline.move)
    key = "web.clock.overdue" if deadline.overdue else "web.clock.due" if deadline.due else "web.clock.waits"
    due = short_time(deadline.due) if deadline.due else ""
    note = said("web.clock.note", note=said(deadline.note)) if deadline.note else Both("", "")
    return Clock(move, deadline.due, deadline.overdue, said(key, move=move, due=due, length=length, note=note))


def _past(ws: Workspace, case: Case, step: Step) -> Past:
    return Past(
        entry=step.entry,
        seq=step.seq,
        party=party_name(ws.region, step.party),
        move=word(case.procedure, step.move),
        at=step.at,
        by=step.by,
        reason=step.reason,
        evidence=tuple(_cited(ws.region, each) for each in step.evidence),
        demonstration=step.demonstration,
        typed=step.typed,
        delivered=step.delivered,
        after=tuple(
            said("web.standing", party=party_name(ws.region, case.roles[role]), state=word(case.procedure, state))
            for role, state in step.state.items()
        ),
    )


def _cited(region: Region, given: Mapping[str, object]) -> Cited:
    parts = [str(given.get(name, "")) for name in ("kind", "ref", "say_zh", "say_en", "fingerprint")]
    return cited(region, Evidence(*parts))


def _protests(ws: Workspace, case: Case) -> tuple[Objection, ...]:
    return tuple(
        Objection(
            entry=protest.entry,
            party=party_name(ws.region, protest.party),
            move=word(case.procedure, protest.move),
            fault=said(protest.fault),
            at=protest.at,
            reason=protest.reason,
        )
        for protest in case.protests
    )


def _form(region: Region, case: Case, move: Move, finding: Finding | None) -> Form:
    after = case.procedure.after(case.state, move)
    changed = {role: state for role, state in after.items() if state != case.state[role]}
    return Form(
        move=move.name,
        name=word(case.procedure, move.name),
        needs=move.needs,
        leads_to=tuple(
            said("web.standing", party=party_name(region, case.roles[role]), state=word(case.procedure, state))
            for role, state in changed.items()
        ),
        evidence=tuple(cited(region, each) for each in finding.evidence) if finding else (),
    )


ADDRESSES = (Address("/case/{case}", build, sheet=True),)
