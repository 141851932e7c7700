"""Whether both sides judge alike: the same facts through two tables of discretion, and rules clause by clause.

    share = sum of weight x value of each factor + corrections, cut to 0..1
    fine  = lowest + (highest - lowest) x share, in whole yuan, half up
    band  = light below 0.3, ordinary below 0.7, heavy from 0.7

Exchanging the names of the sides exchanges the columns and nothing else. Source of the method: practice under
MEE Huan Zhifa [2019] 42 as recalled (status memory); every number stands in a table, none here but the bands' ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor

from adjoin.core.refusal import Refusal

BANDS = ((Fraction(3, 10), "light"), (Fraction(7, 10), "ordinary"))
HEAVY = "heavy"

Fact = Fraction | str | bool
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a table: what it weighs, and its value by band of a number or by word."""

    weight: Fraction
    bands: tuple[tuple[Fraction | None, Fraction | None, Fraction], ...] = ()  # from (included), below, value
    values: Mapping[str, Fraction] | None = None

    def value(self, name: str, fact: Fact) -> Fraction:
        """What a fact counts; one that no band or word covers is refused."""
        if self.values is not None:
            if not isinstance(fact, str) or fact not in self.values:
                raise Refusal("fact_not_covered", key=name, met=fact, expected=", ".join(self.values))
            return self.values[fact]
        if not isinstance(fact, Fraction):
            raise Refusal("fact_not_covered", key=name, met=fact, expected="123.4")
        for low, high, value in self.bands:
            if (low is None or low <= fact) and (high is None or fact < high):
                return value
        raise Refusal("fact_not_covered", key=name, met=float(fact), expected=_spans(self.bands))


@dataclass(frozen=True, slots=True)
class Discretion:
    """The table by which one side measures a fine."""

    lowest_yuan: Fraction
    highest_yuan: Fraction
    factors: Mapping[str, Factor]
    corrections: Mapping[str, Fraction]  # added where the fact of that name is true


@dataclass(frozen=True, slots=True)
class Measured:
    """A fine as one table measures it, with what each factor gave."""

    share: Fraction
    yuan: int
    band: str
    parts: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Alike:
    """The same facts under both tables."""

    measured: Mapping[str, Measured]
    equal: bool  # the same fine
    same_band: bool
    because: tuple[str, ...]  # factors and corrections that count differently, sorted


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of a rule set: a limit, a function class, a threshold."""

    quantity: str
    grade: str
    value: Fraction
    since: date
    place: str = ""
    until: date | None = None
    least: bool = False  # a value that must be kept above, not below

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it speaks of."""
        return (self.quantity, self.grade, self.place)

    def holds(self, on: date) -> bool:
        """Whether it is in force."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause that the two sides do not have alike."""

    quantity: str
    grade: str
    place: str
    kind: str  # "only_at", "value", "since"
    values: Mapping[str, Fraction]  # by side, where it has the clause
    since: Mapping[str, date]
    stricter: str | None  # the side that asks for more; None where values are the same or one is missing


def measure(facts: Facts, table: Discretion) -> Measured:
    """The fine that a table measures for some facts."""
    parts: dict[str, Fraction] = {}
    for name, factor in table.factors.items():
        if name not in facts:
            raise Refusal("missing_key", key=f"facts.{name}", met=", ".join(facts) or "{}")
        parts[name] = factor.weight * factor.value(f"facts.{name}", facts[name])
    parts |= {name: value for name, value in table.corrections.items() if facts.get(name) is True}
    share = min(max(sum(parts.values(), Fraction(0)), Fraction(0)), Fraction(1))
    yuan = floor(table.lowest_yuan + (table.highest_yuan - table.lowest_yuan) * share + Fraction(1, 2))
    return Measured(share, yuan, next((word for end, word in BANDS if share < end), HEAVY), parts)


def alike(facts: Facts, tables: Mapping[str, Discretion]) -> Alike:
    """The same facts under both tables: the fines, and which factors make a difference, even where the fines agree."""
    measured = {side: measure(facts, table) for side, table in tables.items()}
    found = list(measured.values())
    names = {name for each in found for name in each.parts}
    because = {name for name in names if len({each.parts.get(name, Fraction(0)) for each in found}) > 1}
    if len({(table.lowest_yuan, table.highest_yuan) for table in tables.values()}) > 1:
        because.add("legal_yuan")
    return Alike(
        measured,
        equal=len({each.yuan for each in found}) == 1,
        same_band=len({each.band for each in found}) == 1,
        because=tuple(sorted(because)),
    )


