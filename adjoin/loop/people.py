"""Who may act: accounts of the offices of one side."""

from collections.abc import Mapping
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from adjoin.loop.workspace import Workspace

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this")  # so that an unknown name takes as long as a wrong password


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts for a party."""

    name: str
    party: str
    office: str
    role: str
    demonstration: bool


def enrol(
    workspace: Workspace, name: str, password: str, *, role: str = "duty-officer", demonstration: bool = False
) -> Person:
    """An account for somebody of this side's first office."""
    office = next((each.code for each in workspace.region.offices if each.party == workspace.party), workspace.party)
    person = {"name": name, "party": workspace.party, "office": office, "role": role}
    secret = _HASHER.hash(password)
    workspace.done.enrol({**person, "password": secret, "demonstration": int(demonstration)})
    return Person(name, workspace.party, office, role, demonstration)


def sign_in(workspace: Workspace, name: str, password: str) -> Person | None:
    """The person of this name and password, or nothing."""
    row = workspace.done.person(name)
    try:
        _HASHER.verify(row["password"] if row else _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return None if row is None else _person(row)


def person(workspace: Workspace, name: str) -> Person | None:
    """The person of this name, for a session that was signed in before."""
    row = workspace.done.person(name)
    return None if row is None else _person(row)


def _person(row: Mapping[str, object]) -> Person:
    name, party, office, role = (str(row[column]) for column in ("name", "party", "office", "role"))
    return Person(name, party, office, role, bool(row["demonstration"]))
