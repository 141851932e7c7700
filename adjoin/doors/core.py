"""Doors to what every part needs: rounding and clocks."""

from datetime import timedelta

from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.core.units import round_half_even
from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, refuse

KINDS = ("workdays", "days", "days_strict", "hours")
_LONGEST = 36500  # a clock of a hundred years


def rounded(asked: Asked) -> Answer:
    """A value rounded once, half to even, from its text."""
    given = Given.of(asked)
    return {"rounded": round_half_even(given.text("value"), given.integer("decimals", 0, 30))}


def deadline(asked: Asked) -> Answer:
    """The last day (or minute) of a clock; beyond the published calendar the answer is `refused`."""
    given = Given.of(asked)
    since, count, kind = given.text("from"), given.integer("count", 0, _LONGEST), given.choice("kind", KINDS)
    start = parse_time(since)
    try:
        if kind == "hours":
            return {"due": (start + timedelta(hours=count)).isoformat(timespec="minutes")}
        return _due(since, count, kind)
    except OverflowError:  # beyond the year 9999
        refuse("out_of_bounds", "from", since, low="0001-01-01", high="9999-12-31")


def _due(since: str, count: int, kind: str) -> Answer:
    from adjoin.formats import rules

    calendar = rules.calendar()
    try:
        return {"due": calendar.due(parse_time(since).date(), count, kind).isoformat()}
    except Refusal as refusal:
        if refusal.kind != "beyond_calendar":
            raise
        return {
            "refused": True,
            "calendar_from": calendar.first.isoformat(),
            "calendar_until": calendar.last.isoformat(),
        }


DOORS = (
    Door(
        "core.round_half_even",
        rounded,
        Explanation(
            what_zh="按GB/T 8170对数值的文本一次修约（四舍六入五成双）；非零值不修约为零，保留一位有效数字",
            what_en="a value rounded once from its text, half to even; a value that is not zero never becomes zero "
            "but keeps one significant digit",
            formula="0.35 -> 0.4, 1.05 -> 1.0, 2.5 -> 2",
            symbols=(
                Symbol("value", "", "数值，文本", "the value, as text"),
                Symbol("decimals", "", "小数位数，0至30", "digits after the point, 0 to 30"),
            ),
            source="GB/T 8170; 总站水字〔2020〕90号",
        ),
    ),
    Door(
        "core.deadline",
        deadline,
        Explanation(
            what_zh="期限届满之日；超出已公布的工作日历时答复refused，不作推测",
            what_en="the last day of a clock; beyond the published working-day calendar the answer is `refused`, "
            "never a guess",
            formula="workdays: the n-th working day after; days: n days after, rolled to a working day; "
            "days_strict: n days after; hours: from the minute",
            symbols=(
                Symbol(
                    "from", "date or time", "起算之日（当日不计入）", "the day it starts from, which does not count"
                ),
                Symbol("count", "", "天数或小时数", "how many"),
                Symbol("kind", "", "workdays、days、days_strict、hours", "workdays, days, days_strict or hours"),
            ),
            source="data/workdays_cn.csv (two calendar packages agree; notices of the State Council not read)",
        ),
    ),
)
