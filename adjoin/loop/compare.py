"""Compare: whether both sides judge alike, from the bundle's `rules/compare.yaml`.

What each side says of itself stands there: its table of discretion, its limits, how it has zoned the shared waters.
A water under two aims becomes a finding, because it is the seed of a dispute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from adjoin.core.evidence import Evidence
from adjoin.core.finding import Exhibit, Finding
from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.units import decimal
from adjoin.formats import lines
from adjoin.formats.lines import Line
from adjoin.formats.messages import messages
from adjoin.joint import compare
from adjoin.joint.compare import Alike, Clause, Difference, Discretion, Factor, Facts, Stretch
from adjoin.loop.workspace import Workspace

FILE = "compare.yaml"


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of a water as one side has zoned it, and the section that stands for it."""

    river: str
    site: str
    stretch: Stretch
    since: date  # from which day on it is zoned so


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


def findings(workspace: Workspace) -> tuple[Finding, ...]:
    """A finding for every water under two aims; both sides find the same under the same name."""
    return workspace.computed("rule findings", lambda: _findings(workspace))


def _findings(workspace: Workspace) -> tuple[Finding, ...]:
    found = (_finding(workspace, sorted(pair, key=_down_the_water)) for pair in conflicts(workspace))
    return tuple(sorted(found, key=lambda each: each.id))


def _down_the_water(zone: Zone) -> tuple[float, float, str]:
    """An order that knows no side, so that exchanging the sides exchanges nothing else."""
    return zone.stretch.since_km, zone.stretch.until_km, zone.stretch.target


def _finding(workspace: Workspace, pair: Sequence[Zone]) -> Finding:
    one, other = pair
    rows = tuple((zone.stretch.side, *_span(zone), zone.stretch.target) for zone in pair)
    site = workspace.region.site(one.site)
    day = max(zone.since for zone in pair)
    since = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    said = [_note(workspace, zone) for zone in pair]
    return Finding(
        id=f"R-{site.id}-{one.river}-{_km(other.stretch.since_km)}-{one.stretch.target}-{other.stretch.target}",
        kind="rule_difference",
        site=site.id,
        quantity="rules.zones",
        upstream=site.attributes.get("upstream"),
        downstream=site.attributes.get("downstream"),
        since=since,
        until=since,
        peak=Observation(site.id, "rules.zones", since, None, "", "rules", since),
        water_class="",
        target=None,
        exhibits=(Exhibit("zones", ("holder_party", "km_from", "km_to", "target"), rows, ("note.zones",)),),
        caveats=("caveat.zones",),
        evidence=(Evidence("clause", f"{FILE}#zones", f"{FILE}：{one.river}", f"{FILE}: {one.river}"), *said),
    )


def _note(workspace: Workspace, zone: Zone) -> Evidence:
    """What one side says of the water, in words."""
    party, (since, until) = workspace.region.parties[zone.stretch.side], _span(zone)
    names = {"zh": party.name_zh, "en": party.name_en}
    told = {
        lang: messages().say("rules.zone", lang, party=name, since=since, until=until, target=_class(zone, lang))
        for lang, name in names.items()
    }
    return Evidence("note", f"{zone.stretch.side} {since}-{until} {zone.stretch.target}", told["zh"], told["en"])


def _class(zone: Zone, lang: str) -> str:
    return messages().say(f"web.class.{zone.stretch.target}", lang)


def _span(zone: Zone) -> tuple[str, str]:
    return _km(zone.stretch.since_km), _km(zone.stretch.until_km)


def _km(km: float) -> str:
    return f"{km:g}"


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
    stretch = Stretch(row.text("side"), since, until, row.text("target"))
    return Zone(row.text("river"), row.text("site"), stretch, row.date("since"))
