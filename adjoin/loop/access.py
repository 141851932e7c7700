"""The table of access of a workspace: that of the program, or its own."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import yaml

from adjoin.core.refusal import Refusal
from adjoin.joint.access import ANY, Access, Cell
from adjoin.loop import elsewhere, people
from adjoin.loop.people import Person
from adjoin.loop.workspace import Workspace
from adjoin.store.people_access import SignIns

FILE, VISITOR = "access.yaml", "visitor"


def access(workspace: Workspace) -> Access:
    """The table that holds here."""
    own = workspace.folder / FILE
    return _read(own, own.stat().st_mtime_ns) if own.exists() else _shipped()


def check(workspace: Workspace, person: Person, name: str, action: str, state: str = ANY) -> None:
    """Refuses what somebody may not do."""
    access(workspace).check(cell(workspace, person, name, action, state))


def cell(workspace: Workspace, person: Person | None, name: str, action: str, state: str = ANY) -> Cell:
    """The question to the table: who asks for what."""
    if person is None:
        return Cell("own", "own", VISITOR, action, name, state)
    party = "own" if person.party == workspace.party else "other"
    office = "own" if person.office == workspace.signer.key.office else "another"
    return Cell(party, office, person.role, action, name, state)


def enrol(workspace: Workspace, name: str, password: str, *, role: str, identity: str | None = None) -> Person:
    """An account with a role that the table knows; tied to an identity at the identity service where one is given."""
    known = [each for each in access(workspace).roles if each != VISITOR]
    if role not in known:
        raise Refusal("unknown_role", met=role, expected=", ".join(known))
    where = elsewhere.settings(workspace)
    if identity is not None and where is None:
        raise Refusal("no_identity_service", met=workspace.party)
    person = people.enrol(workspace, name, password, role=role)
    if identity is not None and where is not None:
        SignIns(workspace.done).tie(where.issuer, identity, name)
    return person


@lru_cache(maxsize=1)
def _shipped() -> Access:
    return Access.of(yaml.safe_load((files("adjoin") / "data" / FILE).read_text("utf-8")))


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Access:  # noqa: ARG001  # read again when the file is another one
    return Access.of(yaml.safe_load(path.read_text("utf-8")))
