"""How the emergency desk says its numbers: two figures, whole hours and minutes, chances as counts."""

from collections.abc import Sequence
from datetime import datetime

from adjoin.core.period import ZONE
from adjoin.core.region import Region
from adjoin.loop.respond import Desk
from adjoin.web.words import Both, joined, moment, name_of, party_name, said

Band = tuple[str, ...]  # P5, P50, P95 as they are read
_TONNE = 1000.0
_TRACE = 1e-6  # below it a number is only told to be smaller
LONG_H = 48  # from here on a time is told in days
_BEYOND = 1e9  # kg: above it a mass is only told to be larger


def left(now: datetime, then: datetime) -> Both:
    """How long until a moment, or since it."""
    minutes = int((then - now).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    if hours >= LONG_H:
        return said("web.desk.days_left" if minutes >= 0 else "web.desk.days_passed", d=hours // 24, h=hours % 24)
    return said("web.desk.left" if minutes >= 0 else "web.desk.passed", h=hours, m=rest)


def hour(time: datetime) -> Both:
    """A time in prose without its year."""
    prose = moment(time)
    return Both(prose.zh.partition("年")[2], prose.en.replace(f" {time.astimezone(ZONE):%Y}", "", 1))


def figures(values: Sequence[float]) -> Band:
    """Numbers to two figures, never in powers of ten."""
    return tuple(map(_figures, values))


def amounts(values: Sequence[float]) -> Band:
    """Masses in kg, or t where that is shorter; none beyond what any ship or works holds."""
    return tuple(map(_amount, values))


def odds(probability: float | None) -> Both:
    """A probability as so many in a hundred; what no sample showed is not called impossible."""
    if probability is None:
        return Both("—", "—")
    if probability < 0.005:
        return said("web.desk.odds.low")
    if probability > 0.995:
        return said("web.desk.odds.high")
    return said("web.desk.odds", count=min(max(round(100 * probability), 1), 99))


def place_words(region: Region, desk: Desk) -> Both:
    """Where the release is: the site, or the river and its kilometre."""
    site = region.find_site(desk.asked.place)
    if site is not None:
        return name_of(site)
    reach = region.network.reaches[str(desk.source.reach)]
    return said("web.desk.at_km", river=Both(reach.name_zh, reach.name_en), km=f"{desk.source.km:.1f}")


def where_words(region: Region, desk: Desk) -> Both:
    """The river and its kilometre, and who holds the reach: on a border, who holds which bank."""
    reach = region.network.reaches[str(desk.source.reach)]
    parties = {name: party_name(region, getattr(reach, name)) for name in ("left", "right", "party")}
    shared = reach.left is not None and reach.right is not None and reach.left != reach.right
    unit = Both(reach.unit_zh, reach.unit_en)
    named = bool(unit.zh) and unit != parties["party"]
    held = said(f"web.desk.held.{'banks' if shared else 'unit' if named else 'party'}", unit=unit, **parties)
    river = Both(reach.name_zh, reach.name_en)
    where = said("web.desk.where_is", river=river, km=f"{desk.source.km:.1f}", held=held)
    site = region.find_site(desk.asked.place)
    return said("web.desk.where_site", site=name_of(site), where=where) if site else where


def mass_words(desk: Desk) -> Both:
    """How much it was, as far as that is known."""
    if desk.asked.mass_kg is None:
        return said("web.desk.mass_unknown")
    least, most = amounts(desk.asked.mass_kg)
    return said("web.desk.mass", mass=least if least == most else f"{least} – {most}")


def substance_words(desk: Desk) -> Both:
    """What it was, as far as that is known."""
    substance = desk.substance
    return Both(substance.name_zh, substance.name_en) if substance else said("web.desk.substance_unknown")


def reason(region: Region, desk: Desk) -> Both:
    """The facts of an event in one sentence, for a message to the other side."""
    facts = {"place": place_words(region, desk), "time": moment(desk.asked.start)}
    facts |= {"substance": substance_words(desk), "mass": mass_words(desk)}
    told = said("web.desk.reason.drill" if desk.asked.drill else "web.desk.reason", **facts)
    ahead = [
        said("web.desk.reason.arrival", site=name_of(each.site), party=party_name(region, each.site.party),
             time=f"{each.arrival[0].astimezone(ZONE):%m-%d %H:%M}")
        for each in desk.arrivals[:3]
    ]  # fmt: skip
    arrivals = said("web.desk.reason.arrivals", parts=joined(ahead)) if ahead else Both("", "")
    return Both(told.zh + arrivals.zh, f"{told.en} {arrivals.en}".strip())


def _amount(kg: float) -> str:
    if kg > _BEYOND:
        return f"> {_BEYOND / _TONNE:.0f} t"
    return f"{_figures(kg)} kg" if kg < _TONNE else f"{_figures(kg / _TONNE)} t"


def _figures(value: float) -> str:
    if value == 0:
        return "0"
    if 0 < value < _TRACE:
        return f"< {_TRACE:.6f}"
    digits = 1 - int(f"{value:e}".rpartition("e")[2])
    rounded = round(value, digits)
    return f"{rounded:.{max(digits, 0)}f}"
