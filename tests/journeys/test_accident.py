"""A release above the border: one side warns, the other acknowledges; the same for a drill, which stays one."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from commands import adjoin

from adjoin.core.evidence import Evidence
from adjoin.core.refusal import Refusal
from adjoin.loop import attribute, demonstrate, digest, hand_over
from adjoin.web.lines import case_lines
from adjoin.web.page import Ask
from adjoin.web.pages import case as case_page
from adjoin.web.pages import overview

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


def test_hours_are_told_in_china_time_wherever_they_are_told(fresh_pair):
    upper, lower = fresh_pair["sichuan"], fresh_pair["chongqing"]
    evening = datetime(2026, 9, 4, 14, 34, tzinfo=UTC)  # 22:34 by the clocks of both
    made = warn(upper, lambda: evening)
    demonstrate.meet(fresh_pair, clock=lambda: evening + timedelta(minutes=1))
    for side in (upper, lower):
        page = case_page.build(side, Ask(evening + timedelta(minutes=2), subject=(made.id,)))
        clocks = [clock.say.zh for column in (page.mine, page.theirs) for clock in column.clocks]
        assert any("2026-09-04 23:34" in each for each in clocks), clocks
        assert not page.clocks_wait
    (turn,) = [each for each in digest.turns(lower, now=evening) if each.subject == made.id]
    assert "2026-09-04 23:34" in digest.said(turn, "zh")
    calendar = icalendar.Calendar.from_ical(digest.calendar(lower, now=evening, base="https://west.example"))
    (event,) = [each for each in calendar.walk("VEVENT") if made.id in each["UID"]]
    assert event["UID"].startswith(f"case-{made.id}-acknowledge@")
    assert event["URL"] == f"https://west.example/case/{made.id}"


def test_what_ends_first_stands_first(fresh_pair, clock):
    """An hour before three working days, whatever the numbers of the cases."""
    upper, lower = fresh_pair["sichuan"], fresh_pair["chongqing"]
    finding = next(each.id for each in attribute.findings(upper) if each.upstream == "sichuan")
    slow = hand_over.open_case(upper, procedure="search-call", finding=finding, by="a", reason="b", now=clock())
    demonstrate.meet(fresh_pair, clock=clock)
    quick = warn(upper, clock)
    demonstrate.meet(fresh_pair, clock=clock)
    assert [line.id for line in case_lines(lower, clock()) if line.mine] == [quick.id, slow.id]


@pytest.mark.parametrize("drill", [False, True])
def test_an_hour_comes_before_everything_else_on_the_first_page_of_both(fresh_pair, clock, drill):
    made = warn(fresh_pair["sichuan"], clock, drill=drill)
    demonstrate.meet(fresh_pair, clock=clock)
    for side in fresh_pair.values():
        verdict = overview.build(side, Ask(clock())).verdict
        assert verdict.state == "bad"
        assert made.id in verdict.say.zh
        assert verdict.say.zh.startswith("演练" if drill else "突发")
        assert "确认收到" in verdict.turn.zh


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
    assert "the mass `lots` is no number" in refused.said
