"""Does a bundle contradict itself? Each fault names its file and row, and what would mend it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from adjoin.core.assessment import CLASSES
from adjoin.core.network import Network
from adjoin.core.refusal import Refusal
from adjoin.core.region import Border, Region
from adjoin.core.site import Place, Site
from adjoin.formats import lines, plans
from adjoin.formats.kinds import kinds

ALSO = frozenset({"county"})  # kept of every site, beside what its kind names
STATUSES = ("std", "package", "seen2", "seen1", "derived", "approximate", "memory", "unknown")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a bundle contradicts itself or the form."""

    file: str
    line: int
    kind: str  # key of a refusal
    facts: Mapping[str, object]


def check(region: Region, folder: Path) -> list[Fault]:
    """Every contradiction of a bundle with itself."""
    faults = (_party_faults(region, folder), _site_faults(region, folder), _border_faults(region), _plan_faults(folder))
    return [fault for each in faults for fault in each]


_PARTIES = {
    "parties.csv": ("code", "parent"),
    "offices.csv": ("code", "party"),
    "network.csv": ("id", "party", "left", "right"),
}  # of each table: what names a row, and the columns that name a party


def _party_faults(region: Region, folder: Path) -> Iterator[Fault]:
    """Every party that a row names is known."""
    for file, (name, *columns) in _PARTIES.items():
        for row in lines.table(folder / file, (name, *columns)):
            for party in filter(None, map(row.maybe, columns)):
                if party not in region.parties:
                    yield Fault(file, row.at, "unknown_party_in_row", {"row": row.text(name), "met": party})


def _plan_faults(folder: Path) -> Iterator[Fault]:
    """The plan is well formed, and speaks of its own tasks."""
    try:
        plans.load(folder)
    except Refusal as refusal:
        facts = {name: fact for name, fact in refusal.facts.items() if name not in {"file", "line"}}
        at = refusal.facts.get("line", 1)
        yield Fault("plan.yaml", at if isinstance(at, int) else 1, refusal.kind, facts)


def _site_faults(region: Region, folder: Path) -> Iterator[Fault]:
    at = {row.text("id"): row.at for row in lines.table(folder / "sites.csv", ("id",))}
    for site in region.sites.values():
        for kind, facts in _faults_of(site, region):
            yield Fault("sites.csv", at[site.id], kind, {"site": site.id, "row": site.id, **facts})


def _faults_of(site: Site, region: Region) -> Iterator[tuple[str, dict[str, object]]]:
    schema = kinds().get(site.kind)
    if schema is None:
        yield "unknown_kind", {"met": site.kind, "expected": ", ".join(kinds())}
        return
    if site.party not in region.parties:
        yield "unknown_party", {"met": site.party, "expected": ", ".join(region.sides)}
    for name in sorted(set(site.attributes) - schema.known - ALSO):
        yield "unknown_attribute", {"met": name, "kind": site.kind, "expected": ", ".join(sorted(schema.known))}
    for name in sorted(schema.needs - set(site.attributes)):
        yield "missing_attribute", {"met": name, "kind": site.kind}
    for name in ("upstream", "downstream"):
        if (party := site.attributes.get(name)) and party not in region.parties:
            yield "unknown_party", {"met": party, "expected": ", ".join(region.parties)}
    if (target := site.attributes.get("target")) and target not in CLASSES:
        yield "unknown_class", {"met": target, "expected": ", ".join(CLASSES)}
    yield from _place_faults(site.place, region.network)


def _place_faults(place: Place, network: Network) -> Iterator[tuple[str, dict[str, object]]]:
    if place.status not in STATUSES:
        yield "unknown_status", {"met": place.status, "expected": ", ".join(STATUSES)}
    reach = network.reaches.get(place.reach) if place.reach else None
    if place.reach and reach is None:
        yield "unknown_reach", {"met": place.reach}
    if reach is None or place.km is None:
        return
    if place.river and reach.river != place.river:
        yield "reach_of_other_river", {"met": place.reach, "river": reach.river, "expected": place.river}
    elif not reach.km_down - 1 <= place.km <= reach.km_up + 1:
        yield "km_off_reach", {"met": place.km, "expected": f"{reach.km_down}-{reach.km_up}"}


def _border_faults(region: Region) -> Iterator[Fault]:
    for border in region.borders:
        for kind, facts in _faults_of_border(border, region):
            yield Fault("rules/borders.yaml", border.line, kind, {"site": border.site, **facts})


def _faults_of_border(border: Border, region: Region) -> Iterator[tuple[str, dict[str, object]]]:
    named = (border.site, *border.inflows, *border.compare, *border.also)
    unknown = [site for site in named if site not in region.sites]
    for site in unknown:
        yield "unknown_site", {"met": site, "near": ", ".join(region.near(site)) or "-"}
    if region.quantities.get(border.quantity) is None:
        yield "unknown_quantity", {"met": border.quantity, "expected": "HJ 525"}
    for inflow in () if unknown else border.inflows:
        upper, lower = region.sites[inflow].place, region.sites[border.site].place
        if upper.reach and upper.reach not in region.network.reaches:
            continue  # its own row says so
        if region.network.between(upper, lower) is None:
            yield "inflow_not_above", {"met": inflow}
