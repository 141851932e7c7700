"""`adjoin docs`: the reference that is generated from rules and data, so that it cannot say something else."""

from pathlib import Path
from typing import Annotated

import typer

from adjoin.cli.markdown import page, table
from adjoin.cli.options import Lang, LangOption
from adjoin.core.rule import Procedure, Standard
from adjoin.core.units import Quantities


def docs(
    folder: Annotated[Path, typer.Argument(help="where the pages go")] = Path("docs/reference"),
    lang: LangOption = Lang.zh,  # noqa: ARG001  # the pages hold both languages
) -> None:
    """Write the generated pages of the reference."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")
        print(folder / name)
    _methods(folder)


def _methods(folder: Path) -> None:
    """The page of every method, where their index stands; pages of methods that are gone go too."""
    from adjoin.cli import method_pages

    if not (folder / "methods.md").exists():
        return
    made, inside = method_pages.pages(folder / "methods.md"), folder / "methods"
    inside.mkdir(exist_ok=True)
    for gone in {path.name for path in inside.glob("*.md")} - set(made):
        (inside / gone).unlink()
    for name, text in made.items():
        (inside / name).write_text(text, "utf-8")
    print(inside, len(made))


def pages() -> dict[str, str]:
    """The generated pages, by file name."""
    from adjoin.cli import docs_agreements, docs_data, hj212_page
    from adjoin.cli.main import COMMANDS
    from adjoin.formats import agreements, procedures, rules

    commands = ([f"`{name}`", each.zh, each.en] for name, each in COMMANDS.items())
    return {
        "commands.md": page("命令 · Commands", table(("命令", "做什么", "what it does"), commands)),
        "hj212.md": hj212_page.text(),
        "registers.md": docs_data.registers(),
        "data-quality.md": docs_data.data_quality(),
        "quantities.md": page("监测项目 · Quantities", _quantities(rules.quantities())),
        "standards.md": page("标准 · Standards", *map(_standard, rules.standards().values())),
        "agreements.md": page("协议 · Agreements", *docs_agreements.page(agreements.agreements().values())),
        "procedures.md": page("程序 · Procedures", *map(_procedure, procedures.procedures().values())),
    }


def _quantities(quantities: Quantities) -> str:
    head = ("代码 code", "名称", "name", "符号 symbol", "单位 unit", "评价位数 decimals", "依据 status")
    rows = (
        (f"`{q.code}`", q.name_zh, q.name_en, q.symbol, q.unit, q.assessment_decimals, q.status)
        for q in quantities.rows
    )
    return table(head, rows)


def _standard(standard: Standard) -> str:
    grades = ("I", "II", "III", "IV", "V")
    head = ("条款 clause", "项目 quantity", "水体 water", "型 kind", *grades, "自 since", "依据 status")
    rows = (
        (
            each.clause,
            f"`{each.quantity}`",
            each.water_body,
            each.kind,
            *map(each.grades.get, grades),
            each.since,
            each.status,
        )
        for each in standard.limits
    )
    return f"## {standard.name} {standard.title_zh} · {standard.title_en}\n\n{table(head, rows)}\n\n{standard.source}"


def _procedure(procedure: Procedure) -> str:
    def both(key: str) -> str:
        return f"{procedure.word(key, 'zh')} {procedure.word(key, 'en')}"

    moves = (
        (
            both(move.name),
            both(move.by),
            "; ".join(
                f"{both(role)}: {both(a)} → {both(b)}" for role, steps in move.takes.items() for a, b in steps.items()
            ),
            ", ".join(move.needs),
            "; ".join(
                f"{both(name)}: {clock.count} {clock.kind} {procedure.clauses.get(name, '')}".strip()
                for name, clock in move.within.items()
            ),
        )
        for move in procedure.moves.values()
    )
    ends = "；".join(both(final.then) + (f" → `{final.opens}`" if final.opens else "") for final in procedure.final)
    head = ("动作 move", "由 by", "状态 states", "需要 needs", "期限 within")
    title = f"## `{procedure.name}` {both(procedure.name)}"
    return f"{title}\n\n{table(head, moves)}\n\n结果 outcomes: {ends}\n\n{procedure.source} ({procedure.status})"
