"""When do real-time classes amount to a signal, and from when until when?

A signal is no exceedance: real-time values are unreviewed, and means over a month decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adjoin.core.assessment import Verdict, worse


@dataclass(frozen=True, slots=True)
class Episode:
    """A run of times at which one quantity was worse than a class."""

    quantity: str
    times: tuple[datetime, ...]

    @property
    def since(self) -> datetime:
        """Its first time."""
        return self.times[0]

    @property
    def until(self) -> datetime:
        """Its last time."""
        return self.times[-1]


def episodes(verdicts: Iterable[tuple[datetime, Verdict]], *, worse_than: str, gap: timedelta) -> tuple[Episode, ...]:
    """The signals of one section, by quantity and time.

    verdicts : real-time verdicts in the order of time
    worse_than : a class; an item worse than it signals
    gap : times of one quantity further apart than this belong to two episodes
    """
    times: dict[str, list[datetime]] = {}
    for time, verdict in verdicts:
        for code in _signalling(verdict.items, worse_than):
            times.setdefault(code, []).append(time)
    return tuple(Episode(code, run) for code, at in sorted(times.items()) for run in _runs(at, gap))


def _signalling(items: Mapping[str, str], worse_than: str) -> list[str]:
    return [code for code, grade in items.items() if worse(grade, worse_than)]


def _runs(times: list[datetime], gap: timedelta) -> list[tuple[datetime, ...]]:
    runs: list[list[datetime]] = []
    for time in times:
        if runs and time - runs[-1][-1] <= gap:
            runs[-1].append(time)
        else:
            runs.append([time])
    return [tuple(run) for run in runs]
