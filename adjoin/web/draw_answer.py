"""Pictures of answers as SVG: curves over numbers, bars, a matrix, places, a calendar; for the page and for print."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from math import ceil, floor, log10
from statistics import fmean

from adjoin.web.draw import Axis, apart, short, svg, text
from adjoin.web.magnitudes import large
from adjoin.web.pictured import Bars, Calendar, Curves, Matrix, Picture, Places, Shape
from adjoin.web.words import said

WIDTH = 760.0
_LEFT, _NAMED, _HIGH = 76.0, 170.0, 260.0
_ROW, _NAME = 30, 210.0
_MAP_HIGH = 380.0
_SHADES = 5
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def drawn(picture: Picture, lang: str) -> str:
    """A picture of an answer."""
    match picture:
        case Curves():
            return _curves(picture, lang)
        case Bars():
            return _bars(picture, lang)
        case Matrix():
            return _matrix(picture, lang)
        case Places():
            return _places(picture, lang)
        case Calendar():
            return _calendar(picture, lang)


def told(picture: Picture, lang: str) -> str:
    """What a picture shows, in a sentence made from the same numbers."""
    name = picture.name or "—"
    if isinstance(picture, Places):
        met = ", ".join(shape.name for shape in picture.shapes if shape.met) or "—"
        return said("compute.picture.map", count=len(picture.shapes), met=met[:200]).of(lang)
    low, high = _ends(_numbers(picture))
    axis = picture.axis if isinstance(picture, Curves) else ""
    key = f"compute.picture.{picture.kind}"
    ends = {"low": large(low, 4), "high": large(high, 4)}
    return said(key, name=name, axis=axis or "n", **ends).of(lang)


def _numbers(picture: Picture) -> list[float]:
    if isinstance(picture, Curves):
        return [value for _, values in picture.lines for value in values if value is not None]
    if isinstance(picture, Bars):
        return [row[1] for row in picture.rows]
    if isinstance(picture, Matrix):
        return [cell for row in picture.cells for cell in row if cell is not None]
    return [value for _, value in picture.days] if isinstance(picture, Calendar) else []


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return (min(values), max(values)) if values else (0.0, 0.0)


def _svg(width: float, height: float, picture: Picture, lang: str, parts: Sequence[str]) -> str:
    return svg(width, height, picture.name or picture.kind, told(picture, lang), parts)


# — axes —


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from a low to a high one."""
    span = (high - low) or abs(high) or 1.0
    size = 10.0 ** floor(log10(span / most))
    step = next(size * part for part in (1, 2, 5, 10, 20) if span / (size * part) <= most)
    return [step * number for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _grid(x: Axis, y: Axis, lang: str) -> Iterator[str]:
    for value in ticks(y.low, y.high):
        yield f'<path class="grid" d="M{short(x.start)} {short(y(value))}H{short(x.end)}"/>'
        yield text(x.start - 8, y(value) + 5, _figure(value, lang), "soft", "end")
    for value in ticks(x.low, x.high, 7):
        yield f'<path class="grid" d="M{short(x(value))} {short(y.end)}V{short(y.start)}"/>'
        yield text(x(value), y.start + 20, _figure(value, lang), "soft", "middle")


def _figure(value: float, lang: str) -> str:
    return large(value, 4).of(lang)


# — curves —


def _curves(picture: Curves, lang: str) -> str:
    values = _numbers(picture)
    low, high = _ends(values)
    low = 0.0 if 0 < low < 0.5 * high else low
    right = WIDTH - (_NAMED if len(picture.lines) > 1 else 24)
    x = Axis(picture.x[0], picture.x[-1], _LEFT, right)
    y = Axis(low, high if high > low else low + 1.0, _HIGH - 48, 26)
    parts = [*_grid(x, y, lang), text(right, _HIGH - 6, picture.axis or "n", "soft", "end")]
    parts.append(text(_LEFT, 14, picture.name if len(picture.lines) == 1 else "", "soft"))
    for number, (_, line) in enumerate(picture.lines):
        parts.append(_curve(picture.x, line, x, y, number))
    if len(picture.lines) > 1:
        parts += _end_names(picture, x, y)
    return _svg(WIDTH, _HIGH, picture, lang, parts)


def _curve(along: Sequence[float], line: Sequence[float | None], x: Axis, y: Axis, number: int) -> str:
    runs: list[list[str]] = [[]]
    for at, value in zip(along, line, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{short(x(at))} {short(y(value))}")
    path = "".join("M" + "L".join(run) for run in runs if len(run) > 1)
    lone = [run[0] for run in runs if len(run) == 1]
    dots = [f"{short(x(a))} {short(y(v))}" for a, v in zip(along, line, strict=True) if v is not None]
    marks = "".join(
        f'<circle class="dot" cx="{p.split()[0]}" cy="{p.split()[1]}" r="3"/>'
        for p in (dots if len(dots) <= 24 else lone)
    )
    return (f'<path class="curve s{number % 4}" d="{path}"/>' if path else "") + marks


def _end_names(picture: Curves, x: Axis, y: Axis) -> Iterator[str]:
    names = _leaves([name for name, _ in picture.lines])
    ends = [next((v for v in reversed(line) if v is not None), 0.0) for _, line in picture.lines]
    last = list(zip(names, ends, strict=True))
    placed = sorted(((y(value), name) for name, value in last), key=lambda one: one[0])
    for (at, name), height in zip(placed, apart([at for at, _ in placed], 19), strict=True):
        yield f'<path class="gap" d="M{short(x.end)} {short(at)}L{short(x.end + 8)} {short(height)}"/>'
        yield text(x.end + 12, height + 5, _cut(name, 18), "name")


def _leaves(names: Sequence[str]) -> list[str]:
    """What tells names apart: their last part, or their first where the last is the same in all."""
    last = {name.rpartition(".")[2] for name in names}
    if len(last) == len(names):
        return [name.rpartition(".")[2] for name in names]
    return [name.rpartition(".")[0] if len(last) == 1 else name for name in names]


def _cut(words: str, most: int) -> str:
    """Words that fit a place; a Chinese character takes that of two letters, less a little."""
    sizes = list(accumulate(1.0 if letter.isascii() else 1.7 for letter in words))
    return words if not sizes or sizes[-1] <= most else words[: sum(size <= most - 1 for size in sizes)] + "…"


# — bars —


def _bars(picture: Bars, lang: str) -> str:
    ends = [end for _, *row in picture.rows for end in row if end is not None]
    x = Axis(min(0.0, *ends), max(0.0, *ends), _NAME, WIDTH - 110)
    bottom = 24 + _ROW * len(picture.rows)
    parts = [text(_NAME, 14, picture.name, "soft")]
    for number, row in enumerate(picture.rows):
        parts.append(_bar(row, x, 24.0 + _ROW * number, lang))
    parts.append(f'<path class="axis" d="M{short(x(0))} 20V{short(bottom)}"/>')
    return _svg(WIDTH, bottom + 8, picture, lang, parts)


def _bar(row: tuple[str, float, float | None, float | None], x: Axis, y: float, lang: str) -> str:
    name, value, low, high = row
    start, end = sorted((x(0), x(value)))
    kind = "bar open" if value < 0 else "bar"
    made = (
        f'<rect class="{kind}" x="{short(start)}" y="{short(y + 4)}" width="{short(max(end - start, 1))}" height="18"/>'
    )
    if low is not None and high is not None:
        least, most, middle = short(x(low)), short(x(high)), short(y + 13)
        ticks_at = "".join(f"M{at} {short(y + 7)}v12" for at in (least, most))
        made += f'<path class="range" d="M{least} {middle}H{most}{ticks_at}"/>'
    return text(_NAME - 10, y + 18, _cut(name, 24), "", "end") + made + text(WIDTH - 100, y + 18, _figure(value, lang))


# — matrix —


def _matrix(picture: Matrix, lang: str) -> str:
    wide, high = len(picture.columns), len(picture.rows)
    left = min(_NAME, 24.0 + 9.5 * max(map(len, picture.rows)))
    cell = min(74.0, (WIDTH - left) / wide)
    tall = max(6.0, min(30.0, cell))
    ends = [_ends(_numbers(picture))] * wide
    if picture.by_column:
        ends = [_ends([row[j] or 0.0 for row in picture.cells]) for j in range(wide)]
    written = cell >= 44
    parts = [text(left, 14, picture.name, "soft")]
    for j, name in enumerate(map(_month_and_day, picture.columns)):
        if cell >= 30 or j % ceil(30 / cell) == 0:
            parts.append(text(left + cell * (j + 0.5), 34, _cut(name, max(3, int(cell / 9))), "soft", "middle"))
    for i, (name, row) in enumerate(zip(picture.rows, picture.cells, strict=True)):
        y = 42 + tall * i
        if tall >= 16 or i % ceil(16 / tall) == 0:
            parts.append(text(left - 8, y + tall / 2 + 5, _cut(name, 22), "", "end"))
        for j, value in enumerate(row):
            figure = large(value, 3).of(lang) if written and value is not None else ""
            parts.append(_square(value, (left + cell * j, y), (cell, tall), _shade(value, ends[j]), figure))
    return _svg(left + cell * wide + 4, 50 + tall * high, picture, lang, parts)


def _month_and_day(name: str) -> str:
    """A date without its year, which the table has; anything else as it is."""
    return name[5:] if _DATE.fullmatch(name) else name


def _square(value: float | None, corner: tuple[float, float], size: tuple[float, float], kind: str, figure: str) -> str:
    (x, y), (wide, high) = corner, size
    where = f'x="{short(x)}" y="{short(y)}" width="{short(wide - 1)}" height="{short(high - 1)}"'
    said = figure if value is not None else ""
    return f'<rect class="{kind}" {where}/>' + text(x + wide / 2, y + high / 2 + 5, said, "", "middle")


def _shade(value: float | None, ends: tuple[float, float]) -> str:
    if value is None:
        return "m0"
    share = (value - ends[0]) / ((ends[1] - ends[0]) or 1.0)
    return f"m{1 + min(_SHADES - 1, int(share * _SHADES))}"


# — places —


def _places(picture: Places, lang: str) -> str:
    points = [point for shape in picture.shapes for ring in shape.rings for point in ring]
    (west, east), (south, north) = _ends([x for x, _ in points]), _ends([y for _, y in points])
    scale = min((WIDTH - 60) / max(east - west, 1e-9), _MAP_HIGH / max(north - south, 1e-9))
    span, height = (WIDTH - 60) / scale, max(120.0, (north - south) * scale + 60)
    x, y = Axis(west, west + span, 30, WIDTH - 30), Axis(south, south + (height - 60) / scale, height - 30, 30)
    order = sorted(picture.shapes, key=lambda shape: (shape.form != "POLYGON", shape.met))
    parts = [_place(shape, x, y) for shape in order]
    return _svg(WIDTH, height, picture, lang, [*parts, *_names(order, x, y)])


def _place(shape: Shape, x: Axis, y: Axis) -> str:
    if shape.form == "POINT":
        return "".join(
            f'<circle class="dot" cx="{short(x(a))}" cy="{short(y(b))}" r="7"/>'
            for ring in shape.rings
            for a, b in ring
        )
    end = "Z" if shape.form == "POLYGON" else ""
    path = "".join("M" + "L".join(f"{short(x(a))} {short(y(b))}" for a, b in ring) + end for ring in shape.rings)
    kind = "curve" if shape.form != "POLYGON" else "ground met" if shape.met else "ground"
    return f'<path class="{kind}" fill-rule="evenodd" d="{path}"/>'


def _names(shapes: Sequence[Shape], x: Axis, y: Axis) -> Iterator[str]:
    """Names at the middles of their places, none over another."""
    taken: list[tuple[float, float, float]] = []
    for shape in sorted(shapes, key=lambda each: not each.met):
        points = [point for ring in shape.rings for point in ring]
        at, high = (
            x(fmean(a for a, _ in points)),
            y(fmean(b for _, b in points)) + (-12 if shape.form == "POINT" else 5),
        )
        name = _cut(shape.name, 14)
        half = 5.0 * sum(1 if letter.isascii() else 2 for letter in name)
        if all(abs(at - a) > half + h or abs(high - b) > 18 for a, b, h in taken) and len(taken) < 40:
            taken.append((at, high, half))
            yield text(at, high, name, "halo name" if shape.met else "halo", "middle")


# — calendar —


def _calendar(picture: Calendar, lang: str) -> str:
    """Weeks as columns, a block a year."""
    values = dict(picture.days)
    ends = _ends(list(values.values()))
    years = sorted({day.year for day in values})
    parts: list[str] = []
    for block, year in enumerate(years):
        top = 26 + block * 122.0
        parts.append(text(4, top + 12, str(year), "name"))
        parts += [_day(day, values, ends, top) for day in _days(year) if day in values]
        parts += [text(_week_x(date(year, month, 1)), top - 6, str(month), "soft") for month in range(1, 13)]
    return _svg(WIDTH, 26 + 122.0 * len(years), picture, lang, parts)


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def _week_x(day: date) -> float:
    first = date(day.year, 1, 1)
    return 48 + 13.2 * ((day.toordinal() - first.toordinal() + first.weekday()) // 7)


def _day(day: date, values: dict[date, float], ends: tuple[float, float], top: float) -> str:
    where = f'x="{short(_week_x(day))}" y="{short(top + 14 * day.weekday())}" width="12" height="13"'
    return f'<rect class="{_shade(values[day], ends)}" {where}><title>{day.isoformat()}: {values[day]:g}</title></rect>'
