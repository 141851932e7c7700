"""Pictures as SVG text: for the page, for print, safe in black and white and in the dark.

Colours come from classes of the style sheet, never from an attribute; what a picture shows stands in its
title and description, made from the same data. Coordinates are pixels of the view box.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise

GAP_H = 24.0  # a line is not drawn across a longer silence
CHARACTERS = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ", "worse_than_V": "劣Ⅴ"}
_SHADES = {code: shade for shade, code in enumerate(CHARACTERS, start=1)}


@dataclass(frozen=True, slots=True)
class Point:
    """One value in time; no value: reported as missing."""

    time: datetime
    value: float | None
    suspect: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line of values."""

    name: str
    points: tuple[Point, ...]
    dim: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line that values are held against, with its words."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """From a low to a high value at a time."""

    time: datetime
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Label:
    """A word at a value."""

    time: datetime
    value: float
    text: str


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


@dataclass(frozen=True, slots=True)
class Axis:
    """From a span of numbers to a span of pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)


def shade(water_class: str | None) -> int:
    """The number of the colour of a class: 1 to 6, and 0 for not known."""
    return _SHADES.get(water_class or "", 0)


def character(water_class: str | None) -> str:
    """How a class is written; a dash for not known."""
    return CHARACTERS.get(water_class or "", "—")


def svg(width: float, height: float, title: str, desc: str, parts: Iterable[str]) -> str:
    """A picture with its words."""
    words = f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>"
    label = escape(f"{title}. {desc}" if desc else title)
    wide, high = short(width), short(height)
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    head = f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}">'
    return head + words + "".join(parts) + "</svg>"


def series(
    curves: Sequence[Curve],
    *,
    title: str,
    desc: str,
    levels: Sequence[Level] = (),
    band: Sequence[Span] = (),
    labels: Sequence[Label] = (),
    span: tuple[datetime, datetime] | None = None,
    top: float = 0.0,
    width: float = 480,
    height: float = 220,
) -> str:
    """Values in time: silences longer than a day left open, suspect values hollow, each line named at its end."""
    named = len(curves) > 1
    right = width - (118 if named else 14)
    since, until = span or _span(curves)
    x = _time_axis(since, until, 48, right)
    values = [point.value for curve in curves for point in curve.points if point.value is not None]
    step, high = _nice(max([top, *values, *(level.value for level in levels), *(each.high for each in band)]))
    y = Axis(0, high, height - 30, 14)
    parts = [*_value_grid(y, step, 48, right), *_time_grid(x, since, until, 14, height - 30)]
    parts += _band(band, x, y)
    parts += [_level(level, y, 48, right) for level in levels]
    parts += [_curve(curve, x, y, number) for number, curve in enumerate(curves)]
    parts += _labels(labels, x, y)
    if named:
        parts += _end_names(curves, x, y, right)
    return svg(width, height, title, desc, parts)


def ribbon(
    steps: Sequence[tuple[datetime, str | None]], *, title: str, desc: str, until: datetime, width: float = 960
) -> str:
    """The class at each look, as a band; where nobody looked for longer than a day it is left open."""
    if not steps:
        return ""
    x = _time_axis(steps[0][0], until, 0, width)
    held = list(_held(steps, until))
    parts = [_cell(start, end, water_class, x) for start, end, water_class in held]
    parts += _time_grid(x, steps[0][0], until, 64, 70) + _narrow_names(held, x)
    return svg(width, 92, title, desc, parts)


def thin_ribbon(steps: Sequence[tuple[datetime, str | None]], *, title: str, since: datetime, until: datetime) -> str:
    """A ribbon for a line of a table: shades only, so its words and the written class stand beside it."""
    x = _time_axis(since, until, 0, 200)
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
    x = _time_axis(since, until, left, right)
    parts = _time_grid(x, since, until, top - 14, bottom)
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


# — time and value axes —


def _time_axis(since: datetime, until: datetime, start: float, end: float) -> Axis:
    return Axis(since.timestamp(), until.timestamp(), start, end)


def _span(curves: Sequence[Curve]) -> tuple[datetime, datetime]:
    times = [point.time for curve in curves for point in curve.points]
    return min(times), max(times)


def _bracket_span(rows: Sequence[Bracket]) -> tuple[datetime, datetime]:
    ends = [row.until for row in rows if row.until is not None]
    starts = [row.after for row in rows if row.after is not None]
    return min([*starts, *ends]) - timedelta(hours=12), max(ends) + timedelta(hours=12)


