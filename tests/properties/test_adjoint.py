"""Every linear map of the river and its transpose: <g, Sx> = <S'g, x>, on any network."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from adjoin.water import _kernels, _plain, filters, routing
from adjoin.water.basin import Basin

ONCE = (False, True)  # nothing kept for a next run; the last row gives to what is below


@st.composite
def rivers(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    count, near = draw(st.integers(1, 40)), draw(st.integers(1, 8))
    down = [None, *(int(rng.integers(max(0, i - near), i)) for i in range(1, count))]
    some = rng.choice(count, size=min(count, draw(st.integers(0, 3))), replace=False).tolist()
    branches = [(one, int(rng.integers(0, one)), float(rng.uniform(0, 1))) for one in some if one]
    net = Basin.of(list(range(count)), down, branches)
    mean = rng.uniform(0, 30_000, count)
    rows = draw(st.sampled_from(["flow", "transport"]))
    if rows == "flow":
        kind = filters.muskingum(rng.uniform(0.2, 9, count), rng.uniform(0, 0.5, count), 1.0)
    else:
        kind = filters.delay_and_pole(net, mean, mean**2 * rng.uniform(0, 1), rng.uniform(0, 1, count), 3600)
    return net, kind, rng, draw(st.integers(1, 40))


def agree(g, sx, sg, x):
    assert abs((g * sx).sum() - (sg * x).sum()) <= 1e-12 * np.linalg.norm(g) * max(np.linalg.norm(sx), 1e-300)


@settings(max_examples=60, deadline=None)
@given(rivers())
def test_series(river):
    net, kind, rng, steps = river
    g, x = rng.normal(size=(2, len(net), steps))
    agree(g, routing.route(net, kind, x), routing.asked(net, kind, g), x)
    rest, sx, sg = routing.Held.rest(kind, np.float64), x.copy(), g.copy()
    none = (rest.past, rest.start, rest.last)
    _kernels.filter_rows(sx, (0, len(net)), kind.lag, kind.c, net.net, *none, *ONCE)
    _kernels.adjoint_rows(sg, kind.lag, kind.c, net.net, 0, len(net))
    agree(g, sx, sg, x)


@settings(max_examples=60, deadline=None)
@given(rivers())
def test_sums(river):
    net, _, rng, _ = river
    g, x = rng.normal(size=(2, len(net)))
    gain = rng.uniform(0, 1, len(net))
    agree(g, routing.gathered(net, x, gain), routing.spread(net, g, gain), x)
    for loops in (_plain, _kernels):
        sx, sg = x.copy(), g.copy()
        loops.gather(sx, gain, *net.net)
        loops.spread(sg, gain, *net.net)
        agree(g, sx, sg, x)


@settings(max_examples=60, deadline=None)
@given(rivers())
def test_all_that_enters_is_somewhere(river):
    net, kind, rng, steps = river
    x = rng.uniform(0, 1, (len(net), steps))
    assert routing.balance(net, kind, x, routing.route(net, kind, x)).error <= 1e-12
