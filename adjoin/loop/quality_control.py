"""Which readings have to be looked at twice? Flags that both sides compute alike from the same book.

A flag changes no value and no verdict: it says by which rule, with which numbers, a stretch of one series stands out.
Rules are data; windows of maintenance exempt from being silent or frozen. What is done about a flag stands in
`quality_follow`.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from math import log
from statistics import median

from adjoin.core.evidence import Evidence
from adjoin.core.finding import Exhibit, Finding
from adjoin.core.observation import Key, Observation
from adjoin.core.period import ZONE, Period, hours_between
from adjoin.core.region import Region
from adjoin.core.site import Section, Site
from adjoin.core.units import evaluated
from adjoin.formats import hj212_tables
from adjoin.formats.quality import QualityRules, quality_rules
from adjoin.loop import assess
from adjoin.loop.workspace import Workspace
from adjoin.methods import statistics

ZERO = datetime(2000, 1, 1, tzinfo=ZONE)
MOST_VALUES = 120_000  # of one look: some 2 s of one core
NOT_MEASURED = frozenset({"forecast", "month-mean"})
SECOND = timedelta(seconds=1)
BEFORE, AFTER = timedelta(days=31), timedelta(days=7)  # read around a span, so that a stretch begins where it began

Rows = Sequence[Observation]
Book = Mapping[tuple[str, str], Rows]  # the readings of a span, by site and quantity, in the order of time


@dataclass(frozen=True, slots=True)
class Window:
    """When a site is under maintenance, as its owner entered it."""

    site: str
    since: datetime
    until: datetime
    reason: str = ""
    by: str = ""
    party: str = ""
    entry: str = ""  # fingerprint of the entry that says so


@dataclass(frozen=True, slots=True)
class Flag:
    """A stretch of one series that stands out by a rule."""

    rule: str
    site: str
    quantity: str  # "" for a whole station
    since: datetime
    until: datetime | None  # None: it goes on
    rows: Rows  # the readings that stand out; for a silence the one before it
    facts: Mapping[str, str]  # the numbers that it stands out by

    @property
    def id(self) -> str:
        """Its name: the same as long as it begins at the same reading."""
        parts = (self.rule, self.site, self.quantity, f"{self.since.astimezone(ZONE):%Y%m%d%H}")
        return "-".join(filter(None, ("Q", *parts)))


def flags(workspace: Workspace, period: Period, windows: Sequence[Window] = ()) -> tuple[Flag, ...]:
    """The flags of a span, by site, quantity and time; the same on both sides from the same book."""
    key = ("quality flags", period.since, period.until, tuple(windows))
    return workspace.computed(key, lambda: _flags(workspace, period, windows))


def recent(workspace: Workspace) -> Period | None:
    """The span that is looked at where nobody asks for another: whole months that hold the bundle's look-back."""
    span = workspace.computed("span", workspace.observed.span)
    if span is None:
        return None
    back = timedelta(days=int(workspace.region.parameter("look_back_days")))
    first = (span[1] - back).astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return looked(workspace, Period(first, span[1] + timedelta(seconds=1), ""))


def looked(workspace: Workspace, period: Period) -> Period:
    """What of a span is looked at: all of it, or its last days where more than a page can wait for was reported."""
    return Period(max(period.since, _affordable(workspace, period.until)), period.until, period.text)


def _affordable(workspace: Workspace, until: datetime) -> datetime:
    """From which day on a look stays within what a page can wait for; a large network is looked at for fewer days."""
    values: Counter[date] = Counter()
    for counts in workspace.computed("coverage", workspace.observed.coverage).values():
        values.update(counts)
    last = until.astimezone(ZONE).date()
    held, since = 0, last
    for day in sorted((day for day in values if day <= last), reverse=True):
        held += values[day]
        if held > MOST_VALUES and day < last:
            break
        since = day
    else:
        return datetime(1900, 1, 1, tzinfo=ZONE)
    return datetime(since.year, since.month, since.day, tzinfo=ZONE)


