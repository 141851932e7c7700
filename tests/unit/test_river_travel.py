"""Passing by moments against the exact transfer functions, inverted by brute force."""

import numpy as np
import pytest

from adjoin.methods.inverse_gaussian import Arrival
from adjoin.water import mixing, travel, unmeasured
from adjoin.water.passage import Passage
from adjoin.water.travel import Cumulants

#          L (m)   u    D    k (1/s)  storage exchange
UNLIKE = [
    (60_000, 0.8, 60, 6e-7, 0.0, 0.0),
    (5_000, 0.3, 20, 0.0, 0.0, 0.0),
    (150_000, 1.1, 900, 3e-7, 0.0, 0.0),
]
ZONES = [(50_000, 0.5, 60, 0.0, 0.1, 1e-4), (100_000, 0.5, 50, 1e-6, 0.2, 2e-5), (200_000, 0.9, 100, 0.0, 0.1, 5e-5)]
SHORT = [(2_000, 0.5, 50, 0.0, 0.0, 0.0)]  # Peclet 20


def added(reaches):
    each = [travel.of_one(*row[:4], storage=row[4], exchange=row[5]) for row in reaches]
    return Cumulants(*(sum(getattr(c, name) for c in each) for name in ("log_survival", "mean", "variance", "third")))


def transfer(s, reaches):
    total = 0
    for length, u, d, k, storage, exchange in reaches:
        held = exchange * (s + k) / (s + k + exchange / storage) if storage else 0
        total += length * u / (2 * d) * (1 - np.sqrt(1 + 4 * d * (s + k + held) / u**2))
    return np.exp(total)


def exact(times, reaches):
    omega = np.linspace(0, 40 / np.sqrt(float(added(reaches).variance)), 8001)
    kernel = transfer(1j * omega, reaches)
    return np.array([np.trapezoid((kernel * np.exp(1j * omega * t)).real, omega) / np.pi for t in times])


@pytest.mark.parametrize(("reaches", "bound"), [(SHORT, 1e-6), (UNLIKE, 0.003), (ZONES, 0.02), (UNLIKE + ZONES, 0.015)])
def test_the_area_between_moments_and_exact_is_small(reaches, bound):
    moments = added(reaches)
    sigma = float(np.sqrt(moments.variance))
    times = np.linspace(moments.mean - 5 * sigma, moments.mean + 8 * sigma, 400)
    ours = float(moments.survival) * moments.arrival.density(times)
    theirs = exact(times, reaches)
    assert np.trapezoid(np.abs(ours - theirs), times) < bound * np.trapezoid(theirs, times)
    assert ours.max() == pytest.approx(theirs.max(), rel=bound)


def test_the_cumulants_are_those_of_the_transfer_function():
    moments, h = added(ZONES), 1e-8
    logs = np.log([transfer(s, ZONES).real for s in (-2 * h, -h, 0.0, h, 2 * h)])
    assert logs[2] == pytest.approx(float(moments.log_survival), rel=1e-12)
    assert -(logs[3] - logs[1]) / (2 * h) == pytest.approx(float(moments.mean), rel=1e-6)
    assert (logs[3] - 2 * logs[2] + logs[1]) / h**2 == pytest.approx(float(moments.variance), rel=2e-4)


def test_nothing_arrives_before_it_was_sent():
    held = travel.of_one(1_000, 1.0, 1.0, 0.0, storage=5.0, exchange=1e-4)  # skewed beyond the family
    assert float(held.arrival.delay) == 0
    assert float(held.arrival.mu) == pytest.approx(float(held.mean))
    assert held.arrival.density([-1.0, 0.0]).tolist() == [0, 0]


@pytest.mark.parametrize("p", [1e-9, 1e-3, 1.0, 50.0, 1e6, 1e10])
def test_extreme_peclet_numbers(p):
    arrival = Arrival(np.array(10.0), np.array(100.0), np.array(p))
    top = arrival.log_density(arrival.mode)
    for late in (False, True):
        found = arrival.at_level(2.3, late=late)
        assert float(top - arrival.log_density(found)) == pytest.approx(2.3, rel=1e-4)
    assert float(arrival.below(arrival.quantile(0.5))) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("hours", [0.0, 0.1, 2.0, 10.0, 200.0])
def test_a_duration_is_a_box_on_the_pulse(hours):
    moments, d = travel.of_one(60_000, 0.8, 60, 0.0), hours * 3600
    passage = Passage.of(moments, d)
    time = passage.peak_time()
    top = passage.rate(time)
    around = np.linspace(time - 3000, time + 3000, 601)
    assert float(top) >= passage.rate(around).max() * (1 - 1e-12)
    for late in (False, True):
        assert float(passage.rate(passage.when(top / 10, time, top, late=late)) / top) == pytest.approx(0.1, rel=1e-6)
    times = np.linspace(0, float(moments.mean) * 2 + d, 20_001)
    rate = passage.rate(times)
    assert np.trapezoid(rate, times) == pytest.approx(1, rel=1e-4)
    assert np.trapezoid(rate * times, times) == pytest.approx(float(moments.mean) + d / 2, rel=1e-4)
    assert np.isnan(passage.when(top * 2, time, top, late=False))


def test_many_samples_give_the_times_of_one():
    u = np.linspace(0.3, 1.2, 40)
    each = [travel.of_one(40_000, float(x), 100, 0.0) for x in u]
    all_of_them = Cumulants(
        *(np.array([getattr(c, n) for c in each]) for n in ("log_survival", "mean", "variance", "third"))
    )
    for hours in (0.5, 2.0, 20.0):
        many = Passage.of(all_of_them, hours * 3600, many=True)
        time = many.peak_time()
        top = many.rate(time)
        for late in (False, True):
            found = many.when(top / 50, time, top, late=late)
            for i, c in enumerate(each):
                one = Passage.of(c, hours * 3600)
                alone = one.when(top[i] / 50, one.peak_time(), one.rate(one.peak_time()), late=late)
                assert abs(found[i] - alone) < 5e-3 * float(np.sqrt(c.variance + (hours * 3600) ** 2 / 12))


def test_a_bank_and_its_mean():
    assert float(mixing.bank_factor(0.05, 0, 0)) == pytest.approx(2.52, abs=0.005)
    assert float(mixing.bank_factor(0.05, 0, 1)) == pytest.approx(0.035, abs=0.0015)
    assert float(mixing.bank_factor(1e-300, 0, 1)) == 0


def test_what_stands_in_for_measurements():
    rivers = unmeasured.Catchment(1000, 15, 10, 0.001)
    found = unmeasured.estimate(rivers, flow_known=True)
    peak = unmeasured.unit_peak(rivers, 24) * 1e-6
    gauss = 1 / np.sqrt(2 * np.pi * 2 * found.dispersion * 86400 / found.velocity**2)
    assert gauss == pytest.approx(peak, rel=1e-12)
    assert found.flow_log_sigma == 0
    assert unmeasured.estimate(rivers, flow_known=False).flow_log_sigma == 1
    assert found.velocity * np.exp(2.326 * found.velocity_log_sigma) == pytest.approx(0.667, abs=0.001)
