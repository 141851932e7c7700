"""A region bundle read from its folder."""

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from adjoin.core.network import Bed, Network, Reach
from adjoin.core.party import Office, Party
from adjoin.core.period import Calendar
from adjoin.core.refusal import Refusal
from adjoin.core.region import Border, Region
from adjoin.core.rule import Procedure
from adjoin.core.site import Place, Site
from adjoin.core.units import Quantities
from adjoin.formats import contradictions, lines, procedures, rules
from adjoin.formats.kinds import columns, kinds
from adjoin.formats.lines import Line

_SITE = (
    "id", "kind", "name_zh", "name_en", "party", "river", "km", "reach", "fraction", "joins", "joins_km",
    "lon", "lat", "error_km", "place_status", "since", "until", "status", "note",
)  # fmt: skip
_PARTY = ("code", "name_zh", "name_en", "level", "parent", "adcode", "status", "note")
_OFFICE = ("code", "party", "name_zh", "name_en", "status")
_REACH = (
    "id", "river", "name_zh", "name_en", "down", "length_km", "km_up", "km_down", "km_to_outlet_up", "party",
    "left", "right", "border_confidence", "flow_m3s", "flow_status",
)  # fmt: skip

_IN_A_FILE = {"down_is_nowhere": "unknown_reach", "ring_of_reaches": "river_circle"}  # the sentences that name a row


def load(folder: Path) -> Region:
    """The region of a bundle folder; the first contradiction is refused."""
    region = read(folder)
    for fault in contradictions.check(region, folder):
        raise Refusal(fault.kind, file=fault.file, line=fault.line, **fault.facts)
    return region


def read(folder: Path) -> Region:
    """The region of a bundle folder, each row well formed but not yet held against the others."""
    about = _about(folder)
    parties = {party.code: party for party in map(_party, _once(folder / "parties.csv", _PARTY))}
    return Region(
        name=about["name"],
        name_zh=about["name_zh"],
        name_en=about["name_en"],
        sides=_sides(about, parties),
        parties=parties,
        offices=tuple(map(_office, lines.table(folder / "offices.csv", _OFFICE))),
        sites=_sites(folder),
        network=_network(folder),
        quantities=_quantities(folder),
        standards=rules.standards(),
        procedures={**procedures.procedures(), **_own_procedures(folder)},
        calendar=_calendar(folder),
        borders=tuple(map(_border, lines.mapping(folder / "rules" / "borders.yaml").rows("borders"))),
        parameters=_parameters(folder),
        fingerprint=fingerprint(folder),
        synthetic=bool(about.get("synthetic", False)),
        registered=_registered(folder, about.get("registers", [])),
    )


def unreadable(folder: Path) -> list[Refusal]:
    """Why a bundle cannot be read: every file that is not there, every row that is not of the form; once each."""
    tables = (
        ("parties.csv", _PARTY, _party),
        ("offices.csv", _OFFICE, _office),
        ("sites.csv", _SITE, _site),
        ("network.csv", _REACH, _reach),
    )
    found = [fault for name, needed, made in tables for fault in _row_faults(folder / name, needed, made)]
    parts: tuple[Callable[[], object], ...] = (
        lambda: _sides(
            _about(folder), {row.text("code"): _party(row) for row in lines.table(folder / "parties.csv", _PARTY)}
        ),
        lambda: _quantities(folder),
        lambda: _calendar(folder),
        lambda: [_border(each) for each in lines.mapping(folder / "rules" / "borders.yaml").rows("borders")],
        lambda: _parameters(folder),
        lambda: _registered(folder, _about(folder).get("registers", [])),
        lambda: _own_procedures(folder),
        lambda: read(folder),
    )
    for part in parts:
        found += refusals_of(part)
    return list({repr((each.kind, sorted(each.facts.items(), key=str))): each for each in found}.values())


def _row_faults(path: Path, needed: tuple[str, ...], made: Callable[[Line], object]) -> Iterator[Refusal]:
    """The table itself, else each row of it that is not of the form."""
    whole = refusals_of(lambda: _once(path, needed))
    yield from whole
    for row in [] if whole else lines.table(path, needed):
        yield from refusals_of(partial(made, row))


