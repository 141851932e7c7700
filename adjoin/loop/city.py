"""The air of a city: each day by each edition of the index, good days, and the warnings that a month would have called.

The index of a day is computed here from the six concentrations; what was published stands beside it. A day that nobody
reported is no day with zero: it is counted apart, breaks every run of days, and is drawn as not known. The tables of
the index and of the warnings come in as arguments: they are dated law.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from adjoin.air import quality, warning
from adjoin.air.quality import Edition
from adjoin.air.warning import NONE, Warnings
from adjoin.core.evidence import Evidence
from adjoin.core.observation import Observation
from adjoin.core.period import ZONE, Period
from adjoin.core.refusal import Refusal
from adjoin.core.site import Site
from adjoin.core.units import decimal, evaluated
from adjoin.loop import assess
from adjoin.loop.workspace import Workspace

ITEMS = {
    "a34004": "PM25_24h", "a34002": "PM10_24h", "a05024-max8h": "O3_8h",
    "a21004": "NO2_24h", "a21026": "SO2_24h", "a21005": "CO_24h",
}  # fmt: skip
PUBLISHED = "aqi"
GOOD, POLLUTED, HEAVY = (
    100,
    150,
    200,
)  # the index up to which a day is good; above which it is polluted, heavily polluted
DAY_MEAN, FORECAST = "day-mean", "forecast"
AHEAD = 7  # days of a forecast
APART = 5  # what a published index may differ from the computed one before it counts as another
DOUBT = 0.1  # share of such days above which no count of good days may stand alone

Editions = Mapping[str, Edition]


@dataclass(frozen=True, slots=True)
class AirDay:
    """One day of a city: the six values as reported, and its index by each edition."""

    day: date
    rows: Mapping[str, Observation]  # by quantity; empty: nobody reported
    by: Mapping[str, quality.Day]  # by edition; empty where nothing has an index
    published: str | None

    def aqi(self, edition: str) -> int | None:
        """The index by an edition; nothing where nobody reported."""
        found = self.by.get(edition)
        return found.aqi if found else None

    @property
    def whole(self) -> bool:
        """Whether all six were reported."""
        return all(code in self.rows for code in ITEMS)


@dataclass(frozen=True, slots=True)
class Published:
    """What was published of the same days, beside what is computed here."""

    good: int  # days with a published index of 100 or less
    known: int  # days with a published index
    both: int  # days with a published index and a computed one
    differs: int  # of these, days on which the two are more than 5 apart

    @property
    def doubtful(self) -> bool:
        """Whether the two are apart on so many days that neither count may stand alone."""
        return self.differs > DOUBT * self.both


@dataclass(frozen=True, slots=True)
class Count:
    """What the days of a span amount to by one edition."""

    edition: str
    clause: str
    status: str
    good: int
    levels: tuple[int, ...]  # days in each of the six levels
    known: int
    days: int

    @property
    def missing(self) -> int:
        """Days that nobody reported."""
        return self.days - self.known


@dataclass(frozen=True, slots=True)
class CityMonth:
    """One city in a month: the index of each day, the tier its days would have called, and from which day on."""

    site: Site
    side: str | None
    days: tuple[AirDay, ...]
    tiers: Mapping[str, str]  # edition -> the highest tier
    called: date | None  # the first day of the run that calls it, by the first edition
    above: int  # days above POLLUTED, by the first edition
    heavy: int  # days above HEAVY


@dataclass(frozen=True, slots=True)
class SideMonth:
    """One side in a month: the highest tier that any of its cities would have called, and how many called each."""

    side: str
    tiers: Mapping[str, str]
    cities: Mapping[str, int]  # tier -> cities that reach it, by the first edition
    known: int  # cities with any day


def cities(workspace: Workspace) -> tuple[Site, ...]:
    """The cities whose air was reported, in the order of the bundle."""
    newest = workspace.computed("latest", workspace.observed.latest)
    seen = {site for site, quantity in newest if quantity in ITEMS}
    return tuple(site for site in workspace.region.sites.values() if site.id in seen)


def city(workspace: Workspace, name: str) -> Site:
    """The city of this id, administrative code or Chinese name."""
    towns = [site for site in workspace.region.sites.values() if site.kind == "city"]
    found = next((site for site in towns if name in {site.id, site.attributes.get("adcode"), site.name_zh}), None)
    if found is None:
        raise Refusal("unknown_city", met=name[:60], near=", ".join(workspace.region.near(name[:60])) or "-")
    return found


def days(workspace: Workspace, site: str, period: Period, editions: Editions) -> tuple[AirDay, ...]:
    """Every day of a span at a city, reported or not."""
    key = ("air days", site, period.since, period.until, *editions)
    return workspace.computed(key, lambda: tuple(_days(_of_days(workspace, site, period), period, editions)))


def count(days: Sequence[AirDay], edition: Edition) -> Count:
    """Good days and the days of each level; days that nobody reported are counted apart."""
    found = [aqi for each in days if (aqi := each.aqi(edition.name)) is not None]
    levels = [level(aqi) for aqi in found]
    return Count(
        edition=edition.name,
        clause=edition.clause,
        status=edition.status,
        good=sum(aqi <= GOOD for aqi in found),
        levels=tuple(levels.count(number) for number in range(1, 7)),
        known=len(found),
        days=len(days),
    )


def published(days: Sequence[AirDay], edition: Edition) -> Published:
    """The published index of the same days, and on how many of them it is more than 5 away from the computed one."""
    told = [(decimal(each.published), each.aqi(edition.name)) for each in days if each.published is not None]
    both = [abs(value - aqi) for value, aqi in told if aqi is not None]
    return Published(
        good=sum(value <= GOOD for value, _ in told),
        known=len(told),
        both=len(both),
        differs=sum(apart > APART for apart in both),
    )


def level(aqi: int | None) -> int:
    """The level of an index, 1 to 6; 0 for not known. Source: HJ 633."""
    return 0 if aqi is None else next((n for n, top in enumerate((50, 100, 150, 200, 300), start=1) if aqi <= top), 6)


def years(workspace: Workspace, site: str) -> tuple[int, ...]:
    """The years in which a city was reported, the newest first."""
    counts = workspace.computed("coverage", workspace.observed.coverage).get(site, {})
    return tuple(sorted({day.year for day in counts}, reverse=True))


def heaviest_month(workspace: Workspace, year: int, edition: Edition) -> Period | None:
    """The month of a year with the most days above 150, over all cities; nothing where there is none."""
    whole = Period.parse(f"{year:04d}")
    found: dict[int, int] = defaultdict(int)
    for site in cities(workspace):
        for each in days(workspace, site.id, whole, {edition.name: edition}):
            found[each.day.month] += (each.aqi(edition.name) or 0) > POLLUTED
    month, most = max(found.items(), key=lambda one: (one[1], -one[0]), default=(1, 0))
    return Period.parse(f"{year:04d}-{month:02d}") if most else None


def month(workspace: Workspace, period: Period, editions: Editions, rules: Warnings) -> tuple[CityMonth, ...]:
    """Every city in a month, the most polluted first."""
    key = ("air month", period.since, *editions)
    return workspace.computed(key, lambda: _month(workspace, period, editions, rules))


def sides(workspace: Workspace, found: Sequence[CityMonth], rules: Warnings) -> tuple[SideMonth, ...]:
    """What both sides would have called in a month, each by its own cities and the same rule."""
    made = []
    for side in workspace.region.sides:
        mine = [each for each in found if each.side == side]
        editions = mine[0].tiers if mine else {}
        tiers = {name: highest([each.tiers[name] for each in mine], rules) for name in editions}
        first = next(iter(editions), "")
        called = [each.tiers[first] for each in mine] if first else []
        made.append(SideMonth(side, tiers, {name: called.count(name) for name in names(rules)}, len(mine)))
    return tuple(made)


def forecast(workspace: Workspace, site: str, today: date, editions: Editions) -> tuple[AirDay, ...]:
    """The days ahead as somebody forecast them; a day without a forecast is not known, and never zero."""
    since = datetime(today.year, today.month, today.day, tzinfo=ZONE)
    period = Period(since, since + timedelta(days=AHEAD), "")
    rows = (row for row in workspace.observed.read(site, None, period) if row.method == FORECAST)
    return tuple(_days(rows, period, editions))


def tier(days: Sequence[AirDay], edition: str, rules: Warnings) -> str:
    """The highest tier that a series of days calls; a day that is not known breaks every run."""
    series, counts = _series(days, edition, rules)
    return warning.level(series, counts, rules, with_optional=False)


def highest(tiers: Iterable[str], rules: Warnings) -> str:
    """The highest of some tiers."""
    order = [*names(rules), NONE]
    return min(tiers, key=order.index, default=NONE)


def names(rules: Warnings) -> tuple[str, ...]:
    """The tiers that are not a region's own choice, from the highest down."""
    return tuple(each.name for each in rules.levels if not each.optional)


