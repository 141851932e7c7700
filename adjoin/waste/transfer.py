"""May hazardous waste cross the line, and by when must who answer?"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adjoin.core.period import Calendar
from adjoin.core.rule import Clock


@dataclass(frozen=True, slots=True)
class Decree:
    """The steps of a transfer by a decree: how long each may take, and by which clause."""

    name: str
    status: str
    since: date
    clocks: Mapping[str, Clock]  # told_by, first_opinion_by, answer_by, decision_by
    clauses: Mapping[str, str]  # of these, and valid_until
    valid_months: int


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


def told_by(received: date, decree: Decree, calendar: Calendar) -> date:
    """The last day to say once what is missing."""
    return _due("told_by", received, decree, calendar)


def steps(
    accepted: date, requested: date | None, answered: date | None, decree: Decree, calendar: Calendar
) -> dict[str, date]:
    """First opinion, the receiver's answer, decision, each at its latest."""
    opinion = _due("first_opinion_by", accepted, decree, calendar)
    answer = _due("answer_by", requested or opinion, decree, calendar)
    decision = _due("decision_by", answered or answer, decree, calendar)
    return {"first_opinion_by": opinion, "answer_by": answer, "decision_by": decision}


def valid_until(approved: date, applicant_until: date, permit_until: date, decree: Decree) -> date:
    """So many months, not beyond the applicant's period nor the receiver's permit.

    The same date some months later; a day that its month does not have becomes its last.
    """
    month = approved.month - 1 + decree.valid_months
    year, month = approved.year + month // 12, month % 12 + 1
    day = min(approved.day, monthrange(year, month)[1])
    return min(date(year, month, day), applicant_until, permit_until)


def _due(step: str, since: date, decree: Decree, calendar: Calendar) -> date:
    clock = decree.clocks[step]
    return calendar.due(since, clock.count, clock.kind)
