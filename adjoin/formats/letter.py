"""A letter between offices as DOCX: margins and type of GB/T 9704, and draft marks wherever an issued one bears more.

Who issues a letter gives it its number and its seal; a program never does.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says; each text in one language."""

    lang: str
    title: str
    to: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]  # a heading, and the paragraphs beneath it
    sender: str
    day: str
    foot: str  # what it was made from, on every page
    made: datetime


@cache
def form() -> Mapping[str, Any]:
    """How a letter is set."""
    text = files("adjoin").joinpath("data", "letter.yaml").read_text("utf-8")
    return cast("Mapping[str, Any]", yaml.safe_load(text))


def written(letter: Letter) -> bytes:
    """The file of a letter; the same letter gives the same words."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as TO

    document, given = Document(), form()
    _page(document)
    draft = {name: words[letter.lang] for name, words in given["draft"].items()}
    _line(document, draft["mark"], "level_1", TO.CENTER)
    _line(document, draft["number"], "body", TO.CENTER)
    _line(document, letter.title, "title", TO.CENTER)
    _line(document, letter.to, "body", TO.LEFT)
    for heading, paragraphs in letter.parts:
        _line(document, heading, "level_1", TO.LEFT, indent=True)
        for text in paragraphs:
            _line(document, text, "body", TO.LEFT, indent=True)
    for text in (letter.sender, letter.day, draft["seal"]):
        _line(document, text, "body", TO.RIGHT)
    _foot(document, f"{draft['mark']}　{letter.foot}")
    return _bytes(document, letter)


def _page(document: "Document") -> None:
    from docx.shared import Mm

    given, section = form(), document.sections[0]
    (width, height), (across, down) = given["paper_mm"], given["text_mm"]
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.left_margin = Mm(given["top_mm"]), Mm(given["left_mm"])
    section.bottom_margin = Mm(height - given["top_mm"] - down)
    section.right_margin = Mm(width - given["left_mm"] - across)


def _line(document: "Document", text: str, kind: str, to: Any, *, indent: bool = False) -> None:  # noqa: ANN401  # an enumeration of python-docx
    from docx.shared import Mm, Pt

    given = form()
    line = document.add_paragraph()
    line.alignment = to
    line.paragraph_format.space_after = Pt(0)
    line.paragraph_format.line_spacing = Mm(given["text_mm"][1] / given["lines_per_page"])
    if kind == "title":
        line.paragraph_format.line_spacing = Pt(given[kind]["points"] * 1.4)
    if indent:
        line.paragraph_format.first_line_indent = Pt(2 * given["body"]["points"])
    _set(line, text, given[kind]["font"], given[kind]["points"])


def _set(line: "Paragraph", text: str, font: str, points: float) -> None:
    """A run whose Chinese and Latin letters are set in the same type: Word looks for each by its own name."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = line.add_run(_clean(text))
    run.font.size, run.font.name = Pt(points), font
    if (fonts := run._element.get_or_add_rPr().rFonts) is not None:  # noqa: SLF001  # python-docx has no other way
        fonts.set(qn("w:eastAsia"), font)


def _clean(text: str) -> str:
    """Without the characters that XML cannot carry: a reason was typed by somebody."""
    return "".join(each for each in text if each in "\t\n" or each >= " ")


def _foot(document: "Document", text: str) -> None:
    given = form()
    _set(document.sections[0].footer.paragraphs[0], text, given["body"]["font"], 9)


def _bytes(document: "Document", letter: Letter) -> bytes:
    told = document.core_properties
    told.author, told.title, told.comments = "Adjoin", _clean(letter.title), letter.foot
    told.created = told.modified = letter.made.replace(tzinfo=None)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()
