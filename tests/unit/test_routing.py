"""Series down a network: against dense matrices, against the loops as written, cut in time, shared between threads."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

from adjoin.core.refusal import Refusal
from adjoin.water import _kernels, _plain, filters, pools, routing, travel
from adjoin.water.basin import Basin

ONCE = (False, True)  # nothing kept for a next run; the last row gives to what is below
SPLIT = [("c", "f", 0.25), ("d", "f", 0.5)]  # a canal and an arm


def basin(branches=()):
    #  a   b
    #   \ /
    #    c - (f)
    #    |
    #    d   e
    #     \ /
    #      g
    return Basin.of(list("abcdefg"), ["c", "c", "d", "g", "g", "g", None], branches)


def random_basin(count, rng):
    """Every reach flows into one of the few before it in the table."""
    down = [None, *(int(rng.integers(max(0, i - 4), i)) for i in range(1, count))]
    return Basin.of(list(range(count)), down)


def flow(net, rng, dt_h=1.0):
    return filters.muskingum(rng.uniform(0.6, 3, len(net)), rng.uniform(0, 0.3, len(net)), dt_h)


def transport(net, rng):
    mean = rng.uniform(0, 20000, len(net))
    return filters.delay_and_pole(
        net, mean, mean**2 * rng.uniform(0, 0.4, len(net)), rng.uniform(0.5, 1, len(net)), 3600
    )


def dense(net, kind, steps):
    """The map from lateral inflow to outflow as one matrix, by solving what every filter says."""
    count = len(net)
    a, b = np.eye(count * steps), np.zeros((count * steps, count * steps))
    ways = [(i, int(net.down[i]), net.part[i]) for i in range(count) if net.down[i] >= 0]
    ways += [
        (i, int(net.branch_to[k]), net.branch_part[k])
        for i in range(count)
        for k in range(net.branch_start[i], net.branch_start[i + 1])
    ]
    for i in range(count):
        for t in range(steps):
            if t:
                a[i * steps + t, i * steps + t - 1] -= kind.c[2, i]
            for c, lag in ((kind.c[0, i], kind.lag[i]), (kind.c[1, i], kind.lag[i] + 1)):
                if t >= lag:
                    b[i * steps + t, i * steps + t - lag] += c
                    for one, other, part in ways:
                        if other == i:
                            a[i * steps + t, one * steps + t - lag] -= c * part
    return np.linalg.solve(a, b)


@pytest.mark.parametrize("branches", [(), SPLIT])
@pytest.mark.parametrize("kind", [flow, transport])
def test_a_run_is_its_matrix_and_the_transpose_is_the_transposed_matrix(branches, kind):
    net, rng = basin(branches), np.random.default_rng(1)
    rows, x = kind(net, rng), rng.normal(size=(7, 20))
    matrix = dense(net, rows, 20)
    assert np.allclose(routing.route(net, rows, x).ravel(), matrix @ x.ravel(), rtol=0, atol=1e-12)
    assert np.allclose(routing.asked(net, rows, x).ravel(), matrix.T @ x.ravel(), rtol=0, atol=1e-12)


def test_the_transpose_above_a_reach_is_the_whole_one_where_nothing_is_asked_below():
    rng = np.random.default_rng(2)
    net = random_basin(60, rng)
    rows, at = transport(net, rng), 30
    weights = np.zeros((60, 16))
    weights[at] = rng.normal(size=16)
    part = net.above(at)
    assert np.array_equal(routing.asked(net, rows, weights, at=at)[part], routing.asked(net, rows, weights)[part])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", [flow, transport])
def test_compiled_rows_agree_with_the_loops_as_written(dtype, kind):
    rng = np.random.default_rng(3)
    net = random_basin(50, rng)
    rows = kind(net, rng)
    x, c, close = rng.random((50, 37)).astype(dtype), rows.c.astype(dtype), 2e-6 if dtype is np.float32 else 1e-14
    one, other = x.copy(), x.copy()
    nothing = routing.Held.rest(rows, dtype)
    for loops, values in ((_plain, one), (_kernels, other)):
        loops.filter_rows(values, (0, 50), rows.lag, c, net.net, nothing.past, nothing.start, nothing.last, *ONCE)
    assert np.abs(one - other).max() <= close * one.max()
    if not rows.lag.any():
        fast = x.copy()
        _kernels.flow_rows(fast, 0, 50, c[0], c[1], c[2], *net.net, ONCE[1])
        assert np.abs(fast - other).max() <= close * other.max()
    one, other = x.copy(), x.copy()
    _plain.adjoint_rows(one, rows.lag, c, net.net, 0, 50)
    _kernels.adjoint_rows(other, rows.lag, c, net.net, 0, 50)
    assert np.abs(one - other).max() <= close * one.max()


@pytest.mark.parametrize("steps", [1, 15, 16, 17, 40])
@pytest.mark.parametrize("branches", [(), SPLIT])
def test_flow_in_single_precision_is_that_in_double_at_any_length(steps, branches, monkeypatch):
    rng = np.random.default_rng(9)
    net = basin(branches)
    rows, x = flow(net, rng), rng.random((7, steps)).astype(np.float32)
    exact = routing.route(net, rows, x.astype(float))
    monkeypatch.setattr("adjoin.water.basin._COMPILED_FROM", 0)
    assert np.allclose(routing.route(net, rows, x), exact, rtol=2e-6)
    whole = np.zeros((7, 2 * steps), np.float32)
    whole[:, ::2] = x
    assert np.allclose(routing.route(net, rows, whole[:, ::2], in_place=True), exact, rtol=2e-6)  # rows with gaps


def test_compiled_sums_and_orders_are_those_of_the_loops_as_written():
    rng = np.random.default_rng(4)
    net, down = basin(SPLIT), np.array([-1, 0, 0, 1, 1, 2], np.int32)
    for loop in ("gather", "spread"):
        one, other, gain = (x := rng.random(7)), x.copy(), rng.random(7)
        getattr(_plain, loop)(one, gain, *net.net)
        getattr(_kernels, loop)(other, gain, *net.net)
        assert np.array_equal(one, other)
    for one, other in zip(_plain.post_order(down), _kernels.post_order(down), strict=True):
        assert np.array_equal(one, other)
    tree = basin()
    given = (tree.down, rng.random(7), rng.random(7), np.array([0, 1, 0, 1, 0, 1, 0], np.int32), 2)
    assert np.array_equal(_plain.border_sums(0, 6, *given), _kernels.border_sums(0, 6, *given))
    args = (rng.random(7) * 5, rng.random(7) * 4, tree.down, rng.random(7), np.ones(7, np.int8))
    for one, other in zip(_plain.match(*args), _kernels.match(*args), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("kind", [flow, transport])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cut_in_time_the_result_is_the_same_bit_for_bit(kind, dtype, monkeypatch):
    monkeypatch.setattr("adjoin.water.basin._COMPILED_FROM", 0)
    rng = np.random.default_rng(5)
    net = random_basin(40, rng)
    rows, x = kind(net, rng), rng.random((40, 50)).astype(dtype)
    whole = routing.route(net, rows, x, held=routing.Held.rest(rows, dtype))
    at_once = routing.route(net, rows, x)  # from rest in float32: sixteen steps at a time, rounded otherwise
    assert np.array_equal(whole, at_once) or (dtype is np.float32 and np.allclose(whole, at_once, rtol=1e-6))
    held, cuts = routing.Held.rest(rows, dtype), [0, 3, 4, 12, 33, 50]
    parts = [routing.route(net, rows, np.ascontiguousarray(x[:, a:b]), held=held) for a, b in pairwise(cuts)]
    assert np.array_equal(whole, np.concatenate(parts, axis=1))


@pytest.mark.parametrize(("kind", "dtype"), [(transport, np.float64), (flow, np.float64), (flow, np.float32)])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_shared_between_threads_the_result_is_the_same_bit_for_bit(threads, kind, dtype, monkeypatch):
    monkeypatch.setattr("adjoin.water.basin._COMPILED_FROM", 0)
    rng = np.random.default_rng(6)
    net = random_basin(400, rng)
    rows, x = kind(net, rng), rng.random((400, 24)).astype(dtype)
    with ThreadPoolExecutor(threads) as pool:
        shared = routing.route(net, rows, x, run=pool.map, piece=40)
    assert len(net.pieces(40)) > 5
    assert np.array_equal(shared, routing.route(net, rows, x))


@pytest.mark.parametrize("branches", [(), SPLIT])
@pytest.mark.parametrize("kind", [flow, transport])
def test_everything_that_enters_is_somewhere(branches, kind):
    net, rng = basin(branches), np.random.default_rng(7)
    rows, x = kind(net, rng), rng.random((7, 30))
    told = routing.balance(net, rows, x, routing.route(net, rows, x))
    assert told.error <= 1e-12
    assert told.entered == pytest.approx(told.left + told.held + told.lost, rel=1e-12)
    assert "error" in str(told)
    single = x.astype(np.float32)
    assert routing.balance(net, rows, single, routing.route(net, rows, single)).error <= 1e-5


@pytest.mark.parametrize("kind", [flow, transport])
def test_a_steady_start_stays_steady(kind):
    net, rng = basin(SPLIT), np.random.default_rng(8)
    rows, lateral = kind(net, rng), rng.random(7)
    constant = np.repeat(lateral[:, None], 30, axis=1)
    result = routing.route(net, rows, constant, held=routing.Held.steady(net, rows, lateral))
    assert np.allclose(result, routing.gathered(net, lateral, rows.gain)[:, None], rtol=1e-12)


def test_a_negative_flow_is_reported_not_clipped():
    net = Basin.of(["a"], [None])
    rows, x = filters.muskingum(10.0, 0.4, 1.0), np.array([[10.0] * 3 + [500.0] * 9])
    held = routing.Held.steady(net, rows, x[:, 0])
    result = routing.route(net, rows, x, held=held)
    assert result.min() < 0
    assert routing.balance(net, rows, x, routing.route(net, rows, x)).lowest < 0


@pytest.mark.parametrize(("k", "x"), [(0.0, 0.2), (-1.0, 0.2), (1.0, 0.6), (1.0, -0.1), (float("nan"), 0.2)])
def test_a_reach_without_storage_is_refused(k, x):
    with pytest.raises(Refusal, match="no_storage"):
        filters.muskingum([1.0, k], [0.1, x], 1.0)


def chain(pieces, length=50_000.0, u=0.8, d=60.0):
    """A river cut into pieces; mean and variance of each by advection and dispersion."""
    net = Basin.of(list(range(pieces)), [*range(1, pieces), None])
    each = length / pieces
    one = np.full(pieces, each)
    return net, one / u, 2 * d * one / u**3


@pytest.mark.parametrize("pieces", [1, 10, 50, 100, 1000])
def test_mean_and_spread_of_a_path_do_not_depend_on_how_it_is_cut(pieces):
    net, mean, variance = chain(pieces)
    rows = filters.delay_and_pole(net, mean, variance, np.ones(pieces), 900.0)
    assert np.all(rows.c >= 0)
    pulse = np.zeros((pieces, 400))
    pulse[0, 0] = 1.0
    out = routing.route(net, rows, pulse)[-1]
    hours = np.arange(400) * 900.0
    at = (out * hours).sum() / out.sum()
    spread = (out * (hours - at) ** 2).sum() / out.sum()
    assert out.sum() == pytest.approx(1, abs=1e-9)
    assert abs(at - mean.sum()) <= 900.0  # what a reach cannot hold is less than a step
    assert spread == pytest.approx(variance.sum(), rel=0.01)


def test_a_peak_changes_little_when_a_reach_is_cut():
    hours = np.arange(0, 96, 0.25)
    wave = np.where(hours < 12, np.sin(np.pi * hours / 12) ** 2, 0.0)
    peaks = []
    for pieces in (1, 10, 100):
        net, mean, variance = chain(pieces)
        lateral = np.zeros((pieces, len(wave)))
        lateral[0] = wave
        peaks.append(
            routing.route(net, filters.delay_and_pole(net, mean, variance, np.ones(pieces), 900.0), lateral)[-1].max()
        )
    assert max(peaks) / min(peaks) <= 1.01


@pytest.mark.parametrize("tanks", [1, 2, 5, 40])
def test_a_pool_in_a_network_keeps_its_time_its_spread_and_its_transpose(tanks):
    """A river, a pool of 30 h with loss, a river: moments of the pulse are those of the parts, added up."""
    net = Basin.of(["upper", "pool", "lower"], ["pool", "lower", None])
    pool = pools.Pool(volume=1.08e7, flow=100.0, tanks=tanks, decay=2e-6)
    river = travel.of_one(20_000.0, 0.8, 60.0, 0.0)
    parts = [river, pool.cumulants, river]
    mean, variance, survival = (
        np.array([float(getattr(each, name)) for each in parts]) for name in ("mean", "variance", "survival")
    )
    rows = filters.delay_and_pole(net, mean, variance, survival, 900.0)
    pulse = np.zeros((3, 3000))
    pulse[0, 0] = 1.0
    out = routing.route(net, rows, pulse)
    hours = np.arange(3000) * 900.0
    at = (out[2] * hours).sum() / out[2].sum()
    assert out[2].sum() == pytest.approx((1 + 2e-6 * 108_000 / tanks) ** -tanks, rel=1e-9)
    assert at == pytest.approx(mean.sum(), abs=900.0)
    assert (out[2] * (hours - at) ** 2).sum() / out[2].sum() == pytest.approx(variance.sum(), rel=0.01)
    told = routing.balance(net, rows, pulse, out)
    assert (told.error, told.lost) == (pytest.approx(0, abs=1e-12), pytest.approx(1 - out[2].sum(), rel=1e-9))
    g = np.random.default_rng(1).normal(size=pulse.shape)
    x = np.random.default_rng(2).normal(size=pulse.shape)
    forward = routing.route(net, rows, x)
    gap = abs((g * forward).sum() - (routing.asked(net, rows, g) * x).sum())
    assert gap <= 1e-12 * np.linalg.norm(g) * np.linalg.norm(forward)


def test_time_through_a_confluence_keeps_its_mean():
    net = Basin.of(list("abc"), ["c", "c", None])
    mean = net.sort([700.0, 5000.0, 4000.0])
    rows = filters.delay_and_pole(net, mean, mean * 30, np.ones(3), 3600.0)
    assert np.allclose(rows.mean[:2] * 3600, mean[:2])


def test_less_than_no_time_is_refused():
    net = Basin.of(["a"], [None])
    with pytest.raises(Refusal, match="no_passage"):
        filters.delay_and_pole(net, np.array([-1.0]), np.array([1.0]), np.ones(1), 60.0)
