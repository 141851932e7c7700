"""Shapes of the land against each other: a proposal and units, a project and the range of a shoreline."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_TOUCH = 1e-9  # km2 or km: less in common is a touch


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the bank: its share within the managed range and the zones it stands in."""

    share_in_range: float
    zones: tuple[str, ...]

    @property
    def in_range(self) -> bool:
        """Whether more of it than a touch lies within the range."""
        return self.share_in_range > _TOUCH


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs of a parcel and a unit it hits, by parcel, then unit, and what they have in common (km2)."""

    parcel: "NDArray[np.intp]"
    unit: "NDArray[np.intp]"
    km2: "NDArray[np.float64]"


def shared(units: "Sequence[BaseGeometry]", proposal: "BaseGeometry") -> dict[int, float]:
    """What a proposal has in common with the units it hits: km2 of a polygon, km of a line, 0 for a point inside.

    A touch is no hit, but a line along a common edge hits both units, and a point on an edge hits all that meet there.
    """
    import shapely

    near = sorted(int(i) for i in shapely.STRtree(units).query(proposal, predicate="intersects"))
    kind = proposal.geom_type.removeprefix("Multi")
    if kind == "Point":
        return dict.fromkeys(near, 0.0)
    common = {i: shapely.intersection(units[i], proposal) for i in near}
    sizes = {i: float(each.area if kind == "Polygon" else each.length) for i, each in common.items()}
    return {i: size for i, size in sizes.items() if size > _TOUCH}


def overlaps(units: "Sequence[BaseGeometry]", parcels: "Sequence[BaseGeometry]") -> Overlaps:
    """What many parcels have in common with the units they hit, km2: `shared` for polygons, all at once.

    A parcel inside a unit has its whole area in common; only where a boundary runs through one is it cut.
    """
    import numpy as np
    import shapely

    kept, lots = np.asarray(units, dtype=object), np.asarray(parcels, dtype=object)
    shapely.prepare(kept)
    tree = shapely.STRtree(lots)
    unit, parcel = tree.query(kept, predicate="intersects")
    inner = tree.query(kept, predicate="covers")
    inside = np.isin(unit * len(lots) + parcel, inner[0] * len(lots) + inner[1])
    areas = np.where(inside, shapely.area(lots)[parcel], 0.0)
    cut = ~inside
    areas[cut] = shapely.area(shapely.intersection(kept[unit[cut]], lots[parcel[cut]]))
    hit = areas > _TOUCH
    order = np.lexsort((unit[hit], parcel[hit]))
    return Overlaps(parcel[hit][order], unit[hit][order], areas[hit][order])


def project(shape: "BaseGeometry", managed: "BaseGeometry", zones: "Sequence[tuple[str, BaseGeometry]]") -> Project:
    """Where a project on the bank stands.

        share = area within the managed range / area;  in a zone when their common area > 1e-9 of its area

    The kinds of zones are those of the water ministry's guide of 2019; the rule is Adjoin's own.
    """
    share = shape.intersection(managed).area / shape.area
    met = tuple(name for name, zone in zones if shape.intersection(zone).area > _TOUCH * shape.area)
    return Project(float(share), met)
