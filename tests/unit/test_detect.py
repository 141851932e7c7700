"""Waves, small enough for a pencil."""

from datetime import datetime

import pytest

from adjoin.core.period import ZONE
from adjoin.water import detect
from adjoin.water.detect import Inflow, Seen

#  value at the border     one inflow: 0 at 0 h, 10 at 10 h, 0 at 20 h; on its way between 1 and 3 hours
UP = [(0.0, 0.0), (10.0, 10.0), (20.0, 0.0)]


@pytest.mark.parametrize(
    ("time", "value", "low", "high", "verdict"),
    [
        (5.0, 3.0, 2.0, 4.0, "inside"),  # looks at 2 to 4 h
        (5.0, 4.5, 2.0, 4.0, "above"),
        (5.0, 1.5, 2.0, 4.0, "below"),
        (12.0, 10.0, 9.0, 10.0, "inside"),  # 9 to 11 h: the top lies within
        (3.0, 0.0, 0.0, 2.0, "inside"),  # from the first observation on
        (2.0, 0.0, 0.0, 1.0, "inside"),  # -1 to 1 h: half covered, and inside all the same
        (2.0, 5.0, 0.0, 1.0, "undecided"),
        (22.0, 5.0, 0.0, 1.0, "undecided"),  # 19 to 21 h
        (99.0, 5.0, None, None, "undecided"),
    ],
)
def test_hull_of_one_inflow(time, value, low, high, verdict):
    (row,) = detect.hull([(time, value)], {"a": Inflow(UP, (1.0, 3.0))}, 10.0)
    assert (row.low, row.high, row.verdict) == (low, high, verdict)
    assert row.not_covered == (() if verdict in {"above", "below"} or 3 <= time <= 21 else ("a",))


def test_a_gap_is_not_bridged_and_a_lonely_observation_counts_for_nothing():
    points = [(0.0, 1.0), (1.0, 2.0), (10.0, 9.0), (20.0, 1.0), (21.0, 1.0)]
    (row,) = detect.hull([(20.5, 5.0)], {"a": Inflow(points, (0.0, 20.5))}, 2.0)
    assert (row.low, row.high, row.verdict, row.not_covered) == (1.0, 2.0, "undecided", ("a",))
    (bridged,) = detect.hull([(20.5, 5.0)], {"a": Inflow(points, (0.0, 20.5))}, 10.0)
    assert (bridged.low, bridged.high, bridged.verdict, bridged.not_covered) == (1.0, 9.0, "inside", ())


def test_a_window_may_be_one_moment():
    rows = detect.hull([(10.0, 10.0), (5.0, 5.0), (0.0, 0.0)], {"a": Inflow(UP, (0.0, 0.0))}, 10.0)
    assert [(row.low, row.high, row.verdict) for row in rows] == [(v, v, "inside") for v in (10.0, 5.0, 0.0)]
    assert all(not row.not_covered for row in rows)
    (lonely,) = detect.hull([(0.0, 1.0)], {"a": Inflow([(0.0, 1.0)], (0.0, 0.0))}, 10.0)
    assert (lonely.low, lonely.verdict, lonely.not_covered) == (None, "undecided", ("a",))


def test_every_uncovered_inflow_is_named_in_order():
    inflows = {"b": Inflow(UP, (90.0, 99.0)), "a": Inflow(UP, (90.0, 99.0)), "c": Inflow(UP, (0.0, 1.0))}
    (row,) = detect.hull([(10.0, 99.0)], inflows, 10.0)
    assert (row.verdict, row.not_covered) == ("undecided", ("a", "b"))


@pytest.mark.parametrize(("base", "dose"), [(0.0, 100.0), (5.0, 25.0), (10.0, 0.0), (11.0, 0.0), (-1.0, 120.0)])
def test_dose_of_a_triangle(base, dose):
    assert detect.dose(UP, base) == pytest.approx(dose, abs=1e-12)


def test_dose_of_one_observation_is_nothing():
    assert detect.dose([(3.0, 9.0)], 1.0) == 0.0


def test_first_seen_brackets():
    assert detect.first_seen(UP, 5.0) == detect.Bracket(0.0, 10.0, 10.0)
    assert detect.first_seen(UP, 10.0) is None
    assert detect.first_seen(UP, 1.0, falling=True) == detect.Bracket(None, 0.0, 0.0)
    assert detect.first_seen(UP, 1.0, falling=True).already
    assert detect.first_seen([], 1.0) is None


def test_an_order_needs_two_brackets_that_do_not_overlap():
    upper, lower = detect.first_seen([(0, 0), (4, 9)], 5), detect.first_seen([(0, 0), (4, 0), (8, 9)], 5)
    seen = detect.order([Seen("lower", lower, 10.0), Seen("upper", upper, 20.0), Seen("who", upper, None)])
    assert [each.site for each in seen.sites] == ["upper", "lower"]
    assert [each.site for each in seen.unordered] == ["who"]
    assert (seen.first, seen.pairs[0].relation) == ("upper", "upper_first")
    assert detect.order([]).first is None


@pytest.mark.parametrize(("hour", "night"), [(20, True), (23, True), (0, True), (7, True), (8, False), (19, False)])
def test_a_night_minimum_says_so(hour, night):
    points = [(datetime(2026, 8, 31, 12, tzinfo=ZONE), 6.0), (datetime(2026, 8, 31, hour, tzinfo=ZONE), 1.9)]
    found = detect.night_minimum(points)
    assert (found.value, found.at_night) == (1.9, night)
    assert detect.night_minimum([]) is None
