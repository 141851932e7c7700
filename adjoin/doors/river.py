"""Doors to what happens to water and what it carries on the way down one river: closed forms and one channel."""

from typing import TYPE_CHECKING

from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.river_explained import EXPLAINED

if TYPE_CHECKING:
    from adjoin.water.dispersion import Channel
    from adjoin.water.transport import Segment
    from adjoin.water.travel import Cumulants

_DAY_S, _HOUR_S = 86400.0, 3600.0
LENGTH_M, SPEED, DISPERSION = (1e-3, 1e7), (1e-4, 20.0), (1e-4, 1e5)
FLOW, AREA, RATE_D, RATE_S = (1e-6, 1e7), (1e-4, 1e7), (0.0, 1e3), (0.0, 1.0)
MASS, HOURS, CONCENTRATION = (1e-9, 1e12), (-1e6, 1e6), (0.0, 1e9)
VOLUME, MOST_TANKS = (1e-3, 1e13), 1_000_000
_WORK = 20_000_000  # cells times steps


def instant_release(asked: Asked) -> Answer:
    """Concentration after a mass was mixed over the section at once."""
    from adjoin.water import dispersion

    given = Given.of(asked)
    found = dispersion.instant_release(
        _channel(given),
        given.number("M_kg", *MASS),
        given.number("A_m2", *AREA),
        given.numbers("x_m", -1e7, 1e7),
        given.numbers("t_s", -1e10, 1e10),
    )
    return {"C_mg_L": found.tolist()}


def breakthrough(asked: Asked) -> Answer:
    """How a pulse passes the end of a channel: exact, and by the delayed gamma beside it."""
    from adjoin.water import dispersion, travel
    from adjoin.water.passage import Passage

    given = Given.of(asked)
    channel = _channel(given)
    length = given.number("L_m", *LENGTH_M)
    moments = _moments(channel, length)
    passage = Passage.of(moments, 0.0)
    times = {f"t_mass_{part:02d}_s": float(moments.arrival.quantile(part / 100)) for part in (5, 50, 95)}
    second = travel.gamma_peak(moments) if channel.fast * length / channel.dispersion > 10 else None
    return {
        "recovery": dispersion.steady_decay(channel, length),
        **_peak(passage, float(moments.survival)),
        **times,
        "by_gamma": None if second is None else {"t_peak_s": second[0], "peak_per_s": second[1]},
    }


def front(asked: Asked) -> Answer:
    """Concentration at a place after a constant one began above it."""
    from adjoin.water import dispersion

    given = Given.of(asked)
    times, c0 = given.numbers("t_s", -1e10, 1e10), given.number("C0", *CONCENTRATION)
    return {"C": dispersion.front(_channel(given), given.number("x_m", *LENGTH_M), times, c0).tolist()}


def steady_decay(asked: Asked) -> Answer:
    """What is left of a constant concentration some way down."""
    from adjoin.water import dispersion, kinetics

    given = Given.of(asked)
    x, u = given.number("x_m", 0, 1e7), given.number("u_m_s", *SPEED)
    rate = given.number("k_per_d", *RATE_D)
    channel = dispersion.Channel(u, given.number("D_m2_s", *DISPERSION), rate / _DAY_S)
    plug = kinetics.plug_flow(x / u / _DAY_S, rate)
    return {"C_over_C0": dispersion.steady_decay(channel, x), "plug_flow_C_over_C0": plug}


def storage_zone(asked: Asked) -> Answer:
    """When a pulse passes a reach with a storage zone, by its cumulants."""
    given = Given.of(asked)
    moments = reach_moments(given)
    return {
        "recovery": float(moments.survival),
        "mean_s": float(moments.mean),
        "variance_s2": float(moments.variance),
        "third_cumulant_s3": float(moments.third),
    }


