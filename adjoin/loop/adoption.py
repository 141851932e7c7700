"""What a side computes with: bundle, procedures, calendar, code. Signed, and signed again when it changes."""

from collections.abc import Mapping
from datetime import datetime

from adjoin.core.entry import Entry
from adjoin.loop.workspace import Workspace


def signed(workspace: Workspace) -> Mapping[str, Mapping[str, str]]:
    """By side, what its last entry of adoption says."""
    last = {entry.party: entry for entry in workspace.done.entries() if entry.kind == "adopt"}
    sides = [side for side in workspace.region.sides if side in last]
    return {side: {name: str(last[side].body.get(name, "")) for name in workspace.adopted} for side in sides}


def unsigned(workspace: Workspace) -> tuple[str, ...]:
    """The parts that this side computes with and has not signed as they are now."""
    return changed(workspace, signed(workspace))


def changed(workspace: Workspace, last: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The same, where it was looked up already what either side `signed`."""
    held = last.get(workspace.party, {})
    return tuple(name for name, value in workspace.adopted.items() if held.get(name) != value)


def adopt(workspace: Workspace, *, now: datetime) -> Entry | None:
    """Sign what this side computes with; nothing where that stands signed already."""
    return workspace.record("adopt", dict(workspace.adopted), now=now) if unsigned(workspace) else None
