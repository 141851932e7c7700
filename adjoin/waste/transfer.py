"""May hazardous waste cross the line, and by when must who answer?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adjoin.core.period import Calendar

_TOLD, _OPINION, _ANSWER, _DECISION = 5, 5, 10, 5  # working days: articles 23 to 26


@dataclass(frozen=True, slots=True)
class Listed:
    """A receiver of the list of a year: what it may take, and what it has taken."""

    receiver: str
    code: str
    year: int
    quota_t: float
    used_t: float


@dataclass(frozen=True, slots=True)
class Application:
    """An application to move waste to a receiver."""

    receiver: str
    code: str
    year: int
    tonnes: float
    permit_valid: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the office of origin does, what is left of the quota, and by which clause."""

    decision: str  # "approve_and_inform", "consult", "refuse"
    quota_left_t: float | None  # None: the pair is not on the list
    clause: str


def decide(application: Application, listed: Sequence[Listed]) -> Verdict:
    """What the office of origin does with an application under the list of the year.

        permit not valid or suspended: refuse; inside list and quota: approve and inform; else consult first

    Source: Decree 23 (2022), articles 22 to 28; the rules of the joint list of 2020.
    """
    key = (application.receiver, application.code, application.year)
    found = next((each for each in listed if (each.receiver, each.code, each.year) == key), None)
    left = found.quota_t - found.used_t if found else None
    if application.suspended or not application.permit_valid:
        return Verdict("refuse", left, "Decree 23 (2022), art. 22, 28; list rules 2020")
    if left is None:
        return Verdict("consult", None, "Decree 23 (2022), art. 24-26")
    if application.tonnes > left:
        return Verdict("consult", left, "list rules 2020: above the listed quantity, consent first")
    return Verdict("approve_and_inform", left - application.tonnes, "list rules 2020: inside the list")


def told_by(received: date, calendar: Calendar) -> date:
    """The last day to say once what is missing (art. 23)."""
    return calendar.due(received, _TOLD, "workdays")


def steps(accepted: date, requested: date | None, answered: date | None, calendar: Calendar) -> dict[str, date]:
    """First opinion (art. 24), the receiver's answer (art. 25), decision (art. 26), each at its latest."""
    opinion = calendar.due(accepted, _OPINION, "workdays")
    answer = calendar.due(requested or opinion, _ANSWER, "workdays")
    decision = calendar.due(answered or answer, _DECISION, "workdays")
    return {"first_opinion_by": opinion, "answer_by": answer, "decision_by": decision}


def valid_until(approved: date, applicant_until: date, permit_until: date) -> date:
    """Twelve months, not beyond the applicant's period nor the receiver's permit (art. 27)."""
    leap = (approved.month, approved.day) == (2, 29)
    year = approved.replace(year=approved.year + 1, day=28 if leap else approved.day)
    return min(year, applicant_until, permit_until)
