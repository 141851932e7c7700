"""One wave at a real border: what was observed, what follows from it, and what does not. From both chairs."""

import dataclasses
import json
from datetime import datetime

import pytest

from adjoin.core.period import ZONE, Period
from adjoin.core.refusal import Refusal
from adjoin.doors import registry
from adjoin.formats.messages import messages
from adjoin.loop import answers, assess, attribute, hand_over, observe, quality_case

TP, OXYGEN = "w21011", "w01009"
NOW = datetime(2026, 9, 4, 12, tzinfo=ZONE)
SIDES = ("sichuan", "chongqing")


@pytest.fixture(params=SIDES)
def chair(request, two_workspaces):
    return two_workspaces[request.param]


def found(workspace, site, quantity):
    return next(each for each in attribute.findings(workspace) if (each.site, each.quantity) == (site, quantity))


def rows(finding, name, *columns):
    exhibit = finding.exhibit(name)
    places = [exhibit.columns.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in exhibit.rows]


def test_all_readings_came_in(chair):
    (receipt,) = (each for each in observe.receipts(chair) if "water_auto" in each.file)
    assert (receipt.values, receipt.new, receipt.rejects) == (2749, 2749, 0)


@pytest.mark.parametrize(
    ("site", "peak"),
    [
        ("纳溪大渡口", "0.464"),
        ("朱沱", "0.599"),
        ("江津大桥", "0.304"),
        ("和尚山", "0.332"),
        ("寸滩", "0.197"),
        ("鲢鱼溪", "0.417"),
    ],
)
def test_the_wave_as_it_was_read(chair, site, peak):
    values = [row.value for row in assess.series(chair, site, "总磷").measured]
    assert max(values, key=float) == peak


def test_the_border_saw_worse_than_class_v(chair):
    wave = found(chair, "zhutuo", TP)
    assert wave.kind == "border_signal"
    assert (wave.upstream, wave.downstream) == SIDES
    assert (wave.peak.value, wave.peak.time) == ("0.599", datetime(2026, 9, 1, 5, tzinfo=ZONE))
    assert (wave.water_class, wave.target) == ("worse_than_V", "II")


def test_above_every_mixture_of_the_observed_inflows(chair):
    verdicts = {time[:16]: (value, verdict) for time, value, verdict in rows(
        found(chair, "zhutuo", TP), "hull", "time", "value", "verdict"
    )}  # fmt: skip
    assert verdicts["2026-09-01T13:00"] == ("0.572", "above")
    assert verdicts["2026-09-01T05:00"] == ("0.599", "undecided")
    strict = {
        time[:16]: verdict for time, verdict in rows(found(chair, "zhutuo", TP), "hull_strict", "time", "verdict")
    }
    assert (strict["2026-09-01T13:00"], strict["2026-09-01T05:00"]) == ("undecided", "undecided")


def test_at_the_peak_only_the_inflow_from_outside_is_not_covered(chair):
    open_ones = {time[:16]: names for time, names in rows(found(chair, "zhutuo", TP), "hull", "time", "not_covered")}
    assert open_ones["2026-09-01T05:00"] == ("lianyuxi",)


def test_its_dose(chair):
    assert rows(found(chair, "zhutuo", TP), "dose", "site", "dose_all", "dose_since") == [
        ("naxi-dadukou", "12.9", "5.6"),
        ("zhutuo", "30.6", "22.3"),
        ("jiangjin-bridge", "8.3", "6.5"),
    ]


def test_who_saw_it_first_in_brackets(chair):
    relation = dict(rows(found(chair, "zhutuo", TP), "first_seen", "site", "relation"))
    assert relation == {
        "naxi-dadukou": "before_border",
        "lutianhua-bridge": "not_established",
        "lianyuxi": "already",
        "xingjuexi": "before_border",
        "zhutuo": "border",
        "jiangjin-bridge": "after_border",
        "heshangshan": "after_border",
        "shoupayan": "unknown_km",  # its kilometre is not known: never ordered
        "tuojiang-bridge": "never",
        "guagongshan": "never",
        "cuntan": "never",
        "qingxichang": "never",
    }


def test_the_last_16_km_above_the_border_have_the_lower_side_on_a_bank(chair):
    held = rows(found(chair, "zhutuo", TP), "reaches", "km_from", "km_to", "left_party", "right_party", "confidence")
    assert held[1:] == [(818.9, 809.9, "sichuan", "chongqing", "low"), (809.9, 802.4, None, None, "-")]
    assert held[1][0] - held[-1][1] == pytest.approx(16.5)


def test_no_share_and_why(chair):
    wave = found(chair, "zhutuo", TP)
    assert wave.attribution.state == "not_for_attribution"
    assert wave.attribution.reasons == ("reason.no_discharge", "reason.not_explained")
    assert all(each.attribution.state == "not_for_attribution" for each in attribute.findings(chair))
    said = json.dumps([dataclasses.asdict(each) for each in attribute.findings(chair)], default=str)
    assert not [word for word in ("share", "percent", "%", "tonne", 'speed_m_s":') if word in said]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_always_stands_beside_it(chair, lang):
    wave, low = found(chair, "zhutuo", TP), found(chair, "gaodong", OXYGEN)
    common = ("caveat.realtime_signal", "caveat.publication_time")
    assert wave.caveats == (*common, "caveat.phosphorus", "caveat.cause_open")
    assert low.caveats == (*common, "caveat.night", "caveat.cause_open")
    keys = {*wave.caveats, *low.caveats, *wave.attribution.reasons, *low.attribution.reasons}
    assert all(messages().say(key, lang) != key for key in keys)


