"""What becomes of nitrogen on the way down, the oxygen that it takes, and of what decays at one rate of its own.

Plug flow in steady reaches. Every answer is linear in what enters, and exact: cutting a reach into pieces changes
nothing. Rates are per day at the temperature of the water (`kinetics.at_temperature`); none has a default here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from adjoin.methods.chain import convolved

Floats = NDArray[np.float64]
Numbers = float | Floats
OXYGEN = 4.57  # mg of oxygen for 1 mg of ammonia nitrogen made nitrate: 2 x 32 / 14.007


@dataclass(frozen=True, slots=True)
class Nitrogen:
    """Nitrogen by what it is bound in, mg N/L; arrays of one shape."""

    organic: Floats
    ammonia: Floats
    nitrate: Floats  # with nitrite, which does not last

    @classmethod
    def of(cls, organic: ArrayLike, ammonia: ArrayLike, nitrate: ArrayLike) -> "Nitrogen":
        """From numbers or lists, mg N/L."""
        return cls(*np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (organic, ammonia, nitrate))))

    @property
    def total(self) -> Floats:
        """All of it, mg N/L; nothing of it is lost."""
        return self.organic + self.ammonia + self.nitrate


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast organic nitrogen becomes ammonia and ammonia nitrate, 1/day, at water temperature."""

    organic: Numbers
    ammonia: Numbers


@dataclass(frozen=True, slots=True)
class Oxygen:
    """What goes on with oxygen besides nitrogen, at water temperature."""

    deficit: Numbers  # saturation less oxygen at the head, mg/L
    demand: Numbers  # carbonaceous, at the head, mg/L
    kd: Numbers  # deoxygenation, 1/day
    ka: Numbers  # reaeration, 1/day
    taken: Numbers = 0.0  # by bed and breathing less what plants give, mg/L/day; may be negative


@dataclass(frozen=True, slots=True)
class Deficit:
    """By how much oxygen is below saturation, mg/L, by cause; the parts add up."""

    start: Floats
    carbon: Floats
    nitrogen: Floats
    bed: Floats  # sediment, breathing and plants; negative where plants give more

    @property
    def total(self) -> Floats:
        """All of it; below 0 where the water holds more than saturation."""
        return self.start + self.carbon + self.nitrogen + self.bed


def nitrified(start: Nitrogen, rates: Rates, days: ArrayLike) -> Nitrogen:
    """Nitrogen after a journey: organic becomes ammonia, ammonia becomes nitrate.

        No = No0 e^(-ko t);   Na = Na0 e^(-kn t) + ko No0 (e^(-ko t) * e^(-kn t))(t)
        Nn = Nn0 + kn Na0 (1 * e^(-kn t))(t) + ko kn No0 (1 * e^(-ko t) * e^(-kn t))(t)

    start : mg N/L; rates : 1/day; days : journey time

    Source: Bateman 1910; the steps of QUAL2E (Brown and Barnwell 1987) without algae and nitrite.
    """
    ko, kn = rates.organic, rates.ammonia
    return Nitrogen(
        organic=start.organic * convolved(days, ko),
        ammonia=start.ammonia * convolved(days, kn) + ko * start.organic * convolved(days, ko, kn),
        nitrate=start.nitrate
        + kn * start.ammonia * convolved(days, kn, 0.0)
        + ko * kn * start.organic * convolved(days, ko, kn, 0.0),
    )


def oxygen_deficit(start: Nitrogen, rates: Rates, oxygen: Oxygen, days: ArrayLike) -> Deficit:
    """By how much oxygen is below saturation after a journey, and who took it.

        D = D0 e^(-ka t) + kd L0 (e^(-kd t) * e^(-ka t))(t) + s (1 * e^(-ka t))(t)
            + 4.57 kn [Na0 (e^(-kn t) * e^(-ka t))(t) + ko No0 (e^(-ko t) * e^(-kn t) * e^(-ka t))(t)]

    start : mg N/L; rates : 1/day; oxygen : see there; days : journey time

    Without nitrogen and s this is Streeter and Phelps. It holds while there is oxygen: a deficit beyond saturation
    says that the water goes without, not by how much. Source: Chapra 1997; O'Connor and Di Toro 1970.
    """
    ko, kn, kd, ka = rates.organic, rates.ammonia, oxygen.kd, oxygen.ka
    from_ammonia = start.ammonia * convolved(days, kn, ka) + ko * start.organic * convolved(days, ko, kn, ka)
    return Deficit(
        start=oxygen.deficit * convolved(days, ka),
        carbon=kd * oxygen.demand * convolved(days, kd, ka),
        nitrogen=OXYGEN * kn * from_ammonia,
        bed=oxygen.taken * convolved(days, ka, 0.0),
    )


def bed_demand(sediment: float, breathing: float, plants: float, depth: float) -> float:
    """What bed, breathing and plants take together, mg/L/day: SOD / H + R - P.

    sediment : g/m2/day; breathing, plants : respiration and photosynthesis, mg/L/day, means of a day; depth : m
    """
    return sediment / depth + breathing - plants


def along(concentration: float, days: Sequence[float], rate: Sequence[float]) -> Floats:
    """What is left of one substance at the foot of each of some reaches in a row: c0 e^(-sum k t).

    concentration : at the head of the first, mg/L; days, rate : journey time and 1/day of each reach
    """
    result: Floats = concentration * np.exp(-np.cumsum(np.multiply(days, rate)))
    return result
