"""The rules of both sides: same or different, and where? And the procedures, drawn from their files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from adjoin.core.assessment import CLASSES
from adjoin.core.rule import Limit, Move, Procedure, Standard
from adjoin.loop import exchange
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.draw_procedure import clock_length, clock_name, drawn
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages import compare
from adjoin.web.words import Both, joined, party_name, quantity_name, said, unit_of, word


@dataclass(frozen=True, slots=True)
class Clause:
    """One limit, as it stands in its source."""

    quantity: str
    name: Both
    unit: str
    kind: str
    grades: tuple[str, ...]  # from class I to V
    clause: str
    body: Both
    since: date
    until: date | None
    status: str
    evaluated: bool


@dataclass(frozen=True, slots=True)
class StandardView:
    """A standard with its clauses."""

    name: str
    title: Both
    source: str
    status: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class MoveView:
    """A move of a procedure: who, from which state to which, what it needs, which clocks it starts."""

    name: Both
    by: Both
    takes: tuple[tuple[Both, Both, Both], ...]  # role, before, after
    needs: tuple[str, ...]
    clocks: tuple[tuple[Both, Both], ...]  # move, length
    at_most: int | None


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A procedure, drawn from its file."""

    name: str
    title: Both
    roles: tuple[Both, ...]
    moves: tuple[MoveView, ...]
    ends: tuple[tuple[Both, Both], ...]  # joint state, outcome
    since: date | None
    source: str
    status: str
    drawn: Both = field(repr=False)  # SVG, for the page only


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the bundle that is agreed or assumed."""

    name: str
    say: Both
    value: str
    status: str


@dataclass(frozen=True)
class RulesPage(Page):
    """What both sides judge and act by."""

    template: ClassVar[str] = "rules.html"
    nav: ClassVar[str] = "/rules"

    verdict: Verdict = shown("whether both sides compute with the same rules")
    sides: tuple[Both, Both] = shown("this side and the other")
    agreed: Both = shown("what is known of the clauses of the other side")
    differences: tuple[Both, ...] = shown(
        "where the two sides do not have or judge the same; nothing where none is known"
    )
    classes: tuple[str, ...] = shown("the classes, best first")
    standards: tuple[StandardView, ...] = shown("standards, clause by clause")
    procedures: tuple[ProcedureView, ...] = shown("procedures, each proved when it was loaded")
    parameters: tuple[Parameter, ...] = shown("parameters of the bundle, each with how well it is known")
    fingerprint: str = shown("fingerprint of the bundle that this side computes with")


def build(ws: Workspace, ask: Ask) -> RulesPage:
    """The rules as this side has them."""
    region, verdict = ws.region, _verdict(ws)
    return RulesPage(
        title=said("web.rules"),
        verdict=verdict,
        sides=(party_name(region, ws.party), party_name(region, ws.other)),
        agreed=said(f"web.rules.agreed.{verdict.state}"),
        differences=_differences(ws, ask),
        classes=CLASSES[:-1],
        standards=tuple(_standard(ws, standard) for standard in region.standards.values()),
        procedures=tuple(_procedure(procedure, region.procedures) for procedure in region.procedures.values()),
        parameters=tuple(_parameter(name, given) for name, given in region.parameters.items()),
        fingerprint=region.fingerprint,
    )


def _verdict(ws: Workspace) -> Verdict:
    held = exchange.status(ws)
    state = "unknown" if ws.other not in held.adopted else "bad" if held.differs else "fine"
    other = party_name(ws.region, ws.other)
    return Verdict(state, said(f"web.rules.{state}", other=other), said("web.rules.one_bundle"))


def _differences(ws: Workspace, ask: Ask) -> tuple[Both, ...]:
    """What the two sides loaded differently, and what their own texts judge differently."""
    held = exchange.status(ws)
    loaded = [said("web.rules.differs.in", what=name) for name in held.differs]
    compared = compare.build(ws, ask).verdict
    return (*loaded, compared.say) if compared.state == "bad" else tuple(loaded)


def _standard(ws: Workspace, standard: Standard) -> StandardView:
    return StandardView(
        name=standard.name,
        title=Both(standard.title_zh, standard.title_en),
        source=standard.source,
        status=standard.status,
        clauses=tuple(_clause(ws, limit) for limit in standard.limits),
    )


def _clause(ws: Workspace, limit: Limit) -> Clause:
    return Clause(
        quantity=limit.quantity,
        name=quantity_name(ws.region, limit.quantity),
        unit=unit_of(ws.region, limit.quantity),
        kind=limit.kind,
        grades=tuple(limit.grades.get(grade, "") for grade in CLASSES[:-1]),
        clause=limit.clause,
        body=said(f"web.body.{limit.water_body}"),
        since=limit.since,
        until=limit.until,
        status=limit.status,
        evaluated=limit.evaluated,
    )


def _procedure(procedure: Procedure, known: Mapping[str, Procedure]) -> ProcedureView:
    return ProcedureView(
        name=procedure.name,
        title=word(procedure, procedure.name),
        roles=tuple(word(procedure, role) for role in procedure.roles),
        moves=tuple(_move(procedure, move, known) for move in procedure.moves.values()),
        ends=tuple((_states(procedure, final.states), word(procedure, final.then)) for final in procedure.final),
        since=procedure.since,
        source=procedure.source,
        status=procedure.status,
        drawn=drawn(procedure, known),
    )


def _states(procedure: Procedure, states: Mapping[str, str]) -> Both:
    return joined(
        [
            said("web.standing", party=word(procedure, role), state=word(procedure, state))
            for role, state in states.items()
        ]
    )


def _move(procedure: Procedure, move: Move, known: Mapping[str, Procedure]) -> MoveView:
    return MoveView(
        name=word(procedure, move.name),
        by=word(procedure, move.by),
        takes=tuple(
            (word(procedure, role), word(procedure, before), word(procedure, after))
            for role, steps in move.takes.items()
            for before, after in steps.items()
        ),
        needs=move.needs,
        clocks=tuple(
            (clock_name(procedure, name, known), clock_length(procedure, name, clock))
            for name, clock in move.within.items()
        ),
        at_most=procedure.at_most.get(move.name),
    )


def _parameter(name: str, given: Mapping[str, object]) -> Parameter:
    value = given.get("value")
    text = "–".join(map(str, value)) if isinstance(value, list) else str(value)
    say = Both(str(given.get("zh", name)), str(given.get("en", name)))
    return Parameter(name, say, text, str(given.get("status", "")))


ADDRESSES = (Address("/rules", build),)
