"""What is printed of an answer: the question, the tables, the pictures, formula, law and what it does not say."""

from collections.abc import Callable
from datetime import datetime

from adjoin.formats.report import Facts, Heading, Paragraph, Part, Picture, Table
from adjoin.web.answer_tables import Part as Laid
from adjoin.web.pages.compute import MethodPage
from adjoin.web.words import said

ROWS = 120  # of a table on paper; the files have them all
WIDE = 9  # columns that fit on A4


def answer(page: MethodPage, lang: str, *, styled: Callable[[str], str]) -> tuple[list[Part], datetime | None]:
    """A method with its answer."""
    parts: list[Part] = [Paragraph(f"{page.what.of(lang)} ({page.method})")]
    parts += [Paragraph(each.of(lang), strong=True) for each in page.warnings]
    parts.append(Heading(_t("answer", lang)))
    for part in page.parts:
        parts += _table(part, lang) if not part.proof else []
    parts += [Picture(styled(svg), told, told, width=164) for svg, told in page.drawn(lang)]
    parts += [Heading(_t("notes", lang)), *(Paragraph(note.of(lang)) for note in page.notes)]
    parts += [
        Heading(_t("question", lang)),
        Facts([(_parted(key.of(lang)), value.of(lang)[:300]) for key, value in page.asked]),
    ]
    worded = [Paragraph(page.formula_zh)] if page.formula_zh and lang != "en" else []
    parts += [Heading(_t("formula", lang)), *worded, Paragraph(page.formula), Paragraph(page.source)]
    symbols = [(_parted(f"{each.name} {each.unit}".strip()), each.help.of(lang)) for each in page.symbols]
    return [*parts, *([Facts(symbols)] if symbols else [])], None


def _table(part: Laid, lang: str) -> list[Part]:
    if not part.columns:
        facts: list[Part] = [
            Facts([(_parted(words.of(lang)), cells[0].of(lang)) for words, _, cells in part.rows[:ROWS]])
        ]
        return [*_lead(part, lang), *facts]
    heads = [*([""] if part.named else []), *(words.of(lang) for words, _ in part.columns)]
    rows = [[*([words] if part.named else []), *cells] for words, _, cells in part.rows[:ROWS]]
    texts = [[_broken(cell.of(lang)) for cell in row[:WIDE]] for row in rows]
    parts = [*_lead(part, lang), Table(heads[:WIDE], texts)]
    left = (len(part.rows) + part.cut - ROWS, len(heads) - WIDE)
    if max(left) > 0:
        parts.append(Paragraph(said("compute.paper_cut", rows=max(left[0], 0), columns=max(left[1], 0)).of(lang)))
    return parts


def _lead(part: Laid, lang: str) -> list[Part]:
    return [Paragraph(part.title.of(lang), strong=True, lead=True)] if part.code else []


def _broken(text: str) -> str:
    """A long word that paper may break."""
    return text if len(text) < 24 else "\u200b".join(text[i : i + 12] for i in range(0, len(text), 12))


def _parted(key: str) -> str:
    """A key that paper may break at its joints."""
    return key.replace("_", "_\u200b")


def _t(key: str, lang: str) -> str:
    return said(f"web.compute.{key}").of(lang)
