"""What does a stack do to the air around it? Closed forms over flat ground, and scores of models against tracers."""

import math
from dataclasses import dataclass

STABILITIES = ("A", "B", "C", "D", "E", "F")
_ACROSS = {"A": 0.22, "B": 0.16, "C": 0.11, "D": 0.08, "E": 0.06, "F": 0.04}
_UP = {  # slope, bend, power of (1 + bend x)
    "A": (0.20, 0.0, 0.0),
    "B": (0.12, 0.0, 0.0),
    "C": (0.08, 0.0002, -0.5),
    "D": (0.06, 0.0015, -0.5),
    "E": (0.03, 0.0003, -1.0),
    "F": (0.016, 0.0003, -1.0),
}
_IMAGES = 20


@dataclass(frozen=True, slots=True)
class Plume:
    """A steady point source over flat ground, seen at one distance downwind."""

    release_g_s: float
    wind_m_s: float
    height_m: float  # effective
    sigma_y_m: float
    sigma_z_m: float

    def concentration(self, across_m: float, up_m: float, lid_m: float | None = None) -> float:
        """The concentration of a Gaussian plume, g/m3; with a lid both ground and lid reflect.

        C = Q/(2 pi u sy sz) exp(-y^2/(2 sy^2)) sum_m [exp(-(z-H+2 m zi)^2/(2 sz^2)) + exp(-(z+H+2 m zi)^2/(2 sz^2))]

        across_m : y; up_m : z; lid_m : zi, None for open sky (m = 0)
        """
        shifts = [0.0] if lid_m is None else [2 * m * lid_m for m in range(-_IMAGES, _IMAGES + 1)]
        side = -0.5 * (across_m / self.sigma_y_m) ** 2
        images = math.fsum(
            math.exp(side - 0.5 * ((up_m + sign * self.height_m + shift) / self.sigma_z_m) ** 2)
            for shift in shifts
            for sign in (-1, 1)
        )
        return self.release_g_s / (2 * math.pi * self.wind_m_s * self.sigma_y_m * self.sigma_z_m) * images


@dataclass(frozen=True, slots=True)
class Puff:
    """A release all at once into a uniform wind along x over a reflecting ground."""

    mass_g: float
    wind_m_s: float
    height_m: float
    mixing_m2_s: tuple[float, float, float]  # along, across, up
    decay_s: float  # 1/s

    def concentration(self, after_s: float, place_m: tuple[float, float, float]) -> float:
        """The concentration of a puff, g/m3.

        C = M/((4 pi t)^1.5 sqrt(Kx Ky Kz)) exp(-(x-ut)^2/(4 Kx t) - y^2/(4 Ky t) - decay t) x (z and its image)

        after_s : t > 0; place_m : x, y, z from the release
        """
        x, y, z = place_m
        along, across, up = self.mixing_m2_s
        far = (x - self.wind_m_s * after_s) ** 2 / (4 * along * after_s) + y**2 / (4 * across * after_s)
        images = sum(
            math.exp(-far - self.decay_s * after_s - (z + sign * self.height_m) ** 2 / (4 * up * after_s))
            for sign in (-1, 1)
        )
        return self.mass_g / (math.pow(4 * math.pi * after_s, 1.5) * math.sqrt(along * across * up)) * images


def sigmas(stability: str, distance_m: float) -> tuple[float, float]:
    """How wide and how high a plume has spread, m, in open country.

        sy = a x (1 + 0.0001 x)^-1/2;   sz = b x (1 + c x)^d

    stability : Pasquill class A to F; distance_m : x

    Source: Briggs 1973.
    """
    slope, bend, power = _UP[stability]
    across = _ACROSS[stability] * distance_m / math.sqrt(1 + 0.0001 * distance_m)
    return across, slope * distance_m * math.pow(1 + bend * distance_m, power)


def rank_score(correlation: float, bias: float, overlap_percent: float, distance_percent: float) -> float:
    """The rank of a dispersion model against tracer samples: 0 worst, 4 best.

        rank = R^2 + (1 - |FB/2|) + FMS/100 + (1 - KSP/100)

    correlation : R; bias : FB, fractional; overlap_percent : FMS, figure of merit in space;
    distance_percent : KSP, Kolmogorov-Smirnov parameter

    Source: Draxler et al. 2001.
    """
    return correlation**2 + (1 - abs(bias / 2)) + overlap_percent / 100 + (1 - distance_percent / 100)
