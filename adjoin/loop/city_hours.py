"""The hours of a city: what the air was by the hour of the day, and from where the wind came, where hours were taken.

Most cities have days only. Hours come in by a table with a row an hour (mapping `air-city-hourly`), of the city or of
an air station in it, and stand beside the days: no day is made of them, for what a day needs is law of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adjoin.air import hours as question
from adjoin.air.hours import HourMean, Rose, Wind
from adjoin.core.evidence import Evidence
from adjoin.core.observation import Observation
from adjoin.core.period import ZONE, Period
from adjoin.core.site import Site
from adjoin.core.units import evaluated
from adjoin.loop import assess
from adjoin.loop.workspace import Workspace

HOUR_MEAN, STATION = "hour-mean", "air_station"
DUST, SPEED, DIRECTION = "a34004", "a01007", "a01008"
SHOWN = (DUST, "a34002", "a05024", "a21004", "a21026", "a21005")


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a city in a span, from one place and origin."""

    site: str  # the city, or an air station in it
    origin: str
    hours: int  # in which anything was told
    of: int  # hours of the span
    by_hour: Mapping[str, tuple[HourMean, ...]]  # quantity -> 24 means
    rose: Rose | None  # None where no wind was told
    evidence: tuple[Evidence, ...]


def hours(workspace: Workspace, city: Site, period: Period) -> Hours | None:
    """The hours of a city in a span; None where there are none. Of several places and origins that with most hours."""
    return workspace.computed(
        ("city hours", city.id, period.since, period.until), lambda: _hours(workspace, city, period)
    )


def _hours(workspace: Workspace, city: Site, period: Period) -> Hours | None:
    found = defaultdict[tuple[str, str], list[Observation]](list)
    for site in _places(workspace, city):
        for row in workspace.observed.read(site, None, period):
            if row.method == HOUR_MEAN and row.value is not None:
                found[site, row.origin].append(row)
    if not found:
        return None
    most = max(sorted(found), key=lambda each: len({row.time for row in found[each]}))
    return _told(*most, found[most], period)


def _places(workspace: Workspace, city: Site) -> list[str]:
    """The city, and the air stations that bear its administrative code."""
    code = city.attributes.get("adcode")
    stations = (each for each in workspace.region.sites.values() if each.kind == STATION)
    return [city.id, *(each.id for each in stations if code and each.attributes.get("adcode") == code)]


def _told(site: str, origin: str, rows: Sequence[Observation], period: Period) -> Hours:
    values = defaultdict[str, dict[datetime, float]](dict)
    kept = defaultdict[str, list[Observation]](list)
    for row in rows:
        values[row.quantity][row.time] = float(evaluated(row.value or ""))
        kept[row.quantity].append(row)
    winds = [Wind(speed, values[DIRECTION].get(time), values[DUST].get(time)) for time, speed in values[SPEED].items()]
    return Hours(
        site=site,
        origin=origin,
        hours=len({row.time for row in rows}),
        of=24 * period.days,
        by_hour={
            code: question.by_hour((time.astimezone(ZONE).hour, value) for time, value in values[code].items())
            for code in SHOWN
            if values.get(code)
        },
        rose=question.rose(winds) if winds else None,
        evidence=tuple(assess.evidence_of(each) for code, each in kept.items() if code in {*SHOWN, SPEED, DIRECTION}),
    )
