"""A filled workbook back into its question: the same JSON that was written, or the reason why it is none."""

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from adjoin.core.refusal import Refusal
from adjoin.formats import workbooks
from adjoin.formats.template_shapes import Column
from adjoin.formats.templates import FIRST, HEAD, Field, Template
from adjoin.formats.workbooks_out import ROWS

LARGEST = 8_000_000  # bytes of a workbook


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
    values = {str(row[0]): row[1] for row in front[HEAD:] if len(row) > 1 and row[0] != ""}
    found: dict[str, Any] = {}
    for field in template.fields:
        if field.alone:
            if values.get(field.name, "") != "":
                found[field.name] = _value(values[field.name], field.columns[0] if field.columns else None)
        elif (rows := _filled(sheets.get(template.sheet(field), []))) or values.get(field.name, "") != "":
            found[field.name] = _read_sheet(field, rows)
            for column in field.columns:
                if column.parts:
                    _attach(found[field.name], column, _filled(sheets.get(template.series(field, column), [])))
    return found


def _attach(records: Any, column: Column, rows: Sequence[Sequence[Any]]) -> None:  # noqa: ANN401  # the records of a field
    """The rows of a series sheet, each to the record it names; one of nobody is refused."""
    named = records if isinstance(records, dict) else {str(number): each for number, each in enumerate(records, 1)}
    for row in rows:
        if (whose := _word(row[0])) not in named:
            raise Refusal("row_of_nobody", key=column.name, met=whose[:40] or "—", expected=", ".join(named)[:120])
        named[whose].setdefault(column.name, []).append([_value(cell, None) for cell in row[1 : column.parts + 1]])


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
        pairs = [(column, cell) for column, cell in zip(columns, cells, strict=False) if not column.parts]
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
