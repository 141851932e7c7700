"""What planners hand in by mistake is named with its place, and what to do about it is said in both languages."""

import json

import numpy as np
import pytest

import adjoin
from adjoin.doors import cases
from adjoin.doors.given import parse

BOW = "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"


def example(method):
    source = next(each for each in cases.shipped() if each.name == f"{method}.json")
    return min((case["given"] for case in parse(source.read_bytes())["cases"]), key=lambda each: len(json.dumps(each)))


def but(method, **change):
    return method, example(method) | change


def without(method, key):
    return method, {k: v for k, v in example(method).items() if k != key}


def renamed(method, key, other):
    return method, {other if k == key else k: v for k, v in example(method).items()}


GAP = {"treated": "a", "times": [1, 2, 3], "outcome": {"a": [1, 2, 3], "b": [1, None, 3], "c": [1, 1, 1]},
       "first_treated_time": 3, "fit_times": [1, 2], "match": "outcome"}  # fmt: skip
GRID = {"pixel_m": 10, "class_lost": 1, "neighbours": 4, "minimum_mapping_unit_ha": 0, "before_origin_m": [0, 0]}
TRADE = {"production_t": {"a": 5, "b": 5}, "factor_t_per_MWh": {"a": 0.1, "b": 0.5}}
FLOW = {"from": "a", "to": "b", "MWh": 10}
CARBON = {"approach": "sectoral", "consumption": {"homes": {"electricity": 1}},
          "factors": {"electricity": {"unit": "1e4 t", "ncv_MJ_per_kg": 1, "c_tC_TJ": 1, "ox": 1}}}  # fmt: skip
INDEX = {"rule": {}, "indicators": [{"category": "energy", "category_weight": 1, "name": "water", "limit": False}]}

BAD = [
    ("a unit that does not fit", renamed("energy.storage", "load_MW", "load_kW"), "other_unit", "load_MW"),
    ("a unit of a fuel", but("energy.carbon", approach="sectoral", consumption={"x": {"coal": 1}},
                             factors={"coal": {"unit": "kg", "ncv_MJ_per_kg": 20, "c_tC_TJ": 25, "ox": 1}}),
     "not_a_choice", "unit"),
    ("a negative area", but("land.patch_connectivity", patch_area_ha=[-1]), "out_of_bounds", "patch_area_ha[0]"),
    ("a sample without pH", ("land.soil_farm", {"land_use": "paddy", "mg_per_kg": {"Cd": 1}}), "missing_key", "pH"),
    ("a pedigree with a loop", ("land.pedigree", {"pedigree": [{"id": "a", "sire": "b", "dam": None},
                                                               {"id": "b", "sire": "a", "dam": None}]}),
     "pedigree_loop", "a"),
    ("a grid that lies elsewhere", ("land.change", GRID | {"before": [[1]], "after": [[2]], "zones": [[0]],
                                                           "after_origin_m": [900, 0], "align": True}),
     "grids_apart", "90"),
    ("geometry that crosses itself", but("land.shoreline", management_range=BOW), "shape_crosses_itself",
     "management_range"),
    ("trade counted by both sides", ("energy.power_trade", TRADE | {"flows": [FLOW, FLOW]}), "trade_twice", "a -> b"),
    ("traded power as a fuel", ("energy.carbon", CARBON), "made_from_fuel", "electricity"),
    ("a game with a missing coalition", ("waste.cost_sharing", {"kind": "cost", "n": 2, "game": {"10": 1, "11": 2}}),
     "missing_key", "01"),
    ("a panel with a gap", ("causal.synthetic_control", GAP), "gap_in_panel", "outcome.b[1]"),
    ("a nuclide that is not in the table", ("risk.source_category", {"sources": [{"nuclide": "Xx-1",
                                                                                  "activity_TBq": 1}]}),
     "unknown_nuclide", "Xx-1"),
    ("an index without weights", ("industry.cleaner_production", INDEX), "missing_key", "weight"),
    ("a drill without weights", ("risk.drill", {"tasks": [{"task": "call", "weight": 0, "target_min": 10,
                                                           "done_min": 5, "correct": 1}]}), "no_weight", "tasks"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "asked", "kind", "named"), BAD, ids=[each[0] for each in BAD])
def test_it_is_named_with_what_to_do(what, asked, kind, named):
    for lang in ("zh", "en"):
        error = adjoin.compute(*asked, lang=lang)["error"]
        assert error["kind"] == kind, (what, error)
        assert named in error["met"] + error["expected"]
        assert all(error[part] and "—" not in error[part] for part in ("met", "expected", "do")), error


def test_a_missing_key_is_not_taken_for_another_unit():
    assert adjoin.compute(*without("energy.storage", "eff_charge"))["error"]["kind"] == "missing_key"


def test_shifted_grids_are_refused_or_aligned_and_it_is_said():
    land = np.ones((6, 6), dtype=int)
    land[2:4, 2:4] = 2
    moved = np.roll(land, (1, -2), axis=(0, 1))  # the same land on a grid that begins 2 cells east and 1 north
    asked = GRID | {"before": land.tolist(), "after": moved.tolist(), "zones": np.zeros((6, 6), int).tolist(),
                    "after_origin_m": [22, 8]}  # fmt: skip
    assert adjoin.compute("land.change", asked) == {"refused": "grids_do_not_coincide",
                                                    "offset_cells": pytest.approx([2.2, 0.8])}  # fmt: skip
    found = adjoin.compute("land.change", asked | {"align": True})
    assert found["changed_cells"] == 0  # cell by cell it would have been false change
    assert found["aligned"]["left_cells"] == pytest.approx([0.2, -0.2])
    assert found["aligned"]["cells"] == [5, 4]
    assert adjoin.compute("land.change", {k: v for k, v in asked.items() if "origin" not in k})["changed_cells"] > 0
