"""A region bundle read from its folder and checked against itself; each fault names its file and row."""

import csv
import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from adjoin.core.assessment import CLASSES
from adjoin.core.network import Network, Reach
from adjoin.core.party import Office, Party
from adjoin.core.refusal import Refusal
from adjoin.core.region import Border, Region
from adjoin.core.site import Place, Site
from adjoin.core.units import Quantities
from adjoin.formats import procedures, rules

_SITE_COLUMNS = {
    "id", "kind", "name_zh", "name_en", "party", "river", "km", "reach", "fraction", "joins", "joins_km",
    "lon", "lat", "error_km", "place_status", "since", "until", "status", "note",
}  # fmt: skip
STATUSES = ("std", "package", "seen2", "seen1", "derived", "approximate", "memory", "unknown")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a bundle contradicts itself or the form, and what would mend it."""

    file: str
    line: int
    kind: str  # key of a refusal
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with where it stands."""

    file: str
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str | None:
        """A cell; nothing where it is empty."""
        return self.cells.get(column) or None

    def number(self, column: str) -> float | None:
        """A cell as a number."""
        text = self.text(column)
        try:
            return None if text is None else float(text)
        except ValueError:
            raise self.fault("row_not_a_number", column=column, met=text) from None

    def day(self, column: str) -> date | None:
        """A cell as a date."""
        text = self.text(column)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            raise self.fault("row_not_a_date", column=column, met=text) from None

    def fault(self, kind: str, **facts: object) -> Refusal:
        """A refusal that names this row."""
        return Refusal(kind, file=self.file, line=self.line, **facts)


def load(folder: Path) -> Region:
    """The region of a bundle folder; the first contradiction is refused."""
    region = read(folder)
    for fault in check(region, folder):
        raise Refusal(fault.kind, file=fault.file, line=fault.line, **fault.facts)
    return region


def read(folder: Path) -> Region:
    """The region of a bundle folder, each row well formed but not yet held against the others."""
    about = _toml(folder / "region.toml")
    parties = {party.code: party for party in map(_party, _rows(folder / "parties.csv"))}
    sides = tuple(about["sides"])
    if len(sides) != 2 or any(side not in parties for side in sides):
        raise Refusal("sides_unknown", file="region.toml", met=", ".join(sides), expected=", ".join(parties))
    return Region(
        name=about["name"],
        name_zh=about["name_zh"],
        name_en=about["name_en"],
        sides=(sides[0], sides[1]),
        parties=parties,
        offices=tuple(map(_office, _rows(folder / "offices.csv"))),
        sites=_unique(folder / "sites.csv", _site),
        network=Network.of(map(_reach, _rows(folder / "network.csv"))),
        quantities=_quantities(folder),
        standards=rules.standards(),
        procedures={**procedures.procedures(), **_own_procedures(folder)},
        calendar=_calendar(folder),
        borders=tuple(map(_border, _yaml(folder / "rules" / "borders.yaml") or ())),
        parameters=_yaml(folder / "rules" / "parameters.yaml") or {},
        fingerprint=fingerprint(folder),
        synthetic=bool(about.get("synthetic", False)),
    )


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
    return [(folder / each["file"], each["mapping"]) for each in _toml(folder / "region.toml").get("observations", [])]


def map_view(folder: Path) -> Mapping[str, Any]:
    """Where the map of a bundle looks, and the note that stands under it."""
    view: Mapping[str, Any] = _toml(folder / "region.toml").get("map", {})
    return view


def check(region: Region, folder: Path) -> list[Fault]:
    """Every contradiction of a bundle with itself."""
    return [*_site_faults(region, folder), *_border_faults(region)]


def _site_faults(region: Region, folder: Path) -> Iterator[Fault]:
    lines = {row.cells["id"]: row.line for row in _rows(folder / "sites.csv")}
    for site in region.sites.values():
        for kind, facts in _faults_of(site, region):
            yield Fault("sites.csv", lines[site.id], kind, {"site": site.id, **facts})


