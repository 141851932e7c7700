"""How much more a bank sees than the mean of its section: a release at a bank spreads over the width slowly.

The mean over the width of the factor is 1 at every distance, and what a bank sees of a place in the width is what
that place would see of the bank.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
GRAVITY = 9.80665  # m/s2
COEFFICIENT = 0.6  # of H u*; in bending natural rivers 0.4 to 0.8 (Fischer et al. 1979)
BANKS = {"left": 0.0, "mid": 0.5, "right": 1.0}  # place in the width
_NEAR = 0.2  # below it images converge faster, above it cosines
_IMAGES = np.arange(-3, 4)
_WAVES = np.arange(1, 8)


def transverse_mixing(depth: ArrayLike, slope: ArrayLike, coefficient: ArrayLike = COEFFICIENT) -> Floats:
    """The coefficient of mixing across a river, m2/s: e = 0.6 H u*, u* = sqrt(g H S).

    depth : H, m; slope : S of the water surface, m/m

    Source: Fischer et al. 1979.
    """
    depth = np.asarray(depth, dtype=float)
    result: Floats = np.asarray(coefficient) * depth * np.sqrt(GRAVITY * depth * np.asarray(slope))
    return result


def bank_factor(distance: ArrayLike, release: float, place: float) -> Floats:
    """Concentration at a place in the width over the mean of the section, for a release at another place.

        m = sum_n [e^(-(y - y0 - 2n)^2 / 4x') + e^(-(y + y0 - 2n)^2 / 4x')] / sqrt(4 pi x'),  x' = e x / (u B^2)
          = 1 + 2 sum_n cos(n pi y) cos(n pi y0) e^(-n^2 pi^2 x')

    distance : x', over any way the sum of e L / (u B^2) of its reaches
    release, place : y0 and y, 0 at the left bank, 1 at the right

    The first sum (images in the banks) serves short distances, the second long ones; both are exact.
    Source: Fischer et al. 1979, section 5.1.
    """
    x = np.asarray(distance, dtype=float)
    near = x < _NEAR
    result: Floats = np.where(
        near, _by_images(np.where(near, x, _NEAR), release, place), _by_waves(np.where(near, _NEAR, x), release, place)
    )
    return result


def _by_images(x: Floats, release: float, place: float) -> Floats:
    spread = np.maximum(4 * x[..., None], np.finfo(float).tiny)
    images = np.exp(-((place - release - 2 * _IMAGES) ** 2) / spread)
    images = images + np.exp(-((place + release - 2 * _IMAGES) ** 2) / spread)
    result: Floats = images.sum(axis=-1) / np.sqrt(np.pi * spread[..., 0])
    return result


def _by_waves(x: Floats, release: float, place: float) -> Floats:
    amplitude = 2 * np.cos(np.pi * _WAVES * place) * np.cos(np.pi * _WAVES * release)
    result: Floats = 1 + np.asarray(np.exp(-(_WAVES**2) * np.pi**2 * x[..., None]) @ amplitude)
    return result
