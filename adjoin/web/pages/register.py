"""Registers: what both sides keep a record of, each record with its history, and what may be one thing twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from adjoin.core.period import parse_time
from adjoin.core.site import Attribute, Kind
from adjoin.formats.kinds import columns, kinds
from adjoin.loop import observe, register_pairs, register_values, registers
from adjoin.loop.registers import Record
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.geography import map_view
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.data import ReceiptLine, receipt_line
from adjoin.web.register_lines import (
    FieldLine,
    PairLine,
    RecordLine,
    RegisterLine,
    VersionLine,
    attribute_name,
    field_line,
    pair_line,
    record_line,
    register_line,
    version_line,
)
from adjoin.web.words import Both, joined, moment, party_name, said

MOST = 500  # rows of a list; the files hold all of them
COLUMNS = 6  # attributes beside name, place and side
_BARE = ("name_zh", "name_en", "lon", "lat", "error_km", "note", "status", "upstream_source")


@dataclass(frozen=True)
class RegistersPage(Page):
    """All registers, and what may stand in them twice."""

    template: ClassVar[str] = "registers.html"
    nav: ClassVar[str] = "/register"

    verdict: Verdict = shown("how many records there are, and how many pairs wait to be told apart")
    sides: tuple[Both, ...] = shown("the two sides, in the order of the bundle")
    registers: tuple[RegisterLine, ...] = shown("the registers, one a kind of site")
    pairs: tuple[PairLine, ...] = shown("records that may be one thing, open ones first")


@dataclass(frozen=True)
class KindPage(Page):
    """One register: list, map, form, import."""

    template: ClassVar[str] = "register.html"
    nav: ClassVar[str] = "/register"

    kind: str = shown("the kind of site")
    verdict: Verdict = shown("how many records each side keeps")
    asked: str = shown("the words that were searched for")
    as_known: str = shown("the moment that was asked for: the register as it was known here then")
    columns: tuple[Both, ...] = shown("the attributes that the list shows")
    rows: tuple[RecordLine, ...] = shown("the records, at most 500; the files hold all of them")
    count: int = shown("how many records were found")
    pairs: tuple[PairLine, ...] = shown("records of this kind that may be one thing")
    fields: tuple[FieldLine, ...] = shown("what is asked for of a new record")
    receipts: tuple[ReceiptLine, ...] = shown(
        "files that were taken in, the newest first, with the reason of every bad cell"
    )
    map: "PlaceMap" = shown("where they stand", twin=False)


@dataclass(frozen=True)
class RecordPage(Page):
    """One record, as it stands and as it came to be."""

    template: ClassVar[str] = "record.html"
    nav: ClassVar[str] = "/register"

    id: str = shown("its id")
    kind: str = shown("the kind of site")
    kind_name: Both = shown("what the kind is called")
    side: Both = shown("the side that registered it, and that alone may correct it")
    mine: bool = shown("whether that is this side")
    verdict: Verdict = shown("whether it is in use, and since when")
    as_known: str = shown("the moment that was asked for")
    facts: tuple[FieldLine, ...] = shown("what is kept of it")
    versions: tuple[VersionLine, ...] = shown("what was said of it, the newest first; nothing is overwritten")
    pairs: tuple[PairLine, ...] = shown("other records that may be the same thing")
    map: "PlaceMap" = shown("where it stands", twin=False)


@dataclass(frozen=True)
class PlaceMap:
    """Places on the ground of both sides."""

    rows: tuple[RecordLine, ...]
    areas: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]
    sides: tuple[str, ...]
    names: tuple[tuple[Both, tuple[float, float]], ...] = field(default=())


def all_registers(ws: Workspace, ask: Ask) -> RegistersPage:  # noqa: ARG001  # every page is built from both
    """The list of registers."""
    pairs = tuple(pair_line(ws, each) for each in register_pairs.pairs(ws))
    lines = tuple(register_line(ws, kind, register_pairs.pairs(ws)) for kind in kinds().values())
    waiting = sum(each.state in {"open", "waits"} for each in pairs)
    records = sum(sum(line.counts) for line in lines)
    say = said("web.registers.verdict", records=records, kinds=sum(any(line.counts) for line in lines))
    turn = said("web.registers.pairs.wait", count=waiting) if waiting else said("web.registers.pairs.none")
    return RegistersPage(
        title=said("web.registers"),
        verdict=Verdict("fine" if records else "unknown", say, turn),
        sides=tuple(party_name(ws.region, side) for side in ws.region.sides),
        registers=lines,
        pairs=pairs,
    )


def one_register(ws: Workspace, ask: Ask) -> KindPage:
    """One register, or the part of it that carries the words asked for."""
    kind = register_values.kind_of(ask.subject[0])
    found = registers.of_kind(ws, kind.code, _moment(ask))
    asked = ask.query.get("q", "").strip()[:60]
    listed = [each for each in found if _carries(each, asked.casefold())]
    told = _told(kind, listed)
    rows = tuple(record_line(ws, each, told) for each in listed)
    pairs = tuple(pair_line(ws, each) for each in register_pairs.pairs(ws) if each.pair.kind == kind.code)
    name = Both(kind.name_zh, kind.name_en)
    return KindPage(
        title=said("web.register.of", kind=name),
        kind=kind.code,
        verdict=_verdict(ws, name, found, pairs),
        asked=asked,
        as_known=ask.query.get("as_known", ""),
        columns=tuple(attribute_name(each) for each in told),
        rows=rows[:MOST],
        count=len(rows),
        pairs=pairs,
        fields=tuple(field_line(ws, ws.party, each, "") for each in columns(kind)),
        receipts=tuple(
            receipt_line(ws, each) for each in observe.receipts(ws) if each.mapping == f"register:{kind.code}"
        )[:5],
        map=_map(ws, rows),
    )


def one_record(ws: Workspace, ask: Ask) -> RecordPage:
    """One record with its history."""
    found = registers.record(ws, ask.subject[0], _moment(ask))
    kind, name = register_values.kind_of(found.site.kind), Both(found.site.name_zh, found.site.name_en)
    waits = registers.undelivered(ws)
    mine = (each for each in register_pairs.pairs(ws) if found.site.id in {each.pair.one, each.pair.other})
    return RecordPage(
        title=name,
        id=found.site.id,
        kind=kind.code,
        kind_name=Both(kind.name_zh, kind.name_en),
        side=party_name(ws.region, found.side),
        mine=found.side == ws.party,
        verdict=_standing(ws, found, ask),
        as_known=ask.query.get("as_known", ""),
        facts=tuple(field_line(ws, found.side, each, found.values.get(each.code, "")) for each in columns(kind)),
        versions=tuple(version_line(ws, kind, found, each, waits) for each in reversed(found.versions)),
        pairs=tuple(pair_line(ws, each) for each in mine),
        map=_map(ws, (record_line(ws, found, ()),)),
    )


def table(ws: Workspace, kind: Kind, as_known: datetime | None = None) -> list[dict[str, str]]:
    """Every record of a register as the files hold it: id, side, and the attributes as they are kept."""
    return [
        {"id": each.site.id, "side": each.side, **each.values} for each in registers.of_kind(ws, kind.code, as_known)
    ]


def _moment(ask: Ask) -> datetime | None:
    text = ask.query.get("as_known", "").strip()
    return parse_time(text) if text else None


def _verdict(ws: Workspace, name: Both, found: Sequence[Record], pairs: Sequence[PairLine]) -> Verdict:
    if not found:
        return Verdict("unknown", said("web.register.empty", kind=name), said("web.register.begin"))
    counts = {side: sum(each.side == side for each in found) for side in ws.region.sides}
    parts = [said("web.register.count", side=party_name(ws.region, side), count=counts[side]) for side in counts]
    waits = sum(each.state in {"open", "waits"} for each in pairs)
    turn = said("web.registers.pairs.wait", count=waits) if waits else Both("", "")
    return Verdict("fine", said("web.register.verdict", count=len(found), kind=name, parts=joined(parts)), turn)


def _standing(ws: Workspace, found: Record, ask: Ask) -> Verdict:
    site, today = found.site, ask.now.date()
    last = found.versions[-1]
    turn = (
        said("web.record.last", time=moment(last.at), by=party_name(ws.region, last.party))
        if last.at
        else said("web.record.given")
    )
    if site.until is not None and site.until <= today:
        return Verdict("unknown", said("web.record.ended", day=site.until.isoformat()), turn, "record_ended")
    since = said("web.record.since", day=site.since.isoformat()) if site.since else said("web.record.since_unknown")
    return Verdict("fine", said("web.record.in_use", side=party_name(ws.region, found.side), since=since), turn)


def _carries(found: Record, asked: str) -> bool:
    return not asked or any(asked in text.casefold() for text in (found.site.id, *found.values.values()))


def _told(kind: Kind, found: Sequence[Record]) -> tuple[Attribute, ...]:
    """The attributes that somebody filled in, as many as a list holds; what a kind must have comes first."""
    known = [each for each in columns(kind) if each.code not in _BARE]
    said_of = [each for each in known if each.required or any(each.code in record.values for record in found)]
    return tuple(sorted(said_of, key=lambda each: not each.required)[:COLUMNS])


def _map(ws: Workspace, rows: Sequence[RecordLine]) -> PlaceMap:
    view = map_view(ws, ())
    areas: Mapping[str, tuple[tuple[tuple[float, float], ...], ...]] = view.ground.areas
    placed = tuple(each for each in rows if each.spot is not None)
    return PlaceMap(placed, tuple(areas.get(side, ()) for side in view.order), ws.region.sides, view.sides)


ADDRESSES = (
    Address("/register", all_registers),
    Address("/register/{kind}", one_register, asks=("q", "as_known")),
    Address("/site/{record}", one_record, asks=("as_known",)),
)
