"""How good was the air? Sub-indices of concentrations and the index of a day, by the edition of the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PRIMARY_ABOVE, _EXCEEDS_ABOVE = 50, 100
_BLOCK = 32_768  # values at once: what is worked on stays near the processor


@dataclass(frozen=True, slots=True)
class Scale:
    """The breakpoints of one item: concentration -> index, in units of its last kept digit."""

    item: str  # "PM25_24h"
    decimals: int  # kept digits of the concentration: 0 (ug/m3) or 1 (CO, mg/m3)
    breakpoints: tuple[int, ...]  # in units of 10^-decimals
    indices: tuple[int, ...]
    above: int | None  # the index beyond the last breakpoint; None: there is none


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the index: its scales, its clause, and how its text is known."""

    name: str
    clause: str
    status: str
    scales: Mapping[str, Scale]


@dataclass(frozen=True, slots=True)
class Day:
    """The index of a day, what decided it, and what exceeded the standard."""

    aqi: int | None  # None where no item has an index
    primary: tuple[str, ...]
    exceed: tuple[str, ...]
    iaqi: Mapping[str, int]


def sub_index(concentration: Decimal, scale: Scale) -> int | None:
    """The index of one concentration; None beyond a scale that ends.

        IAQI = ceil((I_hi - I_lo)/(B_hi - B_lo) (C - B_lo) + I_lo),   B_lo < C <= B_hi

    concentration : ug/m3 (CO mg/m3), rounded once, half to even, in decimals as written

    Exact: a concentration on a breakpoint has that breakpoint's index. Source: HJ 633.
    """
    step = Decimal(1).scaleb(-scale.decimals)
    return _index(int(concentration.quantize(step, ROUND_HALF_EVEN).scaleb(scale.decimals)), scale)


def of_day(concentrations: Mapping[str, Decimal | None], edition: Edition) -> Day:
    """The index of a day: the greatest sub-index; the items that reach it above 50; those above 100.

    concentrations : by item of the edition; None where it was not measured
    """
    found = {
        item: index
        for item, value in sorted(concentrations.items())
        if value is not None and (index := sub_index(value, edition.scales[item])) is not None
    }
    aqi = max(found.values(), default=None)
    return Day(
        aqi=aqi,
        primary=tuple(item for item, index in found.items() if index == aqi and index > _PRIMARY_ABOVE),
        exceed=tuple(item for item, index in found.items() if index > _EXCEEDS_ABOVE),
        iaqi=found,
    )


def sub_indices(concentrations: "NDArray[np.float64]", scale: Scale) -> "NDArray[np.int16]":
    """The indices of many concentrations at once; -1 where there is none (not measured, beyond a scale that ends).

    The same as `sub_index`, through a table of every concentration that the scale tells apart.
    """
    import numpy as np

    last = scale.breakpoints[-1] + 1
    table = np.array([_or_none(_index(unit, scale)) for unit in range(last + 1)] + [-1], dtype=np.int16)
    values, found = concentrations.ravel(), np.empty(concentrations.size, dtype=np.int16)
    for start in range(0, len(values), _BLOCK):
        block = slice(start, start + _BLOCK)
        found[block] = table[_units(values[block], scale, last)]
    return found.reshape(concentrations.shape)


def _units(concentrations: "NDArray[np.float64]", scale: Scale, last: int) -> "NDArray[np.intp]":
    """Concentrations in units of the last kept digit, half to even, `last` at most; one more where there is none."""
    import numpy as np

    units = concentrations
    if scale.decimals:  # 0.25 times 10 is 2.5, whatever the float says
        units = np.rint(concentrations * 10**scale.decimals * 1e9) / 1e9
    units = np.rint(units)
    return np.where(units >= 0, np.fmin(units, last), last + 1).astype(np.intp)  # not a number is not above 0


def _index(units: int, scale: Scale) -> int | None:
    points, indices = scale.breakpoints, scale.indices
    if units > points[-1]:
        return scale.above
    at = next(i for i, point in enumerate(points) if units <= point)
    if at == 0:
        return indices[0]
    rise, run = indices[at] - indices[at - 1], points[at] - points[at - 1]
    return indices[at - 1] - (-rise * (units - points[at - 1])) // run


def _or_none(index: int | None) -> int:
    return -1 if index is None else index
