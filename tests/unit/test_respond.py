"""The emergency desk's answers on the first bundle: where it goes, when it arrives, by when to report."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.loop import respond

NOW = datetime(2026, 9, 4, 15, tzinfo=ZONE)
WORKS = "industrial_park-naxi-chemical-works-luzhou"  # above the border
PARK = "industrial_park-changshou-chemical-park"  # below it; its river goes on to a third party
EVENT = respond.Asked(WORKS, NOW - timedelta(hours=2), mass_kg=(1000, 20_000), substance="w21003", known_at=NOW)


@pytest.fixture(scope="module")
def ask(two_workspaces):
    """The desk for an event, asked from one side."""

    def asked(side="sichuan", now=NOW, **more):
        return respond.desk(two_workspaces[side], replace(EVENT, **more), now=now)

    return asked


def test_what_lies_below_is_reached_in_its_order(ask):
    arrivals = ask().arrivals
    assert [each.km for each in arrivals] == sorted(each.km for each in arrivals)
    assert {each.site.kind for each in arrivals} == {"section", "intake"}
    for each in arrivals:
        assert EVENT.start < each.arrival[0] < each.arrival[1] < each.arrival[2] < each.end[2]
    medians = [each.arrival[1] for each in arrivals]
    assert medians == sorted(medians)


def test_both_sides_are_told_the_same(ask):
    assert ask("sichuan") == ask("chongqing")


def test_the_critical_mass_is_the_limit_over_the_peak_of_one_tonne(ask):
    desk = ask()
    for each in desk.arrivals:
        expected = 1000 * desk.substance.limit_mg_l / each.per_tonne_mg_l[1]
        assert each.critical_kg[1] == pytest.approx(expected, rel=1e-3)


def test_more_mass_is_more_likely_to_go_over_and_arrives_no_sooner(ask):
    little, much = ask(mass_kg=(10, 20)), ask(mass_kg=(1e6, 2e6))
    for less, more in zip(little.arrivals, much.arrivals, strict=True):
        assert less.arrival == more.arrival
        assert less.probability <= more.probability
    assert much.arrivals[0].probability > 0.9


def test_an_unknown_mass_still_gives_times_and_what_every_tonne_does(ask):
    desk = ask(mass_kg=None)
    first = desk.arrivals[0]
    assert (first.peak_mg_l, first.probability) == (None, None)
    assert first.arrival == ask().arrivals[0].arrival
    assert first.critical_kg == ask().arrivals[0].critical_kg
    assert "desk.no_mass" in desk.warnings


def test_half_the_flow_is_slower_and_twice_the_flow_faster(ask):
    for each in ask(flow_m3s=5000).arrivals:
        low, now, high = each.low_now_high
        assert low > now > high


@pytest.mark.parametrize("substance", ["石油类", "benzene", "三氯甲烷"])
def test_of_what_does_not_dissolve_no_concentration_is_given(ask, substance):
    desk = ask(substance=substance)
    assert not desk.applies
    assert "desk.not_dissolved" in desk.warnings
    for each in desk.arrivals:
        assert (each.peak_mg_l, each.per_tonne_mg_l, each.probability, each.critical_kg) == (None,) * 4


def test_the_water_passes_from_one_side_to_the_other(ask):
    desk = ask()
    assert desk.crosses
    first = desk.borders[0]
    assert (first.above, first.below) == ("sichuan", "chongqing")
    assert 0 < first.km < next(each.km for each in desk.arrivals if each.site.id == "zhutuo")
    assert desk.case_site == "zhutuo"


def test_towards_a_third_party_it_counts_as_large_though_it_leaves_the_pair(ask):
    desk = ask(place=PARK)
    assert not desk.crosses
    assert [(each.above, each.below) for each in desk.borders] == [("chongqing", "hubei")]
    assert "across_border" in desk.grounds
    assert desk.report_by == NOW + timedelta(hours=2)


def test_from_the_other_side_back_to_this_one(ask):
    desk = ask(place="gaodong")
    assert desk.case_site == "gaodong"
    assert [(each.above, each.below) for each in desk.borders][:2] == [
        ("chongqing", "sichuan"),
        ("sichuan", "chongqing"),
    ]


@pytest.mark.parametrize("place", ["长江 930", "长江930km", "Yangtze km 930", "CJ 930"])
def test_a_river_and_its_kilometre_is_a_place(ask, place):
    source = ask(place=place).source
    assert (source.river, source.km) == ("CJ", 930.0)
    assert 0 <= source.fraction <= 1


def test_a_reach_and_a_name_are_places(ask):
    assert ask(place="r0597").source.reach == "r0597"
    assert ask(place="泸州纳溪化工").arrivals == ask().arrivals


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"place": "nowhere"}, "unknown_site"),
        ({"place": "长江 99999"}, "unknown_site"),
        ({"mass_kg": (-1, 5)}, "impossible_mass"),
        ({"mass_kg": (5, 1)}, "impossible_mass"),
        ({"mass_kg": (float("nan"), 1)}, "impossible_mass"),
        ({"duration_h": -1}, "impossible_duration"),
        ({"flow_m3s": 0}, "impossible_flow"),
        ({"start": datetime(9999, 12, 31, tzinfo=ZONE)}, "impossible_time"),
        ({"known_at": datetime(1, 1, 2, tzinfo=ZONE)}, "impossible_time"),
        ({"substance": "unobtainium"}, "unknown_substance"),
    ],
)
def test_what_cannot_be_is_refused(ask, asked, kind):
    with pytest.raises(Refusal) as refused:
        ask(**asked)
    assert refused.value.kind == kind


def test_an_old_flow_is_stale_and_a_fresh_one_is_not(ask):
    old, fresh = (ask(flow_m3s=6000, flow_at=NOW - timedelta(hours=hours)) for hours in (25, 3))
    assert old.flow.stale
    assert "desk.stale_flow" in old.warnings
    assert not fresh.flow.stale


def test_a_release_to_come_is_said_to_be_one(ask):
    assert "desk.future" in ask(start=NOW + timedelta(hours=3)).warnings


def test_containments_are_listed_where_there_are_some(ask):
    names = [site.id for site, _ in ask(place="industrial_park-panzhihua-steel").containments]
    assert names == ["dam-baihetan", "dam-xiluodu", "dam-xiangjiaba"]
    assert ask().containments == ()


def test_an_intake_that_states_how_long_closing_takes_is_closed_before_the_front(two_workspaces):
    given = two_workspaces["sichuan"]
    name = "intake-luzhou-north-waterworks"
    site = replace(given.region.sites[name], attributes={"closing_min": "90"})
    ws = replace(given, region=replace(given.region, sites={**given.region.sites, name: site}))
    first = respond.desk(ws, EVENT, now=NOW).arrivals[0]
    assert first.close_by == first.arrival[0] - timedelta(minutes=90)
    assert all(each.close_by is None for each in respond.desk(given, EVENT, now=NOW).arrivals)


def test_sampling_begins_before_the_front(ask):
    desk = ask()
    assert len(desk.sampling) == 6
    by_site = {each.site.id: each for each in desk.arrivals}
    for each in desk.sampling:
        assert each.since == by_site[each.site.id].arrival[0] - timedelta(hours=1)
        assert each.until == by_site[each.site.id].end[2]


def test_at_a_section_its_own_readings_are_asked_and_elsewhere_those_of_the_next_one_below(ask):
    assert {each.site for each in ask(place="gaodong").checks if each.key == "check.second_reading"} == {"gaodong"}
    assert {each.site for each in ask().checks if each.site} == {"zhutuo"}


def test_at_the_end_of_the_network_nothing_lies_below(ask):
    desk = ask(place="wuxiakou")
    assert (desk.arrivals, desk.sampling, desk.containments) == ((), (), ())


def test_a_flow_read_on_a_tributary_says_nothing_of_the_river_below(ask):
    """Twice the mean on the tributary moves arrivals there; on the main river the band stays the wide one."""
    mean, twice = (ask(place="gaodong", flow_m3s=flow) for flow in (24.6, 49.2))
    nothing = ask(place="gaodong")

    def band(desk, name):
        found = next(each for each in desk.arrivals if each.site.id == name)
        return (found.arrival[2] - found.arrival[0]).total_seconds()

    def first(desk, name):
        return next(each for each in desk.arrivals if each.site.id == name).arrival[1]

    assert first(twice, "hushi-bridge") < first(mean, "hushi-bridge")
    assert band(mean, "hushi-bridge") < band(nothing, "hushi-bridge")
    own_river = first(mean, "hushi-bridge") - first(twice, "hushi-bridge")
    below = first(mean, "cuntan") - first(twice, "cuntan")
    assert below.total_seconds() < 1.5 * own_river.total_seconds()  # what was gained on the tributary, hardly more


def test_where_nobody_knows_a_flow_none_is_made_up(towns):
    asked = respond.Asked("reed-ford", NOW - timedelta(hours=2), mass_kg=(10, 10), substance="w21003")
    with pytest.raises(Refusal) as refused:
        respond.desk(towns["east"], asked, now=NOW)
    assert refused.value.kind == "flow_unknown"
    desk = respond.desk(towns["east"], replace(asked, flow_m3s=15.0), now=NOW)
    assert desk.flow.m3s == 15.0
    assert all(0 < each.per_tonne_mg_l[1] < 1000 for each in desk.arrivals)
