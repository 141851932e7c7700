"""Rule files, read so that every row knows its file and line: what is wrong in one is refused by its place."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NoReturn

import yaml

from adjoin.core.refusal import Refusal
from adjoin.core.units import decimal

Source = Path | Traversable


class Line(dict[str, object]):
    """One row of a table, or one mapping of a YAML file: text as printed, and where it stands."""

    def __init__(self, values: dict[str, object], file: str, at: int, keys: Mapping[str, int] | None = None) -> None:
        super().__init__(values)
        self.file = file
        self.at = at
        self._keys = keys or {}  # where a key stands, if not at the beginning

    def refuse(self, kind: str, key: str, **facts: object) -> NoReturn:
        """Say no, naming file, line and key."""
        raise Refusal(kind, file=self.file, line=self._keys.get(key, self.at), key=key, **facts)

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.get(key)
        return value if isinstance(value, str) and value else self.refuse("line_no_text", key, met=_shown(value))

    def maybe(self, key: str) -> str | None:
        """A text that may be absent or empty."""
        return self.text(key) if self.get(key) else None

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of a few words; the first of them where the key is absent."""
        value = self.maybe(key) or allowed[0]
        return value if value in allowed else self.refuse("line_no_choice", key, met=value, expected=", ".join(allowed))

    def date(self, key: str) -> date:
        """A day, 2026-09-01."""
        value = self.text(key)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.refuse("line_no_date", key, met=value)

    def number(self, key: str) -> Decimal:
        """A decimal number, from its text."""
        value = self.text(key)
        try:
            return decimal(value)
        except Refusal:
            self.refuse("line_no_number", key, met=value)

    def integer(self, key: str) -> int:
        """A whole number, not negative."""
        value = self.text(key)
        whole = value.isascii() and value.isdigit() and len(value) < 10
        return int(value) if whole else self.refuse("line_no_number", key, met=value)

    def inner(self, key: str) -> "Line":
        """A mapping inside."""
        value = self.get(key)
        return value if isinstance(value, Line) else self.refuse("line_no_mapping", key, met=_shown(value))

    def rows(self, key: str) -> "list[Line]":
        """A list of mappings; empty where the key is absent."""
        value = self.get(key) or []
        if not isinstance(value, list) or not all(isinstance(each, Line) for each in value):
            self.refuse("line_no_rows", key, met=_shown(value))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is absent."""
        value = self.get(key) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.refuse("line_no_texts", key, met=_shown(value))
        return tuple(value)


def table(source: Source, columns: tuple[str, ...]) -> list[Line]:
    """The rows of a CSV file that must have these columns."""
    lines = csv.reader(io.StringIO(_read(source).removeprefix("\ufeff"), newline=""))
    head = next(lines, [])
    missing = [column for column in columns if column not in head]
    if missing:
        raise Refusal("file_no_column", file=source.name, line=1, met=", ".join(head), expected=", ".join(missing))
    return [_row(head, cells, source.name, lines.line_num) for cells in lines if any(cells)]


def mapping(source: Source) -> Line:
    """The mapping that a YAML file is; scalars stay text as printed, `null` and nothing are None."""
    try:
        node = yaml.compose(_read(source), getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        value = _value(node, source.name) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise Refusal(
            "file_not_yaml", file=source.name, line=mark.line + 1 if mark else 1, met=error.problem or "?"
        ) from None
    if not isinstance(value, Line):
        raise Refusal("file_not_yaml", file=source.name, line=1, met=_shown(value))
    return value


def _read(source: Source) -> str:
    try:
        return source.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal("file_not_utf8", file=source.name, met=f"{error.object[error.start]:#04x}") from None
    except (FileNotFoundError, IsADirectoryError):
        raise Refusal("no_such_file", file=str(source)) from None


def _row(head: list[str], cells: list[str], file: str, number: int) -> Line:
    line = Line(dict(zip(head, cells, strict=False)), file, number)
    if len(cells) != len(head):
        line.refuse("line_cells", head[-1], met=len(cells), expected=len(head))
    return line


def _value(node: yaml.Node, file: str) -> object:
    if isinstance(node, yaml.MappingNode):
        return _line(node, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, file) for each in node.value]
    plain = isinstance(node, yaml.ScalarNode) and not node.style
    return None if plain and node.value in {"", "null", "~"} else node.value


def _line(node: yaml.MappingNode, file: str) -> Line:
    keys: dict[str, int] = {}
    for key, _ in node.value:
        name, at = str(key.value), key.start_mark.line + 1
        if name in keys:
            raise Refusal("line_twice", file=file, line=at, key=name)
        keys[name] = at
    values = {str(key.value): _value(value, file) for key, value in node.value}
    return Line(values, file, node.start_mark.line + 1, keys)


def _shown(value: object) -> str:
    return "—" if value is None or value == "" else str(value)[:60]
