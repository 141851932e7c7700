"""Registers: what both sides keep a record of, with its history; what one side writes, the other sees.

A record begins in the bundle or with an entry of the ledger. A change is an entry too: it says what is different from
now on, by whom and why, and what stood before stays. Only the side that registered a thing corrects it. Where both
sides keep the same thing, that is shown as a pair and settled by what each of them says.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from adjoin.core.entry import Entry, fingerprint_of
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.site import Attribute, Kind, Place, Site
from adjoin.formats import registers as sheets
from adjoin.formats.kinds import columns, kinds, tolerances
from adjoin.formats.tables import Reject
from adjoin.joint import ledger
from adjoin.loop import duplicates, observe
from adjoin.loop.duplicates import Pair
from adjoin.loop.observe import Receipt
from adjoin.loop.workspace import Workspace

ABOUT = "register"
AT_ONCE = 200  # rows of one entry
PLACE = ("lon", "lat", "error_km")
_PLAIN = ("name_zh", "name_en", "since", "until", "status", "note")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """What was said of a record, by whom, when and why."""

    at: datetime | None  # None: it stands in the bundle
    party: str
    by: str
    reason: str
    changes: Values  # what is different from the version before; "" clears
    entry: str  # fingerprint; "" where it stands in the bundle


@dataclass(frozen=True, slots=True)
class Record:
    """A thing in a register, as its last version says, with all versions."""

    site: Site
    side: str
    values: Values
    versions: tuple[Version, ...]


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


@dataclass(frozen=True, slots=True)
class Put:
    """What became of rows: ids of new records and of corrected ones, and how many said nothing new."""

    added: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    known: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: its receipt, and what it put into the register."""

    receipt: Receipt
    put: Put


def kind_of(code: str) -> Kind:
    """The kind of this code; refused where there is none."""
    found = kinds().get(code)
    if found is None:
        raise Refusal("unknown_register", met=code[:60], expected=", ".join(kinds()))
    return found


def records(workspace: Workspace, as_known: datetime | None = None) -> Mapping[str, Record]:
    """Every record as it stands, or as it was known here at a moment, by id."""
    return workspace.computed(("registers", as_known), lambda: _records(workspace, as_known))


def record(workspace: Workspace, name: str, as_known: datetime | None = None) -> Record:
    """The record of this id."""
    found = records(workspace, as_known).get(name)
    if found is None:
        raise Refusal("unknown_record", met=name[:80])
    return found


def of_kind(workspace: Workspace, kind: str, as_known: datetime | None = None) -> tuple[Record, ...]:
    """The records of a kind, by side and id."""
    order = workspace.region.sides
    found = [each for each in records(workspace, as_known).values() if each.site.kind == kind_of(kind).code]
    return tuple(sorted(found, key=lambda each: (order.index(each.side), each.site.id)))


def put(
    workspace: Workspace,
    kind: str,
    rows: Sequence[tuple[str, Values]],
    *,
    by: str,
    reason: str = "",
    now: datetime,
) -> Put:
    """Register rows of a kind: (id or "", what is said). A row that says nothing new changes nothing.

    Each row is held against the kind; the first that cannot be is refused and nothing is written.
    """
    known = records(workspace)
    read = _Naming(workspace, kind_of(kind), known).all(rows)
    added = [(name, changes) for name, changes in read if name not in known]
    corrected = [(name, changes) for name, changes in read if name in known and changes]
    if corrected and not reason.strip():
        raise Refusal("register_no_reason")

    for entry_kind, changed in (("note", added), ("correct", corrected)):
        for at in range(0, len(changed), AT_ONCE):
            some = changed[at : at + AT_ONCE]
            check = _unmoved(workspace, known, [name for name, _ in some])
            workspace.record(entry_kind, _body(kind, some, by, reason), now=now, check=check)
    names = [tuple(name for name, _ in changed) for changed in (added, corrected)]
    return Put(names[0], names[1], len(read) - len(added) - len(corrected))


