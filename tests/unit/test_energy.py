"""Energy: sums that close, prices that are slopes, and the same from either side."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjoin

AMOUNT = st.floats(0.1, 1000)
HOUR = {
    "nodes": ["a", "b"],
    "load_MW": {"a": 500, "b": 700},
    "generators": [
        {"node": "a", "name": "hydro", "available_MW": 900, "cost_yuan_MWh": 10, "clean": True},
        {"node": "a", "name": "coal_a", "available_MW": 400, "cost_yuan_MWh": 300},
        {"node": "b", "name": "coal_b", "available_MW": 600, "cost_yuan_MWh": 340},
    ],
    "link_MW": 250,
    "shed_cost_yuan_MWh": 10000.0,
}


@settings(deadline=None)
@given(x=st.lists(st.lists(AMOUNT, min_size=3, max_size=3), min_size=4, max_size=4))
def test_effects_add_up_and_multiply_up(x):
    asked = {"factors": ["a", "b"], "x": [x[:2], x[2:]]}
    found = adjoin.compute("energy.lmdi", asked)
    one, other = found["V"]
    assert sum(found["additive"]) == pytest.approx(other - one, rel=1e-9, abs=1e-9 * other)
    product = found["multiplicative"][0] * found["multiplicative"][1]
    assert product == pytest.approx(other / one, rel=1e-9)
    back = adjoin.compute("energy.lmdi", asked | {"x": [x[2:], x[:2]]})
    assert [-each for each in back["additive"]] == pytest.approx(found["additive"], rel=1e-9, abs=1e-9 * other)


@settings(deadline=None)
@given(sent=st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC"), AMOUNT), min_size=1, max_size=8))
def test_a_tonne_is_counted_once(sent):
    once = {(a, b): mwh for a, b, mwh in sent if a != b}
    flows = [{"from": a, "to": b, "MWh": mwh} for (a, b), mwh in once.items()]
    if flows:
        asked = {
            "production_t": {"A": 5e6, "B": 6e6},
            "factor_t_per_MWh": {"A": 0.1, "B": 0.5, "C": 0.8},
            "flows": flows,
        }
        found = adjoin.compute("energy.power_trade", asked)
        total = sum(found["consumption_t"].values()) + sum(found["third_party_t"].values())
        assert total == pytest.approx(11e6, rel=1e-12)


def test_both_sides_of_a_link_are_alike():
    there = adjoin.compute("energy.two_node", HOUR)
    back = adjoin.compute("energy.two_node", HOUR | {"nodes": ["b", "a"]})
    assert back["flow_MW"] == pytest.approx(-there["flow_MW"])
    assert back["price_yuan_MWh"] == pytest.approx(there["price_yuan_MWh"])
    assert back["cost_yuan_h"] == pytest.approx(there["cost_yuan_h"])
    assert there["gap"] == pytest.approx(0, abs=1e-9)


def test_a_price_is_what_one_more_costs():
    more = HOUR | {"load_MW": {"a": 500, "b": 701}}
    there, after = (adjoin.compute("energy.two_node", each) for each in (HOUR, more))
    assert after["cost_yuan_h"] - there["cost_yuan_h"] == pytest.approx(there["price_yuan_MWh"]["b"])


@settings(max_examples=15, deadline=None)
@given(energy=st.floats(0, 300), more=st.floats(0, 100))
def test_a_larger_store_never_costs_more(energy, more):
    asked = {
        "load_MW": [100] * 4, "renewable_MW": [220, 40, 0, 140], "coal_MW": 500, "coal_yuan_MWh": 300,
        "power_MW": 60, "eff_charge": 0.9, "eff_discharge": 0.9, "cyclic": True,
    }  # fmt: skip
    small, large = (adjoin.compute("energy.storage", asked | {"energy_MWh": e}) for e in (energy, energy + more))
    assert large["cost_yuan"] <= small["cost_yuan"] + 1e-6


REFUSED = [
    ("energy.carbon", {"approach": "all", "factors": {}}, "not_a_choice"),
    (
        "energy.carbon",
        {"approach": "sectoral", "factors": {"coal": {"unit": "t", "ncv_MJ_per_kg": 1, "c_tC_TJ": 1, "ox": 1}}},
        "not_a_choice",
    ),
    (
        "energy.carbon",
        {
            "approach": "sectoral",
            "factors": {"coal": {"unit": "1e4 t", "ncv_MJ_per_kg": 1, "c_tC_TJ": 1, "ox": 1}},
            "consumption": {"x": {"peat": 1}},
        },
        "not_a_choice",
    ),
    ("energy.lmdi", {"factors": ["a"], "x": [[[1]], [[1, 2]]]}, "uneven_lists"),
    ("energy.lmdi", {"factors": ["a"], "x": [[[1]], [[-1]]]}, "out_of_bounds"),
    ("energy.two_node", HOUR | {"nodes": ["a", "a"]}, "named_twice"),
    ("energy.two_node", HOUR | {"nodes": ["a"]}, "uneven_lists"),
    (
        "energy.power_trade",
        {"production_t": {"A": 1}, "factor_t_per_MWh": {"A": 1}, "flows": [{"from": "B", "to": "A", "MWh": 1}]},
        "not_a_choice",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("method", "asked", "kind"), REFUSED)
def test_bad_input_is_refused(method, asked, kind):
    assert adjoin.compute(method, asked, lang="en")["error"]["kind"] == kind
