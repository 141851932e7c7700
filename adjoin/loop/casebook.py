"""The cases that both chains amount to; what the stages ask that look at cases and at what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adjoin.joint import ledger
from adjoin.joint.fold import Folded, fold_all
from adjoin.loop.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OnFinding:
    """The cases that were opened on a finding, those that followed them among them."""

    cases: tuple[str, ...] = ()
    ended: bool = False  # all of them


def folded(workspace: Workspace, *, now: datetime) -> Folded:
    """All cases and protests that both chains amount to."""
    lately = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)  # clocks of hours run out within a day
    return workspace.computed(("cases", lately), lambda: _fold(workspace, now))


def on_findings(workspace: Workspace) -> Mapping[str, OnFinding]:
    """The cases on each finding, and whether they ended; no clock moves a state, so it is the same at any time."""
    return workspace.computed("cases on findings", lambda: _on_findings(workspace))


def _on_findings(workspace: Workspace) -> dict[str, OnFinding]:
    last = max((entry.at for entry in workspace.done.entries()), default=None)
    found: dict[str, OnFinding] = {}
    for case in folded(workspace, now=last).cases if last else ():
        if case.finding:
            before = found.get(case.finding, OnFinding(ended=True))
            ended = before.ended and case.outcome is not None
            found[case.finding] = OnFinding((*before.cases, case.id), ended)
    return found


def _fold(workspace: Workspace, now: datetime) -> Folded:
    notes = {
        side: [ledger.Cosigned(each.size, each.at, each.note) for each in workspace.done.cosigned(side)]
        for side in workspace.region.sides
    }
    return fold_all(
        workspace.done.entries(),
        procedures=workspace.region.procedures,
        delivered=ledger.deliveries(notes),
        calendar=workspace.region.calendar,
        now=now,
    )