def month_of(moment: datetime) -> Period:
    """The calendar month that holds a moment."""
    return Period.parse(f"{moment.astimezone(ZONE):%Y-%m}")


def finding(flag: Flag) -> Finding:
    """A flag as a Finding: what stands out, by which numbers, and the readings themselves."""
    peak = flag.rows[0]
    rules = quality_rules().said[flag.rule]
    parameter = Evidence("parameter", f"quality_rules.yaml#{flag.rule}", rules.zh, rules.en, status=rules.status)
    return Finding(
        id=flag.id,
        kind=f"data_{flag.rule}",
        site=flag.site,
        quantity=flag.quantity,
        upstream=None,
        downstream=None,
        since=flag.since,
        until=flag.until or flag.rows[-1].time,
        peak=peak,
        water_class="",
        target=None,
        exhibits=(readings(flag.rows), _numbers(flag)),
        evidence=(assess.evidence_of(flag.rows), parameter),
    )


def readings(rows: Rows) -> Exhibit:
    """The first fifty readings of a stretch as a table."""
    table = tuple((row.time.isoformat(timespec="minutes"), row.value or "—", row.origin) for row in rows[:50])
    return Exhibit("readings", ("time", "value", "origin"), table, ("note.readings",))


def _numbers(flag: Flag) -> Exhibit:
    """The numbers that a stretch stands out by."""
    return Exhibit("numbers", ("number", "value"), tuple(flag.facts.items()))


def as_owned(region: Region, rows: Sequence[Observation]) -> Sequence[Observation]:
    """Readings as the side that answers for each station has them: what it sent stands for the own copy of it.

    What the other side says of a station that is not its own (origin "...@side") is left out.
    """
    sent = [row for row in rows if "@" in row.origin]
    if not sent:
        return rows
    theirs = {_kept_as(row): row for row in sent if row.origin.rpartition("@")[2] == owner(region, row.site)}
    own = {row.key: row for row in rows if "@" not in row.origin}
    return [row for _, row in sorted({**own, **theirs}.items())]


def _kept_as(row: Observation) -> Key:
    """The key that a reading has at the side that sent it."""
    return (row.site, row.quantity, row.time, row.origin.partition("@")[0])


def owner(region: Region, site: str) -> str | None:
    """The side that answers for a station."""
    return region.side_of(region.sites[site].party) if site in region.sites else None


def _flags(workspace: Workspace, period: Period, windows: Sequence[Window]) -> tuple[Flag, ...]:
    region, rules = workspace.region, quality_rules()
    around = looked(workspace, Period(period.since - BEFORE, period.until + AFTER, ""))
    rows = as_owned(region, workspace.observed.read(period=around))
    measured, aside = [row for row in rows if row.method not in NOT_MEASURED], hj212_tables.not_judged()
    book = _book(row for row in measured if row.flag not in aside)
    found = [flag for key, series in book.items() for flag in _of_series(key, series, rules, windows)]
    found += _above_whole(book, rules)
    found += _silent(region, _book(measured), rules, windows)
    found += _neighbours(region, book, rules)
    asked = [flag for flag in found if flag.since < period.until and (flag.until or period.until) >= period.since]
    return tuple(sorted(asked, key=lambda flag: (flag.site, flag.quantity, flag.since, flag.rule)))


def _book(rows: Iterable[Observation]) -> dict[tuple[str, str], list[Observation]]:
    """The readings with a value; of several origins at one time the first in the order of the book."""
    found: dict[tuple[str, str], dict[datetime, Observation]] = defaultdict(dict)
    for row in rows:
        if row.value is not None:
            found[row.site, row.quantity].setdefault(row.time, row)
    return {key: [times[time] for time in sorted(times)] for key, times in found.items()}


def _of_series(key: tuple[str, str], rows: Rows, rules: QualityRules, windows: Sequence[Window]) -> Iterator[Flag]:
    """What one series by itself gives away."""
    yield from _range(key, rows, rules)
    yield from _spikes(key, rows, rules)
    yield from _frozen(key, [row for row in rows if not _within(row.time, key[0], windows)], rules)
    yield from _drift(key, rows, rules)


