"""White list: what waste may cross the line this year, how much of it each side has left, and what waits."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from adjoin.joint.quota import Part
from adjoin.loop import hand_over, quota, white_list
from adjoin.loop.white_list import Row
from adjoin.loop.workspace import Workspace
from adjoin.web import signed
from adjoin.web.address import Address
from adjoin.web.grid import Grid
from adjoin.web.lines import CaseLine, case_line
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, party_name, said


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of the list."""

    id: str
    receiver: str
    code: str
    total_t: str
    ours_t: str  # what is left of this side's part
    theirs_t: str
    spent_t: str
    agreed: bool
    mine: bool  # proposed by the other side, to be signed here


@dataclass(frozen=True)
class WhiteListPage(Page):
    """The list of a year."""

    template: ClassVar[str] = "white_list.html"
    nav: ClassVar[str] = "/white-list"

    verdict: Verdict = shown("whether the list of the year adds up, and what waits for this side")
    year: int = shown("the year")
    years: tuple[int, ...] = shown("years with a list")
    sides: tuple[Both, Both] = shown("this side and the other")
    codes: tuple[str, str] = shown("their codes")
    rows: tuple[ListLine, ...] = shown("the list, line by line, in tonnes")
    cases: tuple[CaseLine, ...] = shown("consent cases: what is above the list or outside it")
    entries: Grid = shown("the signed entries of the list: what was proposed, signed, spent and handed over")
    newest: datetime | None = shown("when the last of them was signed")
    sections: tuple[tuple[str, Both], ...] = shown("where a transfer may cross")


def build(ws: Workspace, ask: Ask) -> WhiteListPage:
    """The list of the year that is asked for, else of this year."""
    text = ask.query.get("period", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else ask.now.year
    rows = white_list.rows(ws, year)
    cases = [each for each in hand_over.cases(ws, now=ask.now) if each.procedure.name == white_list.CONSENT]
    borders = [site for site in ws.region.sections if site.attributes.get("upstream")]
    steps = _steps(ws, rows)
    return WhiteListPage(
        title=said("web.white_list"),
        verdict=_verdict(ws, rows, year),
        year=year,
        years=tuple(sorted({row.year for row in white_list.rows(ws)} | {year})),
        sides=(party_name(ws.region, ws.party), party_name(ws.region, ws.other)),
        codes=(ws.party, ws.other),
        rows=tuple(_line(ws, row) for row in rows),
        cases=tuple(case_line(ws, each) for each in cases),
        entries=signed.entries(ws, steps),
        newest=signed.newest(ws, steps),
        sections=tuple((site.id, Both(site.name_zh, site.name_en)) for site in borders),
    )


def _verdict(ws: Workspace, rows: tuple[Row, ...], year: int) -> Verdict:
    if not rows:
        return Verdict("unknown", said("web.white_list.none", year=year), said("web.white_list.begin"), label="none")
    waiting = [row for row in rows if not row.agreed and row.proposer != ws.party]
    found = white_list.reconcile(ws, year)
    if any(not each.balanced for each in found):
        return Verdict("bad", said("web.white_list.unbalanced", year=year), Both("", ""))
    spent = sum((row.spent for row in rows if row.agreed), Decimal(0))
    say = said("web.white_list.fine", year=year, lines=len(found), spent=spent)
    if waiting:
        return Verdict("bad", say, said("web.white_list.wait", count=len(waiting)), label="mine")
    return Verdict("fine", say, Both("", ""))


def _steps(ws: Workspace, rows: tuple[Row, ...]) -> list[signed.Line]:
    """Every entry that counted on a line of the list."""
    made = [(f"{row.receiver} {row.code}", step) for row in rows for step in quota.quotas(ws).get(row.id).steps]
    return [
        (step.party, step.seq, said(f"web.signed.{step.do}", line=line, amount=f"{step.amount:f}"))
        for line, step in made
    ]


def _line(ws: Workspace, row: Row) -> ListLine:
    ours, theirs = (row.parts.get(side, Part()) for side in (ws.party, ws.other))
    return ListLine(
        id=row.id,
        receiver=row.receiver,
        code=row.code,
        total_t=str(row.total),
        ours_t=str(ours.held),
        theirs_t=str(theirs.held),
        spent_t=str(row.spent),
        agreed=row.agreed,
        mine=not row.agreed and row.proposer != ws.party,
    )


ADDRESSES = (Address("/white-list", build, asks=("period",), sheet=True),)
