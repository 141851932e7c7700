"""How complete and how sound are the data: who reported on which day, what stands out and what was done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from adjoin.core.period import ZONE, Period
from adjoin.core.site import Site
from adjoin.formats.quality import quality_rules
from adjoin.loop import observe, period_means, quality_case, quality_control, quality_follow
from adjoin.loop.period_means import Mean
from adjoin.loop.quality_control import Window
from adjoin.loop.quality_follow import Followed
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.finding_words import flag_words
from adjoin.web.lines import CaseLine, case_lines
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, party_name, quantity_name, said, site_name, unit_of, word

MOST = 400  # lines of the calendar
MONTHS = 48  # links
LISTED = 200  # findings
_DONE = {"seen": ("open",), "open": ("explain",), "explained": ("close",), "corrected": ("explain", "close")}
_WAIT = {"seen", "open", "handed", "explained", "corrected"}


@dataclass(frozen=True, slots=True)
class Covered:
    """A station in a month: how many values it gave on each day, and what is said of that day."""

    site: str
    name: Both
    side: Both
    counts: tuple[int, ...]
    marks: tuple[str, ...]  # "", "maintenance", "flag"
    days: int  # with a value
    href: str


@dataclass(frozen=True, slots=True)
class DataFinding:
    """Something about data that has to be answered, and how far that has come."""

    id: str
    rule: Both
    known: Both  # how the numbers of the rule are known
    site: str
    site_name: Both
    quantity: Both
    since: datetime
    until: datetime | None
    values: str
    facts: Both  # the numbers that it stands out by
    state: str
    owner: Both
    owned: bool  # whether either side answers for the station
    mine: bool
    next: tuple[str, ...]  # what may be said of it now, by its owner
    said: tuple[tuple[Both, datetime, Both, str, str], ...]  # what, when, side, by, reason
    cases: tuple[CaseLine, ...]  # that answer it
    may_hand: bool  # whether this side can hand it to the one that runs the station
    href: str
    page: str  # where the finding itself is shown


@dataclass(frozen=True, slots=True)
class WindowLine:
    """A window of maintenance."""

    site_name: Both
    since: datetime
    until: datetime
    reason: str
    by: str
    side: Both


@dataclass(frozen=True)
class CoveragePage(Page):
    """How complete and how sound the data of a month are."""

    template: ClassVar[str] = "coverage.html"
    nav: ClassVar[str] = "/coverage"

    verdict: Verdict = shown("how many findings about data are open, and whose turn it is")
    period: str = shown("the month that is shown")
    months: tuple[str, ...] = shown("months with data, the newest first")
    days: tuple[date, ...] = shown("the days of the month, up to the last on which any station reported")
    quiet: tuple[date, date] | None = shown("days after these on which no station reported at all")
    rows: tuple[Covered, ...] = shown("values a day at each station that was ever heard in the month or the one before")
    findings: tuple[DataFinding, ...] = shown("findings about data, the open ones first, at most 200")
    count: int = shown("how many there are")
    looked: tuple[date, date] | None = shown("the days that were looked at for flags")
    fresh: int = shown("flags at stations of this side that nobody opened yet")
    windows: tuple[WindowLine, ...] = shown("windows of maintenance, the newest first")
    stations: tuple[tuple[str, Both], ...] = shown("stations of this side that maintenance may be entered for")
    asked: tuple[str, str, str] = shown("station, quantity and unit of time that means were asked for")
    means: tuple[Mean, ...] = shown("means span by span, with how much of each is known")
    means_of: Both = shown("what the means are of")
    rules: tuple[tuple[Both, Both, str], ...] = shown("the rules of flags, how well each is known, its clause")
    procedures: tuple[tuple[str, Both], ...] = shown("the procedures under which a finding can be handed over")


def build(ws: Workspace, ask: Ask) -> CoveragePage:
    """The page of the month that was asked for, else of the newest."""
    coverage = observe.coverage(ws)
    months = _months(coverage)
    period = _asked(ask, months)
    days, quiet = _heard(_days(period, ask), coverage)
    found = quality_follow.followed(ws, period if ask.query.get("period") else None)
    windows = quality_follow.windows(ws)
    asked, means = _means(ws, ask)
    cases = {case.id: case for case in case_lines(ws, ask.now)} if any(each.cases.cases for each in found) else {}
    return CoveragePage(
        title=said("web.coverage"),
        verdict=_verdict(ws, found, bool(months)),
        period=period.text if period else "",
        months=months[:MONTHS],
        days=days,
        quiet=(quiet[0], quiet[-1]) if quiet else None,
        rows=_rows(ws, coverage, days, _marks(found, windows), ask.query.get("q", "").strip().casefold()[:60]),
        findings=tuple(_finding(ws, each, cases) for each in found[:LISTED]),
        count=len(found),
        looked=_looked(ws, period if ask.query.get("period") else None),
        fresh=sum(each.state == "seen" and each.owner == ws.party for each in found),
        windows=tuple(_window(ws, each) for each in sorted(windows, key=lambda each: each.since, reverse=True)),
        stations=tuple((site.id, Both(site.name_zh, site.name_en)) for site in _own(ws, coverage)),
        asked=asked,
        means=means,
        means_of=_means_of(ws, asked) if asked[0] else Both("", ""),
        rules=tuple(_rule(name) for name in quality_rules().said),
        procedures=tuple((name, word(each, name)) for name, each in ws.region.procedures.items() if each.on == "data"),
    )


def table(page: CoveragePage) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The calendar of the month as a table; or the means, where they were asked for."""
    if page.asked[0]:
        columns = (
            "span",
            "mean",
            "least",
            "greatest",
            "have",
            "need",
            "of",
            "counted",
            "below_detection",
            "clause",
            "status",
        )
        return columns, [
            (
                m.label,
                m.mean or "",
                m.least or "",
                m.greatest or "",
                m.have,
                m.need,
                m.of,
                m.counted,
                m.below,
                m.clause,
                m.status,
            )
            for m in page.means
        ]
    days = tuple(day.isoformat() for day in page.days)
    return ("site", "name", *days), [(row.site, row.name.zh, *row.counts) for row in page.rows]


