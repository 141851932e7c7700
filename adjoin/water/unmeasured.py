"""Travel time and peak where nothing was measured but the catchment: regressions over 980 stretches of 90 rivers."""

import math
from dataclasses import dataclass

_GRAVITY = 9.80665  # m/s2
_Z99 = 2.3263478740408408  # 99 % of a normal distribution lies below it
_DAY_H = 24.0
FLOW_LOG_SIGMA = 1.0  # of a flow that nobody measured, taken as the mean of many years: 0.2 to 5 times of it


@dataclass(frozen=True, slots=True)
class Catchment:
    """What the regressions need of a stretch."""

    area_km2: float
    mean_flow: float  # m3/s, of many years
    flow: float  # m3/s, of the day
    slope: float | None  # m/m; None: the regression without slope

    @property
    def relative_flow(self) -> float:
        """Qa' = Q / Qa."""
        return self.flow / self.mean_flow


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a peak travels, and the speed that 99 % of the data stay below, m/s."""

    probable: float
    most: float

    @property
    def log_sigma(self) -> float:
        """The standard deviation of ln(speed) that puts 99 % below `most`."""
        return math.log(self.most / self.probable) / _Z99


@dataclass(frozen=True, slots=True)
class Estimate:
    """What stands in for measurements of a reach, and the standard deviations of the logarithms that go with it."""

    flow: float  # m3/s
    velocity: float  # m/s
    dispersion: float  # m2/s
    flow_log_sigma: float
    velocity_log_sigma: float


@dataclass(frozen=True, slots=True)
class Travel:
    """A release some way down."""

    speed: Speed
    peak_h: float
    lead_h: float
    unit_peak: float  # Cup, 1e-6 / s
    trail_s: float  # from the leading edge to 10 % of the peak behind it

    def peak_mg_l(self, mass_kg: float, recovery: float, flow: float) -> float:
        """The peak concentration of a mass: Cp = Cup M Rr / Q."""
        return self.unit_peak * mass_kg * recovery / flow / 1000


def speed(catchment: Catchment, *, with_slope: bool) -> Speed:
    """How fast the peak of something dissolved travels.

        Da' = Da^1.25 sqrt(g) / Qa,  Qa' = Q / Qa
        Vp  = 0.094 + 0.0143 Da'^0.919 Qa'^-0.469 S^0.159 Q/Da;   Vmp = 0.25 + 0.02 (the same)
        without slope: Vp = 0.020 + 0.051 Da'^0.821 Qa'^-0.465 Q/Da;   Vmp = 0.2 + 0.093 (the same)

    Da in m2. Source: Jobson 1996, USGS WRIR 96-4013.
    """
    area = catchment.area_km2 * 1e6
    size = area**1.25 * math.sqrt(_GRAVITY) / catchment.mean_flow
    if with_slope and catchment.slope is not None:
        term = size**0.919 * catchment.relative_flow**-0.469 * catchment.slope**0.159 * catchment.flow / area
        return Speed(0.094 + 0.0143 * term, 0.25 + 0.02 * term)
    term = size**0.821 * catchment.relative_flow**-0.465 * catchment.flow / area
    return Speed(0.020 + 0.051 * term, 0.2 + 0.093 * term)


def travel(catchment: Catchment, km: float) -> Travel:
    """When the peak of a release passes some way down, how high, how long.

        Tp = L / Vp;  Tl = 0.890 Tp;  Cup = 857 Tp^(-0.760 Qa'^-0.079);  Td10 = 2e6 / Cup

    km : L, distance; Tp in h, Cup in 1e-6/s, Td10 in s

    Source: Jobson 1996, USGS WRIR 96-4013.
    """
    found = speed(catchment, with_slope=True)
    hours = 1000 * km / found.probable / 3600
    peak = unit_peak(catchment, hours)
    return Travel(found, hours, 0.890 * hours, peak, 2e6 / peak)


def unit_peak(catchment: Catchment, hours: float) -> float:
    """Peak concentration of 1 kg in 1 m3/s without loss, Cup in 1e-6/s: 857 Tp^(-0.760 Qa'^-0.079)."""
    return float(857 * hours ** (-0.760 * catchment.relative_flow**-0.079))


def dispersion(catchment: Catchment) -> float:
    """The dispersion that gives the unit peak one day down, m2/s.

        sigma = 1e6 / (sqrt(2 pi) Cup(24 h)),   D = sigma^2 Vp^2 / (2 x 24 h)

    In the regression the spread grows faster than by dispersion alone; one day is where they meet.
    """
    sigma = 1e6 / (math.sqrt(2 * math.pi) * unit_peak(catchment, _DAY_H))
    velocity = speed(catchment, with_slope=True).probable
    return sigma**2 * velocity**2 / (2 * _DAY_H * 3600)


def estimate(catchment: Catchment, *, flow_known: bool) -> Estimate:
    """What stands in for a reach without measurements, with the wide band that belongs to it.

    flow_known : whether the flow is of the day; if not, it is taken from the mean of many years
    """
    found = speed(catchment, with_slope=True)
    sigma = 0.0 if flow_known else FLOW_LOG_SIGMA
    return Estimate(catchment.flow, found.probable, dispersion(catchment), sigma, found.log_sigma)
