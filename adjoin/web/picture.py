"""The pictures of the pages: what a page holds, handed to the writers of SVG in the reader's language."""

import re
from datetime import datetime

from adjoin.core.finding import Cell
from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.units import evaluated
from adjoin.web import draw, draw_bands, draw_desk, draw_hours, draw_signed, picture_hours, picture_places
from adjoin.web.exhibits import Table
from adjoin.web.geography import MapView
from adjoin.web.lines import SectionLine
from adjoin.web.pages.city import AirMap, CityPage
from adjoin.web.pages.city_hours import HoursPart, ProfileLine
from adjoin.web.pages.desk import DeskPage
from adjoin.web.pages.evidence import SeriesPage
from adjoin.web.pages.finding import FindingPage
from adjoin.web.pages.register import PlaceMap
from adjoin.web.pages.scenario import ScenarioPage
from adjoin.web.pages.section import Curve, SectionPage
from adjoin.web.pages.telemetry_station import StationPage
from adjoin.web.scenario_words import signed
from adjoin.web.words import Both, said, short_time


def border_map(view: MapView, lang: str) -> str:
    """The map of the border."""
    return view.svg(lang)


def still_map(view: MapView, lang: str) -> str:
    """The same where nothing can be pressed: its marks lead nowhere."""
    return re.sub(r"</?a\b[^>]*>", "", view.svg(lang))


def places(given: PlaceMap, lang: str) -> str:
    """Where the records of a register stand."""
    return picture_places.places(given, lang)


def air_map(given: AirMap, lang: str) -> str:
    """The cities of both sides, each with its figure."""
    return picture_places.air_map(given, lang)


def air_year(page: CityPage, lang: str) -> str:
    """Every day of a city's year with its index."""
    return picture_places.air_year(page, lang)


def air_hours(line: ProfileLine, lang: str) -> str:
    """One quantity of a city by the hour of the day."""
    return picture_hours.profile(line, lang)


def wind_rose(part: HoursPart, lang: str) -> str:
    """Where the wind of a city came from."""
    return picture_hours.rose(part, lang)


def air_month(page: CityPage, lang: str) -> str:
    """Every city in a month, day by day."""
    return picture_places.air_month(page, lang)


def thin(line: SectionLine, since: datetime, until: datetime, lang: str) -> str:
    """The classes of a section as a thin band."""
    return (
        draw_bands.thin_ribbon(line.steps, title=_classes(line).of(lang), since=since, until=until)
        if line.steps
        else ""
    )


def ribbon(page: SectionPage, lang: str) -> str:
    """The classes of a section at each look."""
    title = said("web.ribbon", site=page.title).of(lang)
    return draw_bands.ribbon(page.steps, title=title, desc=_classes(page.line).of(lang), until=page.until)


def curve(page: SectionPage, given: Curve, lang: str) -> str:
    """One quantity at a section, with its limit; one time axis for all of them."""
    name = given.name.of(lang)
    span = (page.steps[0][0], page.until) if page.steps else None
    levels = [draw.Level(value, words.of(lang)) for value, words in _levels(given)]
    title = f"{page.title.of(lang)} {name}"
    line = draw.Curve(name, points(given.rows))
    desc = _range(given.rows, given.unit).of(lang)
    return draw.series([line], title=title, desc=desc, levels=levels, span=span, above=_begin(given))


def series(page: SeriesPage, lang: str) -> str:
    """The observations beneath a number."""
    if not any(row.value for row in page.rows):
        return ""
    line = draw.Curve(page.name.of(lang), points(page.rows))
    return draw.series([line], title=page.title.of(lang), desc=_range(page.rows, page.unit).of(lang), width=720)


def exhibit(page: FindingPage, table: Table, lang: str) -> list[tuple[str, str]]:
    """The pictures of an exhibit, each with its name; none where it is only a table."""
    if table.source.picture == "series":
        return _side_by_side(page, table, lang)
    makers = {"brackets": _brackets, "hull": _hull, "bars": _dose}
    maker = makers.get(table.source.picture)
    drawn = maker(page, table, lang) if maker and table.rows else ""
    return [(table.title.of(lang), drawn)] if drawn else []


