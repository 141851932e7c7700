"""Whose load crossed a border in an event, and when nobody can tell.

A load is flow times concentration, added up over the time its water needs to pass. Flow, clock, laboratory and
journey are each known only so well; members draw all of them together. What the sources do not explain stays a
column of its own: it may be negative, and it belongs to nobody. No share is shown where that column is large, or
where flow, cover or samples do not allow one: a share that cannot be defended helps neither side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from adjoin.core.refusal import Refusal
from adjoin.core.source_receptor import SourceReceptor
from adjoin.methods.samples import latin_hypercube, quantiles

Floats = NDArray[np.float64]
Points = Sequence[tuple[float, float]]  # hours, value
LARGEST_RESIDUAL = 0.30  # of the border load, either sign
MEMBERS = 500
SIGMA_LN_Q = ((50.0, 0.25), (500.0, 0.15), (float("inf"), 0.10))  # up to a mean flow, m3/s: house values, override
_BAND = (0.05, 0.5, 0.95)
_NODES = 481  # of the window
_KG_H = 3.6  # of 1 mg/L in 1 m3/s
_PER_PLACE = 3  # flow, clock, laboratory


@dataclass(frozen=True, slots=True)
class Errors:
    """How well a place is measured, each a standard deviation."""

    clock_h: float = 0.0  # of the time of observation
    concentration: float = 0.0  # relative, of laboratory and pretreatment
    flow_ln: float | None = None  # of ln Q; None: by the size of the river


@dataclass(frozen=True, slots=True)
class Gauged:
    """A place where flow and concentration were observed."""

    flow: Points  # h, m3/s; empty where nobody measured it
    observed: Points  # h, mg/L
    pretreatment: str = ""
    errors: Errors = Errors()


@dataclass(frozen=True, slots=True)
class Source:
    """Something that gives to the border: an inflow that is gauged, or a load known to lie in a range."""

    party: str  # "" for nobody: background, what comes from outside
    gauged: Gauged | None = None
    load_kg_d: tuple[float, float] = (0.0, 0.0)
    lag_h: tuple[float, float] = (0.0, 0.0)  # of its water to the border
    survival: tuple[float, float] = (1.0, 1.0)  # part that is not lost on the way


@dataclass(frozen=True, slots=True)
class Event:
    """What has to be divided: the load of a border in a window of time, and everything that may have given to it."""

    border: Gauged
    sources: Mapping[str, Source]
    since_h: float
    until_h: float
    max_gap_h: float  # observations further apart do not cover the time between
    sigma_ln_q: Sequence[tuple[float, float]] = SIGMA_LN_Q


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the border load: median, and what nine members of ten lie between."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, members: Floats) -> "Band":
        """From members."""
        low, median, high = quantiles(members, _BAND)
        return cls(median, low, high)


@dataclass(frozen=True, slots=True)
class Share:
    """What one source gave to the border."""

    source: str
    party: str
    part: Band
    told_from_zero: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Who gave what, or why that cannot be said."""

    reasons: tuple[str, ...]  # keys of sentences; empty where shares may be shown
    shares: tuple[Share, ...] = ()
    by_party: Mapping[str, Band] | None = None
    residual: Band | None = None  # belongs to nobody
    smallest: float | None = None  # the smallest share that can be told from zero
    load_kg: Band | None = None  # of the border

    @property
    def state(self) -> str:
        """`shares` or `not_for_attribution`."""
        return "not_for_attribution" if self.reasons else "shares"


def attribute(event: Event, rng: np.random.Generator, members: int = MEMBERS) -> Shares:
    """Shares of the border load by source and party with their bands, or the reasons why none may be shown.

        load = 3.6 integral of Q(t) c(t) dt;   source_i = S_i 3.6 integral of Q_i(t - lag_i) c_i(t - lag_i) dt
        residual = load - sum of sources;   share_i = source_i / load

    members : Latin hypercube samples of ln Q, clock and laboratory of every place, and of lag and survival

    Reasons: `no_discharge`, `window_not_covered`, `mixed_pretreatments` before; `no_load_at_border` (none, or water
    that flows back), `residual_too_large` (beyond 30 %), `nothing_told_from_zero` after. The
    smallest share that can be told from zero is half the width of the residual's band: a source as large would hide
    in it.
    """
    if event.until_h <= event.since_h or not event.sources:
        raise Refusal("no_event", met=f"{event.since_h:g}..{event.until_h:g} h, {len(event.sources)}")
    reasons = tuple(dict.fromkeys(_gate(event)))
    return Shares(reasons) if reasons else judge(_members(event, rng, members), "border")


