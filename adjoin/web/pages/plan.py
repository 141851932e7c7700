"""The plan: which of the tasks slips? Aspects, tasks and what computes for them; the indicators as they stand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from adjoin.core.period import ZONE
from adjoin.core.plan import Amount, Aspect, Indicator, Reading, Task
from adjoin.core.refusal import Refusal
from adjoin.doors import registry
from adjoin.doors.air_tables import editions
from adjoin.loop import plan as account
from adjoin.loop.plan import Standing
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.lines import CaseLine, case_line
from adjoin.web.menu import FIRST, GROUPS
from adjoin.web.page import Ask, Link, Page, Verdict, shown
from adjoin.web.pages.answers import AnswerLine, again_here, line_of
from adjoin.web.words import Both, after, joined, moment, party_name, said

NAMES = {item.address: item.name for item in (*FIRST, *(item for group in GROUPS for item in group.items))}
NOTHING = Both("", "")


@dataclass(frozen=True, slots=True)
class MethodLink:
    """A method that computes for a task."""

    method: str
    what: Both
    href: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task and all that stands of it."""

    id: str
    name: Both
    methods: tuple[MethodLink, ...]
    pages: tuple[Link, ...]
    answers: tuple[AnswerLine, ...]
    open_cases: tuple[CaseLine, ...]
    ended: int  # cases that came to their end
    not_yet: Both  # what does not compute; empty where all does


