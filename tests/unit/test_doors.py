"""One door a method: what it answers, and how it says no."""

import json
import math
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import adjoin
from adjoin.core.refusal import Refusal
from adjoin.doors import registry
from adjoin.doors.given import parse

WAVE = {"a": {"observed_h": [[0, 1], [5, 2]], "lag_h": [0, 1]}}
CLASS = {"stage": "realtime", "water_body": "river", "target": "III"}
LAKE = {"chla_mg_m3": 10, "TP_mg_L": 0.1, "TN_mg_L": 1, "SD_m": 1, "CODMn_mg_L": 4}


def test_the_same_answer_by_every_name_of_a_quantity():
    names = ("w21003", "NH3-N", "氨氮", "nh3n_mg_l", "氨氮(mg/L)")
    answers = [adjoin.compute("water.section_class", CLASS | {"values": {name: "1.01"}}) for name in names]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["decided_by"] == ["w21003"]
    assert answers[0]["clauses"] == {"w21003": "GB 3838-2002, table 1, item 7"}


def test_the_law_of_its_day():
    asked = CLASS | {"values": {"TP": "0.5"}}
    assert adjoin.compute("water.section_class", asked | {"on": "2002-05-31"})["class"] is None
    assert adjoin.compute("water.section_class", asked | {"on": "2026-09-01"})["class"] == "worse_than_V"


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ({"from": "2026-09-01T05:00", "count": 30, "kind": "hours"}, {"due": "2026-09-02T11:00+08:00"}),
        ({"from": "2026-09-01T05:00", "count": 1, "kind": "workdays"}, {"due": "2026-09-02"}),
        ({"from": "2030-01-01", "count": 3, "kind": "days_strict"}, {"due": "2030-01-04"}),
        ({"from": "2020-12-31", "count": 1, "kind": "days"}, {"due": "2021-01-04"}),
    ],
)
def test_clocks(asked, due):
    assert adjoin.compute("core.deadline", asked) == due


def test_beyond_the_calendar_is_an_answer():
    for since in ("2027-01-04", "2019-05-01"):
        answer = adjoin.compute("core.deadline", {"from": since, "count": 1, "kind": "workdays"})
        assert answer == {"refused": True, "calendar_from": "2021-01-01", "calendar_until": "2026-12-31"}


REFUSED = [
    ("water.hul", {}, "unknown_method"),
    ("", {}, "unknown_method"),
    ("water.dose", [], "not_an_object"),
    ("water.dose", {"observed_h": [[0, 1]]}, "missing_key"),
    ("water.dose", {"observed_h": [], "base": 1}, "empty_list"),
    ("water.dose", {"observed_h": "x", "base": 1}, "not_a_list"),
    ("water.dose", {"observed_h": [[0]], "base": 1}, "not_a_pair"),
    ("water.dose", {"observed_h": [[0, True]], "base": 1}, "not_a_json_number"),
    ("water.dose", {"observed_h": [[0, math.nan]], "base": 1}, "not_a_json_number"),
    ("water.dose", {"observed_h": [[0, "0.1"]], "base": 1}, "not_a_json_number"),
    ("water.dose", {"observed_h": [[0, 1e300]], "base": 1}, "out_of_bounds"),
    ("water.dose", {"observed_h": [[0, 1]], "base": 10**5000}, "not_a_json_number"),
    ("water.dose", {"observed_h": [[1, 1], [0, 1]], "base": 1}, "not_ascending"),
    ("water.dose", {"observed_h": [[1, 1], [1, 2]], "base": 1}, "not_ascending"),
    ("water.hull", {"border": [[1, 1]], "inflows": {}, "max_gap_h": 1}, "empty_object"),
    ("water.hull", {"border": [[1, 1]], "inflows": {"a": 1}, "max_gap_h": 1}, "not_an_object"),
    ("water.hull", {"border": [[1, 1]], "inflows": WAVE, "max_gap_h": -1}, "out_of_bounds"),
    ("water.hull", {"border": [[1, 1]], "inflows": {"a": WAVE["a"] | {"lag_h": [2, 1]}}, "max_gap_h": 1}, "not_a_span"),
    (
        "water.hull",
        {"border": [[1, 1]], "inflows": {"a": WAVE["a"] | {"lag_h": [-1, 1]}}, "max_gap_h": 1},
        "out_of_bounds",
    ),
    ("water.first_seen", {"threshold": 1, "falling": "no", "sites": {"a": {"observed_h": [[0, 1]]}}}, "not_a_flag"),
    ("water.first_seen", {"threshold": 1, "sites": {"a": {"observed_h": [[0, 1]], "km": "12"}}}, "not_a_json_number"),
    ("water.ph_mean", {"values": [7, 15]}, "out_of_bounds"),
    ("water.river_grade", {"classes": ["I", "VI"]}, "not_a_choice"),
    ("water.river_grade", {"classes": ["I", None]}, "not_a_choice"),
    ("water.river_grade", {"classes": ["I"] * 4}, "too_few_sections"),
    ("water.trophic_state", LAKE | {"SD_m": 0}, "out_of_bounds"),
    ("water.section_class", CLASS | {"values": {"TP": 0.35}}, "not_text"),
    ("water.section_class", CLASS | {"values": {"TP": "0,35"}}, "not_a_value"),
    ("water.section_class", CLASS | {"values": {"TP": "----"}}, "not_a_value"),
    ("water.section_class", CLASS | {"values": {"TP": "<<1"}}, "not_a_value"),
    ("water.section_class", CLASS | {"values": {"pH": "14.2"}}, "out_of_bounds"),
    ("water.section_class", CLASS | {"values": {"TP": "-0.1"}}, "out_of_bounds"),
    ("water.section_class", CLASS | {"values": {"TP": "1", "总磷": "1"}}, "named_twice"),
    ("water.section_class", CLASS | {"values": {"XYZ": "1"}}, "unknown_quantity"),
    ("water.section_class", CLASS | {"values": {}, "stage": "later"}, "not_a_choice"),
    ("water.section_class", CLASS | {"values": {}, "target": "0"}, "not_a_choice"),
    ("water.section_class", CLASS | {"values": {}, "on": "yesterday"}, "not_a_time"),
    ("water.section_class", CLASS | {"values": {}, "standard": "GB 1"}, "unknown_standard"),
    ("core.round_half_even", {"value": "1", "decimals": -1}, "out_of_bounds"),
    ("core.round_half_even", {"value": "1", "decimals": 1.0}, "not_an_integer"),
    ("core.round_half_even", {"value": "1e999999", "decimals": 1}, "not_a_number"),
    ("core.deadline", {"from": "9999-12-31", "count": 30000, "kind": "days_strict"}, "out_of_bounds"),
    ("core.deadline", {"from": "2026-02-30", "count": 1, "kind": "days"}, "not_a_time"),
    ("core.deadline", {"from": "2026-02-03", "count": 1, "kind": "weeks"}, "not_a_choice"),
]


