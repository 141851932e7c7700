"""Doors to the air: index, warning, plume, ozone, source-receptor algebra."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from adjoin.doors.air_explained import EXPLAINED
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, number, refuse

if TYPE_CHECKING:
    from adjoin.air import receptors

_CONCENTRATION, _EMISSION, _COEFFICIENT = 1e6, 1e15, 1e6
_DISTANCE, _HEIGHT, _SPEED, _RATE = (1e-3, 1e7), (0.0, 1e5), (1e-3, 200.0), (0.0, 1e12)
_MIXING, _SECONDS = (1e-6, 1e7), (1e-3, 1e9)
_DAYS, _ARCS = 10_000, 200
_OPEN_SKY_M = 1000.0  # a lid nobody measured


def iaqi(asked: Asked) -> Answer:
    """The sub-index of one concentration."""
    from adjoin.air import quality
    from adjoin.doors import air_tables as air

    given = Given.of(asked)
    edition = air.editions()[given.choice("edition", tuple(air.editions()))]
    scale = edition.scales[given.choice("item", tuple(edition.scales))]
    value = Decimal(str(given.number("conc", 0, _CONCENTRATION)))
    return {"iaqi": quality.sub_index(value, scale), "clause": edition.clause, "status": edition.status}


def aqi(asked: Asked) -> Answer:
    """The index of a day, its primary pollutants and what exceeded."""
    from adjoin.air import quality
    from adjoin.doors import air_tables as air

    given = Given.of(asked)
    edition = air.editions()[given.choice("edition", tuple(air.editions()))]
    conc = given.inner("conc")
    for item in conc.values:
        if item not in edition.scales:
            refuse("not_a_choice", conc.place(str(item)), item, expected=", ".join(edition.scales))
    measured = {
        str(item): None if conc.raw(item) is None else Decimal(str(conc.number(item, 0, _CONCENTRATION)))
        for item in conc.values
    }
    day = quality.of_day(measured, edition)
    return {
        "aqi": day.aqi,
        "primary": list(day.primary),
        "exceed": list(day.exceed),
        "iaqi": dict(day.iaqi),
        "clause": edition.clause,
        "status": edition.status,
    }


def warning(asked: Asked) -> Answer:
    """The warning level of a forecast."""
    from adjoin.air import warning as question
    from adjoin.doors import air_tables as air

    given, rules = Given.of(asked), air.warnings()
    days = given.numbers("daily_aqi", 0, 10_000)
    if len(days) > _DAYS:
        refuse("out_of_bounds", "daily_aqi", len(days), low=1, high=_DAYS)
    counts = _counts(given, len(days), rules.pollutant)
    level = question.level(days, counts, rules, with_optional=given.flag("region_option", default=False))
    return {"level": level, "clause": rules.clause, "status": rules.status}


def rank_score(asked: Asked) -> Answer:
    """The rank of a dispersion model."""
    from adjoin.air import plume as question

    given = Given.of(asked)
    rank = question.rank_score(
        given.number("R", -1, 1),
        given.number("FB", -2, 2),
        given.number("FMS_percent", 0, 100),
        given.number("KSP_percent", 0, 100),
    )
    return {"rank": rank}


def plume(asked: Asked) -> Answer:
    """A steady plume on its axis, beside it, and under a lid."""
    from adjoin.air import plume as question

    given = Given.of(asked)
    stability = given.choice("stability", question.STABILITIES)
    across, up = question.sigmas(stability, given.number("x_m", *_DISTANCE))
    found = question.Plume(
        given.number("Q_g_s", *_RATE), given.number("u_m_s", *_SPEED), given.number("H_m", *_HEIGHT), across, up
    )
    return {
        "sigma_y_m": across,
        "sigma_z_m": up,
        "c_centre_ground_g_m3": found.concentration(0, 0),
        "c_y50_z10_g_m3": found.concentration(50, 10),
        "c_centre_ground_lid800_g_m3": found.concentration(0, 0, lid_m=800),
    }


def puff(asked: Asked) -> Answer:
    """A puff at one place and time."""
    from adjoin.air import plume as question

    given = Given.of(asked)
    found = question.Puff(
        mass_g=given.number("M_g", *_RATE),
        wind_m_s=given.number("u_m_s", 0, 200),
        height_m=given.number("H_m", *_HEIGHT),
        mixing_m2_s=(given.number("Kx", *_MIXING), given.number("Ky", *_MIXING), given.number("Kz", *_MIXING)),
        decay_s=given.number("decay_s_1", 0, 1e3),
    )
    place = (given.number("x_m", -1e7, 1e7), given.number("y_m", -1e7, 1e7), given.number("z_m", *_HEIGHT))
    return {"c_g_m3": found.concentration(given.number("t_s", *_SECONDS), place)}


def ozone_box(asked: Asked) -> Answer:
    """Ozone made in the teaching box."""
    from adjoin.air import ozone

    given = Given.of(asked)
    found = ozone.made(given.number("NOx_ppb", 1e-6, 1e6), given.number("VOCr_s_1", 1e-6, 1e6))
    return {"P_O3_ppb_h": found.ozone_ppb_h, "LN_over_Q": found.radicals_to_no2}


def ozone_ridge(asked: Asked) -> Answer:
    """The NOx at which most ozone is made."""
    from adjoin.air import ozone

    found = ozone.ridge(Given.of(asked).number("VOCr_s_1", 1e-6, 1e6))
    return {"NOx_ridge_ppb": found.nox_ppb, "P_O3_max_ppb_h": found.ozone_ppb_h}


def fasst(asked: Asked) -> Answer:
    """The air of every region under a scenario."""
    from adjoin.air import receptors
    from adjoin.doors import air_tables as air

    given = Given.of(asked)
    matrices = _tables(given.inner("tables")) if "tables" in given.values else air.matrices()
    emissions = {
        name: {each: region.number(each, 0, _EMISSION) for each in receptors.POLLUTANTS}
        for name, region in given.each("emissions_kg")
    }
    for part in (matrices.emissions_kg, matrices.concentrations, matrices.urban):
        if missing := [name for name in emissions if name not in part]:
            refuse("not_a_choice", f"emissions_kg.{missing[0]}", missing[0], expected=", ".join(list(part)[:80]))
    found = receptors.air(emissions, matrices)
    return {
        "regions": {
            name: {
                "NAT": each.natural,
                "PRIM": each.primary,
                "SEC": each.secondary,
                "PM25_ug_m3": each.fine_dust,
                "O3_ppbv": each.ozone,
                "M6M_ppbv": each.ozone_season,
            }
            for name, each in found.items()
        }
    }


def prairie_grass(asked: Asked) -> Answer:
    """A release near the ground seen by rings of samplers."""
    from adjoin.air import tracer

    given = Given.of(asked)
    length = given.number("L_m", -1e6, 1e6)
    if abs(length) < 1:
        refuse("out_of_bounds", "L_m", length, low="|1|", high="|1e6|")
    release = tracer.Release(
        rate_g_s=given.number("Q_g_s", *_RATE),
        height_m=given.number("release_height_m", 0.05, 50),
        sampler_m=given.number("sampler_height_m", 0.05, 50),
        obukhov_m=length,
        friction_m_s=given.number("ustar_m_s", 0.01, 5),
        mixing_m=_maybe(given, "mixing_height_m", 10, 1e4) or _OPEN_SKY_M,
        wind_m_s=given.number("U_m_s", 0.1, 60),
        swing_rad=_radians(_maybe(given, "sigma_azimuth_deg", 0.1, 120)),
    )
    distances = given.numbers("arcs_m", 1, 1e5)
    if len(distances) > _ARCS:
        refuse("out_of_bounds", "arcs_m", len(distances), low=1, high=_ARCS)
    return {
        "arcs": [
            {"arc_m": arc.distance_m, "max_mg_m3": arc.greatest_g_m3 * 1e3, "cy_g_m2": arc.crosswind_g_m2}
            for arc in tracer.arcs(release, distances)
        ]
    }


def _counts(given: Given, days: int, pollutant: str) -> list[bool]:
    if given.values.get("primary") is None:
        return [True] * days
    primary = given.items("primary")
    if len(primary) != days:
        refuse("uneven_lists", "primary", len(primary), expected=days)
    for i, each in enumerate(primary):
        if each is not None and not isinstance(each, str):
            refuse("not_text", f"primary[{i}]", each)
    return [each == pollutant for each in primary]


def _maybe(given: Given, key: str, low: float, high: float) -> float | None:
    return None if given.values.get(key) is None else given.number(key, low, high)


def _radians(degrees: float | None) -> float | None:
    return None if degrees is None else math.radians(degrees)


def _tables(given: Given) -> "receptors.Matrices":
    from adjoin.air import receptors

    coefficients = given.inner("src")
    return receptors.Matrices(
        coefficients={
            name: _numbers(coefficients.inner(name)) for name in receptors.COEFFICIENTS if name in coefficients.values
        },
        emissions_kg=_columns(given.inner("base_em_kg"), receptors.POLLUTANTS, 0, _EMISSION),
        concentrations=_columns(given.inner("base_conc"), receptors.BASE, 0, _CONCENTRATION),
        urban=_columns(given.inner("urban_increment"), receptors.URBAN, 0, _COEFFICIENT),
    )


def _columns(given: Given, names: tuple[str, ...], low: float, high: float) -> dict[str, dict[str, float]]:
    rows = {str(name): given.inner(name) for name in given.values}
    return {name: {each: row.number(each, low, high) for each in names} for name, row in rows.items()}


def _numbers(given: Given) -> Mapping[str, Mapping[str, float]]:
    rows = {str(name): given.inner(name) for name in given.values}
    return {
        name: {
            str(to): number(value, row.place(str(to)), -_COEFFICIENT, _COEFFICIENT)
            for to, value in row.values.items()
            if value is not None
        }
        for name, row in rows.items()
    }


DOORS = tuple(
    Door(f"air.{method.__name__}", method, EXPLAINED[f"air.{method.__name__}"])
    for method in (
        iaqi,
        aqi,
        warning,
        rank_score,
        plume,
        puff,
        ozone_box,
        ozone_ridge,
        fasst,
        prairie_grass,
    )
)
