"""Advection, dispersion and first-order loss in one uniform channel: the closed forms.

    dC/dt + u dC/dx = D d2C/dx2 - k C,   v = u sqrt(1 + 4 k D / u^2)

u in m/s, D in m2/s, k in 1/s, x in m, t in s.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfcx

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Channel:
    """A uniform channel."""

    velocity: float  # u, m/s
    dispersion: float  # D, m2/s
    decay: float = 0.0  # k, 1/s

    @property
    def fast(self) -> float:
        """The velocity v at which what survives travels."""
        return float(np.sqrt(self.velocity**2 + 4 * self.decay * self.dispersion))

    @property
    def slow_down(self) -> float:
        """The difference v - u, without taking a difference."""
        return 4 * self.decay * self.dispersion / (self.fast + self.velocity)


def instant_release(channel: Channel, mass_kg: float, area_m2: float, x_m: ArrayLike, t_s: ArrayLike) -> Floats:
    """Concentration after a mass was mixed over the section at once, mg/L: a row a place, a column a time.

        C = M / (A sqrt(4 pi D t)) e^(-(x - u t)^2 / (4 D t) - k t)

    mass_kg : M; area_m2 : A, wetted section; x_m : places; t_s : times; nothing before t = 0

    Source: Taylor 1954; Fischer et al. 1979.
    """
    x, t = np.asarray(x_m, dtype=float)[:, None], np.asarray(t_s, dtype=float)[None, :]
    since = np.where(t > 0, t, 1.0)
    spread = 4 * channel.dispersion * since
    exponent = -((x - channel.velocity * since) ** 2) / spread - channel.decay * since
    result: Floats = np.where(t > 0, 1000 * mass_kg / (area_m2 * np.sqrt(np.pi * spread)) * np.exp(exponent), 0.0)
    return result


def front(channel: Channel, x_m: float, t_s: ArrayLike, c0: float) -> Floats:
    """Concentration at a place after a constant one began at x = 0, in the unit of C0.

        C = C0/2 [e^(x(u-v)/2D) erfc((x-vt)/(2 sqrt(Dt))) + e^(x(u+v)/2D) erfc((x+vt)/(2 sqrt(Dt)))]

    The second term is e^(x(u-v)/2D - (x-vt)^2/4Dt) erfcx((x+vt)/(2 sqrt(Dt))), which cannot overflow.
    Source: Ogata and Banks 1961, USGS Prof. Paper 411-A.
    """
    t = np.asarray(t_s, dtype=float)
    since = np.where(t > 0, t, 1.0)
    width = 2 * np.sqrt(channel.dispersion * since)
    low, high = (x_m - channel.fast * since) / width, (x_m + channel.fast * since) / width
    first = np.where(low > 0, erfcx(np.abs(low)) * np.exp(-(low**2)), 2 - erfcx(np.abs(low)) * np.exp(-(low**2)))
    left = np.exp(-x_m * channel.slow_down / (2 * channel.dispersion))
    result: Floats = np.where(t > 0, c0 / 2 * left * (first + np.exp(-(low**2)) * erfcx(high)), 0.0)
    return result


def steady_decay(channel: Channel, x_m: float) -> float:
    """What is left of a constant concentration some way down: e^[(ux/2D)(1 - sqrt(1 + 4kD/u^2))].

    With D -> 0 this is plug flow, e^(-k x / u).
    """
    return float(np.exp(-2 * channel.decay * x_m / (channel.fast + channel.velocity)))
