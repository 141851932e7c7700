"""What the duty officer types at the emergency desk: the fields of the form, and what they come to.

Everything typed stays as it was typed, so that a refused answer loses nothing; the address that holds it can be kept.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adjoin.core.period import ZONE, parse_time
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.site import Site
from adjoin.formats import emergency
from adjoin.loop import respond
from adjoin.loop.workspace import Workspace
from adjoin.web.words import Both, name_of, said

FIELDS = ("place", "bank", "start", "duration", "least", "most", "substance", "flow", "flow_at", "known", "drill")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field offers, as it is written and what it is."""

    value: Both
    say: Both


def places(ws: Workspace) -> tuple[Choice, ...]:
    """Every place that a release can be put at: sites by their names, then reaches by river and kilometre."""
    region, sites = ws.region, respond.places(ws)
    named = [Choice(label, kind_of(site)) for site, label in zip(sites, _labels(region, sites), strict=True)]
    reaches = [
        Choice(Both(f"{reach.name_zh} {middle:.0f}", f"{reach.name_en} {middle:.0f}"), Both("", ""))
        for reach in region.network.reaches.values()
        for middle in [(reach.km_up + reach.km_down) / 2]
    ]
    return (*named, *reaches)


def substances() -> tuple[Choice, ...]:
    """Every substance of the table, with its limit where it has one."""
    return tuple(
        Choice(Both(each.name_zh, each.name_en), Both(each.code, each.code)) for each in emergency.substances().values()
    )


def kind_of(site: Site) -> Both:
    """What kind of place a site is."""
    return said(f"web.desk.kind.{site.kind}")


def asked(ws: Workspace, typed: Mapping[str, str], now: datetime) -> respond.Asked:
    """What was typed, as the desk takes it; a field that cannot be read is refused."""
    duration = _number(typed, "duration")
    minute = now.astimezone(ZONE).replace(second=0, microsecond=0)
    return respond.Asked(
        place=place_id(ws, typed.get("place", "")),
        start=_time(typed, "start") or minute,
        duration_h=1.0 if duration is None else duration,
        mass_kg=_mass(typed),
        substance=typed.get("substance"),
        bank=typed.get("bank", "unknown"),
        flow_m3s=_number(typed, "flow"),
        flow_at=_time(typed, "flow_at"),
        known_at=_time(typed, "known"),
        drill=bool(typed.get("drill")),
    )


def place_id(ws: Workspace, text: str) -> str:
    """The id behind a name that the form offered; any other words are left to the desk."""
    sites = respond.places(ws)
    offered = zip(sites, _labels(ws.region, sites), strict=True)
    return next((site.id for site, label in offered if text.strip() in label), text.strip())


def _labels(region: Region, sites: tuple[Site, ...]) -> list[Both]:
    """The names of sites; where several share one, a section keeps it and the others say what they are."""
    counts = Counter(site.name_zh for site in region.sites.values())
    return [_label(site, alone=counts[site.name_zh] == 1 or site.kind == "section") for site in sites]


def _label(site: Site, *, alone: bool) -> Both:
    name = name_of(site)
    if alone:
        return name
    kind = kind_of(site)
    return Both(f"{name.zh}（{kind.zh}）", f"{name.en} ({kind.en})")


def _mass(typed: Mapping[str, str]) -> tuple[float, float] | None:
    """Least and most in kg; one alone stands for both."""
    least, most = _number(typed, "least"), _number(typed, "most")
    if least is None and most is None:
        return None
    return (least if least is not None else most or 0.0, most if most is not None else least or 0.0)


def _number(typed: Mapping[str, str], name: str) -> float | None:
    text = typed.get(name)
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise Refusal("not_a_number", met=text) from None


def _time(typed: Mapping[str, str], name: str) -> datetime | None:
    return parse_time(typed[name]) if name in typed else None