def travel(asked: Asked) -> Answer:
    """How a release passes the end of reaches in a row."""
    from adjoin.water.passage import Passage
    from adjoin.water.travel import Cumulants

    given = Given.of(asked)
    reaches = [reach_moments(Given.of(each, f"reaches[{i}]")) for i, each in enumerate(given.items("reaches"))]
    names = ("log_survival", "mean", "variance", "third")
    moments = Cumulants(*(sum(getattr(each, name) for each in reaches) for name in names))
    duration = given.number("duration_h", 0, 1e5) * _HOUR_S if "duration_h" in given.values else 0.0
    return {
        "recovery": float(moments.survival),
        "mean_s": float(moments.mean) + duration / 2,
        "variance_s2": float(moments.variance) + duration**2 / 12,
        "third_cumulant_s3": float(moments.third),
        **_peak(Passage.of(moments, duration), float(moments.survival)),
    }


def oxygen_sag(asked: Asked) -> Answer:
    """Oxygen below a load, and where it is least."""
    from adjoin.water import kinetics

    given = Given.of(asked)
    celsius = given.number("T_C", 0, 45)
    kd, ka = (
        kinetics.at_temperature(
            given.number(f"{key}20_per_d", *RATE_D), given.number(f"theta_{key[1]}", 0.9, 1.2), celsius
        )
        for key in ("kd", "ka")
    )
    sag = kinetics.oxygen_sag(
        kd=kd,
        ka=ka,
        demand=given.number("L0_mg_L", 0, 1e5),
        saturation=given.number("DOsat_mg_L", 0, 50),
        oxygen=given.number("DO0_mg_L", 0, 100),
        velocity=given.number("u_m_s", *SPEED),
        km=given.numbers("x_km", 0, 1e5),
    )
    return {
        "kd_per_d": sag.kd_per_d,
        "ka_per_d": sag.ka_per_d,
        "BOD_mg_L": list(sag.demand),
        "DO_mg_L": list(sag.oxygen),
        "x_crit_km": sag.critical_km,
        "DO_min_mg_L": sag.least,
        "flags": ["oxygen_below_zero"] if min(*sag.oxygen, sag.least) < 0 else [],
    }


def oxygen_saturation(asked: Asked) -> Answer:
    """Oxygen in fresh water in balance with air."""
    from adjoin.water import kinetics

    return {"DOsat_mg_L": kinetics.oxygen_saturation(Given.of(asked).number("T_C", 0, 45))}


def reaeration(asked: Asked) -> Answer:
    """How fast the surface gives oxygen, by three formulas."""
    from adjoin.water import kinetics

    given = Given.of(asked)
    found = kinetics.reaeration(given.number("U_m_s", *SPEED), given.number("H_m", 1e-3, 1e3))
    return {
        "OConnorDobbins_per_d": found.oconnor_dobbins,
        "Churchill_per_d": found.churchill,
        "OwensGibbs_per_d": found.owens_gibbs,
    }


def tanks(asked: Asked) -> Answer:
    """What is left after stirred tanks in series, and after plug flow."""
    from adjoin.water import kinetics

    given = Given.of(asked)
    days, rate = given.number("tau_d", 0, 1e5), given.number("k_per_d", *RATE_D)
    return {
        "C_over_C0": kinetics.tanks_in_series(days, rate, given.integer("n", 1, MOST_TANKS)),
        "plug": kinetics.plug_flow(days, rate),
    }


def travel_time(asked: Asked) -> Answer:
    """Travel time and peak where nothing was measured but the catchment."""
    from adjoin.water import unmeasured

    given = Given.of(asked)
    slope = given.number("slope", 1e-7, 1) if given.values.get("slope") is not None else None
    catchment = unmeasured.Catchment(
        given.number("Da_km2", 1e-2, 1e7), given.number("Qa", *FLOW), given.number("Q", *FLOW), slope
    )
    found = unmeasured.travel(catchment, given.number("L_km", 1e-3, 1e5))
    flat = unmeasured.speed(catchment, with_slope=False)
    mass, recovery = given.number("mass_kg", *MASS), given.number("recovery", 0, 1)
    return {
        "Vp_slope_m_s": None if slope is None else found.speed.probable,
        "Vmp_slope_m_s": None if slope is None else found.speed.most,
        "Vp_noslope_m_s": flat.probable,
        "Vmp_noslope_m_s": flat.most,
        "Tp_h": found.peak_h,
        "Tl_h": found.lead_h,
        "Cup_1e6_per_s": found.unit_peak,
        "Td10_s": found.trail_s,
        "Cpeak_mg_L": found.peak_mg_l(mass, recovery, catchment.flow),
    }


