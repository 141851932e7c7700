"""What readings on the way teach: samples that fit them count more. Nothing is computed again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri

from adjoin.core.refusal import Refusal
from adjoin.methods.samples import effective_size
from adjoin.water.accident import AXES, Incident, Passing, Samples

Floats = NDArray[np.float64]
POSSIBLE_MASS = (1e-3, 1e9)  # kg, where nothing is known
_BEYOND = 500.0  # a logarithm of no possible mass, and still a number
FEW = 50.0  # fewer effective samples than this carry no band


@dataclass(frozen=True, slots=True)
class Reading:
    """A concentration above the background, reported at a receptor."""

    receptor: str
    time: float  # s after the common zero
    value: float  # mg/L; where not detected, the detection limit
    detected: bool
    bank: str = "mean"
    log_sigma: float = 0.5  # of reading and model together


@dataclass(frozen=True, slots=True)
class Conditioned:
    """Samples under their weights; where no mass was known, the mass that each sample needs to fit."""

    samples: Samples
    weights: Floats  # sum 1
    effective: float

    @property
    def few(self) -> bool:
        """Whether too few samples carry the weight for a band."""
        return self.effective < FEW


def condition(
    incident: Incident, passings: Sequence[Passing], samples: Samples, u: Floats, readings: Sequence[Reading]
) -> Conditioned:
    """The samples under weights by how well they fit readings.

        w_i ~ prod_r phi((ln value - ln c_i) / sigma),   not detected: prod Phi((ln limit - ln c_i) / sigma)

    u : the points of the unit cube that the samples were drawn from

    An unknown mass has a flat prior in its logarithm within POSSIBLE_MASS and is integrated out in closed form: ln M
    is normal about the mean residual with sigma / sqrt(n); what was not detected then judges the mass so found.
    """
    named = {each.receptor.name: each for each in passings}
    unit = np.stack([_unit(named, incident, each) for each in readings])
    value = np.log([[each.value] for each in readings])
    sigma = np.array([[each.log_sigma] for each in readings])
    seen = np.array([each.detected for each in readings])
    mass = samples.mass if samples.mass is not None else _fitted(value - unit, sigma, seen, u)
    z = (value - unit - np.log(mass)) / sigma
    log_weight = (-(z[seen] ** 2) / 2).sum(axis=0) + log_ndtr(z[~seen]).sum(axis=0)
    if samples.mass is None:  # what the spread of the fitted mass took away from the likelihood is given back
        log_weight += ndtri(u[:, AXES.index("mass")]) ** 2 / 2
        log_weight[(mass < POSSIBLE_MASS[0]) | (mass > POSSIBLE_MASS[1])] = -np.inf
    if not np.isfinite(log_weight.max()):
        raise Refusal("no_sample_fits", met=len(readings))
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    fitted = Samples(samples.flow, samples.transport, samples.mixing, mass)
    return Conditioned(fitted, weights, effective_size(weights))


def _unit(named: dict[str, Passing], incident: Incident, reading: Reading) -> Floats:
    """The logarithm of the concentration by 1 kg at a reading; minus infinity where nothing has come yet."""
    if reading.receptor not in named:
        raise Refusal("reading_elsewhere", met=reading.receptor, expected=", ".join(named))
    passing = named[reading.receptor]
    if reading.bank not in passing.banks:
        raise Refusal("no_such_bank", met=reading.bank, expected=", ".join(passing.banks))
    with np.errstate(divide="ignore"):
        return np.log(passing.concentration(reading.time - incident.start, reading.bank))


def _fitted(residual: Floats, sigma: Floats, seen: NDArray[np.bool_], u: Floats) -> Floats:
    """The mass that fits what was detected, drawn for each sample, kg."""
    if not seen.any():
        raise Refusal("mass_needs_detection", met=len(seen))
    precision = 1 / sigma[seen] ** 2
    total = precision.sum()
    centre = np.clip((residual[seen] * precision).sum(axis=0) / total, -_BEYOND, _BEYOND)
    drawn = centre + ndtri(u[:, AXES.index("mass")]) / np.sqrt(total)
    result: Floats = np.exp(drawn)
    return result