def take(workspace: Workspace, kind: str, data: bytes, *, file: str, by: str, reason: str, now: datetime) -> Taken:
    """Take in a filled template: rows that hold are registered, the others are kept with cell and reason.

    On the receipt the rows that hold count as known: it brings no reading into the observed book.
    """
    chosen, region, side = kind_of(kind), workspace.region, workspace.party
    rows, rejects = sheets.read(
        data,
        file,
        chosen,
        lambda attribute, text: _said(region, side, attribute, text),
        _whole,
    )
    naming = _Naming(workspace, chosen, records(workspace))
    named = [(naming.held(row), row) for row in rows]
    faults = [fault for name, row in named if (fault := naming.fault(name, row)) is not None]
    bad = {each.row for each in (*rejects, *faults)}
    good = [(name, row.values) for name, row in named if row.number not in bad]
    done = put(workspace, kind, good, by=by, reason=reason.strip() or file, now=now)

    facts = {
        "file": file, "mapping": f"{ABOUT}:{kind}", "sha256": hashlib.sha256(data).hexdigest(),
        "received": now.timestamp(), "values": len(good) + len(bad), "ignored": [],
        "new": 0, "known": len(good), "replaced": 0,
    }  # fmt: skip
    number = workspace.done.receipt(facts, [observe.reject_row(each) for each in (*rejects, *faults)])
    return Taken(next(each for each in observe.receipts(workspace) if each.id == number), done)


def settle(workspace: Workspace, one: str, other: str, *, same: bool, by: str, reason: str, now: datetime) -> Settled:
    """Say whether a pair is one thing; the last word of a side counts."""
    pair = _pair(workspace, one, other)
    if workspace.party not in pair.sides:
        raise Refusal("not_your_record", met=f"{one}, {other}", party=", ".join(pair.sides))
    ids = [pair.pair.one, pair.pair.other]
    body = {"about": ABOUT, "do": "pair", "pair": ids, "same": same, "by": by, "reason": reason.strip()}
    workspace.record("note", body, now=now)
    return _pair(workspace, one, other)


def pairs(workspace: Workspace) -> tuple[Settled, ...]:
    """The pairs of records that may be one thing, with what was said of them: open ones first."""
    return workspace.computed("register pairs", lambda: _pairs(workspace))


def undelivered(workspace: Workspace) -> frozenset[str]:
    """The own entries about registers that the other side has not signed for, by fingerprint."""
    delivered = _deliveries(workspace)
    own = (each for each in _entries(workspace, None) if each.party == workspace.party)
    return frozenset(fingerprint_of(each) for each in own if delivered(each) is None)


