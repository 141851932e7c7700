"""What can be said of a wave that passes, from observations alone: no flow, no model, no blame.

Between two observations a value is taken to lie on the straight line that joins them, and only where they are
not further apart than `max_gap_h`. Times are hours after any common zero; values are of one quantity in one unit.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise

from adjoin.core.period import ZONE
from adjoin.methods.ranges import Extreme

Point = tuple[float, float]  # hours, value
Points = Sequence[Point]  # in the order of time


@dataclass(frozen=True, slots=True)
class Inflow:
    """What was observed at one inflow, and how long its water may take to the border, shortest and longest."""

    points: Points
    lag_h: tuple[float, float]


@dataclass(frozen=True, slots=True)
class HullRow:
    """Whether one border value can be a mixture of the inflows."""

    time_h: float
    value: float
    low: float | None
    high: float | None
    verdict: str  # "inside", "above", "below", "undecided"
    not_covered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bracket:
    """When a threshold was first seen passed: after one observation, by the next. Nothing tells the moment itself."""

    after_h: float | None  # None: the very first observation lies beyond already
    until_h: float
    value: float

    @property
    def already(self) -> bool:
        """Whether the observations begin beyond the threshold."""
        return self.after_h is None

    def before(self, other: "Bracket") -> bool:
        """Whether this was seen before the other for certain: it ends when or before the other begins."""
        return other.after_h is not None and self.until_h <= other.after_h


@dataclass(frozen=True, slots=True)
class Seen:
    """When a site first saw it (or never), and its water distance to the outlet where that is known."""

    site: str
    bracket: Bracket | None
    km: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two neighbours along the water and the time that may lie between their first sights (negative: the lower first).

    A span that holds both signs establishes no order; an open end (None) comes from observations that begin beyond.
    """

    upper: str
    lower: str
    relation: str  # "upper_first", "lower_first", "not_established"
    least_h: float | None
    most_h: float | None


@dataclass(frozen=True, slots=True)
class Order:
    """Who saw it, down the river; who cannot be placed; who never did; who was first, where that is established."""

    sites: tuple[Seen, ...]
    unordered: tuple[Seen, ...]  # of unknown kilometre
    never: tuple[str, ...]
    pairs: tuple[Pair, ...]
    first: str | None  # among the sites of known kilometre


@dataclass(frozen=True, slots=True)
class NightMinimum:
    """The lowest value and whether it fell in the night."""

    time: datetime
    value: float
    at_night: bool


def hull(border: Points, inflows: Mapping[str, Inflow], max_gap_h: float) -> tuple[HullRow, ...]:
    """Whether each border value can be a mixture of the inflows observed above it, at any flows.

        low(t)  = min over inflows i and s in [t - lag_i longest, t - lag_i shortest] of c_i(s);   high(t) = max

    border : hours and values, ascending
    inflows : by name; the lags in hours
    max_gap_h : observations further apart are not joined; one joined to none counts for nothing

    `inside` where low <= value <= high; else `undecided` where a window is not covered whole (the inflow is named);
    else `above` or `below`. Holds for what is neither made nor lost on the way. n log n.
    """
    lines = {name: (_Line(inflow.points, max_gap_h), inflow.lag_h) for name, inflow in sorted(inflows.items())}
    return tuple(_hull_row(time, value, lines) for time, value in border)


def dose(points: Points, base: float) -> float:
    """The time integral of what exceeds a base, crossings included, in value x hours.

        D = integral of max(0, c(t) - base) dt

    points : hours and values, ascending
    base : in the unit of the values
    """
    return math.fsum(_above(t1 - t0, v0 - base, v1 - base) for (t0, v0), (t1, v1) in pairwise(points))


def first_seen(points: Points, threshold: float, *, falling: bool = False) -> Bracket | None:
    """The first observation beyond a threshold and the one before it; nothing where there is none.

    points : hours and values, ascending
    threshold : beyond is above it; with `falling`, below it
    """
    before: float | None = None
    for time, value in points:
        if value < threshold if falling else value > threshold:
            return Bracket(before, time, value)
        before = time
    return None


def order(seen: Iterable[Seen]) -> Order:
    """Who saw it first along the water, as far as the observations establish it.

    One site is before another only where its bracket ends when or before the other's begins. A site of unknown
    kilometre is never ordered.
    """
    everyone = sorted(seen, key=lambda each: each.site)
    placed = [each for each in everyone if each.bracket and each.km is not None]
    placed.sort(key=lambda each: -(each.km or 0.0))
    return Order(
        sites=tuple(placed),
        unordered=tuple(each for each in everyone if each.bracket and each.km is None),
        never=tuple(each.site for each in everyone if each.bracket is None),
        pairs=tuple(_pair(upper, lower) for upper, lower in pairwise(placed)),
        first=_first(placed),
    )