def bank_mixing(asked: Asked) -> Answer:
    """Concentration across the width over its mean, for a release at one place of it."""
    from adjoin.water import mixing

    given = Given.of(asked)
    release = given.number("release", 0, 1)
    distance = _mixing_distance(given)
    factors = [float(mixing.bank_factor(distance, release, y)) for y in given.numbers("places", 0, 1)]
    return {"distance": distance, "factor": factors}


def transport(asked: Asked) -> Answer:
    """Concentration along one channel over time, with its balance."""
    from adjoin.water import transport as channel

    given = Given.of(asked)
    segments = _segments(given.inner("segments"))
    whole = sum(each.length for each in segments)
    stations = given.numbers("stations_m", 0, whole)
    dx = given.number("dx_m", 1e-3, 1e6) if "dx_m" in given.values else whole / 400
    if whole / dx + len(segments) > 20_000:
        refuse("too_much_work", "dx_m", f"{whole / dx:.0f}", expected=20_000)
    decay = given.number("k_per_d", *RATE_D) / _DAY_S if "k_per_d" in given.values else 0.0
    cells = channel.Cells.of(segments, dx=dx, flow=given.number("Q_upstream_m3_s", *FLOW), decay=decay)
    upstream = [(time * _HOUR_S, value) for time, value in given.points("upstream_C_mg_L")]
    times = [time * _HOUR_S for time in given.numbers("time_h", *HOURS)]
    _check_times(times, upstream[0][0])
    steps = (times[-1] - upstream[0][0]) / cells.time_step()
    if steps * len(cells.dx) > _WORK:
        refuse("too_much_work", "time_h", f"{steps * len(cells.dx):.0f}", expected=_WORK)
    lateral = given.number("lateral_inflow_C_mg_L", *CONCENTRATION) if "lateral_inflow_C_mg_L" in given.values else 0.0
    found = channel.run(cells, upstream, lateral, stations, times)
    return {
        "C_mg_L": {f"{at:g}": row for at, row in zip(stations, found.concentration.tolist(), strict=True)},
        "balance": {
            "start_g": found.balance.at_start,
            "entered_g": found.balance.entered,
            "lateral_g": found.balance.lateral,
            "left_g": found.balance.left,
            "decayed_g": found.balance.decayed,
            "end_g": found.balance.at_end,
            "error": found.balance.error,
        },
        "cells": len(cells.dx),
        "steps": found.steps,
    }


def _channel(given: Given) -> "Channel":
    from adjoin.water.dispersion import Channel

    decay = given.number("k_per_s", *RATE_S) if "k_per_s" in given.values else 0.0
    return Channel(given.number("u_m_s", *SPEED), given.number("D_m2_s", *DISPERSION), decay)


def _moments(channel: "Channel", length: float) -> "Cumulants":
    from adjoin.water import travel

    return travel.of_one(length, channel.velocity, channel.dispersion, channel.decay)


