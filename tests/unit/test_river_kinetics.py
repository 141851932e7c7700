"""Oxygen below a load, at its edges."""

import math

import numpy as np
import pytest

import adjoin
from adjoin.water import kinetics

SAG = {"kd": 0.35, "ka": 0.9, "demand": 18.0, "saturation": 9.1, "oxygen": 7.5, "velocity": 0.25}


def test_the_critical_point_is_the_lowest():
    km = np.linspace(0, 200, 4001).tolist()
    sag = kinetics.oxygen_sag(**SAG, km=km)
    lowest = int(np.argmin(sag.oxygen))
    assert km[lowest] == pytest.approx(sag.critical_km, abs=0.05)
    assert sag.oxygen[lowest] == pytest.approx(sag.least, abs=1e-4)


@pytest.mark.parametrize("near", [0.0, 1e-12, 1e-9, 1e-6])
def test_equal_rates_are_a_limit_like_any_other(near):
    given = SAG | {"ka": 0.35 + near}
    sag = kinetics.oxygen_sag(**given, km=[20.0])
    days, deficit = 20_000 / 0.25 / 86400, 1.6
    exact = (deficit + 0.35 * 18 * days) * math.exp(-0.35 * days)
    assert sag.oxygen[0] == pytest.approx(9.1 - exact, abs=1e-5)
    assert sag.critical_km == pytest.approx((1 / 0.35 - deficit / (0.35 * 18)) * 86.4 * 0.25, rel=1e-5)


@pytest.mark.parametrize(
    ("change", "critical", "least"),
    [
        ({"demand": 0.0}, 0.0, 7.5),  # nothing is taken: lowest at the load
        ({"oxygen": 0.1, "demand": 1.0}, 0.0, 0.1),  # the surface gives more than is taken
        ({"demand": 0.0, "oxygen": 12.0}, None, 9.1),  # more than saturated: falls to saturation for ever
        ({"oxygen": 99.0, "demand": 1.0, "ka": 0.1}, None, 9.1),
        ({"ka": 0.0}, None, 9.1),  # a river under ice: it never rises again
    ],
)
def test_where_there_is_no_sag(change, critical, least):
    sag = kinetics.oxygen_sag(**(SAG | change), km=[0.0])
    assert sag.critical_km == critical
    assert sag.least == pytest.approx(least, rel=1e-12)


def test_oxygen_below_zero_is_not_clipped_but_said():
    asked = {
        "u_m_s": 0.25, "T_C": 20, "kd20_per_d": 0.35, "ka20_per_d": 0.4, "theta_d": 1.047, "theta_a": 1.024,
        "L0_mg_L": 60, "DOsat_mg_L": 9.1, "DO0_mg_L": 7.5, "x_km": [0, 40],
    }  # fmt: skip
    answer = adjoin.compute("water.oxygen_sag", asked)
    assert answer["DO_min_mg_L"] < 0
    assert answer["flags"] == ["oxygen_below_zero"]
    assert adjoin.compute("water.oxygen_sag", asked | {"L0_mg_L": 5})["flags"] == []


def test_tanks_become_plug_flow():
    plug = kinetics.plug_flow(27, 0.05)
    left = [kinetics.tanks_in_series(27, 0.05, n) for n in (1, 2, 10, 1_000_000)]
    assert left == sorted(left, reverse=True)
    assert left[-1] == pytest.approx(plug, rel=1e-5)
