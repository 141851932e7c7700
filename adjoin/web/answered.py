"""An answer as people read it: sentence, parts, what must be known before use, pictures; and as files keep it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adjoin.doors.door import Door
from adjoin.formats.messages import messages
from adjoin.web import answer_says, answer_tables, answer_words, picture_words, pictured
from adjoin.web.answer_tables import Part
from adjoin.web.pictured import Picture
from adjoin.web.words import Both, said

ROWS = 400  # of a table that is shown; all of them stand in the files
Given = Mapping[str, Any]
_UNSURE = ("memory", "unofficial", "unknown", "derived", "secondary")


@dataclass(frozen=True, slots=True)
class Table:
    """One part of an answer: a value a row, or a list of rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    cut: int = 0  # rows that are not shown


@dataclass(frozen=True)
class Answered:
    """An answer, arranged."""

    says: Both | None  # in one sentence
    parts: tuple[Part, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    warnings: tuple[Both, ...]
    notes: tuple[Both, ...]  # how sure the law beneath it is; what it does not say


def arranged(door: Door, given: Given, answer: Given, *, most: int = ROWS) -> Answered:
    """An answer of a door, arranged."""
    warned = answer.get("warnings")
    return Answered(
        says=answer_says.sentence(door.method, answer),
        parts=answer_tables.parts(door.method, answer),
        tables=tables(answer, most),
        pictures=tuple(
            map(picture_words.tidied, pictured.pictures(given, answer_tables.without_proof(answer), door.picture))
        ),
        warnings=tuple(answer_words.warning(str(each)) for each in warned) if isinstance(warned, list) else (),
        notes=(*_statuses(door.method, answer), *_not_said(door.method)),
    )


def tables(answer: Given, most: int = ROWS, cell: Callable[[object], object] | None = None) -> tuple[Table, ...]:
    """An answer as tables: what is single in one, every list of rows in its own; `cell`: how a value is written."""
    write = cell or shown_cell
    single = [(key, write(value)) for key, value in answer.items() if not _is_table(value) and key != "warnings"]
    made = [Table("", ("", ""), tuple(single))] if single else []
    return (*made, *(_table(key, value, most, write) for key, value in answer.items() if _is_table(value)))


def shown_cell(value: object) -> str:
    """A value as it is shown: figures to six digits."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list) and all(not isinstance(each, (list, dict)) for each in value):
        return ", ".join(map(shown_cell, value)) or "—"
    if isinstance(value, dict) and all(not isinstance(each, (list, dict)) for each in value.values()):
        return "; ".join(f"{key}: {shown_cell(each)}" for key, each in value.items()) or "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def whole_cell(value: object) -> object:
    """A value as a file keeps it: every digit, words as words."""
    if value is None:
        return ""
    return value if isinstance(value, (str, int, float)) else json.dumps(value, ensure_ascii=False)


def _statuses(method: str, answer: Given) -> tuple[Both, ...]:
    """How well the law beneath an answer is known, where it is not confirmed."""
    found = sorted({status for status in _status(answer) if status.split(":")[0].split()[0] in _UNSURE})
    return tuple(said("compute.status", status=answer_words.value(method, "status", status)) for status in found)


def _status(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key == "status" and isinstance(each, (str, list)):
                yield from (one for one in ([each] if isinstance(each, str) else each) if one)
            else:
                yield from _status(each)
    elif isinstance(value, list):
        for each in value[:2000]:
            yield from _status(each)


def _not_said(method: str) -> tuple[Both, ...]:
    """What an answer does not say: of its method, else of its domain; and of every answer."""
    keys = (f"compute.not_said.{method}", f"compute.not_said.{method.partition('.')[0]}")
    own = [key for key in keys if key in messages().says][:1]
    return tuple(said(key) for key in (*own, "compute.not_said"))


def _is_table(value: object) -> bool:
    rows = list(value.values()) if isinstance(value, Mapping) else value
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, (Mapping, list)) for row in rows)


def _table(name: str, value: Any, most: int, cell: Callable[[object], object]) -> Table:  # noqa: ANN401  # any JSON that `_is_table`
    named = isinstance(value, Mapping)
    heads, rows = (list(value), list(value.values())) if named else ([], list(value))
    keys = list(dict.fromkeys(key for row in rows if isinstance(row, Mapping) for key in row))
    width = max((len(row) for row in rows if isinstance(row, list)), default=0)
    columns = keys or [str(index + 1) for index in range(width)]
    cells = [
        tuple(cell(row.get(key)) for key in keys) if isinstance(row, Mapping) else tuple(map(cell, row))
        for row in rows[:most]
    ]
    if named:
        cells = [(head, *row) for head, row in zip(heads, cells, strict=False)]
    return Table(name, ("", *columns) if named else tuple(columns), tuple(cells), max(0, len(rows) - most))
