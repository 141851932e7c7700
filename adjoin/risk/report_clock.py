"""How soon, and to whom, is a sudden event reported?"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

LARGE = ("I", "II")


@dataclass(frozen=True, slots=True)
class ReportClock:
    """How a first assessment is treated, and until when the province reports on."""

    treated_as: str
    first_report_due: datetime
    province_to_ministry_due: datetime | None


def treated_as(grade: str, *, clear: bool, unclear_case: str | None, large_cases: Container[str]) -> str:
    """The grade by which the clocks run: an unclear event of one of the cases of Art. 4 counts as large."""
    counts_as_large = not clear and unclear_case is not None and unclear_case in large_cases
    return "II" if counts_as_large and grade not in LARGE else grade


def report_clock(
    treated: str, discovered: datetime, hours: float, *, province_received: datetime | None, province_hours: float
) -> ReportClock:
    """When the reports are due; hours run through nights and holidays.

        due = discovered + hours;   province to ministry = received + province hours, levels I and II

    Source: MEP order 17 of 2011, Art. 3 and 4.
    """
    on = None
    if province_received is not None and treated in LARGE:
        on = province_received + timedelta(hours=province_hours)
    return ReportClock(treated, discovered + timedelta(hours=hours), on)
