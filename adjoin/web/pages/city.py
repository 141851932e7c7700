"""The air of a city: good day or not, why; the year as a calendar, the heaviest month on both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from adjoin.air.quality import Edition
from adjoin.core.period import Period
from adjoin.core.site import Site
from adjoin.core.units import evaluated
from adjoin.doors import air_tables
from adjoin.loop import city
from adjoin.loop.city import AirDay, CityMonth, Count, Published
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.geography import map_view
from adjoin.web.lines import Cited, cited
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages import city_hours
from adjoin.web.pages.city_hours import HoursPart
from adjoin.web.words import Both, after, day, joined, name_of, party_name, quantity_name, said, unit_of

Ring = tuple[tuple[float, float], ...]
SHARES = (90, 75, 60, 45)  # percent of good days from which a city stands a step higher on the map


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day by both editions, with its six values; nothing where nobody reported."""

    day: date
    aqi: tuple[int | None, ...]  # in the order of the editions
    level: int  # by the first edition; 0: not known
    primary: tuple[Both, ...]
    values: tuple[str | None, ...]  # in the order of the pollutants
    flags: tuple[str, ...]
    published: str | None


@dataclass(frozen=True, slots=True)
class CountLine:
    """A year by one edition."""

    edition: str
    clause: str
    status: Both
    good: int
    levels: tuple[int, ...]
    known: int
    missing: int


@dataclass(frozen=True, slots=True)
class PollutantLine:
    """One of the six: how it did over the span."""

    code: str
    name: Both
    unit: str
    days: int  # with a value
    mean: str | None
    greatest: str | None
    greatest_day: date | None
    decides: int  # days on which it is the primary pollutant, by the first edition
    href: str


@dataclass(frozen=True, slots=True)
class CityLine:
    """One city in a month: each day, the tier it would have called by each edition."""

    site: str
    name: Both
    side: str | None
    side_name: Both
    days: tuple[tuple[date, int | None], ...]
    tiers: tuple[Both, ...]
    called: date | None
    above: int
    heavy: int
    href: str
    spot: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class SideLine:
    """What one side would have called in a month."""

    side: str
    name: Both
    tiers: tuple[Both, ...]
    cities: tuple[tuple[Both, int], ...]
    known: int


@dataclass(frozen=True, slots=True)
class CityMark:
    """A city on the map: the number of its colour and the figure in it."""

    name: Both
    spot: tuple[float, float] | None
    level: int
    written: Both
    href: str
    focus: bool = False
    step: bool = False  # coloured by a step of one hue; else by the official colour of a level


