"""When does each cement kiln stop, so that people breathe least of it for the same clinker?

    min  sum_k sum_t e_kt x_kt       x_kt = 1: kiln k runs in period t
    with sum over the kilns of a side of clinker_k x_kt  >=  what that side needs
         stopped periods of a kiln >= ordered;  stops, and runs between stops, not shorter than allowed;  not too many

The sides or kilns do not meet but in the clinker they make together, so a kiln is looked at whole (`kiln_stops`) and
the numbers of stopped periods are shared out exactly (`kiln_share`). Exposure is counted in whole numbers of a unit ten
digits below the greatest of it: sums are exact, and both sides find the same table whatever the order of the rows.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import pairwise

from adjoin.air.kiln_share import Shares, share
from adjoin.air.kiln_stops import Looked, Stopping, look
from adjoin.core.measure import Decision, Measure
from adjoin.core.refusal import Refusal

ALL = "all"  # the one group where clinker may be made on either side
_DIGITS = 9  # behind the first of the greatest exposure
_SMALL = 1_000_000  # clinker is counted in grams


@dataclass(frozen=True, slots=True)
class Kiln:
    """A kiln: its clinker, what the order asks of it, and the exposure it makes by running in each period."""

    name: str
    side: str
    clinker_t: Decimal  # of one period
    law: Stopping
    exposure: tuple[Decimal, ...]
    plain_from: int = 0  # index of the period in which its plain stop begins
    plain_periods: int = 0  # how long it is

    def exposed(self, runs: Sequence[bool]) -> float:
        """What a timetable exposes people to."""
        return math.fsum(float(one) for one, run in zip(self.exposure, runs, strict=True) if run)

    @property
    def plain(self) -> tuple[bool, ...]:
        """The timetable of one stop, of which nobody has thought: it begins where it is told to."""
        until = self.plain_from + self.plain_periods
        return tuple(not self.plain_from <= t < until for t in range(len(self.exposure)))


@dataclass(frozen=True, slots=True)
class Timetable:
    """Which periods each kiln runs, what that exposes people to, and the proof that nothing lawful does less harm."""

    runs: Mapping[str, tuple[bool, ...]]
    decision: Decision
    clinker_t: Mapping[str, float]  # by group
    need_t: Mapping[str, float]
    price: Mapping[str, float]  # by group: exposure avoided for a tonne of clinker less
    price_bound: float  # what the prices alone prove


def timetable(kilns: Sequence[Kiln], need_t: Mapping[str, float] | None = None, *, together: bool = False) -> Timetable:
    """The lawful timetable of least exposure that makes the clinker.

    need_t : tonnes of the season by side; None: what the plain timetables of its kilns make
    together : only the sum of the needs counts, and a kiln of one side may make what the other needs
    Ties: the smallest list of stopped periods, kilns by name; then the earlier stop, kiln by kiln.
    Refused: an order that no timetable keeps; more clinker than the kilns make when they stop as ordered.
    """
    order = sorted(kilns, key=lambda kiln: kiln.name)
    unit = _unit(order)
    looked = {kiln.name: _looked(kiln, unit) for kiln in order}
    needs, runs = _needs(order, need_t, together), dict[str, tuple[bool, ...]]()
    prices, proved = dict[str, float](), Fraction(0)
    for group, need in needs.items():
        mine = [kiln for kiln in order if together or kiln.side == group]
        found = _shared(group, mine, looked, need)
        runs |= {kiln.name: looked[kiln.name].timetable(n) for kiln, n in zip(mine, found.stopped, strict=True)}
        prices[group] = float(found.price * Fraction(unit) * _SMALL)
        proved += found.price_bound
    return Timetable(
        runs={kiln.name: runs[kiln.name] for kiln in order},
        decision=_decision(order, runs, needs, unit, together),
        clinker_t=made(order, runs, together=together),
        need_t={group: need / _SMALL for group, need in needs.items()},
        price=prices,
        price_bound=float(proved * Fraction(unit)),
    )


def made(kilns: Sequence[Kiln], runs: Mapping[str, Sequence[bool]], *, together: bool = False) -> dict[str, float]:
    """The clinker of a timetable, tonnes by side."""
    sides = [ALL] if together else sorted({kiln.side for kiln in kilns})
    return {
        side: float(sum(kiln.clinker_t * sum(runs[kiln.name]) for kiln in kilns if together or kiln.side == side))
        for side in sides
    }


def broken(kiln: Kiln, runs: Sequence[bool]) -> int:
    """By how many periods or stops a timetable breaks the order, at most; 0 where it is lawful."""
    stops, between = _lengths(runs)
    law = kiln.law
    return max(
        law.least - sum(stops),
        len(stops) - law.most_stops,
        *(law.shortest_stop - length for length in stops),
        *(law.shortest_run - length for length in between),
        0,
    )


def stops(runs: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """First and last period of each stop."""
    ends = [t for t in range(len(runs)) if not runs[t] and (t + 1 == len(runs) or runs[t + 1])]
    firsts = [t for t in range(len(runs)) if not runs[t] and (t == 0 or runs[t - 1])]
    return tuple(zip(firsts, ends, strict=True))


def _lengths(runs: Sequence[bool]) -> tuple[list[int], list[int]]:
    """The lengths of the stops and of the runs between them."""
    found = stops(runs)
    between = [other[0] - one[1] - 1 for one, other in pairwise(found)]
    return [last - first + 1 for first, last in found], between


def _looked(kiln: Kiln, unit: Decimal) -> Looked:
    looked = look([_whole(one, unit) for one in kiln.exposure], kiln.law)
    if not looked.least_harm():
        raise Refusal("stops_do_not_fit", key=kiln.name, met=kiln.law.least, periods=len(kiln.exposure))
    return looked


def _shared(group: str, kilns: Sequence[Kiln], looked: Mapping[str, Looked], need: int) -> Shares:
    clinker = [_grams(kiln.clinker_t) for kiln in kilns]
    most = sum(grams * len(kiln.exposure) for grams, kiln in zip(clinker, kilns, strict=True))
    found = share([looked[kiln.name].least_harm() for kiln in kilns], clinker, most - need)
    if found is None:
        least = [min(looked[kiln.name].least_harm()) for kiln in kilns]
        can = most - sum(n * grams for n, grams in zip(least, clinker, strict=True))
        raise Refusal("clinker_short", key=group, met=f"{can / _SMALL:g}", expected=f"{need / _SMALL:g}")
    return found


def _needs(kilns: Sequence[Kiln], need_t: Mapping[str, float] | None, together: bool) -> dict[str, int]:
    """Grams of clinker by group."""
    sides = sorted({kiln.side for kiln in kilns})
    if need_t is None:
        needs = {
            side: sum(_grams(kiln.clinker_t) * sum(kiln.plain) for kiln in kilns if kiln.side == side) for side in sides
        }
    else:
        needs = {side: _grams(Decimal(str(need_t[side]))) for side in sides}
    return {ALL: sum(needs.values())} if together else needs


def _decision(
    kilns: Sequence[Kiln], runs: Mapping[str, Sequence[bool]], needs: Mapping[str, int], unit: Decimal, together: bool
) -> Decision:
    """The stopped periods as measures; the bound allows for what the digits of the exposure leave out."""
    objective = math.fsum(kiln.exposed(runs[kiln.name]) for kiln in kilns)
    left_out = sum(abs(one - _whole(one, unit) * unit) for kiln in kilns for one in kiln.exposure)
    clinker = made(kilns, runs, together=together)
    short = max(needs[group] / _SMALL - clinker[group] for group in needs)
    return Decision(
        sense="least",
        measures=tuple(
            Measure(f"{kiln.name} {t}", 1.0)
            for kiln in kilns
            for t, run in enumerate(runs[kiln.name], start=1)
            if not run
        ),
        objective=objective,
        bound=objective - 2 * float(left_out),
        proof="search",
        violation=max(0.0, short, *(float(broken(kiln, runs[kiln.name])) for kiln in kilns)),
    )


def _unit(kilns: Sequence[Kiln]) -> Decimal:
    greatest = max(one for kiln in kilns for one in kiln.exposure)
    return Decimal(1).scaleb(greatest.adjusted() - _DIGITS) if greatest else Decimal(1)


def _whole(exposure: Decimal, unit: Decimal) -> int:
    return int((exposure / unit).to_integral_value(ROUND_HALF_EVEN))


def _grams(tonnes: Decimal) -> int:
    return int((tonnes * _SMALL).to_integral_value(ROUND_HALF_EVEN))
