"""Sharing: what each side lets the other see, as late and as coarse as it was granted; without a grant nothing."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.joint.sharing import ALL, Grant
from adjoin.loop import sharing
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, party_name, quantity_name, said, short_time, site_name


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant: of whom, what, when, how late, how coarse, and how many receipts were given for it."""

    id: str
    owner: Both
    what: Both
    span: str
    how: Both
    receipts: int
    ours: bool
    table: bool  # handed over as a table, since digits are left out


@dataclass(frozen=True)
class SharingPage(Page):
    """Every grant between the two sides."""

    template: ClassVar[str] = "sharing.html"
    nav: ClassVar[str] = "/sharing"

    verdict: Verdict = shown("how much is granted either way")
    grants: tuple[GrantLine, ...] = shown("every grant that holds")
    sites: tuple[tuple[str, Both], ...] = shown("sections that can be granted")
    quantities: tuple[tuple[str, Both], ...] = shown("quantities that can be granted")


def build(ws: Workspace, ask: Ask) -> SharingPage:  # noqa: ARG001  # every page is built from the same two
    """The page as it stands now."""
    lines = tuple(_line(ws, each) for each in sharing.grants(ws))
    ours = sum(line.ours for line in lines)
    say = said("web.sharing.fine", ours=ours, theirs=len(lines) - ours) if lines else said("web.sharing.none")
    return SharingPage(
        title=said("web.sharing"),
        verdict=Verdict("fine" if lines else "unknown", say, said("web.sharing.deny"), label="" if lines else "none"),
        grants=lines,
        sites=tuple((site.id, Both(site.name_zh, site.name_en)) for site in ws.region.sections),
        quantities=tuple((each.code, Both(each.name_zh, each.name_en)) for each in ws.region.quantities.rows),
    )


def _line(ws: Workspace, grant: Grant) -> GrantLine:
    sites = joined([said("web.all") if site == ALL else site_name(ws.region, site) for site in grant.sites])
    what = joined([said("web.all") if q == ALL else quantity_name(ws.region, q) for q in grant.quantities])
    hours = int(grant.delay.total_seconds() // 3600)
    digits = said("web.sharing.digits", digits=grant.digits) if grant.digits is not None else said("web.sharing.whole")
    given = sharing.receipts(ws)
    return GrantLine(
        id=grant.id,
        owner=party_name(ws.region, grant.owner),
        what=Both(f"{sites.zh}：{what.zh}", f"{sites.en}: {what.en}"),
        span=f"{short_time(grant.since)} – {short_time(grant.until)}",
        how=joined([said("web.sharing.delay", hours=hours), digits]),
        receipts=sum(len(marks) for (_, name), marks in given.items() if name == grant.id),
        ours=grant.owner == ws.party,
        table=grant.digits is not None,
    )


ADDRESSES = (Address("/sharing", build),)
