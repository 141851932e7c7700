"""How long does each kiln stop, so that the clinker is still made? An exact choice of one number a kiln.

    min sum_k f_k(n_k)   subject to   sum_k c_k n_k <= spare

f_k : least harm of a kiln that stops n periods; c_k : clinker it does not make in one; spare : what need not be made.
A price of clinker proves a bound that anybody can add up again,

    sum_k min_n (f_k(n) + price c_k n) - price spare,

and what costs more at this price than bound and a good choice lie apart is in no best choice. The rest is looked at,
kiln by kiln, keeping only what is not both dearer and shorter of clinker. All numbers are whole: ties are ties.
With clinker that comes in no common measure there may be very many choices side by side; past `MOST` it is refused.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from adjoin.core.refusal import Refusal

MOST = 400_000  # choices kept side by side

Front = list[tuple[int, int]]  # clinker not made, harm: the first grows, the second falls


@dataclass(frozen=True, slots=True)
class Option:
    """One number of stopped periods of a kiln."""

    stopped: int
    spent: int  # clinker not made
    harm: int


@dataclass(frozen=True, slots=True)
class Shares:
    """How long each kiln stops, its harm, and the price of clinker with the bound that it proves."""

    stopped: tuple[int, ...]
    harm: int
    price: Fraction  # harm for one more of clinker
    price_bound: Fraction


def share(harms: Sequence[Mapping[int, int]], clinker: Sequence[int], spare: int) -> Shares | None:
    """The best numbers of stopped periods, the smallest list of them where several are; None where none keeps clinker.

    harms : a kiln, least harm by stopped periods; clinker : a kiln, of one period; spare : of them all
    """
    options = [
        [Option(n, n * made, harm) for n, harm in sorted(known.items())]
        for known, made in zip(harms, clinker, strict=True)
    ]
    if sum(min(each.spent for each in kiln) for kiln in options) > spare:
        return None
    price, good = _priced(options, spare)
    p, q = price.as_integer_ratio()
    dearer = [_dearer(kiln, p, q) for kiln in options]
    bound = sum(min(q * each.harm + p * each.spent for each in kiln) for kiln in options) - p * spare
    room, fronts = _wide_enough(dearer, spare, q, bound, q * good - bound)
    kept = [[one for one, more in kiln if more <= room] for kiln in dearer]
    return Shares(tuple(_smallest(kept, fronts, spare)), _best(fronts[0], spare), price, Fraction(bound, q))


def _wide_enough(
    dearer: Sequence[Sequence[tuple[Option, int]]], spare: int, q: int, bound: int, most: int
) -> tuple[int, list[Front]]:
    """The room above the bound in which the best choices lie: what is found within it leaves out none as good."""
    room = most // 4096
    while True:
        fronts = _fronts(dearer, spare, room)
        if room == most or (fronts[0] and q * _best(fronts[0], spare) - bound <= room):
            return room, fronts
        room = min(most, 8 * room + 1)


def _dearer(kiln: Sequence[Option], p: int, q: int) -> list[tuple[Option, int]]:
    """Each option with what it is worth more, at the price p / q, than the best of its kiln; in parts of q."""
    worths = [q * each.harm + p * each.spent for each in kiln]
    return [(each, worth - min(worths)) for each, worth in zip(kiln, worths, strict=True)]


def _priced(options: Sequence[Sequence[Option]], spare: int) -> tuple[Fraction, int]:
    """The price at which clinker runs out, and the harm of a choice that keeps it: steps taken while they fit."""
    now = [min(kiln, key=lambda each: (each.spent, each.harm)) for kiln in options]
    left = spare - sum(each.spent for each in now)
    steps = sorted(
        ((gain, k, n, one) for k, kiln in enumerate(options) for n, (gain, one) in enumerate(_steps(kiln))),
        key=lambda step: (-step[0], step[1], step[2]),
    )
    price, full = Fraction(0), set[int]()
    for gain, k, _, one in steps:
        if k in full:
            continue
        more = one.spent - now[k].spent
        if more > left:
            price = max(price, gain)
            full.add(k)
            continue
        left -= more
        now[k] = one
    return price, sum(each.harm for each in now)


def _steps(kiln: Sequence[Option]) -> Iterator[tuple[Fraction, Option]]:
    """From the least spent on, each step with most harm avoided for the clinker; the gains fall."""
    at = min(kiln, key=lambda each: (each.spent, each.harm))
    while further := [each for each in kiln if each.spent > at.spent and each.harm < at.harm]:
        gains = [(Fraction(at.harm - each.harm, each.spent - at.spent), each.spent, each) for each in further]
        gain, _, at = max(gains, key=lambda one: one[:2])
        yield gain, at


def _fronts(dearer: Sequence[Sequence[tuple[Option, int]]], spare: int, room: int) -> list[Front]:
    """For the kilns from each on: what they can do together, without what can be in no best choice."""
    fronts, open_ends = [[(0, 0)]], [(0, 0, 0)]
    for kiln in reversed(dearer):
        both = [
            (s + one.spent, h + one.harm, d + more)
            for one, more in kiln
            if more <= room
            for s, h, d in open_ends
            if d + more <= room and s + one.spent <= spare
        ]
        open_ends = _undominated(both)
        fronts.insert(0, [each[:2] for each in open_ends])
    return fronts


def _undominated(choices: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Without what is both dearer and shorter of clinker than another."""
    choices.sort()
    front = list[tuple[int, int, int]]()
    for each in choices:
        if not front or each[1] < front[-1][1]:
            front.append(each)
    if len(front) > MOST:
        raise Refusal("not_proved", met=f"> {MOST}", seconds="—")
    return front


def _best(front: Front, spare: int) -> int:
    """The least harm within what is spare, which is not below the first of the front."""
    return front[bisect_right(front, spare, key=lambda pair: pair[0]) - 1][1]


def _smallest(kept: Sequence[Sequence[Option]], fronts: Sequence[Front], spare: int) -> Iterator[int]:
    """Kiln by kiln the fewest stopped periods that are still among the best."""
    for kiln, front, rest in zip(kept, fronts, fronts[1:], strict=False):
        want = _best(front, spare)
        one = next(
            each
            for each in kiln
            if rest[0][0] + each.spent <= spare and each.harm + _best(rest, spare - each.spent) == want
        )
        spare -= one.spent
        yield one.stopped
