"""A question into its workbook: the template filled in, refused places red, with the reason as their comment."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adjoin.formats.template_shapes import Column
from adjoin.formats.templates import FIRST, HEAD, Field, Mark, Template
from adjoin.formats.workbooks_out import cell_of, saved, widen

_COLUMNS = ("项 key", "值 value", "单位 unit", "说明", "what it is", "范围 limits")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PAIR = {2: ("时间 time", "值 value")}  # what a series of pairs is, where its help does not say
_LIST_SHAPES = ("list", "matrix", "named_lists")


def written(template: Template, given: Mapping[str, Any], *, marks: Sequence[Mark] = (), title: str = "") -> bytes:
    """The workbook with a question filled in; marked places are red and carry their reason."""
    from openpyxl import Workbook

    book = Workbook()
    front = book.active
    front.title = FIRST
    _front(front, template, given, title)
    for field in template.fields:
        if not field.alone:
            _sheet(book.create_sheet(template.sheet(field)), template, field, given.get(field.name))
            for column in field.columns:
                if column.parts:
                    _series(book.create_sheet(template.series(field, column)), field, column, given.get(field.name))
    for mark in marks:
        _mark(book, template, given, mark)
    return saved(book)


def _front(sheet: Any, template: Template, given: Mapping[str, Any], title: str) -> None:  # noqa: ANN401  # openpyxl has no types
    from openpyxl.styles import Font, PatternFill

    sheet.append([f"Adjoin {template.method}", f"template {template.version}", "", title])
    sheet.append(["填“值”一列和其后各表；其余说明请勿改动。Fill in the column value and the sheets after this one."])
    sheet.append(_COLUMNS)
    for cell in (sheet["A1"], *sheet[HEAD]):
        cell.font = Font(bold=True)
    for number, field in enumerate(template.fields, start=HEAD + 1):
        value = given.get(field.name)
        shown = cell_of(value) if field.alone else "" if value is None else f"→ {template.sheet(field)}"
        sheet.append([field.name, "" if shown is None else shown, field.unit, field.zh, field.en, field.limits])
        sheet.cell(number, 2).fill = PatternFill("solid", fgColor="FFF8DC")
        _drop_down(sheet, number, field)
    widen(sheet, 44)


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


def _sheet(sheet: Any, template: Template, field: Field, value: Any) -> None:  # noqa: ANN401  # openpyxl has no types
    named = field.shape.startswith("named")
    listed = field.heads.get(len(field.columns)) if field.shape in _LIST_SHAPES else None
    heads = listed or tuple(column.name for column in field.columns)
    _filled(sheet, [*(["名称 name"] if named else []), *heads], _rows(template, field, value))


def _series(sheet: Any, field: Field, column: Column, value: Any) -> None:  # noqa: ANN401  # openpyxl has no types
    """Each element of a series a row, behind the name (or the number of the row) that it belongs to."""
    heads = field.heads.get(column.parts) or _PAIR.get(column.parts) or tuple(map(str, range(1, column.parts + 1)))
    whose = "名称 name" if field.shape.startswith("named") else "第几行 row"
    records = value.items() if isinstance(value, Mapping) else enumerate(value or (), 1)
    rows = ([name, *element] for name, each in records for element in each.get(column.name) or ())
    _filled(sheet, [whose, *heads], rows)


def _filled(sheet: Any, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:  # noqa: ANN401  # openpyxl has no types
    from openpyxl.styles import Font

    sheet.append(list(heads))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([cell_of(cell) for cell in row])
    widen(sheet, 40)


def _rows(template: Template, field: Field, value: Any) -> Iterable[Sequence[object]]:  # noqa: ANN401  # any JSON of the field's shape
    if value is None:
        return
    for key, each in value.items() if isinstance(value, Mapping) else enumerate(value):
        head = [key] if field.shape.startswith("named") else []
        if isinstance(each, Mapping):
            where = {column: template.series(field, column) for column in field.columns if column.parts}
            yield [*head, *(_in_record(each, column, where.get(column, "")) for column in field.columns)]
        else:
            yield [*head, *(each if isinstance(each, list) else [each])]


def _in_record(record: Mapping[str, Any], column: Column, series: str) -> object:
    if column.name not in record:
        return ""
    if series:
        return f"→ {series}"
    value = record[column.name]
    return "null" if value is None and not column.empty_is_null else value


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
    front = (FIRST, HEAD + 1 + names.index(field.name), 2)
    value = given.get(field.name)
    if field.alone or len(steps) < 2 or not value:
        return front
    keys = list(value) if isinstance(value, Mapping) else range(len(value))
    if steps[1] not in keys:
        return front
    if (column := _series_of(field, steps)) is not None:
        before = [value[key] for key in keys[: keys.index(steps[1])]]
        row = sum(len(each.get(column.name) or ()) for each in before) + int(steps[3]) + 2
        return template.series(field, column), row, 2
    first = 2 if field.shape.startswith("named") else 1
    at = [column.name for column in field.columns].index(str(steps[2])) if _is_column(field, steps) else 0
    if len(steps) > 2 and isinstance(steps[2], int) and field.shape in _LIST_SHAPES:
        at = min(steps[2], len(field.columns) - 1)
    return template.sheet(field), list(keys).index(steps[1]) + 2, first + at


def _series_of(field: Field, steps: Sequence[str | int]) -> Column | None:
    """The column whose series a place lies in."""
    if len(steps) < 4 or not isinstance(steps[3], int):  # field, row, column, element
        return None
    return next((column for column in field.columns if column.parts and column.name == steps[2]), None)


def _is_column(field: Field, steps: Sequence[str | int]) -> bool:
    return len(steps) > 2 and steps[2] in {column.name for column in field.columns}
