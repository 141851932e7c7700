"""The cases of two chains (their theory stands at the head of `case.py`)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adjoin.core.entry import Entry
from adjoin.core.period import ZONE, Calendar
from adjoin.core.rule import Final, Move, Procedure
from adjoin.joint.case import Case, Protest, Step, fault_of, fits
from adjoin.joint.causal import Event, Place, in_causal_order
from adjoin.joint.deadline import deadlines

Delivered = Callable[[Entry], datetime | None]
_ID_REST = re.compile(r"[0-9A-Za-z_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Folded:
    """All cases, by id, and the protests that belong to none."""

    cases: tuple[Case, ...]
    strays: tuple[Protest, ...]

    @property
    def protests(self) -> tuple[Protest, ...]:
        """All protests, of cases and of none."""
        return (*(protest for case in self.cases for protest in case.protests), *self.strays)


def fold(
    entries: Iterable[Entry],
    *,
    procedures: Mapping[str, Procedure],
    delivered: Delivered,
    calendar: Calendar,
    now: datetime,
) -> tuple[Case, ...]:
    """The cases that the entries of both chains amount to, by id.

    entries : of all chains, in any order
    delivered : when the other side first cosigned a checkpoint that covers an entry
    """
    return fold_all(entries, procedures=procedures, delivered=delivered, calendar=calendar, now=now).cases


def fold_all(
    entries: Iterable[Entry],
    *,
    procedures: Mapping[str, Procedure],
    delivered: Delivered,
    calendar: Calendar,
    now: datetime,
    prints: Mapping[Place, str] | None = None,
) -> Folded:
    """The cases as `fold` gives them, and the protests that belong to none of them.

    prints : the fingerprints of the entries by party and seq, where they were worked out before
    """
    table = _Table(procedures, delivered)
    for event in in_causal_order(entries, prints):
        if event.entry.kind == "move":
            table.take(event)
    matters = sorted(table.matters.values(), key=lambda matter: matter.id)
    return Folded(tuple(matter.case(calendar, now) for matter in matters), tuple(table.strays))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The body of a move entry, as far as it can be read."""

    case: str
    move: str
    by: str
    reason: str
    evidence: tuple[Mapping[str, object], ...]
    demonstration: bool
    typed: bool
    drill: bool
    procedure: str | None
    roles: Mapping[str, str]
    site: str
    quantity: str
    finding: str | None

    @classmethod
    def of(cls, body: Mapping[str, object]) -> "_Asked | None":
        texts = {key: body.get(key, "") for key in ("case", "move", "by", "reason", "site", "quantity")}
        evidence, roles = body.get("evidence", []), body.get("roles", {})
        procedure, finding = body.get("procedure"), body.get("finding")
        if not all(isinstance(text, str) for text in texts.values()):
            return None
        if not isinstance(evidence, list | tuple) or not all(isinstance(each, Mapping) for each in evidence):
            return None
        if not isinstance(roles, Mapping) or not all(isinstance(party, str) for party in roles.values()):
            return None
        if not isinstance(procedure, str | None) or not isinstance(finding, str | None):
            return None
        return cls(
            **{key: str(text) for key, text in texts.items()},
            evidence=tuple(evidence),
            demonstration=body.get("demonstration") is True,
            typed=body.get("typed") is True,
            drill=body.get("drill") is True,
            procedure=procedure,
            roles=dict(roles),
            finding=finding,
        )


