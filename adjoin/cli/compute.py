"""`adjoin compute` and `adjoin cases`: every method from the command line."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.core.refusal import Refusal
from adjoin.doors import registry
from adjoin.doors.given import parse

if TYPE_CHECKING:
    from adjoin.doors.cases import Report


def compute(
    method: Annotated[str, typer.Argument(help="such as water.hull; without one all methods are listed")] = "",
    many: Annotated[bool, typer.Option("--many", help="one question a line, one answer a line")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="formula, symbols, units and source")] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Answer a question on standard input: JSON in, JSON out."""
    if not method:
        print("\n".join(registry.methods()))
        return
    registry.door(method)  # an unknown method is refused once, before anything is read
    if explain:
        _explain(method, lang.value, as_json)
    elif many:
        for line in sys.stdin.buffer:
            if line.strip():
                _write(_answer(method, line, lang.value), one_line=True)
    else:
        answer = _answer(method, sys.stdin.buffer.read(), lang.value)
        _write(answer, one_line=as_json)
        raise typer.Exit(2 if "error" in answer else 0)


def cases(
    paths: Annotated[list[Path] | None, typer.Argument(help="case files; without one those shipped")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Put case files to their methods: cases, worst error, bound, verdict."""
    from adjoin.doors.cases import run, shipped

    right = True
    for path in paths or shipped():
        report = run(path)
        right = right and report.right
        print(json.dumps(_report(report), ensure_ascii=False) if as_json else _line(report, lang.value))
    raise typer.Exit(0 if right else 1)


def _answer(method: str, data: bytes, lang: str) -> Mapping[str, object]:
    try:
        return registry.answer(method, parse(data))
    except Refusal as refusal:
        return registry.error(refusal, lang)


def _write(answer: Mapping[str, object], *, one_line: bool) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=None if one_line else 1))


def _explain(method: str, lang: str, as_json: bool) -> None:
    told = registry.door(method).explain.as_json(lang)
    if as_json:
        print(json.dumps({"method": method, **told}, ensure_ascii=False))
        return
    print(method, told["what"], told["formula"], sep="\n")
    for symbol in registry.door(method).explain.symbols:
        unit = f" [{symbol.unit}]" if symbol.unit else ""
        print(f"  {symbol.name}{unit}: {symbol.en if lang == 'en' else symbol.zh}")
    print(told["source"])


def _report(report: "Report") -> dict[str, object]:
    return {
        "method": report.method,
        "cases": report.cases,
        "passed": report.passed,
        "worst_error": _finite(report.worst),
        "bound": report.bound,
        "verdict": "right" if report.right else "wrong" if report.method in registry.methods() else "no door",
        "misses": [
            {"case": miss.case, "key": miss.key, "met": miss.met, "expected": miss.expected} for miss in report.misses
        ],
    }


def _finite(error: float) -> float | None:
    return error if error < float("inf") else None


def _line(report: "Report", lang: str) -> str:
    right, wrong = ("right", "WRONG") if lang == "en" else ("正确", "有误")
    head = f"{report.method:<24} {report.passed:>4}/{report.cases:<4} {report.worst:.2e} <= {report.bound:.2e}"
    if report.method not in registry.methods():
        nothing = "no door yet" if lang == "en" else "尚无入口 (no door)"
        return f"{report.method:<24} {report.passed:>4}/{report.cases:<4} {nothing}"
    lines = [f"{head}  {right}" if report.right else f"{head}  {wrong}"]
    lines += [f"  {miss.case} {miss.key}: {_short(miss.met)} / {_short(miss.expected)}" for miss in report.misses[:20]]
    return "\n".join(lines)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
