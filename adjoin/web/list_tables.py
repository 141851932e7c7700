"""Lists as CSV: what a page shows as a table, one row a thing, codes and times as scripts want them."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from adjoin.core.period import ZONE

if TYPE_CHECKING:
    from adjoin.web.lines import CaseLine
    from adjoin.web.pages.cases import CasesPage
    from adjoin.web.pages.city import CitiesPage
    from adjoin.web.pages.plan import PlanPage
    from adjoin.web.pages.sections import SectionsPage
    from adjoin.web.words import Both

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


def sections(page: "SectionsPage") -> Table:
    """Every section and how it stands now."""
    columns = (
        "site", "name_zh", "name_en", "river_zh", "river_en", "party", "border", "class", "target", "meets_target",
        "decided_by_zh", "decided_by_en", "time", "silent", "finding",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (
            line.site, *line.name, *line.river, line.party, _yes(line.border), line.water_class, line.target,
            _yes(line.meets), *_joined(line.decided_by), _time(line.time), _yes(line.stale), line.finding,
        )
        for line in page.sections
    ]  # fmt: skip
    return columns, rows


def cases(page: "CasesPage") -> Table:
    """Every case: what it is about, whom it waits for, and until when."""
    columns = (
        "id", "site", "site_zh", "site_en", "quantity", "procedure", "procedure_zh", "procedure_en", "finding",
        "outcome", "standing_zh", "standing_en", "waits_for", "due", "overdue", "drill",
    )  # fmt: skip
    return columns, [_case(line) for line in (*page.mine, *page.theirs, *page.ended)]


def _case(line: "CaseLine") -> tuple[object, ...]:
    return (
        line.id, line.site, *line.site_name, line.quantity, line.procedure, *line.procedure_name, line.finding,
        line.outcome, *line.standing, " ".join(line.waits_for), _time(line.due), _yes(line.overdue), _yes(line.drill),
    )  # fmt: skip


def cities(page: "CitiesPage") -> Table:
    """Every city in the year that is shown."""
    good = tuple(f"good_days_{edition}" for edition in page.editions)
    columns = (
        "site",
        "name_zh",
        "name_en",
        "year",
        *good,
        "days_known",
        "days_missing",
        "greatest_index",
        "heavy_days",
    )
    rows: list[tuple[object, ...]] = [
        (city.site, *city.name, page.period, *city.good, city.known, city.missing, city.greatest, city.heavy)
        for city in page.cities
    ]
    return columns, rows


def plan(page: "PlanPage") -> Table:
    """Every task of the plan, what computes for it and what does not yet."""
    columns = (
        "aspect", "aspect_zh", "task", "name_zh", "name_en", "methods", "answers", "open_cases", "ended_cases",
        "not_yet_zh", "not_yet_en",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (
            aspect.id, aspect.name.zh, task.id, *task.name, " ".join(each.method for each in task.methods),
            len(task.answers), len(task.open_cases), task.ended, *task.not_yet,
        )
        for aspect in page.aspects
        for task in aspect.tasks
    ]  # fmt: skip
    return columns, rows


def _joined(words: "tuple[Both, ...]") -> tuple[str, str]:
    return "、".join(each.zh for each in words), ", ".join(each.en for each in words)


def _yes(told: bool | None) -> str:
    return "" if told is None else "true" if told else "false"


def _time(moment: date | datetime | None) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(ZONE).isoformat(timespec="seconds")
    return "" if moment is None else moment.isoformat()
