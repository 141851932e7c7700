"""Doors to what becomes of substances in water: nitrogen and its oxygen, phosphorus and its particles, pools."""

from itertools import pairwise
from typing import TYPE_CHECKING

from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.kinetics_explained import EXPLAINED
from adjoin.doors.river import FLOW, LENGTH_M, MOST_TANKS, RATE_D, SPEED, pool_volume

if TYPE_CHECKING:
    from adjoin.water.nitrogen import Deficit, Nitrogen, Oxygen, Rates
    from adjoin.water.phosphorus import Fines, Load, Passed
    from adjoin.water.pools import Pool
    from adjoin.water.settled import Sinking

_DAY_S, _HOUR_S, _MINUTE_S = 86400.0, 3600.0, 60.0
_MG_L, _OXYGEN, _CELSIUS, _THETA, _DEPTH = (0.0, 1e6), (0.0, 100.0), (0.0, 45.0), (0.9, 1.2), (1e-3, 1e3)
_SHEAR, _SINKS, _KD = (1e-6, 1e5), (0.0, 1.0), (1.0, 1e7)
_PLACES, _WORK = 10_000, 1_000_000_000  # work: steps times tanks squared


def nitrification(asked: Asked) -> Answer:
    """Nitrogen below a load and, where asked, the oxygen that it and the rest take."""
    import numpy as np

    from adjoin.water import nitrogen

    given = Given.of(asked)
    celsius, rates = given.number("T_C", *_CELSIUS), _nitrogen_rates(given)
    start = _nitrogen(given)
    km = given.numbers("x_km", 0, 1e5)
    _bounded("x_km", len(km), _PLACES)
    days = np.array(km) * 1000 / given.number("u_m_s", *SPEED) / _DAY_S
    found = nitrogen.nitrified(start, rates, days)
    answer = {
        "ko_per_d": rates.organic,
        "kn_per_d": rates.ammonia,
        "organic_N_mg_L": found.organic.tolist(),
        "NH3N_mg_L": found.ammonia.tolist(),
        "NO3N_mg_L": found.nitrate.tolist(),
        "total_N_mg_L": float(start.total),
    }
    if "oxygen" not in given.values:
        return answer
    inside = given.inner("oxygen")
    deficit = nitrogen.oxygen_deficit(start, rates, _oxygen(inside, celsius), days)
    return answer | _told(deficit, inside.number("DOsat_mg_L", *_OXYGEN), km)


def degradation(asked: Asked) -> Answer:
    """What is left of one substance at the foot of reaches in a row, each with its own rate and temperature."""
    from adjoin.water import nitrogen

    given = Given.of(asked)
    reaches = [Given.of(each, f"reaches[{i}]") for i, each in enumerate(given.items("reaches"))]
    _bounded("reaches", len(reaches), _PLACES)
    rates = [_rate(each, "k", each.number("T_C", *_CELSIUS)) for each in reaches]
    start = given.number("C0_mg_L", *_MG_L)
    left = nitrogen.along(start, [_days(each) for each in reaches], rates)
    return {
        "k_per_d": rates,
        "C_mg_L": left.tolist(),
        "C_over_C0": nitrogen.along(1.0, [_days(each) for each in reaches], rates).tolist(),
    }


def phosphorus(asked: Asked) -> Answer:
    """Phosphorus and suspended matter at the foot of reaches in a row, and what was deposited and lifted in each."""
    from adjoin.water import phosphorus as water

    given = Given.of(asked)
    kd = given.number("Kd_L_kg", *_KD) if given.values.get("Kd_L_kg") is not None else None
    fines = _fines(given.inner("fines"))
    load = start = _load(given, kd)
    reaches = [Given.of(each, f"reaches[{i}]") for i, each in enumerate(given.items("reaches"))]
    _bounded("reaches", len(reaches), _PLACES)
    passed, shears = [], []
    for each in reaches:
        shears.append(_shear(each))
        bed = water.Bed.of(fines, each.number("H_m", *_DEPTH), shears[-1])
        passed.append(water.along(load, bed, _days(each), kd))
        load = passed[-1].load
    return {
        **_carried(start, passed),
        "tau_Pa": shears,
        "ustar_m_s": [water.shear_velocity(shear) for shear in shears],
    }


