"""`adjoin accident`: the emergency desk without a page. Where does it go, when does it arrive, by when to report?"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.cli.workspace import WorkspaceOption, clock
from adjoin.core.period import ZONE, parse_time
from adjoin.core.refusal import Refusal

if TYPE_CHECKING:
    from adjoin.loop.arrivals import Arrival
    from adjoin.loop.respond import Desk


def accident(  # noqa: PLR0917  # the command line passes by name
    workspace: WorkspaceOption,
    place: Annotated[str, typer.Option("--place", help="a site, a reach, or a river and its kilometre")],
    start: Annotated[str | None, typer.Option("--start", help="when it began; without it, now")] = None,
    mass: Annotated[str | None, typer.Option("--mass", help="kg, LEAST or LEAST-MOST; without it, not known")] = None,
    substance: Annotated[str | None, typer.Option("--substance", help="code or name")] = None,
    duration: Annotated[float, typer.Option("--duration", help="hours")] = 1.0,
    flow: Annotated[float | None, typer.Option("--flow", help="m3/s at the place")] = None,
    bank: Annotated[str, typer.Option("--bank", help="left, mid, right; without it, that of the place")] = "unknown",
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """What one release means below: one line a section or intake."""
    from adjoin.loop import respond
    from adjoin.loop.workspace import open_workspace

    now = clock()
    asked = respond.Asked(
        place=place,
        start=parse_time(start) if start else now.replace(second=0, microsecond=0),
        duration_h=duration,
        mass_kg=_mass(mass) if mass else None,
        substance=substance,
        flow_m3s=flow,
        bank=bank,
    )
    desk = respond.desk(open_workspace(workspace), asked, now=now)
    print(json.dumps(_plain(desk, lang.value), ensure_ascii=False) if as_json else _told(desk, lang.value))


def _mass(text: str) -> tuple[float, float]:
    """LEAST or LEAST-MOST, in kg."""
    if text.startswith("-"):
        raise Refusal("mass_below_zero", met=text)
    least, _, most = text.partition("-")
    try:
        return float(least), float(most or least)
    except ValueError:
        raise Refusal("not_a_mass", met=text) from None


def _plain(desk: "Desk", lang: str) -> Mapping[str, object]:
    from adjoin.formats.messages import messages

    return {
        "place": desk.asked.place,
        "start": desk.asked.start.isoformat(),
        "river": desk.source.river,
        "km": desk.source.km,
        "flow_m3s": desk.flow.m3s,
        "flow_entered": desk.flow.entered,
        "crosses": desk.crosses,
        "report_hours": desk.reporting.hours(large=bool(desk.grounds)),
        "applies": desk.applies,
        "limit_mg_l": desk.substance.limit_mg_l if desk.substance else None,
        "arrivals": [_arrival(each) for each in desk.arrivals],
        "containments": [{"site": site.id, "arrival": time.isoformat()} for site, time in desk.containments],
        "warnings": [messages().say(key, lang) for key in desk.warnings],
    }


def _arrival(each: "Arrival") -> Mapping[str, object]:
    return {
        "site": each.site.id,
        "kind": each.site.kind,
        "party": each.site.party,
        "km": each.km,
        "arrival": [time.isoformat(timespec="minutes") for time in each.arrival],
        "peak_time": [time.isoformat(timespec="minutes") for time in each.peak],
        "end": [time.isoformat(timespec="minutes") for time in each.end],
        "peak_mg_l": each.peak_mg_l,
        "per_1000_kg_mg_l": each.per_tonne_mg_l,
        "probability": each.probability,
        "critical_kg": each.critical_kg,
        "banks": [asdict(at) for at in each.banks],
        "close_by": each.close_by.isoformat(timespec="minutes") if each.close_by else None,
    }


def _told(desk: "Desk", lang: str) -> str:
    """The same in lines for a reader."""
    from adjoin.formats.messages import messages

    rows = []
    for each in desk.arrivals:
        times = "  ".join(f"{time.astimezone(ZONE):%m-%d %H:%M}" for time in each.arrival)
        name = each.site.name_en if lang == "en" else each.site.name_zh
        critical = f"  {each.critical_kg[0]:.0f}-{each.critical_kg[2]:.0f} kg" if each.critical_kg else ""
        rows.append(f"{each.km:8.1f} km  {times}  {name}{critical}")
    said = messages()
    head = said.say("desk.head", lang, hours=f"{desk.reporting.hours(large=bool(desk.grounds)):g}")
    return "\n".join([head, *rows, *(said.say(key, lang) for key in desk.warnings)])
