"""How a field of a question stands in a workbook, read off what the cases of its method give for it.

shape            JSON                        sheet
one              5, "A", true                a cell beside its name
list             [1, 2]                      one column
matrix           [[1, 2], [3, 4]]            one row a list
records          [{"a": 1}]                  one column a key
named            {"Cd": 0.3}                 name, value
named_records    {"A": {"L": 1}}             name, one column a key
named_lists      {"A": [1, 2]}               name, one column an element
json             anything deeper             JSON in a cell

A column of a table that holds a series, [[1, 0.2], [3, 0.4]], has a sheet of its own: name or row, then its parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: whether only words stand in it, and whether an empty cell says "nothing"."""

    name: str
    words: bool
    empty_is_null: bool = False
    parts: int = 0  # of each element, where the column holds a series


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
    return Column(
        name, _words(cells), always_there and None in cells, _parts([row[name] for row in rows if name in row])
    )


def _parts(cells: Sequence[Any]) -> int:
    """How many parts each element of a series has; 0 where the cells are no series."""
    if not cells or not all(isinstance(cell, list) and cell for cell in cells):
        return 0
    each = [element for cell in cells for element in cell]
    if not all(isinstance(element, list) and element and None not in element for element in each):
        return 0
    wide = {len(element) for element in each}
    return wide.pop() if len(wide) == 1 and all(_scalar(part) for element in each for part in element) else 0
