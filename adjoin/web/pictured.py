"""The picture an answer deserves, chosen by its shape; a door may name another kind, or none.

    places (WKT)                            -> a map
    numbers beside a growing axis           -> curves
    rows of numbers, each as long           -> a matrix
    a number a name, with or without ends   -> bars
    a number a day                          -> a calendar

One description serves the page and the print (`adjoin.web.draw_answer` writes it).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

AXIS = re.compile(r"^(t|x|km|time|times|hours?|days?|years?|distance|size|sizes|coverages?|level)(_|s?$|\b)")
_WKT = re.compile(r"^\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*\(", re.IGNORECASE)
_PAIR = re.compile(r"\(([^()]+)\)")
_SHAPES = ("wkt", "geometry")  # keys that name nothing
_NAMES = ("id", "name", "zone", "unit", "place", "site", "parcel")
_NUMBERED = re.compile(r"(selected|sites|set|open|index|order|list|cells)$")  # lists of numbers that name things
_OF_ONE = {"value", "estimate", "median", "mean", "se", "low", "high", "lcl95", "ucl95", "half_width95", "half_width"}
_UNITS = {"s", "h", "d", "m", "km", "kg", "t", "L", "m3", "mg", "m2", "ha", "yuan", "MW", "MWh", "error"}
_TELLING = ("index", "share", "gain", "points", "ratio", "per_cost")
_ENDS = 3  # least, likely, most
MOST_LINES, MOST_BARS, MOST_CELLS, MOST_SHAPES, MOST = 6, 40, 2_500, 400, 3
Numbers = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """Named values over a growing axis."""

    name: str
    axis: str
    x: tuple[float, ...]
    lines: tuple[tuple[str, Numbers], ...]
    kind: str = "curve"


@dataclass(frozen=True, slots=True)
class Bars:
    """A value a name, with the ends between which it may lie."""

    name: str
    rows: tuple[tuple[str, float, float | None, float | None], ...]
    kind: str = "bars"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of numbers."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Numbers, ...]
    by_column: bool = False  # whether each column has its own scale: they may differ in unit
    kind: str = "matrix"


@dataclass(frozen=True, slots=True)
class Shape:
    """A named place: its kind, its rings or points, and whether the answer speaks of it."""

    name: str
    form: str  # "POINT", "LINESTRING", "POLYGON"
    rings: tuple[tuple[tuple[float, float], ...], ...]
    met: bool


@dataclass(frozen=True, slots=True)
class Places:
    """Places as they lie to one another."""

    name: str
    shapes: tuple[Shape, ...]
    kind: str = "map"


@dataclass(frozen=True, slots=True)
class Calendar:
    """A value a day."""

    name: str
    days: tuple[tuple[date, float], ...]
    kind: str = "calendar"


Picture = Curves | Bars | Matrix | Places | Calendar


def pictures(given: Mapping[str, Any], answer: Mapping[str, Any], hint: str = "") -> tuple[Picture, ...]:
    """The pictures of an answer, the most telling first; `hint`: "none", a kind, or "kind:key"."""
    if hint == "none":
        return ()
    kind, _, key = hint.partition(":")
    found = [each for each in _found(given, answer) if kind in {"", each.kind} and key in {"", each.name}]
    return tuple(found[:MOST])


def _found(given: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Picture]:
    found = list(_of_answer(given, answer))
    yield from found
    yield from _points(given)
    if not found:  # the question, where the answer is a figure of it
        yield from (each for each in _matrices(given) if len(each.columns) > 2)


def _of_answer(given: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Picture]:
    yield from _places(given, answer)
    yield from _calendars(answer)
    drawn = list(_curves(given, answer))
    yield from drawn
    yield from _spans(answer)
    matrices = [] if drawn else list(_matrices(answer))
    yield from matrices
    yield from (each for each in _bars(answer) if each.name.rpartition(".")[0] not in {m.name for m in matrices})


# — maps —


def _places(given: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Places]:
    met = set(_words(answer))
    shapes = [_shape(name, text, met) for name, text in _wkt(given, "")][:MOST_SHAPES]
    kept = tuple(shape for shape in shapes if any(shape.rings))
    if kept:
        yield Places("", kept)


def _wkt(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and _WKT.match(value):
        yield name, value
    elif isinstance(value, Mapping):
        own = next((str(value[key]) for key in _NAMES if isinstance(value.get(key), (str, int))), "")
        for key, each in value.items():
            yield from _wkt(each, own or ("" if key in _SHAPES else str(key)))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _wkt(each, name)


def _shape(name: str, text: str, met: set[str]) -> Shape:
    form = "POLYGON" if "POLYGON" in text.upper() else "LINESTRING" if "LINE" in text.upper() else "POINT"
    rings = tuple(tuple(_points_of(ring)) for ring in _PAIR.findall(text))
    return Shape(name, form, rings, name in met)


def _points_of(ring: str) -> Iterator[tuple[float, float]]:
    for pair in ring.split(","):
        numbers = pair.split()
        if len(numbers) >= 2:
            try:
                yield float(numbers[0]), float(numbers[1])
            except ValueError:
                return


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if isinstance(each, (Mapping, list)):
                yield from _words(each)
            elif key in _NAMES:
                yield str(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _words(each)


# — calendars —


def _calendars(answer: Mapping[str, Any]) -> Iterator[Calendar]:
    for key, value in _inside(answer):
        if isinstance(value, Mapping):
            pairs = [(_day(name), each) for name, each in value.items()]
        elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            pairs = [_dated(row) for row in value]
        else:
            continue
        days = [(day, float(each)) for day, each in pairs if day is not None and _number(each)]
        if len(days) >= 7 and len(days) == len(pairs):
            yield Calendar(key, tuple(sorted(days)))


def _dated(row: Mapping[str, Any]) -> tuple[date | None, object]:
    day = next((found for each in row.values() if (found := _day(each))), None)
    return day, next((each for each in row.values() if _number(each)), None)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


# — curves —


def _curves(given: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Curves]:
    yield from _rowwise(answer)
    lists = list(_lists(answer))
    axes = {len(values): (key, values) for key, values in (*_lists(given), *lists) if _is_axis(key, values)}
    named = {len(values): name for name, values in axes.values()}
    for length in dict.fromkeys(len(values) for _, values in lists):
        lines = [(key, values) for key, values in lists if len(values) == length]
        if length in axes:
            lines = [(key, values) for key, values in lines if key != named[length]]
            axis, x = axes[length]
        elif length >= 8:
            axis, x = "", tuple(float(i + 1) for i in range(length))
            lines += [(key, values) for key, values in _lists(given) if len(values) == length]
        else:
            continue
        if lines and length >= 3:
            yield Curves(lines[0][0].partition(".")[0], axis.rpartition(".")[2], _solid(x), tuple(lines[:MOST_LINES]))


def _rowwise(answer: Mapping[str, Any]) -> Iterator[Curves]:
    """A list of objects, one of whose columns grows from row to row."""
    for key, value in _inside(answer):
        rows = value if isinstance(value, list) else []
        if len(rows) < 4 or not all(isinstance(row, Mapping) for row in rows):
            continue
        columns = {name: tuple(_or_none(row.get(name)) for row in rows) for name in rows[0]}
        axis = next((name for name, values in columns.items() if _is_axis(name, values)), None)
        if axis is None:
            continue
        lines = [(n, values) for n, values in columns.items() if n != axis and any(v is not None for v in values)]
        if lines:
            yield Curves(key, axis, _solid(columns[axis]), tuple(lines[:MOST_LINES]))


def _lists(value: Mapping[str, Any]) -> Iterator[tuple[str, Numbers]]:
    for key, each in _inside(value):
        if _NUMBERED.search(key):
            continue
        if isinstance(each, list) and len(each) >= 3 and all(_number(one) or one is None for one in each):
            if any(one is not None for one in each):
                yield key, tuple(_or_none(one) for one in each)
        elif isinstance(each, list) and each and len(each) <= MOST_LINES and _even(each) and len(each[0]) >= 6:
            for number, row in enumerate(each, start=1):
                yield f"{key}.{number}", tuple(_or_none(one) for one in row)


def _is_axis(key: str, values: Sequence[float | None]) -> bool:
    last = key.rpartition(".")[2]
    whole = key.partition(".")[0]
    if not (AXIS.match(last) or AXIS.match(whole)) or len(values) < 3 or None in values:
        return False
    solid = _solid(values)
    return all(a < b for a, b in pairwise(solid))


def _points(given: Mapping[str, Any]) -> Iterator[Curves]:
    """Pairs of time and value in the question, where the answer is a figure of them."""
    for key, value in _inside(given):
        if isinstance(value, list) and len(value) >= 4 and _even(value) and len(value[0]) == 2:
            x = tuple(float(pair[0]) for pair in value)
            if all(a < b for a, b in pairwise(x)):
                yield Curves(key, "", x, ((key, tuple(float(pair[1]) for pair in value)),))


# — matrices and bars —


def _matrices(value: Mapping[str, Any]) -> Iterator[Matrix]:
    for key, each in _inside(value):
        rows: list[Any] = []
        heads: tuple[str, ...] = ()
        columns: tuple[str, ...] = ()
        if isinstance(each, list) and len(each) >= 2 and _even(each) and len(each[0]) >= 2:
            rows, heads = each, tuple(str(i + 1) for i in range(len(each)))
            columns = tuple(str(i + 1) for i in range(len(each[0])))
        elif isinstance(each, Mapping) and len(each) >= 2 and all(isinstance(row, Mapping) for row in each.values()):
            columns = tuple(dict.fromkeys(str(name) for row in each.values() for name in row))
            rows, heads = [[row.get(name) for name in columns] for row in each.values()], tuple(map(str, each))
        numbers = all(_number(cell) or cell is None for row in rows for cell in row)
        if _NUMBERED.search(key) or set(columns) <= _OF_ONE:
            continue
        if rows and len(columns) >= 2 and numbers and len(rows) * len(columns) <= MOST_CELLS:
            yield Matrix(
                key,
                heads,
                columns,
                tuple(tuple(_or_none(cell) for cell in row) for row in rows),
                isinstance(each, Mapping) and not all(_day(name) or name.isdigit() for name in columns),
            )


def _bars(answer: Mapping[str, Any]) -> Iterator[Bars]:
    for key, each in _inside(answer):
        rows: list[tuple[str, float, float | None, float | None]] = []
        if isinstance(each, Mapping):
            rows = [row for name, value in each.items() if (row := _bar(str(name), value))]
            if len(rows) != len(each) or _OF_ONE & set(each) or _mixed(each):
                continue
        elif isinstance(each, list) and each and all(isinstance(row, Mapping) for row in each):
            rows = [row for value in each if (row := _row_bar(value))]
        if 2 <= len(rows) <= MOST_BARS and any(row[1] for row in rows):
            yield Bars(key, tuple(rows))


def _spans(answer: Mapping[str, Any]) -> Iterator[Bars]:
    """Times of places, each as likely with the ends between which it lies: three hours, rising."""
    for key, each in _inside(answer):
        if not isinstance(each, Mapping) or not all(isinstance(one, Mapping) for one in each.values()):
            continue
        rows = [
            (f"{name}.{what}", float(hours[1]), float(hours[0]), float(hours[2]))
            for name, one in each.items()
            for what, hours in one.items()
            if what.endswith("_h") and isinstance(hours, list) and len(hours) == _ENDS and all(map(_number, hours))
        ]
        if 2 <= len(rows) <= MOST_BARS:
            yield Bars(key, tuple(rows))


def _bar(name: str, value: object) -> tuple[str, float, float | None, float | None] | None:
    if isinstance(value, Mapping):
        middle = next((value[k] for k in ("median", "value", "estimate", "mean") if _number(value.get(k))), None)
        low = next((value[k] for k in ("low", "lcl95") if _number(value.get(k))), None)
        high = next((value[k] for k in ("high", "ucl95") if _number(value.get(k))), None)
        return None if middle is None else (name, float(middle), _or_none(low), _or_none(high))
    return (name, float(value), None, None) if _number(value) else None  # type: ignore[arg-type]  # `_number` says so


def _mixed(names: Iterable[str]) -> bool:
    """Whether names end in different units, so that one scale would mean nothing."""
    units = {name.rpartition("_")[2] for name in names}
    return len(units) > 1 and any(unit in _UNITS for unit in units)


def _row_bar(row: Mapping[str, Any]) -> tuple[str, float, float | None, float | None] | None:
    """A row of an answer as a bar: its first words, and the figure that tells most."""
    words = [each for each in list(row.values())[:2] if isinstance(each, str)]
    figures = {key: each for key, each in row.items() if isinstance(each, float)}
    telling = [key for key in figures if any(part in key for part in _TELLING)] or list(figures)
    return (" – ".join(words), figures[telling[0]], None, None) if words and telling else None


# — small things —


def _inside(value: Mapping[str, Any], at: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Everything in an object and in the objects of it, by its key."""
    for key, each in value.items():
        name = f"{at}.{key}" if at else str(key)
        yield name, each
        if isinstance(each, Mapping) and depth < 1:
            yield from _inside(each, name, depth + 1)


def _even(rows: Sequence[Any]) -> bool:
    lists = all(isinstance(row, (list, tuple)) for row in rows)
    return lists and len({len(row) for row in rows}) == 1 and all(_number(c) or c is None for row in rows for c in row)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def _or_none(value: object) -> float | None:
    return float(value) if _number(value) else None  # type: ignore[arg-type]  # `_number` says so


def _solid(values: Sequence[float | None]) -> tuple[float, ...]:
    return tuple(value for value in values if value is not None)
