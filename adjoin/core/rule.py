"""Dated clauses with a source: standards of a ministry and procedures of the parties, treated alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from adjoin.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Limit:
    """The values that a quantity must keep to belong to each class, from one day until another."""

    quantity: str  # code
    kind: str  # "max", "min", "range"; "delta" (a change, no ladder of classes) is never evaluated
    grades: Mapping[str, str]  # class -> value as printed ("0.2", "6~9")
    clause: str  # "table 1, item 8"
    since: date
    until: date | None = None  # exclusive; None while in force
    water_body: str = "any"  # "any", "river", "lake"
    evaluated: bool = True  # takes part in the class of a section
    status: str = "std"
    detection: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard: its limits, dated, with where they were read."""

    name: str  # "GB 3838-2002"
    title_zh: str
    title_en: str
    limits: tuple[Limit, ...]
    source: str = ""
    status: str = "std"
    examples: tuple[Mapping[str, object], ...] = ()

    def limit(self, quantity: str, water_body: str, on: date) -> Limit | None:
        """The limit in force that day; one for this kind of water goes before one for any."""
        found = [
            limit
            for limit in self.limits
            if limit.quantity == quantity
            and limit.water_body in {water_body, "any"}
            and limit.since <= on
            and (limit.until is None or on < limit.until)
        ]
        return min(found, key=lambda limit: limit.water_body == "any", default=None)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a move may take: `3 workdays`, `30 days`, `6 hours`."""

    count: int
    kind: str  # "workdays", "days", "days_strict", "hours"

    @classmethod
    def parse(cls, text: str) -> "Clock":
        """The clock that a text names."""
        count, _, kind = text.strip().partition(" ")
        kind = {"workday": "workdays", "day": "days", "hour": "hours"}.get(kind, kind)
        if not count.isdigit() or kind not in {"workdays", "days", "days_strict", "hours"}:
            raise Refusal("unknown_clock", met=text, expected="3 workdays, 30 days, 30 days_strict, 6 hours")
        return cls(int(count), kind)


@dataclass(frozen=True, slots=True)
class Move:
    """Something that one role may do: which states it takes every listed role from and to."""

    name: str
    by: str
    takes: Mapping[str, Mapping[str, str]]  # role -> {state before: state after}
    within: Mapping[str, Clock] = field(default_factory=lambda: MappingProxyType({}))
    needs: tuple[str, ...] = ()  # "reason", "evidence", "cleared"


@dataclass(frozen=True, slots=True)
class Final:
    """A joint state in which a case is at its end; roles not in `states` are free."""

    states: Mapping[str, str]
    then: str
    opens: str | None = None  # the procedure of the case that follows


@dataclass(frozen=True, slots=True)
class Procedure:
    """Roles, states, moves, clocks: how two parties bring a case to an end. Data, and proved before it is used."""

    name: str
    roles: tuple[str, ...]
    start: Mapping[str, str]
    moves: Mapping[str, Move]
    final: tuple[Final, ...]
    at_most: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    words: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))  # key -> {zh, en}
    since: date | None = None
    source: str = ""
    status: str = ""
    on: str = "finding"  # what a case under it is opened on: a finding, one about data, or any other matter
    source_role: str = ""  # taken by the side from which the water comes, and by no other; "": by either
    rank: int = 9  # where several fit, that with the lowest is offered first
    clauses: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # clock (its move) -> where it stands

    def word(self, key: str, lang: str) -> str:
        """What a role, state, move or outcome is called; its key where the file names none."""
        return self.words.get(key, {}).get(lang, key)

    def outcome(self, state: Mapping[str, str]) -> Final | None:
        """The line of `final` that a joint state matches first."""
        return next((f for f in self.final if all(state[role] == s for role, s in f.states.items())), None)

    def open_moves(self, state: Mapping[str, str], spent: Mapping[str, int]) -> tuple[Move, ...]:
        """The moves that stand open in a joint state, with the moves already spent."""
        if self.outcome(state) is not None:
            return ()
        return tuple(move for move in self.moves.values() if self._is_open(move, state, spent))

    def _is_open(self, move: Move, state: Mapping[str, str], spent: Mapping[str, int]) -> bool:
        left = self.at_most.get(move.name)
        if left is not None and spent.get(move.name, 0) >= left:
            return False
        return all(state[role] in takes for role, takes in move.takes.items())

    def after(self, state: Mapping[str, str], move: Move) -> dict[str, str]:
        """The joint state that a move leads to."""
        return {role: move.takes[role][here] if role in move.takes else here for role, here in state.items()}


@dataclass(frozen=True, slots=True)
class Term:
    """A named value of an agreement: an input from the books, a number of its text, or made of others by a formula."""

    name: str  # an identifier, as formulas write it
    kind: str  # "input", "parameter", "value"
    unit: str  # "mg/L", "1", "yuan", ...; "class" or "flag" for what is no number
    formula: str = ""  # the number of a parameter, the formula of a value
    path: tuple[str, ...] = ()  # where an input stands: observed / site / quantity
    low: str | None = None  # what an input may be, ends included
    high: str | None = None
    clause: str = ""
    status: str = ""
    say: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # {zh, en}
    by: str = ""  # who reports an input; nobody in particular where empty
    days: int = 20  # days of a month that must be observed for a mean
    line: int = 0  # where it stands in its file


@dataclass(frozen=True, slots=True)
class Duty:
    """A clause of an agreement: when who pays whom how much."""

    id: str
    when: str  # a condition
    payer: str
    payee: str
    yuan: str | None  # a formula; None where another rule sets the amount
    say: Mapping[str, str]
    status: str = ""
    why: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # where yuan is None: who sets it
    line: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """What the text of an agreement does not say: when this holds, the answer is undefined."""

    id: str
    when: str
    why: Mapping[str, str]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """What parties promised each other to pay, dated, with its source. Data, and checked before it runs."""

    name: str
    title: Mapping[str, str]
    parties: tuple[str, ...]
    period: str  # "year", "month"
    since: date
    until: date | None  # exclusive; None while in force
    terms: tuple[Term, ...]
    duties: tuple[Duty, ...]
    gaps: tuple[Gap, ...] = ()
    pools: tuple[str, ...] = ()  # funds that are paid into and shared out; they keep nothing
    sections: tuple[str, ...] = ()  # where it holds; two in force for one section contradict each other
    index: str | None = None  # the value that is shown as the index
    source: str = ""
    status: str = ""
    draft: bool = False  # not signed: may be tried, never settled
    examples: tuple[Mapping[str, object], ...] = ()
    file: str = ""

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= on and (self.until is None or on < self.until)
