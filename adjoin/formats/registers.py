"""Registers as workbooks: a template to fill in, what was filled in, and what comes back to be mended.

A template names its version and its kind in the first cell, carries a head row of codes, two rows of words, and
drop-downs; a second sheet explains every column. What is read is found by the head row, so that a table from elsewhere
with the same names will do. A cell that cannot be taken is a Reject; its row comes back coloured, with the reason.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adjoin.core.refusal import Refusal
from adjoin.core.site import Attribute, Kind
from adjoin.formats import workbooks
from adjoin.formats.kinds import columns
from adjoin.formats.tables import Reject, cell_text
from adjoin.formats.workbooks_out import saved

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

VERSION = "adjoin-register/1"
LONGEST = 5_000  # rows of one file
HEAD_WITHIN = 12  # rows among which the head is looked for
DATA_FROM = 5  # the row that data begin in, in a template
ID = Attribute(
    "id", "编号", "id", note_zh="新登记留空；更正时照抄", note_en="empty for a new one; copied for a correction"
)
_RED, _GREY, _PALE = "FFF4C7C3", "FFEDEDED", "FFFFF8E1"
_XLSX = b"PK"

Choices = Callable[[Attribute], Mapping[str, str]]  # codes and their words
Saying = Callable[[Attribute, str], str]  # what a cell says, or a Refusal
Whole = Callable[[Mapping[str, str]], object]  # whether a row holds together, or a Refusal


@dataclass(frozen=True, slots=True)
class Row:
    """One row that was filled in."""

    number: int  # of data, from 1
    id: str
    values: Mapping[str, str]
    line: str  # as it stood


def fields(kind: Kind) -> tuple[Attribute, ...]:
    """The columns of a register, in their order."""
    return (ID, *columns(kind))


def template(kind: Kind, choices: Choices) -> bytes:
    """An empty workbook to fill in."""
    book, sheet = _begun(kind, choices)
    _explained(book, kind, choices)
    sheet.freeze_panes = f"C{DATA_FROM}"
    return saved(book)


def filled(kind: Kind, choices: Choices, rows: Sequence[Mapping[str, str]]) -> bytes:
    """A workbook with records in it: what a register exports, and reads again."""
    book, sheet = _begun(kind, choices)
    for at, row in enumerate(rows, start=DATA_FROM):
        for place, each in enumerate(fields(kind), start=1):
            value = row.get(each.code, "")
            _put(sheet, at, place, choices(each).get(value, value))
    _explained(book, kind, choices)
    return saved(book)


def read(data: bytes, name: str, kind: Kind, said: Saying, whole: Whole) -> tuple[list[Row], list[Reject]]:
    """The rows of a filled template (or of a CSV with the same names), and what could not be taken.

    said : what a cell says, as it is kept; whole : whether a row holds together. Both refuse what cannot be.
    """
    table = _cells(data, name)
    place, at = _head(table, name, kind)
    rows, rejects = [], []
    for number, cells in enumerate(_data(table[at + 1 :], place), start=1):
        if number > LONGEST:
            raise Refusal("register_too_long", file=name, met=len(table) - at - 1, expected=LONGEST)
        row, bad = _row(number, cells, kind, said, whole)
        rejects += bad
        rows += [row] if not bad else []
    if not rows and not rejects:
        raise Refusal("register_empty", file=name)
    return rows, rejects


def returned(kind: Kind, choices: Choices, rejects: Sequence[Reject], why: Callable[[Reject], str]) -> bytes:
    """The rows that could not be taken, bad cells coloured, with the reason beside them: to mend and send again."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book, sheet = _begun(kind, choices)
    names = [each.code for each in fields(kind)]
    red = PatternFill("solid", fgColor=_RED)
    last = len(names) + 1
    sheet.cell(DATA_FROM - 2, last, "原因")
    sheet.cell(DATA_FROM - 1, last, "reason")
    for at, bad in enumerate(_by_row(rejects).values(), start=DATA_FROM):
        for place, text in enumerate(next(csv.reader([bad[0].line])), start=1):
            _put(sheet, at, place, text)
        for each in bad:
            cell = sheet.cell(at, names.index(each.column) + 1 if each.column in names else last)
            cell.fill, cell.comment = red, Comment(_seen(why(each)), "Adjoin")
        _put(sheet, at, last, " / ".join(map(why, bad)))
    _explained(book, kind, choices)
    return saved(book)


def _put(sheet: "Worksheet", row: int, column: int, text: str) -> None:
    """A text in a cell, as text: what looks like a formula is none, what cannot be seen is marked."""
    if text:
        cell = sheet.cell(row, column, _seen(text))
        cell.data_type = "s"


