"""What nitrogen, phosphorus and pools must keep in any river: mass, order, limits, and no seam between pieces."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjoin.methods.chain import convolved
from adjoin.water import kinetics, nitrogen, phosphorus, pools, settled, travel
from adjoin.water.nitrogen import Nitrogen, Oxygen, Rates
from adjoin.water.phosphorus import Bed, Load
from adjoin.water.reaches import Reaches, Spot


def none_or(low, high):
    """Nothing, or a number that has all its digits."""
    return st.one_of(st.just(0.0), st.floats(low, high))


rate, day, mg, part = none_or(1e-9, 20), none_or(1e-6, 50), none_or(1e-9, 100), none_or(1e-6, 1)
nitrogens = st.builds(Nitrogen.of, mg, mg, mg)
rates = st.builds(Rates, rate, rate)
oxygens = st.builds(Oxygen, st.floats(-5, 12), mg, rate, rate, st.floats(-5, 5))
loads = st.builds(Load, mg, mg, none_or(1e-9, 1e4))
beds = st.builds(Bed, rate, none_or(1e-6, 500), none_or(1e-9, 0.01))
partitions = st.one_of(st.none(), st.floats(1, 1e5))


def close(one, other, size=1.0):
    return abs(one - other) <= 1e-12 * max(abs(one), abs(other), size)


def exact(t, rates):
    """The chain by its definition, in so many digits that differences of rates do no harm."""
    with localcontext() as context:
        context.prec = 120
        k = [Decimal(each) + Decimal(i) * Decimal("1e-30") for i, each in enumerate(rates)]  # equal ones pulled apart
        terms = ((-each * Decimal(t)).exp() / math.prod(b - each for b in k if b != each) for each in k)
        return float(sum(terms))


@given(t=st.floats(1e-6, 100), rates=st.lists(rate, min_size=1, max_size=4), near=st.booleans())
def test_a_chain_is_what_its_definition_says(t, rates, near):
    if near:
        rates = [rates[0] * (1 + i * 1e-11) for i in range(len(rates))]
    assert float(convolved(t, *rates)) == pytest.approx(exact(t, rates), rel=1e-11, abs=1e-300)


@given(start=nitrogens, rates=rates, days=day)
def test_nitrogen_is_kept(start, rates, days):
    found = nitrogen.nitrified(start, rates, days)
    assert close(found.total, start.total)
    assert min(found.organic, found.ammonia, found.nitrate) >= 0


@given(start=nitrogens, rates=rates, oxygen=oxygens, days=day, cut=part)
def test_a_river_in_two_pieces_is_the_river(start, rates, oxygen, days, cut):
    whole, deficit = nitrogen.nitrified(start, rates, days), nitrogen.oxygen_deficit(start, rates, oxygen, days).total
    middle = nitrogen.nitrified(start, rates, cut * days)
    carried = Oxygen(
        nitrogen.oxygen_deficit(start, rates, oxygen, cut * days).total,
        oxygen.demand * math.exp(-oxygen.kd * cut * days),
        oxygen.kd,
        oxygen.ka,
        oxygen.taken,
    )
    end = nitrogen.nitrified(middle, rates, days - cut * days)
    assert all(close(getattr(end, name), getattr(whole, name), 100) for name in ("organic", "ammonia", "nitrate"))
    assert close(nitrogen.oxygen_deficit(middle, rates, carried, days - cut * days).total, deficit, 1000)


@given(start=nitrogens, ko=rate, slow=rate, more=rate, days=day)
def test_faster_nitrification_leaves_less_ammonia(start, ko, slow, more, days):
    less = nitrogen.nitrified(start, Rates(ko, slow + more), days)
    much = nitrogen.nitrified(start, Rates(ko, slow), days)
    assert less.ammonia <= much.ammonia + 1e-12 * start.total
    assert less.nitrate >= much.nitrate - 1e-12 * start.total


@given(start=nitrogens, days=day)
def test_without_rates_nothing_changes(start, days):
    found = nitrogen.nitrified(start, Rates(0.0, 0.0), days)
    assert (found.organic, found.ammonia, found.nitrate) == (start.organic, start.ammonia, start.nitrate)


@given(kd=rate, ka=rate, demand=mg, oxygen=st.floats(0, 12), km=st.floats(0, 500))
def test_without_nitrogen_it_is_the_sag(kd, ka, demand, oxygen, km):
    sag = kinetics.oxygen_sag(kd=kd, ka=ka, demand=demand, saturation=9.0, oxygen=oxygen, velocity=0.5, km=[km])
    nothing = Nitrogen.of(0, 0, 0)
    found = nitrogen.oxygen_deficit(nothing, Rates(0.1, 0.2), Oxygen(9.0 - oxygen, demand, kd, ka), km / 43.2)
    assert close(9.0 - found.total, sag.oxygen[0], 200)


@given(start=nitrogens, rates=rates, oxygen=oxygens, days=day, factor=st.floats(0, 10))
def test_the_oxygen_that_nitrogen_takes_is_linear_in_it(start, rates, oxygen, days, factor):
    one = nitrogen.oxygen_deficit(start, rates, oxygen, days)
    more = Nitrogen(factor * start.organic, factor * start.ammonia, start.nitrate)
    other = nitrogen.oxygen_deficit(more, rates, oxygen, days)
    assert close(other.nitrogen, factor * one.nitrogen)
    assert other.carbon == one.carbon


@given(start=loads, bed=beds, days=day, kd=partitions)
def test_phosphorus_and_matter_are_kept(start, bed, days, kd):
    found = phosphorus.along(start, bed, days, kd)
    there = start.whole + found.lifted
    assert close(there, found.load.whole + found.deposited, there)
    matter = start.suspended + found.lifted_matter
    assert close(matter, found.load.suspended + found.deposited_matter, matter)
    assert min(found.load.dissolved, found.load.particulate, found.load.suspended) >= -1e-12 * there
    assert found.deposited >= -1e-12 * there


@given(start=loads, bed=beds, days=day, kd=partitions, cut=part)
def test_a_reach_in_two_pieces_is_the_reach(start, bed, days, kd, cut):
    whole = phosphorus.along(start, bed, days, kd)
    first = phosphorus.along(start, bed, cut * days, kd)
    second = phosphorus.along(first.load, bed, days - cut * days, kd)
    size = start.whole + whole.lifted
    for name in ("dissolved", "particulate"):
        assert close(getattr(second.load, name), getattr(whole.load, name), size)
    assert close(second.load.suspended, whole.load.suspended, start.suspended + whole.lifted_matter)
    assert close(first.deposited + second.deposited, whole.deposited, size)


@given(start=loads, slow=rate, more=rate, days=day, kd=partitions)
def test_what_sinks_faster_is_carried_less(start, slow, more, days, kd):
    one, other = (phosphorus.along(start, Bed(k, 0.0, 0.001), days, kd) for k in (slow, slow + more))
    assert other.load.whole <= one.load.whole + 1e-12 * start.whole
    assert close(other.load.dissolved, one.load.dissolved, start.whole)  # only particles reach the bed


sinking = st.builds(settled.Sinking, mg, st.floats(0, 0.01))


@given(mg, st.lists(sinking, max_size=5), st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0.01, 2))
def test_a_settled_sample_reads_no_more_than_the_whole(dissolved, bound, seconds, longer, layer):
    whole = dissolved + sum(each.amount for each in bound)
    soon, late = (settled.settled(dissolved, bound, time, layer) for time in (seconds, seconds + longer))
    assert dissolved <= late <= soon * (1 + 1e-15)
    assert soon <= whole * (1 + 1e-15)
    assert settled.settled(dissolved, bound, 0, layer) == whole


body = st.builds(
    pools.Pool,
    st.floats(1e3, 1e9),
    st.floats(0.01, 1e3),
    st.integers(1, 20),
    st.one_of(st.just(0.0), st.floats(0, 1e-4)),
)
steps = st.lists(st.tuples(st.floats(1, 1e6), mg), min_size=1, max_size=5)


def series(gaps):
    return [(float(sum(gap for gap, _ in gaps[: i + 1])), value) for i, (_, value) in enumerate(gaps)]


@given(body, steps, st.lists(st.floats(0, 1e7), min_size=1, max_size=5), mg)
def test_a_pool_keeps_mass(pool, gaps, after, start):
    inflow = series(gaps)
    found = pools.through(pool, inflow, sorted(inflow[0][0] + each for each in after), start)
    assert found.balance.error <= 1e-12
    most = max(start, *(value for _, value in inflow))
    assert np.all((found.concentration >= 0) & (found.concentration <= most * (1 + 1e-12)))


@given(body, mg, st.floats(0, 1e7), st.floats(0, 1))
def test_a_time_between_changes_nothing(pool, start, span, cut):
    whole = pools.through(pool, [(0.0, 2.0)], [span], start)
    with_one = pools.through(pool, [(0.0, 2.0)], [cut * span, span], start)
    assert close(with_one.concentration[-1], whole.concentration[0], start + 2)


@given(body)
def test_a_constant_inflow_leaves_a_pool_as_its_transfer_says(pool):
    late = 60 * pool.residence
    found = pools.through(pool, [(0.0, 1.0)], [late]).concentration[0]
    assert found == pytest.approx(float(pool.cumulants.survival), rel=1e-9)
    tanks = kinetics.tanks_in_series(pool.residence / 86400, pool.decay * 86400, pool.tanks)
    assert found == pytest.approx(tanks, rel=1e-9)


@given(st.floats(1e-3, 1e3), st.floats(1, 1e6), st.floats(0, 1e-4), st.integers(1, 50), st.integers(1, 50))
def test_pools_in_a_row_are_one_pool(flow, volume, decay, some, others):
    """Tanks of one size: so many and so many more are all of them."""
    of = [pools.Pool(volume * n, flow, n, decay).cumulants for n in (some, others, some + others)]
    for name in ("log_survival", "mean", "variance", "third"):
        one, other, both = (float(getattr(each, name)) for each in of)
        assert one + other == pytest.approx(both, rel=1e-12, abs=1e-300)


@given(st.integers(1, 8), st.floats(0, 1e-5), st.floats(0, 1))
def test_a_way_passes_a_pool_like_a_reach(tanks, decay, at):
    """River, pool, river: the cumulants are the sums; a pool entered half way is half of it."""
    columns = {
        "length": [1e4, 5e3, 2e4], "velocity": [0.5, 0.005, 0.6], "dispersion": [30.0, 0.0, 40.0],
        "decay": [decay] * 3, "flow": [50.0] * 3, "storage": [0.0] * 3, "exchange": [0.0] * 3,
        "transverse": [float("nan")] * 3,
    }  # fmt: skip
    down = {"a": "p", "p": "b", "b": None}
    river = Reaches.of(down, columns, [""] * 3)
    river = Reaches(
        **{name: getattr(river, name) for name in ("ids", "down", *columns)}, tanks=np.array([0.0, tanks, 0])
    )
    found = travel.along(river.way(Spot("p", at), Spot("b", 1.0)), travel.of_reaches(river))
    pool = pools.Pool(5e7, 50.0, tanks, decay).cumulants
    below = travel.of_one(2e4, 0.6, 40.0, decay)
    for name in ("log_survival", "mean", "variance", "third"):
        expected = (1 - at) * float(getattr(pool, name)) + float(getattr(below, name))
        assert float(getattr(found, name)) == pytest.approx(expected, rel=1e-12, abs=1e-300)


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=8), st.floats(0, 1))
def test_level_and_volume_lead_back_to_each_other(gaps, at):
    level = np.cumsum(gaps).tolist()
    curve = pools.Storage(level, [each**2 for each in level])
    asked = level[0] + at * (level[-1] - level[0])
    if asked <= level[-1]:
        assert curve.level_of(curve.at(asked)) == pytest.approx(asked, rel=1e-9)


def test_oxygen_of_nitrification_is_the_chemistry():
    two_molecules, one_atom = 2 * 31.998, 14.007  # NH4+ + 2 O2 -> NO3- + 2 H+ + H2O
    assert abs(two_molecules / one_atom - nitrogen.OXYGEN) < 0.002
