"""Pictures as SVG text: for the page, for print, safe in black and white and in the dark.

Colours come from classes of the style sheet, never from an attribute; what a picture shows stands in its
title and description, made from the same data. Coordinates are pixels of the view box.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

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
    above: float = 0.0,
    width: float = 480,
    height: float = 220,
) -> str:
    """Values in time: silences longer than a day left open, suspect values hollow, each line named at its end.

    above : where the axis of values begins, where that is not 0
    """
    named = len(curves) > 1
    right = width - (118 if named else 14)
    since, until = span or _span(curves)
    x = time_axis(since, until, 48, right)
    values = [point.value for curve in curves for point in curve.points if point.value is not None]
    step, high = nice(max([top, *values, *(level.value for level in levels), *(each.high for each in band)]))
    y = Axis(step * (above // step), high, height - 30, 14)
    parts = [*_value_grid(y, step, 48, right), *time_grid(x, since, until, 14, height - 30)]
    parts += _band(band, x, y)
    taken = [(x(p.time.timestamp()), y(p.value)) for curve in curves for p in curve.points if p.value is not None]
    parts += [_level(level, y, (48, right), taken) for level in levels]
    parts += [_curve(curve, x, y, number) for number, curve in enumerate(curves)]
    parts += _labels(labels, x, y)
    if named:
        parts += _end_names(curves, x, y, right)
    return svg(width, height, title, desc, parts)


# — time and value axes —


def time_axis(since: datetime, until: datetime, start: float, end: float) -> Axis:
    """The axis of a span of time."""
    return Axis(since.timestamp(), until.timestamp(), start, end)


def _span(curves: Sequence[Curve]) -> tuple[datetime, datetime]:
    times = [point.time for curve in curves for point in curve.points]
    return min(times), max(times)


def nice(top: float) -> tuple[float, float]:
    """A step and the end of an axis that holds `top` in two to five round steps."""
    if top <= 0:
        return 1.0, 1.0
    size = 10.0 ** int(f"{top:e}".rpartition("e")[2])
    step = next(size * part for part in (0.2, 0.5, 1.0, 2.0) if top <= 5 * size * part)
    count = -(-top * 1.04 // step)
    return step, step * count


def _value_grid(y: Axis, step: float, left: float, right: float) -> list[str]:
    parts = []
    first = round(y.low / step)
    for number in range(first, round(y.high / step) + 1):
        value = number * step
        kind = "grid" if number > first else "axis"
        parts.append(f'<path class="{kind}" d="M{short(left)} {short(y(value))}H{short(right)}"/>')
        parts.append(text(left - 7, y(value) + 5, f"{value:.6g}", "soft", "end"))
    return parts


_DAY_W = 40.0  # of "12-31" as it is written


def time_grid(x: Axis, since: datetime, until: datetime, top: float, bottom: float) -> list[str]:
    """Upright lines at midnights, as many as leave room for their days."""
    days = max((until - since).total_seconds() / 86400, 0.5)
    every = next(n for n in (1, 2, 3, 5, 7, 14, 30, 61, 122, 366, 10**6) if days / n * 54 <= x.end - x.start)
    parts, free = [], float("-inf")
    day = since.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while day <= until:
        at = x(day.timestamp())
        parts.append(f'<path class="grid" d="M{short(at)} {short(top)}V{short(bottom)}"/>')
        anchor = "end" if at > x.end - 18 else "start" if at < x.start + 18 else "middle"
        begins = at - {"end": _DAY_W, "start": 0.0, "middle": _DAY_W / 2}[anchor]
        if begins >= free:  # words that would run into the day before are left out
            parts.append(text(at, bottom + 18, f"{day:%m-%d}", "soft", anchor))
            free = begins + _DAY_W + 4
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


def _level(level: Level, y: Axis, ends: tuple[float, float], taken: Sequence[tuple[float, float]]) -> str:
    """A line at a value, with its words at the end and on the side of it where the fewest values stand."""
    at, (left, right) = y(level.value), ends
    line = f'<path class="limit" d="M{short(left)} {short(at)}H{short(right)}"/>'
    wide = 9.0 * len(level.text)
    offered = [
        (down, end, anchor)
        for down in (-5, 16)
        for end, anchor in ((left + 6, "start"), (right - 6, "end"))
        if down < 0 or at + down < y.start
    ]

    def hidden(place: tuple[int, float, str]) -> int:
        down, end, anchor = place
        since, until = (end, end + wide) if anchor == "start" else (end - wide, end)
        return sum(since <= px <= until and abs(py - (at + down - 5)) < 12 for px, py in taken)

    down, end, anchor = min(offered, key=hidden)
    return line + text(end, at + down, level.text, "limit-text halo", anchor)


def _end_names(curves: Sequence[Curve], x: Axis, y: Axis, right: float) -> list[str]:
    ends = [(curve, next((p for p in reversed(curve.points) if p.value is not None), None)) for curve in curves]
    placed = sorted(((y(p.value or 0), x(p.time.timestamp()), c) for c, p in ends if p), key=lambda one: one[0])
    heights = apart([at for at, _, _ in placed], 19)
    parts = []
    for (at, end, curve), height in zip(placed, heights, strict=True):
        parts.append(f'<path class="gap" d="M{short(end)} {short(at)}L{short(right + 6)} {short(height)}"/>')
        parts.append(text(right + 9, height + 5, curve.name, "soft" if curve.dim else "name"))
    return parts


# — small things —


def apart(heights: Sequence[float], least: float) -> list[float]:
    """The same heights in the same order, at least so far apart from one another."""
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
