"""What came in: did my file get in, what did not, who is silent?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from adjoin.core.refusal import Refusal
from adjoin.formats.messages import messages
from adjoin.formats.tables import Reject
from adjoin.loop import exchange, observe
from adjoin.loop.exchange import ExchangeStatus
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, moment, name_of, party_name, quantity_name, said, site_name

_DAYS = 31
_MOST = 60  # lines of changed values


@dataclass(frozen=True, slots=True)
class Row:
    """Something that did not go in, and why."""

    row: int
    line: str
    column: str
    kind: str
    say: Both


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A file that was taken in, and what became of its values."""

    id: int
    file: str
    mapping: str
    sha256: str
    received: datetime
    values: int
    new: int
    known: int
    replaced: int
    rejects: int
    ignored: tuple[str, ...]  # columns that the mapping leaves out
    reasons: tuple[Row, ...]  # the first of them; all of them in the file to download


@dataclass(frozen=True, slots=True)
class Changed:
    """A value that its origin gave again and differently: both are kept."""

    site: str
    name: Both
    quantity: str
    quantity_name: Both
    time: datetime
    before: str | None
    after: str | None
    received: datetime
    href: str


@dataclass(frozen=True, slots=True)
class Covered:
    """A section, and how many readings it has on each day."""

    site: str
    name: Both
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Silent:
    """A station that nothing was heard of for too long."""

    site: str
    name: Both
    party: Both
    last: datetime | None


@dataclass(frozen=True)
class DataPage(Page):
    """What came in, and what did not."""

    template: ClassVar[str] = "data.html"
    nav: ClassVar[str] = "/data"

    verdict: Verdict = shown("the newest reading, and how many stations are silent")
    receipts: tuple[ReceiptLine, ...] = shown("files that were taken in, the newest first")
    changed: tuple[Changed, ...] = shown("values that their origin gave again and differently, the newest first")
    days: tuple[date, ...] = shown(
        "the days of the calendar, the newest first: from the first with data in the last 31"
    )
    calendar: tuple[Covered, ...] = shown("readings a day at each section")
    silent: tuple[Silent, ...] = shown("stations that nothing was heard of")
    other: Both = shown("the other side")
    exchange: ExchangeStatus = shown("what was exchanged with the other side, and what waits")
    held: tuple[tuple[Both, int], ...] = shown("entries of each side that are held here")
    refusals: tuple[tuple[datetime, Both], ...] = shown("packages that were refused, and why")


def build(ws: Workspace, ask: Ask) -> DataPage:
    """The page as it stands now."""
    coverage, held = observe.coverage(ws), exchange.status(ws)
    days = _days(coverage)
    silent = tuple(
        Silent(site.id, name_of(site), party_name(ws.region, site.party), last)
        for site, last in observe.silent(ws, now=ask.now)
    )
    return DataPage(
        title=said("web.data"),
        verdict=_verdict(ws, silent),
        receipts=tuple(receipt_line(ws, receipt) for receipt in observe.receipts(ws)),
        changed=tuple(_changed(ws, each) for each in reversed(observe.differences(ws)))[:_MOST],
        days=days,
        calendar=tuple(
            Covered(site, site_name(ws.region, site), tuple(counts.get(day, 0) for day in days))
            for site in ws.region.sites
            if (counts := coverage.get(site)) and any(day in counts for day in days)
        ),
        silent=silent,
        other=party_name(ws.region, ws.other),
        exchange=held,
        held=tuple((party_name(ws.region, side), held.held.get(side, 0)) for side in (ws.party, ws.other)),
        refusals=tuple((each.at, _fault(ws, each.faults[0])) for each in held.refused),
    )


def _days(coverage: Mapping[str, Mapping[date, int]]) -> tuple[date, ...]:
    seen = sorted({day for counts in coverage.values() for day in counts})
    if not seen:
        return ()
    first = next(day for day in seen if day > seen[-1] - timedelta(days=_DAYS))
    return tuple(seen[-1] - timedelta(days=number) for number in range((seen[-1] - first).days + 1))


def _verdict(ws: Workspace, silent: tuple[Silent, ...]) -> Verdict:
    newest = observe.newest(ws)
    if newest is None:
        return Verdict("unknown", said("web.verdict.nothing"), Both("", ""))
    if not silent:
        return Verdict("fine", said("web.data.fine", time=moment(newest)), Both("", ""))
    sides = joined(list(dict.fromkeys(each.party for each in silent)))
    return Verdict(
        "unknown", said("web.data.silent", time=moment(newest), count=len(silent)), said("web.data.turn", sides=sides)
    )


def _fault(ws: Workspace, fault: Mapping[str, Any]) -> Both:
    """What was wrong with a package, and on whose part."""
    party = party_name(ws.region, str(fault["party"]))
    return said(f"fault_{fault['fault']}", **{**fault["facts"], "party": party, "seq": fault["seq"]})


def receipt_line(ws: Workspace, receipt: observe.Receipt) -> ReceiptLine:
    """A file that was taken in, with the first reasons why something of it could not be."""
    reasons = observe.rejects(ws, receipt.id, 8) if receipt.rejects else ()
    return ReceiptLine(
        id=receipt.id,
        file=receipt.file,
        mapping=receipt.mapping,
        sha256=receipt.sha256,
        received=receipt.received,
        values=receipt.values,
        new=receipt.new,
        known=receipt.known,
        replaced=receipt.replaced,
        rejects=receipt.rejects,
        ignored=receipt.ignored,
        reasons=tuple(map(reason, reasons)),
    )


def _changed(ws: Workspace, difference: observe.Difference) -> Changed:
    before, after = difference.before, difference.after
    return Changed(
        site=after.site,
        name=site_name(ws.region, after.site),
        quantity=after.quantity,
        quantity_name=quantity_name(ws.region, after.quantity),
        time=after.time,
        before=before.value,
        after=after.value,
        received=after.received,
        href=f"/evidence/series/{after.site}/{after.quantity}",
    )


def reason(reject: Reject) -> Row:
    """Why a row or value did not go in, in both languages."""
    refusal = Refusal(reject.kind, **reject.facts)
    said_in = [messages().refusal(refusal, lang) for lang in ("zh", "en")]
    zh, en = (" ".join(filter(None, (words["met"], words["expected"]))) or reject.kind for words in said_in)
    return Row(reject.row, reject.line, reject.column, reject.kind, Both(zh, en))


ADDRESSES = (Address("/data", build),)
