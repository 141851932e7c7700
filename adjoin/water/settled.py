"""What the official sample reads: after some time at rest the upper layer is taken, and what sank below is not in it.

A value of the whole water and one of settled water measure different things; this is the only way from one to the
other, and it needs to be known how fast what is bound to particles sinks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from adjoin.water.hydraulics import GRAVITY

GRAIN = 2650.0  # density of quartz, kg/m3
_LAMINAR, _ROUGH = 18.0, 1.0  # C1, C2 of natural grains
PUBLISHED = (0.46, 0.80)  # settled over whole, total phosphorus, 15 rivers of one lowland (seen1)


@dataclass(frozen=True, slots=True)
class Sinking:
    """A part of a substance that is bound to grains of one kind."""

    amount: float  # mg/L
    velocity: float  # m/s


def settled(dissolved: float, bound: Sequence[Sinking], seconds: float, layer: float) -> float:
    """What a sample of the upper layer holds after a time at rest, mg/L.

        c = d + sum p max(0, 1 - w t / h)

    dissolved : d, mg/L, all that does not sink; bound : p, mg/L, with w, m/s
    seconds : t, at rest (30 min by GB 3838-2002, 6.1); layer : h, depth of the layer that is taken, m

    Grains that were everywhere at first have left the uppermost w t; c is the mean over the layer.
    """
    return dissolved + sum(each.amount * max(0.0, 1 - each.velocity * seconds / layer) for each in bound)


def grain_velocity(diameter: float, celsius: float, density: float = GRAIN) -> float:
    """How fast a grain sinks in still water, m/s.

        w = R g D^2 / (18 nu + sqrt(0.75 C2 R g D^3)),   R = density / water - 1,   C2 = 1 for natural grains

    diameter : D, m; celsius : water temperature; density : of the grain, kg/m3, above that of water

    For fine grains this is Stokes; flocs are lighter than grains. Source: Ferguson and Church 2004.
    """
    excess = (density / _water(celsius) - 1) * GRAVITY
    rough = (0.75 * _ROUGH * excess * diameter**3) ** 0.5
    return float(excess * diameter**2 / (_LAMINAR * viscosity(celsius) + rough))


def viscosity(celsius: float) -> float:
    """Kinematic viscosity of fresh water, m2/s: 2.414e-5 x 10^(247.8 / (T - 140)) / rho, T in K; within 2.5 %."""
    return float(2.414e-5 * 10 ** (247.8 / (celsius + 273.15 - 140)) / _water(celsius))


def _water(celsius: float) -> float:
    """Density of fresh water, kg/m3: 1000 [1 - (T + 288.9414)(T - 3.9863)^2 / (508929.2 (T + 68.12963))]."""
    return 1000 * (1 - (celsius + 288.9414) * (celsius - 3.9863) ** 2 / (508929.2 * (celsius + 68.12963)))
