"""Who sends how much across a border, in steady flow: one sweep upstream.

What enters a reach at its head reaches its foot by e^(-k L/u); what enters evenly along it by the mean of that,
(1 - e^(-k L/u)) / (k L/u). The product of these down to a border is what a source delivers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adjoin.core.source_receptor import SourceReceptor
from adjoin.water.basin import Basin, engine
from adjoin.water.routing import spread

Floats = NDArray[np.float64]
_DAY_S = 86400.0
_KG_D = 86.4  # of 1 mg/L in 1 m3/s


@dataclass(frozen=True)
class Steady:
    """Reaches in steady flow, by ordinal: what each lets through."""

    head: Floats  # part of what enters at the head that reaches the foot
    lateral: Floats  # part of what enters evenly along it

    @classmethod
    def of(cls, length_m: Floats, velocity_m_s: Floats, decay_per_d: Floats) -> "Steady":
        """From lengths, velocities and first-order loss: e^(-x) and (1 - e^(-x)) / x with x = k L / u."""
        x = decay_per_d / _DAY_S * length_m / velocity_m_s
        small = np.abs(x) < 1e-12
        return cls(np.exp(-x), np.where(small, 1.0, -np.expm1(-x) / np.where(small, 1.0, x)))


@dataclass(frozen=True)
class Delivery:
    """What one unit from each reach delivers to a border, by ordinal; zero where its water does not pass there."""

    head: Floats
    lateral: Floats


def delivery(basin: Basin, steady: Steady, border: int) -> Delivery:
    """What a unit that enters at the head of each reach, or along it, delivers to the foot of one reach.

        head_i = s_i (what the reaches below i let through),   lateral_i = m_i / s_i head_i

    border : ordinal. One sweep upstream over the slice that holds what lies above.
    """
    asked = np.zeros(len(basin))
    asked[border] = 1.0
    foot = _from_foot(basin, steady, asked, border)
    return Delivery(steady.head * foot, steady.lateral * foot)


def matrix(
    basin: Basin, steady: Steady, borders: Mapping[str, int], parties: list[str], *, head: Floats, lateral: Floats
) -> SourceReceptor:
    """What each party's loads deliver to each border, kg/d.

    borders : name -> ordinal; parties : who holds each reach, by ordinal; head, lateral : loads, kg/d
    """
    names = {party: party for party in dict.fromkeys(parties)}
    of = np.array([list(names).index(party) for party in parties])
    rows = []
    for border in borders.values():
        there = delivery(basin, steady, border)
        arrives = there.head * head + there.lateral * lateral
        rows.append(np.bincount(of, weights=arrives, minlength=len(names)))
    return SourceReceptor.of(tuple(borders), names, "kg/d", np.array(rows))


def border_flux(
    basin: Basin, steady: Steady, border: int, *, foot_load: Floats, group: NDArray[np.int32], groups: int
) -> Floats:
    """What each group of reaches delivers to a border: the fast form for one border of a large network.

        flux_g = sum over i in g above the border of foot_load_i (what the reaches below i let through)

    foot_load : s_i head_i + m_i lateral_i, what leaves the foot of each reach of its own loads; group : 0 .. groups - 1
    """
    if basin.split:
        asked = np.zeros(len(basin))
        asked[border] = 1.0
        arrives: Floats = foot_load * _from_foot(basin, steady, asked, border)
        return np.bincount(group, weights=arrives, minlength=groups).astype(float)
    loops = engine(border - int(basin.first[border]))
    sums: Floats = loops.border_sums(
        int(basin.first[border]), border, basin.down, steady.head, foot_load, group, groups
    )
    return sums


def concentration(flux_kg_d: float, flow_m3_s: float) -> float:
    """mg/L of a flux in a flow: kg/d / (86.4 Q)."""
    return flux_kg_d / (_KG_D * flow_m3_s)


def _from_foot(basin: Basin, steady: Steady, asked: Floats, border: int) -> Floats:
    """What one unit at the foot of each reach gives to what is asked for."""
    at_head = spread(basin, asked, steady.head)
    foot = asked.copy()
    has = basin.down >= 0
    foot[has] += basin.part[has] * at_head[basin.down[has]]
    one = np.repeat(np.arange(len(basin)), np.diff(basin.branch_start))
    np.add.at(foot, one, basin.branch_part * at_head[basin.branch_to])
    foot[border + 1 :] = 0.0
    return foot