@dataclass(frozen=True, slots=True)
class CityYear:
    """A city in a year."""

    site: str
    name: Both
    side: Both
    good: tuple[int, ...]  # by each edition
    known: int
    missing: int
    greatest: int | None  # index by the first edition
    heavy: int  # days of heavy pollution or worse, by the first edition
    published: int | None  # good days by the published index; nothing where none was published
    doubtful: bool  # whether the published index is too often another one than the computed
    href: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the one hue that good days are shown in."""

    number: int
    say: Both


@dataclass(frozen=True)
class AirMap:
    """Cities on the ground of both sides, each with a figure."""

    cities: tuple[CityMark, ...]
    areas: tuple[tuple[Ring, ...], ...]
    names: tuple[tuple[Both, tuple[float, float]], ...]


@dataclass(frozen=True)
class CityPage(Page):
    """One city: its year, its six pollutants, and the heaviest month of the region."""

    template: ClassVar[str] = "city.html"
    nav: ClassVar[str] = "/city"

    site: str = shown("the city")
    verdict: Verdict = shown("how many days were good, by both editions, and how many nobody reported")
    years: tuple[int, ...] = shown("years in which it was reported")
    period: str = shown("the year that is shown")
    editions: tuple[str, ...] = shown("the editions of the index, in the order of every list")
    counts: tuple[CountLine, ...] = shown("good days and the days of each level, by each edition")
    pollutants: tuple[PollutantLine, ...] = shown("the six pollutants over the year")
    calendar: tuple[DayLine, ...] = shown("every day of the year; a day that nobody reported has no figure")
    differs: int = shown("days on which the published index and the one computed here are more than 5 apart")
    published: Published = shown("the published index of the same days, beside what is computed here")
    hours: HoursPart = shown("the month, or the year, by the hour of the day and with its wind; or how hours come in")
    forecast: tuple[DayLine, ...] = shown("the days ahead as they were forecast; a missing forecast is not zero")
    forecast_say: Both = shown("what was forecast, or that nothing was")
    month: str = shown("the month that is looked at closely: the one asked for, or the heaviest of the year")
    sides: tuple[SideLine, ...] = shown("the tier that each side would have called in that month")
    region: tuple[CityLine, ...] = shown("every city in that month, the most polluted first")
    rule: Both = shown("the rule of the tiers, and how its text is known")
    evidence: tuple[Cited, ...] = shown("the readings of the year, and the rules")
    map: AirMap = shown("the worst day of every city in that month", twin=False)


@dataclass(frozen=True)
class CitiesPage(Page):
    """Every city whose air was reported."""

    template: ClassVar[str] = "cities.html"
    nav: ClassVar[str] = "/city"

    verdict: Verdict = shown("how many cities were reported, and in which year")
    years: tuple[int, ...] = shown("years in which any city was reported")
    period: str = shown("the year that is shown")
    editions: tuple[str, ...] = shown("the editions of the index, in the order of every list")
    cities: tuple[CityYear, ...] = shown("good days by each edition, days known and not known, the greatest index")
    steps: tuple[Step, ...] = shown("what the colours of the map say: the share of good days", twin=False)
    map: AirMap = shown("good days of each city", twin=False)


def build(ws: Workspace, ask: Ask) -> CityPage:
    """The page of the city that was asked for."""
    site, editions, rules = city.city(ws, ask.subject[0]), air_tables.editions(), air_tables.warnings()
    years = city.years(ws, site.id)
    year, month = _asked(ws, ask, years, editions)
    days = city.days(ws, site.id, Period.parse(f"{year:04d}"), editions) if years else ()
    counts = [city.count(days, each) for each in editions.values()]
    published = city.published(days, next(iter(editions.values())))
    region = city.month(ws, month, editions, rules) if month else ()
    ahead = city.forecast(ws, site.id, ask.now.date(), editions)
    hours, on_hours = city_hours.part(ws, site, month or Period.parse(f"{year:04d}"))
    return CityPage(
        title=name_of(site),
        site=site.id,
        verdict=_verdict(year, counts, published),
        years=years,
        period=f"{year:04d}",
        editions=tuple(editions),
        counts=tuple(map(_count, counts)) if days else (),
        pollutants=tuple(_pollutant(ws, site.id, code, days) for code in city.ITEMS) if days else (),
        calendar=tuple(_day(ws, each, editions) for each in days),
        differs=published.differs,
        published=published,
        hours=hours,
        forecast=tuple(_day(ws, each, editions) for each in ahead if each.by),
        forecast_say=_forecast(ahead),
        month=month.text if month else "",
        sides=tuple(_side(ws, each) for each in city.sides(ws, region, rules)) if region else (),
        region=tuple(_city(ws, each) for each in region),
        rule=said("web.city.rule", clause=rules.clause, status=said(f"web.status.{rules.status}")),
        evidence=tuple(cited(ws.region, each) for each in (*city.evidence(days), *on_hours)),
        map=_map(ws, [_worst(each, site.id) for each in region]),
    )


def all_cities(ws: Workspace, ask: Ask) -> CitiesPage:
    """The list of cities."""
    editions = air_tables.editions()
    known = city.cities(ws)
    years = tuple(sorted({year for site in known for year in city.years(ws, site.id)}, reverse=True))
    year = _year_of(ask, years)
    whole = Period.parse(f"{year:04d}")
    found = [(site, city.days(ws, site.id, whole, editions)) for site in known]
    rows = tuple(_year(ws, site, days, editions) for site, days in found)
    return CitiesPage(
        title=said("web.cities"),
        verdict=_all_verdict(year, years, rows, ask.now.year),
        years=years,
        period=f"{year:04d}",
        editions=tuple(editions),
        cities=rows,
        steps=_steps(),
        map=_map(ws, [_good(site, row) for (site, _), row in zip(found, rows, strict=True)]),
    )


def table(page: CityPage) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Every day of a city's year as a table."""
    names = tuple(f"aqi_{edition}" for edition in page.editions)
    columns = ("date", *names, "level", "primary", *city.ITEMS, "flags", "aqi_published")
    rows: list[tuple[object, ...]] = [
        (
            each.day.isoformat(),
            *("" if aqi is None else aqi for aqi in each.aqi or (None,) * len(names)),
            each.level or "",
            " ".join(primary.en for primary in each.primary),
            *(value or "" for value in each.values),
            " ".join(each.flags),
            each.published or "",
        )
        for each in page.calendar
    ]
    return columns, rows


