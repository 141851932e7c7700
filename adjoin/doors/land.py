"""Doors to land: soil, zoning, shoreline, green belts, and what changed."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.land_explained import EXPLAINED
from adjoin.doors.land_given import point, raster, rows, shape, texts
from adjoin.land import corridor, sampling, soil, zoning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_CONTENT, _KM, _AREA = (0.0, 1e6), (-1e6, 1e6), (0.0, 1e12)
_POLYGONS = ("Polygon", "MultiPolygon")
_SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_STATES = ("licensed", "unlicensed", "in_use_after_deadline", "cleared")
_FOUND = ("unlicensed", "in_use_after_deadline")
_MEASURE = {"Polygon": "area_km2", "LineString": "length_km"}
_PIECES = 5_000  # of a reach, kilometre by kilometre


def soil_farm(asked: Asked) -> Answer:
    """The class of farmland by a soil sample."""
    from adjoin.doors.land_tables import farm_limits

    given = Given.of(asked)
    use = given.choice("land_use", soil.LAND_USES)
    contents = _contents(given, "mg_per_kg", tuple(sorted({each.item for each in farm_limits()})))
    items = soil.farm(contents, given.number("pH", 0, 14), use, farm_limits())
    worst, decided = soil.farm_class(items)
    rotation = ["unofficial until the table is confirmed: GB 15618-2018 table 1, note on rotation of paddy and upland"]
    return {
        "items": [_farm_item(each) for each in items],
        "land_class": worst,
        "land_class_cn": soil.FARM_WORDS[worst],
        "decided_by": list(decided),
        "warnings": rotation if use == "paddy_upland_rotation" else [],
    }


def soil_site(asked: Asked) -> Answer:
    """The next step for land to be built on, by the contents of its soil."""
    from adjoin.doors.land_tables import site_limits

    given, limits = Given.of(asked), site_limits()
    use = given.choice("planned_use", soil.PLANNED_USES)
    land_class = "class1" if use == "unknown" else use
    contents = _contents(given, "mg_per_kg", tuple(limits))
    background = _contents(given, "background_mg_per_kg", tuple(limits), empty=True)
    items = soil.site(contents, background, land_class, limits)
    return {
        "land_class": land_class,
        "items": [_site_item(each) for each in items],
        "step": soil.gravest(items),
    }


def zoning_verdict(asked: Asked) -> Answer:
    """The verdict of both sides on a proposal, with the clauses it rests on."""
    from adjoin.land import geometry

    given = Given.of(asked)
    places = rows(given, "units", 100_000)
    units = [zoning.Unit(each.text("id"), each.text("side"), each.choice("class", zoning.CLASSES)) for each in places]
    if "parcels" in given.values:
        return _parcels(given, units, [shape(each, "wkt", _POLYGONS) for each in places])
    proposal = shape(given, "wkt", _SHAPES)
    shared = geometry.shared([shape(each, "wkt", _POLYGONS) for each in places], proposal)
    order = sorted(shared, key=lambda i: units[i].id)
    hit = [units[i] for i in order]
    found = zoning.effects(hit, *_use(given))
    by_side = zoning.verdicts(hit, found)
    measure = _MEASURE.get(proposal.geom_type.removeprefix("Multi"), "point")
    return {
        "units_hit": [
            {"unit": units[i].id, "side": units[i].side, measure: True if measure == "point" else shared[i]}
            for i in order
        ],
        "clauses": [asdict(each) for each in found],
        "verdict_by_side": by_side,
        "verdict": zoning.strictest(list(by_side.values())) if hit else "outside",
        "sides_differ": len(set(by_side.values())) > 1,
        "unknown_left": any(each.effect == "unknown" for each in found),
    }


def _parcels(given: Given, units: list[zoning.Unit], shapes: "list[BaseGeometry]") -> Answer:
    """The verdict on each of many parcels for one kind of use; the clauses stand once, by unit."""
    from adjoin.land import geometry

    parcels, use = rows(given, "parcels", 100_000), _use(given)
    names = [each.text("id") for each in parcels]
    shared = geometry.overlaps(shapes, [shape(each, "wkt", _POLYGONS) for each in parcels])
    hit: list[list[int]] = [[] for _ in parcels]
    for parcel, i in zip(shared.parcel.tolist(), shared.unit.tolist(), strict=True):
        hit[parcel].append(i)
    found = [zoning.effects([unit], *use) for unit in units]
    verdicts = [zoning.verdicts([units[i] for i in each], [e for i in each for e in found[i]]) for each in hit]
    said = [zoning.strictest(list(each.values())) if each else "outside" for each in verdicts]
    return {
        "parcels": [
            {"id": name, "verdict": verdict, "verdict_by_side": by_side, "units": sorted(units[i].id for i in each)}
            for name, verdict, by_side, each in zip(names, said, verdicts, hit, strict=True)
        ],
        "count_by_verdict": {verdict: said.count(verdict) for verdict in dict.fromkeys(said)},
        "clauses": [asdict(effect) for each in found for effect in each],
    }


def _use(given: Given) -> tuple[list[zoning.Rule], str, dict[str, float]]:
    """The rules, the industry and what is known of the proposal."""
    inside = given.inner("attributes")
    attributes = {str(name): inside.number(name) for name in inside.values}
    return [_rule(each) for each in rows(given, "rules")], given.text("industry"), attributes


def shoreline(asked: Asked) -> Answer:
    """Projects on the bank against the managed range and the function zones of a shoreline."""
    from adjoin.land import geometry

    given = Given.of(asked)
    managed = shape(given, "management_range", _POLYGONS)
    zones = [(each.text("zone"), shape(each, "wkt", _POLYGONS)) for each in rows(given, "function_zones", 10_000)]
    answers = []
    for each in rows(given, "projects", 10_000):
        found, state = geometry.project(shape(each, "wkt", _POLYGONS), managed, zones), each.choice("state", _STATES)
        answers.append(
            {
                "id": each.text("id"),
                "share_in_range": found.share_in_range,
                "in_range": found.in_range,
                "zones": list(found.zones),
                "finding": found.in_range and state in _FOUND,
            }
        )
    return {"projects": answers}


def green_corridor(asked: Asked) -> Answer:
    """Continuity and breaks of the green belt on both banks of a reach."""
    given = Given.of(asked)
    length = given.number("length_km", 1e-6, _PIECES)
    needed, shortest = given.number("needed_width_m", 0, 1e6), given.number("shortest_break_counted_km", 0, 1e6)
    banks = {side: corridor.bank(_strips(given, side), length, needed, shortest) for side in ("left", "right")}
    return {
        **{side: _bank(each) for side, each in banks.items()},
        "integrity_both_banks": sum(each.continuity for each in banks.values()) / 2,
        "breaks_per_10_km": corridor.breaks_per_10_km(list(banks.values()), length),
    }


def change(asked: Asked) -> Answer:
    """Patches of land that lost a class between two rasters."""
    from adjoin.land import change as compared

    given = Given.of(asked)
    pixel = given.number("pixel_m", 1e-3, 1e6)
    apart = _apart(given, pixel)
    if apart and not given.flag("align", default=False):
        return {"refused": "grids_do_not_coincide", "offset_cells": list(apart)}
    (before, after, zones), aligned = _grids(given, apart)
    if given.raw("neighbours") not in (4, 8):  # a list may come, which no set holds
        refuse("not_a_choice", "neighbours", given.raw("neighbours"), expected="4, 8")
    found = compared.patches(
        before,
        after,
        zones,
        pixel_m=pixel,
        lost=given.integer("class_lost", -(2**31), 2**31),
        neighbours=given.integer("neighbours", 4, 8),
        minimum_ha=given.number("minimum_mapping_unit_ha", *_AREA),
        nodata=given.integer("nodata", -(2**31), 2**31) if given.values.get("nodata") is not None else None,
    )
    return {
        "valid_cells": found.valid_cells,
        "changed_cells": found.changed_cells,
        "all_patches_before_filter": found.all_patches,
        "patches": [asdict(each) | {"first_cell": list(each.first_cell)} for each in found.patches],
        "lost_ha_total": found.lost_ha,
        "lost_ha_in_zone": dict(found.lost_ha_in_zone),
        **aligned,
    }


def change_area(asked: Asked) -> Answer:
    """Error-adjusted areas and accuracies of a map, from a stratified sample."""
    given = Given.of(asked)
    counts = [[int(value) for value in row] for row in raster(given, "error_matrix")]
    areas, names = given.numbers("mapped_area_ha", *_AREA), texts(given, "classes")
    if not len(counts) == len(counts[0]) == len(areas) == len(names):
        refuse("rows_differ", "error_matrix", (len(counts), len(counts[0])), expected=(len(names), len(areas)))
    for i, row in enumerate(counts):
        if min(row) < 0 or sum(row) < 2:
            refuse("too_few_units", f"error_matrix[{i}]", row)
    if sum(areas) <= 0:
        refuse("out_of_bounds", "mapped_area_ha", areas, low="> 0", high=_AREA[1])
    whole = sampling.overall(counts, areas)
    found = zip(names, sampling.by_class(counts, areas), strict=True)
    return {
        "overall": {"value": whole.value, "half_width95": whole.half_width},
        "classes": [_accuracy(name, each) for name, each in found],
    }


def _apart(given: Given, pixel: float) -> tuple[float, float] | None:
    """How many cells the two grids lie apart; nothing where they coincide or no origin is given."""
    from adjoin.land import change as compared

    if "before_origin_m" not in given.values and "after_origin_m" not in given.values:
        return None
    return compared.offset(point(given, "before_origin_m"), point(given, "after_origin_m"), pixel)


def _grids(given: Given, apart: tuple[float, float] | None) -> "tuple[list[NDArray[np.int64]], dict[str, object]]":
    """The rasters before and after and the zones, over the cells that they share; and what was cut off for that."""
    import numpy as np

    from adjoin.land import change as compared

    before, after, zones = (np.array(raster(given, key)) for key in ("before", "after", "zones"))
    for key, grid in (("zones", zones), *(() if apart else (("after", after),))):
        if grid.shape != before.shape:
            refuse("rows_differ", key, grid.shape, expected=before.shape)
    if not apart:
        return [before, after, zones], {}
    shared = compared.aligned(before.shape, after.shape, apart)
    if shared is None:
        refuse("grids_apart", "after_origin_m", list(apart))
    cut = [before[shared.before], after[shared.after], zones[shared.before]]
    left = [each - round(each) for each in apart]
    return cut, {"aligned": {"offset_cells": list(apart), "left_cells": left, "cells": list(cut[0].shape)}}


def _contents(given: Given, key: str, items: tuple[str, ...], *, empty: bool = False) -> dict[str, float]:
    if empty and key not in given.values:
        return {}
    inside = given.inner(key)
    if not inside.values and not empty:
        refuse("empty_object", inside.at, inside.values)
    for name in inside.values:
        if name not in items:
            refuse("no_such_item", inside.place(str(name)), name, expected=", ".join(items))
    return {str(name): inside.number(name, *_CONTENT) for name in inside.values}


def _farm_item(each: soil.FarmItem) -> dict[str, object]:
    limits = [each.screening, each.intervention] if each.intervention else [each.screening]
    return {
        "item": each.item,
        "screening": each.screening.value,
        "intervention": each.intervention.value if each.intervention else None,
        "screening_index": each.screening_index,
        "class": each.farm_class,
        "clauses": [limit.clause for limit in limits],
        "status": [limit.status for limit in limits],
    }


def _site_item(each: soil.SiteItem) -> dict[str, object]:
    return {
        "item": each.item,
        "screening": each.screening,
        "intervention": each.intervention,
        "background_exception": each.background_exception,
        "step": each.step,
        "clauses": [each.limit.clause],
        "status": [each.limit.status],
    }


def _rule(row: Given) -> zoning.Rule:
    limit = None
    if row.values.get("limit") is not None:
        inside = row.inner("limit")
        op = inside.choice("op", tuple(zoning.COMPARE))
        limit = zoning.Requirement(inside.text("attribute"), op, inside.number("value"))
    return zoning.Rule(
        side=row.text("side"),
        unit=row.text("unit"),
        dimension=row.choice("dimension", zoning.DIMENSIONS),
        industries=tuple(texts(row, "industries")),
        effect=row.choice("effect", ("prohibit", "condition")),
        clause=row.text("clause"),
        limit=limit,
    )


def _strips(given: Given, side: str) -> list[corridor.Strip]:
    found = []
    for row in rows(given, side, 2_000):
        start, end = row.number("from_km", *_KM), row.number("to_km", *_KM)
        if end < start:
            refuse("not_a_span", row.at, [start, end])
        found.append(corridor.Strip(start, end, row.number("width_m", 0, 1e6)))
    return found


def _bank(each: corridor.Bank) -> dict[str, object]:
    return {
        "continuity": each.continuity,
        "breaks": [{"from_km": a, "to_km": b, "length_km": b - a} for a, b in each.breaks],
        "longest_break_km": each.longest_km,
        "covered_km_in_each_km": list(each.covered_km),
    }


def _accuracy(name: str, each: sampling.ClassAccuracy) -> dict[str, object]:
    return {
        "class": name,
        "users": each.users.value,
        "users_half_width95": each.users.half_width,
        "producers": each.producers.value if each.producers else None,
        "producers_half_width95": each.producers.half_width if each.producers else None,
        "adjusted_area_ha": each.area_ha.value,
        "adjusted_area_half_width95_ha": each.area_ha.half_width,
    }


DOORS = tuple(
    Door(method, answer, EXPLAINED[method])
    for method, answer in (
        ("land.soil_farm", soil_farm),
        ("land.soil_site", soil_site),
        ("land.zoning", zoning_verdict),
        ("land.shoreline", shoreline),
        ("land.corridor", green_corridor),
        ("land.change", change),
        ("land.change_area", change_area),
    )
)