def evidence(days: Sequence[AirDay]) -> tuple[Evidence, ...]:
    """What the days rest on: one series a pollutant."""
    rows: dict[str, list[Observation]] = defaultdict(list)
    for each in days:
        for code, row in each.rows.items():
            rows[code].append(row)
    return tuple(assess.evidence_of(found) for code, found in rows.items() if code in ITEMS)


def _of_days(workspace: Workspace, site: str, period: Period) -> list[Observation]:
    return [row for row in workspace.observed.read(site, None, period) if row.method == DAY_MEAN]


def _days(rows: Iterable[Observation], period: Period, editions: Editions) -> Iterable[AirDay]:
    """Every day of a span; of several origins the first in the order of the book counts."""
    found: dict[date, dict[str, Observation]] = defaultdict(dict)
    for row in rows:
        if row.value is not None:
            found[row.time.astimezone(ZONE).date()].setdefault(row.quantity, row)
    first = period.since.astimezone(ZONE).date()
    return (
        _day(first + timedelta(days=n), found.get(first + timedelta(days=n), {}), editions) for n in range(period.days)
    )


def _day(day: date, rows: Mapping[str, Observation], editions: Editions) -> AirDay:
    values = {ITEMS[code]: evaluated(row.value or "") for code, row in rows.items() if code in ITEMS}
    by = {name: quality.of_day(values, edition) for name, edition in editions.items()} if values else {}
    published = rows[PUBLISHED].value if PUBLISHED in rows else None
    return AirDay(day, {code: row for code, row in rows.items() if code in ITEMS}, by, published)


