"""Hand over: cases between the two sides, and the moves that bring them to an end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adjoin.core.evidence import Evidence
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Move
from adjoin.joint import case as casework
from adjoin.joint.case import Case
from adjoin.loop import attribute, quality_case
from adjoin.loop.casebook import folded
from adjoin.loop.workspace import Workspace


def cases(workspace: Workspace, *, now: datetime) -> tuple[Case, ...]:
    """All cases, the ones that wait for an answer first; each kind as they were opened, whoever opened them."""
    found = folded(workspace, now=now).cases
    opened = {each.id: each.steps[0].at for each in found if each.parent is None}
    return tuple(sorted(found, key=lambda each: (each.outcome is not None, opened[each.id.partition(".")[0]], each.id)))


def case(workspace: Workspace, name: str, *, now: datetime) -> Case:
    """The case of this id."""
    found = next((each for each in folded(workspace, now=now).cases if each.id == name), None)
    if found is None:
        known = ", ".join(each.id for each in folded(workspace, now=now).cases) or "-"
        raise Refusal("unknown_case", met=name, expected=known)
    return found


def open_case(
    workspace: Workspace,
    *,
    procedure: str,
    finding: str,
    by: str,
    now: datetime,
    reason: str = "",
    evidence: Sequence[Evidence] = (),
    demonstration: bool = False,
    typed: bool = False,
) -> Case:
    """Open a case on a finding; the opener takes the role whose move starts the procedure."""
    found = attribute.finding(workspace, finding)
    more = quality_case.opening(workspace, found, procedure)
    about = {"site": found.site, "quantity": found.quantity, "finding": found.id, **more}
    grounds = evidence or found.evidence
    said = {"by": by, "reason": reason, "evidence": grounds, "demonstration": demonstration, "typed": typed}
    return _open(workspace, procedure, about, said, now=now)


def open_message(
    workspace: Workspace,
    *,
    procedure: str,
    site: str,
    quantity: str,
    by: str,
    now: datetime,
    reason: str = "",
    evidence: Sequence[Evidence] = (),
    demonstration: bool = False,
    typed: bool = False,
    drill: bool = False,
) -> Case:
    """Open a case on an event at a site or a reach, before any reading shows it; a drill stays one to its end."""
    if site not in workspace.region.sites and site not in workspace.region.network.reaches:
        raise Refusal("unknown_site", met=site, near=", ".join(workspace.region.near(site)) or "-")
    about = {"site": site, "quantity": quantity, "finding": None} | ({"drill": True} if drill else {})
    said = {"by": by, "reason": reason, "evidence": evidence, "demonstration": demonstration, "typed": typed}
    return _open(workspace, procedure, about, said, now=now)


def _open(
    workspace: Workspace, procedure: str, about: Mapping[str, object], said: Mapping[str, Any], *, now: datetime
) -> Case:
    chosen = workspace.region.procedures.get(procedure)
    if chosen is None:
        raise Refusal("unknown_procedure", met=procedure, expected=", ".join(workspace.region.procedures))
    first = chosen.open_moves(chosen.start, {})[0]
    roles = {role: workspace.party if role == first.by else workspace.other for role in chosen.roles}
    grounds = _plain(said["evidence"])
    casework.check_opening(chosen, first.name, workspace.party, roles=roles, reason=said["reason"], evidence=grounds)
    opening = {"case": _next_id(workspace, now), "procedure": procedure, "roles": roles}
    workspace.record("move", {**opening, **about, **_said(first.name, **said)}, now=now)
    return case(workspace, str(opening["case"]), now=now)


def move(
    workspace: Workspace,
    name: str,
    move: str,
    *,
    by: str,
    now: datetime,
    reason: str = "",
    evidence: Sequence[Evidence] = (),
    demonstration: bool = False,
    typed: bool = False,
) -> Case:
    """Make a move in a case; one that does not stand open is refused and changes nothing.

    typed : by a person, in an account of the demonstration
    """

    def check() -> None:
        may(workspace, name, move, reason=reason, evidence=evidence, now=now)

    check()
    answers = _last(workspace, name, now=now)
    told = _said(move, by=by, reason=reason, evidence=evidence, demonstration=demonstration, typed=typed)
    body = {"case": name, **told}
    workspace.record("move", body, now=now, answers=answers, check=check)
    return case(workspace, name, now=now)


def may(
    workspace: Workspace, name: str, move: str, *, reason: str, evidence: Sequence[Evidence], now: datetime
) -> Move:
    """The move as this side may make it now; one that it may not make is refused. Nothing is signed."""
    before = case(workspace, name, now=now)
    made = casework.check_move(before, move, workspace.party, reason, _plain(evidence))
    quality_case.check(workspace, before, made)
    return made


def _next_id(workspace: Workspace, now: datetime) -> str:
    mine = f"C-{workspace.party}-"
    taken = [each.id for each in folded(workspace, now=now).cases if each.id.startswith(mine) and each.parent is None]
    return f"{mine}{len(taken) + 1:04d}"


def _last(workspace: Workspace, name: str, *, now: datetime) -> str | None:
    steps = case(workspace, name, now=now).steps
    return steps[-1].entry if steps else None


def _said(
    move: str, *, by: str, reason: str, evidence: Sequence[Evidence], demonstration: bool, typed: bool
) -> dict[str, object]:
    told = {"move": move, "by": by, "reason": reason, "evidence": _plain(evidence), "demonstration": demonstration}
    return told | ({"typed": True} if typed else {})


def _plain(evidence: Sequence[Evidence]) -> list[Mapping[str, object]]:
    return [
        {"kind": e.kind, "ref": e.ref, "say_zh": e.say_zh, "say_en": e.say_en, "fingerprint": e.fingerprint}
        for e in evidence
    ]
