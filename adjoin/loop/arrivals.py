"""When does it arrive at what lies below, how strong, how sure? The river engine asked with what a bundle knows.

Speed and dispersion stand in by regression, since nobody measured them. A flow typed by hand speaks of the river it
was read on: there it scales the mean of many years and narrows the band; below the confluence with a larger river the
mean of many years stands, with the wide band that belongs to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adjoin.core.network import Reach
from adjoin.core.site import Place, Site

if TYPE_CHECKING:
    from adjoin.water.accident import Exposure, Forecast, Incident, Receptor, Spread
    from adjoin.water.reaches import Reaches
    from adjoin.water.unmeasured import Estimate

SAMPLES = 2000
LOW_NOW_HIGH = (0.5, 1.0, 2.0)  # of the flow that is taken as now
READ_FLOW_LN = 0.2  # standard deviation of ln Q where it was read

Moments = tuple[datetime, datetime, datetime]  # P5, P50, P95
Below = tuple[Site, float]  # a site and the kilometres of water down to it


@dataclass(frozen=True, slots=True)
class Release:
    """What was let go, and the reaches its water passes down to the outlet."""

    source: Place
    path: tuple[Reach, ...]
    start: datetime
    duration_h: float
    mass_kg: tuple[float, float] | None
    bank: str
    flow_m3s: float  # at the source
    entered: bool  # whether somebody read that flow

    def known_at(self, site: Site) -> bool:
        """Whether the flow that was read speaks of the river a site stands on."""
        return self.entered and site.place.river == self.path[0].river


@dataclass(frozen=True, slots=True)
class AtBank:
    """What a bank sees where widths are known: that of the place, or both where a bank is not known."""

    bank: str  # "bank": where the place stands; "near": the bank of the release; "far": the other
    peak_mg_l: tuple[float, ...] | None
    per_tonne_mg_l: tuple[float, ...]
    probability: float | None
    critical_kg: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one section or intake below must be ready for."""

    site: Site
    km: float
    arrival: Moments
    peak: Moments
    end: Moments
    peak_mg_l: tuple[float, ...] | None  # P5, P50, P95 of the section mean; None: mass not known
    per_tonne_mg_l: tuple[float, ...] | None  # the same for every 1000 kg
    probability: float | None  # of going over the limit; None: mass or limit not known
    critical_kg: tuple[float, ...] | None  # mass that would just reach the limit; None: no limit
    low_now_high: tuple[datetime, datetime, datetime]  # median arrival at half, this and twice the flow
    close_by: datetime | None  # P5 of arrival less the time that closing takes; None: that time is not in the bundle
    banks: tuple[AtBank, ...] = ()  # empty where a width on the way is not known

    @property
    def worst_probability(self) -> float | None:
        """The highest chance of going over the limit, of the mean or at a bank."""
        return max(
            (p for p in (self.probability, *(each.probability for each in self.banks)) if p is not None), default=None
        )


def arrivals(release: Release, below: Sequence[Below], limit: float | None) -> list[Arrival]:
    """What each site below must be ready for."""
    known = [each for each in below if release.known_at(each[0])]
    rest = [each for each in below if not release.known_at(each[0])]
    return [*_arrivals(release, known, limit, narrow=True), *_arrivals(release, rest, limit, narrow=False)]


def bank_of(site: Site) -> str:
    """The bank that a place stands at."""
    return site.attributes.get("bank") or "unknown"


def times_alone(arrival: Arrival) -> Arrival:
    """How the water travels, where nothing may be said of the substance in it."""
    return replace(arrival, peak_mg_l=None, per_tonne_mg_l=None, probability=None, critical_kg=None, banks=())


def _arrivals(release: Release, below: Sequence[Below], limit: float | None, *, narrow: bool) -> list[Arrival]:
    from adjoin.methods.samples import even_samples
    from adjoin.water import accident

    if not below:
        return []
    reaches, spread = _reaches(release, 1.0, narrow=narrow)
    samples = accident.Samples.of(even_samples(SAMPLES, len(accident.AXES)), spread, release.mass_kg)
    incident, receptors = _incident(release), _receptors(below, limit)
    passings, _ = accident.simulate(reaches, incident, receptors, samples)

    medians = [_medians(release, receptors, factor) for factor in LOW_NOW_HIGH]
    sites = {site.id: (site, km) for site, km in below}
    return [
        _arrival(*sites[each.receptor.name], accident.forecast(each, incident, samples), release.start, medians)
        for each in passings
    ]