def settled(asked: Asked) -> Answer:
    """What a sample of the upper layer reads after a time at rest, beside the whole."""
    from adjoin.water import settled as rest

    given = Given.of(asked)
    minutes = given.number("minutes", 0, 1e5) if "minutes" in given.values else 30.0
    dissolved = given.number("dissolved_mg_L", *_MG_L)
    bound = [_sinking(Given.of(each, f"bound[{i}]"), given) for i, each in enumerate(given.items("bound"))]
    whole = dissolved + sum(each.amount for each in bound)
    found = rest.settled(dissolved, bound, minutes * _MINUTE_S, given.number("layer_m", 1e-4, 1e3))
    share = found / whole if whole else None
    low, high = rest.PUBLISHED
    outside = share is not None and not low <= share <= high
    return {
        "whole_mg_L": whole,
        "settled_mg_L": found,
        "settled_over_whole": share,
        "by_published_share_mg_L": [low * whole, high * whole],
        "w_m_s": [each.velocity for each in bound],
        "flags": ["outside_published_share"] if outside else [],
    }


def pool(asked: Asked) -> Answer:
    """How long water stays in a pool, what survives in it, and, where a series is given, what leaves it."""
    from adjoin.water import pools

    given = Given.of(asked)
    volume = pool_volume(given)
    rate = given.number("k_per_d", *RATE_D) / _DAY_S
    body = pools.Pool(volume, given.number("Q_m3_s", *FLOW), given.integer("tanks", 1, MOST_TANKS), rate)
    moments = body.cumulants
    answer: dict[str, object] = {
        "volume_m3": volume,
        "residence_d": body.residence / _DAY_S,
        "C_over_C0": float(moments.survival),
        "mean_d": float(moments.mean) / _DAY_S,
        "variance_d2": float(moments.variance) / _DAY_S**2,
        "third_cumulant_d3": float(moments.third) / _DAY_S**3,
    }
    return answer | (_leaving(given, body) if "C_in_mg_L" in given.values else {})


def _nitrogen(given: Given) -> "Nitrogen":
    from adjoin.water.nitrogen import Nitrogen

    return Nitrogen.of(*(given.number(key, *_MG_L) for key in ("organic_N_mg_L", "NH3N_mg_L", "NO3N_mg_L")))


def _nitrogen_rates(given: Given) -> "Rates":
    from adjoin.water.nitrogen import Rates

    celsius = given.number("T_C", *_CELSIUS)
    return Rates(_rate(given, "ko", celsius), _rate(given, "kn", celsius))


def _oxygen(given: Given, celsius: float) -> "Oxygen":
    """What goes on with oxygen at the temperature of the water; what is not given of bed and plants is nothing."""
    from adjoin.water import kinetics, nitrogen

    sediment = 0.0
    if given.values.get("SOD20_g_m2_d") is not None:
        sediment = kinetics.at_temperature(
            given.number("SOD20_g_m2_d", 0, 1e3), given.number("theta_s", *_THETA), celsius
        )
    depth = given.number("H_m", *_DEPTH) if sediment else 1.0
    breathing, plants = (_or_nothing(given, key) for key in ("respiration_mg_L_d", "photosynthesis_mg_L_d"))
    return nitrogen.Oxygen(
        deficit=given.number("DOsat_mg_L", *_OXYGEN) - given.number("DO0_mg_L", *_OXYGEN),
        demand=given.number("L0_mg_L", *_MG_L),
        kd=_rate(given, "kd", celsius),
        ka=_rate(given, "ka", celsius),
        taken=nitrogen.bed_demand(sediment, breathing, plants, depth),
    )


def _told(deficit: "Deficit", saturation: float, km: list[float]) -> dict[str, object]:
    """Oxygen at the places asked, its deficit by cause, and the place of them where it is least."""
    oxygen = (saturation - deficit.total).tolist()
    lowest = min(range(len(oxygen)), key=lambda i: oxygen[i])
    return {
        "DO_mg_L": oxygen,
        "deficit_mg_L": {name: getattr(deficit, name).tolist() for name in ("start", "carbon", "nitrogen", "bed")},
        "DO_least_mg_L": oxygen[lowest],
        "least_at_km": km[lowest],
        "flags": ["oxygen_below_zero"] if oxygen[lowest] < 0 else [],
    }


def _load(given: Given, kd: float | None) -> "Load":
    """What the water carries at first: whole and in balance, or both forms as given."""
    from adjoin.water import phosphorus as water

    suspended = given.number("suspended_mg_L", *_MG_L)
    if kd is not None:
        return water.partitioned(given.number("whole_mg_L", *_MG_L), suspended, kd)
    return water.Load(given.number("dissolved_mg_L", *_MG_L), given.number("particulate_mg_L", *_MG_L), suspended)


def _fines(given: Given) -> "Fines":
    from adjoin.water.phosphorus import Fines

    return Fines(
        velocity=given.number("w_m_s", *_SINKS),
        stays_below=given.number("tau_d_Pa", *_SHEAR),
        lifted_above=given.number("tau_e_Pa", *_SHEAR),
        erosion=given.number("M_g_m2_s", 0, 1e3),
        content=given.number("q_g_kg", 0, 1e3),
    )


