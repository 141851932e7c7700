"""Records of both sides that may be one thing: shown as a pair, and settled by what each side says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adjoin.core.refusal import Refusal
from adjoin.formats.kinds import tolerances
from adjoin.loop import duplicates
from adjoin.loop.duplicates import Pair
from adjoin.loop.registers import ABOUT, Record, records
from adjoin.loop.workspace import Workspace

_ORDER = ("open", "waits", "disputed", "same", "different")


@dataclass(frozen=True, slots=True)
class Settled:
    """A pair that may be one thing, and what each side that answers for it has said."""

    pair: Pair
    answers: Mapping[str, bool]  # by side: whether it is the same thing
    sides: tuple[str, ...]  # who has to say

    @property
    def state(self) -> str:
        """Whether it is open, waits for one side, is settled, or the sides differ."""
        said = [self.answers[side] for side in self.sides if side in self.answers]
        if len(said) < len(self.sides):
            return "waits" if said else "open"
        return "disputed" if len(set(said)) > 1 else "same" if said[0] else "different"


def pairs(workspace: Workspace) -> tuple[Settled, ...]:
    """The pairs of records that may be one thing, with what was said of them: open ones first."""
    return workspace.computed("register pairs", lambda: _pairs(workspace))


def settle(workspace: Workspace, one: str, other: str, *, same: bool, by: str, reason: str, now: datetime) -> Settled:
    """Say whether a pair is one thing; the last word of a side counts."""
    pair = _pair(workspace, one, other)
    if workspace.party not in pair.sides:
        raise Refusal("not_your_record", met=f"{one}, {other}", party=", ".join(pair.sides))
    ids = [pair.pair.one, pair.pair.other]
    body = {"about": ABOUT, "do": "pair", "pair": ids, "same": same, "by": by, "reason": reason.strip()}
    workspace.record("note", body, now=now)
    return _pair(workspace, one, other)


def _pair(workspace: Workspace, one: str, other: str) -> Settled:
    asked = {one, other}
    found = next((each for each in pairs(workspace) if {each.pair.one, each.pair.other} == asked), None)
    if found is None:
        raise Refusal("not_a_pair", met=f"{one}, {other}"[:160])
    return found


def _pairs(workspace: Workspace) -> tuple[Settled, ...]:
    known = records(workspace)
    said = _answers(workspace)
    found = duplicates.pairs([each.site for each in known.values()], tolerances())
    settled = (
        Settled(pair, said.get((pair.one, pair.other), {}), _sides(workspace, known[pair.one], known[pair.other]))
        for pair in found
    )
    return tuple(sorted(settled, key=lambda each: (_ORDER.index(each.state), len(each.sides) < 2)))


def _sides(workspace: Workspace, one: Record, other: Record) -> tuple[str, ...]:
    return tuple(side for side in workspace.region.sides if side in {one.side, other.side})


def _answers(workspace: Workspace) -> dict[tuple[str, str], dict[str, bool]]:
    """What each side said last of each pair."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for entry in workspace.done.entries():
        body = entry.body
        pair = body.get("pair")
        if body.get("about") == ABOUT and body.get("do") == "pair" and isinstance(pair, list) and len(pair) == 2:
            found.setdefault((str(pair[0]), str(pair[1])), {})[entry.party] = body.get("same") is True
    return found