def _faults_of(site: Site, region: Region) -> Iterator[tuple[str, dict[str, object]]]:
    schema = kinds().get(site.kind)
    if schema is None:
        yield "unknown_kind", {"met": site.kind, "expected": ", ".join(kinds())}
        return
    if site.party not in region.parties:
        yield "unknown_party", {"met": site.party, "expected": ", ".join(region.sides)}
    known = {*schema["needs"], *schema["may"]}
    for name in sorted(set(site.attributes) - known):
        yield "unknown_attribute", {"met": name, "kind": site.kind, "expected": ", ".join(sorted(known))}
    for name in sorted(set(schema["needs"]) - set(site.attributes)):
        yield "missing_attribute", {"met": name, "kind": site.kind}
    for name in ("upstream", "downstream"):
        if (party := site.attributes.get(name)) and party not in region.parties:
            yield "unknown_party", {"met": party, "expected": ", ".join(region.parties)}
    if (target := site.attributes.get("target")) and target not in CLASSES:
        yield "unknown_class", {"met": target, "expected": ", ".join(CLASSES)}
    yield from _place_faults(site.place, region.network)


def _place_faults(place: Place, network: Network) -> Iterator[tuple[str, dict[str, object]]]:
    if place.status not in STATUSES:
        yield "unknown_status", {"met": place.status, "expected": ", ".join(STATUSES)}
    reach = network.reaches.get(place.reach) if place.reach else None
    if place.reach and reach is None:
        yield "unknown_reach", {"met": place.reach, "row": ""}
    if reach is None or place.km is None:
        return
    if place.river and reach.river != place.river:
        yield "reach_of_other_river", {"met": place.reach, "river": reach.river, "expected": place.river}
    elif not reach.km_down - 1 <= place.km <= reach.km_up + 1:
        yield "km_off_reach", {"met": place.km, "expected": f"{reach.km_down}-{reach.km_up}"}


def _border_faults(region: Region) -> Iterator[Fault]:
    for number, border in enumerate(region.borders, start=1):
        for kind, facts in _faults_of_border(border, region):
            yield Fault("rules/borders.yaml", number, kind, {"site": border.site, **facts})


def _faults_of_border(border: Border, region: Region) -> Iterator[tuple[str, dict[str, object]]]:
    named = (border.site, *border.inflows, *border.compare, *border.also)
    unknown = [site for site in named if site not in region.sites]
    for site in unknown:
        yield "unknown_site", {"met": site, "near": ", ".join(region.near(site)) or "-"}
    if region.quantities.get(border.quantity) is None:
        yield "unknown_quantity", {"met": border.quantity, "expected": "HJ 525"}
    if unknown:
        return
    for inflow in border.inflows:
        if region.network.between(region.sites[inflow].place, region.sites[border.site].place) is None:
            yield "inflow_not_above", {"met": inflow}


@cache
def kinds() -> Mapping[str, Mapping[str, list[str]]]:
    """The attributes that each kind of site must and may have."""
    table: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(
        (files("adjoin") / "data" / "kinds.yaml").read_text("utf-8")
    )
    return table


def _party(row: Row) -> Party:
    get = row.cells.get
    return Party(
        code=_need(row, "code"),
        name_zh=_need(row, "name_zh"),
        name_en=_need(row, "name_en"),
        level=_need(row, "level"),
        parent=row.text("parent"),
        adcode=row.text("adcode"),
        status=get("status") or "unknown",
        note=get("note") or "",
    )


def _office(row: Row) -> Office:
    code, party, zh, en = (_need(row, column) for column in ("code", "party", "name_zh", "name_en"))
    return Office(code, party, zh, en, row.text("status") or "unknown")


def _site(row: Row) -> Site:
    extra = {name: value for name, value in row.cells.items() if name not in _SITE_COLUMNS and value}
    return Site(
        id=_need(row, "id"),
        kind=_need(row, "kind"),
        name_zh=_need(row, "name_zh"),
        name_en=_need(row, "name_en"),
        party=_need(row, "party"),
        place=_place(row),
        since=row.day("since"),
        until=row.day("until"),
        attributes=extra,
        status=row.text("status") or "unknown",
        note=row.text("note") or "",
    )