@pytest.mark.parametrize(("method", "asked", "kind"), REFUSED)
def test_bad_input_is_refused_with_a_remedy(method, asked, kind):
    for lang in ("zh", "en"):
        error = adjoin.compute(method, asked, lang=lang)["error"]
        assert error["kind"] == kind
        assert all(error[part] and "—" not in error[part] for part in ("met", "expected", "do"))


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b'{"a": "\\ud800"}', b"1e5 x"],
)
def test_what_is_no_json(data):
    with pytest.raises(Refusal, match=r"not_json|not_utf8"):
        parse(data)


def test_every_door_explains_itself_in_both_languages():
    assert "water.hull" in registry.methods()
    for method in registry.methods():
        for lang in ("zh", "en"):
            told = registry.door(method).explain.as_json(lang)
            assert told["what"]
            assert told["formula"]
            assert told["source"]
            assert all(symbol["name"] and symbol["say"] for symbol in told["symbols"])


def test_a_door_imports_only_what_it_needs():
    code = (
        "import sys, adjoin; adjoin.compute('water.dose', {'observed_h': [[0, 1]], 'base': 0}); "
        "print([m for m in ('yaml', 'fastapi', 'sqlalchemy', 'adjoin.joint', 'adjoin.store') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
KEYS = st.sampled_from(
    ["observed_h", "base", "border", "inflows", "lag_h", "max_gap_h", "values", "classes", "sites", "threshold", "km",
     "stage", "water_body", "target", "on", "value", "decimals", "from", "count", "kind", "falling", "TP", "pH"]
)  # fmt: skip
TYPICAL = st.sampled_from(
    ["realtime", "river", "lake", "III", "assessment", "hours", "days", "2026-09-01", "0.35", "<0.02", 0, 1, 3.5,
     [[0, 1], [2, 3]], [0, 1], ["I", "II", "IV", "V", "III"], {"a": {"observed_h": [[0, 1]], "lag_h": [0, 2]}}]
)  # fmt: skip
ANY = st.recursive(
    SCALARS | TYPICAL, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner)
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(method=st.sampled_from(registry.methods()), asked=st.dictionaries(KEYS, ANY, max_size=9) | ANY)
def test_any_json_gets_an_answer_or_an_error(method, asked):
    answer = adjoin.compute(method, asked, lang="en")
    assert isinstance(answer, dict)
    json.dumps(answer, allow_nan=False)
    if "error" in answer:
        assert all(answer["error"][part] for part in ("kind", "met", "expected", "do")), answer
