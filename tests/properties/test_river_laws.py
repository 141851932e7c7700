"""Laws that rivers keep, whatever the numbers."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from adjoin.water import mixing, travel
from adjoin.water.passage import Passage
from adjoin.water.reaches import Reaches, Spot
from adjoin.water.spill import Passed, Release, delivery

HOUR = 3600.0


def within(low, high):
    return st.floats(low, high, allow_nan=False)


REACH = st.fixed_dictionaries(
    {
        "length": within(1e3, 1e5),
        "velocity": within(0.1, 2),
        "dispersion": within(1, 1000),
        "decay": within(0, 1e-5),
        "flow": within(1, 1e4),
        "storage": st.sampled_from([0.0, 0.1, 0.3]),
        "exchange": within(1e-5, 1e-3),
        "transverse": st.just(np.nan),
    }
)
CONSERVED = REACH.map(lambda reach: reach | {"decay": 0.0})
RELEASE = st.tuples(within(1, 1e4), within(-50, 50), st.sampled_from([0.0, 0.01, 1.0, 30.0]))


def network(rows, shape=None):
    """A chain, or with a shape a tree: every row flows to a later one."""
    count = len(rows)
    below = [min(i + 1 + (shape[i] if shape else 0), count - 1) if i < count - 1 else None for i in range(count)]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return Reaches.of({str(i): None if j is None else str(j) for i, j in enumerate(below)}, columns, [""] * count)


def releases(parts):
    return [Release(Spot("0", 0.0), mass, start * HOUR, hours * HOUR) for mass, start, hours in parts]


@given(rows=st.lists(CONSERVED, min_size=1, max_size=5), parts=st.lists(RELEASE, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_without_decay_all_mass_passes_and_concentration_is_never_negative(rows, parts):
    passed = Passed.of(network(rows), releases(parts), Spot(str(len(rows) - 1)))
    total = sum(mass for mass, _, _ in parts)
    assert abs(passed.mass - total) <= 1e-9 * total
    times = np.linspace(-100, 3000, 500) * HOUR
    assert passed.concentration(times).min() >= 0
    for part in passed.parts:  # what the curve holds is what was let go
        late = part.passage.pulse.quantile(1 - 1e-12) + part.passage.duration
        assert part.passage.pulse.below(late) > 1 - 1e-9


@given(rows=st.lists(REACH, min_size=1, max_size=5), parts=st.lists(RELEASE, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_releases_add_up_and_twice_the_mass_is_twice_the_concentration(rows, parts):
    river, outlet = network(rows), Spot(str(len(rows) - 1))
    times = np.linspace(-100, 1000, 200) * HOUR
    together = Passed.of(river, releases(parts), outlet).concentration(times)
    apart = sum(Passed.of(river, [each], outlet).concentration(times) for each in releases(parts))
    doubled = Passed.of(river, releases([(2 * m, s, d) for m, s, d in parts]), outlet).concentration(times)
    scale = together.max() + 1e-300
    assert np.abs(together - apart).max() <= 1e-12 * scale
    assert np.abs(2 * together - doubled).max() <= 1e-12 * scale


@given(rows=st.lists(REACH, min_size=1, max_size=4), parts=st.lists(RELEASE, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_a_higher_threshold_is_passed_for_a_shorter_time(rows, parts):
    passed = Passed.of(network(rows), releases(parts), Spot(str(len(rows) - 1)))
    _, top = passed.peak
    spans = [passed.above(top * level) for level in (1e-4, 0.01, 0.1, 0.5, 0.9, 0.999)]
    for (first, last), (later, earlier) in pairwise(spans):
        assert first <= later + 1e-3
        assert last >= earlier - 1e-3
    assert passed.above(top * 1.01) is None


@given(
    rows=st.lists(REACH, min_size=2, max_size=8),
    shape=st.lists(st.integers(0, 3), min_size=8, max_size=8),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_the_adjoint_is_the_transpose(rows, shape, seed):
    river, rng = network(rows, shape), np.random.default_rng(seed)
    outlet = Spot(str(len(rows) - 1))
    x = rng.uniform(0.1, 1, len(rows))
    heads = [Release(Spot(str(i), 0.0), float(mass), 0.0, HOUR) for i, mass in enumerate(x)]
    passed = Passed.of(river, heads, outlet)
    times, g = np.linspace(0, 500, 300) * HOUR, rng.standard_normal(300)
    forward = passed.concentration(times)
    backward = passed.transposed(times, g)
    assert abs(g @ forward - backward @ np.array(passed.released)) <= 1e-12 * np.linalg.norm(g) * np.linalg.norm(
        forward
    )
    assert abs(delivery(river, outlet) @ x - passed.mass) <= 1e-12 * passed.mass


@given(rows=st.lists(REACH, min_size=1, max_size=6), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_the_order_of_reaches_does_not_matter_for_what_passes(rows, seed):
    shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    found = []
    for order in (rows, shuffled):
        river = network(order)
        way = river.way(Spot("0", 0.0), Spot(str(len(rows) - 1)))
        found.append(travel.along(way, travel.of_reaches(river)))
    for name in ("log_survival", "mean", "variance", "third"):
        one, other = (float(getattr(each, name)) for each in found)
        assert abs(one - other) <= 1e-12 * abs(one)


@given(row=REACH, pieces=st.sampled_from([2, 10, 100]), hours=st.sampled_from([0.0, 2.0]))
@settings(max_examples=60, deadline=None)
def test_cutting_a_reach_changes_nothing(row, pieces, hours):
    cut = [row | {"length": row["length"] / pieces}] * pieces
    peaks = []
    for rows in ([row], cut):
        river = network(rows)
        way = river.way(Spot("0", 0.0), Spot(str(len(rows) - 1)))
        passage = Passage.of(travel.along(way, travel.of_reaches(river)), hours * HOUR)
        peaks.append(float(passage.rate(passage.peak_time())))
    assert abs(peaks[0] - peaks[1]) <= 1e-6 * peaks[0]


@given(distance=within(0.002, 20), release=within(0, 1), place=within(0, 1))
def test_banks_share_one_mean_and_see_each_other_alike(distance, release, place):
    across = np.array([float(mixing.bank_factor(distance, release, (i + 0.5) / 200)) for i in range(200)])
    assert abs(across.mean() - 1) < 2e-3
    there, back = mixing.bank_factor(distance, release, place), mixing.bank_factor(distance, place, release)
    assert abs(there - back) <= 1e-9 * max(there, 1)
    assert there >= 0


@given(release=within(0, 1), place=within(0, 1))
def test_images_and_waves_agree_where_they_meet(release, place):
    near, far = (float(mixing.bank_factor(0.2 + shift, release, place)) for shift in (-1e-12, 1e-12))
    assert abs(near - far) < 1e-9
