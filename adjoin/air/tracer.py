"""How strong is a release near the ground, seen by a ring of samplers within a kilometre or so?

Crosswind-integrated concentration Cy follows turbulent diffusion in the surface layer (Monin-Obukhov similarity):

    U(z) dCy/dx = d/dz (K(z) dCy/dz),   U = (u*/k)(ln(z/z0) - psi_m(z/L) + psi_m(z0/L)),   K = k u* z / phi_h(z/L)

with no flux through the lid, and what the grass takes up at the ground: Cy / 100 s/m. z0 follows from the measured
wind. Across the wind the cloud is Gaussian, as wide as the measured swing of the wind and its loss of memory along
the way make it. Sources: Businger et al. 1971 as in Dyer 1974 (phi, psi); Draxler 1976 (width); Garland 1977 (SO2 on
grass). Nothing is fitted to what was measured.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Levels = NDArray[np.float64]

_KARMAN, _WIND_HEIGHT = 0.4, 2.0
_LEVELS, _FIRST_M, _STEPS = 90, 0.1, 160
_UPTAKE_M_S = 0.01  # SO2 on short grass, resistance 100 s/m (Garland 1977)
_MEMORY_S = 300.0  # Draxler 1976, releases near the ground
_SWING = 1.9  # sigma_v / u* where the swing of the wind was not measured (Panofsky and Dutton 1984)
_ROUGHEST = 0.5  # of the wind height


@dataclass(frozen=True, slots=True)
class Release:
    """A steady release and the surface layer it goes into."""

    rate_g_s: float
    height_m: float
    sampler_m: float
    obukhov_m: float  # below zero: unstable
    friction_m_s: float
    mixing_m: float
    wind_m_s: float  # at 2 m
    swing_rad: float | None  # standard deviation of the wind's direction


@dataclass(frozen=True, slots=True)
class Arc:
    """What a ring of samplers sees: the greatest concentration, and its integral along the ring."""

    distance_m: float
    greatest_g_m3: float
    crosswind_g_m2: float


def arcs(release: Release, distances_m: Sequence[float]) -> tuple[Arc, ...]:
    """What rings of samplers at these distances see, in the order given.

    max = Cy / (sqrt(2 pi) sy);   sy = s_theta x / (1 + 0.9 sqrt(t / 300 s)),   t = x / u
    """
    levels = _Layer.of(release)
    across = dict(zip(sorted(set(distances_m)), levels.crosswind(sorted(set(distances_m))), strict=True))
    return tuple(
        Arc(distance, across[distance] / (math.sqrt(2 * math.pi) * _width(release, distance)), across[distance])
        for distance in distances_m
    )


def _width(release: Release, distance: float) -> float:
    swing = release.swing_rad or _SWING * release.friction_m_s / release.wind_m_s
    travel = distance / release.wind_m_s
    return swing * distance / (1 + 0.9 * math.sqrt(travel / _MEMORY_S))


@dataclass(frozen=True, slots=True)
class _Layer:
    """Levels of the surface layer: edges, wind and mixing on them."""

    release: Release
    middle: "Levels"
    thick: "Levels"
    wind: "Levels"
    exchange: "Levels"  # K / distance between middles, at inner edges

    @classmethod
    def of(cls, release: Release) -> "_Layer":
        import numpy as np

        rough = _roughness(release)
        edges = np.geomspace(rough, max(release.mixing_m, 2 * release.height_m, 20.0), _LEVELS + 1)
        middle = np.sqrt(edges[1:] * edges[:-1])
        inner = edges[1:-1]
        mixing = _KARMAN * release.friction_m_s * inner / _phi_heat(inner / release.obukhov_m)
        shape = np.log(middle / rough) - _psi(middle / release.obukhov_m) + _psi(rough / release.obukhov_m)
        wind = release.friction_m_s / _KARMAN * shape
        return cls(release, middle, np.diff(edges), np.maximum(wind, 1e-3), mixing / np.diff(middle))

    def crosswind(self, distances: Sequence[float]) -> list[float]:
        """Cy at the samplers' height, g/m2, at ascending distances: implicit steps, growing with the distance."""
        import numpy as np

        state = np.zeros(_LEVELS)
        start = int(np.argmin(np.abs(np.log(self.middle / max(self.release.height_m, self.middle[0])))))
        state[start] = self.release.rate_g_s / (self.wind[start] * self.thick[start])
        seen, at = [], 0.0
        for distance in distances:
            first = at or min(_FIRST_M, distance / 2)
            stops = np.geomspace(first, distance, _STEPS)
            for stop in stops if at == 0 else stops[1:]:
                state = self._stepped(state, float(stop) - at)
                at = float(stop)
            seen.append(float(np.interp(math.log(self.release.sampler_m), np.log(self.middle), state)))
        return seen

    def _stepped(self, state: "Levels", step: float) -> "Levels":
        import numpy as np
        from scipy.linalg import solve_banded

        hold = self.wind * self.thick / step
        bands = np.zeros((3, _LEVELS))
        bands[1] = hold
        bands[1, 0] += _UPTAKE_M_S
        bands[1, :-1] += self.exchange
        bands[1, 1:] += self.exchange
        bands[0, 1:] = bands[2, :-1] = -self.exchange
        found: Levels = solve_banded((1, 1), bands, hold * state)
        return found


def _roughness(release: Release) -> float:
    """The roughness length that makes the profile meet the measured wind at 2 m."""
    import numpy as np

    bend = float(_psi(np.array(_WIND_HEIGHT / release.obukhov_m)))
    exponent = _KARMAN * release.wind_m_s / release.friction_m_s + bend
    return min(max(_WIND_HEIGHT * math.exp(-min(exponent, 700.0)), 1e-6), _ROUGHEST * _WIND_HEIGHT)


def _psi(ratio: "Levels | float") -> "Levels":
    import numpy as np

    at = np.asarray(ratio, dtype=float)
    x = (1 - 16 * np.minimum(at, 0.0)) ** 0.25
    unstable = 2 * np.log((1 + x) / 2) + np.log((1 + x**2) / 2) - 2 * np.arctan(x) + math.pi / 2
    return np.where(at > 0, -5 * at, unstable)


def _phi_heat(ratio: "Levels") -> "Levels":
    import numpy as np

    return np.where(ratio > 0, 1 + 5 * ratio, (1 - 16 * np.minimum(ratio, 0.0)) ** -0.5)
