"""Measures chosen together: nothing cheaper, the price is a slope, and no side is named first."""

import time

import numpy as np
import pytest

import adjoin

ASKED = {"cost": [2, 6, 3, 9], "cap_t": [10, 10, 8, 12], "need_ug_m3": [6, 4]}
TABLE = [[0.5, 0.5, 0.2, 0.2], [0.1, 0.1, 0.4, 0.4]]


def test_a_price_is_what_one_more_costs_and_order_does_not_matter():
    there = adjoin.compute("joint.least_cost", ASKED | {"sr_ug_m3_per_t": TABLE})
    more = adjoin.compute("joint.least_cost", ASKED | {"sr_ug_m3_per_t": TABLE, "need_ug_m3": [6.01, 4]})
    assert (more["optimum"] - there["optimum"]) / 0.01 == pytest.approx(there["shadow_price"][0])
    turned = {key: values[::-1] for key, values in ASKED.items()} | {"sr_ug_m3_per_t": [r[::-1] for r in TABLE[::-1]]}
    assert adjoin.compute("joint.least_cost", turned)["optimum"] == pytest.approx(there["optimum"])
    assert there["gap"] == pytest.approx(0, abs=1e-9)


def test_many_measures_within_a_second():
    rng = np.random.default_rng(3)
    table = rng.uniform(0, 1, (40, 360))
    asked = {
        "cost": rng.uniform(1, 9, 360).tolist(), "cap_t": [5.0] * 360,
        "sr_ug_m3_per_t": table.tolist(), "need_ug_m3": (table.sum(axis=1) * 2).tolist(),
    }  # fmt: skip
    adjoin.compute("joint.least_cost", ASKED | {"sr_ug_m3_per_t": TABLE})
    since = time.perf_counter()
    assert adjoin.compute("joint.least_cost", asked)["status"] == "optimal"
    assert time.perf_counter() - since < 1


def test_a_table_that_does_not_fit_is_refused():
    error = adjoin.compute("joint.least_cost", ASKED | {"sr_ug_m3_per_t": TABLE[:1]}, lang="en")["error"]
    assert error["kind"] == "uneven_lists"
