"""The part of a city's page that tells of hours: the day hour by hour, the wind; or that no hour was taken."""

from dataclasses import dataclass

from adjoin.core.evidence import Evidence
from adjoin.core.period import Period
from adjoin.core.site import Site
from adjoin.formats import mappings
from adjoin.loop import city_hours
from adjoin.loop.city_hours import Hours
from adjoin.loop.workspace import Workspace
from adjoin.web.words import Both, name_of, quantity_name, said, unit_of

_POINTS = 16


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One quantity by the hour of the day."""

    code: str
    name: Both
    unit: str
    means: tuple[float | None, ...]  # 24, rounded to a digit more than they are judged by
    counts: tuple[int, ...]
    worst: int | None  # the hour with the greatest mean


@dataclass(frozen=True, slots=True)
class WindLine:
    """One direction of the wind."""

    name: Both
    degrees: float
    hours: int
    share: float
    speed: str  # m/s
    dust: str | None  # ug/m3 of fine dust in these hours


@dataclass(frozen=True, slots=True)
class HoursPart:
    """The hours of a city in a span; empty where none were taken, and then `say` tells how they come in."""

    say: Both
    profile: tuple[ProfileLine, ...] = ()
    winds: tuple[WindLine, ...] = ()
    calm: WindLine | None = None  # hours without wind or with wind from everywhere


def part(ws: Workspace, site: Site, span: Period) -> tuple[HoursPart, tuple[Evidence, ...]]:
    """What is told of the hours, and what it rests on."""
    found = city_hours.hours(ws, site, span)
    if found is None:
        return HoursPart(said("web.city.hours.none", span=span.text)), ()
    facts = {"span": span.text, "hours": found.hours, "of": found.of}
    place = name_of(ws.region.site(found.site))
    say = said("web.city.hours.say", place=place, source=_title(ws, found.origin), **facts)
    return HoursPart(say, _profile(ws, found), *_winds(found)), found.evidence


def _title(ws: Workspace, origin: str) -> Both:
    """What the table is called that brought the hours."""
    titles = {each.origin: each.title for each in mappings.all_of(ws.region_folder / "mappings")}
    found = titles.get(origin)
    return Both(found["zh"], found["en"]) if found else Both(origin, origin)


def _profile(ws: Workspace, found: Hours) -> tuple[ProfileLine, ...]:
    lines = []
    for code, hours in found.by_hour.items():
        digits = (ws.region.quantities.find(code).assessment_decimals or 0) + 1
        means = tuple(None if each.mean is None else round(each.mean, digits) for each in hours)
        known = [each for each in hours if each.mean is not None]
        worst = max(known, key=lambda each: each.mean or 0.0, default=None)
        counts = tuple(each.count for each in hours)
        name, unit = quantity_name(ws.region, code), unit_of(ws.region, code)
        lines.append(ProfileLine(code, name, unit, means, counts, worst.hour if worst else None))
    return tuple(lines)


def _winds(found: Hours) -> tuple[tuple[WindLine, ...], WindLine | None]:
    if found.rose is None:
        return (), None
    calm = found.rose.calm
    winds = tuple(_wind(each.direction, each.hours, each.share, each.speed, each.dust) for each in found.rose.petals)
    if calm is None:
        return winds, None
    still = _wind(0.0, calm.hours, calm.share, calm.speed, calm.dust)
    return winds, WindLine(said("web.city.calm"), 0.0, still.hours, still.share, still.speed, still.dust)


def _wind(direction: float, hours: int, share: float, speed: float, dust: float | None) -> WindLine:
    compass = said("web.city.compass")
    point = round(direction * _POINTS / 360) % _POINTS
    name = Both(compass.zh.split()[point], compass.en.split()[point])
    return WindLine(name, direction, hours, share, f"{speed:.1f}", None if dust is None else f"{dust:.0f}")
