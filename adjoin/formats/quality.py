"""The rules by which readings are looked at twice, and how many a mean needs: `data/quality_rules.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from adjoin.formats.lines import Line, Source, mapping

RULES = ("range", "spike", "frozen", "drift", "silent", "above_whole", "neighbour")


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule is called, and how its numbers are known."""

    key: str
    zh: str
    en: str
    status: str
    clause: str


@dataclass(frozen=True, slots=True)
class QualityRules:
    """Every number that a flag is raised by."""

    said: Mapping[str, Said]
    source: str
    limits: Mapping[str, tuple[float, float]]
    spike: Mapping[str, float]  # beside, factor, least_values
    floors: Mapping[str, float]
    frozen: Mapping[str, float]  # least_values, least_hours
    never_frozen: frozenset[str]
    drift: Mapping[str, float]  # least_days, factor, share
    drifting: tuple[str, ...]
    silent: Mapping[str, float]  # least_hours, least_looks, others
    parts: tuple[tuple[str, str], ...]  # part, whole
    neighbour: Mapping[str, float]  # most_km, factor, share, least_values, within_hours
    conserved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Least:
    """How many of what a mean needs."""

    of: str  # "readings", "days", "months"
    need: str  # a number, or the name of a parameter of the bundle
    february: str | None
    status: str
    clause: str


@cache
def quality_rules() -> QualityRules:
    """The rules that Adjoin ships."""
    return read_quality_rules(files("adjoin") / "data" / "quality_rules.yaml")


@cache
def leasts() -> Mapping[str, Mapping[str, Least]]:
    """How many a mean needs, by family ("water", "air") and unit of time."""
    table = mapping(files("adjoin") / "data" / "quality_rules.yaml").inner("statistics")
    return {family: {unit: _least(table.inner(family).inner(unit)) for unit in table.inner(family)} for family in table}


def read_quality_rules(source: Source) -> QualityRules:
    """The rules of a file; one that is missing or malformed is refused by its line."""
    file = mapping(source)
    rules = {name: file.inner("rules").inner(name) for name in RULES}
    frozen, drift, neighbour = rules["frozen"], rules["drift"], rules["neighbour"]
    return QualityRules(
        said={name: _said(name, row) for name, row in rules.items()},
        source=file.text("source"),
        limits={code: _span(rules["range"].inner("limits"), code) for code in rules["range"].inner("limits")},
        spike=_numbers(rules["spike"], "beside", "factor", "least_values"),
        floors=_numbers(rules["spike"].inner("floors"), *rules["spike"].inner("floors")),
        frozen=_numbers(frozen, "least_values", "least_hours"),
        never_frozen=frozenset(frozen.texts("except")),
        drift=_numbers(drift, "least_days", "factor", "share"),
        drifting=drift.texts("quantities"),
        silent=_numbers(rules["silent"], "least_hours", "least_looks", "others"),
        parts=tuple(_pair(each) for each in _lists(rules["above_whole"])),
        neighbour=_numbers(neighbour, "most_km", "factor", "share", "least_values", "within_hours"),
        conserved=neighbour.texts("quantities"),
    )


def _said(name: str, row: Line) -> Said:
    return Said(name, row.text("zh"), row.text("en"), row.text("status"), row.text("clause"))


def _numbers(row: Line, *names: str) -> dict[str, float]:
    return {name: float(row.number(name)) for name in names}


def _span(row: Line, code: str) -> tuple[float, float]:
    low, high = (float(each) for each in row.texts(code))
    return low, high


def _lists(row: Line) -> list[object]:
    found = row.get("pairs")
    return found if isinstance(found, list) else row.refuse("line_no_rows", "pairs", met=str(found))


def _pair(each: object) -> tuple[str, str]:
    part, whole = each if isinstance(each, list) else (each, each)
    return str(part), str(whole)


def _least(row: Line) -> Least:
    status = row.maybe("status") or ""
    return Least(row.text("of"), row.text("need"), row.maybe("february"), status, row.text("clause"))
