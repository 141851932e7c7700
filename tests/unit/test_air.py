"""Air: what the index, the warning, plumes and matrices must keep whatever they are given."""

import json
import math
import statistics as st
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hs

import adjoin
from adjoin.air import ozone, plume, quality, receptors, tracer, warning
from adjoin.doors import air_tables as air

CASES = Path(adjoin.__file__).parent.parent / "cases"
EDITIONS = air.editions()
SCALES = [(year, item) for year, edition in EDITIONS.items() for item in edition.scales]


@pytest.mark.parametrize(("year", "item"), SCALES)
def test_a_breakpoint_has_its_index_and_the_index_never_falls(year, item):
    scale = EDITIONS[year].scales[item]
    for point, index in zip(scale.breakpoints, scale.indices, strict=True):
        assert quality.sub_index(Decimal(point).scaleb(-scale.decimals), scale) == index
    indices = [
        quality.sub_index(Decimal(unit).scaleb(-scale.decimals), scale) for unit in range(scale.breakpoints[-1] + 1)
    ]
    assert indices == sorted(indices)


@settings(max_examples=60)
@given(
    pair=hs.sampled_from(SCALES),
    values=hs.lists(hs.decimals(0, 5000, places=2, allow_nan=False), min_size=1, max_size=20),
)
def test_many_at_once_equal_one_by_one(pair, values):
    scale = EDITIONS[pair[0]].scales[pair[1]]
    one_by_one = [-1 if (i := quality.sub_index(value, scale)) is None else i for value in values]
    assert quality.sub_indices(np.array(values, dtype=float), scale).tolist() == one_by_one


def test_not_measured_has_no_index():
    scale = EDITIONS["2026"].scales["O3_8h"]
    assert quality.sub_indices(np.array([np.nan, -1.0, 801.0, 800.0]), scale).tolist() == [-1, -1, -1, 300]
    assert adjoin.compute("air.aqi", {"conc": {"PM25_24h": None}, "edition": "2026"})["aqi"] is None


@given(days=hs.lists(hs.integers(0, 500), min_size=1, max_size=12), at=hs.integers(0, 11), more=hs.integers(0, 200))
def test_a_worse_forecast_never_lowers_the_warning(days, at, more):
    order = ["none", "temporary_control", "yellow", "orange", "red"]
    rules = air.warnings()
    worse = [day + more * (i == at % len(days)) for i, day in enumerate(days)]
    before, after = (warning.level(each, [True] * len(days), rules, with_optional=True) for each in (days, worse))
    assert order.index(after) >= order.index(before)
    assert warning.level(days, [True] * len(days), rules, with_optional=True) == warning.level(
        days[::-1], [True] * len(days), rules, with_optional=True
    )


def test_a_lid_returns_what_went_up():
    across, up = plume.sigmas("A", 2000)
    found = plume.Plume(100, 3, 50, across, up)
    flux = sum(found.concentration(0, z + 0.5, lid_m=800) for z in range(800))
    free = sum(found.concentration(0, z + 0.5) for z in range(20000))
    assert flux == pytest.approx(free, rel=1e-3)


def test_a_puff_keeps_its_mass():
    found = plume.Puff(1000, 5, 30, (20, 20, 5), 0)
    step = 20.0
    total = sum(
        found.concentration(600, (3000 + i * step, j * step, (k + 0.5) * step))
        for i in range(-40, 41)
        for j in range(-40, 41)
        for k in range(40)
    )
    assert total * step**3 == pytest.approx(1000, rel=1e-3)


@given(reactivity=hs.floats(0.1, 100), factor=hs.floats(0.2, 5))
def test_no_nox_makes_more_ozone_than_the_ridge(reactivity, factor):
    ridge = ozone.ridge(reactivity)
    assert ozone.made(ridge.nox_ppb * factor, reactivity).ozone_ppb_h <= ridge.ozone_ppb_h * (1 + 1e-9)


