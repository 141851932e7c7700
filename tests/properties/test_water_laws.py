"""Laws that the water methods keep, whatever the numbers."""

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adjoin.core.assessment import CLASSES
from adjoin.core.units import round_half_even
from adjoin.doors.registry import compute
from adjoin.formats import rules
from adjoin.water import detect
from adjoin.water.detect import Inflow, Seen

VALUE = st.integers(0, 1000).map(lambda n: n / 8)  # eighths: sums and halves are exact
TIMES = st.lists(st.integers(0, 200), min_size=1, max_size=25, unique=True).map(sorted)
POINTS = TIMES.flatmap(
    lambda times: st.lists(VALUE, min_size=len(times), max_size=len(times)).map(
        lambda values: [(float(t), v) for t, v in zip(times, values, strict=True)]
    )
)
LAG = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (float(min(pair)), float(max(pair))))
TEXT = st.decimals(-1000, 1000, allow_nan=False, places=5).map(lambda number: f"{number:f}")


@given(times=TIMES, value=st.floats(0, 1e6), border=POINTS, lag=LAG, gap=st.integers(0, 50))
def test_the_hull_of_a_constant_is_that_constant(times, value, border, lag, gap):
    points = [(float(time), value) for time in times]
    for row in detect.hull(border, {"a": Inflow(points, lag)}, gap):
        assert (row.low, row.high) in {(value, value), (None, None)}


@given(one=POINTS, other=POINTS, part=st.integers(0, 16), gap=st.integers(1, 300))
def test_a_mixture_without_delay_is_never_outside(one, other, part, gap):
    """Seen at the observations of one inflow, where the other is on its line: a mixture of both."""
    inflows = {"one": Inflow(one, (0.0, 0.0)), "other": Inflow(other, (0.0, 0.0))}
    bounds = detect.hull([(time, math.inf) for time, _ in one], inflows, gap)
    mixed = [(r.time_h, r.low + (r.high - r.low) * part / 16) for r in bounds if r.low is not None]
    for row in detect.hull(mixed, inflows, gap):
        assert row.verdict == "inside"


@given(border=POINTS, points=POINTS, lag=LAG, gap=st.integers(0, 50))
def test_the_hull_agrees_with_a_plain_walk(border, points, lag, gap):
    for row in detect.hull(border, {"a": Inflow(points, lag)}, gap):
        low, high = plain_walk(points, row.time_h - lag[1], row.time_h - lag[0], gap)
        assert (row.low, row.high) == (low, high)


def plain_walk(points, since, until, gap):
    """Least and greatest on every joined piece, clipped to the window: the definition."""
    values = []
    for (t0, v0), (t1, v1) in pairwise(points):
        start, stop = max(t0, since), min(t1, until)
        if t1 - t0 <= gap and start <= stop:
            values += [v0 + (t - t0) / (t1 - t0) * (v1 - v0) if t < t1 else v1 for t in (start, stop)]
    return (min(values), max(values)) if values else (None, None)


@given(points=POINTS, base=VALUE, at=st.integers(0, 24))
def test_dose_adds_up_over_windows_that_meet_at_an_observation(points, base, at):
    split = at % len(points)
    parts = detect.dose(points[: split + 1], base) + detect.dose(points[split:], base)
    assert math.isclose(parts, detect.dose(points, base), abs_tol=1e-9)


@given(points=POINTS, one=VALUE, other=VALUE)
def test_dose_never_grows_with_its_base(points, one, other):
    assert detect.dose(points, max(one, other)) <= detect.dose(points, min(one, other))


@given(points=POINTS, base=VALUE)
def test_what_exceeds_and_what_lacks_make_the_whole(points, base):
    lacks = detect.dose([(time, -value) for time, value in points], -base)
    whole = detect.dose([(time, value + 1000 - base) for time, value in points], 0) if len(points) > 1 else 0.0
    span = points[-1][0] - points[0][0]
    assert math.isclose(detect.dose(points, base) - lacks, whole - 1000 * span, abs_tol=1e-6)


@given(text=TEXT, decimals=st.integers(0, 6))
def test_rounding_twice_is_rounding_once(text, decimals):
    rounded = round_half_even(text, decimals)
    assert round_half_even(rounded, decimals) == rounded


CODES = [limit.quantity for limit in rules.standard("GB 3838-2002").limits if limit.kind == "max" and limit.evaluated]
AMOUNT = st.integers(0, 10**7).map(lambda n: f"{n / 10**5:.5f}")


def class_of(values, stage="assessment"):
    asked = {"stage": stage, "water_body": "river", "values": values, "target": "III"}
    return compute("water.section_class", asked)


@given(code=st.sampled_from(CODES), one=AMOUNT, other=AMOUNT, stage=st.sampled_from(["realtime", "assessment"]))
def test_more_of_a_pollutant_is_never_a_better_class(code, one, other, stage):
    less, more = sorted((one, other), key=float)
    better, worse = (CLASSES.index(class_of({code: value}, stage)["class"]) for value in (less, more))
    assert better <= worse


@given(
    values=st.dictionaries(st.sampled_from(CODES), AMOUNT, min_size=1), more=st.tuples(st.sampled_from(CODES), AMOUNT)
)
def test_one_more_item_never_makes_it_better(values, more):
    before = class_of({code: value for code, value in values.items() if code != more[0]})["class"]
    after = class_of(values | {more[0]: more[1]})["class"]
    assert before is None or CLASSES.index(before) <= CLASSES.index(after)


@given(values=st.dictionaries(st.sampled_from(CODES), AMOUNT, min_size=1), order=st.randoms(use_true_random=False))
def test_the_order_of_the_values_does_not_matter(values, order):
    shuffled = list(values.items())
    order.shuffle(shuffled)
    assert class_of(values) == class_of(dict(shuffled))


@given(series=st.lists(POINTS, min_size=1, max_size=6), level=VALUE, order=st.randoms(use_true_random=False))
def test_who_is_first_is_before_all_others_whatever_the_order_asked_in(series, level, order):
    seen = [Seen(f"s{i}", detect.first_seen(points, level), float(i)) for i, points in enumerate(series)]
    found = detect.order(seen)
    order.shuffle(seen)
    assert detect.order(seen) == found
    if found.first is not None:
        brackets = {each.site: each.bracket for each in found.sites}
        first = brackets.pop(found.first)
        assert all(not each.already and first.until_h <= each.after_h for each in brackets.values())
