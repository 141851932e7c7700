"""Workbooks that go out: plain tables, and what every sheet needs."""

import json
import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

ROWS = 100_000  # of a sheet


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
            sheet.append([cell_of(cell) for cell in row])
        for cell in sheet[1] if rows else ():
            cell.font = Font(bold=True)
        widen(sheet, 48)
    return saved(book)


def cell_of(value: object) -> object:
    """A value as a cell holds it: lists and objects as JSON, whole numbers that a cell would round as text."""
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    return value


def widen(sheet: Any, most: int) -> None:  # noqa: ANN401  # openpyxl has no types
    """Make the columns of a sheet as wide as what stands in their first rows, `most` at the most."""
    for number, column in enumerate(sheet.iter_cols(min_row=1, max_row=min(sheet.max_row, 60)), start=1):
        longest = max(
            (len(str(cell.value or "")) for cell in column if not str(cell.value or "").startswith("填")), default=0
        )
        sheet.column_dimensions[column[0].column_letter].width = min(max(10, longest * 1.2), most)
        if number > 60:
            return


def saved(book: Any) -> bytes:  # noqa: ANN401  # openpyxl has no types
    """A workbook as bytes; text that a spreadsheet would take for a formula stays text."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"
    out = BytesIO()
    book.save(out)
    return out.getvalue()