def _place(row: Row) -> Place:
    return Place(
        river=row.text("river"),
        km=row.number("km"),
        reach=row.text("reach"),
        fraction=row.number("fraction"),
        joins=row.text("joins"),
        joins_km=row.number("joins_km"),
        lon=row.number("lon"),
        lat=row.number("lat"),
        error_km=row.number("error_km"),
        status=row.text("place_status") or "unknown",
    )


def _reach(row: Row) -> Reach:
    return Reach(
        id=_need(row, "id"),
        river=_need(row, "river"),
        name_zh=row.text("name_zh") or "",
        name_en=row.text("name_en") or "",
        down=row.text("down"),
        length_km=row.number("length_km") or 0.0,
        km_up=row.number("km_up") or 0.0,
        km_down=row.number("km_down") or 0.0,
        km_to_outlet_up=row.number("km_to_outlet_up") or 0.0,
        party=row.text("party"),
        left=row.text("left"),
        right=row.text("right"),
        border_confidence=row.text("border_confidence") or "",
        flow_m3s=row.number("flow_m3s"),
        flow_status=row.text("flow_status") or "",
    )


def _border(given: Mapping[str, Any]) -> Border:
    low, high = given["speeds_m_s"]
    return Border(
        site=given["site"],
        quantity=given["quantity"],
        inflows=tuple(given["inflows"]),
        compare=tuple(given["compare"]),
        also=tuple(given["also"]),
        speeds_m_s=(float(low), float(high)),
        max_gap_h=float(given["max_gap_h"]),
        strict_gap_h=float(given["strict_gap_h"]),
        base=str(given["base"]),
        threshold=str(given["threshold"]),
        since=given.get("since"),
        conservative=bool(given.get("conservative", True)),
        status=given.get("status", "derived"),
        note_zh=given.get("note_zh", ""),
        note_en=given.get("note_en", ""),
    )


def _quantities(folder: Path) -> Quantities:
    own = folder / "quantities.csv"
    return rules.read_quantities(own) if own.exists() else rules.quantities()


def _calendar(folder: Path) -> Any:  # noqa: ANN401  # Calendar, from either place
    own = folder / "workdays.csv"
    return rules.read_calendar(own) if own.exists() else rules.calendar()


def _own_procedures(folder: Path) -> Mapping[str, Any]:
    own = folder / "procedures"
    return procedures.read_procedures(own) if own.is_dir() else {}


def _unique(path: Path, make: Callable[[Row], Site]) -> dict[str, Site]:
    table: dict[str, Site] = {}
    for row in _rows(path):
        site = make(row)
        if site.id in table:
            raise row.fault("row_twice", met=site.id)
        table[site.id] = site
    return table


def _rows(path: Path) -> list[Row]:
    if not path.exists():
        raise Refusal("file_missing", file=path.name, met=str(path.parent))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return [Row(path.name, reader.line_num, _whole(path, reader.line_num, cells)) for cells in reader]


def _whole(path: Path, line: int, cells: Mapping[str | None, Any]) -> dict[str, str]:
    if None in cells or any(value is None for value in cells.values()):
        raise Refusal("row_width", file=path.name, line=line, met=len(cells))
    return {str(name): str(value).strip() for name, value in cells.items()}


def _need(row: Row, column: str) -> str:
    text = row.text(column)
    if text is None:
        raise row.fault("cell_empty", column=column)
    return text


def _toml(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        raise Refusal("file_missing", file=path.name, met=str(path.parent))
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Refusal("file_unreadable", file=path.name, met=str(error)) from None


def _yaml(path: Path) -> Any:  # noqa: ANN401  # the readers above check what they take
    if not path.exists():
        return None
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise Refusal("file_unreadable", file=path.name, met=str(error).replace("\n", " ")) from None
