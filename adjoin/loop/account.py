"""Account: the eight stations of the loop, each with one number, computed from the books."""

from dataclasses import dataclass
from datetime import datetime

from adjoin.loop import assess, attribute, hand_over
from adjoin.loop.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Station:
    """One stage of the loop and what stands there now."""

    name: str  # key of a word: "station.measure", ...
    number: int
    of: int | None  # of how many, where that says more


def stations(workspace: Workspace, *, now: datetime) -> tuple[Station, ...]:
    """Measure, assess, attribute, decide, hand over, mend, verify, account."""
    sections, signals = assess.now(workspace, now=now), attribute.signals(workspace)
    cases = hand_over.cases(workspace, now=now)
    reporting = [each for each in sections if each.time is not None]
    explained = [each for each in signals if each.attribution is None]
    ended = [each for each in cases if each.outcome is not None]
    open_cases = [each for each in cases if each.outcome is None]
    answering = [each for each in open_cases if workspace.party in {d.party for d in each.deadlines}]
    return (
        Station("station.measure", len(reporting), len(sections)),
        Station("station.assess", len(signals), None),
        Station("station.attribute", len(explained), len(signals)),
        Station("station.decide", sum(bool(each.open_to(workspace.party)) for each in cases), None),
        Station("station.hand_over", len([each for each in cases if each.parent is None]), None),
        Station("station.mend", len(open_cases), None),
        Station("station.verify", len(answering), len(open_cases)),
        Station("station.account", len(ended), len(cases)),
    )
