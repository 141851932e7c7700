"""What lies beneath a number: the observations themselves, with their fingerprint."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from adjoin.core.observation import Observation
from adjoin.core.period import Period, parse_time
from adjoin.core.site import Site
from adjoin.loop import assess
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.page import Ask, Page, shown
from adjoin.web.words import Both, quantity_name, said, site_name, unit_of


@dataclass(frozen=True)
class SeriesPage(Page):
    """The observations of one quantity at one section."""

    template: ClassVar[str] = "series.html"
    nav: ClassVar[str] = "/sections"

    site: Site = shown("the section")
    quantity: str = shown("the code of the quantity")
    name: Both = shown("what the quantity is called")
    unit: str = shown("its unit")
    period: str = shown("the period that was asked for; empty for everything")
    as_known: datetime | None = shown("as it was known at this time; nothing for now")
    rows: tuple[Observation, ...] = shown("the observations, each as it was printed by its origin")
    fingerprint: str = shown("SHA-256 of the canonical form of (time, value, origin, flag) of these rows")


def build(ws: Workspace, ask: Ask) -> SeriesPage:
    """The observations that were asked for."""
    site = ws.region.site(ask.subject[0])
    code = ws.region.quantities.find(ask.subject[1]).code
    period = _period(ask)
    as_known = parse_time(ask.query["as_known"]) if ask.query.get("as_known") else None
    rows = assess.series(ws, site.id, code, period, as_known=as_known).rows
    return SeriesPage(
        title=said("web.series.title", site=site_name(ws.region, site.id), quantity=quantity_name(ws.region, code)),
        site=site,
        quantity=code,
        name=quantity_name(ws.region, code),
        unit=unit_of(ws.region, code),
        period=period.text if period else "",
        as_known=as_known,
        rows=rows,
        fingerprint=assess.evidence_of(rows, period).fingerprint if rows else "",
    )


def table(page: SeriesPage) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The observations as a table."""
    columns = ("time", "value", "unit", "origin", "method", "pretreatment", "flag", "received")
    rows: list[tuple[object, ...]] = [
        (r.time.isoformat(), r.value or "", r.unit, r.origin, r.method, r.pretreatment, r.flag, r.received.isoformat())
        for r in page.rows
    ]
    return columns, rows


def _period(ask: Ask) -> Period | None:
    return Period.parse(ask.query["period"][:90]) if ask.query.get("period") else None


ADDRESSES = (Address("/evidence/series/{section}/{quantity}", build, asks=("period", "as_known"), table=table),)
