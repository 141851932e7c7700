"""How verdicts on many values are formed: the rules a ministry gives beside its limits."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RiverGrade:
    """A word for a river, and the shares of its sections that earn it; the first grade that fits holds."""

    key: str  # "excellent", "lightly polluted", ...
    name_zh: str
    good_at_least: str | None = None  # percent of sections of class I to III
    worst_at_least: str | None = None  # percent of sections worse than class V


@dataclass(frozen=True, slots=True)
class TrophicItem:
    """One item of the trophic level index: TLI_j = 10 (a + b ln x), weighed by r^2."""

    key: str  # "TP_mg_L"
    a: float
    b: float
    r: float


@dataclass(frozen=True, slots=True)
class TrophicGrade:
    """A trophic state, up to a value of the index."""

    key: str  # "mesotrophic"
    name_zh: str
    upper: float
    upper_included: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Words, thresholds and orders that turn classes into statements; quantities by their codes."""

    name: str
    section_words: Mapping[str, Mapping[str, str]]  # class -> {zh, en}
    priority: tuple[str, ...]  # named first among main pollutants where they are worse than class III
    no_multiple: tuple[str, ...]  # no multiple over class III is given for these
    logarithmic: tuple[str, ...]  # their mean is the mean of 10^-x
    main_pollutants: int  # how many are named at most
    few_sections: int  # a river with fewer sections is judged by the means of its items
    river_grades: tuple[RiverGrade, ...]
    trophic_items: tuple[TrophicItem, ...]
    trophic_grades: tuple[TrophicGrade, ...]
    sources: Mapping[str, Mapping[str, str]]  # part -> {source, status}
