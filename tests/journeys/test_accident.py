"""A release above the border: one side warns, the other acknowledges; the same for a drill, which stays one."""

from datetime import timedelta

import pytest
from commands import adjoin

from adjoin.core.evidence import Evidence
from adjoin.core.refusal import Refusal
from adjoin.loop import demonstrate, hand_over

NOTE = (Evidence("desk", "place=zhutuo", "应急台推算", "as reckoned"),)


def warn(workspace, clock, **more):
    said = {"by": "duty officer", "reason": "release above the border", "evidence": NOTE, **more}
    return hand_over.open_message(
        workspace, procedure="spill-warning", site="zhutuo", quantity="w21003", now=clock(), **said
    )


def test_a_warning_is_delivered_acknowledged_and_called_over(fresh_pair, clock):
    upper, lower = fresh_pair["sichuan"], fresh_pair["chongqing"]
    case = warn(upper, clock)
    assert (case.roles, case.finding) == ({"warner": "sichuan", "warned": "chongqing"}, None)

    demonstrate.meet(fresh_pair, clock=clock)
    seen = hand_over.case(lower, case.id, now=clock())
    assert (seen.state["warned"], seen.steps[0].evidence[0]["ref"]) == ("told", "place=zhutuo")

    for side, move in ((lower, "acknowledge"), (upper, "update"), (upper, "all_clear"), (lower, "stand_down")):
        hand_over.move(side, case.id, move, by="duty officer", reason="because", now=clock())
        demonstrate.meet(fresh_pair, clock=clock)
    assert [hand_over.case(side, case.id, now=clock()).outcome for side in (upper, lower)] == ["ended"] * 2


def test_an_hour_without_an_answer_is_overdue_the_same_day(fresh_pair, clock):
    upper = fresh_pair["sichuan"]
    case = warn(upper, clock)

    def late(after):
        found = hand_over.case(upper, case.id, now=case.steps[0].at + after)
        return {each.move: each.overdue for each in found.deadlines}

    assert late(timedelta(minutes=5)) == {"acknowledge": False, "update": False}
    assert late(timedelta(minutes=75)) == {"acknowledge": True, "update": False}


def test_a_drill_stays_a_drill_on_the_other_side(fresh_pair, clock):
    case = warn(fresh_pair["sichuan"], clock, drill=True)
    demonstrate.meet(fresh_pair, clock=clock)
    assert hand_over.case(fresh_pair["chongqing"], case.id, now=clock()).drill
    assert not warn(fresh_pair["sichuan"], clock).drill


def test_an_unknown_place_opens_nothing(fresh_pair, clock):
    upper = fresh_pair["sichuan"]
    before = upper.version()
    with pytest.raises(Refusal, match="unknown_site"):
        hand_over.open_message(upper, procedure="spill-warning", site="x", quantity="", by="a", reason="b", now=clock())
    assert upper.version() == before


def test_the_command_says_what_the_page_says(two_workspaces):
    words = ("accident", "--workspace", two_workspaces["sichuan"].folder, "--place", "泸州纳溪化工", "--lang", "en")
    told = adjoin(*words, "--mass", "1000-20000", "--substance", "氨氮")
    assert told.status == 0
    assert [each["site"] for each in told.one["arrivals"]][:2] == ["intake-luzhou-north-waterworks", "zhutuo"]
    assert told.one["report_hours"] == 2
    assert any("mean of many years" in warning for warning in told.one["warnings"])

    refused = adjoin(*words, "--mass", "lots")
    assert (refused.status, refused.lines) == (2, [])
    assert "`lots` is no decimal number" in refused.said
