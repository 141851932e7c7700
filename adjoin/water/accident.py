"""When an accident arrives below, how strong and how sure: many samples of what is not known, no time stepping.

Each sample multiplies flow, velocity, dispersion, decay and transverse mixing by its own factor, the same on every
reach, and has its own mass where only a range is known. Everything is linear in the mass: a receptor's *critical
mass* is the one that would just reach the limit, and the probability of exceeding is that of releasing more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from adjoin.methods.samples import quantiles
from adjoin.water import mixing, travel
from adjoin.water.passage import Passage
from adjoin.water.reaches import Reaches, Spot, Way

Floats = NDArray[np.float64]
AXES = ("flow", "velocity", "dispersion", "decay", "mixing", "mass")  # the columns of the samples
BANDS = (0.05, 0.5, 0.95)
NOTHING = 1e-290  # a concentration that is none: the mass it would take is beyond all numbers
_EDGE = 0.1  # of its peak: where a passage begins and ends


@dataclass(frozen=True, slots=True)
class Spread:
    """How little is known: the standard deviation of the logarithm of each factor."""

    flow: float = 0.2
    velocity: float = 0.15
    dispersion: float = 0.7
    decay: float = 0.5
    mixing: float = 0.3
    flow_to_velocity: float = 0.34  # velocity goes with this power of flow (Leopold and Maddock 1953)


@dataclass(frozen=True, slots=True)
class Incident:
    """What was let go, as far as it is known."""

    at: Spot
    bank: str  # "left", "mid", "right" or "unknown"
    start: float  # s
    duration: float  # s
    mass: tuple[float, float] | None  # kg, least and most; None: not known


@dataclass(frozen=True, slots=True)
class Receptor:
    """A section or intake that waits below."""

    name: str
    at: Spot
    bank: str  # "left", "mid", "right", "unknown", or "mean" for the whole section
    limit: float | None  # mg/L; None: the substance has none


@dataclass(frozen=True, slots=True)
class Samples:
    """The factors of every sample; the mass in kg where it is known."""

    flow: Floats
    transport: travel.Factors
    mixing: Floats
    mass: Floats | None

    @classmethod
    def of(cls, u: Floats, spread: Spread, mass: tuple[float, float] | None) -> "Samples":
        """Factors e^(sigma Phi^-1(u)) from points of the unit cube, one column an axis; the mass is log-uniform."""
        z = ndtri(u)
        flow = np.exp(spread.flow * z[:, 0])
        velocity = np.exp(spread.velocity * z[:, 1]) * flow**spread.flow_to_velocity
        transport = travel.Factors(velocity, np.exp(spread.dispersion * z[:, 2]), np.exp(spread.decay * z[:, 3]))
        return cls(
            flow, transport, np.exp(spread.mixing * z[:, 4]), None if mass is None else _log_uniform(u[:, 5], mass)
        )


@dataclass(frozen=True)
class Passing:
    """One kg as it passes a receptor, by sample; times in s after the release began."""

    receptor: Receptor
    passage: Passage
    scale: Floats  # mg/L of 1 kg at a rate of 1/s, mean of the section
    lead: Floats
    peak_time: Floats
    trail: Floats
    peak_rate: Floats  # 1/s
    banks: Mapping[str, Floats]  # "mean", and "bank" or "near" and "far": concentration over the mean

    def concentration(self, time: float, bank: str = "mean") -> Floats:
        """Concentration by 1 kg at a time after the release began, mg/L."""
        return self.scale * self.banks[bank] * self.passage.rate(time)

    def unit_peak(self, bank: str) -> Floats:
        """The peak by 1 kg, mg/L."""
        return self.scale * self.peak_rate * self.banks[bank]


Band = tuple[float, ...]  # P5, P50, P95


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the section mean or a bank will see."""

    bank: str
    peak: Band | None  # mg/L; None: mass not known
    unit_peak: Band  # mg/L of 1 kg
    critical_mass: Band | None  # kg; None: no limit
    probability: float | None  # of exceeding; None: mass or limit not known
    first: Band | None  # s, of the samples that exceed
    last: Band | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a receptor must be ready for; times in s after the common zero."""

    receptor: Receptor
    arrival: Band  # a tenth of the peak on the way up
    peak_time: Band
    end: Band  # a tenth of the peak on the way down
    exposures: tuple[Exposure, ...]


def simulate(
    reaches: Reaches,
    incident: Incident,
    receptors: Sequence[Receptor],
    samples: Samples,
    *,
    run: Callable[..., Iterable[Passing]] = map,
) -> tuple[tuple[Passing, ...], tuple[str, ...]]:
    """How one kg passes each receptor in every sample; and the receptors that do not lie below the release.

    run : `map`, or that of a pool of threads: receptors do not wait for each other
    """
    found = [(each, reaches.way(incident.at, each.at)) for each in receptors]
    below = [(each, way) for each, way in found if way is not None]
    missed = tuple(each.name for each, way in found if way is None)
    if not below:
        return (), missed
    cumulants = travel.along_each([way for _, way in below], reaches, samples.transport)
    jobs = [(each, moments, way) for (each, way), moments in zip(below, cumulants, strict=True)]
    return tuple(run(partial(_passing, reaches, incident, samples), jobs)), missed


def forecast(
    passing: Passing,
    incident: Incident,
    samples: Samples,
    weights: Floats | None = None,
    *,
    at: tuple[float, ...] = BANDS,
) -> Forecast:
    """What a receptor must be ready for, as P5, P50 and P95 over the samples.

    weights : of the samples, once readings were reported (`condition.condition`)
    at : other parts than these; (0, 1) gives the extremes
    """
    band = partial(_band, weights=weights, at=at)
    return Forecast(
        receptor=passing.receptor,
        arrival=band(incident.start + passing.lead),
        peak_time=band(incident.start + passing.peak_time),
        end=band(incident.start + passing.trail),
        exposures=tuple(_exposure(passing, bank, incident, samples, weights, at) for bank in passing.banks),
    )


def credible() -> Floats:
    """Every combination of P5, P50 and P95 of the axes: the worst of them is the worst credible case."""
    return np.array(list(product(BANDS, repeat=len(AXES))))


def _passing(
    reaches: Reaches, incident: Incident, samples: Samples, job: tuple[Receptor, travel.Cumulants, Way]
) -> Passing:
    receptor, moments, way = job
    passage = Passage.of(moments, incident.duration, many=True)
    time = passage.peak_time()
    rate = passage.rate(time)
    return Passing(
        receptor=receptor,
        passage=passage,
        scale=1000 * moments.survival / (float(reaches.flow[reaches.row(receptor.at.reach)]) * samples.flow),
        lead=passage.when(_EDGE * rate, time, rate, late=False),
        peak_time=time,
        trail=passage.when(_EDGE * rate, time, rate, late=True),
        peak_rate=rate,
        banks=_banks(reaches, incident, receptor, way, samples),
    )


def _banks(
    reaches: Reaches, incident: Incident, receptor: Receptor, way: Way, samples: Samples
) -> Mapping[str, Floats]:
    """The factors of the width: of the bank where both are named, else of both banks; the mean alone without widths."""
    mean = {"mean": np.ones(len(samples.flow))}
    distance = float((reaches.transverse * reaches.length)[way.reaches] @ way.share)
    if receptor.bank == "mean" or np.isnan(distance):
        return mean
    x = distance * samples.mixing / samples.transport.velocity
    if "unknown" not in {incident.bank, receptor.bank}:
        return mean | {"bank": mixing.bank_factor(x, mixing.BANKS[incident.bank], mixing.BANKS[receptor.bank])}
    known = next((bank for bank in (incident.bank, receptor.bank) if bank != "unknown"), "left")
    place = mixing.BANKS[known]
    near, far = (0.0, 1.0) if place <= 0.5 else (1.0, 0.0)
    return mean | {"near": mixing.bank_factor(x, place, near), "far": mixing.bank_factor(x, place, far)}


def _exposure(  # noqa: PLR0917  # one question, asked in one place
    passing: Passing, bank: str, incident: Incident, samples: Samples, weights: Floats | None, at: tuple[float, ...]
) -> Exposure:
    band = partial(_band, weights=weights, at=at)
    unit, limit, mass = passing.unit_peak(bank), passing.receptor.limit, samples.mass
    critical = None if limit is None else limit / np.maximum(unit, NOTHING)
    span = over = None
    if mass is not None and limit is not None and critical is not None:
        over = mass >= critical
        span = _span(passing, limit / np.maximum(mass * passing.scale * passing.banks[bank], NOTHING), over)
    return Exposure(
        bank=bank,
        peak=None if mass is None else band(mass * unit),
        unit_peak=band(unit),
        critical_mass=None if critical is None else band(critical),
        probability=None if over is None else float(np.average(over, weights=weights)),
        first=None if span is None else _some(incident.start + span[0], weights, at),
        last=None if span is None else _some(incident.start + span[1], weights, at),
    )


def _span(passing: Passing, level: Floats, over: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """When each sample that exceeds does so, first and last; NaN in the others."""
    when = partial(passing.passage.when, np.where(over, level, np.inf), passing.peak_time, passing.peak_rate)
    return when(late=False), when(late=True)


def _band(values: Floats, weights: Floats | None, at: tuple[float, ...]) -> Band:
    return quantiles(values, at, weights)


def _some(values: Floats, weights: Floats | None, at: tuple[float, ...]) -> Band | None:
    """The band of the samples that have a value; nothing where none of any weight has."""
    has = ~np.isnan(values) if weights is None else ~np.isnan(values) & (weights > 0)
    return _band(values[has], None if weights is None else weights[has], at) if has.any() else None


def _log_uniform(u: Floats, between: tuple[float, float]) -> Floats:
    low, high = np.log(between[0]), np.log(between[1])
    result: Floats = np.exp(low + u * (high - low))
    return result
