"""Bands and bars: the classes of a section in time, brackets along a river, lengths beside one another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise

from adjoin.web.draw import GAP_H, Axis, character, shade, short, svg, text, time_axis, time_grid


@dataclass(frozen=True, slots=True)
class Bracket:
    """Between which two looks something was first seen; `after` is nothing where the first look already saw it."""

    name: str
    km: float | None  # to the outlet of the river; nothing: not known, so it is not ordered
    after: datetime | None
    until: datetime | None  # nothing: never seen
    text: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A named length."""

    name: str
    value: float
    text: str
    dim: bool = False


def ribbon(
    steps: Sequence[tuple[datetime, str | None]], *, title: str, desc: str, until: datetime, width: float = 960
) -> str:
    """The class at each look, as a band; where nobody looked for longer than a day it is left open."""
    if not steps:
        return ""
    x = time_axis(steps[0][0], until, 0, width)
    held = list(_held(steps, until))
    parts = [_cell(start, end, water_class, x) for start, end, water_class in held]
    parts += time_grid(x, steps[0][0], until, 64, 70) + _narrow_names(held, x)
    return svg(width, 92, title, desc, parts)


def thin_ribbon(steps: Sequence[tuple[datetime, str | None]], *, title: str, since: datetime, until: datetime) -> str:
    """A ribbon for a line of a table: shades only, so its words and the written class stand beside it."""
    x = time_axis(since, until, 0, 200)
    parts = [_block(start, end, water_class, x, 20) for start, end, water_class in _held(steps, until)]
    return svg(200, 20, title, "", [*parts, '<path class="axis" d="M0 19.5H200"/>'])


def brackets(rows: Sequence[Bracket], *, title: str, desc: str, unknown: str, kilometre: str) -> str:
    """Where along the river and between which looks a rise was first seen; upstream on top, no line between them."""
    seen = [row for row in rows if row.until is not None]
    if not seen:
        return ""
    since, until = _bracket_span(seen)
    ordered = sorted((row for row in seen if row.km is not None), key=lambda row: -(row.km or 0))
    loose = [row for row in seen if row.km is None]
    width, left, right, top = 680.0, 168.0, 620.0, 34.0
    ys = _km_rows([row.km or 0 for row in ordered], top, 30, 46)
    below = (ys[-1] if ys else top) + 40
    loose_ys = [below + 26 + 30 * number for number in range(len(loose))]
    bottom = (loose_ys[-1] if loose_ys else below - 40) + 26
    x = time_axis(since, until, left, right)
    parts = time_grid(x, since, until, top - 14, bottom)
    parts.append(text(0, top - 18, kilometre, "soft"))
    parts += [_bracket(row, x, y, left) for row, y in zip(ordered, ys, strict=True)]
    if loose:
        parts.append(f'<path class="axis" d="M0 {short(below)}H{short(width)}" stroke-dasharray="1 4"/>')
        parts.append(text(0, below - 6, unknown, "soft halo"))
        parts += [_bracket(row, x, y, left) for row, y in zip(loose, loose_ys, strict=True)]
    return svg(width, bottom + 28, title, desc, parts)


def bars(rows: Sequence[Bar], *, title: str, desc: str, width: float = 480) -> str:
    """Lengths beside one another, each with its name and figure."""
    if not rows:
        return ""
    x = Axis(0, max(1e-9, *(row.value for row in rows)), 120, width - 110)
    parts = []
    for number, row in enumerate(rows):
        y = 8 + 36 * number
        kind = "bar dim" if row.dim else "bar"
        parts.append(text(112, y + 18, row.name, "soft" if row.dim else "name", "end"))
        parts.append(
            f'<rect class="{kind}" x="120" y="{y + 2}" width="{short(max(x(row.value) - 120, 1))}" height="22"/>'
        )
        parts.append(text(x(row.value) + 8, y + 18, row.text, "soft" if row.dim else "name"))
    return svg(width, 16 + 36 * len(rows), title, desc, parts)


def _bracket_span(rows: Sequence[Bracket]) -> tuple[datetime, datetime]:
    ends = [row.until for row in rows if row.until is not None]
    starts = [row.after for row in rows if row.after is not None]
    return min([*starts, *ends]) - timedelta(hours=12), max(ends) + timedelta(hours=12)


def _held(
    steps: Sequence[tuple[datetime, str | None]], until: datetime
) -> Iterable[tuple[datetime, datetime, str | None]]:
    """Each class from its look to the next, at most a day."""
    times = [*(time for time, _ in steps), until]
    for (start, water_class), end in zip(steps, times[1:], strict=True):
        yield start, min(end, start + timedelta(hours=GAP_H)), water_class


def _block(start: datetime, end: datetime, water_class: str | None, x: Axis, height: float) -> str:
    left, right = x(start.timestamp()), x(end.timestamp())
    width = max(right - left, 1.5)
    return (
        f'<rect class="f{shade(water_class)}" x="{short(left)}" y="0" width="{short(width)}" height="{short(height)}"/>'
    )


def _cell(start: datetime, end: datetime, water_class: str | None, x: Axis) -> str:
    left, right = x(start.timestamp()), x(end.timestamp())
    width = max(right - left, 1.5)
    where = f'x="{short(left)}" y="24" width="{short(width)}" height="40"'
    block = f'<rect class="f{shade(water_class)} edge" {where}/>'
    if _is_narrow(width, water_class):
        return block
    return block + text((left + right) / 2, 50, character(water_class), f"g{shade(water_class)}", "middle")


def _is_narrow(width: float, water_class: str | None) -> bool:
    return width < 16 * len(character(water_class)) + 4


def _narrow_names(held: Sequence[tuple[datetime, datetime, str | None]], x: Axis) -> list[str]:
    """The class of each field that is too narrow for it, above the band."""
    parts, last = [], 0.0
    for start, end, water_class in held:
        left, right = x(start.timestamp()), x(end.timestamp())
        middle = max((left + right) / 2, last + 20)
        if _is_narrow(right - left, water_class):
            parts.append(text(middle, 17, character(water_class), "", "middle"))
            last = middle + 8 * (len(character(water_class)) - 1)
    return parts


def _bracket(row: Bracket, x: Axis, y: float, left: float) -> str:
    until = x(row.until.timestamp()) if row.until else left
    start = x(row.after.timestamp()) if row.after else left
    kind = "name" if row.bold else ""
    km = f' <tspan class="soft">{row.km:.0f}</tspan>' if row.km is not None else ""
    at = f'x="{short(left - 10)}" y="{short(y + 5)}"'
    name = f'<text class="{kind}" {at} text-anchor="end">{escape(row.name)}{km}</text>'
    size = f'x="{short(start)}" y="{short(y - 8)}" width="{short(max(until - start, 3))}" height="16"'
    body = f'<rect class="bracket" {size}/>'
    if row.after is None:
        body = f'<path class="whisker" d="M{short(left)} {short(y)}H{short(until)}"/>'
    end = f'<path class="axis" d="M{short(until)} {short(y - 11)}V{short(y + 11)}"/>'
    return name + body + end + text(until + 8, y + 5, row.text, "name halo" if row.bold else "halo")


def _km_rows(kms: Sequence[float], top: float, least: float, most: float) -> list[float]:
    """Heights in the order of the river: wider apart where more water lies between, within readable bounds."""
    if not kms:
        return []
    apart = [above - below for above, below in pairwise(kms)]
    mean = (sum(apart) / len(apart) if apart else 1.0) or 1.0
    heights = [top + 12]
    for gap in apart:
        heights.append(heights[-1] + min(max(least * gap / mean, least * 0.87), most))
    return heights
