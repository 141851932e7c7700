"""Who sends how much: against switching sources off, against the dynamic transpose; rows add up."""

import numpy as np
import pytest

from adjoin.core.refusal import Refusal
from adjoin.core.source_receptor import SourceReceptor
from adjoin.water import filters, routing
from adjoin.water import source_receptor as sr
from adjoin.water.basin import Basin


@pytest.fixture(params=[(), [(3, 30, 0.3), (12, 50, 0.6)]], ids=["tree", "canals"])
def river(request):
    rng = np.random.default_rng(3)
    down = [None, *(int(rng.integers(max(0, i - 4), i)) for i in range(1, 80))]
    branches = [(79 - one, 79 - other, part) for one, other, part in request.param]
    branches = [(max(a, b), min(a, b), part) for a, b, part in branches]
    net = Basin.of(list(range(80)), down, branches)
    steady = sr.Steady.of(rng.uniform(1e3, 6e4, 80), rng.uniform(0.3, 1.2, 80), rng.uniform(0, 0.4, 80))
    return net, steady, rng.uniform(0, 500, 80), rng.uniform(0, 90, 80), rng


def forward(net, steady, head, lateral):
    """What leaves the foot of every reach, kg/d: the other direction."""
    return routing.gathered(net, head + lateral * steady.lateral / steady.head, steady.head)


@pytest.mark.parametrize("border", [0, 1, 7])
def test_switching_a_source_off_takes_away_what_it_delivered(river, border):
    net, steady, head, lateral, _ = river
    at = net.find(border)
    there = sr.delivery(net, steady, at)
    whole = forward(net, steady, head, lateral)[at]
    for i in range(80):
        off_head, off_lateral = head.copy(), lateral.copy()
        off_head[i] = off_lateral[i] = 0.0
        gone = whole - forward(net, steady, off_head, off_lateral)[at]
        assert gone == pytest.approx(
            there.head[i] * head[i] + there.lateral[i] * lateral[i], rel=1e-10, abs=1e-10 * whole
        )


def test_the_fast_form_agrees_and_parties_add_up_to_the_flux(river):
    net, steady, head, lateral, rng = river
    group = rng.integers(0, 3, 80).astype(np.int32)
    parties = [["east", "west", ""][g] for g in group]
    at = net.find(1)
    matrix = sr.matrix(net, steady, {"one": at}, parties, head=head, lateral=lateral)
    fast = sr.border_flux(
        net, steady, at, foot_load=steady.head * head + steady.lateral * lateral, group=group, groups=3
    )
    for g, party in enumerate(["east", "west", ""]):
        assert matrix.by_party("one")[party][0] == pytest.approx(fast[g], rel=1e-12)
    assert matrix.total[0, 0] == pytest.approx(forward(net, steady, head, lateral)[at], rel=1e-12)


def test_the_dynamic_transpose_added_up_over_time_is_the_steady_sweep(river):
    net, steady, _, _, rng = river
    mean = rng.uniform(1000, 9000, 80)
    rows = filters.delay_and_pole(net, mean, mean**2 * 0.1, steady.head, 3600.0)
    at, steps = net.find(0), 400
    weights = np.zeros((80, steps))
    weights[at, -1] = 1.0  # asked for at the last step: when did it have to enter?
    steady_head = sr.delivery(net, steady, at).head
    assert np.allclose(routing.asked(net, rows, weights, at=at).sum(axis=1), steady_head, rtol=1e-9)


def test_no_loss_delivers_everything():
    steady = sr.Steady.of(np.array([1e4]), np.array([1.0]), np.array([0.0]))
    assert (steady.head[0], steady.lateral[0]) == (1.0, 1.0)


def test_rows_add_up_and_the_residual_belongs_to_nobody():
    matrix = SourceReceptor.of(("r",), {"a": "east", "b": "", "c": "east"}, "kg", [[3.0, 2.0, 1.0]], measured=[5.0])
    assert matrix.total[0, 0] == 5.0
    assert matrix.residual[0, 0] == -1.0
    assert matrix.shares("r")[:, 0].sum() + matrix.residual_share("r")[0] == 1.0
    assert {party: float(value[0]) for party, value in matrix.by_party("r").items()} == {"east": 4.0, "": 2.0}


@pytest.mark.parametrize("gives", [[[1.0]], [[1.0, float("nan")]]])
def test_a_matrix_of_another_shape_or_without_numbers_is_refused(gives):
    with pytest.raises(Refusal, match="not_a_matrix"):
        SourceReceptor.of(("r",), {"a": "", "b": ""}, "kg", gives)
