"""Series looked at by themselves: what stands out, what stands still, what drifts; one bad value hides none.

All numbers are plain floats or exact decimals; times are hours. What the numbers mean is said by whoever asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SIGMA = 1.4826  # of a normal distribution: standard deviation over median absolute deviation


@dataclass(frozen=True, slots=True)
class Trend:
    """How a series moves: units a hour, the change over its span, and the noise around the line."""

    slope: float
    change: float
    noise: float  # as a standard deviation
    middle: float


def spread(values: Sequence[float]) -> float:
    """The scatter of values, as a standard deviation that single bad ones do not move.

    s = 1.4826 median |x - median x|
    """
    middle = median(values)
    return SIGMA * median(abs(value - middle) for value in values)


def spikes(values: Sequence[float], *, beside: int, factor: float, floor: float) -> list[int]:
    """Where a value stands out alone: far from its neighbours, while the ones next to it are not.

        |x - m| > max(floor, factor s),  m, s median and spread of `beside` neighbours on each side,
        and both next to it lie within half of that distance of m

    values : in the order of time; beside : neighbours on each side, at least 1; floor : least distance that counts

    A rise that lasts for more than one value is no spike. Ends without neighbours on both sides are not judged.
    Source: the filter of Hampel (1974), with the second condition added here.
    """
    return [at for at in range(1, len(values) - 1) if _stands_out(values, at, beside, factor, floor)]


def frozen(values: Sequence[object], *, least: int) -> list[tuple[int, int]]:
    """Runs of one and the same value, at least so long: first and last place of each. None never equals anything."""
    runs, start = [], 0
    for at in range(1, len(values) + 1):
        if at < len(values) and values[at] is not None and values[at] == values[start]:
            continue
        if at - start >= least and values[start] is not None:
            runs.append((start, at - 1))
        start = at
    return runs


def trend(times: Sequence[float], values: Sequence[float]) -> Trend | None:
    """The line through a series that a third of bad values does not move; nothing for fewer than three times.

        slope = median over pairs of (x_j - x_i)/(t_j - t_i);  noise = spread of what is left

    Source: Theil (1950), Sen (1968).
    """
    pairs = [
        (values[j] - values[i]) / (times[j] - times[i])
        for i in range(len(values))
        for j in range(i + 1, len(values))
        if times[j] != times[i]
    ]
    if len(values) < 3 or not pairs:
        return None
    slope = median(pairs)
    left = [value - slope * time for time, value in zip(times, values, strict=True)]
    return Trend(slope, slope * (max(times) - min(times)), spread(left), median(values))


def missed(
    looks: Sequence[float], seen: Sequence[float], *, least: float, fewest: int
) -> list[tuple[float, float | None]]:
    """Silences: from the last time that was seen before to the first one after, where others were heard in between.

    looks : times at which others were heard; seen : times at which this one was
    least : shortest silence that counts; fewest : times at which others must have been heard within it

    A silence at the end has no end (None). Before its first time nobody is silent.
    """
    times = sorted(seen)
    found = []
    for last, next_ in zip(times, [*times[1:], None], strict=False):  # nothing seen, nothing to be silent after
        between = [look for look in looks if look > last and (next_ is None or look < next_)]
        until = next_ if next_ is not None else (looks[-1] if looks else last)
        if len(between) >= fewest and until - last >= least:
            found.append((last, next_))
    return found


def _stands_out(values: Sequence[float], at: int, beside: int, factor: float, floor: float) -> bool:
    if min(abs(values[at] - values[at - 1]), abs(values[at] - values[at + 1])) <= floor / 2:
        return False  # then one next to it lies farther than half of the way from the middle, or the way is too short
    around = [*values[max(0, at - beside) : at], *values[at + 1 : at + 1 + beside]]
    middle = median(around)
    off = abs(values[at] - middle)
    if off <= max(floor, factor * spread(around)):
        return False
    return all(abs(values[near] - middle) <= off / 2 for near in (at - 1, at + 1))
