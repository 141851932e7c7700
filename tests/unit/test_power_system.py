"""The power system of two regions: balance, bound, the same from either side, and PyPSA against one programme."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjoin
from adjoin.doors import power_system as door
from adjoin.energy import packed, short, weeks
from adjoin.energy import system as words

BUNDLE = Path(adjoin.__file__).parents[1] / "regions" / "sichuan-chongqing"
PLANTS = [
    {"name": "river", "region": "a", "carrier": "hydro", "MW": 90, "cost_yuan_MWh": 10, "available": "water"},
    {"name": "wind", "region": "a", "carrier": "wind", "MW": 10, "MW_max": 200, "capital_yuan_MW": 2000,
     "cost_yuan_MWh": 0, "available": "wind"},
    {"name": "sun", "region": "b", "carrier": "sun", "MW": 20, "MW_max": 200, "capital_yuan_MW": 2500,
     "cost_yuan_MWh": 0, "available": "sun"},
    {"name": "coal", "region": "b", "carrier": "coal", "MW": 40, "cost_yuan_MWh": 330, "t_co2_MWh": 0.8},
    {"name": "gas", "region": "b", "carrier": "gas", "MW": 0, "MW_max": 90, "capital_yuan_MW": 3000,
     "cost_yuan_MWh": 560, "t_co2_MWh": 0.4},
]  # fmt: skip
STORES = [{"name": "lake", "region": "b", "MW": 5, "MW_max": 50, "capital_yuan_MW": 900, "hours": 6,
           "eff_charge": 0.9, "eff_discharge": 0.9}]  # fmt: skip
ASKED = {
    "regions": ["a", "b"], "hours": 72,
    "load_MW": {"a": {"shape": "demand_1", "peak_MW": 60}, "b": {"shape": "demand_2", "peak_MW": 90}},
    "plants": PLANTS, "stores": STORES, "line": {"MW": 15, "MW_max": 60, "capital_yuan_MW": 700},
    "shed_yuan_MWh": 10000,
}  # fmt: skip


def asked_for(hours):
    return door._system(door.Given.of(ASKED | {"hours": hours}))


@pytest.fixture(scope="module")
def by_pypsa():
    """A system run by the process that the door starts."""

    def run(system, count):
        asked = json.dumps({"system": packed.system_as_json(system), "weeks": count})
        done = subprocess.run(
            [sys.executable, "-m", "adjoin.energy.worker"], input=asked, capture_output=True, text=True, check=True
        )
        return packed.run_of(json.loads(done.stdout.splitlines()[-1])["run"])

    return run


def test_pypsa_and_one_programme_agree(by_pypsa):
    system = asked_for(72)
    weighted = system.at(range(72), [1.0 + t // 24 for t in range(72)])
    fixed = weighted.built(short.solved(weighted).run.capacity)
    ours, theirs = short.solved(fixed).run, by_pypsa(fixed, 1)
    cost = words.running_cost(fixed, ours)
    assert words.running_cost(fixed, theirs) == pytest.approx(cost, rel=1e-6)
    assert words.bound(fixed, ours) == pytest.approx(cost, rel=1e-6)
    assert max(abs(each).max() for each in words.balance(fixed, theirs).values()) < 1e-6


def test_a_long_question_is_answered_by_weeks_then_all_hours():
    answer = adjoin.compute("energy.power_system", ASKED | {"hours": 1008, "weeks": 5, "hourly": True})
    assert answer["engine"] == "PyPSA"
    assert answer["gap"] < 1e-6
    assert answer["decision"]["violation"] < 1e-6
    assert all(each["largest_imbalance_MW"] < 1e-6 for each in answer["regions"].values())
    assert len(answer["hourly"]["flow_MW"]) == 1008
    best = short.solved(asked_for(1008))  # everything at once costs no more than weeks first
    assert answer["cost_yuan"]["total"] >= best.decision.objective * (1 - 1e-9)
    assert answer["cost_yuan"]["total"] < 1.2 * best.decision.objective


def test_shapes_from_elsewhere_are_named():
    said = adjoin.compute("energy.power_system", ASKED)["warnings"]
    assert "not of this region" in said[0]
    assert [line.split(":")[0] for line in said[1:]] == ["demand_1", "demand_2", "sun", "water", "wind"]


@settings(max_examples=15, deadline=None)
@given(data=st.data(), hours=st.integers(1, 5))
def test_every_hour_balances_is_bounded_and_has_no_first_region(data, hours):
    load = {region: data.draw(st.lists(st.integers(0, 120), min_size=hours, max_size=hours)) for region in "ab"}
    asked = ASKED | {"hours": hours, "load_MW": load, "hourly": True}
    one = adjoin.compute("energy.power_system", asked)
    other = adjoin.compute("energy.power_system", asked | {"regions": ["b", "a"]})
    assert other["cost_yuan"]["total"] == pytest.approx(one["cost_yuan"]["total"], rel=1e-9, abs=1e-6)
    assert one["gap"] < 1e-7
    made = sum(sum(each) for each in one["hourly"]["plants_MW"].values())
    kept = sum(each["storage"]["charged_MWh"] - each["storage"]["discharged_MWh"] for each in one["regions"].values())
    shed = sum(each["shed_MWh"] for each in one["regions"].values())
    assert made + shed - kept == pytest.approx(sum(map(sum, load.values())), abs=1e-6)
    system = door._system(door.Given.of(asked))
    run = short.solved(system).run
    fixed = system.built(run.capacity)
    again = short.solved(fixed).run
    assert words.bound(fixed, again) == pytest.approx(words.running_cost(fixed, again), rel=1e-6, abs=1e-4)
    any_price = words.Run(**{f: getattr(again, f) for f in words.Run.__slots__} | {
        "price": {region: each * 0.7 + 5 for region, each in again.price.items()}})  # fmt: skip
    assert words.bound(fixed, any_price) <= words.running_cost(fixed, again) + 1e-4


def test_weeks_stand_for_all_hours_and_the_scarcest_for_itself():
    system = asked_for(8760)
    chosen = weeks.representative(system, 6)
    assert len(chosen.starts) == 6
    assert sum(chosen.weights) == pytest.approx(8760)
    scarce = weeks._scarce(system)[: 52 * 168]
    assert int(np.argmax(scarce)) // 168 * 168 in chosen.starts
    assert weeks.representative(system, 1).weight == (8760 / 168,)


def test_without_the_library_a_year_is_refused_and_a_week_is_not(monkeypatch):
    monkeypatch.setattr(door.importlib.util, "find_spec", lambda _: None)
    error = adjoin.compute("energy.power_system", ASKED | {"hours": 8760}, lang="en")["error"]
    assert error["kind"] == "no_power_library"
    assert "[energy]" in error["do"]
    assert "error" not in adjoin.compute("energy.power_system", ASKED)


def test_no_server_imports_the_library():
    code = "import sys, adjoin; from adjoin.doors import registry; registry.methods(); print('pypsa' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"hours": 9000}, "out_of_bounds"),
        ({"load_MW": {"a": [1, 2], "b": [1] * 72}}, "uneven_lists"),
        ({"load_MW": {"a": {"shape": "tide", "peak_MW": 1}, "b": [1] * 72}}, "not_a_choice"),
        ({"plants": [PLANTS[0], PLANTS[0]]}, "named_twice"),
        ({"plants": [PLANTS[0] | {"region": "c"}]}, "not_a_choice"),
        ({"plants": [PLANTS[0] | {"carrier": "nuclear"}]}, "not_a_choice"),
        ({"line": {"MW": 10, "MW_max": 5}}, "out_of_bounds"),
        ({"regions": ["a"]}, "uneven_lists"),
    ],
)
def test_a_system_that_does_not_fit_is_refused(change, kind):
    assert adjoin.compute("energy.power_system", ASKED | change)["error"]["kind"] == kind


def test_the_question_of_the_bundle_stands_on_its_plants():
    """Capacities are the sums of the register, so that a newer register asks for a newer question."""
    with (BUNDLE / "plants.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    asked = json.loads((BUNDLE / "questions" / "energy.power_system.json").read_text("utf-8"))
    for plant in asked["plants"]:
        there = [
            float(r["capacity_mw"] or 0) for r in rows if (r["party"], r["fuel"]) == (plant["region"], plant["carrier"])
        ]
        assert plant["MW"] == pytest.approx(sum(there)), plant["name"]
    week = adjoin.compute("energy.power_system", asked | {"hours": 168})
    assert week["gap"] < 1e-6
    assert len(week["warnings"]) == 6
