"""Spans of time and clocks.

Periods are half-open and live at +08:00. A clock runs in working days of a published calendar; beyond
the last published year it is refused, never guessed.
"""

import calendar as _gregorian
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Self

from adjoin.core.refusal import Refusal

ZONE = timezone(timedelta(hours=8))
_FORMS = "2026, 2026-Q3, 2026-09, 2026-09-01, 2026-09-01T05:00/2026-09-01T06:00"


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `until`."""

    since: datetime
    until: datetime
    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period that a text names, in one of the five forms."""
        asked = text.strip()
        if "/" in asked:
            first, _, last = asked.partition("/")
            return cls._between(parse_time(first), parse_time(last), asked)
        since, until = _named(asked)
        return cls._between(_midnight(since), _midnight(until), asked)

    @classmethod
    def _between(cls, since: datetime, until: datetime, text: str) -> Self:
        if until <= since:
            raise Refusal("empty_period", met=text, expected=_FORMS)
        return cls(since, until, text)

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until

    @property
    def days(self) -> int:
        """Whole days from first to last."""
        return (self.until - self.since).days


def parse_time(text: str) -> datetime:
    """A moment; without an offset it is China time."""
    try:
        moment = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise Refusal("not_a_time", met=text) from None
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def hours_between(since: datetime, until: datetime) -> float:
    """Hours from one moment to another."""
    return (until - since).total_seconds() / 3600


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days as published: the days that differ from Monday-to-Friday, and how far that is known."""

    exceptions: Mapping[date, bool]  # True: worked although a weekend; False: holiday
    first: date
    last: date
    status: str = "seen2"

    def works(self, day: date) -> bool:
        """Whether this is a working day."""
        if not self.first <= day <= self.last:
            raise Refusal("beyond_calendar", met=day.isoformat(), until=self.last.isoformat())
        return self.exceptions.get(day, day.weekday() < 5)

    def due(self, since: date, count: int, kind: str) -> date:
        """The last day of a clock that starts on `since`.

        workdays    : the n-th working day after it, make-up weekends included
        days        : n calendar days after it, rolled forward to a working day
        days_strict : n calendar days after it, not rolled (for time that runs for safety)
        """
        if kind == "workdays":
            return self._after_workdays(since, count)
        if kind in {"days", "days_strict"}:
            last = since + timedelta(days=count)
            return self._rolled(last) if kind == "days" else last
        raise Refusal("unknown_clock", met=kind, expected="workdays, days, days_strict, hours")

    def _after_workdays(self, since: date, count: int) -> date:
        day = since
        while count > 0:
            day += timedelta(days=1)
            count -= self.works(day)
        return day

    def _rolled(self, day: date) -> date:
        while not self.works(day):
            day += timedelta(days=1)
        return day


def _named(text: str) -> tuple[date, date]:
    if found := re.fullmatch(r"(\d{4})", text):
        year = int(found[1])
        return date(year, 1, 1), date(year + 1, 1, 1)
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return _months(int(found[1]), int(found[2]) * 3 - 2, 3)
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text):
        return _months(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return _day(text, *(int(part) for part in found.groups()))
    raise Refusal("not_a_period", met=text, expected=_FORMS)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    end = month - 1 + count
    return date(year, month, 1), date(year + end // 12, end % 12 + 1, 1)


def _day(text: str, year: int, month: int, day: int) -> tuple[date, date]:
    if not (1 <= month <= 12 and 1 <= day <= _gregorian.monthrange(year, month)[1]):
        raise Refusal("not_a_period", met=text, expected=_FORMS)
    return date(year, month, day), date(year, month, day) + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
