"""Who may do what: one table, and what it does not allow is denied.

    (party, office, role, action, object, state) -> allow

The page prints the same table that the test walks through, cell by cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, cast

from adjoin.core.refusal import Refusal

PARTIES = ("own", "other")
OFFICES = ("own", "another")
ANY = "any"  # the only state of an object that has no states


@dataclass(frozen=True, slots=True)
class Cell:
    """One question to the table."""

    party: str  # of PARTIES
    office: str  # of OFFICES
    role: str
    action: str
    object: str
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line that allows something."""

    party: str
    office: str
    roles: tuple[str, ...]
    object: str
    actions: tuple[str, ...]
    states: tuple[str, ...]

    def allows(self, cell: Cell) -> bool:
        """Whether this line allows what a cell asks."""
        return (
            cell.party == self.party
            and cell.object == self.object
            and self.office in {ANY, cell.office}
            and cell.role in self.roles
            and cell.action in self.actions
            and cell.state in self.states
        )


@dataclass(frozen=True)
class Access:
    """The table, and which form does what."""

    roles: tuple[str, ...]
    objects: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]  # object -> actions, states
    rows: tuple[Row, ...]
    forms: Mapping[str, tuple[str, str]]  # address -> object, action
    free: frozenset[str]  # addresses that ask for no sign-in

    def allows(self, cell: Cell) -> bool:
        """Whether the table allows what a cell asks; what it does not know it denies."""
        return any(row.allows(cell) for row in self.rows)

    def check(self, cell: Cell) -> None:
        """Refuses what the table does not allow, and says who may."""
        if not self.allows(cell):
            may = [role for role in self.roles if self.allows(_as(cell, role))]
            raise Refusal(
                "not_allowed", met=cell.role, asked=f"{cell.object}: {cell.action}", may=", ".join(may) or "-"
            )

    def cells(self) -> Iterator[Cell]:
        """Every cell there is."""
        for name, (actions, states) in self.objects.items():
            for party, office, role, action, state in product(PARTIES, OFFICES, self.roles, actions, states):
                yield Cell(party, office, role, action, name, state)

    def printed(self) -> list[tuple[str, str, str, str, str, tuple[bool, ...]]]:
        """The table as it is shown: object, action, state, party, office, and for each role whether it may."""
        lines = []
        for name, (actions, states) in self.objects.items():
            for action, state, party, office in product(actions, states, PARTIES, OFFICES):
                may = tuple(self.allows(Cell(party, office, role, action, name, state)) for role in self.roles)
                lines.append((name, action, state, party, office, may))
        return lines

    def of_form(self, address: str) -> tuple[str, str]:
        """The object and the action of a form."""
        return self.forms.get(address, ("other", "act"))

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Access":
        """The table that a file says; a word that is not in its vocabulary is refused."""
        try:
            vocabulary = said["vocabulary"]
            objects = {
                name: (tuple(each["actions"]), tuple(each.get("states", (ANY,))))
                for name, each in vocabulary["objects"].items()
            }
            rows = tuple(_row(each, objects, vocabulary["roles"]) for each in said["allow"])
            forms = {path: (pair[0], pair[1]) for path, pair in said["forms"].items()}
            found = cls(tuple(vocabulary["roles"]), objects, rows, forms, frozenset(said["free"]))
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise Refusal("bad_access", met=f"{type(error).__name__} {error}") from None
        for path, (name, action) in forms.items():
            _known(action, objects.get(name, ((), ()))[0], path)
        return found


def _row(
    said: Mapping[str, Any], objects: Mapping[str, tuple[Sequence[str], Sequence[str]]], roles: Sequence[str]
) -> Row:
    name = cast("str", said["object"])
    _known(name, tuple(objects), "object")
    actions, states = objects[name]
    row = Row(
        said["party"],
        said["office"],
        tuple(said["roles"]),
        name,
        tuple(said["actions"]),
        tuple(said.get("states", states)),
    )
    _known(row.party, PARTIES, name)
    _known(row.office, (ANY, *OFFICES), name)
    for word, known in ((row.roles, roles), (row.actions, actions), (row.states, states)):
        for each in word:
            _known(each, known, name)
    return row


def _known(word: str, words: Sequence[str], place: str) -> None:
    if word not in words:
        raise Refusal("bad_access", met=f"{place}: {word} ({', '.join(words)})")


def _as(cell: Cell, role: str) -> Cell:
    return Cell(cell.party, cell.office, role, cell.action, cell.object, cell.state)
