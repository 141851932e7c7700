"""The pictures of registers and cities: places on the map, in the reader's language."""

from adjoin.core.period import Period
from adjoin.loop import city
from adjoin.web import draw_calendar, draw_places
from adjoin.web.geography import href
from adjoin.web.pages.city import AirMap, CityLine, CityPage
from adjoin.web.pages.register import PlaceMap
from adjoin.web.words import said


def places(given: PlaceMap, lang: str) -> str:
    """Where the records of a register stand; nothing where no place is known."""
    order = given.sides
    dots = [
        draw_places.Dot(
            f"{each.name.of(lang)} · {each.side_name.of(lang)}", each.spot, each.side == order[1], href(each.href, lang)
        )
        for each in given.rows
        if each.spot is not None
    ]
    ground = draw_places.Ground(given.areas, [(name.of(lang), spot) for name, spot in given.names])
    words = said("web.register.map.alt", count=len(dots)).of(lang)
    return draw_places.places(dots, ground, title=said("web.register.map").of(lang), desc=words)


def air_map(given: AirMap, lang: str) -> str:
    """The cities of both sides, each with its figure; nothing where no city was reported."""
    marks = [
        draw_places.Shade(
            each.name.of(lang),
            each.spot,
            each.level,
            each.written.of(lang),
            href(each.href, lang),
            each.focus,
            each.step,
        )
        for each in sorted(given.cities, key=lambda city: (not city.focus, city.level == 0))
        if each.spot is not None
    ]
    ground = draw_places.Ground(given.areas, [(name.of(lang), spot) for name, spot in given.names])
    desc = said("web.city.map.alt", count=len(marks)).of(lang)
    return draw_places.places(marks, ground, title=said("web.city.map").of(lang), desc=desc)


def air_year(page: CityPage, lang: str) -> str:
    """Every day of a year with its index."""
    squares = [
        draw_calendar.Square(each.day, each.level, _figure(each.aqi[0]), bool(each.flags)) for each in page.calendar
    ]
    known = sum(each.level > 0 for each in page.calendar)
    return draw_calendar.year(
        squares,
        months=said("web.city.months").of(lang).split(),
        weekdays=said("web.city.weekdays").of(lang).split(),
        title=f"{page.title.of(lang)} {page.period}",
        desc=said("web.city.calendar.alt", known=known, days=len(squares)).of(lang),
    )


def air_month(page: CityPage, lang: str) -> str:
    """Every city of both sides in a month, day by day, with the tier its days would have called."""
    desc = said("web.city.month.alt", count=len(page.region), month=Period.parse(page.month).text).of(lang)
    head = said("web.city.tier").of(lang)
    rows = [_strip(each, page.site, lang) for each in page.region]
    return draw_calendar.strips(rows, head=head, title=said("web.city.month", month=page.month).of(lang), desc=desc)


def _strip(each: CityLine, here: str, lang: str) -> draw_calendar.Strip:
    squares = tuple(draw_calendar.Square(day, city.level(aqi), _figure(aqi)) for day, aqi in each.days)
    return draw_calendar.Strip(
        each.name.of(lang), squares, each.tiers[0].of(lang), href(each.href, lang), each.site == here
    )


def _figure(aqi: int | None) -> str:
    return "—" if aqi is None else str(aqi)