def refusals_of(part: Callable[[], object]) -> list[Refusal]:
    """What a step refuses: nothing, or the one thing it stopped at."""
    try:
        part()
    except Refusal as refusal:
        return [refusal]
    return []


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and bytes of everything given; observations are not given, they are observed."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if not name.startswith("observations/") and path.suffix != ".md":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


def observation_files(folder: Path) -> list[tuple[Path, str]]:
    """The tables of readings that a bundle brings, each with the mapping that reads it."""
    return [(folder / each["file"], each["mapping"]) for each in _about(folder).get("observations", [])]


def map_view(folder: Path) -> Mapping[str, Any]:
    """Where the map of a bundle looks, and the note that stands under it."""
    view: Mapping[str, Any] = _about(folder).get("map", {})
    return view


def _about(folder: Path) -> Mapping[str, Any]:
    path = folder / "region.toml"
    if not path.exists():
        raise Refusal("no_such_file", file=str(path))
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Refusal("file_unreadable", file=path.name, met=str(error)) from None


def _sides(about: Mapping[str, Any], parties: Mapping[str, Party]) -> tuple[str, str]:
    sides = tuple(about.get("sides", ()))
    if len(sides) != 2 or any(side not in parties for side in sides):
        raise Refusal("sides_unknown", file="region.toml", met=", ".join(sides), expected=", ".join(parties))
    return (sides[0], sides[1])


