"""Where and when could it have been released? From an observed peak back up the river.

A release at the head of any reach above passes the receptor some time later. The samples of that time say when it
must have been released; its spread and the mass it takes say which reaches are too far or take too much. This is
what observation and water allow; it names no culprit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adjoin.core.refusal import Refusal
from adjoin.methods.samples import quantiles
from adjoin.water import travel
from adjoin.water.accident import BANDS, NOTHING, Band, Samples
from adjoin.water.passage import Passage
from adjoin.water.reaches import Reaches, Spot, Way

Floats = NDArray[np.float64]
_BEYOND = 1e200  # kg: no mass is enough
_LEAST = 0.05  # what fewer samples allow is not possible


@dataclass(frozen=True, slots=True)
class Spike:
    """A peak that was observed."""

    at: Spot
    time: float  # s after the common zero
    value: float  # mg/L above the background
    sigma: float | None = None  # s, standard deviation of the wave in time; None: not known
    since: float | None = None  # s: released not before; None: any time
    most_mass: float | None = None  # kg that could be released at all


@dataclass(frozen=True, slots=True)
class Known:
    """A source that is on the books."""

    name: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that it could have come from; times in s after the common zero."""

    name: str
    reach: str
    party: str
    km: float  # of water to the receptor
    released: Band  # of the samples that nothing excludes, where there are enough
    mass: Band  # kg, of the same
    possible: float  # part of the samples that no observation excludes
    excluded: str  # the reason that excludes most: "too_early", "too_wide", "too_much"; "" where possible


@dataclass(frozen=True, slots=True)
class Territory:
    """What lies within one party: the possible water, and the window from the first to the last release."""

    party: str
    km: float  # of possible reaches
    reaches: tuple[str, ...]
    released: tuple[float, float] | None  # lowest P5, highest P95 of them


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a search: by reach (nearest first), by party, by known source; sources that lie elsewhere."""

    reaches: tuple[Candidate, ...]
    parties: tuple[Territory, ...]
    sources: tuple[Candidate, ...]
    elsewhere: tuple[str, ...]


def search(reaches: Reaches, spike: Spike, sources: Sequence[Known], samples: Samples, *, duration: float) -> Found:
    """Where and when a release of some duration would have given an observed peak.

        released = observed - time of the peak;   mass = value / (peak by 1 kg)

    A sample excludes a place where it would have been released before `since`, where its wave would be wider than
    the observed one, or where it takes more than `most_mass`.
    """
    ways = reaches.above(spike.at)
    if not ways:
        raise Refusal("nothing_above", met=spike.at.reach)
    upwards = _Upwards(reaches, spike, samples, duration)
    found = upwards.candidates([reaches.ids[way.reaches[0]] for way in ways], ways)
    below = {each.name: reaches.way(each.at, spike.at) for each in sources}
    known = {name: way for name, way in below.items() if way is not None}
    return Found(
        reaches=found,
        parties=_territories(reaches, found),
        sources=upwards.candidates(list(known), list(known.values())) if known else (),
        elsewhere=tuple(name for name, way in below.items() if way is None),
    )


@dataclass(frozen=True)
class _Upwards:
    """One spike and what may have happened above it."""

    reaches: Reaches
    spike: Spike
    samples: Samples
    duration: float

    def candidates(self, names: Sequence[str], ways: Sequence[Way]) -> tuple[Candidate, ...]:
        cumulants = travel.along_each(ways, self.reaches, self.samples.transport)
        dilution = 1000 / (float(self.reaches.flow[self.reaches.row(self.spike.at.reach)]) * self.samples.flow)
        return tuple(
            self._candidate(name, way, moments, dilution)
            for name, way, moments in zip(names, ways, cumulants, strict=True)
        )

    def _candidate(self, name: str, way: Way, moments: travel.Cumulants, dilution: Floats) -> Candidate:
        passage = Passage.of(moments, self.duration, many=True)
        time = passage.peak_time()
        released = self.spike.time - time
        mass = self.spike.value / np.maximum(dilution * moments.survival * passage.rate(time), NOTHING)
        reasons = _reasons(self.spike, released, mass, np.sqrt(moments.variance + self.duration**2 / 12))
        left = ~np.any(list(reasons.values()), axis=0)
        possible = float(left.mean())
        some = left if possible >= _LEAST else np.ones_like(left)
        head = int(way.reaches[0])
        return Candidate(
            name=name,
            reach=self.reaches.ids[head],
            party=self.reaches.party[head],
            km=float(self.reaches.length[way.reaches] @ way.share) / 1000,
            released=_band(released[some]),
            mass=_band(mass[some]),
            possible=possible,
            excluded="" if possible >= _LEAST else max(reasons, key=lambda key: float(np.mean(reasons[key]))),
        )


def _reasons(spike: Spike, released: Floats, mass: Floats, sigma: Floats) -> Mapping[str, NDArray[np.bool_]]:
    """Which samples each observation excludes."""
    none = np.zeros(len(mass), dtype=bool)
    return {
        "too_early": none if spike.since is None else released < spike.since,
        "too_wide": none if spike.sigma is None else sigma > spike.sigma,
        "too_much": mass > (_BEYOND if spike.most_mass is None else spike.most_mass),
    }


def _territories(reaches: Reaches, found: Iterable[Candidate]) -> tuple[Territory, ...]:
    by_party: dict[str, list[Candidate]] = {}
    for each in found:
        by_party.setdefault(each.party, []).append(each)
    return tuple(_territory(reaches, party, mine) for party, mine in sorted(by_party.items()))


def _territory(reaches: Reaches, party: str, found: Sequence[Candidate]) -> Territory:
    possible = [each for each in found if not each.excluded]
    return Territory(
        party=party,
        km=float(sum(reaches.length[reaches.row(each.reach)] for each in possible)) / 1000,
        reaches=tuple(each.reach for each in possible),
        released=(min(each.released[0] for each in possible), max(each.released[-1] for each in possible))
        if possible
        else None,
    )


def _band(values: Floats) -> Band:
    return quantiles(values, BANDS)
