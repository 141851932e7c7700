"""Account, the plan: what stands of each task, and its indicators computed from the books, never typed in.

A reading keeps three things apart: what was *done* (cases of its tasks that came to their end), what is *modelled*
(a number of the last answer that either side kept of a method) and what was *measured* (the observed book). What
cannot be computed says which input is missing and whose it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from adjoin.core.evidence import Evidence
from adjoin.core.period import ZONE, Period
from adjoin.core.plan import Amount, Indicator, Modelled, Plan, Reading, Task
from adjoin.core.refusal import Refusal
from adjoin.core.site import Section
from adjoin.formats import plans
from adjoin.joint.case import Case
from adjoin.loop import answers, assess, city, hand_over
from adjoin.loop.answers import Again, Kept
from adjoin.loop.city import Editions
from adjoin.loop.workspace import Workspace

PM25 = "a34004"
LAST = 3  # kept answers shown of a task
Look = Callable[[Kept], Again | None]  # a kept answer computed again here; nothing where it was not


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of a task: its last kept answers of both sides, and its cases."""

    task: Task
    answers: tuple[Kept, ...]
    cases: tuple[Case, ...]


def plan(workspace: Workspace) -> Plan | None:
    """The plan of the bundle, where it has one."""
    return workspace.computed("plan", lambda: plans.load(workspace.region_folder))


def standings(workspace: Workspace, *, now: datetime) -> Mapping[str, Standing]:
    """What there is of each task, by its id."""
    found = plan(workspace)
    if found is None:
        return {}
    kept, cases = answers.kept(workspace), hand_over.cases(workspace, now=now)
    methods = {each.fingerprint[:12]: each.method for each in kept}
    return {
        task.id: Standing(
            task,
            tuple(each for each in kept if each.method in task.methods)[:LAST],
            tuple(each for each in cases if _belongs(each, task, methods)),
        )
        for task in found.tasks()
    }


def readings(
    workspace: Workspace, editions: Editions, *, now: datetime, again: Look = lambda _kept: None
) -> tuple[Reading, ...]:
    """Every indicator of the plan as it stands now.

    editions : of the air quality index, by name; dated law that the caller brings
    again : computes a kept answer again; what comes out otherwise here than it was kept is not shown
    """
    found = plan(workspace)
    if found is None:
        return ()
    standing = standings(workspace, now=now)
    did = [_reading(workspace, each, standing, editions, now) for each in found.indicators]
    return tuple(replace(each, modelled=_modelled(workspace, each.indicator, again) or each.modelled) for each in did)


def _belongs(case: Case, task: Task, methods: Mapping[str, str]) -> bool:
    """Whether a case is of a task: by its procedure, or by the method whose answer raised its finding."""
    raised_by = methods.get((case.finding or "").removeprefix("A-")[:12]) if case.finding else None
    return raised_by in task.methods if raised_by else case.procedure.name in task.procedures


def _reading(
    workspace: Workspace, each: Indicator, standing: Mapping[str, Standing], editions: Editions, now: datetime
) -> Reading:
    mine = [standing[task] for task in each.tasks]
    measured: Mapping[str, Callable[[], Amount]] = {
        "sections_at_target": lambda: _sections_at_target(workspace, now),
        "good_air_days": lambda: _good_air_days(workspace, each, editions),
        "pm25_cut": lambda: _pm25_cut(workspace, each),
        "cases_ended": lambda: _ended(_cases(mine), "plan.measured.cases"),
    }
    return Reading(each, _ended(_cases(mine), "plan.did.cases"), _of_no_method(mine), measured[each.measured]())


def _cases(standing: Iterable[Standing]) -> list[Case]:
    return list({case.id: case for each in standing for case in each.cases}.values())


def _ended(cases: Sequence[Case], key: str) -> Amount:
    if not cases:
        return Amount(None, "plan.no_cases")
    ended = sum(case.outcome is not None for case in cases)
    facts = (("ended", str(ended)), ("opened", str(len(cases))))
    return Amount(100.0 * ended / len(cases), key, facts)


def _modelled(workspace: Workspace, each: Indicator, again: Look) -> Amount | None:
    """The number of the last kept answer; nothing where no method is named for the indicator."""
    named = each.modelled
    if named is None:
        return None
    found = [kept for kept in answers.kept(workspace) if kept.method == named.method]
    last = max(found, key=lambda kept: (kept.at, kept.fingerprint), default=None)
    return _in(last, again(last), named) if last else Amount(None, "plan.modelled.nothing_kept", method=named.method)


def _in(last: Kept, made: Again | None, named: Modelled) -> Amount:
    """What an answer says of an indicator: a number that this side's code gives too, or as it was kept."""
    facts = (("what_zh", named.what_zh), ("what_en", named.what_en), ("party", last.party), ("at", last.at.isoformat()))
    kept = Amount(None, "plan.modelled.differs", facts, answer=last.fingerprint, method=named.method)
    if made is not None and not made.same:
        return kept
    value = named.of(made.answer if made else last.answer)
    if value is None:
        return replace(kept, said="plan.modelled.no_output", facts=(*facts, ("output", named.output)))
    return replace(kept, value=value, said="plan.modelled.same" if made else "plan.modelled.as_kept")


