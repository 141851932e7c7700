"""What replays are scored with, small enough for a pencil or beside a second way to the same number."""

from itertools import pairwise

import numpy as np
import pytest

from adjoin.methods.samples import even_samples
from adjoin.water import accident, replay
from adjoin.water.replay import Cloud, Inflow, Sighting, Top

HOUR, DAY = 3600.0, 86400.0
RIVER = Cloud(velocity=0.4, dispersion=150.0, km=900.0, flow=800.0, mass=50_000.0)


def told(cloud, km, hours_around_peak):
    """A bulletin: what is seen some hours before or after the peak."""
    time = cloud.peak_time(km) + hours_around_peak * HOUR
    return Sighting(km, time, float(np.exp(cloud.log_concentration(km, time))))


def test_a_made_up_cloud_is_found_again():
    seen = [told(RIVER, km, hours) for km in (600.0, 500.0, 400.0) for hours in (-20, 0, 15)]
    tops = [Top(km, RIVER.peak_time(km) - HOUR, RIVER.peak_time(km) + HOUR) for km in (600.0, 400.0)]
    found = replay.fitted(seen, tops, RIVER.mass)
    for name in ("velocity", "dispersion", "km", "flow"):
        assert getattr(found.cloud, name) == pytest.approx(getattr(RIVER, name), rel=1e-3)
    assert found.log_error < 1e-3


def test_what_was_not_detected_does_not_pull_the_fit():
    seen = [told(RIVER, km, hours) for km in (600.0, 400.0) for hours in (-20, 0, 15)]
    tops = [Top(km, RIVER.peak_time(km) - HOUR, RIVER.peak_time(km) + HOUR) for km in (600.0, 400.0)]
    nothing = Sighting(500.0, 3 * DAY, 0.0)
    assert replay.fitted([*seen, nothing], tops, RIVER.mass) == replay.fitted(seen, tops, RIVER.mass)


@pytest.mark.parametrize(
    ("observed", "says"), [(0.9, "below"), (1.0, "inside"), (2.5, "inside"), (4.0, "inside"), (4.1, "above")]
)
def test_a_value_against_a_band(observed, says):
    assert replay.verdict(observed, (1.0, 2.0, 4.0)) == says


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ((0.0, 0.9), "below"),
        ((0.0, 1.0), "inside"),
        ((2.0, 3.0), "inside"),
        ((0.0, 9.0), "inside"),
        ((4.1, 9.0), "above"),
        ((3.0, float("inf")), "inside"),
    ],
)
def test_a_span_against_a_band(span, says):
    assert replay.meets(*span, (1.0, 2.0, 4.0)) == says


def test_the_length_of_a_cloud_is_that_of_the_bell_it_nearly_is():
    """At t the cloud is a bell about u t with sigma = sqrt(2 D t): c > top/e^2 within two of them on each side."""
    time = 12 * DAY
    km = np.arange(0.0, 860.0, 1.0).tolist()
    middle = accident.Samples.of(np.full((1, len(accident.AXES)), 0.5), accident.Spread(), (RIVER.mass, RIVER.mass))
    incident = accident.Incident(RIVER.spot(RIVER.km), "mid", 0.0, 0.0, (RIVER.mass, RIVER.mass))
    receptors = [RIVER.receptor(f"{each:g}", each, 1.0) for each in km]
    passings, _ = accident.simulate(RIVER.reaches, incident, receptors, middle)
    top = max(each.concentration(time)[0] for each in passings)
    found = replay.cloud_length(passings, km, time, np.array([top * np.exp(-2)]))
    assert found[0] == pytest.approx(4 * np.sqrt(2 * RIVER.dispersion * time) / 1000, abs=2)


def test_error_factors_of_four_estimates():
    found = replay.error_factors([1.0, 2.0, 8.0, 0.5], [1.0, 1.0, 1.0, 1.0])
    assert (found.count, found.within_2, found.within_4) == (4, 0.75, 0.75)
    assert (found.least, found.most, found.median) == pytest.approx((0.5, 8.0, 2**0.5))
    assert found.typical == pytest.approx(np.exp(np.log(2) * np.sqrt((1 + 9 + 1) / 4)))


def test_a_front_and_a_peak_give_the_pulse_that_has_them():
    passage = replay.pulse_of_front(42 * HOUR, 46.5 * HOUR)
    peak = passage.peak_time()
    assert float(peak) == pytest.approx(46.5 * HOUR, rel=1e-9)
    tenth = np.asarray(passage.rate(peak) / 10)
    lead = passage.when(tenth, peak, passage.rate(peak), late=False)
    assert float(lead) == pytest.approx(42 * HOUR, rel=1e-6)
    assert float(lead) + replay.passing_time(passage) > 46.5 * HOUR


def test_the_highest_mean_is_the_best_of_all_windows():
    passage = replay.pulse_of_front(42 * HOUR, 46.5 * HOUR)
    times = np.arange(30 * HOUR, 70 * HOUR, 60.0)
    rate = passage.rate(times)
    window = 6 * 60
    best = np.convolve(rate, np.full(window, 1 / window), mode="valid").max() / passage.rate(passage.peak_time())
    assert replay.highest_mean(passage, 6) == pytest.approx(best, rel=1e-4)


def test_mixing_by_hand():
    #  10 m3/s of 1; at km 8 comes 10 of 3, between 6 and 2 evenly 4 of 2; at km 1 half is taken out
    inflows = [Inflow(10.0, 3.0, 8.0, 8.0), Inflow(4.0, 2.0, 6.0, 2.0), Inflow(-12.0, 0.0, 1.0, 1.0)]
    assert list(replay.mixed(10.0, 1.0, [10.0, 7.0, 4.0, 0.0], inflows)) == [(20.0, 2.0), (22.0, 2.0), (12.0, 2.0)]


def test_mixing_keeps_what_was_carried():
    inflows = [Inflow(3.0, 7.0, 8.0, 2.0), Inflow(1.0, 40.0, 5.0, 5.0)]
    *_, (flow, value) = replay.mixed(2.0, 1.0, [9.0, 5.5, 4.0, 1.0], inflows)
    assert flow * value == pytest.approx(2 * 1 + 3 * 7 + 1 * 40)


def test_the_cloud_moves_at_its_velocity():
    times = [RIVER.peak_time(km) for km in (600.0, 500.0, 400.0)]
    for one, other in pairwise(times):
        assert 100_000 / (other - one) == pytest.approx(RIVER.velocity, rel=1e-2)


def test_samples_lie_on_both_sides_of_the_fitted_cloud():
    u = even_samples(500, len(accident.AXES))
    samples = accident.Samples.of(u, accident.Spread(), (RIVER.mass, RIVER.mass))
    incident = accident.Incident(RIVER.spot(RIVER.km), "mid", 0.0, 0.0, (RIVER.mass, RIVER.mass))
    (passing,), _ = accident.simulate(RIVER.reaches, incident, [RIVER.receptor("a", 300.0, 1.0)], samples)
    assert np.quantile(passing.peak_time, 0.05) < RIVER.peak_time(300.0) < np.quantile(passing.peak_time, 0.95)