def _shear(given: Given) -> float:
    """The shear at the bed, as given, or from the slope, or from speed and roughness."""
    from adjoin.water import phosphorus as water

    if given.values.get("tau_Pa") is not None:
        return given.number("tau_Pa", 0, _SHEAR[1])
    depth = given.number("H_m", *_DEPTH)
    if given.values.get("slope") is not None:
        return water.shear_of_slope(depth, given.number("slope", 1e-7, 1))
    return water.shear_of_velocity(given.number("u_m_s", *SPEED), depth, given.number("n_manning", 1e-3, 1))


def _carried(start: "Load", passed: "list[Passed]") -> dict[str, object]:
    """What the water carries at the foot of each reach, what each kept and gave, and what is missing in all."""
    there = start.whole + sum(each.lifted for each in passed)
    missing = there - sum(each.deposited for each in passed) - passed[-1].load.whole
    return {
        "dissolved_mg_L": [each.load.dissolved for each in passed],
        "particulate_mg_L": [each.load.particulate for each in passed],
        "whole_mg_L": [each.load.whole for each in passed],
        "suspended_mg_L": [each.load.suspended for each in passed],
        "deposited_mg_L": [each.deposited for each in passed],
        "lifted_mg_L": [each.lifted for each in passed],
        "balance_error": abs(missing) / (there or 1.0),
    }


def _sinking(given: Given, whole: Given) -> "Sinking":
    """A part that sinks: its velocity as given, or that of grains of its size."""
    from adjoin.water import settled as rest

    amount = given.number("mg_L", *_MG_L)
    if given.values.get("w_m_s") is not None:
        return rest.Sinking(amount, given.number("w_m_s", *_SINKS))
    density = given.number("density_kg_m3", 1001, 2e4) if "density_kg_m3" in given.values else rest.GRAIN
    size, celsius = given.number("D_um", 1e-3, 1e5) / 1e6, whole.number("T_C", *_CELSIUS)
    return rest.Sinking(amount, rest.grain_velocity(size, celsius, density))


def _leaving(given: Given, body: "Pool") -> dict[str, object]:
    """What leaves a pool over time, with its balance."""
    from adjoin.water import pools

    inflow = [(time * _HOUR_S, value) for time, value in given.points("C_in_mg_L")]
    for i, (_, value) in enumerate(inflow):
        if not _MG_L[0] <= value <= _MG_L[1]:
            refuse("out_of_bounds", f"C_in_mg_L[{i}][1]", value, low=_MG_L[0], high=_MG_L[1])
    times = [time * _HOUR_S for time in given.numbers("time_h", -1e7, 1e7)]
    for i, (before, time) in enumerate(pairwise([inflow[0][0], *times])):
        if time < before:
            refuse("not_ascending", f"time_h[{i}]", time / _HOUR_S, expected=before / _HOUR_S)
    _bounded("tanks", (len(inflow) + len(times)) * body.tanks**2, _WORK)
    start = given.number("C_start_mg_L", *_MG_L) if "C_start_mg_L" in given.values else 0.0
    found = pools.through(body, inflow, times, start)
    balance = found.balance
    return {
        "C_mg_L": found.concentration.tolist(),
        "balance": {
            "start_g": balance.at_start,
            "entered_g": balance.entered,
            "left_g": balance.left,
            "decayed_g": balance.decayed,
            "end_g": balance.at_end,
            "error": balance.error,
        },
    }


def _rate(given: Given, name: str, celsius: float) -> float:
    """A rate at water temperature; `ko` has `ko20_per_d` and `theta_o`, `k` has `k20_per_d` and `theta`."""
    from adjoin.water.kinetics import at_temperature

    theta = f"theta_{name[1:]}" if name[1:] else "theta"
    return at_temperature(given.number(f"{name}20_per_d", *RATE_D), given.number(theta, *_THETA), celsius)


def _days(given: Given) -> float:
    """How long water is in a reach."""
    return given.number("L_m", *LENGTH_M) / given.number("u_m_s", *SPEED) / _DAY_S


def _or_nothing(given: Given, key: str) -> float:
    return given.number(key, 0, 1e4) if given.values.get(key) is not None else 0.0


def _bounded(key: str, work: int, most: int) -> None:
    if work > most:
        refuse("too_much_work", key, work, expected=most)


DOORS = tuple(
    Door(f"water.{method.__name__}", method, EXPLAINED[f"water.{method.__name__}"])
    for method in (nitrification, degradation, phosphorus, settled, pool)
)
