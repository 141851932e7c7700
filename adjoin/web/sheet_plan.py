"""What is printed of the plan: the indicators, then every aspect with its tasks."""

from collections.abc import Sequence
from datetime import datetime

from adjoin.formats.report import Facts, Heading, Paragraph, Part, Table
from adjoin.web.pages.plan import Bar, PlanPage, ReadingLine, TaskLine
from adjoin.web.words import said, short_time


def plan(page: PlanPage, lang: str) -> tuple[list[Part], datetime | None]:
    """The plan as it stands."""
    parts: list[Part] = [Paragraph(page.name.of(lang), strong=True)]
    parts += [Heading(_t("readings", lang)), Paragraph(_t("readings.about", lang), lead=True)]
    for each in page.readings:
        parts += _reading(each, lang)
    for aspect in page.aspects:
        parts += [Heading(f"{aspect.id} {aspect.name.of(lang)}"), _tasks(aspect.tasks, lang)]
    if page.baseline:
        parts += [Heading(_t("baseline", lang)), _tasks(page.baseline, lang)]
    return parts, page.now


def _reading(each: ReadingLine, lang: str) -> list[Part]:
    late = _t("passed", lang) if each.passed and each.reached is None else ""
    head = " · ".join(word for word in (each.name.of(lang), each.target_say.of(lang), each.edition, late) if word)
    rows = [(_t(bar.kind, lang), _bar(bar, lang)) for bar in each.bars]
    return [Paragraph(head, strong=True, lead=True), Facts(rows)]


def _bar(bar: Bar, lang: str) -> str:
    value = "" if bar.value is None else f"{bar.value:.1f} %"
    return " ".join(word for word in (value, bar.say.of(lang), bar.link.say.of(lang) if bar.link else "") if word)


def _tasks(tasks: Sequence[TaskLine], lang: str) -> Table:
    columns = [_t(f"col.{name}", lang) for name in ("task", "methods", "answers", "cases")]
    return Table(columns, [_task(task, lang) for task in tasks])


def _task(task: TaskLine, lang: str) -> list[str]:
    names = [each.what.of(lang) for each in task.methods] + [each.say.of(lang) for each in task.pages]
    missing = f"{_t('not_yet', lang)}: {task.not_yet.of(lang)}" if task.not_yet.of(lang) else ""
    kept = [f"{each.fingerprint[:8]} {each.party.of(lang)} {short_time(each.at)}" for each in task.answers]
    return [
        f"{task.id} {task.name.of(lang)}",
        "; ".join([*names, *([missing] if missing else [])]) or "—",
        "; ".join(kept) or _t("none", lang),
        ", ".join(case.id for case in task.open_cases) or _t("none", lang),
    ]


def _t(key: str, lang: str) -> str:
    return said(f"web.plan.{key}").of(lang)
