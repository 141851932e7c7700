"""Case files: the certificate, and what would break it."""

import json

import pytest

from adjoin.core.refusal import Refusal
from adjoin.doors import cases

SHIPPED = cases.shipped()
METHODS = {
    "core.round_half_even", "core.deadline", "water.section_class", "water.river_grade", "water.trophic_state",
    "water.ph_mean", "water.hull", "water.dose", "water.first_seen", "joint.prove",
}  # fmt: skip


def test_the_case_files_of_the_methods_are_shipped():
    assert {file.name.removesuffix(".json") for file in SHIPPED} >= METHODS


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_every_case_is_right(file):
    report = cases.run(file)
    assert report.misses == ()
    assert report.right
    assert report.worst <= report.bound


def dose(expect, tolerance, observed=((0, 0), (2, 3))):
    given = {"observed_h": [list(point) for point in observed], "base": 0}  # its dose is 3
    return cases.run_cases("water.dose", [{"id": "x", "given": given, "expect": expect}], tolerance)


@pytest.mark.parametrize(
    ("expect", "tolerance", "right"),
    [
        ({"dose": 3}, {}, True),
        ({"dose": 3.1}, {"*": {"exact": 0.0}}, False),
        ({"dose": 3.1}, {"*": {"abs": 0.11}}, True),
        ({"dose": 3.1}, {"*": {"abs": 0.11}, "dose": {"abs": 0.01}}, False),  # the nearest key rules
        ({"dose": 3.1}, {"dose": {"abs": 0.01, "rel": 0.05}}, True),  # any of them may pass it
        ({"dose": "3"}, {"*": {"abs": 9}}, False),
        ({"dose": None}, {"*": {"abs": 9}}, False),
        ({"dose": [3]}, {"*": {"abs": 9}}, False),
        ({"dose": {"x": 3}}, {"*": {"abs": 9}}, False),
        ({"other": 3}, {"*": {"abs": 9}}, False),
        ({}, {}, True),  # what is not named is not compared
    ],
)
def test_tolerances(expect, tolerance, right):
    report = dose(expect, tolerance)
    assert report.right == right
    assert bool(report.misses) != right


def test_rel_of_max_looks_at_the_largest_of_the_list():
    def verdict(expected, met):
        return [leaf.share <= 1 for leaf in cases._compare(expected, met, ("C",), {"C": {"rel_of_max": 0.01}}, 0.0)]

    assert verdict([0.001, 10.0], [0.09, 10.1]) == [True, True]
    assert verdict([0.001, 10.0], [0.2, 10.1]) == [False, True]
    assert verdict([[0.001, 1.0], [10.0]], [[0.05, 1.0], [10.0]]) == [False, True, True]
    assert verdict([1.0], [1.0, 2.0]) == [False]


def test_a_wrong_case_is_named_with_what_was_met():
    (miss,) = dose({"dose": 4}, {"*": {"abs": 0.5}}).misses
    assert (miss.case, miss.key, miss.met, miss.expected) == ("x", "dose", 3.0, 4)


def test_an_error_object_is_wrong_unless_it_is_expected():
    given = {"observed_h": [], "base": 0}
    right = [{"id": "x", "given": given, "expect": {"error": {"kind": "empty_list"}}}]
    assert cases.run_cases("water.dose", right, {}).right
    wrong = [{"id": "x", "given": given, "expect": {"dose": 0}}]
    assert not cases.run_cases("water.dose", wrong, {}).right


@pytest.mark.parametrize(
    "file",
    [
        [],
        {"method": "water.dose", "tolerance": {}},
        {"method": "water.dose", "tolerance": {"*": {"near": 1}}, "cases": []},
        {"method": "water.dose", "tolerance": {"*": {"abs": "1"}}, "cases": []},
        {"method": "water.dose", "tolerance": {}, "cases": [{"id": "x"}]},
    ],
)
def test_a_malformed_case_file_is_refused(tmp_path, file):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(file))
    with pytest.raises(Refusal, match="not_a_case_file"):
        cases.run(path)


def test_a_file_without_cases_certifies_nothing(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"method": "water.dose", "tolerance": {}, "cases": []}))
    assert not cases.run(path).right
    with pytest.raises(Refusal, match="no_such_file"):
        cases.run(tmp_path / "gone.json")
