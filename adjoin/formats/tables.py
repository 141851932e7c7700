"""Readings from tables: CSV in UTF-8 or GB 18030, and XLSX, through a mapping file.

A value that cannot be taken is a Reject that names row, column and reason; everything else goes in. A
table is read as a stream: its size does not matter.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Self

import yaml

from adjoin.core.observation import Observation
from adjoin.core.period import Period, parse_time
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.units import Quantity, decimal

_COMMA = re.compile(r"-?\d+,\d+")
_BELOW = re.compile(r"(?:<|＜)\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)L")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping file: which column says what."""

    name: str
    title: Mapping[str, str]
    origin: str
    method: str
    pretreatment: str
    site: tuple[str, ...]
    time: tuple[str, ...]
    month: tuple[str, ...]
    flag: tuple[str, ...]
    missing: frozenset[str]
    ignore: frozenset[str]

    @classmethod
    def of(cls, name: str, given: Mapping[str, Any]) -> Self:
        """The mapping of a file's content."""
        return cls(
            name=name,
            title=given["title"],
            origin=given["origin"],
            method=given["method"],
            pretreatment=given["pretreatment"],
            site=tuple(given["site"]),
            time=tuple(given.get("time", ())),
            month=tuple(given.get("month", ())),
            flag=tuple(given.get("flag", ())),
            missing=frozenset(given.get("missing", ())),
            ignore=frozenset(given.get("ignore", ())),
        )


@dataclass(frozen=True, slots=True)
class Reject:
    """A value or row that did not go in, and why, so that its sender can mend it."""

    row: int  # of data, from 1
    line: str  # the row as it stood
    column: str  # "" where the whole row is meant
    kind: str  # key of a refusal
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """The times that a reading may have: not in the future, not too long ago."""

    earliest: datetime
    latest: datetime

    @classmethod
    def at(cls, now: datetime, region: Region, since: datetime | None = None) -> Self:
        """The window of a moment, with the bundle's tolerances; from `since` on where that is given."""
        ahead, back = int(region.parameter("future_minutes")), int(region.parameter("past_days"))
        return cls(since or now - timedelta(days=back), now + timedelta(minutes=ahead))


@dataclass(frozen=True, slots=True)
class _Columns:
    site: int
    time: int
    monthly: bool
    flag: int | None
    values: tuple[tuple[int, str, Quantity], ...]
    ignored: tuple[str, ...]


@cache
def mappings() -> Mapping[str, Mapped]:
    """The ready mappings, by name."""
    return _mappings(files("adjoin") / "data" / "mappings")


def mapping(name: str, own: Path | None = None) -> Mapped:
    """The mapping of this name: a ready one, or one of the folder `own` that a bundle brings."""
    known = {**mappings(), **(_mappings(own) if own and own.is_dir() else {})}
    found = known.get(name)
    if found is None:
        raise Refusal("unknown_mapping", met=name, expected=", ".join(sorted(known)))
    return found


def ignored_columns(path: Path, mapped: Mapped, region: Region) -> tuple[str, ...]:
    """The columns of a table that say nothing this mapping or the bundle's quantities know."""
    return _columns(next(iter(_table(path)), []), mapped, region).ignored


def readings(
    path: Path, mapped: Mapped, region: Region, *, now: datetime, window: Window
) -> Iterator[Observation | Reject]:
    """The readings of a table in the order of its rows, and what could not be taken in its place."""
    table = _table(path)
    columns = _columns(next(table, []), mapped, region)
    reader = _Reader(mapped, region, columns, now, window)
    for number, cells in enumerate(table, start=1):
        if any(cells):
            yield from reader.row(number, cells)


def _mappings(folder: Traversable) -> dict[str, Mapped]:
    return {
        name: Mapped.of(name, yaml.safe_load(file.read_text("utf-8")))
        for file in folder.iterdir()
        if (name := file.name.removesuffix(".yaml")) != file.name
    }


