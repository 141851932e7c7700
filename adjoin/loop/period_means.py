"""Day, week, month, quarter and year of one quantity at one site, each with how much of it is known.

A mean is taken step by step: of the readings of a day, of the days of a month, of the months of a quarter; a part that
has too few is left out of the whole. Nothing is rounded on the way; the printed mean is rounded once. How many are
enough is a parameter with its clause and how well that is known; a span with too few has no mean, but keeps its count.
"""

import calendar
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE, Period
from adjoin.core.refusal import Refusal
from adjoin.core.units import decimal, round_half_even
from adjoin.formats import rules
from adjoin.formats.quality import Least, leasts
from adjoin.loop.workspace import Workspace
from adjoin.water import quality

UNITS = ("day", "week", "month", "quarter", "year")
DAY_MEANS = frozenset({"day-mean"})
_OTHER = frozenset({"forecast", "month-mean"})
_EXTRA_DIGITS = 1  # of a mean, beyond what it is judged by


@dataclass(frozen=True, slots=True)
class Mean:
    """One span: its mean where enough is known, and how much that is."""

    label: str  # 2026-09-01, 2026-W36, 2026-09, 2026-Q3, 2026
    since: date
    mean: str | None  # rounded once; None: too few
    least: str | None
    greatest: str | None
    have: int
    need: int
    of: int  # as many as there could be
    counted: str  # "readings", "days", "months"
    below: int  # readings below detection, counted as half their limit
    clause: str
    status: str

    @property
    def enough(self) -> bool:
        """Whether as much is known as the rule asks for."""
        return self.have >= self.need


def means(workspace: Workspace, site: str, quantity: str, unit: str, period: Period | None = None) -> tuple[Mean, ...]:
    """The means of one quantity at one site, span by span, in the order of time."""
    if unit not in UNITS:
        raise Refusal("unknown_unit_of_time", met=unit[:20], expected=", ".join(UNITS))
    place, code = workspace.region.site(site).id, workspace.region.quantities.find(quantity).code
    key = ("means", place, code, unit, None if period is None else (period.since, period.until))
    return workspace.computed(key, lambda: _means(workspace, place, code, unit, period))


def family(code: str) -> str:
    """Whether a quantity is one of the air or of water."""
    return "air" if code.startswith("a") else "water"


def _means(workspace: Workspace, site: str, code: str, unit: str, period: Period | None) -> tuple[Mean, ...]:
    rows = [row for row in workspace.observed.read(site, code, period) if row.method not in _OTHER]
    whole = {row.time.astimezone(ZONE).date() for row in rows if row.method in DAY_MEANS and row.value is not None}
    rows = [row for row in rows if row.method in DAY_MEANS or row.time.astimezone(ZONE).date() not in whole]
    spans: dict[date, list[Observation]] = defaultdict(list)
    seen = set()
    for row in rows:
        if row.value is not None and row.time not in seen:  # of several origins at one time the first one counts
            seen.add(row.time)
            spans[_first(row.time.astimezone(ZONE).date(), unit)].append(row)
    made = _Maker(workspace, code)
    return tuple(made.of(first, unit, spans[first]) for first in sorted(spans))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Means of one quantity, by the rules of its family."""

    workspace: Workspace
    code: str

    def of(self, first: date, unit: str, rows: Sequence[Observation]) -> Mean:
        """The span that begins on a day."""
        rule = leasts()[family(self.code)][unit]
        need, status = self._need(rule, first)
        if unit == "day":
            need = 1 if any(row.method in DAY_MEANS for row in rows) else need
        parts, of = self._parts(first, unit, rule, rows)
        values = [row.value or "" for row in rows]
        numbers = sorted((decimal(value.removeprefix("<")), value) for value in values)
        mean = self._mean(list(parts.values())) if len(parts) >= need else None
        return Mean(
            label=label(first, unit),
            since=first,
            mean=None if mean is None else self._printed(mean),
            least=numbers[0][1] if numbers else None,
            greatest=numbers[-1][1] if numbers else None,
            have=len(parts),
            need=need,
            of=of,
            counted=rule.of,
            below=sum(value.startswith("<") for value in values),
            clause=rule.clause,
            status=status,
        )

    def _parts(
        self, first: date, unit: str, rule: Least, rows: Sequence[Observation]
    ) -> tuple[Mapping[object, str], int]:
        """The means of the parts of a span that have enough, and how many parts it has."""
        if rule.of == "readings":
            many = 1 if any(row.method in DAY_MEANS for row in rows) else 24
            return {row.time: row.value or "" for row in rows}, many
        step = "day" if rule.of == "days" else "month"
        groups: dict[date, list[Observation]] = defaultdict(list)
        for row in rows:
            groups[_first(row.time.astimezone(ZONE).date(), step)].append(row)
        found = {at: self._exact(at, step, held) for at, held in groups.items()}
        days = (_next(first, unit) - first).days
        months = {"quarter": 3, "year": 12}.get(unit, 1)
        return {at: mean for at, mean in found.items() if mean is not None}, days if step == "day" else months

    def _exact(self, first: date, unit: str, rows: Sequence[Observation]) -> str | None:
        """The mean of a part, unrounded; nothing where it has too few."""
        rule = leasts()[family(self.code)][unit]
        need = 1 if unit == "day" and any(row.method in DAY_MEANS for row in rows) else self._need(rule, first)[0]
        parts, _ = self._parts(first, unit, rule, rows)
        return self._mean(list(parts.values())) if len(parts) >= need else None

    def _need(self, rule: Least, first: date) -> tuple[int, str]:
        text = rule.february if rule.february and first.month == 2 else rule.need
        if text.isdigit():
            return int(text), rule.status
        region = self.workspace.region
        return int(region.parameter(text)), str(region.parameters[text]["status"])

    def _mean(self, values: Sequence[str]) -> str | None:
        return quality.mean_of(values, self.code, rules.evaluation())

    def _printed(self, mean: str) -> str:
        decimals = self.workspace.region.quantities.find(self.code).assessment_decimals or 0
        return round_half_even(mean, decimals + _EXTRA_DIGITS)


def label(first: date, unit: str) -> str:
    """What a span is called."""
    if unit == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02d}"
    named: Mapping[str, Callable[[], str]] = {
        "day": first.isoformat,
        "month": lambda: f"{first:%Y-%m}",
        "quarter": lambda: f"{first.year}-Q{(first.month + 2) // 3}",
        "year": lambda: f"{first.year}",
    }
    return named[unit]()


def _first(day: date, unit: str) -> date:
    """The first day of the span that a day lies in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}.get(unit)
    return day if month is None else date(day.year, month, 1)


def _next(first: date, unit: str) -> date:
    """The first day of the span that follows."""
    if unit in {"day", "week"}:
        return first + timedelta(days=1 if unit == "day" else 7)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(first.year * 12 + first.month - 1 + months - 1, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1]) + timedelta(days=1)
