"""Calculators: every method that has a door, as one form and one answer; no method has a page of its own.

The form is read off the method's own case file: a field a key, what it is and in which unit from the door's symbols.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from adjoin.core.refusal import Refusal
from adjoin.doors import cases, registry
from adjoin.doors.door import Door
from adjoin.web.page import Page, shown
from adjoin.web.pages.refused import refused
from adjoin.web.words import Both, said

LARGEST_FIELD = 4_000_000  # characters
ROWS = 400  # of a table that is shown; all of them stand in the JSON
Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A method in the list."""

    method: str
    what: Both
    href: str


@dataclass(frozen=True)
class ComputesPage(Page):
    """The methods, by domain."""

    template: ClassVar[str] = "computes.html"
    nav: ClassVar[str] = "/compute"

    domains: tuple[tuple[str, tuple[Line, ...]], ...] = shown("the methods of each domain")


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a question."""

    name: str
    value: str
    kind: str  # "text": as typed; "json": a number, a list, a table
    long: bool
    unit: str
    help: Both


@dataclass(frozen=True, slots=True)
class Table:
    """One part of an answer: a value a row, or a list of rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: int = 0  # rows that are not shown


@dataclass(frozen=True)
class ComputePage(Page):
    """One method: its form, its answer, its formula and where that is written."""

    template: ClassVar[str] = "compute.html"
    nav: ClassVar[str] = "/compute"

    method: str = shown("the method")
    what: Both = shown("what it gives")
    formula: str = shown("the formula in the symbols of the source")
    source: str = shown("where it is written")
    symbols: tuple[Field, ...] = shown("the symbols, with units")
    fields: tuple[Field, ...] = shown("the form")
    examples: tuple[tuple[int, str], ...] = shown("cases that can be loaded")
    example: int = shown("the case that is loaded")
    tables: tuple[Table, ...] = shown("the answer")
    warnings: tuple[str, ...] = shown("what must be known before the answer is used")
    answer: str = shown("the answer as JSON")
    error: dict[str, str | dict[str, str]] | None = shown("why there is no answer: met, expected, do")


def computes() -> ComputesPage:
    """The list of methods."""
    domains: dict[str, list[Line]] = {}
    for method in registry.methods():
        told = registry.door(method).explain
        line = Line(method, Both(told.what_zh, told.what_en), f"/compute/{method}")
        domains.setdefault(method.partition(".")[0], []).append(line)
    return ComputesPage(said("compute.title"), tuple((name, tuple(lines)) for name, lines in domains.items()))


def compute(method: str, *, example: int = 0, typed: Mapping[str, str] | None = None) -> ComputePage:
    """A method with a case loaded, or answered for what was typed."""
    door = registry.door(method)
    known = _cases(method)
    number = example if 0 <= example < len(known) else 0
    loaded: Given = known[number]["given"] if known else {}
    fields = _fields(door, known, loaded, typed)
    answer, error = ({}, None) if typed is None else _answered(door, fields)
    told = door.explain
    return ComputePage(
        title=Both(method, method),
        method=method,
        what=Both(told.what_zh, told.what_en),
        formula=told.formula,
        source=told.source,
        symbols=tuple(Field(s.name, "", "text", long=False, unit=s.unit, help=Both(s.zh, s.en)) for s in told.symbols),
        fields=fields,
        examples=tuple((index, str(case.get("say") or case["id"])) for index, case in enumerate(known[:40])),
        example=number,
        tables=_tables(answer),
        warnings=tuple(map(str, answer.get("warnings", ()))) if isinstance(answer.get("warnings"), list) else (),
        answer=json.dumps(answer, ensure_ascii=False, indent=1) if answer else "",
        error=refused(error).error if error else None,
    )


@cache
def _cases(method: str) -> Sequence[Given]:
    for source in cases.shipped():
        if source.name == f"{method}.json":
            found: list[Given] = json.loads(source.read_text("utf-8"))["cases"]
            return found
    return ()


def _fields(door: Door, known: Sequence[Given], loaded: Given, typed: Mapping[str, str] | None) -> tuple[Field, ...]:
    """A field for every key that any case gives."""
    keys = dict.fromkeys(key for case in known for key in case["given"])
    symbols = {symbol.name: symbol for symbol in door.explain.symbols}
    fields = []
    for key in keys:
        sample = next(case["given"][key] for case in known if key in case["given"])
        kind = "text" if isinstance(sample, str) else "json"
        value = _written(loaded.get(key)) if typed is None else typed.get(key, "")[:LARGEST_FIELD]
        symbol = symbols.get(key)
        says = Both(symbol.zh, symbol.en) if symbol else Both("", "")
        long = kind == "json" and isinstance(sample, (list, dict))
        fields.append(Field(key, value, kind, long, symbol.unit if symbol else "", says))
    return tuple(fields)


def _written(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _answered(door: Door, fields: Sequence[Field]) -> tuple[Given, Refusal | None]:
    try:
        return door.answer({field.name: _read(field) for field in fields if field.value.strip()}), None
    except Refusal as refusal:
        return {}, refusal


def _read(field: Field) -> object:
    if field.kind == "text":
        return field.value.strip()
    try:
        return json.loads(field.value, parse_constant=lambda text: text)
    except (json.JSONDecodeError, RecursionError):
        raise Refusal("field_not_json", met=f"{field.name}: {field.value[:60]}") from None


def _tables(answer: Given) -> tuple[Table, ...]:
    """An answer as tables: what is single in one, every list of rows in its own."""
    single = [(key, _cell(value)) for key, value in answer.items() if not _is_table(value) and key != "warnings"]
    made = [Table("", ("", ""), tuple(single))] if single else []
    return (*made, *(_table(key, value) for key, value in answer.items() if _is_table(value)))


def _is_table(value: object) -> bool:
    rows = list(value.values()) if isinstance(value, Mapping) else value
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, (Mapping, list)) for row in rows)


def _table(name: str, value: Any) -> Table:  # noqa: ANN401  # any JSON that `_is_table`
    named = isinstance(value, Mapping)
    heads, rows = (list(value), list(value.values())) if named else ([], list(value))
    keys = list(dict.fromkeys(key for row in rows if isinstance(row, Mapping) for key in row))
    width = max((len(row) for row in rows if isinstance(row, list)), default=0)
    columns = keys or [str(index + 1) for index in range(width)]
    cells = [
        tuple(_cell(row.get(key)) for key in keys) if isinstance(row, Mapping) else tuple(map(_cell, row))
        for row in rows[:ROWS]
    ]
    if named:
        cells = [(head, *row) for head, row in zip(heads, cells, strict=False)]
    return Table(name, ("", *columns) if named else tuple(columns), tuple(cells), max(0, len(rows) - ROWS))


def _cell(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list) and all(not isinstance(each, (list, dict)) for each in value):
        return ", ".join(map(_cell, value)) or "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
