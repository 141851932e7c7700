"""The limits of soil, read from their tables: every row with its clause, day and status."""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from adjoin.formats.lines import Line, table
from adjoin.land.soil import FarmLimit, SiteLimit

_FARM = ("kind", "item", "land_use", "ph_gt", "ph_le", "value", "status", "clause")
_CLASSES = ("class1", "class2")
_SITE = (
    "item",
    "background",
    "status",
    "clause",
    *(f"{k}_{c}" for k in ("screening", "intervention") for c in _CLASSES),
)


@cache
def farm_limits() -> tuple[FarmLimit, ...]:
    """GB 15618-2018, tables 1 and 3."""
    return tuple(_farm(row) for row in table(files("adjoin") / "data" / "land" / "soil_gb15618.csv", _FARM))


@cache
def site_limits() -> Mapping[str, SiteLimit]:
    """GB 36600-2018, tables 1 and 2, by item."""
    rows = table(files("adjoin") / "data" / "land" / "soil_gb36600.csv", _SITE)
    return {each.item: each for each in map(_site, rows)}


def _farm(row: Line) -> FarmLimit:
    return FarmLimit(
        kind=row.choice("kind", ("screening", "intervention")),
        item=row.text("item"),
        land_use=row.choice("land_use", ("any", "paddy", "other", "orchard")),
        ph_above=float(row.number("ph_gt")) if row.maybe("ph_gt") else -math.inf,
        ph_up_to=float(row.number("ph_le")) if row.maybe("ph_le") else math.inf,
        value=float(row.number("value")),
        clause=row.text("clause"),
        status=row.text("status"),
    )


def _site(row: Line) -> SiteLimit:
    return SiteLimit(
        item=row.text("item"),
        screening={each: float(row.number(f"screening_{each}")) for each in _CLASSES},
        intervention={each: float(row.number(f"intervention_{each}")) for each in _CLASSES},
        natural=row.choice("background", ("false", "true")) == "true",
        clause=row.text("clause"),
        status=row.text("status"),
    )
