"""How grave is an accident with a sealed source? By one book of law, or by several side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from adjoin.risk.levels import gravest, reached

CATEGORIES = ("I", "II", "III", "IV", "V")
HAPPENED = ("lost", "stolen", "out of control")
WIDE_SEVERE = "wide severe"


@dataclass(frozen=True, slots=True)
class Book:
    """A book of law, and what it counts as a source that is gone."""

    key: str
    name: str
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccidentRule:
    """Category or number of people -> level, common to the books."""

    books: tuple[Book, ...]
    wide_severe: Mapping[str, str]
    gone: Mapping[str, str]
    acute_deaths: Mapping[str, Fraction]
    severe_sickness: Mapping[str, Fraction]
    over_limit: str


@dataclass(frozen=True, slots=True)
class Accident:
    """What is known of an accident with one sealed source or device."""

    category: str
    what: str
    wide_severe: bool = False
    acute_deaths: int = 0
    severe_sickness: int = 0
    over_limit: bool = False


def accident_level(accident: Accident, book: Book, rule: AccidentRule) -> str | None:
    """The level of an accident by one book, the gravest that anything gives; none where nothing does.

    Source: Chongqing notice of 2008-08-13; national plan of 2014.
    """
    return gravest(
        (
            rule.wide_severe.get(accident.category) if accident.wide_severe else None,
            rule.gone.get(accident.category) if accident.what in book.counts else None,
            reached(Fraction(accident.acute_deaths), rule.acute_deaths),
            reached(Fraction(accident.severe_sickness), rule.severe_sickness),
            rule.over_limit if accident.over_limit else None,
        )
    )