def values_of(site: Site) -> dict[str, str]:
    """What is kept of a site, as text by attribute; what is not known is absent."""
    place = site.place
    found = {
        "name_zh": site.name_zh, "name_en": site.name_en, "lon": _text(place.lon), "lat": _text(place.lat),
        "error_km": _text(place.error_km), "since": _text(site.since), "until": _text(site.until),
        "status": site.status, "note": site.note, **site.attributes,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def choices_of(region: Region, side: str, attribute: Attribute) -> Mapping[str, str]:
    """What may be chosen for an attribute: codes with their words; for a jurisdiction those below a side."""
    if attribute.form != "party":
        return attribute.choices
    below = (each for each in region.parties.values() if each.code != side and region.side_of(each.code) == side)
    return {each.code: f"{each.name_zh} {each.name_en}" for each in below}


def checked(region: Region, side: str, kind: Kind, given: Values) -> dict[str, str]:
    """What a row says, held against its kind: every attribute as it is kept; refused where one cannot be."""
    said = {each.code: _said(region, side, each, given.get(each.code, "")) for each in columns(kind)}
    _whole(said)
    return said


def in_words(region: Region, side: str, attribute: Attribute, value: str) -> str:
    """A kept value as people read it: a choice by its words, everything else as it stands."""
    return choices_of(region, side, attribute).get(value, value) if value else ""


def _whole(said: Values) -> None:
    """Whether the parts of a row hold together."""
    lon, lat, since, until = (said.get(part, "") for part in ("lon", "lat", "since", "until"))
    if bool(lon) != bool(lat):
        raise Refusal("half_a_place", met=lon or lat)
    if since and until and until <= since:
        raise Refusal("until_before_since", met=until, since=since)


def _said(region: Region, side: str, attribute: Attribute, text: str) -> str:
    said = attribute.said(text)
    if attribute.form != "party" or not said:
        return said
    choices = choices_of(region, side, attribute)
    names = {
        code: {code, words, region.parties[code].name_zh, region.parties[code].name_en}
        for code, words in choices.items()
    }
    found = next((code for code, all_names in names.items() if said in all_names), None)
    return found or attribute.refuse("attribute_no_choice", said, expected=region.parties[side].name_zh)


@dataclass(slots=True)
class _Naming:
    """Rows of one kind on their way in: each gets its id, and is held against what is known of it."""

    workspace: Workspace
    kind: Kind
    known: Mapping[str, Record]

    def all(self, rows: Sequence[tuple[str, Values]]) -> list[tuple[str, dict[str, str]]]:
        """Each row as (id, what is new)."""
        read, taken = [], set(self.known)
        for name, given in rows:
            mine = self._id(name.strip(), taken)
            taken.add(mine)
            read.append((mine, self._changes(mine, given)))
        return read

    def held(self, row: sheets.Row) -> str:
        """The id of the record that a row without one means: it says the same, or is the only one of its name."""
        if row.id:
            return row.id
        known = [each for each in self.known.values() if self._means(each, row.values)]
        same = [each for each in known if all(each.values.get(code, "") == text for code, text in row.values.items())]
        found = same[:1] or (known if len(known) == 1 else [])
        return found[0].site.id if found else ""

    def fault(self, name: str, row: sheets.Row) -> Reject | None:
        """Why a row cannot stand under its id; nothing where it can."""
        try:
            self._id(name, set(self.known))
        except Refusal as refusal:
            return Reject(row.number, row.line, "id", refusal.kind, refusal.facts)
        return None

    def _means(self, held: Record, values: Values) -> bool:
        parts = ("credit_code",) if values.get("credit_code") else ("name_zh", "county")
        mine = held.side == self.workspace.party and held.site.kind == self.kind.code
        return mine and all(held.values.get(part, "") == values.get(part, "") for part in parts)

    def _id(self, name: str, taken: set[str]) -> str:
        prefix = f"{self.workspace.party}-{self.kind.code.replace('_', '-')}-"
        if not name:
            number = 1 + sum(each.startswith(prefix) for each in taken)
            while f"{prefix}{number:04d}" in taken:
                number += 1
            return f"{prefix}{number:04d}"
        held = self.known.get(name)
        if held is None and not (name.startswith(prefix) and _ID.fullmatch(name) and len(name) <= 80):
            raise Refusal("register_no_id", met=name[:80], expected=prefix)
        if held is not None and held.side != self.workspace.party:
            raise Refusal("not_your_record", met=name, party=held.side)
        if held is not None and held.site.kind != self.kind.code:
            raise Refusal("register_other_kind", met=name, kind=held.site.kind, expected=self.kind.code)
        return name

    def _changes(self, name: str, given: Values) -> dict[str, str]:
        region, side = self.workspace.region, self.workspace.party
        held = self.known[name].values if name in self.known else {}
        said = checked(region, side, self.kind, {**held, **given})
        return {code: value for code, value in said.items() if value != held.get(code, "")}


def _unmoved(workspace: Workspace, known: Mapping[str, Record], names: Sequence[str]) -> Callable[[], None]:
    """A look, within the transaction that writes, whether the records still stand as they were read."""

    def check() -> None:
        lately = records(workspace)
        if any(lately.get(name) != known.get(name) for name in names):
            raise Refusal("register_moved")

    return check


def _body(kind: str, rows: Sequence[tuple[str, Values]], by: str, reason: str) -> dict[str, object]:
    sites = [{"id": name, "values": dict(changes)} for name, changes in rows]
    return {"about": ABOUT, "do": "put", "kind": kind, "sites": sites, "by": by, "reason": reason.strip()}


def _records(workspace: Workspace, as_known: datetime | None) -> dict[str, Record]:
    region = workspace.region
    given = {**region.registered, **region.sites}.values()
    found = {site.id: made for site in given if (made := _given(region, site)) is not None}
    for entry in _entries(workspace, as_known):
        by, reason = (str(entry.body.get(part, "")) for part in ("by", "reason"))
        version = Version(entry.at, entry.party, by, reason, {}, fingerprint_of(entry))
        for name, changes in _rows(entry):
            changed = _after(region, found.get(name), entry, name, replace(version, changes=changes))
            if changed is not None:
                found[name] = changed
    return found


def _given(region: Region, site: Site) -> Record | None:
    side = region.side_of(site.party)
    if side is None:
        return None
    values = values_of(site)
    return Record(site, side, values, (Version(None, side, "", "", values, ""),))


def _entries(workspace: Workspace, as_known: datetime | None) -> list[Entry]:
    """The entries about registers that were known here at a moment: own ones by their clock, others as delivered."""
    found = [each for each in workspace.done.entries() if each.body.get("about") == ABOUT]
    if as_known is None:
        return found
    delivered = _deliveries(workspace)
    own = workspace.party
    known = ((each, each.at if each.party == own else delivered(each)) for each in found)
    return [each for each, at in known if at is not None and at <= as_known]


def _deliveries(workspace: Workspace) -> Callable[[Entry], datetime | None]:
    notes = {
        side: [ledger.Cosigned(each.size, each.at, each.note) for each in workspace.done.cosigned(side)]
        for side in workspace.region.sides
    }
    return ledger.deliveries(notes)


def _rows(entry: Entry) -> list[tuple[str, Values]]:
    """The rows of an entry that registers; nothing where it says something else or has another form."""
    sites = entry.body.get("sites")
    if entry.body.get("do") != "put" or not isinstance(sites, list) or entry.body.get("kind") not in kinds():
        return []
    return [(str(each["id"]), cast("Values", each["values"])) for each in sites if _well_formed(each)]


def _well_formed(row: object) -> bool:
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
        return False
    values = row.get("values")
    return isinstance(values, Mapping) and all(isinstance(each, str) for pair in values.items() for each in pair)


def _after(region: Region, before: Record | None, entry: Entry, name: str, version: Version) -> Record | None:
    """A record after a row of an entry; nothing where its signer may not say that."""
    kind = kinds()[str(entry.body["kind"])]
    if before is not None and (before.side, before.site.kind) != (entry.party, kind.code):
        return None
    values = {**(before.values if before else {}), **version.changes}
    try:
        checked(region, entry.party, kind, values)
    except Refusal:
        return None
    values = {code: value for code, value in values.items() if value}
    site = _site(before.site if before else None, name, kind, entry.party, values)
    return Record(site, entry.party, values, (*(before.versions if before else ()), version))


def _site(before: Site | None, name: str, kind: Kind, party: str, values: Values) -> Site:
    held = before or Site(name, kind.code, "", "", party)
    own = {code: value for code, value in values.items() if code not in {*_PLAIN, *PLACE}}
    return replace(
        held,
        name_zh=values.get("name_zh", ""),
        name_en=values.get("name_en") or values.get("name_zh", ""),
        place=_place(held.place, values),
        since=_day(values.get("since")),
        until=_day(values.get("until")),
        status=values.get("status", "unknown"),
        note=values.get("note", ""),
        attributes=own,
    )


def _place(before: Place, values: Values) -> Place:
    """The place on the map; what the network knows of it goes with a place that is changed."""
    lon, lat, error = (float(values[part]) if values.get(part) else None for part in PLACE)
    if (lon, lat) == (before.lon, before.lat):
        return replace(before, error_km=error)
    return Place(lon=lon, lat=lat, error_km=error, status=values.get("status", "unknown"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _pair(workspace: Workspace, one: str, other: str) -> Settled:
    asked = {one, other}
    found = next((each for each in pairs(workspace) if {each.pair.one, each.pair.other} == asked), None)
    if found is None:
        raise Refusal("not_a_pair", met=f"{one}, {other}"[:160])
    return found


_ORDER = ("open", "waits", "disputed", "same", "different")


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


def _text(value: float | date | None) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else f"{value:.10g}"
