"""CAP 1.2: what the schema of OASIS takes and refuses, case by case, and what our own check sees beyond it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adjoin.core.refusal import Refusal
from adjoin.formats import cap

FACTS = json.loads(Path(__file__).with_name("cap_cases.json").read_text("utf-8"))
SEEN_BY_SCHEMA = {"order", "word", "time"}
TEMPLATE = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{id}</identifier>
<sender>duty@example.invalid</sender><sent>{sent}</sent><status>{status}</status><msgType>{msg}</msgType>
<scope>{scope}</scope>{ref}<info><category>{cat}</category><event>spill</event>{resp}<urgency>{u}</urgency>
<severity>{s}</severity><certainty>{c}</certainty>{area}</info></alert>"""


def kinds(case):
    values = {**FACTS["template_values"], **case["change"]}
    return {fault.kind for fault in cap.faults(TEMPLATE.format(**values).encode())}


@pytest.mark.parametrize("case", FACTS["cases"], ids=lambda case: case["say"])
def test_a_document_is_judged_as_the_schema_judges_it(case):
    assert kinds(case).isdisjoint(SEEN_BY_SCHEMA) == case["schema_valid"]


OWN = {"identifier": "identifier", "restricted": "restriction", "polygon": "polygon", "lon,lat": "pair"}


@pytest.mark.parametrize(
    "case", [each for each in FACTS["cases"] if "must_be_refused_by" in each], ids=lambda case: case["say"]
)
def test_what_the_schema_cannot_see_is_seen(case):
    assert kinds(case) == {OWN[case["say"].split()[0]]}


def test_the_enumerations_are_those_of_the_schema():
    assert {name: set(words.split()) for name, words in cap.WORDS.items()} == {
        name: set(words) for name, words in FACTS["enumerations"].items()
    }


def test_a_document_that_brings_its_own_entities_is_not_read():
    assert [fault.met for fault in cap.faults(b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>')] == ["<!"]
    assert cap.faults(b"no xml")[0].kind == "order"


def alert(**more):
    area = cap.Area("x", circle=((29.9, 105.6), 5.0))
    info = cap.Info("en-US", "spill <1>", "Unknown", "Unknown", "Unknown", "desk", "head", "text", (area,))
    sent = datetime(2022, 5, 26, 0, 30, 0, 500, UTC)
    given = {"identifier": "a-1", "sender": "desk", "sent": sent, "status": "Draft", "restriction": "desks"}
    return cap.Alert(**{**given, "infos": (info,), **more})


def test_an_alert_is_written_with_china_time_and_keeps_every_rule():
    data = cap.written(alert())
    assert cap.faults(data) == []
    assert "<sent>2022-05-26T08:30:00+08:00</sent>" in data.decode()
    assert "spill &lt;1&gt;" in data.decode()


@pytest.mark.parametrize("wrong", [{"identifier": "a 1"}, {"restriction": ""}, {"status": "Drill"}])
def test_an_alert_that_breaks_a_rule_is_not_written(wrong):
    with pytest.raises(Refusal) as refused:
        cap.written(alert(**wrong))
    assert refused.value.kind == "cap_fault"
