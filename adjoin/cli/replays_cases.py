"""The errors of all case files as a page: every case is computed again, every number is written by the program."""

import math

from adjoin.cli.markdown import page, table
from adjoin.doors.cases import Report, run, shipped

_ABOUT = (
    "每个方法的用例重新计算；误差取最接近（或最超出）其容许值的一处，向上取到10的幂：不同处理器的末位可以不同。"
    "0为逐字相等。逐项：`adjoin cases`。\n"
    "The cases of every method, computed again. The error is the one nearest to, or furthest beyond, its bound, "
    "rounded up to a power of ten, since the last digit may differ between processors; 0: equal to the letter. "
    "One by one: `adjoin cases`."
)


def text() -> str:
    """The page, computed now."""
    reports = sorted((run(path) for path in shipped()), key=lambda each: each.method)
    wrong = [each.method for each in reports if not each.right]
    total = sum(each.cases for each in reports)
    said = f"**{len(reports)}** 个方法 methods，**{total}** 个用例 cases，不合格 not met：{', '.join(wrong) or '0'}"
    columns = ("方法 method", "用例 cases", "最大误差 worst error", "容许 bound", "结论 verdict")
    return page(
        "用例的误差 · Errors of the cases", _ABOUT, said, table(columns, map(row, reports)), by="adjoin replays"
    )


def row(report: Report) -> list[str]:
    """One method as a row of the table."""
    name = f"[`{report.method}`](methods/{report.method}.md)"
    verdict = "合格 met" if report.right else "不合格 NOT met"
    return [name, f"{report.passed}/{report.cases}", _power(report.worst), _bound(report), verdict]


def _bound(report: Report) -> str:
    return f"{report.bound:.1e}" if report.bound else "0"


def _power(value: float) -> str:
    """The power of ten that a number does not exceed."""
    if value == 0:
        return "0"
    exponent = math.ceil(math.log10(value))
    return "≤ 1" if exponent == 0 else f"≤ 1e{exponent:+03d}"
