"""A question as a workbook: a template goes out, filled with a case; a filled one comes in as the same JSON.

One sheet asks for the single values; every list, table and map of names has a sheet of its own. What stands where is
read off the cases of the method (`shape_of`), so no method writes a template. A bad cell goes back coloured, with the
reason as its comment.

    shape            JSON                        sheet
    one              5, "A", true                a cell beside its name
    list             [1, 2]                      one column
    matrix           [[1, 2], [3, 4]]            one row a list
    records          [{"a": 1}]                  one column a key
    named            {"Cd": 0.3}                 name, value
    named_records    {"A": {"L": 1}}             name, one column a key
    named_lists      {"A": [1, 2]}               name, one column an element
    json             anything deeper             JSON in a cell
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from adjoin.core.entry import fingerprint
from adjoin.core.refusal import Refusal
from adjoin.formats import workbooks

FIRST = "问题 question"
LARGEST = 8_000_000  # bytes of a workbook
ROWS = 100_000
_HEAD, _COLUMNS = 3, ("项 key", "值 value", "单位 unit", "说明", "what it is", "范围 limits")  # rows above the values
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_LIST_SHAPES = ("list", "matrix", "named_lists")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: whether only words stand in it, and whether an empty cell says "nothing"."""

    name: str
    words: bool
    empty_is_null: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a question: how it stands in a workbook, and what is told of it."""

    name: str
    shape: str
    columns: tuple[Column, ...]
    unit: str = ""
    zh: str = ""
    en: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether it stands in a cell of the first sheet."""
        return self.shape in {"one", "json"}

    @property
    def limits(self) -> str:
        """Its bounds, in figures or words."""
        if self.choices:
            return " / ".join(self.choices)
        return "" if self.low is None else f"{self.low:g} … {self.high:g}"


@dataclass(frozen=True, slots=True)
class Template:
    """The workbook of a method."""

    method: str
    fields: tuple[Field, ...]

    @property
    def version(self) -> str:
        """Changes when a sheet or column does."""
        said = [[f.name, f.shape, [column.name for column in f.columns]] for f in self.fields]
        return fingerprint([self.method, said])[:12]

    def sheet(self, field: Field) -> str:
        """The name of a field's sheet."""
        safe = re.sub(r"[\[\]:*?/\\']", "_", field.name)
        return f"{self.fields.index(field) + 1} {safe}"[:31]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a question that was refused, and why."""

    place: str  # "projects[2].state"
    reason: str


def shape_of(samples: Sequence[Any]) -> str:
    """How a field stands in a workbook, by all that any case gives for it."""
    values = [value for value in samples if value is not None]
    if all(_scalar(value) for value in values):
        return "one"
    if all(isinstance(value, list) for value in values):
        return _shape_of_lists(values)
    if all(isinstance(value, Mapping) for value in values):
        return _shape_of_maps(values)
    return "json"


def columns_of(shape: str, samples: Sequence[Any]) -> tuple[Column, ...]:
    """The columns of a field's sheet."""
    values = [value for value in samples if value is not None]
    if shape == "one":
        return (Column("", _words(values)),)
    if shape == "list":
        return (_column("value", [{"value": each} for value in values for each in value]),)
    if shape in {"matrix", "named_lists"}:
        lists = [row for value in values for row in (value.values() if isinstance(value, Mapping) else value)]
        cells = [cell for row in lists for cell in row]
        wide = max(map(len, lists), default=0)
        return tuple(Column(str(i + 1), _words(cells), None in cells) for i in range(wide))
    if shape == "named":
        return (_column("value", [{"value": each} for value in values for each in value.values()]),)
    if shape in {"records", "named_records"}:
        rows = [row for value in values for row in (value.values() if isinstance(value, Mapping) else value)]
        return tuple(_column(name, rows) for name in dict.fromkeys(key for row in rows for key in row))
    return ()


def written(template: Template, given: Mapping[str, Any], *, marks: Sequence[Mark] = (), title: str = "") -> bytes:
    """The workbook with a question filled in; marked places are red and carry their reason."""
    from openpyxl import Workbook

    book = Workbook()
    front = book.active
    front.title = FIRST
    _front(front, template, given, title)
    for field in template.fields:
        if not field.alone:
            _sheet(book.create_sheet(template.sheet(field)), field, given.get(field.name))
    for mark in marks:
        _mark(book, template, given, mark)
    return _bytes(book)


def read(template: Template, data: bytes) -> dict[str, Any]:
    """The question in a filled workbook; one of another method or an older template is refused."""
    from python_calamine import CalamineError, CalamineWorkbook

    if len(data) > LARGEST:
        raise Refusal("too_large", met=len(data), expected=LARGEST)
    workbooks.check(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, ValueError, KeyError, OSError):
        raise Refusal("not_a_workbook", met=len(data)) from None
    front = sheets.get(FIRST) or [[]]
    _check(template, front)
    values = {str(row[0]): row[1] for row in front[_HEAD:] if len(row) > 1 and row[0] != ""}
    found: dict[str, Any] = {}
    for field in template.fields:
        if field.alone:
            if values.get(field.name, "") != "":
                found[field.name] = _value(values[field.name], field.columns[0] if field.columns else None)
        elif (rows := _filled(sheets.get(template.sheet(field), []))) or values.get(field.name, "") != "":
            found[field.name] = _read_sheet(field, rows)
    return found


