"""`adjoin table`: ask a method with a workbook, and take the answer as a file; what a page does, without a page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from adjoin.cli.options import Lang, LangOption
from adjoin.core.refusal import Refusal


def table(
    method: Annotated[str, typer.Argument(help="such as land.soil_farm")],
    workbook: Annotated[Path, typer.Argument(help="the workbook: read, or with --template written")],
    *,
    template: Annotated[bool, typer.Option("--template", help="write the workbook, filled with an example")] = False,
    example: Annotated[int, typer.Option("--example", min=0, help="which example")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="answer.pdf, .xlsx, .csv or .json")] = None,
    lang: LangOption = Lang.zh,
) -> None:
    """Ask a method with a filled workbook; a bad cell goes back coloured, beside the workbook."""
    from adjoin.doors import cases, registry
    from adjoin.formats import template_reading
    from adjoin.web import asked

    registry.door(method)
    if template:
        known = cases.given(method)
        workbook.write_bytes(asked.marked(method, known[min(example, len(known) - 1)] if known else {}, None))
        return
    question = template_reading.read(asked.template(method), _bytes(workbook))
    try:
        answer = registry.answer(method, question)
    except Refusal as refusal:
        beside = workbook.with_suffix(".marked.xlsx")
        beside.write_bytes(asked.marked(method, question, refusal))
        print(beside)
        raise
    _give(method, question, answer, out, lang.value)


def _bytes(workbook: Path) -> bytes:
    try:
        return workbook.read_bytes()
    except OSError:
        raise Refusal("no_such_file", file=str(workbook)) from None


def _give(method: str, question: Mapping[str, Any], answer: Mapping[str, Any], out: Path | None, lang: str) -> None:
    import json

    from adjoin.core.entry import fingerprint
    from adjoin.web import answer_files

    if out is None:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    ending = out.suffix.removeprefix(".")
    if ending not in answer_files.MEDIA:
        raise Refusal("no_such_ending", met=ending or "—", expected=", ".join(answer_files.MEDIA))
    told = answer_files.Told(
        method, question, answer, fingerprint([method, question]), lambda: _printed(method, question, answer, lang)
    )
    out.write_bytes(answer_files.made(told, ending))
    print(out)


def _printed(method: str, question: Mapping[str, Any], answer: Mapping[str, Any], lang: str) -> bytes:
    from importlib.metadata import version

    from adjoin.web import asked, sheet
    from adjoin.web.pages import compute
    from adjoin.web.render import Frame
    from adjoin.web.words import Both

    nobody = Both("—", "—")
    frame = Frame(nobody, nobody, nobody, "—", version("adjoin"), synthetic=False, note=nobody)
    page = compute.compute(method, typed=asked.typed(question), answer=answer)
    return sheet.printed(page, frame, lang)
