"""A finding on its way to an end: two role states, folded from the entries of both chains.

(theory of the file: written by the builder of the fold)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

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
    demonstration: bool  # what a human would have typed was typed by the demonstration
    state: Mapping[str, str]  # joint state after it
    delivered: date | None  # day of the first checkpoint covering it that both signed; None: not yet delivered


@dataclass(frozen=True, slots=True)
class Protest:
    """An entry that asked for a move that was not open; it is kept, named, and changes nothing."""

    entry: str
    party: str
    seq: int
    move: str
    fault: (
        str  # key of a sentence: "move_not_open", "unknown_move", "not_your_role", "unknown_procedure", "case_exists"
    )
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

    def role_of(self, party: str) -> str | None:
        """The role a party has here."""
        return next((role for role, holder in self.roles.items() if holder == party), None)

    def open_to(self, party: str) -> tuple[Move, ...]:
        """The moves that stand open to a party."""
        role = self.role_of(party)
        return tuple(move for move in self.open if move.by == role)