def book_of(sheets: Sequence[tuple[str, Sequence[Sequence[object]]]]) -> bytes:
    """A workbook of plain tables; the first row of each is its head."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book, taken = Workbook(), set[str]()
    book.remove(book.active)
    for name, rows in sheets:
        safe = re.sub(r"[\[\]:*?/\\']", "_", name)[:28] or "sheet"
        while safe.lower() in taken:
            safe = f"{safe[:26]}_{len(taken)}"
        taken.add(safe.lower())
        sheet = book.create_sheet(safe)
        for row in rows[: ROWS + 1]:
            sheet.append([_cell(cell) for cell in row])
        for cell in sheet[1] if rows else ():
            cell.font = Font(bold=True)
        _widths(sheet, 48)
    return _bytes(book)


# — shapes —


def _scalar(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _shape_of_lists(values: Sequence[list[Any]]) -> str:
    rows = [row for value in values for row in value]
    if all(map(_scalar, rows)):
        return "json" if None in rows else "list"
    if all(isinstance(row, Mapping) and row for row in rows):
        return "records"
    if all(isinstance(row, list) and row and all(map(_scalar, row)) for row in rows):
        return "json" if any(row[-1] is None or "" in row for row in rows) else "matrix"
    return "json"


def _shape_of_maps(values: Sequence[Mapping[str, Any]]) -> str:
    inside = [each for value in values for each in value.values()]
    if any("" in value for value in values) or not inside:
        return "json"
    if all(map(_scalar, inside)):
        return "json" if None in inside else "named"
    if all(isinstance(each, Mapping) and each for each in inside):
        return "named_records"
    if all(isinstance(each, list) and each and all(map(_scalar, each)) and each[-1] is not None for each in inside):
        return "named_lists"
    return "json"


def _words(cells: Iterable[object]) -> bool:
    said = [cell for cell in cells if cell is not None]
    return bool(said) and all(isinstance(cell, str) for cell in said)


def _column(name: str, rows: Sequence[Mapping[str, Any]]) -> Column:
    cells = [row.get(name) for row in rows]
    always_there = all(name in row for row in rows)
    return Column(name, _words(cells), always_there and None in cells)


# — out —


def _front(sheet: Any, template: Template, given: Mapping[str, Any], title: str) -> None:  # noqa: ANN401  # openpyxl has no types
    from openpyxl.styles import Font, PatternFill

    sheet.append([f"Adjoin {template.method}", f"template {template.version}", "", title])
    sheet.append(["填“值”一列和其后各表；其余说明请勿改动。Fill in the column value and the sheets after this one."])
    sheet.append(_COLUMNS)
    for cell in (sheet["A1"], *sheet[_HEAD]):
        cell.font = Font(bold=True)
    for number, field in enumerate(template.fields, start=_HEAD + 1):
        value = given.get(field.name)
        shown = _cell(value) if field.alone else "" if value is None else f"→ {template.sheet(field)}"
        sheet.append([field.name, "" if shown is None else shown, field.unit, field.zh, field.en, field.limits])
        sheet.cell(number, 2).fill = PatternFill("solid", fgColor="FFF8DC")
        _drop_down(sheet, number, field)
    _widths(sheet, 44)


def _drop_down(sheet: Any, row: int, field: Field) -> None:  # noqa: ANN401  # openpyxl has no types
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = ",".join(field.choices)
    if field.choices and len(listed) < 250 and '"' not in listed:
        check = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)
    elif field.low is not None and field.alone:
        check = DataValidation("decimal", "between", repr(field.low), repr(field.high), allow_blank=True)
        check.showErrorMessage = True
    else:
        return
    check.error = field.limits[:250]
    sheet.add_data_validation(check)
    check.add(f"B{row}")


def _sheet(sheet: Any, field: Field, value: Any) -> None:  # noqa: ANN401  # openpyxl has no types
    from openpyxl.styles import Font

    named = field.shape.startswith("named")
    sheet.append([*(["名称 name"] if named else []), *(column.name for column in field.columns)])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for row in _rows(field, value):
        sheet.append([_cell(cell) for cell in row])
    _widths(sheet, 40)


def _rows(field: Field, value: Any) -> Iterable[Sequence[object]]:  # noqa: ANN401  # any JSON of the field's shape
    if value is None:
        return
    for key, each in value.items() if isinstance(value, Mapping) else enumerate(value):
        head = [key] if field.shape.startswith("named") else []
        if isinstance(each, Mapping):
            yield [*head, *(_in_record(each, column) for column in field.columns)]
        else:
            yield [*head, *(each if isinstance(each, list) else [each])]


def _in_record(record: Mapping[str, Any], column: Column) -> object:
    if column.name not in record:
        return ""
    value = record[column.name]
    return "null" if value is None and not column.empty_is_null else value


def _cell(value: object) -> object:
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    return value


def _widths(sheet: Any, most: int) -> None:  # noqa: ANN401  # openpyxl has no types
    for number, column in enumerate(sheet.iter_cols(min_row=1, max_row=min(sheet.max_row, 60)), start=1):
        longest = max(
            (len(str(cell.value or "")) for cell in column if not str(cell.value or "").startswith("填")), default=0
        )
        sheet.column_dimensions[column[0].column_letter].width = min(max(10, longest * 1.2), most)
        if number > 60:
            return


def _bytes(book: Any) -> bytes:  # noqa: ANN401  # openpyxl has no types
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":  # text that a spreadsheet would take for a formula stays text
                    cell.data_type = "s"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _mark(book: Any, template: Template, given: Mapping[str, Any], mark: Mark) -> None:  # noqa: ANN401  # openpyxl has no types
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    sheet, row, column = _place(template, given, mark.place)
    cell = book[sheet].cell(row, column)
    cell.fill = PatternFill("solid", fgColor="FF9C9C")
    cell.comment = Comment(mark.reason[:1000], "Adjoin", width=360, height=140)


def _place(template: Template, given: Mapping[str, Any], place: str) -> tuple[str, int, int]:
    """Sheet, row and column of a key as a refusal names it; the nearest place above it where it names none."""
    steps = [int(index) if index else word for word, index in _STEP.findall(place)]
    names = [field.name for field in template.fields]
    field = next((each for each in template.fields if steps and each.name == steps[0]), None)
    if field is None:
        return FIRST, 1, 1
    front = (FIRST, _HEAD + 1 + names.index(field.name), 2)
    value = given.get(field.name)
    if field.alone or len(steps) < 2 or not value:
        return front
    keys = list(value) if isinstance(value, Mapping) else range(len(value))
    if steps[1] not in keys:
        return front
    first = 2 if field.shape.startswith("named") else 1
    at = [column.name for column in field.columns].index(str(steps[2])) if _is_column(field, steps) else 0
    if len(steps) > 2 and isinstance(steps[2], int) and field.shape in _LIST_SHAPES:
        at = min(steps[2], len(field.columns) - 1)
    return template.sheet(field), list(keys).index(steps[1]) + 2, first + at


def _is_column(field: Field, steps: Sequence[str | int]) -> bool:
    return len(steps) > 2 and steps[2] in {column.name for column in field.columns}


# — in —


def _check(template: Template, front: Sequence[Sequence[Any]]) -> None:
    said = [str(cell) for cell in (front[0] if front else [])[:2]] + ["", ""]
    if said[0] != f"Adjoin {template.method}":
        raise Refusal("template_of_another_method", met=said[0][:60] or "—", expected=template.method)
    if said[1] != f"template {template.version}":
        raise Refusal("template_too_old", met=said[1][:40] or "—", expected=template.version)


def _filled(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    if len(rows) > ROWS + 1:
        raise Refusal("too_many_rows", met=len(rows) - 1, expected=ROWS)
    return [row for row in rows[1:] if any(cell != "" for cell in row)]


def _read_sheet(field: Field, rows: Sequence[Sequence[Any]]) -> Any:  # noqa: ANN401  # JSON of the field's shape
    named = field.shape.startswith("named")
    bodies = [_body(field, row[1:] if named else row) for row in rows]
    if not named:
        return bodies
    return {_word(row[0]): body for row, body in zip(rows, bodies, strict=True)}


def _body(field: Field, cells: Sequence[Any]) -> Any:  # noqa: ANN401  # one element of the field
    columns = field.columns
    if field.shape in {"list", "named"}:
        return _value(cells[0] if cells else "", columns[0])
    if field.shape in {"records", "named_records"}:
        pairs = zip(columns, cells, strict=False)
        kept = [(c, cell) for c, cell in pairs if cell != "" or c.empty_is_null]
        return {c.name: None if cell == "" else _value(cell, c) for c, cell in kept}
    last = max((i for i, cell in enumerate(cells) if cell != ""), default=-1)
    column = columns[0] if columns else None
    return [None if cell == "" else _value(cell, column) for cell in cells[: last + 1]]


def _value(cell: Any, column: Column | None) -> Any:  # noqa: ANN401  # what a cell may hold
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float):
        return (
            _word(cell) if column and column.words else int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
        )
    if not isinstance(cell, (str, int)):
        return cell.isoformat()  # a date or a time, which a spreadsheet makes of text that looks like one
    if isinstance(cell, int) or (column and column.words):
        return _word(cell) if column and column.words else cell
    return _parsed(cell)


def _word(cell: Any) -> str:  # noqa: ANN401  # what a cell may hold
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _parsed(text: str) -> Any:  # noqa: ANN401  # any JSON value
    """A text as the list, object or nothing that it writes; any other text stays one, for the door to judge."""
    if text[:1] not in "[{" and text != "null":
        return text
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return text
