"""A frozen sensor, from both chairs: found, handed to whoever runs the station, corrected or under maintenance, looked
at again by the same rule, closed; and a water under two aims, which both sides find under one name."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from frozen_sensor import FIRST, FROZEN, MENDED, STUCK, sent
from transcript import Story

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.loop import attribute, demonstrate, hand_over, quality_control, quality_follow


@pytest.fixture
def frozen(fresh_towns, clock):
    for workspace in fresh_towns.values():
        sent(workspace, STUCK)
    return Story(fresh_towns, clock, finding=FROZEN, procedure="data-correction")


def seen_again(frozen):
    """The finding in each chair: how far it has come, and whether its rule still raises it."""
    found = {side: quality_follow.find(ws, FROZEN) for side, ws in frozen.pair.items()}
    return {side: (each.state, each.flag is not None) for side, each in found.items()}


def series_of(frozen, side):
    return [each for each in attribute.finding(frozen.pair[side], FROZEN).evidence if each.kind == "series"]


def test_corrected_readings_travel_with_the_answer_and_the_rule_confirms_them(frozen):
    assert seen_again(frozen) == {"west": ("seen", True), "east": ("seen", True)}
    frozen.tell("""
        who  | does      | west             | east
        west | hand_over | waiting informed * | -
        -    | exchange  | waiting informed | waiting informed
        east | accept    | waiting informed | waiting mending *
    """)
    assert seen_again(frozen) == {"west": ("handed", True), "east": ("handed", True)}

    sent(frozen.pair["east"], MENDED, received=frozen.clock.now)
    frozen.move("east", "mend", evidence=series_of(frozen, "east"))
    assert seen_again(frozen) == {"west": ("handed", True), "east": ("handed", False)}  # nothing has travelled yet
    frozen.do("-", "exchange")
    assert seen_again(frozen) == {"west": ("handed", False), "east": ("handed", False)}

    west = frozen.pair["west"]
    held = west.observed.history("mill-bridge", "w21001", FIRST + timedelta(hours=12))
    assert {(row.origin, row.value) for row in held} == {("feed", "0.071"), ("feed@east", "0.074")}
    assert attribute.finding(west, FROZEN).caveats[0] == "caveat.data_cleared"
    frozen.move("west", "confirm", evidence=series_of(frozen, "west"))
    frozen.do("-", "exchange")
    assert frozen.seen("west") == frozen.seen("east") == "corrected"
    assert seen_again(frozen) == {"west": ("closed", False), "east": ("closed", False)}


def test_maintenance_clears_a_frozen_sensor_for_both_and_is_evidence(frozen):
    frozen.do("west", "hand_over")
    frozen.do("-", "exchange")
    frozen.do("east", "accept")
    east = frozen.pair["east"]
    said = {"by": "east officer", "reason": "probe under repair", "now": frozen.clock()}
    quality_follow.maintain(east, "mill-bridge", FIRST, FIRST + timedelta(days=2), **said)
    (window,) = [each for each in attribute.finding(east, FROZEN).evidence if each.kind == "entry"]
    assert ("probe under repair" in window.say_zh, "maintenance" in window.say_en) == (True, True)
    frozen.move("east", "mend", evidence=[window])
    frozen.do("-", "exchange")
    frozen.tell("""
        who  | does     | west      | east
        west | confirm  | corrected * | checking mended
        -    | exchange | corrected | corrected
    """)


def test_what_the_station_flags_as_no_measurement_stands_out_no_more(frozen):
    frozen.do("west", "hand_over")
    frozen.do("-", "exchange")
    frozen.do("east", "accept")
    sent(frozen.pair["east"], STUCK, received=frozen.clock.now, flags=["", "", *["fault"] * 6, ""])
    frozen.move("east", "mend", evidence=series_of(frozen, "east"))
    frozen.do("-", "exchange")
    assert seen_again(frozen) == {"west": ("handed", False), "east": ("handed", False)}


def test_nothing_is_confirmed_while_the_rule_still_raises_it(frozen):
    frozen.tell("""
        who  | does                               | west              | east
        west | hand_over                          | waiting informed * | -
        -    | exchange                           | waiting informed  | waiting informed
        east | accept                             | waiting informed  | waiting mending *
        east | mend                               | waiting informed  | checking mended *
        -    | exchange                           | checking mended   | checking mended
        west | confirm refused data_still_flagged | checking mended   | checking mended
        west | send_back                          | waiting mending * | checking mended
        -    | exchange                           | waiting mending   | waiting mending
        east | explain                            | waiting mending   | weighing explained *
        -    | exchange                           | weighing explained | weighing explained
        west | agree                              | accepted_as_explained * | weighing explained
        -    | exchange                           | accepted_as_explained | accepted_as_explained
    """)
    assert seen_again(frozen) == {"west": ("closed", True), "east": ("closed", True)}


def test_an_objection_goes_to_mediation_and_the_finding_stays_in_a_case(frozen):
    frozen.do("west", "hand_over")
    frozen.do("-", "exchange")
    frozen.do("east", "decline")
    frozen.do("-", "exchange")
    assert frozen.seen("west") == "disputed"
    child = hand_over.case(frozen.pair["east"], f"{frozen.case}.1", now=frozen.clock.now)
    assert (child.procedure.name, child.finding) == ("mediation", FROZEN)
    assert seen_again(frozen)["west"][0] == "handed"


@pytest.mark.parametrize(
    ("side", "procedure", "kind"),
    [("east", "data-correction", "own_station"), ("west", "joint-inspection", "not_for_finding")],
)
def test_only_the_other_side_hands_over_and_only_by_its_procedure(frozen, side, procedure, kind):
    said = {"procedure": procedure, "finding": FROZEN, "by": "x", "reason": "r", "now": frozen.clock()}
    with pytest.raises(Refusal) as refused:
        hand_over.open_case(frozen.pair[side], **said)
    assert refused.value.kind == kind
    assert hand_over.cases(frozen.pair[side], now=frozen.clock.now) == ()


def test_a_finding_is_in_one_case_at_a_time_and_a_water_finding_takes_no_data_procedure(frozen):
    frozen.do("west", "hand_over")
    said = {"procedure": "data-correction", "by": "x", "reason": "r", "now": frozen.clock()}
    for finding, kind in ((FROZEN, "data_in_case"), ("F-mill-bridge-w21011-20260902", "not_for_finding")):
        with pytest.raises(Refusal) as refused:
            hand_over.open_case(frozen.pair["west"], finding=finding, **said)
        assert refused.value.kind == kind


def test_a_flag_that_is_gone_is_not_handed_over(frozen):
    east, west = frozen.pair["east"], frozen.pair["west"]
    quality_follow.open_new(east, by="east officer", now=frozen.clock())
    frozen.do("-", "exchange")
    sent(west, MENDED, received=frozen.clock.now)
    assert seen_again(frozen)["west"] == ("corrected", False)
    with pytest.raises(Refusal, match="data_gone"):
        frozen.move("west", "hand_over")


def test_nothing_is_confirmed_of_days_that_were_not_looked_at_again(frozen, monkeypatch):
    frozen.do("west", "hand_over")
    frozen.do("-", "exchange")
    frozen.do("east", "accept")
    frozen.do("east", "mend")
    frozen.do("-", "exchange")
    sent(frozen.pair["west"], MENDED, received=frozen.clock.now)
    monkeypatch.setattr(quality_control, "MOST_VALUES", 3)
    frozen.refused("west", "confirm", "data_not_looked_at")
    monkeypatch.undo()
    sent(frozen.pair["west"], MENDED[:-1], received=frozen.clock())  # the books changed: it is asked again
    assert frozen.of("west").outcome is None
    frozen.do("west", "confirm")
    assert frozen.seen("west") == "corrected *"


def test_what_the_other_side_says_of_a_station_that_is_not_its_own_changes_no_flag(frozen):
    east = frozen.pair["east"]
    rows = [replace(row, origin="feed@west", value="0.5") for row in east.observed.read("mill-bridge", "w21001")]
    east.observed.take(rows)
    assert seen_again(frozen)["east"] == ("seen", True)
    assert {
        row.origin for row in quality_control.as_owned(east.region, east.observed.read("mill-bridge", "w21001"))
    } == {"feed"}


def test_what_a_move_says_of_a_finding_counts_only_where_it_opened_a_case(frozen):
    west = frozen.pair["west"]
    row = quality_follow.named(quality_follow.find(west, FROZEN))
    for more in ({"data": row}, {"data": {"id": FROZEN}, "finding": FROZEN}, {"data": row, "finding": FROZEN}):
        west.record("move", {"case": "C-west-0009", "move": "hand_over", "by": "x", **more}, now=frozen.clock())
    assert seen_again(frozen)["west"] == ("seen", True)


def test_one_water_under_two_aims_is_one_finding_of_both_sides_and_goes_to_mediation(fresh_towns, clock):
    found = [each for ws in fresh_towns.values() for each in attribute.findings(ws) if each.kind == "rule_difference"]
    assert found[0] == found[1]
    assert (found[0].id, found[0].since) == ("R-mill-bridge-WL-10-II-III", datetime(2026, 1, 1, tzinfo=ZONE))
    west, said = fresh_towns["west"], {"finding": found[0].id, "by": "x", "reason": "two aims", "now": clock()}
    with pytest.raises(Refusal, match="not_for_finding"):
        hand_over.open_case(west, procedure="joint-inspection", **said)
    case = hand_over.open_case(west, procedure="mediation", **said)
    demonstrate.meet(fresh_towns, clock=clock)
    there = hand_over.case(fresh_towns["east"], case.id, now=clock.now)
    assert (there.finding, [each["kind"] for each in there.steps[0].evidence]) == (
        found[0].id,
        ["clause", *["note"] * 2],
    )
