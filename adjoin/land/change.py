"""Where was a class of land lost between two maps? Patches of change, their areas and outlines."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.int64]
_ALIGNED = 0.001  # of a cell
_SLACK_M2 = 1e-6


@dataclass(frozen=True, slots=True)
class Patch:
    """Cells that lost the class and hang together."""

    first_cell: tuple[int, int]
    cells: int
    area_ha: float
    perimeter_m: float
    to_class_cells: Mapping[str, int]
    zone_cells: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, all of it and in patches large enough."""

    valid_cells: int
    changed_cells: int
    all_patches: int
    patches: tuple[Patch, ...]
    lost_ha: float
    lost_ha_in_zone: Mapping[str, float]


def offset(before: tuple[float, float], after: tuple[float, float], pixel_m: float) -> tuple[float, float] | None:
    """By how many cells two grids do not coincide (x east, y north); None where they do within a thousandth."""
    shift = (after[0] - before[0]) / pixel_m, (after[1] - before[1]) / pixel_m
    return shift if max(abs(each) for each in shift) > _ALIGNED else None


@dataclass(frozen=True, slots=True)
class Shared:
    """What two grids have in common: rows and columns of each."""

    before: tuple[slice, slice]
    after: tuple[slice, slice]


def aligned(before: tuple[int, ...], after: tuple[int, ...], offset: tuple[float, float]) -> Shared | None:
    """The cells of two shifted grids that lie nearest to each other; None where they share nothing.

    before, after : rows and columns;  offset : cells that the second lies east and north of the first

    Moved by whole cells: up to half a cell of the offset stays, and with it changes along every edge of land.
    """
    east, south = round(offset[0]), -round(offset[1])
    down, across = _overlap(before[0], after[0], south), _overlap(before[1], after[1], east)
    return Shared((down[0], across[0]), (down[1], across[1])) if down and across else None


def _overlap(one: int, other: int, shift: int) -> tuple[slice, slice] | None:
    start, stop = max(0, shift), min(one, other + shift)
    return (slice(start, stop), slice(start - shift, stop - shift)) if start < stop else None


def patches(
    before: Grid,
    after: Grid,
    zones: Grid,
    *,
    pixel_m: float,
    lost: int,
    neighbours: int,
    minimum_ha: float,
    nodata: int | None,
) -> Change:
    """The patches that lost a class between two rasters of one grid, largest first.

    before, after, zones : classes and zones by cell, row 0 in the north
    pixel_m : side of a cell, m
    lost : the class;  nodata : a code that means no value
    neighbours : 4 joins cells over sides, 8 over corners too
    minimum_ha : smaller patches are counted and not listed

    perimeter = pixel * sides between the patch and what is not of it, holes included. A plain definition.
    """
    from scipy.ndimage import find_objects, label

    valid = np.ones(before.shape, bool) if nodata is None else (before != nodata) & (after != nodata)
    changed = valid & (before == lost) & (after != lost)
    numbers, count = label(changed, np.ones((3, 3)) if neighbours == 8 else None)
    hectares = pixel_m**2 / 10_000
    found = [
        _patch(numbers, i + 1, box, after=after, zones=zones, pixel_m=pixel_m)
        for i, box in enumerate(find_objects(numbers))
        if np.count_nonzero(numbers[box] == i + 1) * pixel_m**2 >= minimum_ha * 10_000 - _SLACK_M2
    ]
    found.sort(key=lambda each: (-each.cells, each.first_cell))
    lost_by_zone = {str(zone): int(np.count_nonzero(changed & (zones == zone))) * hectares for zone in np.unique(zones)}
    cells = int(changed.sum())
    return Change(int(valid.sum()), cells, int(count), tuple(found), cells * hectares, lost_by_zone)


def _patch(numbers: Grid, number: int, box: tuple[slice, ...], *, after: Grid, zones: Grid, pixel_m: float) -> Patch:
    mine = numbers[box] == number
    rows, columns = np.nonzero(mine)
    edged = np.pad(mine, 1)
    sides = np.count_nonzero(edged[1:] != edged[:-1]) + np.count_nonzero(edged[:, 1:] != edged[:, :-1])
    return Patch(
        first_cell=(int(rows[0] + box[0].start), int(columns[0] + box[1].start)),
        cells=len(rows),
        area_ha=len(rows) * pixel_m**2 / 10_000,
        perimeter_m=float(sides) * pixel_m,
        to_class_cells=_counts(after[box][mine]),
        zone_cells=_counts(zones[box][mine]),
    )


def _counts(values: Grid) -> dict[str, int]:
    found, counts = np.unique(values, return_counts=True)
    return {str(int(value)): int(count) for value, count in zip(found, counts, strict=True)}
