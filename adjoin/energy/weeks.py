"""Which weeks stand for a year? Weeks that look alike are grouped; one of each group stands for all of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adjoin.energy.system import System

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WEEK = 168


@dataclass(frozen=True, slots=True)
class Weeks:
    """The first hour of each week that stands for others, and for how many hours each of its hours stands."""

    starts: tuple[int, ...]
    weight: tuple[float, ...]

    @property
    def hours(self) -> list[int]:
        """The hours of these weeks."""
        return [start + t for start in self.starts for t in range(WEEK)]

    @property
    def weights(self) -> list[float]:
        """The weight of each of these hours."""
        return [weight for weight in self.weight for _ in range(WEEK)]


def representative(system: System, count: int) -> Weeks:
    """So many weeks for all: Ward's groups of load and availability by hour, of each the week nearest to its middle.

    The week whose load most exceeds what stands ready stands for itself, so that capacity is built for it. Hours beyond
    the last whole week count with the weights. Source: grouping as in Nahmmacher et al. 2016.
    """
    import numpy as np

    whole = system.hours // WEEK
    scarce = _scarce(system)
    peak = int(np.argmax(scarce[: whole * WEEK])) // WEEK
    others = [i for i in range(whole) if i != peak]
    groups = _groups(_by_week(system, whole)[others], count - 1) if count > 1 and others else []
    stand_for = {peak: 1} | {others[middle]: size for middle, size in groups}
    scale = system.hours / (WEEK * sum(stand_for.values()))
    order = sorted(stand_for)
    return Weeks(tuple(each * WEEK for each in order), tuple(stand_for[each] * scale for each in order))


def _groups(weeks: "Floats", count: int) -> list[tuple[int, int]]:
    """The week nearest to the middle of each group, and how many are in it."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(weeks) == 1:
        return [(0, 1)]
    found = []
    group = fcluster(linkage(weeks, "ward"), min(count, len(weeks)), "maxclust")
    for each in np.unique(group):
        inside = np.flatnonzero(group == each)
        apart = ((weeks[inside] - weeks[inside].mean(axis=0)) ** 2).sum(axis=1)
        found.append((int(inside[apart.argmin()]), len(inside)))
    return found


def _by_week(system: System, whole: int) -> "Floats":
    """Load and availability of every week, a row a week, each series by its own spread."""
    import numpy as np

    rows = [*(system.load[region] for region in system.regions), *(each.available for each in system.plants)]
    table: Floats = np.array([_scaled(np.array(row[: whole * WEEK])) for row in rows])
    return table.reshape(len(rows), whole, WEEK).transpose(1, 0, 2).reshape(whole, -1)


def _scarce(system: System) -> "Floats":
    """Load less what stands ready, by hour."""
    import numpy as np

    load = np.array([system.load[region] for region in system.regions]).sum(axis=0)
    ready = np.array([each.mw * np.array(each.available) for each in system.plants]).sum(axis=0)
    return np.asarray(load - ready, dtype=float)


def _scaled(row: "Floats") -> "Floats":
    spread = float(row.std())
    return (row - row.mean()) / spread if spread > 0 else row * 0.0