def _range(key: tuple[str, str], rows: Rows, rules: QualityRules) -> Iterator[Flag]:
    low, high = rules.limits.get(key[1], (float("-inf"), float("inf")))
    for out, run in groupby(rows, key=lambda row: not low <= _number(row) <= high and not _below(row)):
        held = list(run)
        if out:
            yield _flag("range", key, held, {"low": f"{low:g}", "high": f"{high:g}"})


def _spikes(key: tuple[str, str], rows: Rows, rules: QualityRules) -> Iterator[Flag]:
    floor = rules.floors.get(key[1])
    if floor is None or len(rows) < rules.spike["least_values"]:
        return
    values = [_number(row) for row in rows]
    beside, factor = int(rules.spike["beside"]), rules.spike["factor"]
    for at in statistics.spikes(values, beside=beside, factor=factor, floor=floor):
        around = [*values[max(0, at - beside) : at], *values[at + 1 : at + 1 + beside]]
        yield _flag("spike", key, [rows[at]], {"median": f"{median(around):g}", "floor": f"{floor:g}"})


def _frozen(key: tuple[str, str], rows: Rows, rules: QualityRules) -> Iterator[Flag]:
    if key[1] in rules.never_frozen:
        return
    texts = [None if _below(row) else row.value for row in rows]
    for first, last in statistics.frozen(texts, least=int(rules.frozen["least_values"])):
        held = rows[first : last + 1]
        hours = hours_between(held[0].time, held[-1].time)
        if hours >= rules.frozen["least_hours"]:
            yield _flag("frozen", key, held, {"values": str(len(held)), "hours": f"{hours:g}"})


def _drift(key: tuple[str, str], rows: Rows, rules: QualityRules) -> Iterator[Flag]:
    """The days of a month against a line: a change that is neither noise nor small."""
    for held in _by_month(rows) if key[1] in rules.drifting else ():
        days = _daily(held)
        found = statistics.trend([float(day.toordinal()) for day in days], [median(each) for each in days.values()])
        if found is None or len(days) < rules.drift["least_days"]:
            continue
        if abs(found.change) > max(rules.drift["factor"] * found.noise, rules.drift["share"] * abs(found.middle)):
            facts = {"change": f"{found.change:.3g}", "noise": f"{found.noise:.3g}", "days": str(len(days))}
            yield _flag("drift", key, held, facts)


def _above_whole(book: Book, rules: QualityRules) -> Iterator[Flag]:
    for part, whole in rules.parts:
        for (site, quantity), rows in book.items():
            total = {row.time: row for row in book.get((site, whole), ())} if quantity == part else {}
            held = [row for row in rows if row.time in total and _number(row) > _number(total[row.time])]
            for run in _near(held, rows):
                yield _flag("above_whole", (site, part), run, {"whole": str(total[run[0].time].value)})


def _silent(region: Region, book: Book, rules: QualityRules, windows: Sequence[Window]) -> Iterator[Flag]:
    """Stations that said nothing while others of the same origin were heard."""
    heard: dict[str, dict[str, dict[datetime, Observation]]] = defaultdict(lambda: defaultdict(dict))
    for (site, _), rows in book.items():
        for row in rows:
            heard[row.origin.partition("@")[0]][site].setdefault(row.time, row)
    for sites in heard.values():
        times = Counter(time for seen in sites.values() for time in seen)
        looks = sorted(time for time, count in times.items() if count >= rules.silent["others"] * len(sites))
        for site, seen in sites.items():
            free = [look for look in looks if not _within(look, site, windows)]
            if site in region.sites and free:
                yield from _silences(site, seen, free, rules)


def _silences(
    site: str, seen: Mapping[datetime, Observation], looks: Sequence[datetime], rules: QualityRules
) -> Iterator[Flag]:
    at = {_hours(time): row for time, row in seen.items()}
    least, fewest = rules.silent["least_hours"], int(rules.silent["least_looks"])
    for last, next_ in statistics.missed([_hours(look) for look in looks], list(at), least=least, fewest=fewest):
        until = None if next_ is None else at[next_].time
        hours = (next_ if next_ is not None else _hours(looks[-1])) - last
        yield Flag("silent", site, "", at[last].time, until, (at[last],), {"hours": f"{hours:g}"})


