"""The door to the timetable of cement kilns."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from adjoin.core.refusal import Refusal
from adjoin.doors.air_kilns_explained import EXPLAINED
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.tables_given import even, known, matrix, objects, once

if TYPE_CHECKING:
    from adjoin.air import kiln_timetable as words

_KILNS, _PERIODS, _DAYS, _STOPS, _POLLUTANTS = 60, 366, 31, 20, 10
_CLINKER, _EMISSION, _EXPOSURE, _SEASON_T = 50_000.0, 1e4, 1e12, 1e9
_WEEK = 7


def kiln_timetable(asked: Asked) -> Answer:
    """When each kiln stops, so that people breathe least of it for the same clinker."""
    from adjoin.air import kiln_timetable as question

    given = Given.of(asked)
    days, together = given.integer("period_days", 1, _DAYS), given.flag("together", default=False)
    kilns = _kilns(given, days)
    found = question.timetable(kilns, _needs(given, kilns), together=together)
    since = _since(given, days * len(kilns[0].exposure))
    by_name = {kiln.name: kiln for kiln in kilns}
    plain = sum(kiln.exposed(kiln.plain) for kiln in kilns)
    saved = plain - found.decision.objective
    return {
        "exposure": found.decision.objective,
        "plain_exposure": plain,
        "saved": saved,
        "saved_percent": 100 * saved / plain if plain else None,
        "clinker_t": dict(found.clinker_t),
        "needed_t": dict(found.need_t),
        "plain_clinker_t": question.made(kilns, {kiln.name: kiln.plain for kiln in kilns}, together=together),
        "stops": [
            {
                "kiln": name,
                "side": by_name[name].side,
                "from": _called(since, first * days, first),
                "until": _called(since, (last + 1) * days - 1, last),
                "days": (last + 1 - first) * days,
            }
            for name, runs in found.runs.items()
            for first, last in question.stops(runs)
        ],
        "kilns": [
            {
                "name": name,
                "side": by_name[name].side,
                "stopped_days": days * runs.count(False),
                "exposure": by_name[name].exposed(runs),
                "plain_exposure": by_name[name].exposed(by_name[name].plain),
            }
            for name, runs in found.runs.items()
        ],
        "timetable": {name: "".join("1" if run else "0" for run in runs) for name, runs in found.runs.items()},
        "stopped_days": {name: _by_week(runs, days, since) for name, runs in found.runs.items()},
        "exposure_per_t_clinker": dict(found.price),
        "price_bound": found.price_bound,
        "bound": found.decision.bound,
        "gap": found.decision.gap,
        "decision": found.decision.as_json(),
    }


def _kilns(given: Given, days: int) -> list["words.Kiln"]:
    rows = objects(given, "kilns", _KILNS)
    names = [each.text("name") for each in rows]
    once("kilns", names)
    exposure = _exposure(given, names, days)
    return [_kiln(each, days, exposure[name]) for each, name in zip(rows, names, strict=True)]


def _kiln(given: Given, days: int, exposure: Sequence[Decimal]) -> "words.Kiln":
    from adjoin.air.kiln_stops import Stopping
    from adjoin.air.kiln_timetable import Kiln

    season = days * len(exposure)
    ordered = _fits(given, "stop_days", season)
    shortest = _periods(given.integer("min_stop_days", 1, _PERIODS * _DAYS), days)
    first = given.integer("plain_from", 1, len(exposure)) - 1 if _there(given, "plain_from") else 0
    plain = _periods(_fits(given, "plain_days", season) if _there(given, "plain_days") else ordered, days)
    plain = max(plain, _periods(ordered, days), shortest) if plain else 0
    if first + plain > len(exposure):
        refuse("stop_beyond_season", given.place("plain_from"), first + 1, stop=plain * days, season=season)
    return Kiln(
        name=given.text("name"),
        side=given.text("side"),
        clinker_t=Decimal(str(given.number("clinker_t_d", 0.001, _CLINKER))) * days,
        law=Stopping(
            least=_periods(ordered, days),
            shortest_stop=shortest,
            shortest_run=_periods(given.integer("min_run_days", 1, _PERIODS * _DAYS), days),
            most_stops=given.integer("most_stops", 0, _STOPS),
        ),
        exposure=tuple(exposure),
        plain_from=first,
        plain_periods=plain,
    )


def _exposure(given: Given, kilns: Sequence[str], days: int) -> dict[str, list[Decimal]]:
    """What running in each period exposes people to, by kiln: emission by exposure for a tonne, of all pollutants."""
    lines = objects(given, "emissions", _KILNS * _POLLUTANTS)
    pairs = [f"{known(each.place('kiln'), each.text('kiln'), kilns)} {each.text('pollutant')}" for each in lines]
    once("emissions", pairs)
    table = _table(given, len(lines))
    found = {name: [Decimal(0)] * len(table[0]) for name in kilns}
    for line, values in zip(lines, table, strict=True):
        tonnes = Decimal(str(line.number("t_d", 0, _EMISSION))) * days
        now = found[line.text("kiln")]
        found[line.text("kiln")] = [one + tonnes * Decimal(str(value)) for one, value in zip(now, values, strict=True)]
    told = {line.text("kiln") for line in lines}
    if missing := [name for name in kilns if name not in told]:
        refuse("kiln_without_emission", "emissions", missing[0])
    return found


def _table(given: Given, lines: int) -> list[list[float]]:
    rows = given.items("exposure_per_t")
    even("exposure_per_t", rows, lines)
    first = rows[0]
    if not isinstance(first, list | tuple):
        refuse("not_a_list", "exposure_per_t[0]", first)
    if not 1 <= len(first) <= _PERIODS:
        refuse("out_of_bounds", "exposure_per_t[0]", len(first), low=1, high=_PERIODS)
    return matrix(given, "exposure_per_t", (lines, len(first)), 0, _EXPOSURE)


def _needs(given: Given, kilns: Sequence["words.Kiln"]) -> Mapping[str, float] | None:
    if not _there(given, "demand_t"):
        return None
    demand, sides = given.inner("demand_t"), sorted({kiln.side for kiln in kilns})
    for side in demand.values:
        known(demand.place(str(side)), str(side), sides)
    return {side: demand.number(side, 0, _SEASON_T) for side in sides}


def _fits(given: Given, key: str, season: int) -> int:
    found = given.integer(key, 0, _PERIODS * _DAYS)
    if found > season:
        refuse("stop_beyond_season", given.place(key), found, stop=found, season=season)
    return found


def _periods(days: int, each: int) -> int:
    return -(-days // each)


def _there(given: Given, key: str) -> bool:
    return given.values.get(key) is not None


def _since(given: Given, season: int) -> date | None:
    """The first day, where it is told and the calendar goes as far as the season."""
    if not _there(given, "since"):
        return None
    try:
        since = date.fromisoformat(given.text("since"))
        since + timedelta(days=season)
    except (ValueError, OverflowError):
        raise Refusal("not_a_time", met=given.text("since")[:60]) from None
    return since


def _called(since: date | None, after: int, period: int) -> str:
    """A day of the season by its date; where no date is told, the number of its period."""
    return str(period + 1) if since is None else (since + timedelta(days=after)).isoformat()


def _by_week(runs: Sequence[bool], days: int, since: date | None) -> dict[str, int]:
    """Stopped days in each seven days (in each period, where it is longer), by the first of them."""
    step = max(1, _WEEK // days)
    return {_called(since, t * days, t): days * runs[t : t + step].count(False) for t in range(0, len(runs), step)}


DOORS = (Door("air.kiln_timetable", kiln_timetable, EXPLAINED["air.kiln_timetable"], picture="matrix:stopped_days"),)
