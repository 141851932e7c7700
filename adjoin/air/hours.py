"""What do the hours of a place tell: when in the day is the air bad, and from where does the wind come?

    mean of an hour of the day = sum of its values / their number
    share of a direction = hours with wind from it / hours with any wind known

An hour is calm or variable where its direction is not told or its wind is not above `CALM`. Directions are where the
wind comes from, degrees clockwise from north.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

CALM = 0.2  # m/s: level 0 of the wind scale (memory)
FINEST = 16  # directions at most


@dataclass(frozen=True, slots=True)
class HourMean:
    """The mean of one hour of the day, and of how many values; None where there is none."""

    hour: int
    mean: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Wind:
    """The wind of an hour, and what was in the air."""

    speed: float  # m/s
    direction: float | None  # degrees; None: variable, or not told
    dust: float | None = None  # ug/m3


@dataclass(frozen=True, slots=True)
class Petal:
    """One direction of a rose."""

    direction: float  # degrees, its middle
    hours: int
    share: float  # of all hours with wind known
    speed: float  # m/s, mean
    dust: float | None  # ug/m3, mean of the hours in which it is known


@dataclass(frozen=True, slots=True)
class Rose:
    """Where the wind came from: petals clockwise from north, and the hours without direction."""

    petals: tuple[Petal, ...]
    calm: Petal | None  # its direction is 0 and means nothing; None where no hour was calm
    hours: int


def by_hour(values: Iterable[tuple[int, float]]) -> tuple[HourMean, ...]:
    """The mean of each of the 24 hours of the day, from values with their hour."""
    found = defaultdict[int, list[float]](list)
    for hour, value in values:
        found[hour].append(value)
    return tuple(
        HourMean(hour, fsum(found[hour]) / len(found[hour]) if hour in found else None, len(found.get(hour, ())))
        for hour in range(24)
    )


def rose(winds: Sequence[Wind]) -> Rose:
    """The rose of some hours; as many directions as the data tell apart, 16 at most."""
    blowing = [each for each in winds if each.direction is not None and each.speed > CALM]
    told = [each.direction for each in blowing if each.direction is not None]
    count, first = _directions(told)
    groups: list[list[Wind]] = [[] for _ in range(count)]
    for each, direction in zip(blowing, told, strict=True):
        groups[round((direction - first) * count / 360) % count].append(each)
    petals = tuple(_petal((first + k * 360 / count) % 360, group, len(winds)) for k, group in enumerate(groups))
    calm = [each for each in winds if each.direction is None or each.speed <= CALM]
    return Rose(petals, _petal(0.0, calm, len(winds)) if calm else None, len(winds))


def _directions(told: Sequence[float]) -> tuple[int, float]:
    """How many directions are told apart (4, 8 or 16), and the middle of the first of them."""
    for count in (4, 8):
        turns = {round(each % (360 / count), 6) for each in told}
        if len(turns) == 1:
            return count, turns.pop()
    return FINEST, 0.0


def _petal(direction: float, group: Sequence[Wind], hours: int) -> Petal:
    dusts = [each.dust for each in group if each.dust is not None]
    return Petal(
        direction=direction,
        hours=len(group),
        share=len(group) / hours if hours else 0.0,
        speed=fsum(each.speed for each in group) / len(group) if group else 0.0,
        dust=fsum(dusts) / len(dusts) if dusts else None,
    )
