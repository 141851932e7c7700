"""What the shape of a channel tells: how deep and fast a flow runs in it, and how far it spreads what it carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from adjoin.methods.root import rising_root

Floats = NDArray[np.float64]
GRAVITY = 9.80665  # m/s2
_EXACT = 1e-12  # of the first guess of a depth
_WIDE = 50  # width over depth from which Kashefipour and Falconer take the simpler of their two


@dataclass(frozen=True, slots=True)
class Channel:
    """A trapezoid: width of the bed (m), run over rise of the banks, slope of the bed, Manning's n; of one shape."""

    width: Floats
    side: Floats
    slope: Floats
    roughness: Floats

    @classmethod
    def of(cls, width: ArrayLike, side: ArrayLike, slope: ArrayLike, roughness: ArrayLike) -> Self:
        """A channel from numbers, or many from lists."""
        return cls(*np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (width, side, slope, roughness))))

    def area(self, depth: Floats) -> Floats:
        """Wetted section, m2: (b + z H) H."""
        return (self.width + self.side * depth) * depth

    def perimeter(self, depth: Floats) -> Floats:
        """Wetted perimeter, m: b + 2 H sqrt(1 + z^2)."""
        return self.width + self.bank * depth

    def top(self, depth: Floats) -> Floats:
        """Width of the water surface, m: b + 2 z H."""
        return self.width + 2 * self.side * depth

    def flow(self, depth: Floats) -> Floats:
        """Flow at a depth by Manning, m3/s: (1/n) A R^(2/3) S^(1/2), R = A/P."""
        area = self.area(depth)
        result: Floats = area * (area / self.perimeter(depth)) ** (2 / 3) * np.sqrt(self.slope) / self.roughness
        return result

    @property
    def bank(self) -> Floats:
        """Length of both banks for each metre of depth: 2 sqrt(1 + z^2)."""
        result: Floats = 2 * np.sqrt(1 + self.side**2)
        return result


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform flow."""

    depth: Floats  # m
    velocity: Floats  # m/s
    area: Floats  # m2
    radius: Floats  # hydraulic radius, m
    shear_velocity: Floats  # m/s
    froude: Floats  # above 1 the flow shoots, and this depth is not the one that is met


def normal_depth(channel: Channel, flow: ArrayLike) -> Uniform:
    """The depth at which a flow runs evenly, and its velocity.

        Q = (1/n) A R^(2/3) S^(1/2),  A = (b + z H) H,  R = A / (b + 2 H sqrt(1 + z^2)),  U = Q/A
        u* = sqrt(g R S),  Fr = U / sqrt(g A / (b + 2 z H))

    flow : Q, m3/s, above 0; the bed or the banks must give it width (b or z above 0)

    Q(H) rises and has one root; it is found by Newton's steps inside a bracket. Source: Manning 1891; Chow 1959.
    """
    asked = np.asarray(flow, dtype=float)
    parts = np.broadcast_arrays(asked, channel.width, channel.side, channel.slope, channel.roughness)
    asked, channel = parts[0], Channel(*parts[1:])

    def missing(depth: Floats) -> tuple[Floats, Floats]:
        ratio = channel.flow(depth) / asked
        grows = 5 / 3 * channel.top(depth) / channel.area(depth) - 2 / 3 * channel.bank / channel.perimeter(depth)
        return ratio - 1, ratio * grows

    guess = _guess(channel, asked)
    depth = rising_root(missing, np.zeros_like(guess), np.full_like(guess, np.inf), guess, _EXACT * guess)
    area = channel.area(depth)
    velocity, radius = asked / area, area / channel.perimeter(depth)
    return Uniform(
        depth=depth,
        velocity=velocity,
        area=area,
        radius=radius,
        shear_velocity=np.sqrt(GRAVITY * radius * channel.slope),
        froude=velocity / np.sqrt(GRAVITY * area / channel.top(depth)),
    )


def _guess(channel: Channel, flow: Floats) -> Floats:
    """The depth in a wide rectangle or in a triangle, the smaller of the two; both have a closed form."""
    carried = flow * channel.roughness / np.sqrt(channel.slope)
    with np.errstate(divide="ignore"):  # no bed, or no banks that lean: the other one counts
        wide = (carried / channel.width) ** 0.6
        leaning = (carried * channel.bank ** (2 / 3) / channel.side ** (5 / 3)) ** 0.375
    return np.minimum(wide, leaning)


def dispersion(width: ArrayLike, depth: ArrayLike, velocity: ArrayLike, shear: ArrayLike) -> Mapping[str, Floats]:
    """Longitudinal dispersion by six published formulas, m2/s, by the name of each.

        K / (H u*) = f(W/H, U/u*)

    width, depth : W and H, m; velocity, shear : U and u*, m/s

    None of them is right to better than a factor of two or so; docs/reference/replays.md says how far each is off.
    """
    w, h, u, s = (np.asarray(x, dtype=float) for x in (width, depth, velocity, shear))
    return {name: h * s * formula(w / h, u / s) for name, formula in DISPERSION.items()}


def _fischer(w: Floats, u: Floats) -> Floats:
    """0.011 (W/H)^2 (U/u*)^2. Source: Fischer 1975."""
    return 0.011 * w**2 * u**2


def _iwasa_aya(w: Floats, u: Floats) -> Floats:  # noqa: ARG001  # one form for all
    """2 (W/H)^1.5. Source: Iwasa and Aya 1991."""
    result: Floats = 2 * w**1.5
    return result


def _seo_cheong(w: Floats, u: Floats) -> Floats:
    """5.915 (W/H)^0.620 (U/u*)^1.428. Source: Seo and Cheong 1998."""
    result: Floats = 5.915 * w**0.620 * u**1.428
    return result


def _deng(w: Floats, u: Floats) -> Floats:
    """0.15 / (8 e) (W/H)^(5/3) (U/u*)^2, e = 0.145 + (U/u*) (W/H)^1.38 / 3520. Source: Deng, Singh, Bengtsson 2001."""
    across = 0.145 + u * w**1.38 / 3520
    result: Floats = 0.15 / (8 * across) * w ** (5 / 3) * u**2
    return result


def _kashefipour_falconer(w: Floats, u: Floats) -> Floats:
    """10.612 (U/u*)^2; below W/H = 50 [7.428 + 1.775 (W/H)^0.620 (u*/U)^0.572] (U/u*)^2. Source: of 2002."""
    narrow = 7.428 + 1.775 * w**0.620 * u**-0.572
    result: Floats = np.where(w < _WIDE, narrow, 10.612) * u**2
    return result


def _sahay_dutta(w: Floats, u: Floats) -> Floats:
    """2 (W/H)^0.96 (U/u*)^1.25. Source: Sahay and Dutta 2009."""
    result: Floats = 2 * w**0.96 * u**1.25
    return result


DISPERSION: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "Fischer_1975": _fischer,
    "IwasaAya_1991": _iwasa_aya,
    "SeoCheong_1998": _seo_cheong,
    "Deng_2001": _deng,
    "KashefipourFalconer_2002": _kashefipour_falconer,
    "SahayDutta_2009": _sahay_dutta,
}
