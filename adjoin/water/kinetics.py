"""What becomes of oxygen: its saturation, what the surface gives, the sag below a load; and loss in tanks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_KELVIN = 273.15
_SATURATION = (-139.34411, 1.575701e5, -6.642308e7, 1.243800e10, -8.621949e11)
_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Reaeration:
    """The rate of reaeration at 20 C by three formulas, each from rivers of its own depth and speed, per day."""

    oconnor_dobbins: float  # slow and deep
    churchill: float  # fast and deep
    owens_gibbs: float  # shallow


@dataclass(frozen=True, slots=True)
class Sag:
    """Oxygen and its demand along the water, and where it is least."""

    kd_per_d: float
    ka_per_d: float
    demand: tuple[float, ...]  # mg/L, at each place
    oxygen: tuple[float, ...]  # mg/L; below 0 where the formula no longer holds
    critical_km: float | None  # None: oxygen falls for ever (no demand, more than saturated)
    least: float  # mg/L, at critical_km; the saturation where there is none


def oxygen_saturation(celsius: float) -> float:
    """Oxygen in fresh water that is in balance with air at 1 atm, mg/L.

        ln DO = -139.34411 + 1.575701e5/T - 6.642308e7/T^2 + 1.243800e10/T^3 - 8.621949e11/T^4

    celsius : water temperature, C, 0 to 40; T is in K

    Source: Benson and Krause; APHA Standard Methods.
    """
    kelvin = celsius + _KELVIN
    return math.exp(math.fsum(c / kelvin**n for n, c in enumerate(_SATURATION)))


def reaeration(velocity: float, depth: float) -> Reaeration:
    """How fast the surface gives oxygen, by three formulas, per day at 20 C.

        3.93 U^0.5 / H^1.5;   5.026 U / H^1.67;   5.32 U^0.67 / H^1.85

    velocity : m/s; depth : m

    Source: O'Connor and Dobbins 1958; Churchill et al. 1962; Owens et al. 1964 (metric, Chapra 1997).
    """
    return Reaeration(
        oconnor_dobbins=3.93 * velocity**0.5 / depth**1.5,
        churchill=5.026 * velocity / depth**1.67,
        owens_gibbs=5.32 * velocity**0.67 / depth**1.85,
    )


def at_temperature(rate20: float, theta: float, celsius: float) -> float:
    """A rate at water temperature: k = k20 theta^(T - 20)."""
    return float(rate20 * theta ** (celsius - 20))


def oxygen_sag(
    *, kd: float, ka: float, demand: float, saturation: float, oxygen: float, velocity: float, km: Sequence[float]
) -> Sag:
    """Oxygen below a load, and where it is least.

        D(t) = D0 e^(-ka t) + kd L0 t e^(-min(ka, kd) t) phi(|ka - kd| t),   phi(x) = (1 - e^-x) / x,  phi(0) = 1
        tc = ln[(ka/kd) (1 - D0 (ka - kd) / (kd L0))] / (ka - kd),  at kd = ka: 1/kd - D0 / (kd L0)

    kd, ka : deoxygenation and reaeration, 1/day, at water temperature
    demand, saturation, oxygen : L0, saturation and DO0 at the load, mg/L; D0 = saturation - DO0
    velocity : m/s; km : distances below the load

    Source: Streeter and Phelps 1925.
    """
    deficit0 = saturation - oxygen
    days = [1000 * each / velocity / _DAY_S for each in km]
    critical = _critical_days(kd, ka, demand, deficit0)
    at_least = 0.0 if critical is None else _deficit(critical, kd, ka, demand, deficit0)
    return Sag(
        kd_per_d=kd,
        ka_per_d=ka,
        demand=tuple(demand * math.exp(-kd * t) for t in days),
        oxygen=tuple(saturation - _deficit(t, kd, ka, demand, deficit0) for t in days),
        critical_km=None if critical is None else critical * _DAY_S * velocity / 1000,
        least=saturation - at_least,
    )


def tanks_in_series(days: float, rate: float, tanks: int) -> float:
    """What is left of a concentration after stirred tanks in series with first-order loss.

        C / C0 = (1 + k tau / n)^-n

    days : tau, residence time of all of them; rate : k, 1/day; tanks : n; many tanks are plug flow
    """
    return math.exp(-tanks * math.log1p(rate * days / tanks))


def plug_flow(days: float, rate: float) -> float:
    """What is left of a concentration after a journey without mixing: C / C0 = e^(-k t)."""
    return math.exp(-rate * days)


def _deficit(days: float, kd: float, ka: float, demand: float, deficit0: float) -> float:
    taken = kd * demand * days * math.exp(-min(ka, kd) * days) * _phi(abs(ka - kd) * days)
    return deficit0 * math.exp(-ka * days) + taken


def _critical_days(kd: float, ka: float, demand: float, deficit0: float) -> float | None:
    """When the deficit is greatest: at the load itself where the surface gives more than is taken there."""
    taken = kd * demand
    if taken <= ka * deficit0:
        return 0.0 if deficit0 >= 0 else None
    difference = ka - kd
    if taken == 0 or ka / kd == 0 or deficit0 * difference >= taken:  # the last: more than saturated for ever
        return None
    ratio = math.log(ka / kd) / difference if 2 * ka < kd else _log_ratio(difference, 1 / kd)
    return ratio + _log_ratio(difference, -deficit0 / taken)


def _log_ratio(x: float, factor: float) -> float:
    """ln(1 + factor x) / x, which is `factor` at 0."""
    return factor if x == 0 else math.log1p(factor * x) / x


def _phi(x: float) -> float:
    return 1.0 if x == 0 else -math.expm1(-x) / x
