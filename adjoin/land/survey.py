"""Where to survey next: the cells where most species not yet listed are expected."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

_TIE = 1e-12
MOST_SETS = 200_000  # that are looked at one by one for the best


@dataclass(frozen=True, slots=True)
class Visit:
    """One cell of a survey in its turn."""

    cell: int
    expected: float  # species not yet listed
    per_cost: float


def greedy(chances: Sequence[Sequence[float]], costs: Sequence[float], pick: int) -> tuple[Visit, ...]:
    """The cells in the order of most expected new species for their cost.

        gain_c = sum_k [ prod over picked b of (1 - q_bk) ] q_ck,   q_ck = psi_ck p_k

    chances : q of each cell, by species not yet listed
    costs : one a cell, above 0; ties go to the cell that stands first
    """
    missed = [1.0] * (len(chances[0]) if chances else 0)
    visits: list[Visit] = []
    for _ in range(pick):
        left = [i for i in range(len(chances)) if all(i != visit.cell for visit in visits)]
        gains = {i: sum(m * q for m, q in zip(missed, chances[i], strict=True)) for i in left}
        best = max(gains[i] / costs[i] for i in left)
        cell = next(i for i in left if gains[i] / costs[i] >= best - _TIE)
        visits.append(Visit(cell, gains[cell], gains[cell] / costs[cell]))
        missed = [m * (1 - q) for m, q in zip(missed, chances[cell], strict=True)]
    return tuple(visits)


def best(chances: Sequence[Sequence[float]], pick: int) -> tuple[float, tuple[int, ...]] | None:
    """The largest expected number of new species over all sets of cells, whatever they cost; None if too many sets."""
    if math.comb(len(chances), pick) > MOST_SETS:
        return None
    return max(
        ((expected([chances[i] for i in cells]), cells) for cells in combinations(range(len(chances)), pick)),
        key=lambda found: found[0],
    )


def at_most(chances: Sequence[Sequence[float]], picked: Sequence[int]) -> float:
    """What no set of as many cells exceeds: what is picked, and the largest gains that are left beside it.

    f(best) <= f(S) + the |S| largest gains at S: a gain only falls as a set grows. Source: Nemhauser et al. 1978.
    """
    here = expected([chances[i] for i in picked])
    missed = [math.prod(1 - chances[i][k] for i in picked) for k in range(len(chances[0]))]
    gains = sorted(
        (
            math.fsum(m * q for m, q in zip(missed, row, strict=True))
            for i, row in enumerate(chances)
            if i not in picked
        ),
        reverse=True,
    )
    return here + math.fsum(gains[: len(picked)])


def expected(chances: Sequence[Sequence[float]]) -> float:
    """The species found by at least one of these cells: sum_k 1 - prod (1 - q_ck)."""
    return math.fsum(1 - math.prod(1 - q for q in column) for column in zip(*chances, strict=True))
