"""The joint plan: aspects, tasks, indicators; and a reading that keeps did, modelled and measured apart, always."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

MEASURES = ("sections_at_target", "good_air_days", "pm25_cut", "cases_ended")  # what an indicator may be computed from


@dataclass(frozen=True, slots=True)
class Task:
    """One thing both sides agreed to do: which methods compute for it, where it is worked on, what does not yet."""

    id: str
    name_zh: str
    name_en: str
    methods: tuple[str, ...]
    pages: tuple[str, ...] = ()  # addresses
    procedures: tuple[str, ...] = ()  # whose cases belong to it
    not_yet_zh: str = ""
    not_yet_en: str = ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """Tasks that belong together."""

    id: str
    name_zh: str
    name_en: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Modelled:
    """Which number of a method's last kept answer speaks for an indicator; yes counts as 1, no as 0."""

    method: str
    output: str  # keys of the answer, joined by dots: "share_I_III_percent", "rows.0.change"
    times: float  # what takes the number to the unit of the indicator
    what_zh: str
    what_en: str

    def of(self, answer: object) -> float | None:
        """The number in an answer, in the unit of the indicator; nothing where the answer has none."""
        found: object = answer
        for key in self.output.split("."):
            if isinstance(found, list | tuple) and key.isdigit() and int(key) < len(found):
                found = found[int(key)]
            else:
                found = found.get(key) if isinstance(found, Mapping) else None
        return float(found) * self.times if isinstance(found, int | float) else None


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a plan is held to: computed from the books, with the edition of the standard its target was set under."""

    id: str
    name_zh: str
    name_en: str
    unit: str
    measured: str  # one of MEASURES
    tasks: tuple[str, ...]
    at_least: float | None  # the target; nothing where none was set
    by: date | None
    edition: str  # "HJ 633-2012"; a later edition is computed beside it
    base_year: int | None
    since: int | None  # readings of earlier years are shown, and judged against no target
    source: str
    status: str
    modelled: Modelled | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """One of the three that a reading keeps apart; without a value it says why."""

    value: float | None
    said: str  # key of a sentence: of what it is, or why there is none
    facts: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, float], ...] = ()  # by another edition of the standard
    year: int | None = None  # that it is of, where it is of one
    answer: str = ""  # fingerprint of the kept answer that it stands in
    method: str = ""  # that would give it


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator as it stands: what was done for it, what is modelled, what was measured."""

    indicator: Indicator
    did: Amount
    modelled: Amount
    measured: Amount

    @property
    def early(self) -> bool:
        """Whether what was measured is of a year before the target holds."""
        return (self.measured.year or 9999) < (self.indicator.since or 0)

    def passed(self, day: date) -> bool:
        """Whether the day by which the target was due is over."""
        return self.indicator.at_least is not None and self.indicator.by is not None and self.indicator.by < day

    @property
    def reached(self) -> bool | None:
        """Whether what was measured reaches the target; nothing where either is missing or of an earlier year."""
        if self.measured.value is None or self.indicator.at_least is None or self.early:
            return None
        return self.measured.value >= self.indicator.at_least


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a pair for a year."""

    name_zh: str
    name_en: str
    year: int
    aspects: tuple[Aspect, ...]
    baseline: tuple[Task, ...] = ()  # what was done before, and holds on
    indicators: tuple[Indicator, ...] = ()
    source: str = ""
    status: str = ""
    file: str = field(default="plan.yaml", compare=False)

    def tasks(self) -> Iterator[Task]:
        """All tasks, those of the year before last."""
        for aspect in self.aspects:
            yield from aspect.tasks
        yield from self.baseline
