"""Every section of the region, and how it stands now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from adjoin.core.assessment import worse
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.lines import SectionLine, section_lines
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.searching import Found, elsewhere
from adjoin.web.words import Both, moment, said


@dataclass(frozen=True)
class SectionsPage(Page):
    """Every section, river by river."""

    template: ClassVar[str] = "sections.html"
    nav: ClassVar[str] = "/sections"

    verdict: Verdict = shown("how many sections are worse than class III, and since when nothing was heard")
    asked: str = shown("the words that were searched for")
    since: datetime = shown("where the ribbons begin")
    until: datetime = shown("where the ribbons end")
    sections: tuple[SectionLine, ...] = shown("the sections, in the order of the bundle")
    found: tuple[Found, ...] = shown("what else carries the words: cases, cities, places, methods, agreements")
    on_river: tuple[str, ...] = shown("those of them that an accident can be reckoned from")


def build(ws: Workspace, ask: Ask) -> SectionsPage:
    """The list, or the part of it that carries the words asked for."""
    asked = ask.query.get("q", "").strip()[:60]
    lines = section_lines(ws, ask.now)
    times = [time for line in lines for time, _ in line.steps] or [ask.now]
    found = tuple(line for line in lines if _carries(line, asked.casefold()))
    return SectionsPage(
        title=said("web.sections"),
        verdict=_verdict(lines),
        asked=asked,
        since=min(times),
        until=max(times) + timedelta(hours=12),
        sections=found,
        found=elsewhere(ws, asked, ask.now, frozenset(line.site for line in lines)) if asked else (),
        on_river=tuple(line.site for line in found if ws.region.sites[line.site].place.reach is not None),
    )


def _carries(line: SectionLine, asked: str) -> bool:
    words = (line.site, *line.name, *line.river, *line.party_name)
    return any(asked in word.casefold() for word in words)


def _verdict(lines: tuple[SectionLine, ...]) -> Verdict:
    seen = [line for line in lines if line.time is not None]
    if not seen:
        return Verdict("unknown", said("web.verdict.nothing"), Both("", ""))
    newest = max(line.time for line in seen if line.time)
    bad = sum(worse(line.water_class, "III") for line in seen)
    heard = said("web.sections.heard", time=moment(newest), silent=sum(line.stale for line in seen))
    say = said("web.sections.verdict", bad=bad, seen=len(seen), all=len(lines))
    state = "unknown" if all(line.stale for line in seen) else "bad" if bad else "fine"
    return Verdict(state, say, heard)


ADDRESSES = (Address("/sections", build, asks=("q",)),)
