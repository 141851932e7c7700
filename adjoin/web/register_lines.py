"""Lines of the registers: a register, a record, an attribute, a version, a pair; as pages and forms show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adjoin.core.site import Attribute, Kind
from adjoin.formats.kinds import columns, kinds
from adjoin.loop import register_values, registers
from adjoin.loop.register_pairs import Settled
from adjoin.loop.registers import Record
from adjoin.loop.workspace import Workspace
from adjoin.web.words import Both, joined, party_name, said


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One register, and how many records each side keeps in it."""

    kind: str
    name: Both
    counts: tuple[int, int]  # in the order of the bundle's sides
    open_pairs: int
    href: str


@dataclass(frozen=True, slots=True)
class Held:
    """One of the two records of a pair."""

    id: str
    name: Both
    side: Both
    href: str


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two records that may be one thing, why, and what was said of it."""

    one: Held
    other: Held
    kind: Both
    why: Both
    km: float | None
    state: str  # "open", "waits", "disputed", "same", "different"
    answers: tuple[tuple[Both, Both], ...]  # side, what it said
    mine: bool  # whether this side has to say


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record in a list."""

    id: str
    name: Both
    side: str
    side_name: Both
    href: str
    cells: tuple[Both, ...]
    spot: tuple[float, float] | None
    ended: bool


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One attribute in a form, or on the page of a record."""

    code: str
    name: Both
    unit: str
    value: str  # as it is kept
    words: Both  # as it is read
    required: bool
    choices: tuple[tuple[str, Both], ...]
    form: str
    help: Both
    status: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """What was said of a record at a time."""

    at: datetime | None
    party: Both
    by: str
    reason: str
    changes: tuple[tuple[Both, Both], ...]
    entry: str
    delivered: bool  # whether the other side has signed for it


def register_line(ws: Workspace, kind: Kind, pairs: Iterable[Settled]) -> RegisterLine:
    """One register in the list of registers."""
    found = registers.of_kind(ws, kind.code)
    first, second = (sum(each.side == side for each in found) for side in ws.region.sides)
    waits = sum(each.pair.kind == kind.code and each.state in {"open", "waits"} for each in pairs)
    return RegisterLine(kind.code, Both(kind.name_zh, kind.name_en), (first, second), waits, f"/register/{kind.code}")


def record_line(ws: Workspace, found: Record, told: Sequence[Attribute]) -> RecordLine:
    """A record in a list, with the attributes that the list shows."""
    site = found.site
    spot = (site.place.lon, site.place.lat)
    return RecordLine(
        id=site.id,
        name=Both(site.name_zh, site.name_en),
        side=found.side,
        side_name=party_name(ws.region, found.side),
        href=f"/site/{site.id}",
        cells=tuple(_words(ws, found.side, each, found.values.get(each.code, "")) for each in told),
        spot=None if spot[0] is None or spot[1] is None else (spot[0], spot[1]),
        ended=site.until is not None,
    )


def field_line(ws: Workspace, side: str, attribute: Attribute, value: str) -> FieldLine:
    """An attribute with its value, as a form asks for it."""
    choices = register_values.choices_of(ws.region, side, attribute)
    return FieldLine(
        code=attribute.code,
        name=Both(attribute.name_zh, attribute.name_en),
        unit=attribute.unit,
        value=value,
        words=_words(ws, side, attribute, value),
        required=attribute.required,
        choices=tuple((code, _both(words)) for code, words in choices.items()),
        form=attribute.form,
        help=_help(attribute),
        status=attribute.status,
    )


def version_line(
    ws: Workspace, kind: Kind, found: Record, version: registers.Version, waits: frozenset[str]
) -> VersionLine:
    """What was said of a record, with whether the other side has signed for it."""
    known = {each.code: each for each in columns(kind)}
    changes = tuple(
        (attribute_name(known[code]), _words(ws, found.side, known[code], value))
        for code, value in version.changes.items()
        if code in known
    )
    return VersionLine(
        at=version.at,
        party=party_name(ws.region, version.party),
        by=version.by,
        reason=version.reason,
        changes=changes,
        entry=version.entry,
        delivered=version.entry not in waits,
    )


def pair_line(ws: Workspace, settled: Settled) -> PairLine:
    """Two records that may be one thing, with what was said of them."""
    pair = settled.pair
    kind = kinds()[pair.kind]
    return PairLine(
        one=_held(ws, pair.one),
        other=_held(ws, pair.other),
        kind=Both(kind.name_zh, kind.name_en),
        why=joined([said(f"web.pair.why.{reason}") for reason in pair.why]),
        km=pair.km,
        state=settled.state,
        answers=tuple(
            (party_name(ws.region, side), said("web.pair.same" if same else "web.pair.different"))
            for side, same in settled.answers.items()
        ),
        mine=ws.party in settled.sides,
    )


def attribute_name(attribute: Attribute) -> Both:
    """What an attribute is called, with its unit."""
    unit = f" ({attribute.unit})" if attribute.unit else ""
    return Both(attribute.name_zh + unit, attribute.name_en + unit)


def _help(attribute: Attribute) -> Both:
    span = f"{attribute.low} – {attribute.high}" if attribute.high is not None else ""
    day = "2026-09-01" if attribute.form == "date" else ""
    same = [part for part in (span, day, attribute.source) if part]
    zh, en = ([*same, *([note] if note else [])] for note in (attribute.note_zh, attribute.note_en))
    return Both("；".join(zh), "; ".join(en))


def _words(ws: Workspace, side: str, attribute: Attribute, value: str) -> Both:
    choices = register_values.choices_of(ws.region, side, attribute)
    if attribute.form == "flag":
        return said("web.register.yes") if value else Both("—", "—")
    return _both(choices[value]) if value in choices else Both(value or "—", value or "—")


def _both(words: str) -> Both:
    zh, _, en = words.partition(" ")
    return Both(zh, en or zh)


def _held(ws: Workspace, name: str) -> Held:
    found = registers.record(ws, name)
    return Held(name, Both(found.site.name_zh, found.site.name_en), party_name(ws.region, found.side), f"/site/{name}")
