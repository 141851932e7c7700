"""Registers: what both sides keep a record of, with its history; what one side writes, the other sees.

A record begins in the bundle or with an entry of the ledger. A change is an entry too: it says what is different from
now on, by whom and why, and what stood before stays. Where both sides keep the same thing, that is shown as a pair.
Rows come in through `register_changes`; `register_pairs` says what may stand in a register twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from adjoin.core.entry import Entry, fingerprint_of
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.site import Kind, Place, Site
from adjoin.formats.kinds import kinds
from adjoin.joint import ledger
from adjoin.loop.register_values import PLACE, Values, checked, kind_of, values_of
from adjoin.loop.workspace import Workspace

ABOUT = "register"
_PLAIN = ("name_zh", "name_en", "since", "until", "status", "note")


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


def undelivered(workspace: Workspace) -> frozenset[str]:
    """The own entries about registers that the other side has not signed for, by fingerprint."""
    delivered = _deliveries(workspace)
    own = (each for each in _entries(workspace, None) if each.party == workspace.party)
    return frozenset(fingerprint_of(each) for each in own if delivered(each) is None)


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
