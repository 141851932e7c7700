"""Which whole measures reach a target at least cost, at most one of each group?

The search goes group by group over the sums that can still become the answer. A sum is dropped where another removes
as much for less, or where a lower bound by a price of the tonne lies above what was found already. Costs and tonnes
become whole numbers of a common unit, so ties are ties.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from adjoin.industry.cost_curve import Technology

_SLACK = Fraction(1, 10**9)  # t on the target, yuan between ties
_MOST = 5_000  # sums kept after each group

Sum = tuple[int, int, int]  # cost, tonnes, names as bits (the first name is the highest bit)


@dataclass(frozen=True, slots=True)
class _Taken:
    cost: Fraction
    tonnes: Fraction
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The measures to take, and a price of the tonne that shows how far from the least cost they can be at most.

    For every price p >= 0:  least cost >= p target + sum over groups of min(0, min_i (cost_i - p potential_i)).
    """

    names: tuple[str, ...]
    cost_yuan: float
    removed_t: float
    price_yuan_t: float
    bound_yuan: float  # the right side at this price; anyone can work it out again
    proved: bool  # no sum was set aside: the cost is the least


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """The target cannot be reached: the most that can."""

    most_t: float


def cheapest(
    technologies: Sequence[Technology], target_t: Fraction, groups: Iterable[Sequence[str]] = ()
) -> Selection | OutOfReach:
    """The cheapest set of whole measures that reaches a target.

        min sum cost_i x_i,  sum potential_i x_i >= target,  x_i in {0, 1},  sum over a group of x_i <= 1

    technologies : names unique, cost_i = cost_yuan_t potential_t
    target_t : t, reached with a slack of 1e-9
    groups : names; one stands in one group at most, one in none is free

    Ties within 1e-9 yuan: more removed, then the names in the order of their code points. Source: own.
    """
    choices = _choices(technologies, groups)
    target = target_t - _SLACK
    most = sum((max(each.effect for each in choice) for choice in choices), Fraction(0))
    if most < target:
        return OutOfReach(float(most))
    price, bound = _price(choices, target)
    best, proved = _search(choices, target, price)
    return Selection(best.names, float(best.cost), float(best.tonnes), float(price), float(bound), proved)


def _choices(technologies: Sequence[Technology], groups: Iterable[Sequence[str]]) -> list[list[Technology]]:
    by_name = {each.name: each for each in technologies}
    grouped = [[by_name.pop(name) for name in group] for group in groups if group]
    return [*grouped, *([each] for each in by_name.values())]


def _price(choices: Sequence[Sequence[Technology]], target: Fraction) -> tuple[Fraction, Fraction]:
    """The price of the tonne at which the bound is highest; the bound is concave with corners at cost per tonne."""
    corners = {Fraction(0)}
    for choice in choices:
        points = [(Fraction(0), Fraction(0)), *((each.cost, each.effect) for each in choice)]
        corners |= {(a - b) / (s - t) for a, s in points for b, t in points if s > t and a > b}
    prices = sorted(corners)
    low, high = 0, len(prices) - 1
    while low < high:
        middle = (low + high) // 2
        if _bound(choices, target, prices[middle]) < _bound(choices, target, prices[middle + 1]):
            low = middle + 1
        else:
            high = middle
    return prices[low], _bound(choices, target, prices[low])


def _bound(choices: Sequence[Sequence[Technology]], target: Fraction, price: Fraction) -> Fraction:
    return price * target + sum((_least(choice, price) for choice in choices), Fraction(0))


def _least(choice: Sequence[Technology], price: Fraction) -> Fraction:
    return min(Fraction(0), *(each.cost - price * each.effect for each in choice))


