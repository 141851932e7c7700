"""Who gave what to a border section, quantity by quantity, or why nobody can tell."""

from dataclasses import dataclass

from adjoin.core.evidence import Evidence
from adjoin.core.region import Border
from adjoin.core.site import Site
from adjoin.loop import assess, attribute, shares
from adjoin.loop.shares import DISCHARGE, Told
from adjoin.loop.workspace import Workspace
from adjoin.web.exhibits import Table, table
from adjoin.web.lines import Cited, cited
from adjoin.web.words import Both, moment, quantity_name, said


@dataclass(frozen=True, slots=True)
class BorderShares:
    """One quantity at a border: its shares as a table, or the reasons why none may be shown."""

    quantity: str
    name: Both
    table: Table | None
    withheld: tuple[Both, ...]
    window: Both | None  # the time that is divided, as it passed the border
    load: Both | None  # of the border in that time, with its band
    evidence: tuple[Cited, ...]


def border_shares(ws: Workspace, site: Site) -> tuple[BorderShares, ...]:
    """What can be said of each quantity that the bundle looks at on this border."""
    return tuple(_shares(ws, border) for border in ws.region.borders if border.site == site.id)


def _shares(ws: Workspace, border: Border) -> BorderShares:
    told = shares.shares(ws, border)
    reasons = attribute.withheld(ws, border)
    exhibit = None if reasons else shares.exhibit(told)
    return BorderShares(
        quantity=border.quantity,
        name=quantity_name(ws.region, border.quantity),
        table=table(ws.region, exhibit) if exhibit else None,
        withheld=tuple(said(f"reason.{each}") for each in reasons),
        window=_window(told),
        load=_load(told),
        evidence=tuple(cited(ws.region, each) for each in _evidence(ws, border)),
    )


def _window(told: Told) -> Both | None:
    if told.window is None:
        return None
    return said("web.shares.window", since=moment(told.window.since), until=moment(told.window.until))


def _load(told: Told) -> Both | None:
    load = told.shares.load_kg if told.shares else None
    if load is None:
        return None
    low, middle, high = (f"{kg:.0f}" for kg in (load.low, load.median, load.high))
    return said("web.shares.load", low=low, middle=middle, high=high)


def _evidence(ws: Workspace, border: Border) -> tuple[Evidence, ...]:
    codes = [ws.region.quantities.find(each).code for each in (border.quantity, DISCHARGE)]
    sites = dict.fromkeys((border.site, *border.inflows))
    series = [
        tuple(look[code] for look in assess.snapshots(ws, site).values() if code in look)
        for site in sites
        for code in codes
    ]
    numbers = Evidence("parameter", "rules/borders.yaml", border.note_zh, border.note_en, status=border.status)
    return (*(assess.evidence_of(rows) for rows in series if rows), numbers)