def _party(row: Line) -> Party:
    return Party(
        code=row.text("code"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        level=row.text("level"),
        parent=row.maybe("parent"),
        adcode=row.maybe("adcode"),
        status=row.maybe("status") or "unknown",
        note=row.maybe("note") or "",
    )


def _office(row: Line) -> Office:
    code, party, zh, en = (row.text(column) for column in ("code", "party", "name_zh", "name_en"))
    return Office(code, party, zh, en, row.maybe("status") or "unknown")


def _sites(folder: Path) -> dict[str, Site]:
    return {site.id: site for site in map(_site, _once(folder / "sites.csv", _SITE))}


def _registered(folder: Path, files: Sequence[str]) -> dict[str, Site]:
    """The sites of the registers that a bundle brings, each attribute held against its kind."""
    rows = [row for file in files for row in _once(folder / file, ("id", "kind", "name_zh", "party"))]
    return {site.id: site for site in map(_of_register, rows)}


def _of_register(row: Line) -> Site:
    row["name_en"] = row.maybe("name_en") or row.text("name_zh")
    site = _site(row)
    kind = kinds().get(site.kind)
    if kind is None:
        row.refuse("line_no_choice", "kind", met=site.kind, expected=", ".join(kinds()))
    known = {each.code: each for each in columns(kind)}
    for name, value in {**dict.fromkeys(kind.needs, ""), **site.attributes}.items():
        if name not in known:
            row.refuse("line_no_choice", name, met=name, expected=", ".join(known))
        try:
            known[name].said(value)
        except Refusal as refusal:
            raise Refusal("register_line", file=row.file, line=row.at, key=name, met=value, why=refusal) from None
    return site


def _once(path: Path, columns: tuple[str, ...]) -> list[Line]:
    """The rows of a table whose first column names each once."""
    found: dict[str, Line] = {}
    for row in lines.table(path, columns):
        name = row.text(columns[0])
        if name in found:
            row.refuse("line_twice", name)
        found[name] = row
    return list(found.values())


def _network(folder: Path) -> Network:
    rows = _once(folder / "network.csv", _REACH)
    try:
        return Network.of(map(_reach, rows))
    except Refusal as refusal:
        at = next((row.at for row in rows if row["id"] == refusal.facts.get("row")), 1)
        kind = _IN_A_FILE.get(refusal.kind, refusal.kind)
        raise Refusal(kind, **{"file": "network.csv", "line": at, **refusal.facts}) from None


def _site(row: Line) -> Site:
    return Site(
        id=row.text("id"),
        kind=row.text("kind"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        party=row.text("party"),
        place=_place(row),
        since=_day(row, "since"),
        until=_day(row, "until"),
        attributes={name: str(value) for name, value in row.items() if name not in _SITE and value},
        status=row.maybe("status") or "unknown",
        note=row.maybe("note") or "",
    )


def _place(row: Line) -> Place:
    return Place(
        river=row.maybe("river"),
        km=_number(row, "km"),
        reach=row.maybe("reach"),
        fraction=_number(row, "fraction"),
        joins=row.maybe("joins"),
        joins_km=_number(row, "joins_km"),
        lon=_number(row, "lon"),
        lat=_number(row, "lat"),
        error_km=_number(row, "error_km"),
        status=row.maybe("place_status") or "unknown",
    )


def _reach(row: Line) -> Reach:
    return Reach(
        id=row.text("id"),
        river=row.text("river"),
        name_zh=row.maybe("name_zh") or "",
        name_en=row.maybe("name_en") or "",
        down=row.maybe("down"),
        length_km=float(row.number("length_km")),
        km_up=float(row.number("km_up")),
        km_down=float(row.number("km_down")),
        km_to_outlet_up=float(row.number("km_to_outlet_up")),
        party=row.maybe("party"),
        unit_zh=row.maybe("unit_zh") or "",
        unit_en=row.maybe("unit_en") or "",
        left=row.maybe("left"),
        right=row.maybe("right"),
        border_confidence=row.maybe("border_confidence") or "",
        area_km2=_number(row, "area_km2"),
        flow_m3s=_number(row, "flow_m3s"),
        flow_status=row.maybe("flow_status") or "",
        bed=_bed(row),
    )


def _bed(row: Line) -> Bed | None:
    """Width, depth and slope, where a bundle has all three."""
    found = [_number(row, key) for key in ("width_m", "depth_m", "slope")]
    width, depth, slope = found
    for key, value in zip(("width_m", "depth_m", "slope"), found, strict=True):
        if value is not None and value <= 0:
            row.refuse("line_not_positive", key, met=row[key])
    if width is None or depth is None or slope is None:
        return None
    return Bed(width, depth, slope, row.choice("bed_status", contradictions.STATUSES[::-1]))


def _border(row: Line) -> Border:
    speeds = row.texts("speeds_m_s")
    if len(speeds) != 2:
        row.refuse("line_no_texts", "speeds_m_s", met=", ".join(speeds))
    return Border(
        site=row.text("site"),
        quantity=row.text("quantity"),
        inflows=row.texts("inflows"),
        compare=row.texts("compare"),
        also=row.texts("also"),
        speeds_m_s=(float(speeds[0]), float(speeds[1])),
        max_gap_h=float(row.number("max_gap_h")),
        strict_gap_h=float(row.number("strict_gap_h")),
        base=row.text("base"),
        threshold=row.text("threshold"),
        since=row.maybe("since"),
        conservative=row.choice("conservative", ("true", "false")) == "true",
        status=row.choice("status", contradictions.STATUSES),
        note_zh=row.maybe("note_zh") or "",
        note_en=row.maybe("note_en") or "",
        line=row.at,
    )


def _parameters(folder: Path) -> dict[str, Mapping[str, object]]:
    table = lines.mapping(folder / "rules" / "parameters.yaml")
    parameters = {name: table.inner(name) for name in table}
    for row in parameters.values():
        row.choice("status", contradictions.STATUSES)
        row.text("zh"), row.text("en")
    return dict(parameters)


def _quantities(folder: Path) -> Quantities:
    own = folder / "quantities.csv"
    return rules.read_quantities(own) if own.exists() else rules.quantities()


def _calendar(folder: Path) -> Calendar:
    own = folder / "workdays.csv"
    return rules.read_calendar(own) if own.exists() else rules.calendar()


def _own_procedures(folder: Path) -> Mapping[str, Procedure]:
    own = folder / "procedures"
    return procedures.read_procedures(sorted(own.glob("*.yaml"))) if own.is_dir() else {}


def _number(row: Line, key: str) -> float | None:
    return float(row.number(key)) if row.maybe(key) else None


def _day(row: Line, key: str) -> date | None:
    return row.date(key) if row.maybe(key) else None