def night_minimum(points: Iterable[tuple[datetime, float]], *, since: int = 20, until: int = 8) -> NightMinimum | None:
    """The lowest value, and whether it fell between two hours of the night (China time); nothing for no values.

    Oxygen is lowest before sunrise: a low value of the night stands for itself, not for the day.
    """
    lowest = min(points, key=lambda point: point[1], default=None)
    if lowest is None:
        return None
    hour = lowest[0].astimezone(ZONE).hour
    return NightMinimum(lowest[0], lowest[1], hour >= since or hour < until)


class _Line:
    """Observations joined by straight lines where they are near enough; asked for its extremes over a window."""

    def __init__(self, points: Points, max_gap_h: float) -> None:
        self.times = [time for time, _ in points]
        self.values = [value for _, value in points]
        joined = [later - earlier <= max_gap_h for earlier, later in pairwise(self.times)]
        self.joined = [*joined, False]  # of each observation: joined to the next
        self.breaks = [0, *accumulate(not each for each in joined)]
        self.counts = [before or after for before, after in zip([False, *joined], self.joined, strict=True)]
        kept = list(zip(self.values, self.counts, strict=True))
        self.least = Extreme([value if counts else math.inf for value, counts in kept], min, math.inf)
        self.most = Extreme([value if counts else -math.inf for value, counts in kept], max, -math.inf)

    def window(self, since: float, until: float) -> tuple[float, float, bool]:
        """Least, greatest and whether all of [since, until] is covered."""
        first, last = bisect_left(self.times, since), bisect_right(self.times, until)
        edges = [self._at(since, first - 1), self._at(until, last - 1)]
        ends = [value for value in edges if value is not None]
        low = min(self.least.over(first, last), *ends, math.inf)
        high = max(self.most.over(first, last), *ends, -math.inf)
        return low, high, self._covers(since, until)

    def _at(self, time: float, i: int) -> float | None:
        """The value at a time on the line from observation i to the next, where there is one that is not over."""
        if not 0 <= i < len(self.times) or not self.joined[i] or time >= self.times[i + 1]:
            return None
        part = (time - self.times[i]) / (self.times[i + 1] - self.times[i])
        return self.values[i] + part * (self.values[i + 1] - self.values[i])

    def _covers(self, since: float, until: float) -> bool:
        if since < self.times[0] or until > self.times[-1]:
            return False
        start, stop = bisect_right(self.times, since) - 1, bisect_left(self.times, until)
        if stop <= start:  # both ends are the same observation
            return self.counts[start]
        return self.breaks[stop] == self.breaks[start]


def _hull_row(time: float, value: float, lines: Mapping[str, tuple[_Line, tuple[float, float]]]) -> HullRow:
    windows = {name: line.window(time - lag[1], time - lag[0]) for name, (line, lag) in lines.items()}
    low = min((least for least, _, _ in windows.values()), default=math.inf)
    high = max((most for _, most, _ in windows.values()), default=-math.inf)
    open_ones = tuple(name for name, (_, _, covered) in windows.items() if not covered)
    verdict = _verdict(value, low, high, decided=not open_ones)
    return HullRow(time, value, low if low < math.inf else None, high if high > -math.inf else None, verdict, open_ones)


def _verdict(value: float, low: float, high: float, *, decided: bool) -> str:
    if low <= value <= high:
        return "inside"
    if not decided:
        return "undecided"
    return "above" if value > high else "below"


def _above(hours: float, one: float, other: float) -> float:
    """The area above zero of the line from `one` to `other`."""
    if one >= 0 and other >= 0:
        return hours * (one + other) / 2
    top = max(one, other)
    return hours * top * (top / abs(one - other)) / 2 if top > 0 else 0.0


def _pair(upper: Seen, lower: Seen) -> Pair:
    above, below = upper.bracket, lower.bracket
    assert above is not None  # only sites that saw it are placed
    assert below is not None
    least = None if below.after_h is None else below.after_h - above.until_h
    most = None if above.after_h is None else below.until_h - above.after_h
    relation = "not_established"
    if least is not None and least >= 0:
        relation = "upper_first"
    elif most is not None and most <= 0:
        relation = "lower_first"
    return Pair(upper.site, lower.site, relation, least, most)


def _first(placed: Sequence[Seen]) -> str | None:
    """The site whose bracket ends when or before all others begin: only the earliest end can be it."""
    if not placed:
        return None
    earliest = min(placed, key=lambda each: each.bracket.until_h if each.bracket else math.inf)
    end = earliest.bracket.until_h if earliest.bracket else math.inf
    others = [each.bracket.after_h for each in placed if each.bracket and each is not earliest]
    return earliest.site if all(after is not None and end <= after for after in others) else None
