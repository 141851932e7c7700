"""Synthetic control: the mix is the nearest there is, and scale and order do not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjoin
from adjoin.methods.synthetic import nearest

ASKED = {
    "treated": "Z", "times": [1, 2, 3, 4, 5], "first_treated_time": 4, "fit_times": [1, 2, 3], "match": "outcome",
    "outcome": {"Z": [3, 5, 4, 9, 9], "A": [2, 6, 3, 4, 5], "B": [4, 5, 5, 6, 5], "C": [1, 2, 9, 3, 3]},
}  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**6), rows=st.integers(2, 6), columns=st.integers(2, 8))
def test_no_other_mix_is_nearer(seed, rows, columns):
    rng = np.random.default_rng(seed)
    target, others = rng.normal(size=rows), rng.normal(size=(rows, columns))
    weights = nearest(target, others)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    slope = others.T @ (others @ weights - target)  # at the nearest point no vertex lies downhill
    assert slope.min() >= slope @ weights - 1e-9


def test_the_unit_of_measure_and_the_order_of_donors_do_not_matter():
    one = adjoin.compute("causal.synthetic_control", ASKED)
    turned = {name: [v * 100 for v in ASKED["outcome"][name]] for name in ("C", "B", "A", "Z")}
    other = adjoin.compute("causal.synthetic_control", ASKED | {"outcome": turned})
    for name, weight in one["weights"].items():
        assert other["weights"][name] == pytest.approx(weight, abs=1e-9)
    assert other["gap"] == pytest.approx([100 * gap for gap in one["gap"]], abs=1e-7)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"treated": "Q"}, "not_a_choice"),
        ({"fit_times": [4]}, "out_of_bounds"),
        ({"outcome": {"Z": [1, 2], "A": [1, 2]}}, "uneven_lists"),
        ({"first_treated_time": 1}, "out_of_bounds"),
        ({"match": "predictors"}, "missing_key"),
    ],
)
def test_bad_input_is_refused(change, kind):
    assert adjoin.compute("causal.synthetic_control", ASKED | change, lang="en")["error"]["kind"] == kind