def _asked(ws: Workspace, ask: Ask, years: Sequence[int], editions: Mapping[str, Edition]) -> tuple[int, Period | None]:
    """The year and the month that are asked for; else the newest year with many days, and its heaviest month."""
    text, year = ask.query.get("period", "").strip(), _year_of(ask, years)
    asked = Period.parse(text) if text else None
    if asked is not None and asked.days <= 31:
        return year, Period.parse(f"{asked.since:%Y-%m}")
    return year, city.heaviest_month(ws, year, next(iter(editions.values())))


def _year_of(ask: Ask, years: Sequence[int]) -> int:
    """The year that is asked for; else the newest that was reported."""
    text = ask.query.get("period", "").strip()
    return Period.parse(text).since.year if text else next(iter(years), ask.now.year)


def _verdict(year: int, counts: Sequence[Count], published: Published) -> Verdict:
    """Where the published index is often another one, neither count stands alone and the mark says doubt."""
    if not counts[0].known:
        return Verdict("unknown", said("web.city.nothing", year=year), said("web.city.nothing.turn"))
    parts = [said("web.city.good", edition=each.edition, good=each.good, known=each.known) for each in counts]
    turn = said("web.city.missing", missing=counts[0].missing) if counts[0].missing else said("web.city.whole")
    heavy = sum(counts[0].levels[4:])
    say = said("web.city.verdict", year=year, parts=joined(parts), heavy=heavy)
    if published.doubtful:
        facts = {"count": published.differs, "both": published.both, "good": published.good}
        say = said("web.city.verdict.doubt", year=year, computed=counts[0].good, **facts)
        return Verdict("unknown", say, after(said("web.city.heavy", heavy=heavy), turn), "air_doubt")
    return Verdict("bad" if heavy else "fine", say, turn, "air_heavy" if heavy else "air_fine")


def _year(ws: Workspace, site: Site, days: Sequence[AirDay], editions: Mapping[str, Edition]) -> CityYear:
    counts = [city.count(days, each) for each in editions.values()]
    published = city.published(days, next(iter(editions.values())))
    first = counts[0]
    return CityYear(
        site=site.id,
        name=name_of(site),
        side=party_name(ws.region, ws.region.side_of(site.party)),
        good=tuple(each.good for each in counts),
        known=first.known,
        missing=first.missing,
        greatest=max((aqi for each in days if (aqi := each.aqi(first.edition)) is not None), default=None),
        heavy=sum(first.levels[4:]),
        published=published.good if published.known else None,
        doubtful=published.doubtful,
        href=f"/city/{site.id}?period={days[0].day.year:04d}",
    )


def _good(site: Site, row: CityYear) -> CityMark:
    written = said("web.cities.days", good=row.good[0]) if row.known else Both("—", "—")
    step = _step(100 * row.good[0] / row.known) if row.known else 0
    return CityMark(row.name, _spot(site), step, written, row.href, step=True)


def _spot(site: Site) -> tuple[float, float] | None:
    place = site.place
    return None if place.lon is None or place.lat is None else (place.lon, place.lat)


def _all_verdict(year: int, years: Sequence[int], rows: Sequence[CityYear], now: int) -> Verdict:
    """Good or bad over all cities, the city with the fewest good days, and what is in doubt or long ago."""
    told = [row for row in rows if row.known]
    if not told:
        return Verdict("unknown", said("web.city.nothing", year=year), said("web.city.nothing.turn"))
    least = min(told, key=lambda row: row.good[0] / row.known)
    share = 100 * sum(row.good[0] for row in told) / sum(row.known for row in told)
    heavy, doubtful = (sum(map(bool, each)) for each in zip(*((row.heavy, row.doubtful) for row in told), strict=True))
    facts = {"share": f"{share:.0f}", "heavy": heavy, "least": least.name, "good": least.good[0]}
    say = said("web.cities.verdict", year=year, count=len(told), **facts)
    turn = said("web.cities.doubtful", count=doubtful) if doubtful else said("web.cities.about")
    if years[0] < now:
        turn = after(turn, said("web.cities.newest", year=years[0]))
    return Verdict("bad" if heavy else "fine", say, turn, "air_heavy" if heavy else "air_fine")


def _count(found: Count) -> CountLine:
    status = said(f"web.status.{found.status}")
    return CountLine(found.edition, found.clause, status, found.good, found.levels, found.known, found.missing)


