"""Attribute, where discharge is known: who gave what to a border, with its band, or why nobody can tell.

Both sides compute the same: the members are drawn from a seed that is the border's own name.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adjoin.core.finding import Cell, Exhibit
from adjoin.core.observation import Series
from adjoin.core.period import hours_between
from adjoin.core.region import Border, Region
from adjoin.core.site import Site
from adjoin.loop import assess
from adjoin.loop.workspace import Workspace

if TYPE_CHECKING:
    from adjoin.joint.attribution import Band, Event, Gauged, Shares

DISCHARGE = "q"
KM_H_OF_M_S = 3.6
CLOCK_H = 4.0 / 3**0.5  # a value is measured some time in the four hours before it is published
LABORATORY = 0.1  # relative; house value


@dataclass(frozen=True, slots=True)
class Window:
    """The time that border and inflows both cover, with the time of travel."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What can be said of who gave what: shares over a window, or why there are none."""

    reasons: tuple[str, ...]  # keys of sentences without their `reason.`; empty where shares may be shown
    shares: "Shares | None" = None
    window: Window | None = None


def shares(workspace: Workspace, border: Border) -> Told:
    """Shares of a border's load by inflow and party, or the reasons why none may be shown."""
    return workspace.computed(("shares", border.site, border.quantity), lambda: _told(workspace, border))


def exhibit(told: Told) -> Exhibit | None:
    """Shares as a table with their bands; nothing where none may be shown."""
    if told.reasons or told.shares is None or told.shares.residual is None:
        return None
    rows: list[tuple[Cell, ...]] = [
        (each.source, each.party, *_band(each.part), "told" if each.told_from_zero else "not_told")
        for each in told.shares.shares
    ]
    rows.append((None, None, *_band(told.shares.residual), "nobody"))
    columns = ("share_site", "holder_party", "share_low", "share_median", "share_high", "told")
    return Exhibit("shares", columns, tuple(rows), ("note.shares", "note.residual"), "")


def disjoint(region: Region, inflows: tuple[str, ...]) -> tuple[str, ...]:
    """The inflows whose loads may be added up: none of them lies above another on its own river."""
    sites = [region.sites[name] for name in inflows]
    return tuple(
        each.id for each in sites if not any(_feeds(region, each, other) for other in sites if other is not each)
    )


def _told(workspace: Workspace, border: Border) -> Told:
    names = (border.site, *disjoint(workspace.region, border.inflows))
    if len(names) == 1:
        return Told(("no_discharge", "no_reading_above"))
    if not all(_recent(workspace, name, DISCHARGE).rows for name in names):
        return Told(("no_discharge",))
    window = _window(workspace, border, names)
    if window is None:
        return Told(("window_not_covered",))
    found = _attributed(workspace, border, names, window)
    return Told(found.reasons, found, window)


def _attributed(workspace: Workspace, border: Border, names: tuple[str, ...], window: Window) -> "Shares":
    import numpy as np

    from adjoin.joint import attribution

    seed = int.from_bytes(hashlib.sha256(f"{border.site}/{border.quantity}".encode()).digest()[:8], "big")
    return attribution.attribute(_event(workspace, border, names, window), np.random.default_rng(seed))


def _event(workspace: Workspace, border: Border, names: tuple[str, ...], window: Window) -> "Event":
    from adjoin.joint.attribution import Event, Source

    zero = window.since
    return Event(
        border=_gauged(workspace, border.site, border.quantity, zero),
        sources={
            name: Source(
                party=_holder(workspace.region, workspace.region.sites[name]),
                gauged=_gauged(workspace, name, border.quantity, zero),
                lag_h=_lag(workspace.region, border, name),
            )
            for name in names[1:]
        },
        since_h=0.0,
        until_h=hours_between(window.since, window.until),
        max_gap_h=border.max_gap_h,
    )


def _gauged(workspace: Workspace, site: str, quantity: str, zero: datetime) -> "Gauged":
    from adjoin.joint.attribution import Errors, Gauged

    observed = _recent(workspace, site, quantity)
    flow = _recent(workspace, site, DISCHARGE)
    pretreatments = ",".join(sorted({row.pretreatment for row in observed}))
    return Gauged(flow.points(zero), observed.points(zero), pretreatments, Errors(CLOCK_H, LABORATORY))


def _window(workspace: Workspace, border: Border, names: tuple[str, ...]) -> Window | None:
    """From when and until when every place is observed, seen from the border."""
    spans = []
    for name in names:
        short, long = (0.0, 0.0) if name == border.site else _lag(workspace.region, border, name)
        for quantity in (border.quantity, DISCHARGE):
            times = [row.time for row in _recent(workspace, name, quantity)]
            if not times:
                return None
            spans.append((times[0] + timedelta(hours=long), times[-1] + timedelta(hours=short)))
    since, until = max(first for first, _ in spans), min(last for _, last in spans)
    return Window(since, until) if since < until else None


def _lag(region: Region, border: Border, name: str) -> tuple[float, float]:
    km = region.network.between(region.sites[name].place, region.sites[border.site].place) or 0.0
    slow, fast = border.speeds_m_s
    return km / (fast * KM_H_OF_M_S), km / (slow * KM_H_OF_M_S)


def _holder(region: Region, site: Site) -> str:
    """Whose territory an inflow comes from: that of its reach, else its reporting side."""
    reach = region.network.reaches.get(site.place.reach or "")
    return (reach.party if reach else None) or site.party


def _feeds(region: Region, upper: Site, lower: Site) -> bool:
    """Whether one inflow is part of the water of another."""
    return lower.place.reach is not None and region.network.between(upper.place, lower.place) is not None


def _recent(workspace: Workspace, site: str, quantity: str) -> Series:
    asked = workspace.region.quantities.find(quantity)
    rows = [found[asked.code] for found in assess.snapshots(workspace, site).values() if asked.code in found]
    return Series.of(site, asked.code, asked.unit, rows)


def _band(band: "Band") -> tuple[str, str, str]:
    low, median, high = (f"{100 * part:.0f}" for part in (band.low, band.median, band.high))
    return low, median, high
