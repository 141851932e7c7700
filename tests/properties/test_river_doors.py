"""A good question in which something was spoilt gets an answer or an error in words, never a crash and never a NaN."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoiling import JUNK, paths, spoilt

import adjoin
from adjoin.doors import kinetics, river, spill
from adjoin.doors.cases import shipped

RIVER = [each.method for each in (*river.DOORS, *spill.DOORS, *kinetics.DOORS)]
CASES = {
    file["method"]: [case["given"] for case in file["cases"]]
    for file in (json.loads(each.read_text("utf-8")) for each in shipped())
    if file["method"] in RIVER
}


@pytest.mark.parametrize("method", RIVER)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoilt_question(method, data):
    case = data.draw(st.sampled_from(CASES[method]))
    asked = case | ({"samples": 50} if "samples" in case else {})
    for _ in range(data.draw(st.integers(1, 2))):
        ways = [path for path in paths(asked) if path]
        if not ways:
            break
        asked = spoilt(asked, data.draw(st.sampled_from(ways)), data.draw(JUNK))
    answer = adjoin.compute(method, asked, lang="en")
    json.dumps(answer, allow_nan=False)
    if "error" in answer:
        assert all(answer["error"][part] for part in ("kind", "met", "expected", "do")), answer
