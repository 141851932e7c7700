"""A finding in words: which kind it is, what it is about, what was seen; each kind says it in its own way."""

from collections.abc import Mapping

from adjoin.core.finding import Exhibit, Finding
from adjoin.core.region import Region
from adjoin.core.site import Section
from adjoin.formats.quality import quality_rules
from adjoin.web.words import Both, after, moment, party_name, quantity_name, said, site_name, unit_of

DATA = "data_"


def kind_of(finding: Finding) -> Both:
    """Which kind it is, as it stands in a mark."""
    if finding.kind.startswith(DATA):
        rule = quality_rules().said[finding.kind.removeprefix(DATA)]
        return Both(rule.zh, rule.en)
    return said(f"web.finding.{finding.kind}")


def subject_of(region: Region, finding: Finding) -> Both:
    """What it is about: a quantity, a whole station, the zoning of a water."""
    return quantity_name(region, finding.quantity) if finding.quantity else said("web.coverage.whole_station")


def told(region: Region, finding: Finding) -> Both:
    """What was seen, in one sentence."""
    if finding.kind.startswith(DATA):
        return _data(region, finding)
    if finding.kind == "computed":
        value = f"{finding.peak.value or '—'} {finding.peak.unit}".strip()
        return said("web.finding.computed_told", subject=subject_of(region, finding), value=value)
    zones = finding.exhibit("zones")
    return _zones(region, finding.site, zones) if zones else _peak(region, finding)


def flag_words(region: Region, rule: str, facts: Mapping[str, object]) -> Both:
    """The numbers that a stretch of readings stands out by."""
    above = {"above": site_name(region, str(facts["above"]))} if facts.get("above") else {}
    return said(f"web.flag.{rule}", **{**facts, **above})


def place_of(region: Region, site: str) -> str:
    """Where the site of a finding is shown."""
    kind = region.sites[site].kind if site in region.sites else ""
    return f"/{kind if kind in {'section', 'city'} else 'site'}/{site}"


def _peak(region: Region, finding: Finding) -> Both:
    return said(
        "web.findings.peak",
        quantity=quantity_name(region, finding.quantity),
        value=f"{finding.peak.value or '—'} {unit_of(region, finding.quantity)}".strip(),
        time=moment(finding.peak.time),
        water_class=said(f"web.class.{finding.water_class or None}"),
    )


def _data(region: Region, finding: Finding) -> Both:
    numbers = finding.exhibit("numbers")
    since = said("web.finding.data_since", time=moment(finding.since))
    if numbers is None:
        return after(since, said("web.finding.data_gone"))
    facts = {str(name): value for name, value in numbers.rows}
    return after(since, flag_words(region, finding.kind.removeprefix(DATA), facts))


def _zones(region: Region, site: str, zones: Exhibit) -> Both:
    """One water under two aims: the stretch that both zone, and each side's aim for it."""
    section = Section.of(region.sites[site])
    (one, one_from, one_to, one_aim), (other, other_from, other_to, other_aim) = zones.rows
    return said(
        "web.finding.zones",
        river=Both(section.river_zh, section.river_en),
        since=f"{max(float(str(one_from)), float(str(other_from))):g}",
        until=f"{min(float(str(one_to)), float(str(other_to))):g}",
        one=party_name(region, str(one)),
        one_class=said(f"web.class.{one_aim}"),
        other=party_name(region, str(other)),
        other_class=said(f"web.class.{other_aim}"),
    )
