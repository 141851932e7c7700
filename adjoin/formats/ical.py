"""Deadlines as iCalendar (RFC 5545), in China time, each with a UID that stays the same when it moves.

A calendar program that already holds an entry replaces it: same UID, higher SEQUENCE.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adjoin.core.period import ZONE

LONGEST = 75  # bytes of a line
_ZONE = (
    "BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "BEGIN:STANDARD", "DTSTART:19910915T000000", "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800", "TZNAME:CST", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is due."""

    uid: str
    due: date | datetime
    summary: str
    description: str
    href: str  # a whole address; "" where none is known
    sequence: int = 0


def written(name: str, events: Iterable[Event], *, now: datetime) -> bytes:
    """A calendar of deadlines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Adjoin//deadlines//ZH", "CALSCALE:GREGORIAN",
             "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}", *_ZONE]  # fmt: skip
    for event in events:
        lines += _event(event, now)
    return "".join(_folded(line) + "\r\n" for line in (*lines, "END:VCALENDAR")).encode()


def _event(event: Event, now: datetime) -> list[str]:
    stamp = now.astimezone(ZONE) - timedelta(hours=8)
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{event.sequence}",
        *_when(event.due),
        f"SUMMARY:{_text(event.summary)}",
        f"DESCRIPTION:{_text(event.description)}",
        *([f"URL:{event.href}"] if event.href else []),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(event.summary)}",
        f"TRIGGER:{'-PT15M' if isinstance(event.due, datetime) else '-PT15H'}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _when(due: date | datetime) -> list[str]:
    """A clock of hours ends at a minute, a clock of days fills its last day."""
    if isinstance(due, datetime):
        local = due.astimezone(ZONE)
        return [f"DTSTART;TZID=Asia/Shanghai:{local:%Y%m%dT%H%M%S}", f"DTEND;TZID=Asia/Shanghai:{local:%Y%m%dT%H%M%S}"]
    return [f"DTSTART;VALUE=DATE:{due:%Y%m%d}", f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}"]


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """A line cut at 75 bytes, never within a character."""
    parts, size = [""], 0
    for character in line:
        wide = len(character.encode())
        if size + wide > LONGEST:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += wide
    return "\r\n".join(parts)
