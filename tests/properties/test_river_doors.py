"""A good question in which something was spoilt gets an answer or an error in words, never a crash and never a NaN."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoiling import answers_in_words, hurt, questions

from adjoin.doors import kinetics, river, spill

RIVER = [each.method for each in (*river.DOORS, *spill.DOORS, *kinetics.DOORS)]
CASES = questions(RIVER)


@pytest.mark.parametrize("method", RIVER)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoilt_question(method, data):
    case = data.draw(st.sampled_from(CASES[method]))
    asked = case | ({"samples": 50} if "samples" in case else {})
    answers_in_words(method, hurt(data, asked))