def _of_no_method(standing: Iterable[Standing]) -> Amount:
    kept = {answer.fingerprint for each in standing for answer in each.answers}
    return Amount(None, "plan.modelled.answers" if kept else "plan.modelled.none", (("count", str(len(kept))),))


# — measured —


def _sections_at_target(workspace: Workspace, now: datetime) -> Amount:
    """The share of sections with a target that keep it, in the last closed month that was observed long enough."""
    sections = [Section.of(site) for site in workspace.region.sections]
    with_target = [section.site.id for section in sections if section.target]
    span = workspace.computed("span", workspace.observed.span)
    if not with_target or span is None:
        return Amount(None, "plan.measured.no_targets")
    period = _closed_month(min(now, span[1]))
    judged = [found for site in with_target if (found := _assessed(workspace, site, period)) is not None]
    known = [each for each in judged if each is not None]
    facts = (("month", period.text), ("known", str(len(known))), ("all", str(len(with_target))))
    if not known:
        return Amount(None, "plan.measured.sections_short", facts)
    return Amount(100.0 * sum(known) / len(known), "plan.measured.sections", facts)


def _assessed(workspace: Workspace, site: str, period: Period) -> bool | None:
    try:
        return assess.assess(workspace, site, period).verdict.meets_target
    except Refusal:
        return None


def _closed_month(until: datetime) -> Period:
    local = until.astimezone(ZONE)
    year, month = (local.year, local.month - 1) if local.month > 1 else (local.year - 1, 12)
    return Period.parse(f"{year:04d}-{month:02d}")


def _good_air_days(workspace: Workspace, each: Indicator, editions: Editions) -> Amount:
    """The share of days with an index of 100 or less, over the cities of both sides, in the newest year."""
    towns = _towns(workspace)
    years = [year for town in towns for year in city.years(workspace, town)]
    pinned = next((name for name in editions if each.edition.endswith(name)), None)
    if not years or pinned is None:
        return Amount(None, "plan.measured.no_air")
    year = max(years)
    shares = workspace.seen(("good days", year, *editions), lambda: _shares(workspace, towns, year, editions))
    law = each.edition.removesuffix(pinned)
    also = tuple((law + name, share) for name, share in shares.items() if name != pinned)
    facts = (("year", str(year)), ("cities", str(len(towns))), ("edition", each.edition))
    return Amount(shares.get(pinned), "plan.measured.good_days", facts, also, year)


def _shares(workspace: Workspace, towns: Sequence[str], year: int, editions: Editions) -> dict[str, float]:
    period = Period.parse(f"{year:04d}")
    good, known = dict.fromkeys(editions, 0), dict.fromkeys(editions, 0)
    for town in towns:
        days = city.days(workspace, town, period, editions)
        for name, edition in editions.items():
            found = city.count(days, edition)
            good[name] += found.good
            known[name] += found.known
    return {name: 100.0 * good[name] / known[name] for name in editions if known[name]}


def _pm25_cut(workspace: Workspace, each: Indicator) -> Amount:
    """How far the annual mean of the newest year lies below that of the base year."""
    towns = _towns(workspace)
    years = sorted({year for town in towns for year in city.years(workspace, town)})
    facts = (("base", str(each.base_year)), ("years", ", ".join(map(str, years)) or "—"))
    if each.base_year not in years:
        return Amount(None, "plan.measured.no_base_year", facts)
    base, newest = (
        workspace.seen(("PM2.5", year), partial(_mean, workspace, towns, year)) for year in (each.base_year, years[-1])
    )
    if not base or newest is None:
        return Amount(None, "plan.measured.no_base_year", facts)
    said = (("base", str(each.base_year)), ("year", str(years[-1])))
    return Amount(100.0 * float((base - newest) / base), "plan.measured.cut", said, year=years[-1])


def _mean(workspace: Workspace, towns: Sequence[str], year: int) -> Decimal | None:
    """The mean over the cities' means of their daily values; exact, since verdicts round once."""
    period = Period.parse(f"{year:04d}")
    means = []
    for town in towns:
        texts = [row.value or "" for row in workspace.observed.read(town, PM25, period)]
        values = [Decimal(text) for text in texts if text.replace(".", "", 1).isdigit()]
        if values:
            means.append(sum(values, Decimal(0)) / len(values))
    return sum(means, Decimal(0)) / len(means) if means else None


def _towns(workspace: Workspace) -> tuple[str, ...]:
    """The cities of both sides whose air was reported."""
    region = workspace.region
    return tuple(site.id for site in city.cities(workspace) if region.side_of(site.party) is not None)


def evidence(reading: Reading) -> Evidence:
    """Where the target of an indicator stands."""
    each = reading.indicator
    return Evidence("parameter", each.id, each.source, each.source, status=each.status)
