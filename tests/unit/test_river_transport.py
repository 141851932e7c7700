"""Finite volumes: what goes in comes out, and closed forms come out too."""

import numpy as np
import pytest

from adjoin.water import dispersion, transport
from adjoin.water.transport import Cells, Segment

PLAIN = Segment(length=20_000, area=40, dispersion=30, storage=0, exchange=0, lateral=0)
ZONES = [
    Segment(length=3_000, area=20, dispersion=10, storage=4, exchange=1e-4, lateral=1e-4),
    Segment(length=5_000, area=30, dispersion=20, storage=0, exchange=0, lateral=0),
    Segment(length=2_000, area=30, dispersion=20, storage=90, exchange=1e-3, lateral=3e-4),
]
HOUR = 3600.0


@pytest.mark.parametrize(("decay", "lateral"), [(0.0, 3.0), (5e-5, 0.0), (5e-5, 3.0)])
def test_the_balance_closes(decay, lateral):
    cells = Cells.of(ZONES, dx=50, flow=10, decay=decay)
    found = transport.run(cells, [(0, 1.0), (HOUR, 50.0), (3 * HOUR, 0.0)], lateral, [1_000, 9_000], [HOUR, 9 * HOUR])
    assert found.balance.error < 1e-12
    assert found.concentration.min() >= 0


def test_what_is_the_same_everywhere_stays():
    cells = Cells.of(ZONES, dx=50, flow=10, decay=0)
    found = transport.run(cells, [(0, 3.0)], 3.0, [100, 5_000, 9_900], [HOUR, 20 * HOUR])
    assert np.abs(found.concentration - 3).max() < 1e-11


def test_it_begins_in_its_own_steady_state():
    cells = Cells.of(ZONES, dx=50, flow=10, decay=5e-5)
    found = transport.run(cells, [(0, 3.0)], 1.0, [100, 5_000, 9_900], [60.0, 40 * HOUR])
    assert found.concentration[:, 0] == pytest.approx(found.concentration[:, 1], rel=2e-3)


@pytest.mark.parametrize("decay", [0.0, 2e-5])
def test_a_front_is_the_closed_form(decay):
    channel = dispersion.Channel(0.5, 30, decay)
    times = np.linspace(6, 16, 21) * HOUR
    found = transport.run(
        Cells.of([PLAIN], dx=50, flow=20, decay=decay), [(0, 0.0), (1, 1.0)], 0, [15_000], [0, *times]
    )
    assert found.concentration[0, 1:] == pytest.approx(dispersion.front(channel, 15_000, times, 1), abs=0.005)


def test_steady_decay_is_the_closed_form():
    found = transport.run(Cells.of([PLAIN], dx=50, flow=20, decay=2e-5), [(0, 1.0)], 0, [10_000], [HOUR])
    assert found.concentration[0, 0] == pytest.approx(
        dispersion.steady_decay(dispersion.Channel(0.5, 30, 2e-5), 10_000), rel=1e-3
    )


def test_a_sharp_front_makes_no_new_extremes():
    sharp = Segment(length=5_000, area=40, dispersion=1e-3, storage=0, exchange=0, lateral=0)
    found = transport.run(
        Cells.of([sharp], dx=50, flow=20, decay=0),
        [(0, 0.0), (60, 1.0)],
        0,
        list(range(50, 5000, 50)),
        [HOUR, 2 * HOUR],
    )
    assert found.concentration.min() >= 0
    assert found.concentration.max() <= 1 + 1e-12
    row = found.concentration[:, 0]
    assert np.sum((row > 0.05) & (row < 0.95)) <= 8  # of 100 cells
