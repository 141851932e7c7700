"""How a release travels: time to the right, kilometres downward, bands from the earliest to the latest.

Told by the kind of line, not by colour: the front's band is framed and its middle drawn through, the end is dashed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adjoin.web.draw import Axis, apart, short, svg, text, time_axis, time_grid

Moments = tuple[datetime, datetime, datetime]  # P5, P50, P95
_LEFT, _RIGHT, _TOP, _ROW = 58.0, 236.0, 30.0, 21.0


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that waits below, and when it is reached and left behind."""

    name: str
    km: float
    arrival: Moments
    end: Moments
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A border across the way; the one between the two sides is drawn strongly."""

    km: float
    text: str
    strong: bool


def passage(
    stops: Sequence[Stop],
    marks: Sequence[Mark],
    *,
    start: datetime,
    now: datetime,
    words: tuple[str, str],
    title: str,
    desc: str,
    width: float = 960,
) -> str:
    """The band of the front and of what follows it, with everything that waits below.

    words : of the moment it was reckoned from, and of the axis of kilometres
    """
    if not stops:
        return ""
    last = max(stop.end[2] for stop in stops)
    until = last + (last - start) * 0.03
    bottom = _TOP + max(300.0, _ROW * (len(stops) + 1))
    x = time_axis(start, until, _LEFT, width - _RIGHT)
    y = Axis(0, max(stop.km for stop in stops) * 1.04, _TOP, bottom)
    parts = [*_days(x, start, until, bottom), *_kilometres(y, words[1]), *_bands(stops, start, x, y)]
    parts += _borders([mark for mark in marks if mark.km <= y.high], x, y)
    parts += _names(stops, x, y)
    if start <= now <= until:
        parts.append(_now(x(now.timestamp()), bottom, words[0]))
    return svg(width, bottom + 28, title, desc, parts)


def _days(x: Axis, start: datetime, until: datetime, bottom: float) -> list[str]:
    """Midnights; within a day and a half every sixth hour."""
    if until - start > timedelta(hours=36):
        return time_grid(x, start, until, _TOP, bottom)
    parts = []
    hours = 6 if until - start > timedelta(hours=12) else 2
    hour = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours - start.hour % hours)
    while hour <= until:
        at = x(hour.timestamp())
        parts.append(f'<path class="grid" d="M{short(at)} {short(_TOP)}V{short(bottom)}"/>')
        parts.append(text(at, bottom + 18, f"{hour:%H:%M}", "soft", "middle"))
        hour += timedelta(hours=hours)
    return parts


def _kilometres(y: Axis, word: str) -> list[str]:
    step = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 10**5) if y.high / n <= 7)
    parts = [text(0, _TOP - 12, word, "soft")]
    for number in range(int(y.high // step) + 1):
        at = y(number * step)
        parts.append(f'<path class="axis" d="M{short(_LEFT - 5)} {short(at)}H{short(_LEFT)}"/>')
        parts.append(text(_LEFT - 9, at + 5, f"{number * step}", "soft", "end"))
    return parts


def _bands(stops: Sequence[Stop], start: datetime, x: Axis, y: Axis) -> list[str]:
    origin = (x(start.timestamp()), y(0))

    def along(times: Sequence[datetime]) -> list[tuple[float, float]]:
        return [origin, *((x(time.timestamp()), y(stop.km)) for time, stop in zip(times, stops, strict=True))]

    earliest, middle, latest = (along([stop.arrival[n] for stop in stops]) for n in range(3))
    passed = along([stop.end[2] for stop in stops])
    return [
        f'<path class="passing" d="{_line([*earliest, *reversed(passed)])}Z"/>',
        f'<path class="bracket" d="{_line([*earliest, *reversed(latest)])}Z"/>',
        f'<path class="curve" d="{_line(middle)}"/>',
        f'<path class="curve s1" d="{_line(passed)}"/>',
    ]


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def _borders(marks: Sequence[Mark], x: Axis, y: Axis) -> list[str]:
    """Every border as a line; its words where they have room."""
    parts, last = [], float("-inf")
    for mark in marks:
        at = y(mark.km)
        kind = "limit" if mark.strong else "gap"
        parts.append(f'<path class="{kind}" d="M{short(x.start)} {short(at)}H{short(x.end)}"/>')
        if mark.strong or at - last > _ROW:
            parts.append(text(x.end - 4, at - 6, mark.text, "limit-text halo" if mark.strong else "soft halo", "end"))
            last = at
    return parts


def _names(stops: Sequence[Stop], x: Axis, y: Axis) -> list[str]:
    """The name of each stop beside its kilometre, apart from its neighbours, with the span of its arrival."""
    parts = []
    heights = _within(apart([y(stop.km) for stop in stops], _ROW), y.end)
    for stop, height in zip(stops, heights, strict=True):
        at = y(stop.km)
        seen = [short(x(time.timestamp())) for time in (stop.arrival[0], stop.end[2])]
        parts.append(
            f'<path class="gap" d="M{seen[1]} {short(at)}H{short(x.end)}L{short(x.end + 12)} {short(height)}"/>'
        )
        parts.append(f'<path class="whisker" d="M{seen[0]} {short(at)}H{seen[1]}"/>')
        parts.append(text(x.end + 17, height + 5, stop.name, "name" if stop.bold else ""))
    return parts


def _within(heights: Sequence[float], bottom: float) -> list[float]:
    """The same heights, pushed up where they would run out at the bottom."""
    last = len(heights) - 1
    return [min(height, bottom - _ROW * (last - number)) for number, height in enumerate(heights)]


def _now(at: float, bottom: float, word: str) -> str:
    line = f'<path class="now" d="M{short(at)} {short(_TOP)}V{short(bottom)}"/>'
    return line + text(max(at + 5, _LEFT + 44), _TOP - 12, word, "halo")