@dataclass(frozen=True, slots=True)
class AspectLines:
    """The tasks of an aspect."""

    id: str
    name: Both
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One of the three amounts of a reading, on a scale of 0 to 100 and in words."""

    kind: str  # "did", "modelled", "measured"
    value: float | None
    length: float  # percent of the track
    say: Both
    link: Link | None  # the kept answer that it stands in, or the calculator that would give it


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """An indicator as it stands."""

    id: str
    name: Both
    bars: tuple[Bar, ...]
    target: float | None
    target_say: Both
    reached: bool | None
    early: bool  # measured in a year before the target holds
    passed: bool  # the day by which the target was due is over
    edition: str
    source: str
    status: str


@dataclass(frozen=True)
class PlanPage(Page):
    """The plan as it stands now."""

    template: ClassVar[str] = "plan.html"
    nav: ClassVar[str] = "/plan"

    verdict: Verdict = shown("how many tasks compute, and how many cases are open")
    name: Both = shown("the plan")
    source: str = shown("where it stands")
    now: datetime = shown("when it was computed")
    readings: tuple[ReadingLine, ...] = shown("the indicators: did, modelled, measured, and the line to the target")
    aspects: tuple[AspectLines, ...] = shown("the tasks by aspect")
    baseline: tuple[TaskLine, ...] = shown("what was done before and holds on")

    @property
    def tasks(self) -> tuple[TaskLine, ...]:
        """All tasks."""
        return (*(task for aspect in self.aspects for task in aspect.tasks), *self.baseline)


def build(ws: Workspace, ask: Ask) -> PlanPage:
    """The plan of the bundle as it stands now."""
    found = account.plan(ws)
    if found is None:
        raise Refusal("no_plan", met=ws.region.name)
    standing = account.standings(ws, now=ask.now)
    aspects = tuple(_aspect(ws, each, standing) for each in found.aspects)
    baseline = tuple(_task(ws, standing[task.id]) for task in found.baseline)
    found_readings = account.readings(ws, editions(), now=ask.now, again=lambda kept: again_here(ws, kept)[0])
    readings = tuple(_reading(ws, each, ask.now.astimezone(ZONE).date()) for each in found_readings)
    return PlanPage(
        title=said("plan.title"),
        verdict=verdict([task for aspect in aspects for task in aspect.tasks], readings),
        name=Both(found.name_zh, found.name_en),
        source=found.source,
        now=ask.now,
        readings=readings,
        aspects=aspects,
        baseline=baseline,
    )


def verdict(tasks: Sequence[TaskLine], readings: Sequence[ReadingLine]) -> Verdict:
    """Bad where a case is late or a target missed; not known where a reading is; fine else."""
    partly = sum(bool(task.methods and task.not_yet.zh) for task in tasks)
    ready = sum(bool(task.methods) for task in tasks) - partly
    kept = sum(bool(task.answers) for task in tasks)
    waiting = {case.id for task in tasks for case in task.open_cases}
    late = {case.id for task in tasks for case in task.open_cases if case.overdue}
    missed = sum(each.reached is False for each in readings)
    targets = [each for each in readings if each.target is not None]
    unknown = sum(each.reached is None for each in targets)
    facts = {"ready": ready, "partly": partly, "count": len(tasks), "kept": kept, "open": len(waiting)}
    say = said("plan.verdict.partly" if partly else "plan.verdict", **facts)
    state = "bad" if late or missed else "unknown" if unknown or not targets else "fine"
    return Verdict(state, say, after(_targets(targets), said("plan.verdict.late", count=len(late))))


def _targets(targets: Sequence[ReadingLine]) -> Both:
    """How the indicators with a target stand; a target whose day has passed without data is no good news."""
    if not targets:
        return said("plan.verdict.no_targets")
    passed = [each for each in targets if each.passed]
    unknown = [each for each in targets if each.reached is None]
    facts = {
        "count": len(targets),
        "met": sum(each.reached is True for each in targets),
        "missed": sum(each.reached is False for each in targets),
        "unknown": len(unknown),
        "passed": len(passed),
        "late": sum(each.reached is None for each in passed),
    }
    return said("plan.verdict.passed" if passed else "plan.verdict.targets", **facts)


def _aspect(ws: Workspace, aspect: Aspect, standing: Mapping[str, Standing]) -> AspectLines:
    lines = tuple(_task(ws, standing[task.id]) for task in aspect.tasks)
    return AspectLines(aspect.id, Both(aspect.name_zh, aspect.name_en), lines)


def _task(ws: Workspace, standing: Standing) -> TaskLine:
    task = standing.task
    return TaskLine(
        id=task.id,
        name=Both(task.name_zh, task.name_en),
        methods=tuple(made for name in task.methods if (made := _method(name))),
        pages=tuple(Link(NAMES.get(page, Both(page, page)), page) for page in task.pages),
        answers=tuple(line_of(ws, each) for each in standing.answers),
        open_cases=tuple(case_line(ws, each) for each in standing.cases if each.outcome is None),
        ended=sum(each.outcome is not None for each in standing.cases),
        not_yet=_not_yet(task),
    )


def _method(name: str) -> MethodLink | None:
    try:
        told = registry.door(name).explain
    except Refusal:
        return None
    return MethodLink(name, Both(_short(told.what_zh), _short(told.what_en)), f"/compute/{name}")


def _short(what: str) -> str:
    """What a method gives, up to the first stop."""
    return re.split(r"[：；;:]", what, maxsplit=1)[0].strip()


def _not_yet(task: Task) -> Both:
    missing = [Both(name, name) for name in task.methods if _method(name) is None]
    if missing:
        return said("plan.not_yet.method", methods=joined(missing))
    if task.not_yet_zh:
        return Both(task.not_yet_zh, task.not_yet_en)
    return NOTHING if task.methods else said("plan.not_yet")


def _reading(ws: Workspace, reading: Reading, today: date) -> ReadingLine:
    each = reading.indicator
    amounts = (("did", reading.did), ("modelled", reading.modelled), ("measured", reading.measured))
    target = said("plan.no_target")
    if each.at_least is not None:
        target = said("plan.target", value=f"{each.at_least:g}", unit=each.unit, by=str(each.by or "—"))
    return ReadingLine(
        id=each.id,
        name=Both(each.name_zh, each.name_en),
        bars=tuple(_bar(ws, kind, amount, each) for kind, amount in amounts),
        target=each.at_least,
        target_say=target,
        reached=reading.reached,
        early=reading.early,
        passed=reading.passed(today),
        edition=each.edition,
        source=each.source,
        status=each.status,
    )


def _bar(ws: Workspace, kind: str, amount: Amount, each: Indicator) -> Bar:
    say = said(amount.said, **_facts(ws, amount))
    also = [said("plan.also", edition=name, value=f"{value:.1f}", unit=each.unit) for name, value in amount.also]
    say = Both(say.zh + "".join(one.zh for one in also), say.en + "".join(one.en for one in also))
    length = 0.0 if amount.value is None else min(max(amount.value, 0.0), 100.0)
    return Bar(kind, amount.value, length, say, _link(amount))


def _facts(ws: Workspace, amount: Amount) -> dict[str, object]:
    """The facts of an amount, those of a kept answer as people read them."""
    facts: dict[str, object] = dict(amount.facts)
    if amount.answer:
        facts |= {
            "what": Both(str(facts["what_zh"]), str(facts["what_en"])),
            "party": party_name(ws.region, str(facts["party"])),
            "at": moment(datetime.fromisoformat(str(facts["at"]))),
        }
    return facts


def _link(amount: Amount) -> Link | None:
    if amount.answer:
        return Link(said("plan.modelled.open_answer", name=amount.answer[:8]), f"/answers/{amount.answer}")
    return Link(said("plan.modelled.open_calculator"), f"/compute/{amount.method}") if amount.method else None


ADDRESSES = (Address("/plan", build, sheet=True),)