def passage(page: DeskPage, lang: str) -> str:
    """How a release travels past everything that waits below."""
    if page.answer is None:
        return ""
    desk = page.answer.desk
    stops = [
        draw_desk.Stop(row.name.of(lang), each.km, each.arrival, each.end, row.kind == "intake")
        for row, each in zip(page.answer.rows, desk.arrivals, strict=True)
    ]
    return draw_desk.passage(
        stops,
        [draw_desk.Mark(each.km, each.say.of(lang), each.sides) for each in page.answer.borders],
        start=desk.asked.start.astimezone(ZONE),
        now=page.now,
        words=(said("web.desk.now", time=f"{page.now:%H:%M}").of(lang), said("web.desk.km_axis").of(lang)),
        title=said("web.desk.picture").of(lang),
        desc=page.verdict.say.of(lang),
    )


def changes(page: ScenarioPage, lang: str) -> str:
    """What the changes of a scenario do at each section below; nothing where no flow is known."""
    rows = [
        draw_signed.Signed(
            row.name.of(lang), row.mg_l[1], (row.mg_l[2], row.mg_l[0]), signed(row.mg_l[1]), bold=row.border is not None
        )
        for row in page.below
        if row.mg_l
    ]
    return draw_signed.signed_bars(
        rows,
        title=said("web.scenario.picture").of(lang),
        desc=page.verdict.say.of(lang),
        unit=said("web.scenario.picture.axis").of(lang),
    )


def packets(page: StationPage, lang: str) -> str:
    """How many packets of a station came in each hour."""
    return draw_hours.hours(page.hours, title=said("web.telemetry.hours").of(lang), desc=page.verdict.say.of(lang))


def points(rows: tuple[Observation, ...]) -> tuple[draw.Point, ...]:
    """Observations as points; one with a flag is suspect, one without a value is missing."""
    return tuple(
        draw.Point(row.time, float(evaluated(row.value)) if row.value else None, bool(row.flag)) for row in rows
    )


def _side_by_side(page: FindingPage, table: Table, lang: str) -> list[tuple[str, str]]:
    """Each section by itself on the same axes, down the water; one of unknown kilometre last."""
    found = {
        column.removeprefix("site:"): (words.of(lang), _column(table, place))
        for place, (column, words) in enumerate(zip(table.source.columns, table.columns, strict=True))
        if column.startswith("site:")
    }
    told = {site: each for site, each in found.items() if any(point.value is not None for point in each[1])}
    times = [point.time for _, points in told.values() for point in points]
    top = max((point.value or 0 for _, points in told.values() for point in points), default=0.0)
    levels = [draw.Level(float(page.limit[1]), page.limit[0].of(lang))] if page.limit else []
    drawn = []
    for site in sorted(told, key=lambda each: _down_the_water(page, each)):
        name, points = told[site]
        line = draw.Curve(name, points, dim=site != page.line.site)
        title = f"{name} {page.line.quantity_name.of(lang)}"
        span = (min(times), max(times))
        drawn.append((name, draw.series([line], title=title, desc="", levels=levels, span=span, top=top)))
    return drawn


def _column(table: Table, place: int) -> tuple[draw.Point, ...]:
    rows = [(_time(row[0]), _number(row[place])) for row in table.source.rows]
    return tuple(draw.Point(time, value) for time, value in rows if time is not None and value is not None)


def _down_the_water(page: FindingPage, site: str) -> tuple[bool, float]:
    km = page.kms.get(site)
    return (km is None, -(km or 0))


