"""One accident on 1000 reaches, 10 000 samples, 10 receptors; beside it the same on a grid of times with scipy."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import stats

from adjoin.methods.samples import even_samples
from adjoin.water import accident, travel
from adjoin.water.accident import AXES, Incident, Receptor, Samples, Spread
from adjoin.water.reaches import Reaches, Spot

REACHES, SAMPLES, PEER_SAMPLES, GRID = 1000, 10_000, 200, 300


def river():
    rng = np.random.default_rng(0)
    columns = {
        "length": np.full(REACHES, 1000.0),
        "velocity": rng.uniform(0.5, 1, REACHES),
        "dispersion": rng.uniform(50, 300, REACHES),
        "decay": np.full(REACHES, 1e-6),
        "flow": np.full(REACHES, 100.0),
        "storage": np.zeros(REACHES),
        "exchange": np.zeros(REACHES),
        "transverse": np.full(REACHES, 1e-6),
    }
    down = {str(i): str(i + 1) if i < REACHES - 1 else None for i in range(REACHES)}
    return Reaches.of(down, columns, [""] * REACHES)


def ours(reaches, incident, receptors, run_over):
    samples = Samples.of(even_samples(SAMPLES, len(AXES)), Spread(), incident.mass)
    passings, _ = accident.simulate(reaches, incident, receptors, samples, run=run_over)
    return list(run_over(lambda each: accident.forecast(each, incident, samples), passings))


def on_a_grid(reaches, incident, receptors):
    """The peak and the span above the limit of each sample and receptor, looked up on a grid of times."""
    samples = Samples.of(even_samples(PEER_SAMPLES, len(AXES)), Spread(), incident.mass)
    for receptor in receptors:
        way = reaches.way(incident.at, receptor.at)
        (found,) = travel.along_each([way], reaches, samples.transport)
        times = found.mean[:, None] + np.sqrt(found.variance)[:, None] * np.linspace(-5, 8, GRID)
        pulse = found.arrival
        law = stats.invgauss(1 / pulse.p[:, None], loc=pulse.delay[:, None], scale=(pulse.mu * pulse.p)[:, None])
        rate = (law.cdf(times) - law.cdf(times - incident.duration)) / incident.duration
        rate.argmax(axis=1), (rate > rate.max() / 10).argmax(axis=1)


def best(function, times=3):
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def run():
    reaches, incident = river(), Incident(Spot("0", 0.0), "left", 0.0, 7200.0, (1000.0, 5000.0))
    receptors = [Receptor(str(i), Spot(str(i)), "left", 0.05) for i in range(99, REACHES, 100)]
    with ThreadPoolExecutor(2) as pool:
        seconds = best(lambda: ours(reaches, incident, receptors, pool.map))
    peer = best(lambda: on_a_grid(reaches, incident, receptors), 1) * SAMPLES / PEER_SAMPLES
    yield {
        "name": "river.accident",
        "work": f"{REACHES} reaches, {SAMPLES} samples, {len(receptors)} receptors",
        "seconds": seconds,
        "rate": SAMPLES / seconds,
        "unit": "samples/s",
        "peer": f"scipy.stats.invgauss on {GRID} times, {PEER_SAMPLES} samples, scaled up",
        "peer_seconds": peer,
        "ratio": seconds / peer,
    }
