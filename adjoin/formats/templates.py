"""A question as a workbook: a template goes out, filled with a case; a filled one comes in as the same JSON.

One sheet asks for the single values; every list, table and map of names has a sheet of its own. What stands where is
read off the cases of the method (`template_shapes`), so no method writes a template. `template_writing` fills one in,
`template_reading` reads it back; a bad cell goes back coloured, with the reason as its comment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adjoin.core.entry import fingerprint
from adjoin.formats.template_shapes import Column

_LISTED = re.compile(r"\[([^\[\]]+)\]")
FIRST = "问题 question"
_VAST, _TINY = 1e8, 1e-6  # bounds beyond these are none to a reader
HEAD = 3  # rows of the first sheet above the values


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
    def heads(self) -> Mapping[int, tuple[str, ...]]:
        """What the parts of a list are called, where its help says so, by their number: "[小时, 值]"."""
        told = [[part.strip() for part in found.split(",")] for found in _LISTED.findall(self.zh)]
        there = [[part.strip() for part in found.split(",")] for found in _LISTED.findall(self.en)]
        pairs = zip(told, there, strict=False)
        return {len(zh): tuple(map(" ".join, zip(zh, en, strict=True))) for zh, en in pairs if len(zh) == len(en) > 1}

    @property
    def limits(self) -> str:
        """Its bounds, in figures or words."""
        if self.choices:
            return " / ".join(self.choices)
        return "" if self.low is None or self.high is None else within(self.low, self.high)


def within(low: float, high: float) -> str:
    """Bounds as people write them: 0 … 100, > 0, ≥ 1; nothing where they are too far out to help."""
    below, above = low <= -_VAST, high >= _VAST
    least = "" if below else "> 0" if 0 < low <= _TINY else f"≥ {_figure(low)}"
    most = "" if above else f"≤ {_figure(high)}"
    if least.startswith("≥") and most:
        return f"{_figure(low)} … {_figure(high)}"
    return ", ".join(part for part in (least, most) if part)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:g}"


@dataclass(frozen=True, slots=True)
class Template:
    """The workbook of a method."""

    method: str
    fields: tuple[Field, ...]

    @property
    def version(self) -> str:
        """Changes when a sheet or column does."""
        said = [[f.name, f.shape, [column.name + "[]" * column.parts for column in f.columns]] for f in self.fields]
        return fingerprint([self.method, said])[:12]

    def sheet(self, field: Field) -> str:
        """The name of a field's sheet."""
        return self._named(field, field.name)

    def series(self, field: Field, column: Column) -> str:
        """The name of the sheet of a column that holds a series."""
        return self._named(field, f"{column.name} {field.name}")

    def _named(self, field: Field, name: str) -> str:
        safe = re.sub(r"[\[\]:*?/\\']", "_", name)
        return f"{self.fields.index(field) + 1} {safe}"[:31]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a question that was refused, and why."""

    place: str  # "projects[2].state"
    reason: str
