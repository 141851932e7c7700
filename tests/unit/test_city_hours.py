"""Hours of a place: means by the hour of the day, and roses of the wind."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjoin.air.hours import CALM, Wind, by_hour, rose
from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.loop import period_means

FIRST = datetime(2026, 1, 5, tzinfo=ZONE)


def test_each_hour_of_the_day_has_the_mean_of_its_values():
    found = by_hour([(0, 10.0), (0, 20.0), (23, 7.0)])
    assert [(each.mean, each.count) for each in (found[0], found[1], found[23])] == [(15.0, 2), (None, 0), (7.0, 1)]
    assert [each.hour for each in found] == list(range(24))


@pytest.mark.parametrize(
    ("directions", "middles"),
    [
        ((45, 135, 225, 315), [45, 135, 225, 315]),  # quadrants
        ((0, 90, 180, 270), [0, 90, 180, 270]),
        ((0, 45, 90, 225), [0, 45, 90, 135, 180, 225, 270, 315]),
        ((11, 33.3, 200), [22.5 * k for k in range(16)]),
    ],
)
def test_a_rose_has_as_many_petals_as_the_data_tell_apart(directions, middles):
    found = rose([Wind(2.0, each) for each in directions])
    assert [each.direction for each in found.petals] == middles
    assert sum(each.hours for each in found.petals) == len(directions)


def test_calm_and_variable_hours_stand_apart_with_what_was_in_the_air():
    found = rose([Wind(CALM, 90.0, 80.0), Wind(3.0, None, 40.0), Wind(4.0, 359.0, 10.0), Wind(2.0, 1.0)])
    assert (found.calm.hours, found.calm.share, found.calm.dust) == (2, 0.5, 60.0)
    north = found.petals[0]
    assert (north.direction, north.hours, north.speed, north.dust) == (0.0, 2, 3.0, 10.0)


def test_nothing_is_a_rose_without_hours():
    found = rose([])
    assert (found.hours, found.calm) == (0, None)
    assert sum(each.hours for each in found.petals) == 0


@given(st.lists(st.builds(Wind, st.floats(0, 60), st.none() | st.floats(0, 360))))
def test_every_hour_stands_in_one_petal_or_is_calm(winds):
    found = rose(winds)
    counted = sum(each.hours for each in found.petals) + (found.calm.hours if found.calm else 0)
    assert counted == found.hours == len(winds)
    if winds:
        shares = sum(each.share for each in found.petals) + (found.calm.share if found.calm else 0.0)
        assert shares == pytest.approx(1.0)


def test_hours_beside_a_days_mean_are_not_mixed_into_it(fresh_towns):
    ws = fresh_towns["east"]
    hours = [
        Observation("mill-bridge", "a34004", FIRST + timedelta(hours=n), "90", "µg/m3", "post", FIRST, "hour-mean")
        for n in range(48)
    ]
    ws.observed.take([*hours, Observation("mill-bridge", "a34004", FIRST, "30", "µg/m3", "z", FIRST, "day-mean")])
    told = [(each.mean, each.have, each.of) for each in period_means.means(ws, "mill-bridge", "PM2.5", "day")]
    assert told == [("30.0", 1, 1), ("90.0", 24, 24)]
