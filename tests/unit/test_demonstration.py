"""A demonstration against its twin: a planted effect is found, none is invented, and the order of areas is nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjoin
from adjoin.doors import cases
from adjoin.doors.given import parse

TIMES = list(range(2010, 2026))


def panel(seed, effect, areas=20):
    """Areas that move with two common waves; the first one with an effect since 2021 and others much like it."""
    rng = np.random.default_rng(seed)
    waves = rng.normal(0, 1, (2, len(TIMES))).cumsum(axis=1)
    values = 50 + rng.uniform(0.2, 1, (areas, 2)) @ waves + rng.normal(0, 0.1, (areas, len(TIMES)))
    if not effect:
        return {f"area{i}": row.tolist() for i, row in enumerate(values)}
    values[0] = values[1:4].mean(axis=0) + rng.normal(0, 0.1, len(TIMES))
    values[0, TIMES.index(2021) :] += effect
    return {f"area{i}": row.tolist() for i, row in enumerate(values)}


def ask(values, **change):
    row = {"name": "good days", "better": "higher", "values": values} | change
    return adjoin.compute(
        "joint.demonstration", {"area": "area0", "times": TIMES, "since": 2021, "indicators": [row]}
    )["indicators"][0]  # fmt: skip


@pytest.mark.parametrize("effect", [5.0, -5.0])
def test_a_planted_effect_is_found_with_its_sign(effect):
    found = ask(panel(1, effect))
    assert found["modelled"]["effect"] == pytest.approx(effect, abs=0.5)
    assert found["p"] == found["smallest_p"] == 1 / 20
    assert found["verdict"] == ("works" if effect > 0 else "works_against")
    assert ask(panel(1, effect), better="lower")["verdict"] == ("works_against" if effect > 0 else "works")


def test_nothing_is_invented_more_often_than_the_level_says():
    sure = sum(ask(panel(seed, 0.0))["p"] <= 0.1 for seed in range(60))
    assert sure <= 13  # of 60 at one in ten: beyond 3 standard deviations


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_areas_is_nothing(seed):
    values = panel(seed, 1.0, areas=6)
    one, other = ask(values), ask(dict(reversed(values.items())))
    assert other["modelled"]["effect"] == pytest.approx(one["modelled"]["effect"], abs=1e-6)
    assert other["p"] == one["p"]
    assert other["verdict"] == one["verdict"]


def test_the_smoking_panel():
    source = next(each for each in cases.shipped() if each.name == "causal.synthetic_control.json")
    asked = parse(source.read_bytes())["cases"][1]["given"]
    row = {"name": "packs", "better": "lower", "values": asked["outcome"]}
    found = adjoin.compute(
        "joint.demonstration",
        {"area": "California", "times": asked["times"], "since": 1989, "indicators": [row]},
    )["indicators"][0]
    assert (found["p"], found["verdict"]) == (pytest.approx(3 / 39), "works")
    assert found["modelled"]["effect"] < -15


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"area": "nowhere"}, "not_a_choice"),
        ({"since": 2010}, "out_of_bounds"),
        ({"indicators": []}, "empty_list"),
        ({"indicators": [{"name": "x", "better": "higher", "values": {"area0": [1] * 16, "b": [1] * 16}}]},
         "out_of_bounds"),
        ({"indicators": [{"name": "x", "better": "higher", "values": {"area0": [1] * 16, "b": [None] * 16,
                                                                      "c": [1] * 16}}]}, "gap_in_panel"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(change, kind):
    asked = {"area": "area0", "times": TIMES, "since": 2021,
             "indicators": [{"name": "x", "better": "higher", "values": panel(0, 0.0)}]}  # fmt: skip
    assert adjoin.compute("joint.demonstration", asked | change)["error"]["kind"] == kind
