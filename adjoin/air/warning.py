"""When is a heavy-pollution warning called, and which one?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

NONE = "none"


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken series of days above a number: at least so many, one of them above a peak."""

    above: int
    days: int
    peak: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A warning level and the runs of which one calls it."""

    name: str
    runs: tuple[Run, ...]
    optional: bool = False  # only where a region has chosen it


@dataclass(frozen=True, slots=True)
class Warnings:
    """The levels from the highest down, the pollutant they are for, and where they are written."""

    levels: tuple[Level, ...]
    pollutant: str
    clause: str
    status: str


def level(daily_aqi: Sequence[float], counts: Sequence[bool], rules: Warnings, *, with_optional: bool) -> str:
    """The highest level that a forecast of daily indices reaches, or "none".

        a level is reached where a run of days > above has length >= days (and max > peak)

    daily_aqi : one a calendar day; counts : whether that day's primary pollutant is the one the levels are for

    A day that does not count breaks every run.
    """
    seen = [aqi if count else None for aqi, count in zip(daily_aqi, counts, strict=True)]
    reached = (each for each in rules.levels if any(_reached(seen, run) for run in each.runs))
    return next((each.name for each in reached if with_optional or not each.optional), NONE)


def _reached(seen: Sequence[float | None], run: Run) -> bool:
    return any(
        len(days) >= run.days and (run.peak is None or max(days) > run.peak) for days in _series(seen, run.above)
    )


def _series(seen: Sequence[float | None], above: int) -> Iterator[list[float]]:
    for is_above, days in groupby(seen, key=lambda aqi: aqi is not None and aqi > above):
        if is_above:
            yield [aqi for aqi in days if aqi is not None]
