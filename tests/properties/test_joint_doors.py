"""A good question about joint work in which something was spoilt gets an answer or an error in words, never a crash."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoiling import answers_in_words, hurt, questions

import adjoin

METHODS = ["core.deadline", "joint.draw", "joint.equal_treatment", "joint.experts", "joint.prove", "joint.settle"]
CASES = questions(METHODS)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoilt_question(method, data):
    answers_in_words(method, hurt(data, data.draw(st.sampled_from(CASES[method]))))


def test_a_swapped_working_day_counts_and_beyond_the_calendar_nothing_is_guessed():
    asked = {"from": "2026-02-13", "count": 1, "kind": "workdays"}  # a Friday; the Saturday after it is worked
    assert adjoin.compute("core.deadline", asked)["due"] == "2026-02-14"
    for kind in ("workdays", "days"):
        beyond = adjoin.compute("core.deadline", {"from": "2026-12-30", "count": 9, "kind": kind})
        assert (beyond["refused"], beyond["calendar_until"]) == (True, "2026-12-31")
    assert (
        adjoin.compute("core.deadline", {"from": "2026-12-30", "count": 9, "kind": "days_strict"})["due"]
        == "2027-01-08"
    )