def _nice(top: float) -> tuple[float, float]:
    """A step and the end of an axis that holds `top` in two to five round steps."""
    if top <= 0:
        return 1.0, 1.0
    size = 10.0 ** int(f"{top:e}".rpartition("e")[2])
    step = next(size * part for part in (0.2, 0.5, 1.0, 2.0) if top <= 5 * size * part)
    count = -(-top * 1.04 // step)
    return step, step * count


def _value_grid(y: Axis, step: float, left: float, right: float) -> list[str]:
    parts = []
    for number in range(round(y.high / step) + 1):
        value = number * step
        kind = "grid" if number else "axis"
        parts.append(f'<path class="{kind}" d="M{short(left)} {short(y(value))}H{short(right)}"/>')
        parts.append(text(left - 7, y(value) + 5, f"{value:.6g}", "soft", "end"))
    return parts


def _time_grid(x: Axis, since: datetime, until: datetime, top: float, bottom: float) -> list[str]:
    days = max((until - since).total_seconds() / 86400, 0.5)
    every = next(n for n in (1, 2, 3, 5, 7, 14, 30, 61, 122, 366, 10**6) if days / n * 54 <= x.end - x.start)
    parts = []
    day = since.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while day <= until:
        at = x(day.timestamp())
        parts.append(f'<path class="grid" d="M{short(at)} {short(top)}V{short(bottom)}"/>')
        anchor = "end" if at > x.end - 18 else "start" if at < x.start + 18 else "middle"
        parts.append(text(at, bottom + 18, f"{day:%m-%d}", "soft", anchor))
        day += timedelta(days=every)
    return parts


# — lines —


def _curve(curve: Curve, x: Axis, y: Axis, number: int) -> str:
    kind = f"curve s{number % 4}" + (" dim" if curve.dim else "")
    lines = [
        "M" + "L".join(f"{short(x(p.time.timestamp()))} {short(y(p.value or 0))}" for p in run)
        for run in _runs(curve.points)
        if len(run) > 1
    ]
    dots = "".join(_dot(point, x, y, dim=curve.dim) for point in curve.points if point.value is not None)
    return (f'<path class="{kind}" d="{"".join(lines)}"/>' if lines else "") + dots


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """The stretches that one line may join: no missing value and no long silence inside."""
    runs: list[list[Point]] = [[]]
    for point in points:
        last = runs[-1][-1] if runs[-1] else None
        if point.value is None or (last and _hours(last.time, point.time) > GAP_H):
            runs.append([])
        if point.value is not None:
            runs[-1].append(point)
    return [run for run in runs if run]


def _dot(point: Point, x: Axis, y: Axis, *, dim: bool) -> str:
    kind, radius = ("suspect", 4) if point.suspect else ("dot dim" if dim else "dot", 3)
    at = f'cx="{short(x(point.time.timestamp()))}" cy="{short(y(point.value or 0))}"'
    return f'<circle class="{kind}" {at} r="{radius}"/>'


def _labels(labels: Sequence[Label], x: Axis, y: Axis) -> list[str]:
    """Words above their values; one that would run into the one before stands a line higher."""
    parts, last, lift = [], float("-inf"), 0.0
    for each in labels:
        at = x(each.time.timestamp())
        lift = 18.0 if at - last < 44 and not lift else 0.0
        anchor = "start" if at < x.start + 20 else "end" if at > x.end - 20 else "middle"
        parts.append(text(at, y(each.value) - 9 - lift, each.text, "halo", anchor))
        last = at
    return parts


def _band(band: Sequence[Span], x: Axis, y: Axis) -> list[str]:
    """What lies between low and high, as a bar at each look."""
    parts = []
    for span in band:
        at = x(span.time.timestamp())
        size = f'width="12" height="{short(max(y(span.low) - y(span.high), 2))}"'
        parts.append(f'<rect class="bar open" x="{short(at - 6)}" y="{short(y(span.high))}" {size}/>')
    return parts


def _level(level: Level, y: Axis, left: float, right: float) -> str:
    at = y(level.value)
    line = f'<path class="limit" d="M{short(left)} {short(at)}H{short(right)}"/>'
    return line + text(left + 6, at - 5, level.text, "limit-text halo")


def _end_names(curves: Sequence[Curve], x: Axis, y: Axis, right: float) -> list[str]:
    ends = [(curve, next((p for p in reversed(curve.points) if p.value is not None), None)) for curve in curves]
    placed = sorted(((y(p.value or 0), x(p.time.timestamp()), c) for c, p in ends if p), key=lambda one: one[0])
    heights = _spread([at for at, _, _ in placed], 19)
    parts = []
    for (at, end, curve), height in zip(placed, heights, strict=True):
        parts.append(f'<path class="gap" d="M{short(end)} {short(at)}L{short(right + 6)} {short(height)}"/>')
        parts.append(text(right + 9, height + 5, curve.name, "soft" if curve.dim else "name"))
    return parts


# — ribbons and brackets —


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


# — small things —


def _spread(heights: Sequence[float], least: float) -> list[float]:
    """The same heights in the same order, at least so far apart."""
    placed: list[float] = []
    for at in heights:
        placed.append(max(at, placed[-1] + least) if placed else at)
    return placed


def _hours(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 3600


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """Words at a place; nothing for no words."""
    at = f'x="{short(x)}" y="{short(y)}"'
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" {at}{side}>{escape(words)}</text>' if words else ""


def short(value: float) -> str:
    """A coordinate to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
