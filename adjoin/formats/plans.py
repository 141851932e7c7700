"""The plan of a bundle, read from its `plan.yaml`; a bundle without one has no plan, which is no fault."""

from collections.abc import Sequence
from pathlib import Path

from adjoin.core.plan import MEASURES, Aspect, Indicator, Modelled, Plan, Task
from adjoin.core.refusal import Refusal
from adjoin.formats.lines import Line, mapping


def load(folder: Path) -> Plan | None:
    """The plan of a bundle folder."""
    path = folder / "plan.yaml"
    if not path.is_file():
        return None
    file = mapping(path)
    plan = Plan(
        name_zh=file.text("zh"),
        name_en=file.text("en"),
        year=file.integer("year"),
        aspects=tuple(map(_aspect, file.rows("aspects"))),
        baseline=tuple(map(_task, file.rows("baseline"))),
        indicators=tuple(map(_indicator, file.rows("indicators"))),
        source=file.maybe("source") or "",
        status=file.maybe("status") or "",
    )
    _check(plan)
    return plan


def _aspect(row: Line) -> Aspect:
    return Aspect(row.text("id"), row.text("zh"), row.text("en"), tuple(map(_task, row.rows("tasks"))))


def _task(row: Line) -> Task:
    later = row.inner("not_yet") if row.get("not_yet") else None
    return Task(
        id=row.text("id"),
        name_zh=row.text("zh"),
        name_en=row.text("en"),
        methods=row.texts("methods"),
        pages=row.texts("pages"),
        procedures=row.texts("procedures"),
        not_yet_zh=later.text("zh") if later else "",
        not_yet_en=later.text("en") if later else "",
    )


def _indicator(row: Line) -> Indicator:
    return Indicator(
        id=row.text("id"),
        name_zh=row.text("zh"),
        name_en=row.text("en"),
        unit=row.text("unit"),
        measured=row.choice("measured", MEASURES),
        tasks=row.texts("tasks"),
        at_least=float(row.number("at_least")) if row.get("at_least") else None,
        by=row.date("by") if row.get("by") else None,
        edition=row.maybe("edition") or "",
        base_year=row.integer("base_year") if row.get("base_year") else None,
        since=row.integer("since") if row.get("since") else None,
        source=row.text("source"),
        status=row.text("status"),
        modelled=_modelled(row.inner("modelled")) if row.get("modelled") else None,
    )


def _modelled(row: Line) -> Modelled:
    return Modelled(
        method=row.text("method"),
        output=row.text("output"),
        times=float(row.number("times")) if row.get("times") else 1.0,
        what_zh=row.text("zh"),
        what_en=row.text("en"),
    )


def _check(plan: Plan) -> None:
    """An id stands once; an indicator speaks of tasks that are there."""
    ids = [task.id for task in plan.tasks()]
    twice = _twice([*ids, *(aspect.id for aspect in plan.aspects), *(each.id for each in plan.indicators)])
    if twice:
        raise Refusal("plan_id_twice", file=plan.file, met=twice)
    missing = [task for each in plan.indicators for task in each.tasks if task not in ids]
    if missing:
        raise Refusal("plan_no_such_task", file=plan.file, met=missing[0], expected=", ".join(ids[:40]))


def _twice(ids: Sequence[str]) -> str:
    return next((name for i, name in enumerate(ids) if name in ids[:i]), "")
