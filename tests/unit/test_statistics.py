"""What stands out, stands still, drifts or is silent: cases for a pencil, and laws that hold for any series."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjoin.methods import statistics

NUMBERS = st.lists(st.integers(-1000, 1000), min_size=3, max_size=30)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, 1, 1, 9, 1, 1, 1], [3]),
        ([1, 1, 1, 9, 8, 1, 1], []),  # two high ones are a wave, not a spike
        ([1, 2, 3, 4, 5, 6, 7], []),
        ([9, 1, 1, 1, 1, 1, 9], []),  # the ends have neighbours on one side only
        ([5, 5, 5, 0, 5, 5, 5], [3]),
        ([1, 1, 1, 3, 1, 1, 1], []),  # below the floor
    ],
)
def test_a_spike_stands_out_alone(values, found):
    assert statistics.spikes(values, beside=3, factor=6, floor=3) == found


@pytest.mark.parametrize(
    ("values", "runs"),
    [
        (["7", "7", "7", "8"], [(0, 2)]),
        (["7", None, "7", "7"], []),
        ([None, None, None], []),
        (["1", "2", "2", "2", "3", "3", "3"], [(1, 3), (4, 6)]),
        ([], []),
        (["7.0", "7", "7.0"], []),  # another print is another reading
    ],
)
def test_a_frozen_run_is_the_same_value_again(values, runs):
    assert statistics.frozen(values, least=3) == runs


def test_the_line_through_a_series_is_not_moved_by_a_bad_value():
    days = list(range(11))
    clean = [3.0 + 0.5 * day for day in days]
    found = statistics.trend(days, [*clean[:5], 99.0, *clean[6:]])
    assert (found.slope, found.change, found.noise) == (pytest.approx(0.5), pytest.approx(5.0), pytest.approx(0.0))
    assert statistics.trend([1, 1, 1], [1, 2, 3]) is None
    assert statistics.trend([1, 2], [1, 2]) is None


@pytest.mark.parametrize(
    ("looks", "seen", "found"),
    [
        ([0, 4, 8, 12, 16], [0, 16], [(0, 16)]),
        ([0, 4, 8, 12, 16], [0, 4], [(4, None)]),
        ([0, 4, 8], [0, 4, 8], []),
        ([0, 16], [0, 16], []),  # nobody was heard in between
        ([0, 8, 16], [0, 16], []),  # a single look that was missed
        ([0, 4, 8, 12], [], []),  # who was never heard is not silent but new
        ([0, 4, 8, 12], [12], []),
    ],
)
def test_who_is_silent_while_others_are_heard(looks, seen, found):
    assert statistics.missed(looks, seen, least=10, fewest=2) == found


@given(NUMBERS, st.integers(-500, 500), st.integers(1, 20))
def test_shift_and_scale_move_the_same_spikes(values, shift, scale):
    moved = [shift + scale * value for value in values]
    first = statistics.spikes(values, beside=3, factor=6, floor=2)
    assert statistics.spikes(moved, beside=3, factor=6, floor=2 * scale) == first


@given(NUMBERS)
def test_a_series_backwards_has_the_same_spikes(values):
    back = statistics.spikes(values[::-1], beside=3, factor=6, floor=2)
    assert sorted(len(values) - 1 - at for at in back) == statistics.spikes(values, beside=3, factor=6, floor=2)


@given(NUMBERS, st.integers(2, 5))
def test_frozen_runs_do_not_overlap_and_hold_one_value(values, least):
    runs = statistics.frozen(values, least=least)
    assert all(len(set(values[first : last + 1])) == 1 and last - first + 1 >= least for first, last in runs)
    assert all(one[1] < other[0] for one, other in pairwise(runs))