def _month(workspace: Workspace, period: Period, editions: Editions, rules: Warnings) -> tuple[CityMonth, ...]:
    first = next(iter(editions))
    made = []
    for site in cities(workspace):
        found = days(workspace, site.id, period, editions)
        if not any(each.by for each in found):
            continue
        seen = [each.aqi(first) or 0 for each in found]
        tiers = {name: tier(found, name, rules) for name in editions}
        made.append(
            CityMonth(
                site=site,
                side=workspace.region.side_of(site.party),
                days=found,
                tiers=tiers,
                called=_called(found, first, tiers[first], rules),
                above=sum(aqi > POLLUTED for aqi in seen),
                heavy=sum(aqi > HEAVY for aqi in seen),
            )
        )
    return tuple(sorted(made, key=lambda each: (-each.above, -each.heavy, each.site.id)))


def _series(days: Sequence[AirDay], edition: str, rules: Warnings) -> tuple[list[float], list[bool]]:
    series, counts = [], []
    for each in days:
        found = each.by.get(edition)
        series.append(float(found.aqi) if found and found.aqi is not None else 0.0)
        counts.append(found is not None and any(item.startswith(f"{rules.pollutant}_") for item in found.primary))
    return series, counts


def _called(days: Sequence[AirDay], edition: str, called: str, rules: Warnings) -> date | None:
    """The first day of the first run that calls the tier."""
    if called == NONE:
        return None
    lowest = min(run.above for each in rules.levels if each.name == called for run in each.runs)
    for above, run in groupby(days, key=lambda each: (each.aqi(edition) or 0) > lowest):
        held = list(run)
        if above and tier(held, edition, rules) == called:
            return held[0].day
    return None