def _seen(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _begun(kind: Kind, choices: Choices) -> "tuple[Workbook, Worksheet]":
    """A workbook with its title, its head rows and its drop-downs."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "填报 fill in"
    sheet["A1"] = f"{VERSION} {kind.code}"
    sheet["B1"] = f"{kind.name_zh}登记册 · register: {kind.name_en}"
    for at, each in enumerate(fields(kind), start=1):
        unit = f" ({each.unit})" if each.unit else ""
        star = " *" if each.required else ""
        for row, words in enumerate((each.code, each.name_zh + unit + star, each.name_en + unit + star), start=2):
            cell = sheet.cell(row, at, words)
            cell.font = Font(bold=row == 3, color="FF777777" if row == 2 else None)
            cell.fill = PatternFill("solid", fgColor=_PALE if each.required else _GREY)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(at)].width = 18
    _dropdowns(book, sheet, kind, choices)
    return book, sheet


def _dropdowns(book: "Workbook", sheet: "Worksheet", kind: Kind, choices: Choices) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet("选项 lists")
    used = 0
    for at, each in enumerate(fields(kind), start=1):
        words = list(choices(each).values()) or (["1", "0"] if each.form == "flag" else [])
        if not words:
            continue
        used += 1
        for row, word in enumerate(words, start=1):
            lists.cell(row, used, word)
        letter = get_column_letter(used)
        source = f"'{lists.title}'!${letter}$1:${letter}${len(words)}"
        rule = DataValidation(type="list", formula1=f"={source}", allow_blank=not each.required)
        column = get_column_letter(at)
        rule.add(f"{column}{DATA_FROM}:{column}{DATA_FROM + LONGEST}")
        sheet.add_data_validation(rule)


def _explained(book: "Workbook", kind: Kind, choices: Choices) -> None:
    """The sheet that says what each column is."""
    sheet = book.create_sheet("说明 explanation")
    sheet.append(
        [
            "列 column",
            "中文",
            "English",
            "单位 unit",
            "必填 required",
            "写法 form",
            "范围 range",
            "依据 source",
            "说明 note",
        ]
    )
    for each in fields(kind):
        words = " / ".join(list(choices(each).values())[:8])
        span = f"{each.low} – {each.high or ''}" if each.low is not None else each.pattern
        note = f"{each.note_zh} {each.note_en}".strip()
        form = {"number": "数 number", "whole": "整数 whole number", "date": "2026-09-01", "flag": "1 / 0"}.get(
            each.form, words
        )
        needed = "是 yes" if each.required else ""
        sheet.append(
            [
                each.code,
                each.name_zh,
                each.name_en,
                each.unit,
                needed,
                form,
                span,
                f"{each.source} {each.status}".strip(),
                note,
            ]
        )
    for letter in "ABCDEFGHI":
        sheet.column_dimensions[letter].width = 24


def _cells(data: bytes, name: str) -> list[list[str]]:
    if not data.startswith(_XLSX):
        return _from_csv(data, name)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbooks.check(data)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Refusal as refusal:
        if refusal.kind != "not_a_workbook":
            raise
        raise Refusal("file_unreadable", file=name, met="XLSX") from None
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal("file_unreadable", file=name, met=str(error)[:200]) from None
    return [[cell_text(cell).strip() for cell in row] for row in rows]


def _from_csv(data: bytes, name: str) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
        except csv.Error as error:
            raise Refusal("csv_unreadable", file=name, line=0, met=str(error)) from None
    raise Refusal("encoding_unknown", file=name)


def _head(table: Sequence[Sequence[str]], name: str, kind: Kind) -> tuple[dict[str, int], int]:
    """Where each column stands, and the row of the head."""
    first = table[0][0].split(" ") if table and table[0] else []
    if first[:1] == [VERSION] and first[1:] != [kind.code]:
        raise Refusal("register_other_template", met=" ".join(first[1:])[:60], expected=kind.code)
    for at, cells in enumerate(table[:HEAD_WITHIN]):
        place = _places(cells, kind)
        if "name_zh" in place:
            return place, at
    met = ", ".join(filter(None, table[0]))[:120] if table else "—"
    raise Refusal("register_no_header", file=name, met=met, expected=f"name_zh / {columns(kind)[0].name_zh}")


def _places(cells: Sequence[str], kind: Kind) -> dict[str, int]:
    names = {word: each.code for each in fields(kind) for word in (each.code, each.name_zh, each.name_en)}
    bare = [cell.removesuffix(" *").partition(" (")[0].partition("（")[0].strip() for cell in cells]
    return {names[word]: at for at, word in enumerate(bare) if word in names}


def _data(rows: Sequence[Sequence[str]], place: Mapping[str, int]) -> Iterator[dict[str, str]]:
    """The rows below the head by column; the rows of words that follow a template's head are no data."""
    for at, cells in enumerate(rows):
        row = {code: cells[index] if index < len(cells) else "" for code, index in place.items()}
        if any(row.values()) and not (at < 2 and row["name_zh"].removesuffix(" *") in {"中文名称", "name (Chinese)"}):
            yield row


def _row(number: int, cells: Mapping[str, str], kind: Kind, said: Saying, whole: Whole) -> tuple[Row, list[Reject]]:
    line, values, bad = _line(kind, cells), {}, []
    for each in columns(kind):
        if each.code not in cells and not each.required:
            continue
        try:
            values[each.code] = said(each, cells.get(each.code, ""))
        except Refusal as refusal:
            bad.append(Reject(number, line, each.code, refusal.kind, refusal.facts))
    if not bad:
        try:
            whole(values)
        except Refusal as refusal:
            bad.append(Reject(number, line, "", refusal.kind, refusal.facts))
    return Row(number, cells.get("id", ""), values, line), bad


def _line(kind: Kind, cells: Mapping[str, str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cells.get(each.code, "") for each in fields(kind)])
    return text.getvalue()


def _by_row(rejects: Sequence[Reject]) -> dict[int, list[Reject]]:
    found: dict[int, list[Reject]] = {}
    for each in rejects:
        found.setdefault(each.row, []).append(each)
    return found