def _medians(release: Release, receptors: Sequence["Receptor"], factor: float) -> dict[str, float]:
    """The median arrival at each site for one flow, in seconds."""
    import numpy as np

    from adjoin.water import accident

    reaches, spread = _reaches(release, factor, narrow=True)
    middle = accident.Samples.of(np.full((1, len(accident.AXES)), 0.5), spread, None)
    passings, _ = accident.simulate(reaches, _incident(release), receptors, middle)
    return {each.receptor.name: float(each.lead[0]) for each in passings}


def _arrival(site: Site, km: float, found: "Forecast", start: datetime, medians: Sequence[dict[str, float]]) -> Arrival:
    mean = next(each for each in found.exposures if each.bank == "mean")
    arrival = _moments(start, found.arrival)
    closing = site.attributes.get("closing_min")
    low, middle, high = (start + timedelta(seconds=each[site.id]) for each in medians)
    return Arrival(
        site=site,
        km=round(km, 1),
        arrival=arrival,
        peak=_moments(start, found.peak_time),
        end=_moments(start, found.end),
        peak_mg_l=mean.peak,
        per_tonne_mg_l=tuple(1000 * each for each in mean.unit_peak),
        probability=mean.probability,
        critical_kg=mean.critical_mass,
        low_now_high=(low, middle, high),
        close_by=arrival[0] - timedelta(minutes=float(closing)) if closing else None,
        banks=tuple(_at_bank(each) for each in found.exposures if each.bank != "mean"),
    )


def _at_bank(each: "Exposure") -> AtBank:
    per_tonne = tuple(1000 * value for value in each.unit_peak)
    return AtBank(each.bank, each.peak, per_tonne, each.probability, each.critical_mass)


def _moments(start: datetime, seconds: Sequence[float]) -> Moments:
    first, middle, last = (start + timedelta(seconds=each) for each in seconds)
    return first, middle, last


def _reaches(release: Release, factor: float, *, narrow: bool) -> "tuple[Reaches, Spread]":
    """The reaches with what stands in for measurements, and how wide that is; `factor` scales all flows."""
    from adjoin.water import accident, unmeasured
    from adjoin.water.reaches import Reaches

    path = release.path
    estimates = [_estimate(release, reach, factor) for reach in path]
    nothing = [0.0] * len(path)
    columns = {
        "length": [max(reach.length_km, 0.001) * 1000 for reach in path],
        "velocity": [each.velocity for each in estimates],
        "dispersion": [each.dispersion for each in estimates],
        "decay": nothing,
        "flow": [each.flow for each in estimates],
        "storage": nothing,
        "exchange": nothing,
        "transverse": [_transverse(reach, each.velocity) for reach, each in zip(path, estimates, strict=True)],
    }
    down = {reach.id: (path[row + 1].id if row + 1 < len(path) else None) for row, reach in enumerate(path)}
    flow = READ_FLOW_LN if narrow else unmeasured.FLOW_LOG_SIGMA
    spread = replace(accident.Spread(), flow=flow, velocity=max(each.velocity_log_sigma for each in estimates))
    return Reaches.of(down, columns, [reach.party or "" for reach in path]), spread


def _estimate(release: Release, reach: Reach, factor: float) -> "Estimate":
    from adjoin.water import unmeasured

    first = release.path[0]
    # where nobody knows a flow, what flows at the release is the least that passes below: no number is made up
    mean = max(reach.flow_m3s or release.flow_m3s, 0.01)
    read = (
        release.flow_m3s / first.flow_m3s if first.flow_m3s and reach.flow_m3s and reach.river == first.river else 1.0
    )
    catchment = unmeasured.Catchment(max(reach.area_km2 or mean * 50, 1.0), mean, mean * read * factor, None)
    return unmeasured.estimate(catchment, flow_known=release.entered)


def _transverse(reach: Reach, velocity: float) -> float:
    """Mixing across the width a metre of way, e / (u B^2); NaN where the bed is not known."""
    from adjoin.water import mixing

    if reach.bed is None:
        return float("nan")
    return float(mixing.transverse_mixing(reach.bed.depth_m, reach.bed.slope)) / (velocity * reach.bed.width_m**2)


def _incident(release: Release) -> "Incident":
    from adjoin.water.accident import Incident
    from adjoin.water.reaches import Spot

    spot = Spot(str(release.source.reach), release.source.fraction or 0.0)
    return Incident(spot, release.bank, 0.0, release.duration_h * 3600, release.mass_kg)


def _receptors(below: Iterable[Below], limit: float | None) -> list["Receptor"]:
    from adjoin.water.accident import Receptor
    from adjoin.water.reaches import Spot

    return [
        Receptor(site.id, Spot(str(site.place.reach), site.place.fraction or 1.0), bank_of(site), limit)
        for site, _ in below
    ]
