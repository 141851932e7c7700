"""A good question to risk and industry in which something was spoilt gets an answer or an error in words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoiling import answers_in_words, hurt, questions

from adjoin.doors import industry, risk

METHODS = [each.method for each in (*risk.DOORS, *industry.DOORS)]
CASES = questions(METHODS, most=6, largest=5000)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoilt_question(method, data):
    answers_in_words(method, hurt(data, data.draw(st.sampled_from(CASES[method]))))
