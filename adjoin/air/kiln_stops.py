"""On which days does one kiln stop, so that it does least harm? Every lawful timetable of the kiln is looked at.

A stop lasts its shortest number of periods or more, a run between two stops too; what ran before the season and what
runs after it may be as short as it likes within it. Backward over the periods, for every number of stopped periods and
of stops that are left:

    free(t, j, n)    = min(shut(t + a, j - 1, n - a),  e_t + free(t + 1, j, n))
    shut(t, j, n)    = min(shut(t + 1, j, n - 1),      e_t + ... + e_(t+b-1) + free(t + b, j, n))

free : it runs and may stop; shut : it stands and may start; a, b : shortest stop and run
e_t : harm of running in a period, a whole number, so that sums are exact and ties are ties
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
NEVER = 1 << 60  # more than any sum of harm


@dataclass(frozen=True, slots=True)
class Stopping:
    """What the law lets one kiln do, in periods."""

    least: int  # periods it stops in all, at least
    shortest_stop: int
    shortest_run: int
    most_stops: int


@dataclass(frozen=True, slots=True)
class Looked:
    """All lawful timetables of a kiln, by what is still least from each period on."""

    harm: tuple[int, ...]
    law: Stopping
    free: Whole  # (period, stops left, periods to stop)
    shut: Whole

    def least_harm(self) -> dict[int, int]:
        """The least harm for every number of stopped periods that is lawful."""
        found = self.free[0, self.law.most_stops]
        return {n: int(found[n]) for n in range(self.law.least, len(self.harm) + 1) if found[n] < NEVER}

    def timetable(self, stopped: int) -> tuple[bool, ...]:
        """Which periods it runs, where it stops so many; of equal ones that which stops first where they differ."""
        t, j, n, runs, standing = 0, self.law.most_stops, stopped, list[bool](), False
        while t < len(self.harm):
            if standing:
                standing = bool(n) and self.shut[t + 1, j, n - 1] == self.shut[t, j, n]
                length = 1 if standing else min(self.law.shortest_run, len(self.harm) - t)
                n -= standing
            else:
                standing, length = self._stops(t, j, n), 1
                if standing:
                    length, j, n = self.law.shortest_stop, j - 1, n - self.law.shortest_stop
            runs += [not standing] * length
            t += length
        return tuple(runs)

    def _stops(self, t: int, j: int, n: int) -> bool:
        a = self.law.shortest_stop
        fits = j > 0 and n >= a and t + a <= len(self.harm)
        return bool(fits and self.shut[t + a, j - 1, n - a] == self.free[t, j, n])


def look(harm: Sequence[int], law: Stopping) -> Looked:
    """All lawful timetables of a kiln, from the harm of running it in each period."""
    count, a, b = len(harm), law.shortest_stop, law.shortest_run
    shape = (count + 1, law.most_stops + 1, count + 1)
    free, shut = np.full(shape, NEVER, np.int64), np.full(shape, NEVER, np.int64)
    free[count, :, 0] = shut[count, :, 0] = 0
    sums = np.concatenate([[0], np.cumsum(np.array(harm, np.int64))])
    for t in range(count - 1, -1, -1):
        run = min(b, count - t)
        shut[t] = free[t + run] + (sums[t + run] - sums[t])
        shut[t, :, 1:] = np.minimum(shut[t, :, 1:], shut[t + 1, :, :-1])
        free[t] = free[t + 1] + harm[t]
        if t + a <= count:
            free[t, 1:, a:] = np.minimum(free[t, 1:, a:], shut[t + a, :-1, : count + 1 - a])
        for made in (free, shut):
            np.minimum(made[t], NEVER, out=made[t])
    return Looked(tuple(harm), law, free, shut)