def _months(coverage: Mapping[str, Mapping[date, int]]) -> tuple[str, ...]:
    return tuple(sorted({f"{day:%Y-%m}" for counts in coverage.values() for day in counts}, reverse=True))


def _asked(ask: Ask, months: Sequence[str]) -> Period | None:
    text = ask.query.get("period", "").strip()
    asked = Period.parse(text) if text else None
    if asked is not None:
        return Period.parse(f"{asked.since:%Y-%m}")
    return Period.parse(months[0]) if months else None


def _days(period: Period | None, ask: Ask) -> tuple[date, ...]:
    """The days of the month, none of them ahead of today."""
    if period is None:
        return ()
    days = ((period.since + timedelta(days=number)).date() for number in range(period.days))
    return tuple(day for day in days if day <= ask.now.astimezone(ZONE).date())


def _heard(
    days: tuple[date, ...], coverage: Mapping[str, Mapping[date, int]]
) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days up to the last on which anybody reported, and those after it."""
    heard = [day for counts in coverage.values() for day in counts if days and days[0] <= day <= days[-1]]
    end = days.index(max(heard)) + 1 if heard else len(days)
    return days[:end], days[end:]


def _looked(ws: Workspace, period: Period | None) -> tuple[date, date] | None:
    asked = quality_control.looked(ws, period) if period else quality_control.recent(ws)
    return None if asked is None else (_day(asked.since), _day(asked.until - timedelta(seconds=1)))


def _rows(
    ws: Workspace,
    coverage: Mapping[str, Mapping[date, int]],
    days: Sequence[date],
    marks: Mapping[str, Mapping[date, str]],
    asked: str,
) -> tuple[Covered, ...]:
    """Stations that were heard in the month or in the one before: one that fell silent stays in the list."""
    if not days:
        return ()
    before = days[0] - timedelta(days=31)
    heard = [
        site
        for site in ws.region.sites.values()
        if any(before <= day <= days[-1] for day in coverage.get(site.id, {}))
        and (not asked or any(asked in text.casefold() for text in (site.id, site.name_zh, site.name_en)))
    ]
    return tuple(_row(ws, site, coverage[site.id], days, marks.get(site.id, {})) for site in heard[:MOST])


def _row(
    ws: Workspace, site: Site, counts: Mapping[date, int], days: Sequence[date], marks: Mapping[date, str]
) -> Covered:
    found = tuple(counts.get(day, 0) for day in days)
    kind = "city" if site.kind == "city" else "section" if site.kind == "section" else "site"
    return Covered(
        site=site.id,
        name=site_name(ws.region, site.id),
        side=party_name(ws.region, ws.region.side_of(site.party)),
        counts=found,
        marks=tuple(marks.get(day, "") for day in days),
        days=sum(map(bool, found)),
        href=f"/{kind}/{site.id}",
    )


def _marks(found: Sequence[Followed], windows: Sequence[Window]) -> dict[str, dict[date, str]]:
    """What is said of days at each station: a value that is flagged, or maintenance."""
    marks: dict[str, dict[date, str]] = {}
    for each in found:
        for row in each.flag.rows if each.flag and each.rule != "silent" else ():
            marks.setdefault(each.site, {})[_day(row.time)] = "flag"
    for window in windows:
        for number in range((_day(window.until) - _day(window.since)).days + 1):
            marks.setdefault(window.site, {})[_day(window.since) + timedelta(days=number)] = "maintenance"
    return marks


def _finding(ws: Workspace, each: Followed, cases: Mapping[str, CaseLine]) -> DataFinding:
    rule = quality_rules().said[each.rule]
    flag = each.flag
    values = [row.value or "—" for row in flag.rows[:6]] if flag else []
    quantity = flag.rows[0].quantity if flag and not each.quantity else each.quantity
    mine = each.owner == ws.party
    return DataFinding(
        id=each.id,
        rule=Both(rule.zh, rule.en),
        known=said(f"web.status.{rule.status}"),
        site=each.site,
        site_name=site_name(ws.region, each.site),
        quantity=quantity_name(ws.region, each.quantity) if each.quantity else said("web.coverage.whole_station"),
        since=each.since,
        until=each.until,
        values=", ".join(values) + (f" … ({len(flag.rows)})" if flag and len(flag.rows) > len(values) else ""),
        facts=flag_words(ws.region, flag.rule, flag.facts) if flag else Both("", ""),
        state=each.state,
        owner=party_name(ws.region, each.owner),
        owned=each.owner is not None,
        mine=mine,
        next=_DONE.get(each.state, ()) if mine else (),
        said=tuple(
            (said(f"web.data_finding.{one.do}"), one.at, party_name(ws.region, one.party), one.by, one.reason)
            for one in each.said
        ),
        cases=tuple(cases[name] for name in each.cases.cases if name in cases),
        may_hand=not quality_case.bar(ws, each),
        href=f"/evidence/series/{each.site}/{quantity}?period={_span(each)}",
        page=f"/finding/{each.id}",
    )


def _span(each: Followed) -> str:
    since = each.since.astimezone(ZONE) - timedelta(days=1)
    until = (each.until or each.since).astimezone(ZONE) + timedelta(days=2)
    return f"{since:%Y-%m-%d}/{until:%Y-%m-%d}"


def _window(ws: Workspace, each: Window) -> WindowLine:
    name = site_name(ws.region, each.site)
    return WindowLine(name, each.since, each.until, each.reason, each.by, party_name(ws.region, each.party))


def _verdict(ws: Workspace, found: Sequence[Followed], known: bool) -> Verdict:
    if not known:
        return Verdict("unknown", said("web.verdict.nothing"), Both("", ""))
    waiting = [each for each in found if each.state in _WAIT]
    if not waiting:
        return Verdict("fine", said("web.coverage.fine"), Both("", ""))
    counts = {side: sum(each.owner == side for each in waiting) for side in ws.region.sides}
    parts = [
        said("web.turn.count", party=party_name(ws.region, side), count=count)
        for side, count in counts.items()
        if count
    ]
    turn = said("web.turn.now", parts=joined(parts)) if parts else Both("", "")
    return Verdict("unknown", said("web.coverage.waiting", count=len(waiting)), turn, "data_look")


def _own(ws: Workspace, coverage: Mapping[str, object]) -> list[Site]:
    return [
        site for site in ws.region.sites.values() if site.id in coverage and ws.region.side_of(site.party) == ws.party
    ]


def _means(ws: Workspace, ask: Ask) -> tuple[tuple[str, str, str], tuple[Mean, ...]]:
    site, quantity, unit = (ask.query.get(name, "").strip()[:80] for name in ("section", "quantity", "by"))
    if not site or not quantity:
        return ("", "", ""), ()
    unit = unit or "month"
    return (site, quantity, unit), period_means.means(ws, site, quantity, unit)


def _means_of(ws: Workspace, asked: tuple[str, str, str]) -> Both:
    code = ws.region.quantities.find(asked[1]).code
    name = quantity_name(ws.region, code)
    unit = said(f"web.by.{asked[2]}")
    return said(
        "web.means.of",
        site=site_name(ws.region, ws.region.site(asked[0]).id),
        quantity=name,
        unit=unit_of(ws.region, code),
        by=unit,
    )


def _rule(name: str) -> tuple[Both, Both, str]:
    rule = quality_rules().said[name]
    return Both(rule.zh, rule.en), said(f"web.status.{rule.status}"), rule.clause


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


ADDRESSES = (Address("/coverage", build, asks=("period", "q", "section", "quantity", "by"), table=table),)