def judge(matrix: SourceReceptor, receptor: str) -> Shares:
    """Shares of a receptor from any matrix with members, or the reasons why none may be shown."""
    if matrix.total[matrix.receptors.index(receptor)].min() <= 0:
        return Shares(("no_load_at_border",))
    residual = Band.of(matrix.residual_share(receptor))
    smallest = (residual.high - residual.low) / 2
    total = Band.of(matrix.total[matrix.receptors.index(receptor)])
    if abs(residual.median) > LARGEST_RESIDUAL:
        return Shares(("residual_too_large",), residual=residual, smallest=smallest, load_kg=total)
    bands = [Band.of(row) for row in matrix.shares(receptor)]
    told = [band.low > 0 and band.median >= smallest for band in bands]
    if not any(told):
        return Shares(("nothing_told_from_zero",), residual=residual, smallest=smallest, load_kg=total)
    rows = zip(matrix.sources, matrix.parties, bands, told, strict=True)
    whole = matrix.total[matrix.receptors.index(receptor)]
    parties = {party: Band.of(gives / whole) for party, gives in matrix.by_party(receptor).items()}
    return Shares((), tuple(Share(*row) for row in rows), parties, residual, smallest, total)


def _gate(event: Event) -> Iterator[str]:
    """Why no share can be computed at all."""
    gauged = [(event.border, (0.0, 0.0)), *((s.gauged, s.lag_h) for s in event.sources.values() if s.gauged)]
    if any(not place.flow for place, _ in gauged):
        yield "no_discharge"
    if len({place.pretreatment for place, _ in gauged}) > 1:
        yield "mixed_pretreatments"
    for place, lag in gauged:
        since, until = event.since_h - lag[1], event.until_h - lag[0]
        if any(not _covers(points, since, until, event.max_gap_h) for points in (place.flow, place.observed) if points):
            yield "window_not_covered"
        if not place.observed:
            yield "window_not_covered"


def _covers(points: Points, since: float, until: float, max_gap_h: float) -> bool:
    inside = [(a, b) for (a, _), (b, _) in pairwise(points) if b > since and a < until]
    return points[0][0] <= since and points[-1][0] >= until and all(b - a <= max_gap_h for a, b in inside)


def _members(event: Event, rng: np.random.Generator, members: int) -> SourceReceptor:
    """The border and its sources, as one matrix of members, kg."""
    sources = event.sources
    drawn = latin_hypercube(members, _PER_PLACE + (_PER_PLACE + 2) * len(sources), rng).T
    measured = _load(event, event.border, drawn[:_PER_PLACE], np.zeros(members))
    rows = []
    for i, source in enumerate(sources.values()):
        at = _PER_PLACE + (_PER_PLACE + 2) * i
        rows.append(_given(event, source, drawn[at : at + _PER_PLACE + 2]))
    parties = {name: source.party for name, source in sources.items()}
    return SourceReceptor.of(("border",), parties, "kg", np.array(rows)[None], measured[None])


def _given(event: Event, source: Source, drawn: Floats) -> Floats:
    """What a source gives to the border, by member."""
    survival = _within(source.survival, drawn[-1])
    if source.gauged is None:
        days = (event.until_h - event.since_h) / 24
        return survival * _within(source.load_kg_d, drawn[0]) * days
    return survival * _load(event, source.gauged, drawn[:_PER_PLACE], _within(source.lag_h, drawn[-2]))


def _load(event: Event, place: Gauged, drawn: Floats, lag: Floats) -> Floats:
    """The load of a place in the window shifted by a lag, by member, kg."""
    hours = np.linspace(event.since_h, event.until_h, _NODES)[None, :] - lag[:, None]
    z = ndtri(drawn)
    clock = (z[1] * place.errors.clock_h)[:, None]
    flow, c = _at(place.flow, hours), _at(place.observed, hours + clock)
    size = float(np.mean([value for _, value in place.flow]))
    sigma = place.errors.flow_ln
    if sigma is None:
        sigma = next(each for most, each in event.sigma_ln_q if size <= most)
    factor = np.exp(z[0] * sigma + z[2] * np.log1p(place.errors.concentration))
    result: Floats = _KG_H * factor * np.trapezoid(flow * c, dx=float(hours[0, 1] - hours[0, 0]), axis=1)
    return result


def _at(points: Points, hours: Floats) -> Floats:
    times, values = zip(*points, strict=True)
    found: Floats = np.interp(hours.ravel(), times, values).reshape(hours.shape)
    return found


def _within(span: tuple[float, float], u: Floats) -> Floats:
    return span[0] + (span[1] - span[0]) * u
