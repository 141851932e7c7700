"""A good question to risk and industry in which something was spoilt gets an answer or an error in words."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoiling import JUNK, paths, spoilt

import adjoin
from adjoin.doors import industry, risk
from adjoin.doors.cases import shipped

METHODS = [each.method for each in (*risk.DOORS, *industry.DOORS)]
CASES = {
    file["method"]: [case["given"] for case in file["cases"][:6] if len(json.dumps(case["given"])) < 5000]
    for file in (json.loads(each.read_text("utf-8")) for each in shipped())
    if file["method"] in METHODS
}


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoilt_question(method, data):
    asked = data.draw(st.sampled_from(CASES[method]))
    for _ in range(data.draw(st.integers(1, 2))):
        ways = [path for path in paths(asked) if path]
        if not ways:
            break
        asked = spoilt(asked, data.draw(st.sampled_from(ways)), data.draw(JUNK))
    answer = adjoin.compute(method, asked, lang="en")
    json.dumps(answer, allow_nan=False)
    if "error" in answer:
        assert all(answer["error"][part] for part in ("kind", "met", "expected", "do")), answer