def test_low_oxygen_the_other_way_round_is_a_night_minimum(chair):
    low = found(chair, "gaodong", OXYGEN)
    assert (low.upstream, low.downstream) == ("chongqing", "sichuan")
    assert (low.peak.value, low.water_class) == ("1.89", "worse_than_V")
    assert rows(low, "night_minimum", "site", "value", "minimum")[0] == ("gaodong", "1.89", "night_minimum")
    assert low.exhibit("hull") is None  # oxygen is made and used on the way


def test_a_signal_from_outside_and_one_within_are_no_matter_between_the_two(chair):
    assert found(chair, "lianyuxi", TP).kind == "outside_signal"
    assert found(chair, "naxi-dadukou", TP).kind == "inner_signal"


def test_the_month_is_not_assessed(chair):
    month = assess.assess(chair, "朱沱", Period.parse("2026-09"))
    assert not month.assessed
    assert month.verdict.water_class is None
    assert month.verdict.meets_target is None
    assert (month.coverage.have, month.coverage.need, month.coverage.of) == (3, 20, 30)
    assert month.warnings == ("warning.memory_minimum",)


def test_an_hour_is_a_signal_that_never_rounds(chair):
    peak = assess.assess(chair, "zhutuo", Period.parse("2026-09-01T05:00/2026-09-01T06:00"))
    assert (peak.stage, peak.verdict.water_class, peak.values[TP]) == ("realtime", "worse_than_V", "0.599")
    assert peak.warnings == ("caveat.realtime_signal",)


def test_both_sides_find_the_same_to_the_last_digit(two_workspaces):
    one, other = (attribute.findings(two_workspaces[side]) for side in SIDES)
    assert [without_receipt(each) for each in one] == [without_receipt(each) for each in other]


def test_both_sides_hold_the_same_cases(two_workspaces):
    one, other = (hand_over.cases(two_workspaces[side], now=NOW) for side in SIDES)
    assert one == other
    assert {(each.id, each.outcome or " ".join(each.state.values())) for each in one} == {
        ("C-chongqing-0001", "passed_cause_not_established"),
        ("C-chongqing-0001.1", "offering weighing"),
        ("C-sichuan-0001", "waiting searching"),
    }


def test_what_a_human_would_type_is_marked(two_workspaces):
    for case in hand_over.cases(two_workspaces["sichuan"], now=NOW):
        assert all(step.demonstration for step in case.steps)
        assert all("演示" in step.by and "demonstration" in step.by for step in case.steps)


def test_the_answer_brings_the_upstream_readings(two_workspaces):
    case = hand_over.case(two_workspaces["chongqing"], "C-chongqing-0001", now=NOW)
    answer = next(step for step in case.steps if step.move == "answer")
    sites = [each["ref"].split("/")[0] for each in answer.evidence]
    assert sites == ["naxi-dadukou", "lutianhua-bridge", "tuojiang-bridge", "xingjuexi", "lianyuxi"]


def test_every_finding_names_what_it_rests_on(chair):
    for each in attribute.findings(chair):
        kinds = {evidence.kind for evidence in each.evidence}
        assert {"series", "clause", "code"} <= kinds
        assert all(evidence.fingerprint for evidence in each.evidence if evidence.kind in {"series", "code"})


def without_receipt(finding):
    """When a side took a reading in is its own affair; everything else is the same."""
    return dataclasses.replace(finding, peak=dataclasses.replace(finding.peak, received=NOW))


def test_nobody_mends_what_came_from_outside_or_from_the_side_that_asks(two_workspaces):
    upper, lower = (two_workspaces[side] for side in SIDES)
    outside = found(upper, "lianyuxi", TP)
    assert outside.upstream not in SIDES
    wave = found(upper, "zhutuo", TP)
    mends = {"joint-inspection", "supervision"}
    for workspace, finding, asked in (
        (upper, outside, False),
        (lower, outside, False),
        (upper, wave, False),
        (lower, wave, True),
    ):
        names = quality_case.procedures(workspace, finding)
        assert names[0] == "search-call"
        assert bool(mends & set(names)) is asked
    said = {"finding": outside.id, "by": "Li", "reason": "look", "now": NOW}
    with pytest.raises(Refusal, match="not_for_finding"):
        hand_over.open_case(lower, procedure="joint-inspection", **said)


def test_the_demonstration_keeps_an_answer_on_real_readings_that_both_sides_compute_again(two_workspaces):
    for workspace in two_workspaces.values():
        (kept,) = answers.kept(workspace)
        assert kept.given["values"]["w21011"] == "0.599"
        assert (kept.party, kept.answer["class"], "演示" in kept.by) == ("chongqing", "worse_than_V", True)
        assert answers.again(workspace, kept, registry.answer).same
