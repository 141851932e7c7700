"""Replays: what the methods say of accidents and tracer tests that were published, held against what was seen.

One river of one velocity and one dispersion is fitted to what was seen far up, and asked what comes further down.
Kilometres count up the river, times are s after the day that a release is known to have happened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, least_squares

from adjoin.water import travel
from adjoin.water.accident import Band, Passing, Receptor
from adjoin.water.passage import Passage
from adjoin.water.reaches import COLUMNS, Reaches, Spot

Floats = NDArray[np.float64]
LOG_SIGMA = 0.5  # of a reading and the model together, the default at the desk
_EDGE = 0.1  # of its peak: where a passage begins and ends at the desk
_LEAST = -700.0  # the logarithm of a concentration that is none, and still a number


@dataclass(frozen=True, slots=True)
class Sighting:
    """A concentration that was seen."""

    km: float
    time: float  # s
    value: float  # mg/L; 0: not detected


@dataclass(frozen=True, slots=True)
class Top:
    """A span of time in which the peak passed, as it was told."""

    km: float
    since: float  # s
    until: float  # s

    @property
    def middle(self) -> float:
        """The middle of the span."""
        return (self.since + self.until) / 2


@dataclass(frozen=True)
class Cloud:
    """One mass let go at time 0 in a river of one velocity and one dispersion."""

    velocity: float  # m/s
    dispersion: float  # m2/s
    km: float  # where it would have been let go if all of the river were like this
    flow: float  # m3/s, by which the mass is diluted; what was lost or never entered is hidden in it
    mass: float  # kg

    @cached_property
    def reaches(self) -> Reaches:
        """The river, as one reach down to kilometre 0."""
        numbers = (1000 * self.km, self.velocity, self.dispersion, 0.0, self.flow, 0.0, 0.0, float("nan"))
        return Reaches.of({"river": None}, {name: [x] for name, x in zip(COLUMNS, numbers, strict=True)}, ("",))

    def spot(self, km: float) -> Spot:
        """A kilometre of it."""
        return Spot("river", 1 - km / self.km)

    def receptor(self, name: str, km: float, limit: float) -> Receptor:
        """A section at a kilometre, as the accident engine takes it."""
        return Receptor(name, self.spot(km), "mean", limit)

    def log_concentration(self, km: float, time: float) -> float:
        """The logarithm of the concentration in mg/L."""
        rate = self._passage(km).pulse.log_density(time)
        return max(float(rate) + float(np.log(1000 * self.mass / self.flow)), _LEAST)

    def peak_time(self, km: float) -> float:
        """When the peak passes, s."""
        return float(self._passage(km).peak_time())

    def _passage(self, km: float) -> Passage:
        return Passage.of(travel.of_one(1000 * (self.km - km), self.velocity, self.dispersion, 0.0), 0.0)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The cloud that fits best, and how far readings lie from it: the root mean square of ln(seen / fitted)."""

    cloud: Cloud
    log_error: float


def fitted(sightings: Sequence[Sighting], tops: Sequence[Top], mass: float) -> Fitted:
    """The velocity, dispersion, place and dilution that fit what was seen, by least squares.

        sum_readings (ln c - ln seen)^2 / 0.5^2  +  sum_peaks (t_peak - middle)^2 / (half of the span)^2

    sightings : those detected count; tops : at two kilometres or more, the first guess is the line through them
    mass : kg, as it was told
    """
    seen = [each for each in sightings if each.value > 0]
    highest = max(*(each.km for each in seen), *(top.km for top in tops))

    def cloud(x: Floats) -> Cloud:
        velocity, dispersion, above, flow = np.exp(x).tolist()
        return Cloud(velocity, dispersion, highest + above, flow, mass)

    def missed(x: Floats) -> list[float]:
        return list(_missed(cloud(x), seen, tops))

    found = least_squares(missed, _guess(seen, tops, highest, mass), x_scale=[0.01, 0.5, 0.1, 0.5], xtol=1e-12)
    errors = LOG_SIGMA * found.fun[: len(seen)]
    return Fitted(cloud(found.x), float(np.sqrt(np.mean(errors**2))))


def verdict(observed: float, band: Band) -> str:
    """Whether what was seen lies within a band: "inside", "above" or "below" it."""
    if observed < band[0]:
        return "below"
    return "above" if observed > band[-1] else "inside"


def meets(least: float, most: float, band: Band) -> str:
    """The same for a span that holds what happened: "inside" where span and band have a time in common."""
    if most < band[0]:
        return "below"
    return "above" if least > band[-1] else "inside"


def cloud_length(passings: Sequence[Passing], km: Sequence[float], time: float, level: Floats) -> Floats:
    """How many kilometres of the river lie above a level at a time, by sample.

    passings : of receptors at evenly spaced kilometres
    level : mg/L of 1 kg, by sample
    """
    step = float(np.mean([abs(one - other) for one, other in pairwise(km)]))
    result: Floats = step * np.sum([each.concentration(time) >= level for each in passings], axis=0)
    return result


