"""A finding on its way to an end: two role states, folded from the entries of both chains.

A Case is not stored, it is computed. Each entry of kind `move` asks for one move of one case. It *counts* when
the move was open to its maker in the state that he had seen: the fold of the moves in his causal past. Otherwise
it is a *protest*, kept and named, and changes nothing. Whether an entry counts therefore depends only on what
lies in its own past, never on what arrived when; and since a procedure is proved to have no clash, moves that
both sides made while out of touch lead to the same state in either order. So two parties who hold the same
entries hold the same cases.

A case's id begins with `C-<party of the opener>-`: two parties cannot open the same one. A final line with
`opens` yields a child `<id>.1` in the start state of the next procedure, its roles by position.

A move counts for its maker at once; it is *delivered* on the day the other side first cosigned a checkpoint that
covers it, and clocks in days start then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from adjoin.core.refusal import Refusal
from adjoin.core.rule import Move, Procedure


@dataclass(frozen=True, slots=True)
class Step:
    """One move that counted."""

    entry: str  # fingerprint
    party: str
    seq: int
    role: str
    move: str
    at: datetime  # the mover's own clock
    by: str  # the person, as named in the entry
    reason: str
    evidence: tuple[Mapping[str, object], ...]
    demonstration: bool  # it belongs to a demonstration
    typed: bool  # a person typed it, in an account of the demonstration; else the demonstration did
    state: Mapping[str, str]  # joint state after it
    delivered: date | None  # day of the first checkpoint covering it that both signed; None: not yet delivered


@dataclass(frozen=True, slots=True)
class Protest:
    """An entry that asked for a move that was not open; it is kept, named, and changes nothing."""

    entry: str
    party: str
    seq: int
    case: str  # as the entry named it
    move: str
    fault: str  # key of a sentence, "fault_" before it
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock that runs for a move: whose turn it is and until when."""

    move: str
    role: str
    party: str
    count: int
    kind: str
    since: date | datetime | None  # None: not yet delivered, the clock has not started
    due: date | datetime | None  # None: not started, or beyond the published calendar
    overdue: bool
    note: str = ""  # key of a sentence: "clock_not_started", "beyond_calendar", "clock_own_time"


@dataclass(frozen=True, slots=True)
class Case:
    """Where a matter between two parties stands."""

    id: str  # "C-chongqing-0001"
    procedure: Procedure
    roles: Mapping[str, str]  # role -> party
    site: str
    quantity: str
    finding: str | None
    state: Mapping[str, str]
    steps: tuple[Step, ...]
    protests: tuple[Protest, ...]
    open: tuple[Move, ...]  # moves that stand open now, of either role
    deadlines: tuple[Deadline, ...]
    outcome: str | None  # `then` of the final line reached
    parent: str | None = None
    child: str | None = None
    drill: bool = False  # opened as an exercise

    def role_of(self, party: str) -> str | None:
        """The role a party has here."""
        return next((role for role, holder in self.roles.items() if holder == party), None)

    def open_to(self, party: str) -> tuple[Move, ...]:
        """The moves that stand open to a party."""
        role = self.role_of(party)
        return tuple(move for move in self.open if move.by == role)


def fault_of(
    procedure: Procedure,
    name: str,
    *,
    opened: Iterable[Move],
    role: str | None,
    reason: str,
    evidence: Sequence[object],
) -> str | None:
    """Why a move may not be made: a key of FAULTS, or nothing where it may.

    opened : the moves that stand open in the state that its maker has seen
    role : the role of its maker, where he has one
    """
    move = procedure.moves.get(name)
    if move is None:
        return "unknown_move"
    if move.by != role:
        return "not_your_role"
    if move not in tuple(opened):
        return "move_not_open"
    if "reason" in move.needs and not reason.strip():
        return "needs_reason"
    return "needs_evidence" if "evidence" in move.needs and not evidence else None


def check_move(case: Case, name: str, party: str, reason: str, evidence: Sequence[Mapping[str, object]]) -> Move:
    """The move that a party wants to make, where it may; to be asked before it is signed."""
    role = case.role_of(party)
    fault = fault_of(case.procedure, name, opened=case.open, role=role, reason=reason, evidence=evidence)
    if fault is not None:
        _refuse(fault, case, name, party)
    return case.procedure.moves[name]


def check_opening(
    procedure: Procedure,
    name: str,
    party: str,
    *,
    roles: Mapping[str, str],
    reason: str,
    evidence: Sequence[Mapping[str, object]],
) -> Move:
    """The opening move that a party wants to make, where it may; to be asked before it is signed."""
    opened = procedure.open_moves(procedure.start, {})
    role = next((role for role, holder in roles.items() if holder == party), None)
    fault = "bad_roles" if not fits(procedure, roles) else None
    fault = fault or fault_of(procedure, name, opened=opened, role=role, reason=reason, evidence=evidence)
    if fault is not None:
        raise Refusal(
            fault, met=name, case="-", party=party, expected=_names(opened), turn=", ".join(roles.values()) or "-"
        )
    return procedure.moves[name]


def fits(procedure: Procedure, roles: Mapping[str, str]) -> bool:
    """Whether every role is held, each by another party."""
    return set(roles) == set(procedure.roles) and len(set(roles.values())) == len(procedure.roles)


def _refuse(fault: str, case: Case, name: str, party: str) -> NoReturn:
    turn = dict.fromkeys(case.roles[move.by] for move in case.open)
    raise Refusal(
        fault,
        met=name,
        case=case.id,
        party=party,
        expected=_names(case.open_to(party)),
        turn=", ".join(turn) or case.outcome or "-",
    )


def _names(moves: Iterable[Move]) -> str:
    return ", ".join(move.name for move in moves) or "-"
