"""Every method that may raise a finding does so on a case where it must, and not where all is well; in words."""

import pytest

from adjoin.doors import cases, findings, registry
from adjoin.formats.messages import messages


def answered(method):
    return [(given, registry.compute(method, given)) for given in cases.given(method)]


@pytest.mark.parametrize("method", findings.TABLE)
def test_some_cases_raise_and_each_is_said_in_both_languages(method):
    found = [
        raised
        for given, answer in answered(method)
        if "error" not in answer and "refused" not in answer
        for raised in findings.raised(method, given, answer)
    ]
    assert found
    for each in found:
        for lang in ("zh", "en"):
            said = messages().say(each.key, lang, value=each.value, unit=each.unit, **each.facts)
            assert said not in {each.key, ""}
            assert "{" not in said
            assert "—" not in said or "—" in (each.value, *each.facts.values())
        assert f"{each.key}.name" in messages().says


@pytest.mark.parametrize("method", sorted(set(findings.TABLE) - {"land.shoreline", "land.corridor", "land.change"}))
def test_some_cases_raise_nothing(method):
    quiet = [
        1
        for given, answer in answered(method)
        if "error" not in answer and "refused" not in answer and not findings.raised(method, given, answer)
    ]
    assert quiet


def test_a_method_that_is_not_in_the_table_raises_nothing():
    assert findings.raised("water.dose", {}, {"dose": 2.0}) == ()