def _day(ws: Workspace, each: AirDay, editions: Mapping[str, Edition]) -> DayLine:
    first = next(iter(editions))
    found = each.by.get(first)
    names = {item: code for code, item in city.ITEMS.items()}
    primary = tuple(quantity_name(ws.region, names[item]) for item in found.primary) if found else ()
    rows = [each.rows.get(code) for code in city.ITEMS]
    return DayLine(
        day=each.day,
        aqi=tuple(each.aqi(name) for name in editions),
        level=city.level(each.aqi(first)),
        primary=primary,
        values=tuple(row.value if row else None for row in rows),
        flags=tuple(row.flag for row in rows if row and row.flag),
        published=each.published,
    )


def _pollutant(ws: Workspace, site: str, code: str, days: Sequence[AirDay]) -> PollutantLine:
    rows = [each.rows[code] for each in days if code in each.rows]
    numbers = [evaluated(row.value or "") for row in rows]
    top = max(rows, key=lambda row: evaluated(row.value or ""), default=None)
    quantity = ws.region.quantities.find(code)
    mean = f"{sum(numbers) / len(numbers):.{quantity.assessment_decimals or 0}f}" if numbers else None
    first = next(iter(air_tables.editions()))
    decides = sum(city.ITEMS[code] in found.primary for each in days if (found := each.by.get(first)))
    return PollutantLine(
        code=code,
        name=quantity_name(ws.region, code),
        unit=unit_of(ws.region, code),
        days=len(rows),
        mean=mean,
        greatest=top.value if top else None,
        greatest_day=top.time.date() if top else None,
        decides=decides,
        href=f"/evidence/series/{site}/{code}?period={days[0].day.year:04d}",
    )


def _forecast(ahead: Sequence[AirDay]) -> Both:
    told = [each.day for each in ahead if each.by]
    if not told:
        return said("web.city.no_forecast", days=len(ahead))
    return said("web.city.forecast", told=len(told), days=len(ahead), first=day(told[0]))


def _side(ws: Workspace, each: city.SideMonth) -> SideLine:
    tiers = tuple(said(f"web.tier.{name}") for name in each.tiers.values())
    cities = tuple((said(f"web.tier.{name}"), count) for name, count in each.cities.items())
    return SideLine(each.side, party_name(ws.region, each.side), tiers, cities, each.known)


def _city(ws: Workspace, each: CityMonth) -> CityLine:
    first = next(iter(each.tiers))
    return CityLine(
        site=each.site.id,
        name=name_of(each.site),
        side=each.side,
        side_name=party_name(ws.region, each.side),
        days=tuple((one.day, one.aqi(first)) for one in each.days),
        tiers=tuple(said(f"web.tier.{name}") for name in each.tiers.values()),
        called=each.called,
        above=each.above,
        heavy=each.heavy,
        href=f"/city/{each.site.id}?period={each.days[0].day:%Y-%m}",
        spot=_spot(each.site),
    )


def _worst(each: CityMonth, here: str) -> CityMark:
    first = next(iter(each.tiers))
    worst = max((aqi for one in each.days if (aqi := one.aqi(first)) is not None), default=None)
    href = f"/city/{each.site.id}?period={each.days[0].day:%Y-%m}"
    written = Both("—", "—") if worst is None else Both(str(worst), str(worst))
    return CityMark(name_of(each.site), _spot(each.site), city.level(worst), written, href, each.site.id == here)


def _step(percent: float) -> int:
    """How good a year was, 1 to 5: by the share of good days, the more the higher."""
    return next((len(SHARES) + 1 - n for n, least in enumerate(SHARES) if percent >= least), 1)


def _steps() -> tuple[Step, ...]:
    """The steps, the best first."""
    edges = (100, *SHARES, 0)
    pairs = zip(edges[1:], edges, strict=False)
    return tuple(
        Step(len(SHARES) + 1 - n, said("web.cities.step", low=low, high=high)) for n, (low, high) in enumerate(pairs)
    )


def _map(ws: Workspace, marks: Sequence[CityMark]) -> AirMap:
    view = map_view(ws, ())
    areas = tuple(view.ground.areas.get(side, ()) for side in view.order)
    return AirMap(tuple(each for each in marks if each.spot is not None), areas, view.sides)


ADDRESSES = (
    Address("/city", all_cities, asks=("period",)),
    Address("/city/{city}", build, asks=("period",), sheet=True, table=table),
)