def bank(tables: Mapping[str, Discretion]) -> list[Facts]:
    """Facts that show every inequality of two tables: one for each cell that the bands and words of both cut out.

    Factors are added up, so a difference of any two answers shows when one factor goes through all its cells and
    the others stand at their first; every pair of corrections is put on top of that.
    """
    names = sorted({name for table in tables.values() for name in table.factors})
    cells = {name: _cells([t.factors[name] for t in tables.values() if name in t.factors]) for name in names}
    first: dict[str, Fact] = {name: cells[name][0] for name in names}
    corrections = sorted({name for table in tables.values() for name in table.corrections})
    found: list[Facts] = [first]
    found += [first | {name: cell} for name in names for cell in cells[name][1:]]
    found += [first | {name: True} for name in corrections]
    return found


def unequal(tables: Mapping[str, Discretion], facts: Iterable[Facts]) -> list[tuple[Facts, Alike]]:
    """The facts that the tables do not judge alike: another fine, or another reason for the same one."""
    judged = ((each, alike(each, tables)) for each in facts)
    return [(each, found) for each, found in judged if found.because or not found.equal]


def differences(clauses: Mapping[str, Sequence[Clause]], on: date) -> list[Difference]:
    """Where the rule sets of both sides differ on a day: missing, other value, or in force since another day.

    clauses : side -> its clauses, of any day

    Gives the differences by quantity, grade and place. What both lack that day is none.
    """
    at = {side: {each.subject: each for each in rows if each.holds(on)} for side, rows in clauses.items()}
    subjects = sorted({subject for rows in at.values() for subject in rows})
    found = (
        _difference(subject, {s: rows[subject] for s, rows in at.items() if subject in rows}, at)
        for subject in subjects
    )
    return [each for each in found if each is not None]


def _difference(
    subject: tuple[str, str, str], held: Mapping[str, Clause], sides: Mapping[str, object]
) -> Difference | None:
    values = {side: each.value for side, each in held.items()}
    since = {side: each.since for side, each in held.items()}
    if len(held) < len(sides):
        return Difference(*subject, "only_at", values, since, None)
    if len(set(values.values())) > 1:
        least = next(iter(held.values())).least
        return Difference(*subject, "value", values, since, (max if least else min)(values, key=values.__getitem__))
    return Difference(*subject, "since", values, since, None) if len(set(since.values())) > 1 else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one water as a side has zoned it: from which km to which, and to which class."""

    side: str
    since_km: float
    until_km: float
    target: str


def conflicts(zones: Iterable[Stretch]) -> list[tuple[Stretch, Stretch]]:
    """Stretches that both sides zone, and to another class: one water under two aims, the seed of a dispute."""
    rows = sorted(zones, key=lambda each: (each.since_km, each.until_km, each.side))
    return [
        (one, other)
        for i, one in enumerate(rows)
        for other in rows[i + 1 :]
        if other.since_km < one.until_km and one.side != other.side and one.target != other.target
    ]


def _cells(factors: Sequence[Factor]) -> list[Fact]:
    """A fact of every cell that the factor's bands or words on both sides cut out, ends included."""
    words = sorted({word for each in factors for word in each.values or ()})
    shared = [word for word in words if all(each.values is not None and word in each.values for each in factors)]
    if words:
        return list(shared)
    ends = sorted({end for each in factors for low, high, _ in each.bands for end in (low, high) if end is not None})
    if not ends:
        return [Fraction(0)]
    between = [(one + other) / 2 for one, other in pairwise(ends)]
    first = ends[0] / 2 if ends[0] > 0 else ends[0] - 1  # most facts are not negative
    points = sorted({*ends, *between, first, ends[-1] + 1})
    return [point for point in points if all(_covers(each, point) for each in factors)]


def _covers(factor: Factor, point: Fraction) -> bool:
    return any((low is None or low <= point) and (high is None or point < high) for low, high, _ in factor.bands)


def _spans(bands: Iterable[tuple[Fraction | None, Fraction | None, Fraction]]) -> str:
    ends = (("-∞" if low is None else float(low), "∞" if high is None else float(high)) for low, high, _ in bands)
    return ", ".join(f"[{low}, {high})" for low, high in ends)
