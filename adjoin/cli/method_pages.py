"""The reference of methods, a page each: formula, symbols, law and its status, an example, limits and refusals.

Everything on them is said elsewhere once: the explanation of the door, the case file, the row of the index, the
catalogue of refusals.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from adjoin.cli.markdown import page, table

_LONG = 1_500  # characters of an example that are shown
_LAW = ("law", "status", "clause", "clauses", "warnings")
_NO_STATUS = ("optimal", "infeasible")  # of a solver, not of a law


def pages(index: Path) -> dict[str, str]:
    """The page of every method, by file name.

    index : docs/reference/methods.md, whose row of a method holds its limits
    """
    from adjoin.doors import registry

    rows = _rows(index.read_text("utf-8"))
    return {f"{method}.md": _page(method, rows.get(method, {})) for method in registry.methods()}


def _page(method: str, row: Mapping[str, str]) -> str:
    from adjoin.doors import registry

    door, file = registry.door(method), _cases(method)
    explain = door.explain
    symbols = table(("符号 symbol", "单位 unit", "是什么", "what it is"),
                    ((f"`{s.name}`", s.unit, s.zh, s.en) for s in explain.symbols))  # fmt: skip
    parts = [
        f"{explain.what_zh}\n\n{explain.what_en}",
        f"```text\n{explain.formula}\n```",
        f"## 符号与单位 Symbols and units\n\n{symbols}",
        f"## 出处 Source\n\n{_below(explain.source)}",
        _limits(row, long=door.long),
    ]
    if file:
        given = min((case["given"] for case in file["cases"]), key=lambda each: len(json.dumps(each)))
        case = next(each for each in file["cases"] if each["given"] is given)
        parts += [
            _law(registry.compute(method, given)),
            f"## 约定 Conventions\n\n{_ours(file['about'])}\n\n用例的来源 source of the cases: {_ours(file['source'])}",
            _example(case),
        ]
    parts.append(_refusals(door.answer))
    return page(f"`{method}`", *(part for part in parts if part))


def _example(case: Mapping[str, Any]) -> str:
    said = (case.get("say"), _block(case["given"]), "答案中 In the answer:", _block(case["expect"]))
    return "\n\n".join(("## 示例 Example", *(each for each in said if each)))


def _ours(text: str) -> str:
    """A text of a case file without the folder in which its sources once stood."""
    return re.sub(r"\bshared/\w+", "the reference tables", re.sub(r"\bshared/(?:\w+/)+(?=\w+\.)", "", text))


def _rows(text: str) -> dict[str, dict[str, str]]:
    """What the index says of each method: gives, how, limits, source."""
    found = {}
    for line in text.splitlines():
        if match := re.match(r"\| \[?`([\w.]+\.[\w.]+)`", line):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            found[match[1]] = dict(zip(("method", "gives", "how", "limits", "source"), cells, strict=False))
    return found


def _below(text: str) -> str:
    """A text of the index with its links as they are seen from a folder below."""
    return re.sub(r"\]\((?!/|https?:|#)", "](../", text)


def _limits(row: Mapping[str, str], *, long: bool) -> str:
    said = [_below(row["limits"])] if row.get("limits") else []
    if long:
        said.append("网页上作为任务计算。 Its page answers it as a job.")
    return "## 界限 Limits\n\n" + "\n\n".join(said) if said else ""


def _law(answer: Mapping[str, Any]) -> str:
    """What an answer says of the tables it rests on."""
    said = {key: answer[key] for key in _LAW if answer.get(key) and answer[key] not in _NO_STATUS}
    if not said:
        return ""
    rows = ((f"`{key}`", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for key, value in said.items())  # fmt: skip
    return f"## 规定与依据 Law and status\n\n{table(('键 key', '答案所说 as the answer says it'), rows)}"


def _block(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"```json\n{text if len(text) <= _LONG else text[:_LONG] + ' …'}\n```"


def _refusals(answer: object) -> str:
    """The refusals that the door's own module speaks of, each with what to do."""
    from adjoin.formats.messages import messages

    source = inspect.getsource(sys.modules[getattr(answer, "__module__", __name__)])
    kinds = sorted(set(re.findall(r'(?:Refusal|refuse)\(\s*"(\w+)"', source)) & set(messages().refusals))
    rows = ((f"`{kind}`", messages().refusals[kind]["do"]["zh"], messages().refusals[kind]["do"]["en"])
            for kind in kinds)  # fmt: skip
    head = "## 拒绝 Refusals\n\n通用的见[索引](../methods.md)。 Those of any input stand in the [index](../methods.md)."
    return f"{head}\n\n{table(('种类 kind', '怎么办', 'what to do'), rows)}" if kinds else head


def _cases(method: str) -> dict[str, Any] | None:
    from adjoin.doors import cases
    from adjoin.doors.given import parse

    found: Iterator[Any] = (parse(each.read_bytes()) for each in cases.shipped() if each.name == f"{method}.json")
    return next(found, None)
