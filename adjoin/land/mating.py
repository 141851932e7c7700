"""Who with whom? Matings of least inbreeding, and how much each candidate should contribute."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adjoin.land.pedigree import Floats

Numbers = NDArray[np.signedinteger]
_TIE = 1e-12
_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class Contributions:
    """Shares of the next generation, their group coancestry, and how far it can still fall at most."""

    shares: Floats
    coancestry: float
    gap: float
    prices: tuple[float, float]  # of the halves of males and females: the least (fc) among each


def assignment(kinship: Floats, most: int) -> tuple[int, ...] | None:
    """A male for every female so that the progeny are least inbred together; None where males do not suffice.

        min sum of kinship[male, female], a male for at most `most` females

    kinship : rows males, columns females

    Of equal plans the one that gives each female in turn the first male with which the least is still reached.
    """
    from scipy.optimize import linear_sum_assignment

    males, females = kinship.shape
    if males * most < females:
        return None
    places = np.repeat(np.arange(males), min(most, females))
    taken, columns = linear_sum_assignment(kinship[places])
    plan = np.zeros(females, dtype=int)
    plan[columns] = places[taken]
    for female in range(females):
        _first_male(kinship, most, plan, female)
    return tuple(int(male) for male in plan)


def contributions(kinship: Floats, males: int) -> Contributions:
    """The shares of candidates that make group coancestry least.

        min c' f c,   sum over males = sum over females = 1/2,  c >= 0

    kinship : f among the candidates, males first, self-kinship on the diagonal
    males : how many of them

    gap = 2 [c'fc - (min_m (fc)_m + min_f (fc)_f) / 2] bounds what is left to gain: c'fc is convex.
    """
    groups = [np.arange(males), np.arange(males, len(kinship))]
    c = np.concatenate([np.full(len(group), 0.5 / len(group)) for group in groups])
    flow = kinship @ c
    for _ in range(_STEPS):
        moves = [_move(group, c, flow) for group in groups]
        worst, best = max(moves, key=lambda move: flow[move[0]] - flow[move[1]])
        slope = flow[worst] - flow[best]
        if slope <= 1e-15:
            break
        bend = kinship[worst, worst] + kinship[best, best] - 2 * kinship[worst, best]
        step = c[worst] if bend <= 0 else min(c[worst], slope / bend)
        c[worst] -= step
        c[best] += step
        flow += step * (kinship[:, best] - kinship[:, worst])
    flow = kinship @ c
    value = float(c @ flow)
    prices = float(flow[groups[0]].min()), float(flow[groups[1]].min())
    return Contributions(c, value, 2 * (value - sum(prices) / 2), prices)


def _move(numbers: Numbers, c: Floats, flow: Floats) -> tuple[int, int]:
    """Whom to take from (of those who have) and whom to give to."""
    having = numbers[c[numbers] > 0]
    return int(having[np.argmax(flow[having])]), int(numbers[np.argmin(flow[numbers])])


def _first_male(kinship: Floats, most: int, plan: Numbers, female: int) -> None:
    """Give a female the first male that costs nothing more, moving later females along if need be.

    Her place is free then: either somebody moves into it in the end, or the male she goes to finds room elsewhere and
    others move into it on their own, which can only save.
    """
    now = int(plan[female])
    cost, mover = _moves(kinship, plan, female)
    room = np.bincount(plan, minlength=len(kinship)) < most
    here, into = _distances(cost, np.arange(len(kinship)) == now)
    away, onward = _distances(cost, room)
    start = int(here.argmin())
    extra = kinship[:, female] - kinship[now, female] + np.minimum(here, away + here[start])
    extra[now] = 0.0
    first = int(np.flatnonzero(extra <= _TIE)[0])
    if first == now:
        return
    plan[female] = first
    if here[first] <= away[first] + here[start] + _TIE:
        _follow(first, into, mover, plan)
    else:
        _follow(first, onward, mover, plan)
        _follow(start, into, mover, plan)


def _moves(kinship: Floats, plan: Numbers, female: int) -> tuple[Floats, Numbers]:
    """What it costs to move the cheapest later female of one male to another, and who that is."""
    males, later = len(kinship), np.arange(female + 1, len(plan))
    cost, mover = np.full((males, males), np.inf), np.zeros((males, males), dtype=int)
    for male in range(males):
        mine = later[plan[later] == male]
        if len(mine):
            change = kinship[:, mine] - kinship[male, mine]
            pick = change.argmin(axis=1)
            cost[male], mover[male] = change[np.arange(males), pick], mine[pick]
    return cost, mover


def _follow(start: int, onward: Floats, mover: Numbers, plan: Numbers) -> None:
    """Move one female at every step of a way."""
    here = start
    while onward[here] >= 0:
        step = int(onward[here])
        plan[mover[here, step]] = step
        here = step


def _distances(cost: Floats, goals: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """The least cost of a way from each male to a goal, and the next male on it (-1: there)."""
    distance = np.where(goals, 0.0, np.inf)
    onward = np.full(len(cost), -1.0)
    for _ in range(len(cost)):
        through = cost + distance
        best = through.argmin(axis=1)
        shorter = through[np.arange(len(cost)), best] < distance - _TIE
        if not shorter.any():
            break
        distance = np.where(shorter, through[np.arange(len(cost)), best], distance)
        onward = np.where(shorter, best, onward)
    return distance, onward