class _Reader:
    """Reads rows; remembers sites and times it has met, since a table repeats them."""

    def __init__(self, mapped: Mapped, region: Region, columns: _Columns, now: datetime, window: Window) -> None:
        self.mapped, self.region, self.columns, self.now, self.window = mapped, region, columns, now, window
        self._sites: dict[str, str | None] = {}
        self._times: dict[str, datetime | Refusal] = {}

    def row(self, number: int, cells: Sequence[str]) -> Iterator[Observation | Reject]:
        try:
            site, time, flags = self._site(cells), self._time(cells), self._flags(cells)
        except Refusal as refusal:
            yield Reject(number, _line(cells), "", refusal.kind, refusal.facts)
            return
        for index, column, quantity in self.columns.values:
            text = cells[index].strip() if index < len(cells) else ""
            if not text:
                continue
            try:
                value = self._value(text, quantity)
            except Refusal as refusal:
                yield Reject(number, _line(cells), column, refusal.kind, {**refusal.facts, "column": column})
                continue
            yield self._observation(site, quantity, time, value, flags.get(column, ""))

    def _observation(self, site: str, quantity: Quantity, time: datetime, value: str | None, flag: str) -> Observation:
        mapped = self.mapped
        flag = flag or ("missing" if value is None else "")
        return Observation(
            site, quantity.code, time, value, quantity.unit, mapped.origin, self.now,
            mapped.method, mapped.pretreatment, flag,
        )  # fmt: skip

    def _site(self, cells: Sequence[str]) -> str:
        name = _cell(cells, self.columns.site)
        if name not in self._sites:
            found = self.region.find_site(name)
            self._sites[name] = found.id if found else None
        site = self._sites[name]
        if site is None:
            raise Refusal("unknown_site", met=name, near=", ".join(self.region.near(name)) or "-")
        return site

    def _time(self, cells: Sequence[str]) -> datetime:
        text = _cell(cells, self.columns.time)
        if text not in self._times:
            self._times[text] = self._parsed(text)
        found = self._times[text]
        if isinstance(found, Refusal):
            raise found
        return found

    def _parsed(self, text: str) -> datetime | Refusal:
        try:
            time = Period.parse(text).since if self.columns.monthly else parse_time(text)
        except Refusal as refusal:
            return refusal
        if time > self.window.latest:
            return Refusal("time_in_future", met=text, now=self.now.isoformat(timespec="minutes"))
        if time < self.window.earliest:
            return Refusal("time_too_old", met=text, expected=self.window.earliest.date().isoformat())
        return time

    def _value(self, text: str, quantity: Quantity) -> str | None:
        if text in self.mapped.missing:
            return None
        if _COMMA.fullmatch(text):
            raise Refusal("comma_decimal", met=text, expected=text.replace(",", "."))
        if below := _BELOW.fullmatch(text):
            return f"<{below[1] or below[2]}"
        number = decimal(text)
        if (quantity.low is not None and number < quantity.low) or (
            quantity.high is not None and number > quantity.high
        ):
            raise Refusal("out_of_range", met=text, quantity=quantity.symbol, low=quantity.low, high=quantity.high)
        return text

    def _flags(self, cells: Sequence[str]) -> Mapping[str, str]:
        """Flags of a row: `tp_mg_l_suspect;` marks its column, a word without a column marks the row's values."""
        if self.columns.flag is None:
            return {}
        words = [word for word in _cell(cells, self.columns.flag).split(";") if word]
        return {word.rpartition("_")[0]: word.rpartition("_")[2] for word in words}


def _columns(header: Sequence[str], mapped: Mapped, region: Region) -> _Columns:
    names = [name.strip() for name in header]
    monthly = not mapped.time
    site, time = _place_of(names, mapped.site), _place_of(names, mapped.month if monthly else mapped.time)
    if site is None or time is None:
        wanted = mapped.site if site is None else (mapped.month if monthly else mapped.time)
        raise Refusal("column_missing", met=", ".join(names)[:200], expected=" / ".join(wanted))
    flag = _place_of(names, mapped.flag)
    taken = {site, time, flag}
    rest = [(index, name) for index, name in enumerate(names) if index not in taken]
    known = [(index, name, region.quantities.get(_bare(name))) for index, name in rest]
    values = tuple((index, name, quantity) for index, name, quantity in known if quantity is not None)
    ignored = tuple(name for _, name, quantity in known if quantity is None and name and name not in mapped.ignore)
    return _Columns(site, time, monthly, flag, values, ignored)


def _bare(name: str) -> str:
    """A column name without the unit in brackets behind it."""
    return re.sub(r"\s*[(（].*[)）]\s*$", "", name)


def _place_of(names: Sequence[str], wanted: Iterable[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _table(path: Path) -> Iterator[list[str]]:
    if not path.exists():
        raise Refusal("no_such_file", file=str(path))
    if path.suffix.lower() in {".xlsx", ".xls", ".xlsm", ".et", ".ods"}:
        return _sheet(path)
    return _csv(path)


def _csv(path: Path) -> Iterator[list[str]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.reader(file)


def _encoding(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise Refusal("encoding_unknown", file=path.name)


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _sheet(path: Path) -> Iterator[list[str]]:
    """The first sheet, cell by cell: the dimension a sheet claims for itself is not believed."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise Refusal("file_unreadable", file=path.name, met=str(error)) from None
    for row in workbook.get_sheet_by_index(0).to_python(skip_empty_area=False):
        yield [_text(cell) for cell in row]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return "" if cell is None else str(cell)


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
