"""Readings from tables: CSV in UTF-8 or GB 18030, and XLSX, through a mapping file.

A value that cannot be taken is a Reject that names row, column and reason; everything else goes in. A
table is read as a stream: its size does not matter.
"""

import csv
import io
import re
import zipfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from adjoin.core.observation import MISSING, Head, Report
from adjoin.core.period import Period, parse_time
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.units import Quantity, decimal
from adjoin.formats import workbooks
from adjoin.formats.mappings import Mapped

_REMEMBERED = 200_000  # texts that are kept in mind of one column
_COMMA = re.compile(r"-?\d+,\d+")
_BELOW = re.compile(r"(?:<|＜)\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)L")


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
class _Column:
    """One column of values, and what its texts were found to say: a table repeats them."""

    index: int
    name: str
    quantity: Quantity
    known: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Columns:
    site: int
    time: int
    monthly: bool
    flag: int | None
    values: tuple[_Column, ...]
    ignored: tuple[str, ...]


class Sheet:
    """A table on its way in: its head, and its rows in their order, each a report or what could not be taken."""

    def __init__(self, path: Path, mapped: Mapped, region: Region, *, now: datetime, window: Window) -> None:
        self.name = path.name
        self._table = _table(path)
        header = next(self._table, None)
        if header is None:
            raise Refusal("file_no_rows", file=path.name)
        columns = _columns(header, mapped, region)
        self._reader = _Reader(mapped, region, columns, now, window)
        self.ignored = columns.ignored  # columns that neither the mapping nor the bundle's quantities know
        quantities = tuple((each.quantity.code, each.quantity.unit) for each in columns.values)
        self.head = Head(quantities, mapped.origin, now, mapped.method, mapped.pretreatment)

    def __iter__(self) -> Iterator[Report | Reject]:
        found = False
        for number, cells in enumerate(self._table, start=1):
            if any(cells):
                found = True
                yield from self._reader.row(number, cells)
        if not found:
            raise Refusal("file_no_rows", file=self.name)


class _Reader:
    """Reads rows; remembers the sites, times and values it has met, since a table repeats them."""

    def __init__(self, mapped: Mapped, region: Region, columns: _Columns, now: datetime, window: Window) -> None:
        self.mapped, self.region, self.columns, self.now, self.window = mapped, region, columns, now, window
        self._sites: dict[str, str | None] = {}
        self._times: dict[str, datetime | Refusal] = {}
        self._known = [(column.index, column.known) for column in columns.values]

    def row(self, number: int, cells: Sequence[str]) -> Iterator[Report | Reject]:
        try:
            site, time = self._site(cells), self._time(cells)
        except Refusal as refusal:
            yield Reject(number, _line(cells), "", refusal.kind, refusal.facts)
            return
        try:
            values = tuple([known[cells[index]] for index, known in self._known])
        except (KeyError, IndexError):  # a text that was not met yet, that is refused, or is not there
            values = yield from self._values(number, cells)
        if any(values):
            yield Report(site, time, values, self._flags(cells))

    def _values(self, number: int, cells: Sequence[str]) -> Generator[Reject, None, tuple[str, ...]]:
        """The values of a row; what is no value is given as a reject, and its place is empty."""
        values = []
        for column in self.columns.values:
            text = cells[column.index] if column.index < len(cells) else ""
            try:
                values.append(self._said(column, text))
            except Refusal as refusal:
                facts = {**refusal.facts, "column": column.name}
                yield Reject(number, _line(cells), column.name, refusal.kind, facts)
                values.append("")
        return tuple(values)

    def _said(self, column: _Column, text: str) -> str:
        """What a cell says: a value, MISSING, or nothing."""
        if text not in column.known:
            if len(column.known) >= _REMEMBERED:
                column.known.clear()
            column.known[text] = self._value(text.strip(), column.quantity) if text.strip() else ""
        return column.known[text]

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
            if len(self._times) >= _REMEMBERED:
                self._times.clear()
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

    def _value(self, text: str, quantity: Quantity) -> str:
        if text in self.mapped.missing:
            return MISSING
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

    def _flags(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Flags of a row: `tp_mg_l_suspect;` marks its column, a word without a column marks every value."""
        text = _cell(cells, self.columns.flag) if self.columns.flag is not None else ""
        if not text:
            return ()
        parts = [word.rpartition("_") for word in text.split(";") if word]
        flags = {column: flag for column, _, flag in parts}
        return tuple(flags.get(column.name, flags.get("", "")) for column in self.columns.values)


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
    values = tuple(_Column(index, name, quantity) for index, name, quantity in known if quantity is not None)
    ignored = tuple(name for _, name, quantity in known if quantity is None and name and name not in mapped.ignore)
    return _Columns(site, time, monthly, flag, values, ignored)


def _bare(name: str) -> str:
    """A column name without the unit in brackets behind it."""
    return re.sub(r"\s*[(（].*[)）]\s*$", "", name)


def _place_of(names: Sequence[str], wanted: Iterable[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _table(path: Path) -> Iterator[list[str]]:
    if not path.is_file():
        raise Refusal("no_such_file", file=str(path))
    if path.suffix.lower() in {".xlsx", ".xls", ".xlsm", ".et", ".ods"}:
        return _sheet(path)
    return _csv(path)


def _csv(path: Path) -> Iterator[list[str]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader(file)
        try:
            yield from rows
        except csv.Error as error:  # a quotation mark that never closes, most often
            raise Refusal("csv_unreadable", file=path.name, line=rows.line_num, met=str(error)) from None


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
        if zipfile.is_zipfile(path):
            workbooks.check(path.read_bytes())
        workbook = CalamineWorkbook.from_path(str(path))
    except Refusal as refusal:
        if refusal.kind != "not_a_workbook":
            raise
        raise Refusal("file_unreadable", file=path.name, met="XLSX") from None
    except (CalamineError, OSError) as error:
        raise Refusal("file_unreadable", file=path.name, met=str(error)) from None
    for row in workbook.get_sheet_by_index(0).to_python(skip_empty_area=False):
        yield [cell_text(cell) for cell in row]


def cell_text(cell: object) -> str:
    """What a cell of a workbook says, as text: a whole number without its point, a time in ISO form."""
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