def _neighbours(region: Region, book: Book, rules: QualityRules) -> Iterator[Flag]:
    """Sections whose values lie far from those of the next one above, look after look, though little lies between."""
    stations = [site for site in region.sections if site.attributes.get("auto")]
    for quantity in rules.conserved:
        for lower in stations:
            upper = _next_above(region, lower, [site for site in stations if (site.id, quantity) in book], rules)
            if upper is not None:
                for rows in _by_month(book.get((lower.id, quantity), ())):
                    yield from _against(upper, rows, book[upper.id, quantity], rules)


def _next_above(region: Region, lower: Site, stations: Sequence[Site], rules: QualityRules) -> Site | None:
    """The nearest station above on the same river, within the distance that the rule allows."""
    if lower.place.river is None or not lower.place.ordered:
        return None
    above = [
        (km, site)
        for site in stations
        if site.id != lower.id
        and site.place.river == lower.place.river
        and Section.of(site).water_body == Section.of(lower).water_body
        and (km := region.network.between(site.place, lower.place)) is not None
        and 0 < km <= rules.neighbour["most_km"]
    ]
    return min(above, key=lambda one: (one[0], one[1].id))[1] if above else None


def _against(upper: Site, rows: Rows, above: Rows, rules: QualityRules) -> Iterator[Flag]:
    within = timedelta(hours=rules.neighbour["within_hours"])
    pairs = [
        (row, other)
        for row in rows
        if (other := _nearest(row, above, within)) is not None and _number(row) > 0 < _number(other)
    ]
    far = [row for row, other in pairs if abs(log(_number(row) / _number(other))) > log(rules.neighbour["factor"])]
    enough = len(pairs) >= rules.neighbour["least_values"]
    if enough and len(far) >= rules.neighbour["share"] * len(pairs):
        facts = {"above": upper.id, "far": str(len(far)), "of": str(len(pairs))}
        yield _flag("neighbour", (rows[0].site, rows[0].quantity), far, facts)


def _nearest(row: Observation, above: Rows, within: timedelta) -> Observation | None:
    at = bisect_left(above, row.time, key=lambda other: other.time)
    found = min(above[max(at - 1, 0) : at + 1], key=lambda other: abs(other.time - row.time))
    return found if abs(found.time - row.time) <= within else None


def _near(held: Rows, rows: Rows) -> Iterator[list[Observation]]:
    """Rows that follow one another in a series, together."""
    place = {row.time: at for at, row in enumerate(rows)}
    run: list[Observation] = []
    for row in held:
        if run and place[row.time] != place[run[-1].time] + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _flag(rule: str, key: tuple[str, str], rows: Rows, facts: Mapping[str, str]) -> Flag:
    return Flag(rule, key[0], key[1], rows[0].time, rows[-1].time, tuple(rows), facts)


def _by_month(rows: Rows) -> Iterator[list[Observation]]:
    """The rows of each calendar month, so that what is said of a month keeps its name."""
    return (list(held) for _, held in groupby(rows, key=lambda row: f"{row.time.astimezone(ZONE):%Y-%m}"))


def _daily(rows: Rows) -> dict[date, list[float]]:
    found: dict[date, list[float]] = defaultdict(list)
    for row in rows:
        found[row.time.astimezone(ZONE).date()].append(_number(row))
    return dict(sorted(found.items()))


def _within(time: datetime, site: str, windows: Sequence[Window]) -> bool:
    return any(each.site == site and each.since <= time < each.until for each in windows)


def _number(row: Observation) -> float:
    return float(evaluated(row.value or "0"))


def _below(row: Observation) -> bool:
    return (row.value or "").startswith("<")


def _hours(time: datetime) -> float:
    return hours_between(ZERO, time)
