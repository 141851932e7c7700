"""The exchange: what waits, what came and went, what was refused and why, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from adjoin.loop import exchange, fork
from adjoin.loop.exchange import ExchangeStatus
from adjoin.loop.workspace import Workspace
from adjoin.store.done import Passed
from adjoin.web.address import Address
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.books import Part, plainly
from adjoin.web.words import Both, joined, party_name, said, short_time

SILENT = timedelta(days=30)
MOST = 40


@dataclass(frozen=True, slots=True)
class Waiting:
    """An own entry that the other side has not signed for."""

    seq: int
    kind: str
    at: datetime


@dataclass(frozen=True)
class ExchangePage(Page):
    """What waits for the other side, and what was refused."""

    template: ClassVar[str] = "exchange.html"
    nav: ClassVar[str] = "/exchange"

    verdict: Verdict = shown("whether anything waits, and whose turn it is")
    status: ExchangeStatus = shown("how the exchange stands")
    waiting: tuple[Waiting, ...] = shown("own entries that the other side has not signed for")
    refused: tuple[tuple[datetime, tuple[Both, ...]], ...] = shown("packages that were refused, and each reason")
    differs: tuple[str, ...] = shown("what both sides do not compute with alike: no numbers are compared before it is")
    read_back: bool = shown("whether this side has to read its own chain back before it signs")
    parts: tuple[Part, ...] = shown("the same as it is laid out on the page", twin=False)


def build(ws: Workspace, ask: Ask) -> ExchangePage:
    """The page as it stands now."""
    status = exchange.status(ws)
    entries = ws.done.entries(ws.party, max(0, status.held.get(ws.party, 0) - status.waiting))
    waiting = tuple(Waiting(each.seq, each.kind, each.at) for each in entries)
    lost = fork.must_read_back(ws)
    refused = tuple((each.at, tuple(_fault(ws, fault) for fault in each.faults)) for each in status.refused)
    return ExchangePage(
        title=said("web.exchange"),
        verdict=_verdict(ws, status, lost=lost, now=ask.now),
        status=status,
        waiting=waiting,
        refused=refused,
        differs=status.differs,
        read_back=lost,
        parts=(
            _state(ws, status, lost=lost, now=ask.now),
            _waiting(waiting),
            _refused(refused),
            _adopted(ws, status),
            _passed(ws.done.packages(MOST)),
        ),
    )


def _verdict(ws: Workspace, status: ExchangeStatus, *, lost: bool, now: datetime) -> Verdict:
    other = party_name(ws.region, ws.other)
    if lost:
        return Verdict("bad", said("web.exchange.lost"), said("web.exchange.lost.do", other=other))
    if not status.known:
        return Verdict("unknown", said("web.exchange.unknown", other=other), said("web.exchange.unknown.do"))
    if _silent(status, now):
        return Verdict("unknown", said("web.exchange.silent", other=other), said("web.exchange.silent.do"))
    if status.waiting:
        return Verdict("unknown", said("web.exchange.waits", count=status.waiting), other)
    return Verdict("fine", said("web.exchange.fine"), Both("", ""))


def _silent(status: ExchangeStatus, now: datetime) -> bool:
    return status.last_in is not None and now - status.last_in > SILENT


def _state(ws: Workspace, status: ExchangeStatus, *, lost: bool, now: datetime) -> Part:
    facts = (
        (said("web.data.peer"), plainly(status.peer) if status.peer else said("web.data.no_peer")),
        (said("web.data.last_in"), _time(status.last_in)),
        (said("web.data.last_out"), _time(status.last_out)),
        *((party_name(ws.region, side), plainly(count)) for side, count in status.held.items()),
    )
    wrong = said("web.exchange.lost.do", other=party_name(ws.region, ws.other)) if lost else Both("", "")
    about = said("web.exchange.silent.do") if _silent(status, now) else said("web.exchange.about")
    return Part(said("web.exchange.state"), about, facts, stop=wrong)


def _waiting(waiting: tuple[Waiting, ...]) -> Part:
    columns = tuple(said(f"web.ledger.{name}") for name in ("seq", "kind", "at"))
    rows = tuple((plainly(e.seq), said(f"web.kind.{e.kind}"), _time(e.at)) for e in waiting[-MOST:])
    return Part(said("web.exchange.waiting"), columns=columns, rows=rows, empty=said("web.exchange.waiting.none"))


def _refused(refused: tuple[tuple[datetime, tuple[Both, ...]], ...]) -> Part:
    columns = (said("web.ledger.at"), said("web.exchange.why"))
    rows = tuple((_time(at), joined(list(why[:4]))) for at, why in refused[:MOST])
    return Part(
        said("web.exchange.refused"), said("web.exchange.refused.about"), columns=columns, rows=rows,
        empty=said("web.exchange.refused.none"),
    )  # fmt: skip


def _adopted(ws: Workspace, status: ExchangeStatus) -> Part:
    names = sorted({name for said_ in status.adopted.values() for name in said_})
    columns = (said("web.exchange.part"), *(party_name(ws.region, side) for side in status.adopted))
    rows = tuple(
        (said(f"web.exchange.part.{name}"), *(plainly(each.get(name, "—")[:16]) for each in status.adopted.values()))
        for name in names
        if name in {"bundle", "procedures", "calendar", "code"}
    )
    ways = {"web.exchange.unsigned": status.unsigned, "web.exchange.differs": status.differs}
    key = next((key for key, names in ways.items() if names), "")
    words = joined([said(f"web.exchange.part.{name}") for name in ways.get(key, ())])
    wrong = said(key, names=words) if key else Both("", "")
    return Part(
        said("web.exchange.adopted"), said("web.exchange.adopted.about"), columns=columns, rows=rows, stop=wrong,
        empty=said("web.exchange.adopted.none"),
    )  # fmt: skip


def _passed(packages: tuple[Passed, ...]) -> Part:
    columns = tuple(said(f"web.exchange.{name}") for name in ("way", "time", "entries", "readings", "print"))
    rows = tuple(
        (
            said(f"web.exchange.way.{e.direction}"), _time(e.at), plainly(e.entries), plainly(e.readings),
            plainly(e.sha256[:16]),
        )
        for e in packages
        if not e.faults
    )  # fmt: skip
    return Part(said("web.exchange.passed"), columns=columns, rows=rows, empty=said("web.exchange.passed.none"))


def _fault(ws: Workspace, fault: Mapping[str, Any]) -> Both:
    return fault_words(ws, str(fault["party"]), str(fault["fault"]), fault["seq"], fault["facts"])


def fault_words(ws: Workspace, party: str, fault: str, seq: int | None, facts: Mapping[str, object]) -> Both:
    """What is wrong with a package, in words."""
    told = {**facts, "party": party_name(ws.region, party), "seq": "—" if seq is None else seq}
    return said(f"fault_{fault}", **told)


def _time(at: datetime | None) -> Both:
    return plainly(short_time(at)) if at is not None else said("web.never")


ADDRESSES = (Address("/exchange", build),)
