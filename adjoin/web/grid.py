"""A plain table of words: what several pages of joint work show."""

from collections.abc import Iterable
from dataclasses import dataclass

from adjoin.web.words import Both, said


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns and rows, every cell in both languages."""

    columns: tuple[Both, ...]
    rows: tuple[tuple[Both, ...], ...]


def grid(prefix: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Grid:
    """A table whose columns are words of the catalogue, `<prefix>.<column>`; what is missing is a dash."""
    heads = tuple(said(f"{prefix}.{column}") for column in columns)
    return Grid(heads, tuple(tuple(map(cell, row)) for row in rows))


def cell(value: object) -> Both:
    """A cell as it is shown."""
    if isinstance(value, Both):
        return value
    text = "—" if value is None or value == "" else str(value)
    return Both(text, text)
