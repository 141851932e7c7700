"""Doors to land: what cannot be answered is refused by its place, and any JSON gets an answer or an error."""

import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import adjoin
from adjoin.doors import cases, registry
from adjoin.doors.given import parse

EXAMPLES = {
    file["method"]: [case["given"] for case in file["cases"]]
    for source in cases.shipped()
    if source.name.startswith("land.")
    for file in [parse(source.read_bytes())]
}
A, B = {"id": "a", "sire": None, "dam": None}, {"id": "b", "sire": "a", "dam": None}
BOW = "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"
SHORE = {"function_zones": [], "projects": []}
TREE = {"segments_km": {"a": 1, "b": 1}, "outlet_segment": "a"}
WEIR = {"upstream_segment": "b", "downstream_segment": "a", "pass_up": 1, "pass_down": 0.5}
PARCELS = {"cost": [1, 1], "features": [[1, 1]], "targets": [1]}
PATCHES = {"patch_area_ha": [1, 1], "median_dispersal_distance_km": 1, "link_threshold_distance_km": 1,
           "landscape_area_ha": 9}  # fmt: skip
RASTER = {"pixel_m": 10, "class_lost": 1, "neighbours": 4, "minimum_mapping_unit_ha": 0, "before": [[1]],
          "after": [[2]], "zones": [[0]]}  # fmt: skip
MATRIX = {"mapped_area_ha": [1, 1], "classes": ["a", "b"]}

REFUSED = [
    ("land.soil_farm", {"land_use": "paddy", "mg_per_kg": {"Cd": 1}}, "missing_key"),  # a sample without pH
    ("land.soil_farm", {"land_use": "paddy", "pH": 7, "mg_per_kg": {"Xx": 1}}, "no_such_item"),
    ("land.soil_farm", {"land_use": "paddy", "pH": 7, "mg_per_kg": {"Cd": -1}}, "out_of_bounds"),
    ("land.soil_farm", {"land_use": "paddy", "pH": 7, "mg_per_kg": {}}, "empty_object"),
    ("land.soil_site", {"planned_use": "class3", "mg_per_kg": {"arsenic": 1}}, "not_a_choice"),
    ("land.shoreline", SHORE | {"management_range": BOW}, "shape_crosses_itself"),
    ("land.shoreline", SHORE | {"management_range": "POINT (0 0)"}, "not_a_shape"),
    ("land.shoreline", SHORE | {"management_range": "POLYGON EMPTY"}, "not_a_shape"),
    ("land.shoreline", SHORE | {"management_range": "here"}, "not_a_shape"),
    ("land.change", RASTER | {"after": [[2, 2]]}, "rows_differ"),
    ("land.change", RASTER | {"after": [[1.5]]}, "not_an_integer"),
    ("land.change", RASTER | {"neighbours": 6}, "not_a_choice"),
    ("land.change_area", MATRIX | {"error_matrix": [[1, 0], [3, 4]]}, "too_few_units"),
    ("land.change_area", MATRIX | {"error_matrix": [[3, -1], [3, 4]]}, "too_few_units"),
    ("land.change_area", MATRIX | {"error_matrix": [[3, 1]]}, "rows_differ"),
    ("land.river_connectivity", TREE | {"barriers": []}, "not_a_tree"),
    ("land.river_connectivity", TREE | {"barriers": [WEIR, WEIR]}, "not_a_tree"),
    ("land.river_connectivity", TREE | {"barriers": [WEIR | {"upstream_segment": "c"}]}, "no_such_segment"),
    ("land.river_connectivity", TREE | {"barriers": [WEIR], "outlet_segment": "c"}, "no_such_segment"),
    ("land.patch_connectivity", PATCHES | {"distance_km": [[0, 1], [2, 0]]}, "not_symmetric"),
    ("land.patch_connectivity", PATCHES | {"distance_km": [[0, 1]]}, "rows_differ"),
    ("land.parcels_for_targets", PARCELS | {"locked_in": [2]}, "out_of_bounds"),
    ("land.parcels_for_targets", PARCELS | {"locked_in": [1], "locked_out": [1]}, "listed_twice"),
    ("land.parcels_for_targets", PARCELS | {"rows": 2, "columns": 2}, "rows_differ"),
    ("land.pedigree", {"pedigree": [A, A]}, "animal_twice"),
    ("land.pedigree", {"pedigree": [B]}, "no_such_animal"),
    ("land.pedigree", {"pedigree": [A | {"sire": "b"}, B]}, "pedigree_loop"),
    ("land.pedigree", {"pedigree": [A, B], "pairs": [["a", "c"]]}, "no_such_animal"),
    ("land.pedigree", {"pedigree": [A, B], "pairs": ["a"]}, "not_two_names"),
    ("land.mating", {"pedigree": [A, B], "males": ["a"], "females": ["a"], "max_females_per_male": 1}, "listed_twice"),
    ("land.richness", {"type": "abundance", "counts": [0, 0], "sizes": [], "coverages": []}, "out_of_bounds"),
    ("land.richness", {"type": "abundance", "counts": [9] * 9, "sizes": [1] * 200_001, "coverages": []}, "too_long"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "asked", "kind"), REFUSED)
def test_bad_input_is_refused_with_a_remedy(method, asked, kind):
    for lang in ("zh", "en"):
        error = adjoin.compute(method, asked, lang=lang)["error"]
        assert error["kind"] == kind
        assert all(error[part] for part in ("met", "expected", "do"))


def test_a_law_from_memory_says_so():
    sample = {"pH": 6, "mg_per_kg": {"Cd": 0.35}}
    rotation = adjoin.compute("land.soil_farm", sample | {"land_use": "paddy_upland_rotation"})
    assert "unofficial until the table is confirmed" in rotation["warnings"][0]
    assert adjoin.compute("land.soil_farm", sample | {"land_use": "paddy"})["warnings"] == []
    assert rotation["items"][0]["clauses"] == ["GB 15618-2018 table 1", "GB 15618-2018 table 3"]


ODD = st.sampled_from([None, True, -1, 0, 1, 2, 3.5, 1e300, "", "a", [], {}, [[]], [0], [1, 1], [{}], 10**400])


def places(value, path=()):
    """Every place of a question."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (*path, key)
        if len(path) < 3:
            yield from places(each, (*path, key))


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), method=st.sampled_from(sorted(EXAMPLES)))
def test_a_question_with_one_odd_place_gets_an_answer_or_an_error(data, method):
    asked = deepcopy(data.draw(st.sampled_from(EXAMPLES[method])))
    *way, last = data.draw(st.sampled_from(list(places(asked))))
    inside = asked
    for key in way:
        inside = inside[key]
    if data.draw(st.booleans()):
        inside[last] = data.draw(ODD)
    else:
        del inside[last]
    answer = adjoin.compute(method, asked, lang="en")
    json.dumps(answer, allow_nan=False)
    if "error" in answer:
        assert all(answer["error"][part] for part in ("kind", "met", "expected", "do")), answer


def test_every_method_of_land_has_cases():
    assert set(EXAMPLES) == {method for method in registry.methods() if method.startswith("land.")}
