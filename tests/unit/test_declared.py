"""What a door takes is told by the door itself, and what it tells is true."""

import pytest

import adjoin
from adjoin.doors import cases, declared, registry


def test_bounds_and_choices_are_those_of_the_door():
    found = declared.bounds("air.plume")
    assert found["stability"].choices == ("A", "B", "C", "D", "E", "F")
    assert (found["u_m_s"].low, found["u_m_s"].high) == (0.001, 200.0)
    assert declared.bounds("land.soil_farm")["pH"] == declared.Bounds(0.0, 14.0)


@pytest.mark.parametrize("method", ["air.plume", "land.soil_farm", "water.oxygen_sag", "risk.source_accident"])
def test_the_ends_are_taken_and_what_lies_beyond_is_refused(method):
    given = cases.given(method)[0]
    for key, bound in declared.bounds(method).items():
        for value in (bound.low, bound.high):
            if value is not None:
                beyond = value - 1 if value == bound.low else value * 2
                assert adjoin.compute(method, {**given, key: beyond})["error"]["kind"] == "out_of_bounds"
        for word in bound.choices:
            assert adjoin.compute(method, {**given, key: word}).get("error", {}).get("kind") != "not_a_choice"


def test_a_method_without_cases_or_one_that_takes_long_tells_nothing():
    long = [method for method in registry.methods() if registry.door(method).long]
    assert all(declared.bounds(method) == {} for method in long)


def test_what_hangs_on_the_rest_of_the_question_is_no_bound():
    assert "treated" not in declared.bounds("causal.synthetic_control")  # one of the units that are given
    assert "p" not in declared.bounds("risk.depots")  # no more than there are sites
    assert "border_reach" not in declared.bounds("water.source_receptor")  # one of the reaches
