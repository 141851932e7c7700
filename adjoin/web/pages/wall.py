"""The wall of the duty room: the overview from across the room, without anything to press."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.geography import MapView
from adjoin.web.lines import CaseLine, FindingLine, SectionLine
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages import overview
from adjoin.web.pages.overview import Station
from adjoin.web.words import said

CASES, FINDINGS, SECTIONS = 5, 4, 9  # as many as can be read from across a room


@dataclass(frozen=True)
class WallPage(Page):
    """The border today, for 1920 x 1080."""

    template: ClassVar[str] = "wall.html"
    nav: ClassVar[str] = "/wall"

    verdict: Verdict = shown("is anything wrong now, and whose turn is it")
    newest: datetime | None = shown("time of the newest reading; nothing where none came in")
    silent: bool = shown("whether every section has gone silent since")
    made: datetime = shown("when this was computed")
    stations: tuple[Station, ...] = shown("the eight stations of the loop, one number each")
    cases: tuple[CaseLine, ...] = shown("open cases, those that wait for this side first, as far as there is room")
    more_cases: int = shown("open cases for which there is no room")
    findings: tuple[FindingLine, ...] = shown("findings that are open, the newest first, as far as there is room")
    border: tuple[SectionLine, ...] = shown("border sections, the worst first, as far as there is room")
    map: MapView = shown("what the map shows", twin=False)

    @property
    def drill(self) -> bool:
        """Whether a case that is shown is an exercise."""
        return any(case.drill for case in self.cases)


def build(ws: Workspace, ask: Ask) -> WallPage:
    """The overview as it stands now, cut to what can be read from afar."""
    page = overview.build(ws, ask)
    running = [case for case in page.cases if case.outcome is None]
    heard = [line for line in page.sections if line.time]
    return WallPage(
        title=said("web.wall"),
        verdict=page.verdict,
        newest=page.newest,
        silent=bool(heard) and all(line.stale for line in heard),
        made=ask.now,
        stations=page.stations,
        cases=tuple(running[:CASES]),
        more_cases=max(0, len(running) - CASES),
        findings=tuple([each for each in page.findings if not each.answered][:FINDINGS]),
        border=page.border[:SECTIONS],
        map=page.map,
    )


ADDRESSES = (Address("/wall", build),)