def _brackets(page: FindingPage, table: Table, lang: str) -> str:
    named = [dict(zip(table.source.columns, row, strict=True)) for row in table.source.rows]
    said_rows = [dict(zip(table.source.columns, row, strict=True)) for row in table.rows]
    rows = [
        draw_bands.Bracket(
            name=words["site"].of(lang),
            km=_number(facts["km_above"]),
            after=_time(facts["bracket_after"]),
            until=_time(facts["bracket_until"]),
            text=str(facts.get("value") or ""),
            bold=facts.get("site") == page.line.site,
        )
        for facts, words in zip(named, said_rows, strict=True)
    ]
    return draw_bands.brackets(
        rows,
        title=table.title.of(lang),
        desc=table.about.of(lang),
        unknown=said("web.km_unknown").of(lang),
        kilometre=said("web.km_axis").of(lang),
    )


def _hull(page: FindingPage, table: Table, lang: str) -> str:
    rows = table.source.rows
    place = {column: number for number, column in enumerate(table.source.columns)}
    band = [
        draw.Span(time, low, high)
        for row in rows
        if (time := _time(row[place["time"]])) is not None
        if (low := _number(row[place["low"]])) is not None and (high := _number(row[place["high"]])) is not None
    ]
    seen = [draw.Point(time, _number(row[place["value"]])) for row in rows if (time := _time(row[place["time"]]))]
    curves = [draw.Curve(page.line.site_name.of(lang), tuple(seen))]
    labels = [
        draw.Label(time, value, said(f"web.mark.{row[place['verdict']]}").of(lang))
        for row in rows
        if row[place["verdict"]] != "inside"
        if (time := _time(row[place["time"]])) is not None and (value := _number(row[place["value"]])) is not None
    ]
    title, desc = table.title.of(lang), table.about.of(lang)
    return draw.series(curves, band=band, labels=labels, title=title, desc=desc, width=720, height=280)


def _dose(page: FindingPage, table: Table, lang: str) -> str:
    rows = []
    for cells, words in zip(table.source.rows, table.rows, strict=True):
        value = _number(cells[1])
        if value is not None:
            rows.append(draw_bands.Bar(words[0].of(lang), value, words[1].of(lang), dim=cells[0] != page.line.site))
    return draw_bands.bars(rows, title=table.title.of(lang), desc=table.about.of(lang))


def _levels(given: Curve) -> list[tuple[float, Both]]:
    if given.limit is None:
        return []
    ends = given.limit.split("~")
    words = [said("web.limit", water_class=said(f"web.class.{given.limit_class}"), value=end) for end in ends]
    return [(float(end), say) for end, say in zip(ends, words, strict=True)]


def _begin(given: Curve) -> float:
    """Where the axis begins: a quantity with a limit on both sides (pH) has nothing to show near 0."""
    if given.limit is None or "~" not in given.limit:
        return 0.0
    seen = [evaluated(row.value) for row in given.rows if row.value]
    return max(0.0, 0.96 * min([float(given.limit.partition("~")[0]), *map(float, seen)]))


def _range(rows: tuple[Observation, ...], unit: str) -> Both:
    seen = [(evaluated(row.value), row) for row in rows if row.value]
    if not seen:
        return Both("", "")
    low, high = min(seen, key=lambda one: one[0])[1], max(seen, key=lambda one: one[0])[1]
    return said(
        "web.range",
        count=len(seen),
        low=low.value,
        low_time=short_time(low.time),
        high=high.value,
        high_time=short_time(high.time),
        unit=unit,
    )


def _classes(line: SectionLine) -> Both:
    if not line.steps:
        return Both("", "")
    known = [draw.shade(water_class) for _, water_class in line.steps if water_class]
    worst = list(draw.CHARACTERS.values())[max(known) - 1] if known else "—"
    last = draw.character(line.steps[-1][1])
    return said("web.ribbon.alt", looks=len(line.steps), worst=worst, last=last)


def _number(cell: Cell) -> float | None:
    if cell is None or isinstance(cell, (bool, tuple)) or cell == "":
        return None
    return float(evaluated(str(cell)))


def _time(cell: Cell) -> datetime | None:
    return datetime.fromisoformat(cell) if isinstance(cell, str) and len(cell) > 9 else None