def _search(choices: Sequence[Sequence[Technology]], target: Fraction, price: Fraction) -> tuple[_Taken, bool]:
    whole = _Whole.of(choices, target, price)
    best, sums, proved = whole.by_price(), [(0, 0, 0)], True
    for i, choice in enumerate(whole.choices):
        widened = sums + [(c + cost, t + tonnes, n | bit) for c, t, n in sums for cost, tonnes, bit in choice]
        best = min([best, *(each for each in widened if each[1] >= whole.target)], key=whole.rank)
        sums = _undominated(each for each in widened if whole.may_win(each, i + 1, best[0]))
        if len(sums) > _MOST:
            proved, sums = False, sorted(sums, key=lambda each: each[0] - whole.price * each[1])[:_MOST]
    reached = [each for each in (best, *sums) if each[1] >= whole.target]
    least = min(cost for cost, _, _ in reached)
    tied = (each for each in reached if each[0] <= least + whole.slack)
    return whole.taken(min(tied, key=lambda each: (-each[1], -each[2]))), proved


@dataclass(frozen=True, slots=True)
class _Whole:
    """The question in whole numbers: cost and tonnes each in a unit that divides all of them."""

    choices: tuple[tuple[Sum, ...], ...]
    target: int
    price: int
    slack: int
    units: tuple[int, int]  # parts of a yuan, parts of a tonne
    names: tuple[str, ...]  # by bit
    rest_t: list[int]  # what the choices from each place on can add at most,
    rest_priced: list[int]  # lower at most at the price,
    rest_free: list[int]  # and lower at most at no price

    @classmethod
    def of(cls, choices: Sequence[Sequence[Technology]], target: Fraction, price: Fraction) -> "_Whole":
        every = [each for choice in choices for each in choice]
        tonne = math.lcm(target.denominator, *(each.effect.denominator for each in every))
        yuan = math.lcm((price / tonne).denominator, *(each.cost.denominator for each in every))
        names = tuple(sorted((each.name for each in every), reverse=True))
        bit = {name: 1 << i for i, name in enumerate(names)}
        largest_first = sorted(choices, key=lambda choice: (-max(each.effect for each in choice), choice[0].name))
        whole = tuple(
            tuple((int(each.cost * yuan), int(each.effect * tonne), bit[each.name]) for each in choice)
            for choice in largest_first
        )
        priced = int(price / tonne * yuan)
        return cls(
            choices=whole,
            target=int(target * tonne),
            price=priced,
            slack=yuan // 10**9,
            units=(yuan, tonne),
            names=names,
            rest_t=_suffixes(max(each[1] for each in choice) for choice in whole),
            rest_priced=_suffixes(min(0, *(each[0] - priced * each[1] for each in choice)) for choice in whole),
            rest_free=_suffixes(min(0, *(each[0] for each in choice)) for choice in whole),
        )

    def by_price(self) -> Sum:
        """The sum that takes of each group what is best at the price, of equals what removes more: it reaches."""
        best = [min([(0, 0, 0), *c], key=lambda each: (each[0] - self.price * each[1], -each[1])) for c in self.choices]
        return sum(each[0] for each in best), sum(each[1] for each in best), sum(each[2] for each in best)

    def may_win(self, each: Sum, place: int, best: int) -> bool:
        """Whether a sum can still reach the target at no more than the best cost found."""
        cost, tonnes, _ = each
        bound = max(cost + self.rest_free[place], cost + self.price * (self.target - tonnes) + self.rest_priced[place])
        return tonnes + self.rest_t[place] >= self.target and bound <= best + self.slack

    def rank(self, each: Sum) -> tuple[int, int, int]:
        """Cheaper, then more, then first by name."""
        return each[0], -each[1], -each[2]

    def taken(self, each: Sum) -> _Taken:
        """A sum with its names, in yuan and tonnes."""
        names = sorted(name for i, name in enumerate(self.names) if each[2] >> i & 1)
        return _Taken(Fraction(each[0], self.units[0]), Fraction(each[1], self.units[1]), tuple(names))


def _undominated(sums: Iterable[Sum]) -> list[Sum]:
    """Sums by cost; each removes more than every cheaper one, of equals the first by name."""
    kept: list[Sum] = []
    for each in sorted(sums, key=lambda s: (s[0], -s[1], -s[2])):
        if not kept or each[1] > kept[-1][1]:
            kept.append(each)
    return kept


def _suffixes(values: Iterable[int]) -> list[int]:
    """Sums from each place to the end; the last is 0."""
    return list(accumulate(reversed(list(values)), initial=0))[::-1]
