"""Calendars: the days of a year in months, the days of a month place by place; each day carries its figure.

A day that is not known is hatched grey and carries a dash, so that it is never read as a good one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby

from adjoin.web.draw import short, svg, text

CELL_W, CELL_H, GAP, ACROSS = 40.0, 30.0, 26.0, 4  # pixels; months beside one another
NAME_W, DAY_W = 150.0, 30.0


@dataclass(frozen=True, slots=True)
class Square:
    """One day: its level (0: not known) and what is written in it; a suspect one is marked with a dot."""

    day: date
    level: int
    written: str
    suspect: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of one place, with what stands before and behind them."""

    name: str
    squares: tuple[Square, ...]
    after: str
    href: str = ""
    bold: bool = False


def year(squares: Sequence[Square], *, months: Sequence[str], weekdays: Sequence[str], title: str, desc: str) -> str:
    """The days of a year, month by month, weeks from Monday."""
    blocks = [list(days) for _, days in groupby(squares, key=lambda each: each.day.month)]
    wide, high = 7 * CELL_W + GAP, 6 * CELL_H + 62
    parts = []
    for number, days in enumerate(blocks):
        left, top = (number % ACROSS) * wide, (number // ACROSS) * high
        parts.append(text(left, top + 16, months[days[0].day.month - 1], "name"))
        parts += [
            text(left + (at + 0.5) * CELL_W, top + 38, name, "soft", "middle") for at, name in enumerate(weekdays)
        ]
        first = days[0].day.weekday()
        for each in days:
            row, column = divmod(each.day.day - days[0].day.day + first, 7)
            parts.append(_square(each, left + column * CELL_W, top + 46 + row * CELL_H, CELL_W, CELL_H))
    rows = -(-len(blocks) // ACROSS)
    return svg(min(len(blocks), ACROSS) * wide - GAP, rows * high, title, desc, parts)


def strips(rows: Sequence[Strip], *, head: str, title: str, desc: str) -> str:
    """The days of a span beside one another, a row a place."""
    if not rows:
        return ""
    days = [each.day for each in rows[0].squares]
    parts = [text(NAME_W + (at + 0.5) * DAY_W, 18, str(day.day), "soft", "middle") for at, day in enumerate(days)]
    right = NAME_W + len(days) * DAY_W + 10
    parts.append(text(right, 18, head, "soft"))
    for number, row in enumerate(rows):
        top = 28 + number * 28
        name = text(NAME_W - 8, top + 18, row.name, "name" if row.bold else "", "end")
        parts.append(f'<a href="{escape(row.href)}">{name}</a>' if row.href else name)
        parts += [_square(each, NAME_W + at * DAY_W, top, DAY_W, 26) for at, each in enumerate(row.squares)]
        parts.append(text(right, top + 18, row.after, "name" if row.bold else ""))
    drawn = svg(right + 130, 40 + 28 * len(rows), title, desc, parts)
    return drawn.replace('role="img"', 'role="group"', 1)


def _square(each: Square, left: float, top: float, wide: float, high: float) -> str:
    size = f'x="{short(left + 1)}" y="{short(top + 1)}" width="{short(wide - 2)}" height="{short(high - 2)}"'
    tip = f"<title>{each.day.isoformat()} {escape(each.written)}</title>"
    block = f'<rect class="q{each.level} edge" {size}>{tip}</rect>'
    mark = (
        f'<circle class="suspect" cx="{short(left + wide - 6)}" cy="{short(top + 7)}" r="3"/>' if each.suspect else ""
    )
    written = text(left + wide / 2, top + high / 2 + 5, each.written, f"w{each.level}", "middle")
    return block + written + mark
