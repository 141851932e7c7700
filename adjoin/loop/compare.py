"""Compare: whether both sides judge alike, from the bundle's `rules/compare.yaml`.

What each side says of itself stands there: its table of discretion, its limits, how it has zoned the shared waters.
A water under two aims becomes a finding, because it is the seed of a dispute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from adjoin.core.evidence import Evidence
from adjoin.core.finding import Exhibit, Finding
from adjoin.core.observation import Observation
from adjoin.core.refusal import Refusal
from adjoin.core.units import decimal
from adjoin.formats import lines
from adjoin.formats.lines import Line
from adjoin.joint import compare
from adjoin.joint.case import Case
from adjoin.joint.compare import Alike, Clause, Difference, Discretion, Factor, Facts, Stretch
from adjoin.loop import hand_over
from adjoin.loop.workspace import Workspace

FILE = "compare.yaml"


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of a water as one side has zoned it, and the section that stands for it."""

    river: str
    site: str
    stretch: Stretch


@dataclass(frozen=True)
class RuleSets:
    """What both sides say of their rules."""

    discretion: Mapping[str, Discretion]
    words: Mapping[str, Mapping[str, str]]  # factor -> {zh, en}
    clauses: Mapping[str, tuple[Clause, ...]]
    zones: tuple[Zone, ...]
    source: str


def rule_sets(workspace: Workspace) -> RuleSets | None:
    """The rule sets of the bundle; nothing where it brings none."""
    path = workspace.region_folder / "rules" / FILE
    if not path.exists():
        return None
    return workspace.computed("rule sets", lambda: read(lines.mapping(path)))


def unequal(workspace: Workspace) -> tuple[tuple[Facts, Alike], ...]:
    """The bank of facts that both tables do not judge alike, with the factors that make the difference."""
    sets = rule_sets(workspace)
    if sets is None or len(sets.discretion) != 2:
        return ()
    return tuple(compare.unequal(sets.discretion, compare.bank(sets.discretion)))


def differences(workspace: Workspace, on: date) -> tuple[Difference, ...]:
    """Where the limits of both sides differ on a day."""
    sets = rule_sets(workspace)
    return tuple(compare.differences(sets.clauses, on)) if sets and len(sets.clauses) == 2 else ()


def conflicts(workspace: Workspace) -> tuple[tuple[Zone, Zone], ...]:
    """Waters that both sides zone to another class."""
    sets = rule_sets(workspace)
    if sets is None:
        return ()
    by_river: dict[str, list[Zone]] = {}
    for zone in sets.zones:
        by_river.setdefault(zone.river, []).append(zone)
    found: list[tuple[Zone, Zone]] = []
    for zones in by_river.values():
        of = {id(zone.stretch): zone for zone in zones}
        found += [(of[id(one)], of[id(other)]) for one, other in compare.conflicts(zone.stretch for zone in zones)]
    return tuple(found)


def findings(workspace: Workspace, *, now: datetime) -> tuple[Finding, ...]:
    """A finding for every water under two aims; both sides find the same."""
    return tuple(_finding(workspace, one, other, now) for one, other in conflicts(workspace))


def open_case(workspace: Workspace, name: str, *, by: str, reason: str, now: datetime) -> Case:
    """Open a mediation on a water under two aims, with what both sides say of it as evidence."""
    found = next((each for each in findings(workspace, now=now) if each.id == name), None)
    if found is None:
        known = ", ".join(each.id for each in findings(workspace, now=now)) or "-"
        raise Refusal("unknown_finding", met=name[:60], expected=known)
    rows = [" ".join(map(str, row)) for exhibit in found.exhibits for row in exhibit.rows]
    cited = [Evidence("note", row, row, row) for row in rows]

    return hand_over.open_message(
        workspace, procedure="mediation", site=found.site, quantity="-", by=by, reason=reason, evidence=cited, now=now
    )


def _finding(workspace: Workspace, one: Zone, other: Zone, now: datetime) -> Finding:
    rows = tuple(
        (each.stretch.side, each.stretch.since_km, each.stretch.until_km, each.stretch.target) for each in (one, other)
    )
    site = workspace.region.site(one.site)
    nothing = Observation(site.id, "-", now, None, "", "rules", now)
    return Finding(
        id=f"R-{site.id}-{one.river}-{one.stretch.target}-{other.stretch.target}",
        kind="rule_difference",
        site=site.id,
        quantity="-",
        upstream=site.attributes.get("upstream"),
        downstream=site.attributes.get("downstream"),
        since=now,
        until=now,
        peak=nothing,
        water_class="",
        target=None,
        exhibits=(Exhibit("zones", ("holder_party", "km_from", "km_to", "target"), rows),),
        evidence=(Evidence("clause", f"{FILE}#zones", one.river, one.river),),
    )


def read(file: Line) -> RuleSets:
    """The rule sets of a file."""
    sides = file.inner("sides")
    tables = {side: sides.inner(side).inner("discretion") for side in sides if sides.inner(side).get("discretion")}
    words: dict[str, Mapping[str, str]] = {}
    for table in tables.values():
        for name in table.inner("factors"):
            row = table.inner("factors").inner(name)
            words[name] = {"zh": row.text("zh"), "en": row.text("en")}
    return RuleSets(
        discretion={side: _discretion(table) for side, table in tables.items()},
        words=words,
        clauses={side: tuple(_clause(row) for row in sides.inner(side).rows("clauses")) for side in sides},
        zones=tuple(map(_zone, file.rows("zones"))),
        source=file.text("source"),
    )


def _discretion(table: Line) -> Discretion:
    low, high = (Fraction(decimal(text)) for text in table.texts("legal_yuan"))
    factors, corrections = table.inner("factors"), table.inner("corrections")
    return Discretion(
        low,
        high,
        {name: _factor(factors.inner(name)) for name in factors},
        {name: Fraction(corrections.number(name)) for name in corrections},
    )


def _factor(row: Line) -> Factor:
    weight = Fraction(row.number("weight"))
    if row.get("values") is not None:
        values = row.inner("values")
        return Factor(weight, values={word: Fraction(values.number(word)) for word in values})
    bands = row.get("bands")
    if not isinstance(bands, list) or not all(isinstance(band, list) and len(band) == 3 for band in bands):
        row.refuse("line_no_rows", "bands", met=str(bands)[:60])
    return Factor(weight, tuple((_end(low), _end(high), Fraction(decimal(str(value)))) for low, high, value in bands))


def _end(text: object) -> Fraction | None:
    return None if text is None else Fraction(decimal(str(text)))


def _clause(row: Line) -> Clause:
    return Clause(
        quantity=row.text("quantity"),
        grade=row.text("grade"),
        value=Fraction(row.number("value")),
        since=row.date("since"),
        place=row.maybe("place") or "",
        until=row.date("until") if row.maybe("until") else None,
        least=row.choice("kind", ("max", "min")) == "min",
    )


def _zone(row: Line) -> Zone:
    since, until = float(row.number("since_km")), float(row.number("until_km"))
    return Zone(row.text("river"), row.text("site"), Stretch(row.text("side"), since, until, row.text("target")))
