"""Sheets on paper: what a page has to say, set as PDF with the shipped font; the same sheet gives the same bytes.

A missing glyph would be printed as a box and only warned about, so every warning is an error here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import as_file, files

from adjoin.core.refusal import Refusal

FONT = "NotoSerifSC-Regular.ttf"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a strong one is marked by a bar, a lead stays with what follows."""

    text: str
    strong: bool = False
    lead: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what they stand for."""

    rows: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head; in an even one all columns are as wide as one another."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    even: bool = False
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG that carries its own styles."""

    svg: str
    alt: str
    caption: str = ""
    width: float = 150  # mm
    kind: str = "picture"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Small pictures side by side."""

    pictures: Sequence[Picture]
    kind: str = "pictures"


Part = Heading | Paragraph | Facts | Table | Picture | Pictures


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is printed of a page."""

    title: str
    kicker: str  # stands in the head line
    author: str  # the side that prints it
    verdict: str
    turn: str
    foot: str
    lang: str
    parts: Sequence[Part]
    dense: bool = False  # set closer, so that it stays on two pages
    drill: str = ""  # words of a sheet that is striped, since it tells of an exercise


def pdf(sheet: Sheet, *, stamp: datetime) -> bytes:
    """A sheet as PDF; `stamp` is the time that is written into it, so that the bytes depend on nothing else."""
    import typst

    fonts = files("adjoin") / "data" / "fonts"
    if not (fonts / FONT).is_file():
        raise Refusal("font_missing", met=f"adjoin/data/fonts/{FONT}")
    source = (files("adjoin") / "data" / "report.typ").read_bytes()
    with as_file(fonts) as folder:
        made, warnings = typst.compile_with_warnings(
            source,
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(folder)]),
            format="pdf",
            sys_inputs={"sheet": _text(asdict(sheet))},
            timestamp=int(stamp.timestamp()),
        )
    if warnings:
        raise Refusal("print_warning", met=str(warnings[0].message))
    return bytes(made)


def _text(sheet: Mapping[str, object]) -> str:
    return json.dumps(sheet, ensure_ascii=False)