def reach_moments(given: Given) -> "Cumulants":
    """The cumulants of one reach, or of a pool where a volume, or a level and its storage, is given."""
    from adjoin.water import pools, travel

    def number(key: str, low: float, high: float) -> float:
        return given.number(key, low, high) if key in given.values else 0.0

    if "V_m3" in given.values or "storage" in given.values:
        volume, flow = pool_volume(given), given.number("Q_m3_s", *FLOW)
        rate = number("k_per_d", *RATE_D) / _DAY_S
        return pools.Pool(volume, flow, given.integer("tanks", 1, MOST_TANKS), rate).cumulants
    return travel.of_one(
        given.number("L_m", *LENGTH_M),
        given.number("u_m_s", *SPEED),
        given.number("D_m2_s", *DISPERSION),
        number("k_per_d", *RATE_D) / _DAY_S,
        storage=number("As_over_A", 0, 1e3),
        exchange=number("alpha_per_s", 0, 1),
    )


def pool_volume(given: Given) -> float:
    """The volume of a pool: as given, or at a level of its storage table."""
    from adjoin.water import pools

    if "storage" not in given.values:
        return given.number("V_m3", *VOLUME)
    storage = given.inner("storage")
    curve = pools.Storage(storage.numbers("level_m", -1e4, 1e4), storage.numbers("volume_m3", 0, VOLUME[1]))
    volume = curve.at(given.number("level_m", -1e4, 1e4))
    if volume <= 0:
        refuse("empty_pool", given.place("level_m"), given.raw("level_m"))
    return volume


def _peak(passage: object, survival: float) -> dict[str, object]:
    """When a pulse or short release peaks, how high for one unit of mass, and a tenth of it on both sides."""
    import numpy as np

    from adjoin.water.passage import Passage

    assert isinstance(passage, Passage)
    time = passage.peak_time()
    rate = passage.rate(time)
    tenth = np.asarray(rate / 10)
    return {
        "t_peak_s": float(time),
        "peak_per_s": float(rate) * survival,
        "t_lead_10pct_of_peak_s": float(passage.when(tenth, time, rate, late=False)),
        "t_trail_10pct_of_peak_s": float(passage.when(tenth, time, rate, late=True)),
    }


def _mixing_distance(given: Given) -> float:
    """The distance x' as given, or from a channel."""
    from adjoin.water import mixing

    if "distance" in given.values:
        return given.number("distance", 1e-9, 1e9)
    coefficient = given.number("coefficient", 1e-3, 10) if "coefficient" in given.values else mixing.COEFFICIENT
    e = float(mixing.transverse_mixing(given.number("H_m", 1e-3, 1e3), given.number("slope", 1e-7, 1), coefficient))
    return e * given.number("x_m", *LENGTH_M) / (given.number("u_m_s", *SPEED) * given.number("B_m", 1e-2, 1e5) ** 2)


def _segments(given: Given) -> "list[Segment]":
    from adjoin.water.transport import Segment

    bounds = (
        ("length_m", LENGTH_M), ("A_m2", AREA), ("D_m2_s", DISPERSION), ("As_m2", (0.0, 1e7)),
        ("alpha_per_s", (0.0, 1.0)), ("q_lateral_m3_s_m", (0.0, 1e3)),
    )  # fmt: skip
    columns = [given.numbers(key, *bound) for key, bound in bounds]
    for (key, _), column in zip(bounds, columns, strict=True):
        if len(column) != len(columns[0]):
            refuse("not_as_long", given.place(key), len(column), expected=len(columns[0]))
    return [Segment(*row) for row in zip(*columns, strict=True)]


def _check_times(times: list[float], begin: float) -> None:
    before = begin
    for i, time in enumerate(times):
        if time < before:
            refuse("not_ascending", f"time_h[{i}]", time / _HOUR_S, expected=before / _HOUR_S)
        before = time
    if times[-1] == begin:
        refuse("not_ascending", "time_h", begin / _HOUR_S, expected=begin / _HOUR_S)


DOORS = tuple(
    Door(f"water.{method.__name__}", method, EXPLAINED[f"water.{method.__name__}"])
    for method in (
        instant_release,
        breakthrough,
        front,
        steady_decay,
        storage_zone,
        travel,
        oxygen_sag,
        oxygen_saturation,
        reaeration,
        tanks,
        travel_time,
        bank_mixing,
        transport,
    )
)
