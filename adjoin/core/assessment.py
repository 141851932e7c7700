"""A verdict on a site over a period under a rule."""

from collections.abc import Mapping
from dataclasses import dataclass

from adjoin.core.evidence import Evidence
from adjoin.core.period import Period

CLASSES = ("I", "II", "III", "IV", "V", "worse_than_V")


@dataclass(frozen=True, slots=True)
class MainPollutant:
    """An item worse than class III, and by how much over it."""

    code: str
    water_class: str
    multiple: float | None  # (C - S3) / S3, one decimal; None for pH and dissolved oxygen


@dataclass(frozen=True, slots=True)
class Verdict:
    """The single-factor class of one set of values."""

    water_class: str | None
    decided_by: tuple[str, ...]
    items: Mapping[str, str]
    meets_target: bool | None
    main_pollutants: tuple[MainPollutant, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the period was observed: n of m days (or months)."""

    have: int
    need: int
    of: int
    unit: str = "days"
    status: str = "memory"  # how well the need is known

    @property
    def enough(self) -> bool:
        """Whether the period may be assessed."""
        return self.have >= self.need


@dataclass(frozen=True, slots=True)
class Assessment:
    """The class of a section over a period; a short one is a signal: never rounded, no verdict on a target."""

    site: str
    period: Period
    stage: str  # "realtime" or "assessment"
    verdict: Verdict
    target: str | None
    coverage: Coverage
    values: Mapping[str, str]  # by quantity code, as judged
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[str, ...] = ()  # keys of sentences in data/messages

    @property
    def assessed(self) -> bool:
        """Whether enough was observed for a class to be given."""
        return self.coverage.enough and self.verdict.water_class is not None


def worse(one: str | None, other: str | None) -> bool:
    """Whether the first class is worse than the second."""
    return one is not None and other is not None and CLASSES.index(one) > CLASSES.index(other)