@dataclass(frozen=True, slots=True)
class Factors:
    """How far estimates are off, as factors: estimated over measured."""

    count: int
    median: float
    typical: float  # e^(root mean square of ln(estimated / measured))
    within_2: float  # part of them that is off by less
    within_4: float
    least: float
    most: float


def error_factors(estimated: ArrayLike, measured: ArrayLike) -> Factors:
    """How far estimates are off, as factors."""
    logs = np.log(np.asarray(estimated, dtype=float) / np.asarray(measured, dtype=float))
    return Factors(
        count=len(logs),
        median=float(np.exp(np.median(logs))),
        typical=float(np.exp(np.sqrt(np.mean(logs**2)))),
        within_2=float(np.mean(np.abs(logs) <= np.log(2))),
        within_4=float(np.mean(np.abs(logs) <= np.log(4))),
        least=float(np.exp(logs.min())),
        most=float(np.exp(logs.max())),
    )


def pulse_of_front(front: float, peak: float) -> Passage:
    """The passage whose front and peak came at these times after a release, s, in a river of any velocity.

    The front is a tenth of the peak on the way up. Nothing else of the river is needed: the ratio of the two times
    gives the Peclet number, either time the length over the velocity.
    """
    spread = brentq(lambda x: _lead(float(np.exp(x))) - front / peak, np.log(1e-6), np.log(10.0), xtol=1e-12)
    unit = _unit(float(np.exp(spread)))
    time = peak / float(unit.peak_time())
    return Passage.of(travel.of_one(time, 1.0, float(np.exp(spread)) * time, 0.0), 0.0)


def passing_time(passage: Passage) -> float:
    """How long more than a tenth of the peak passes, s."""
    time = passage.peak_time()
    rate = passage.rate(time)
    tenth = np.asarray(_EDGE * rate)
    return float(passage.when(tenth, time, rate, late=True) - passage.when(tenth, time, rate, late=False))


def highest_mean(passage: Passage, hours: float) -> float:
    """The highest mean over so many hours, as a part of the peak: a release spread over them peaks like that."""
    pulse, duration = passage.pulse, 3600 * hours
    mean = pulse.mu + pulse.delay
    variance = pulse.mu**2 / pulse.p
    moments = travel.Cumulants(np.zeros(()), mean, variance, 3 * variance**2 / pulse.mu)
    spread = Passage.of(moments, duration)
    return float(spread.rate(spread.peak_time()) / passage.rate(passage.peak_time()))


@dataclass(frozen=True, slots=True)
class Inflow:
    """What enters a river at a point, or evenly between two."""

    flow: float  # m3/s
    value: float
    since: float  # km, upper end
    until: float  # km, lower end; the same for a point

    def within(self, upper: float, lower: float) -> float:
        """The part of it that enters between two kilometres."""
        if self.since == self.until:
            return float(lower < self.since <= upper)
        return max(min(self.since, upper) - max(self.until, lower), 0.0) / (self.since - self.until)


def mixed(flow: float, value: float, ends: Sequence[float], inflows: Sequence[Inflow]) -> Iterator[tuple[float, float]]:
    """Flow and value at the foot of each reach of a river in steady flow, by mixing alone.

        c = (Q c + sum q c_q) / (Q + sum q);   what is taken out (q < 0) takes the mixture with it

    flow, value : at the head; ends : kilometres of the head and of each foot
    """
    for upper, lower in pairwise(ends):
        entering = [(each.flow * each.within(upper, lower), each.value) for each in inflows]
        came = flow + sum(q for q, _ in entering if q > 0)
        value = (flow * value + sum(q * c for q, c in entering if q > 0)) / came
        flow = came + sum(q for q, _ in entering if q < 0)
        yield flow, value


def _missed(cloud: Cloud, seen: Sequence[Sighting], tops: Sequence[Top]) -> Iterator[float]:
    for each in seen:
        yield (cloud.log_concentration(each.km, each.time) - float(np.log(each.value))) / LOG_SIGMA
    for top in tops:
        yield 2 * (cloud.peak_time(top.km) - top.middle) / (top.until - top.since)


def _guess(seen: Sequence[Sighting], tops: Sequence[Top], highest: float, mass: float) -> Floats:
    """The line through the peaks, and a spread of a twentieth of the time that it took."""
    slope, km = np.polyfit([each.middle for each in tops], [each.km for each in tops], 1)
    velocity = -1000 * slope
    time = float(np.mean([each.middle for each in tops]))
    dispersion = (velocity * time / 20) ** 2 / (2 * time)
    flow = 1000 * mass / (max(each.value for each in seen) * time / 20 * np.sqrt(2 * np.pi))
    return np.log([velocity, dispersion, max(float(km) - highest, 1.0), flow])


def _unit(spread: float) -> Passage:
    """The passage through a river of length and velocity 1."""
    return Passage.of(travel.of_one(1.0, 1.0, spread, 0.0), 0.0)


def _lead(spread: float) -> float:
    """The front over the peak, in time."""
    passage = _unit(spread)
    time = passage.peak_time()
    rate = passage.rate(time)
    return float(passage.when(np.asarray(_EDGE * rate), time, rate, late=False) / time)
