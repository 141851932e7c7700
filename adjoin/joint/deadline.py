"""Clocks of a case: what is due from whom, until when.

A move's `within` starts clocks for other moves. Clocks in days start on the day the move was delivered (the other
side first cosigned a checkpoint that covers it); clocks in hours run from the entry's own time, through nights and
holidays. A missed clock moves no state: the case is overdue.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from adjoin.core.period import ZONE, Calendar
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Clock, Move
from adjoin.joint.case import Deadline, Step


def deadlines(
    opened: Iterable[Move],
    made: Sequence[tuple[Move, Step]],
    roles: Mapping[str, str],
    *,
    calendar: Calendar,
    now: datetime,
) -> tuple[Deadline, ...]:
    """The clocks that run for the moves that stand open.

    opened : moves open now
    made : moves that counted, in order, of this case and before it of the one it follows
    roles : role -> party
    """
    found = ((move, _started(move.name, made)) for move in opened)
    return tuple(
        _deadline(move, roles[move.by], *start, calendar=calendar, now=now)
        for move, start in found
        if start is not None
    )


def _started(name: str, made: Sequence[tuple[Move, Step]]) -> tuple[Clock, Step] | None:
    """The last clock for a move that it has not answered yet."""
    for move, step in reversed(made):
        if name in move.within:
            return move.within[name], step
        if move.name == name:
            return None
    return None


def _deadline(move: Move, party: str, clock: Clock, step: Step, *, calendar: Calendar, now: datetime) -> Deadline:
    since: date | datetime | None
    due: date | datetime | None
    if clock.kind == "hours":
        since = step.at.astimezone(ZONE)
        due, note = since + timedelta(hours=clock.count), "clock_own_time"
        return Deadline(move.name, move.by, party, clock.count, clock.kind, since, due, now > due, note)
    due, note = _due(step.delivered, clock, calendar)
    overdue = due is not None and now.astimezone(ZONE).date() > due
    return Deadline(move.name, move.by, party, clock.count, clock.kind, step.delivered, due, overdue, note)


def _due(since: date | None, clock: Clock, calendar: Calendar) -> tuple[date | None, str]:
    if since is None:
        return None, "clock_not_started"
    try:
        return calendar.due(since, clock.count, clock.kind), ""
    except Refusal:
        return None, "beyond_calendar"
