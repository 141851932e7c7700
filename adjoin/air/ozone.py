"""Does ozone here follow nitrogen oxides or organic vapours? A teaching box with a closed radical budget.

HO2 (h, molecules/cm3) is made at a fixed rate and lost to NO2 and to itself:

    Q = a h + 2 kH h^2,   a = kN kNO r (1-r) N^2 / R

N is NOx in molecules/cm3, R the reactivity of the organic vapours in 1/s. Derived by hand after Kleinman; it is
no chemistry model.
"""

import math
from dataclasses import dataclass

_K_NO2, _K_NO, _K_HO2 = 1.1e-11, 8.5e-12, 2.9e-12  # cm3/s
_NO_PART = 0.2  # NO / NOx
_RADICALS = 3e6  # cm-3 s-1
_PPB = 2.46e10  # molecules/cm3
_HOUR = 3600
_LOSS = _K_NO2 * _K_NO * _NO_PART * (1 - _NO_PART)


@dataclass(frozen=True, slots=True)
class Made:
    """How fast ozone is made, and the share of radicals that NO2 takes; above 2/3, less NOx makes more ozone."""

    ozone_ppb_h: float
    radicals_to_no2: float


@dataclass(frozen=True, slots=True)
class Ridge:
    """The NOx at which most ozone is made, and how fast."""

    nox_ppb: float
    ozone_ppb_h: float


def made(nox_ppb: float, reactivity_s: float) -> Made:
    """How fast ozone is made.

        P = 2 kNO r N h,   h the positive root of Q = a h + 2 kH h^2

    nox_ppb : NOx, ppb; reactivity_s : R, 1/s
    """
    nox = nox_ppb * _PPB
    loss = _LOSS * nox**2 / reactivity_s
    radicals = 2 * _RADICALS / (loss + math.sqrt(loss**2 + 8 * _K_HO2 * _RADICALS))
    return Made(_production(nox, radicals), loss * radicals / _RADICALS)


def ridge(reactivity_s: float) -> Ridge:
    """The NOx at which most ozone is made for a reactivity, where NO2 takes two thirds of the radicals.

    a h / Q = 2/3;   h = sqrt(Q/(6 kH));   N = sqrt(a R/(kN kNO r (1-r)))
    """
    radicals = math.sqrt(_RADICALS / (6 * _K_HO2))
    nox = math.sqrt(2 * _RADICALS / (3 * radicals) * reactivity_s / _LOSS)
    return Ridge(nox / _PPB, _production(nox, radicals))


def _production(nox: float, radicals: float) -> float:
    return 2 * _K_NO * _NO_PART * nox * radicals / _PPB * _HOUR