def test_base_emissions_give_the_base_air_whatever_the_order():
    matrices = air.matrices()
    regions = list(matrices.urban)
    base = {name: matrices.emissions_kg[name] for name in regions}
    found = receptors.air(base, matrices)
    for name in regions:
        concentrations = matrices.concentrations[name]
        assert found[name].ozone == concentrations["O3"]
        assert found[name].natural == concentrations["DUST"] + concentrations["SS"]
    other = {
        name: {p: kg * (0.5 if name == "CHN" else 1) for p, kg in base[name].items()} for name in reversed(regions)
    }
    cleaner = receptors.air(other, matrices)
    assert cleaner["CHN"].fine_dust < found["CHN"].fine_dust
    assert len(regions) == 56


def scores(observed, predicted):
    mean_o, mean_p = st.mean(observed), st.mean(predicted)
    pairs = list(zip(observed, predicted, strict=True))
    return {
        "FAC2": sum(0.5 <= p / o <= 2 for o, p in pairs) / len(pairs),
        "FB": 2 * (mean_o - mean_p) / (mean_o + mean_p),
        "NMSE": st.mean((o - p) ** 2 for o, p in pairs) / (mean_o * mean_p),
        "VG": math.exp(st.mean(math.log(o / p) ** 2 for o, p in pairs)),
    }


def test_prairie_grass_within_its_gates():
    cross, peak = ([], []), ([], [])
    for case in json.loads((CASES / "air.prairie_grass.json").read_text("utf-8"))["cases"]:
        for arc, seen in zip(adjoin.compute("air.prairie_grass", case["given"])["arcs"], case["observed"], strict=True):
            if seen["cy_g_m2"]:
                rate = case["given"]["Q_g_s"]
                cross[0].append(seen["cy_g_m2"] / rate)
                cross[1].append(arc["cy_g_m2"] / rate)
            if seen["max_mg_m3"]:
                peak[0].append(seen["max_mg_m3"])
                peak[1].append(arc["max_mg_m3"])
    found = scores(*cross)
    assert found["FAC2"] >= 0.9
    assert abs(found["FB"]) <= 0.15
    assert found["NMSE"] <= 0.15
    found = scores(*peak)
    assert found["FAC2"] >= 0.8
    assert found["VG"] <= 1.5


def test_what_is_released_passes_every_ring():
    release = tracer.Release(100, 0.46, 1.5, 1e5, 0.3, 1000, 5, 0.15)
    near, far = tracer.arcs(release, [50, 800])
    assert near.crosswind_g_m2 > far.crosswind_g_m2 > 0
    assert tracer.arcs(release, [800, 50])[0].distance_m == 800


REFUSED = [
    ("air.iaqi", {"item": "PM25", "conc": 1, "edition": "2012"}, "not_a_choice"),
    ("air.iaqi", {"item": "PM25_24h", "conc": -1, "edition": "2012"}, "out_of_bounds"),
    ("air.iaqi", {"item": "PM25_24h", "conc": "35", "edition": "2012"}, "not_a_json_number"),
    ("air.iaqi", {"item": "PM25_24h", "conc": 35, "edition": "2020"}, "not_a_choice"),
    ("air.aqi", {"conc": {"PM1": 3}, "edition": "2012"}, "not_a_choice"),
    ("air.warning", {"daily_aqi": [1, 2], "primary": ["O3"]}, "uneven_lists"),
    ("air.warning", {"daily_aqi": [1], "primary": [3]}, "not_text"),
    ("air.plume", {"stability": "G", "x_m": 1, "H_m": 1, "u_m_s": 1, "Q_g_s": 1}, "not_a_choice"),
    ("air.plume", {"stability": "A", "x_m": 1, "H_m": 1, "u_m_s": 0, "Q_g_s": 1}, "out_of_bounds"),
    ("air.fasst", {"emissions_kg": {"XX": dict.fromkeys(receptors.POLLUTANTS, 1)}}, "not_a_choice"),
    ("air.fasst", {"emissions_kg": {"CHN": {"BC": 1}}}, "missing_key"),
]


@pytest.mark.parametrize(("method", "asked", "kind"), REFUSED)
def test_bad_input_is_refused(method, asked, kind):
    assert adjoin.compute(method, asked, lang="en")["error"]["kind"] == kind