@dataclass(slots=True)
class _Matter:
    """A case in the making: what counted so far and where it led."""

    id: str
    procedure: Procedure
    roles: Mapping[str, str]
    asked: _Asked  # what opened it, or the case it follows
    parent: "_Matter | None" = None
    child: "_Matter | None" = None
    state: Mapping[str, str] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    made: list[tuple[Event, Move, Step]] = field(default_factory=list)
    protests: list[Protest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = dict(self.procedure.start)

    @property
    def outcome(self) -> Final | None:
        return self.procedure.outcome(self.state)

    def role_of(self, party: str) -> str | None:
        return next((role for role, holder in self.roles.items() if holder == party), None)

    def seen_by(self, event: Event) -> tuple[Mapping[str, str], Mapping[str, int]]:
        """State and spent moves as the signer of an entry knew them."""
        if all(event.knew(made) for made, _, _ in self.made):
            return self.state, self.spent
        state, spent = self.procedure.start, dict[str, int]()
        for made, move, _ in self.made:
            if event.knew(made):
                state, spent[move.name] = self.procedure.after(state, move), spent.get(move.name, 0) + 1
        return state, spent

    def known_to(self, event: Event) -> bool:
        """Whether the signer of an entry knew that there is this case."""
        if self.parent is None:
            return event.knew(self.made[0][0])
        return self.parent.known_to(event) and self.parent.procedure.outcome(self.parent.seen_by(event)[0]) is not None

    def count(self, event: Event, asked: _Asked, move: Move, delivered: Delivered) -> None:
        self.state = self.procedure.after(self.state, move)
        self.spent[move.name] = self.spent.get(move.name, 0) + 1
        self.made.append((event, move, _step(event, asked, move, self.state, delivered)))

    def case(self, calendar: Calendar, now: datetime) -> Case:
        opened = self.procedure.open_moves(self.state, self.spent)
        made = [(move, step) for _, move, step in (*(self.parent.made[-1:] if self.parent else ()), *self.made)]
        return Case(
            id=self.id,
            procedure=self.procedure,
            roles=self.roles,
            site=self.asked.site,
            quantity=self.asked.quantity,
            finding=self.asked.finding,
            state=self.state,
            steps=tuple(step for _, _, step in self.made),
            protests=tuple(self.protests),
            open=opened,
            deadlines=deadlines(opened, made, self.roles, calendar=calendar, now=now),
            outcome=self.outcome.then if self.outcome else None,
            parent=self.parent.id if self.parent else None,
            child=self.child.id if self.child else None,
            drill=self.asked.drill,
        )


@dataclass(slots=True)
class _Table:
    """The cases so far."""

    procedures: Mapping[str, Procedure]
    delivered: Delivered
    matters: dict[str, _Matter] = field(default_factory=dict)
    strays: list[Protest] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Count a move, or keep it as a protest."""
        asked = _Asked.of(event.entry.body)
        if asked is None:
            self.strays.append(_protest(event, "bad_move"))
        elif asked.procedure is not None:
            self._open(event, asked, asked.procedure)
        else:
            self._go_on(event, asked)

    def _go_on(self, event: Event, asked: _Asked) -> None:
        matter = self.matters.get(asked.case)
        if matter is None or not matter.known_to(event):
            self.strays.append(_protest(event, "unknown_case", asked))
        else:
            self._move(matter, event, asked)

    def _open(self, event: Event, asked: _Asked, name: str) -> None:
        procedure = self.procedures.get(name)
        if not _may_name(asked.case, event.entry.party):
            self.strays.append(_protest(event, "bad_case_id", asked))
        elif asked.case in self.matters:
            self.matters[asked.case].protests.append(_protest(event, "case_exists", asked))
        elif procedure is None:
            self.strays.append(_protest(event, "unknown_procedure", asked))
        elif not fits(procedure, asked.roles):
            self.strays.append(_protest(event, "bad_roles", asked))
        else:
            matter = _Matter(asked.case, procedure, asked.roles, asked)
            self._move(matter, event, asked)
            if matter.made:
                self.matters[matter.id] = matter
            else:
                self.strays.extend(matter.protests)

    def _move(self, matter: _Matter, event: Event, asked: _Asked) -> None:
        opened = matter.procedure.open_moves(*matter.seen_by(event))
        role = matter.role_of(event.entry.party)
        fault = fault_of(
            matter.procedure, asked.move, opened=opened, role=role, reason=asked.reason, evidence=asked.evidence
        )
        if fault is not None:
            matter.protests.append(_protest(event, fault, asked))
            return
        matter.count(event, asked, matter.procedure.moves[asked.move], self.delivered)
        self._follow(matter)

    def _follow(self, matter: _Matter) -> None:
        """Open the case that the outcome of this one leads to."""
        opens = matter.outcome.opens if matter.outcome else None
        procedure = self.procedures.get(opens) if opens else None
        if procedure is None or len(procedure.roles) != len(matter.procedure.roles):
            return
        parties = (matter.roles[role] for role in matter.procedure.roles)
        roles = dict(zip(procedure.roles, parties, strict=True))
        matter.child = _Matter(f"{matter.id}.1", procedure, roles, matter.asked, parent=matter)
        self.matters[matter.child.id] = matter.child


def _may_name(case: str, party: str) -> bool:
    prefix = f"C-{party}-"
    return case.startswith(prefix) and _ID_REST.fullmatch(case.removeprefix(prefix)) is not None


def _step(event: Event, asked: _Asked, move: Move, state: Mapping[str, str], delivered: Delivered) -> Step:
    entry, moment = event.entry, delivered(event.entry)
    return Step(
        entry=event.fingerprint,
        party=entry.party,
        seq=entry.seq,
        role=move.by,
        move=move.name,
        at=entry.at,
        by=asked.by,
        reason=asked.reason,
        evidence=asked.evidence,
        demonstration=asked.demonstration,
        typed=asked.typed,
        state=state,
        delivered=moment.astimezone(ZONE).date() if moment else None,
    )


def _protest(event: Event, fault: str, asked: _Asked | None = None) -> Protest:
    entry = event.entry
    case, move, reason = (asked.case, asked.move, asked.reason) if asked else ("", "", "")
    return Protest(event.fingerprint, entry.party, entry.seq, case, move, fault, entry.at, reason)
