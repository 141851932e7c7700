"""What the map shows: the rivers of the bundle, the areas of both sides, the sections as they stand now."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from math import sqrt
from pathlib import Path
from typing import Any

from adjoin.core.network import Reach
from adjoin.core.region import Region
from adjoin.formats import bundle
from adjoin.loop.workspace import Workspace
from adjoin.web.draw import character, shade
from adjoin.web.draw_map import Box, Mark, RiverLine, Spot, river_map, simplified
from adjoin.web.lines import SectionLine
from adjoin.web.words import Both, party_name, said

Points = tuple[Spot, ...]

_FINE = 0.006  # degrees that a drawn line may be off


@dataclass(frozen=True, slots=True)
class River:
    """A stretch of river as it is drawn, with both its names."""

    name: Both
    points: Points
    width: float
    border: bool
    reaches: tuple[tuple[str, int, float], ...]  # id, where its points begin, its middle kilometre


@dataclass(frozen=True)
class Ground:
    """What is drawn beneath the sections: given by the bundle, so it is read once."""

    bounds: Box
    note: Both
    rivers: tuple[River, ...]
    areas: Mapping[str, tuple[Points, ...]]  # side -> rings


@dataclass(frozen=True)
class MapView:
    """The map of the border; its marks are the lines of the section table, which is its twin."""

    note: Both
    data: str
    bounds: Box
    ground: Ground = field(repr=False)
    sections: tuple[tuple[SectionLine, Spot], ...] = field(repr=False)
    sides: tuple[tuple[Both, Spot], ...] = field(repr=False)
    order: tuple[str, ...] = field(repr=False)
    kilometres: Mapping[str, float] = field(repr=False)  # of the sections that stand on the network

    def svg(self, lang: str) -> str:
        """The picture for print and for readers without a script."""
        rivers = [RiverLine(each.name.of(lang), each.points, each.width, each.border) for each in self.ground.rivers]
        marks = [
            Mark(line.name.of(lang), spot, line.water_class, href(line.href, lang), line.finding is not None)
            for line, spot in self.sections
        ]
        worst = sum(line.finding is not None for line, _ in self.sections)
        desc = said("web.map.alt", count=len(marks), findings=worst).of(lang)
        names = [(name.of(lang), spot) for name, spot in self.sides]
        title = said("web.map.title").of(lang)
        areas = [self.ground.areas.get(side, ()) for side in self.order]
        return river_map(rivers, marks, names, areas, bounds=self.bounds, title=title, desc=desc)

    def geojson(self) -> dict[str, Any]:
        """What the moving map draws."""
        return {
            "bounds": [self.bounds[:2], self.bounds[2:]],
            "areas": _collection(
                _area(number, self.ground.areas.get(side, ())) for number, side in enumerate(self.order)
            ),
            "rivers": _collection(_river(river) for river in self.ground.rivers),
            "sections": _collection(
                _section(rank, line, spot, self.kilometres.get(line.site))
                for rank, (line, spot) in enumerate(self.sections)
            ),
        }


def map_view(ws: Workspace, sections: Sequence[SectionLine]) -> MapView:
    """The map as it stands now; what has a finding is placed first."""
    ground = _ground(ws)
    placed = [
        (line, spot) for line in sections if (spot := _spot(ws.region, line.site)) and _inside(spot, ground.bounds)
    ]
    placed.sort(key=lambda one: (one[0].finding is None, not one[0].border, -shade(one[0].water_class)))
    return MapView(
        note=ground.note,
        data="/map.json",
        bounds=ground.bounds,
        ground=ground,
        sections=tuple(placed),
        sides=_sides(ws.region, ground),
        order=ws.region.sides,
        kilometres={
            line.site: place.km
            for line, _ in placed
            if (place := ws.region.sites[line.site].place).reach is not None and place.km is not None
        },
    )


def reach_line(ws: Workspace, reach: str) -> Points:
    """The line of a reach as it is drawn; nothing where the bundle holds none."""
    lines, _ = _shapes(ws.region_folder, ws.region.fingerprint)
    return lines.get(reach, ())


def map_note(ws: Workspace) -> Both:
    """What is said of the map wherever it may be seen."""
    view = bundle.map_view(ws.region_folder)
    return Both(view.get("note_zh", ""), view.get("note_en", ""))


def href(path: str, lang: str) -> str:
    """An address in a language."""
    if lang != "en":
        return path
    before, mark, anchor = path.partition("#")
    return f"{before}{'&' if '?' in before else '?'}lang=en{mark}{anchor}"


def _ground(ws: Workspace) -> Ground:
    view = bundle.map_view(ws.region_folder)
    lines, areas = _shapes(ws.region_folder, ws.region.fingerprint)
    west, south, east, north = (float(edge) for edge in view["bounds"])
    bounds = (west, south, east, north)
    seen = [reach for reach in ws.region.network.reaches.values() if _crosses(lines.get(reach.id, ()), bounds)]
    return Ground(bounds, map_note(ws), tuple(_rivers(seen, lines)), areas)


@cache
def _shapes(folder: Path, fingerprint: str) -> tuple[Mapping[str, Points], Mapping[str, tuple[Points, ...]]]:  # noqa: ARG001  # another bundle has another fingerprint
    """The lines of the reaches and the rings of the areas of each side, as fine as they are drawn."""
    lines = {
        each["properties"]["id"]: simplified(_spots(each), _FINE) for each in _features(folder / "network.geojson")
    }
    rings: dict[str, list[Points]] = defaultdict(list)
    for area in _features(folder / "areas.geojson"):
        rings[area["properties"]["side"]] += [simplified(ring, 2 * _FINE) for ring in _outer_rings(area["geometry"])]
    return lines, {side: tuple(found) for side, found in rings.items()}


def _features(path: Path) -> list[Any]:
    found: list[Any] = json.loads(path.read_text("utf-8"))["features"] if path.exists() else []
    return found


def _spots(feature: Mapping[str, Any]) -> list[Spot]:
    return [(float(x), float(y)) for x, y, *_ in feature["geometry"]["coordinates"]]


def _outer_rings(geometry: Mapping[str, Any]) -> list[list[Spot]]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[(float(x), float(y)) for x, y, *_ in part[0]] for part in parts]


def _rivers(reaches: Iterable[Reach], lines: Mapping[str, Points]) -> Iterable[River]:
    """Stretches that follow one another on one river, drawn in one go."""
    chain: list[Reach] = []
    for reach in sorted(reaches, key=lambda each: (each.river, -each.km_up)):
        if chain and not (chain[-1].down == reach.id and _border(chain[-1]) == _border(reach)):
            yield _river_of(chain, lines)
            chain = []
        chain.append(reach)
    if chain:
        yield _river_of(chain, lines)


def _river_of(chain: Sequence[Reach], lines: Mapping[str, Points]) -> River:
    points = tuple(spot for reach in chain for spot in lines[reach.id])
    flow = max((reach.flow_m3s or 0.0 for reach in chain), default=0.0)
    starts = accumulate((len(lines[reach.id]) for reach in chain), initial=0)
    return River(
        Both(chain[0].name_zh, chain[0].name_en),
        points,
        round(0.7 + sqrt(flow) / 32, 1),
        _border(chain[0]),
        tuple(
            (reach.id, at, round((reach.km_up + reach.km_down) / 2, 1))
            for reach, at in zip(chain, starts, strict=False)  # the last start is the end
        ),
    )


def _border(reach: Reach) -> bool:
    return reach.left is not None and reach.right is not None and reach.left != reach.right


def _crosses(points: Points, bounds: Box) -> bool:
    return any(_inside(spot, bounds) for spot in points)


def _inside(spot: Spot, bounds: Box) -> bool:
    return bounds[0] <= spot[0] <= bounds[2] and bounds[1] <= spot[1] <= bounds[3]


def _spot(region: Region, site: str) -> Spot | None:
    place = region.sites[site].place
    return None if place.lon is None or place.lat is None else (place.lon, place.lat)


def _sides(region: Region, ground: Ground) -> tuple[tuple[Both, Spot], ...]:
    """The name of each side, in the middle of what is seen of it."""
    found = []
    for side in region.sides:
        seen = [spot for ring in ground.areas.get(side, ()) for spot in ring if _inside(spot, ground.bounds)]
        if seen:
            middle = (sum(x for x, _ in seen) / len(seen), sum(y for _, y in seen) / len(seen))
            found.append((party_name(region, side), middle))
    return tuple(found)


def _collection(features: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(kind: str, coordinates: object, properties: Mapping[str, object]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def _area(number: int, rings: Sequence[Points]) -> dict[str, Any]:
    return _feature("MultiPolygon", [[ring] for ring in rings], {"side": number})


def _river(river: River) -> dict[str, Any]:
    names = {"name_zh": river.name.zh, "name_en": river.name.en}
    return _feature(
        "LineString", river.points, {**names, "width": river.width, "border": river.border, "reaches": river.reaches}
    )


def _section(rank: int, line: SectionLine, spot: Spot, km: float | None) -> dict[str, Any]:
    properties = {
        "name_zh": line.name.zh,
        "name_en": line.name.en,
        "river_zh": line.river.zh,
        "river_en": line.river.en,
        "km": km,
        "site": line.site,
        "character": character(line.water_class),
        "class_css": f"k{shade(line.water_class)}",
        "focus": line.finding is not None,
        "rank": rank,
        "href_zh": href(line.href, "zh"),
        "href_en": href(line.href, "en"),
    }
    return _feature("Point", spot, properties)
