"""An answer as a file: CSV, XLSX, JSON, PDF; each says the method, the question, and what stands beside the answer."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from adjoin.doors import registry
from adjoin.formats import workbooks_out
from adjoin.web import answer_words, answered

Given = Mapping[str, Any]
ALL = workbooks_out.ROWS
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A question and its answer, and how a page of them is printed."""

    method: str
    given: Given
    answer: Given
    fingerprint: str
    printed: Callable[[], bytes]


def file(told: Told, ending: str) -> Response:
    """The answer as a file of this ending."""
    return download(made(told, ending), f"{told.method}-{told.fingerprint[:8]}.{ending}", MEDIA[ending])


def made(told: Told, ending: str) -> bytes:
    """The bytes of an answer as a file of this ending."""
    makers: dict[str, Callable[[Told], bytes]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
    return told.printed() if ending == "pdf" else makers[ending](told)


def workbook(data: bytes, name: str, status: int = 200) -> Response:
    """A workbook to be saved."""
    return download(data, name, MEDIA["xlsx"], status)


def download(data: bytes, name: str, media: str, status: int = 200) -> Response:
    """A file to be saved."""
    how = "inline" if name.endswith(".pdf") else "attachment"
    return Response(data, status, {"Content-Disposition": f'{how}; filename="{name}"'}, media)


def _tables(told: Told) -> tuple[answered.Table, ...]:
    return answered.tables(told.answer, ALL, answered.whole_cell)


def _csv(told: Told) -> bytes:
    """One line a cell: table, row, column, value."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("table", "row", "column", "value"))
    for table in _tables(told):
        for number, row in enumerate(table.rows, start=1):
            if not table.name:
                writer.writerow(("", "", *map(harmless, row)))
                continue
            head, cells = (row[0], row[1:]) if table.columns[0] == "" else (str(number), row)
            columns = table.columns[1:] if table.columns[0] == "" else table.columns
            writer.writerows(map(harmless, (table.name, head, c, v)) for c, v in zip(columns, cells, strict=True))
    return ("\ufeff" + text.getvalue()).encode()


def _xlsx(told: Told) -> bytes:
    explain = registry.door(told.method).explain
    view = answered.arranged(registry.door(told.method), told.given, told.answer)
    about = [
        ("Adjoin", told.method),
        ("", explain.what_zh),
        ("", explain.what_en),
        *((("结论 says", f"{view.says.zh} {view.says.en}"),) if view.says else ()),
        ("公式 formula", explain.formula),
        ("出处 source", explain.source),
        ("指纹 fingerprint", told.fingerprint),
        *(("注意 warning", f"{each.zh} {each.en}") for each in view.warnings),
        *(("说明 note", f"{note.zh} {note.en}") for note in view.notes),
    ]
    question = [(key, _short(value)) for key, value in told.given.items()]
    sheets = [(table.name or "答案 answer", _in_words(told.method, table)) for table in _tables(told)]
    sheets += [("问题 question", [("项 key", "值 value"), *question]), ("关于 about", [("", ""), *about])]
    return workbooks_out.book_of(sheets)


def _in_words(method: str, table: answered.Table) -> list[tuple[object, ...]]:
    """The rows of a sheet under heads in words; single values have theirs beside them."""
    if table.name:
        return [tuple(_head(method, column) for column in table.columns), *table.rows]
    return [("项 key", "值 value", "说明 what it is"), *((*row, _head(method, str(row[0]))) for row in table.rows)]


def _head(method: str, key: str) -> str:
    """A key with what it is called in both languages."""
    word = answer_words.label(method, key)
    return key if word == (key, key) else f"{key} {word.zh} {word.en}"


def _json(told: Told) -> bytes:
    whole = {"method": told.method, "given": told.given, "answer": told.answer, "fingerprint": told.fingerprint}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _short(value: object) -> object:
    """What was asked, cut where a cell cannot hold it; the JSON has it whole."""
    whole = answered.whole_cell(value)
    return whole[:32_000] if isinstance(whole, str) else whole


def harmless(cell: object) -> object:
    """A cell that a spreadsheet would take for a formula, told apart by a quote."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "@"} else cell
