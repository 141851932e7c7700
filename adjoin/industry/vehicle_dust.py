"""How much exhaust and dust a year? Vehicles, paved roads, construction sites, stockpiles.

Inputs may be numbers, or arrays of draws: the same formula then gives the distribution of the answer.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from adjoin.core.refusal import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Amount = float | Floats

_G_PER_T, _KG_PER_T = 1e6, 1e3
_DRAWS = 200_000
_AT = (0.025, 0.5, 0.975)


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of an input: normal (mean, sd), uniform (low, high) or lognormal (median, geometric sd)."""

    kind: str
    first: float
    second: float


def vehicle(*, n: "Amount", ef_g_km: "Amount", vkt_km: "Amount", c: "Amount") -> "Amount":
    """Exhaust of vehicles of one type, t a year.

        n ef vkt c 1e-6

    n : vehicles; ef_g_km : g/km; vkt_km : km a year and vehicle; c : product of all corrections

    Source: guideline of 2014 (memory).
    """
    return n * ef_g_km * vkt_km * c / _G_PER_T


def paved_road_factor(*, k_g_km: "Amount", sL_g_m2: "Amount", W_t: "Amount", eta: "Amount") -> "Amount":  # noqa: N803  # the symbols of AP-42
    """Dust of a vehicle on a paved road, g/km.

        k sL^0.91 W^1.02 (1 - eta)

    k_g_km : g/km (PM10 0.62); sL_g_m2 : silt load, g/m2; W_t : mean weight, t; eta : control, fraction

    Source: AP-42 13.2.1, in metric units.
    """
    return k_g_km * sL_g_m2**0.91 * W_t**1.02 * (1 - eta)


def paved_road(
    *,
    k_g_km: "Amount",
    sL_g_m2: "Amount",  # noqa: N803  # the symbols of AP-42
    W_t: "Amount",  # noqa: N803  # the symbols of AP-42
    eta: "Amount",
    km: "Amount",
    vehicles_per_year: "Amount",
    rain_days: "Amount",
) -> "Amount":
    """Dust of a paved road, t a year.

        ef km N (1 - rain_days / (4 365)) 1e-6

    km : length; vehicles_per_year : N; rain_days : days a year with rain

    Source: AP-42 13.2.1.
    """
    factor = paved_road_factor(k_g_km=k_g_km, sL_g_m2=sL_g_m2, W_t=W_t, eta=eta)
    return factor * km * vehicles_per_year * (1 - rain_days / (4 * 365)) / _G_PER_T


def construction(*, area_m2: float, months: float, ef_t_m2_month: float, eta: float) -> float:
    """Dust of a construction site, t a year.

        A T ef (1 - eta)

    Source: guideline of 2014 (memory).
    """
    return area_m2 * months * ef_t_m2_month * (1 - eta)


def handling_factor(*, k: float, u_m_s: float, moisture_percent: float, eta: float) -> float:
    """Dust of loading and unloading, kg a tonne moved.

        k 0.0016 (u / 2.2)^1.3 / (M / 2)^1.4 (1 - eta)

    u_m_s : mean wind, m/s; moisture_percent : above 0

    Source: AP-42 13.2.4, seen in a calculator of the guideline.
    """
    return k * 0.0016 * math.pow(u_m_s / 2.2, 1.3) / math.pow(moisture_percent / 2, 1.4) * (1 - eta)


def stockpile(*, handling_kg_t: float, load_t: float, times: float, wind_kg_m2: float, area_m2: float) -> float:
    """Dust of a stockpile, t a year.

        (Eh load times + Ew area) 1e-3

    handling_kg_t : Eh; load_t : moved each of `times` times a year; wind_kg_m2 : Ew, kg/m2 a year; area_m2 : surface
    """
    return (handling_kg_t * load_t * times + wind_kg_m2 * area_m2) / _KG_PER_T


def interval(
    total: Callable[..., "Amount"], fixed: Mapping[str, float], spread: Mapping[str, Spread]
) -> dict[str, float]:
    """Where 95 % of the totals lie when inputs vary independently, with median and mean.

    total : the formula, by named inputs; fixed : its inputs; spread : the inputs that vary

    The draws fill the unit cube evenly and are the same everywhere. Normal inputs are not truncated.
    """
    import numpy as np

    from adjoin.methods.samples import even_samples, quantiles

    columns = even_samples(_DRAWS, max(1, len(spread))).T
    drawn = {name: _drawn(each, column) for (name, each), column in zip(spread.items(), columns, strict=False)}
    with np.errstate(all="ignore"):
        totals = np.broadcast_to(np.asarray(partial(total, **fixed)(**drawn), dtype=np.float64), (_DRAWS,))
    if not np.isfinite(totals).all():
        raise Refusal("draws_without_power", met=", ".join(spread))
    low, middle, high = quantiles(np.array(totals), _AT)
    return {"p2_5": low, "p50": middle, "p97_5": high, "mean": float(totals.mean())}


def _drawn(spread: Spread, column: "Floats") -> "Floats":
    import numpy as np
    from scipy.special import ndtri

    if spread.kind == "uniform":
        return spread.first + (spread.second - spread.first) * column
    normal: Floats = ndtri(column)
    if spread.kind == "normal":
        return spread.first + spread.second * normal
    drawn: Floats = spread.first * np.exp(np.log(spread.second) * normal)
    return drawn
