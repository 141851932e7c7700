"""What the emergency desk is given: substances with their limits, and the clocks of reporting."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from adjoin.core.refusal import Refusal
from adjoin.formats import lines

BEHAVIOURS = ("dissolves", "floats", "sinks", "gas")


@dataclass(frozen=True, slots=True)
class Substance:
    """Something that may be released: its limit at an intake, and whether the river model speaks of it."""

    code: str
    name_zh: str
    name_en: str
    limit_mg_l: float | None
    clause: str
    status: str
    behaviour: str  # one of BEHAVIOURS; only what dissolves is carried as the model says
    behaviour_status: str


@dataclass(frozen=True, slots=True)
class FieldCard:
    """What a team at the river needs before it samples a substance."""

    protect: Mapping[str, str]
    field: Mapping[str, str]
    status: str


@dataclass(frozen=True, slots=True)
class Reporting:
    """How soon, and to whom, an event is reported."""

    name: str
    title: Mapping[str, str]
    status: str
    clocks: tuple[Mapping[str, str], ...]  # levels, hours, to_zh, to_en
    counts_as_large: tuple[Mapping[str, str], ...]  # key, code, zh, en: the cases of Art. 4 that facts can tell
    also_large: tuple[Mapping[str, str], ...]  # code, zh, en: those of Art. 4 that somebody must say
    neighbours: Mapping[str, str]
    chain: Mapping[str, str]
    unclear_cases: tuple[str, ...]  # codes of the six cases of Art. 4 that count as large while the grade is unclear
    province_hours: float  # from the province's knowledge to the ministry, levels I and II

    def hours(self, *, large: bool) -> float:
        """Hours from knowledge to the first report."""
        return (
            min(float(each["hours"]) for each in self.clocks) if large else max(float(e["hours"]) for e in self.clocks)
        )


@cache
def substances() -> Mapping[str, Substance]:
    """The substances of the table, by code."""
    columns = ("code", "name_zh", "name_en", "limit_mg_l", "clause", "status", "behaviour", "behaviour_status")
    rows = lines.table(files("adjoin") / "data" / "substances.csv", columns)
    return {substance.code: substance for substance in map(_substance, rows)}


def substance(name: str) -> Substance:
    """The substance of this code or name."""
    wanted = name.strip().casefold()
    for each in substances().values():
        if wanted in {each.code, each.name_zh.casefold(), each.name_en.casefold()}:
            return each
    raise Refusal("unknown_substance", met=name[:60], expected=len(substances()))


@cache
def field_cards() -> Mapping[str, FieldCard]:
    """How to stay safe and what tells a substance on the spot, by code."""
    groups = lines.mapping(files("adjoin") / "data" / "substance_cards.yaml").rows("groups")
    return {code: _field_card(row) for row in groups for code in row.texts("codes")}


@cache
def reporting() -> Reporting:
    """The clocks of reporting."""
    file = lines.mapping(files("adjoin") / "data" / "reporting.yaml")
    title = file.inner("title")
    return Reporting(
        name=file.text("name"),
        title={"zh": title.text("zh"), "en": title.text("en")},
        status=file.text("status"),
        clocks=tuple(
            {key: row.text(key) for key in ("levels", "hours", "to_zh", "to_en")} for row in file.rows("clocks")
        ),
        counts_as_large=tuple(
            {key: row.text(key) for key in ("key", "code", "zh", "en")} for row in file.rows("counts_as_large")
        ),
        also_large=tuple({key: row.text(key) for key in ("code", "zh", "en")} for row in file.rows("also_large")),
        neighbours={"zh": file.text("neighbours_zh"), "en": file.text("neighbours_en")},
        chain={"zh": file.text("chain_zh"), "en": file.text("chain_en")},
        unclear_cases=tuple(row.text("code") for key in ("counts_as_large", "also_large") for row in file.rows(key)),
        province_hours=float(file.number("province_hours")),
    )


def _field_card(row: lines.Line) -> FieldCard:
    protect, field = ({lang: row.inner(key).text(lang) for lang in ("zh", "en")} for key in ("protect", "field"))
    return FieldCard(protect, field, row.text("status"))


def _substance(row: lines.Line) -> Substance:
    return Substance(
        code=row.text("code"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        limit_mg_l=float(row.number("limit_mg_l")) if row.maybe("limit_mg_l") else None,
        clause=row.text("clause"),
        status=row.text("status"),
        behaviour=row.choice("behaviour", BEHAVIOURS),
        behaviour_status=row.text("behaviour_status"),
    )
