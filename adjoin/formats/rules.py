"""Standards, quantities, calendars and evaluation rules: law as data, read once and checked row by row.

What Adjoin ships stands in `adjoin/data`; a bundle brings its own through `read_standard`, `read_calendar`
and `read_quantities`. A malformed file is refused with its line and what to do.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from adjoin.core.assessment import CLASSES
from adjoin.core.evaluation import Evaluation, RiverGrade, TrophicGrade, TrophicItem
from adjoin.core.period import Calendar
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Limit, Standard
from adjoin.core.units import Quantities, Quantity
from adjoin.formats.lines import Line, Source, mapping, table

GRADES = CLASSES[:-1]  # the last class has no limit of its own
_QUANTITY = ("code", "name_zh", "name_en", "symbol", "unit", "storage_digits", "assessment_decimals", "aliases")
_DAY = ("date", "kind", "status")


@cache
def quantities() -> Quantities:
    """Everything that is measured, by HJ 525 code, symbol or alias."""
    return read_quantities(_data() / "quantities.csv")


@cache
def calendar() -> Calendar:
    """The national working-day calendar, as far as it is published."""
    return read_calendar(_data() / "workdays_cn.csv")


@cache
def standards() -> Mapping[str, Standard]:
    """The published standards that Adjoin ships, by name."""
    folder = sorted((_data() / "standards").iterdir(), key=lambda file: file.name)
    found = [read_standard(file) for file in folder if file.name.startswith("gb")]
    return MappingProxyType({each.name: each for each in found})


def standard(name: str) -> Standard:
    """The standard of this name."""
    if name not in standards():
        raise Refusal("unknown_standard", met=name, expected=", ".join(standards()))
    return standards()[name]


@cache
def evaluation() -> Evaluation:
    """How classes become words for sections, rivers and lakes."""
    return read_evaluation(_data() / "standards" / "evaluation-2011.yaml")


def read_quantities(source: Source) -> Quantities:
    """The quantities of a table; a name that two of them bear is refused."""
    rows = table(source, _QUANTITY)
    found = tuple(_quantity(row) for row in rows)
    owner: dict[str, int] = {}
    for row, quantity in zip(rows, found, strict=True):
        for name in quantity.names:
            if owner.setdefault(name.casefold(), row.at) != row.at:
                row.refuse("line_twice", name)
    return Quantities(found)


def read_calendar(source: Source) -> Calendar:
    """The days of a calendar that differ from Monday-to-Friday; it reaches over the whole years it names."""
    rows = table(source, _DAY)
    days: dict[date, bool] = {}
    for row in rows:
        day, kind = row.date("date"), row.choice("kind", ("holiday", "make-up working day"))
        if day in days:
            row.refuse("line_twice", day.isoformat())
        days[day] = kind != "holiday"
    if not days:
        raise Refusal("file_no_rows", file=source.name)
    years = [day.year for day in days]
    return Calendar(MappingProxyType(days), date(min(years), 1, 1), date(max(years), 12, 31), rows[0].text("status"))


def read_standard(source: Source, known: Quantities | None = None) -> Standard:
    """The standard of a rule file; its quantities go by any name they have in the table of quantities."""
    file = mapping(source)
    title = file.inner("title")
    return Standard(
        name=file.text("name"),
        title_zh=title.text("zh"),
        title_en=title.text("en"),
        limits=tuple(_limit(file, row, known or quantities()) for row in file.rows("limits")),
        source=file.text("source"),
        status=file.maybe("status") or "std",
        examples=tuple(file.rows("examples")),
    )


def read_evaluation(source: Source, known: Quantities | None = None) -> Evaluation:
    """The evaluation rules of a rule file."""
    file, names = mapping(source), known or quantities()
    words = file.inner("section_words")
    return Evaluation(
        name=file.text("name"),
        section_words={key: _texts(words.inner(key)) for key in CLASSES},
        priority=_codes(file, "priority", names),
        no_multiple=_codes(file, "no_multiple", names),
        logarithmic=_codes(file, "logarithmic", names),
        main_pollutants=file.integer("main_pollutants"),
        few_sections=file.integer("few_sections"),
        river_grades=tuple(_river_grade(row) for row in file.rows("river_grades")),
        trophic_items=tuple(_trophic_item(row) for row in file.rows("trophic_items")),
        trophic_grades=tuple(_trophic_grade(row) for row in file.rows("trophic_grades")),
        sources={key: _texts(file.inner("sources").inner(key)) for key in file.inner("sources")},
    )


def _quantity(row: Line) -> Quantity:
    low = row.number("low") if row.maybe("low") else None
    high = row.number("high") if row.maybe("high") else None
    if low is not None and high is not None and low > high:
        row.refuse("line_no_choice", "low", met=low, expected=f"<= {high}")
    return Quantity(
        code=row.text("code"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        symbol=row.text("symbol"),
        unit=row.maybe("unit") or "",
        storage_digits=row.integer("storage_digits"),
        assessment_decimals=row.integer("assessment_decimals") if row.maybe("assessment_decimals") else None,
        low=low,
        high=high,
        aliases=tuple(name for name in str(row["aliases"]).split("|") if name),
        status=row.maybe("status") or "std",
    )


def _limit(file: Line, row: Line, known: Quantities) -> Limit:
    kind = row.choice("kind", ("max", "min", "range", "delta"))
    return Limit(
        quantity=_code(row, row.text("quantity"), known),
        kind=kind,
        grades=_grades(row.inner("grades"), kind),
        clause=row.text("clause"),
        since=row.date("since") if row.maybe("since") else file.date("since"),
        until=row.date("until") if row.maybe("until") else None,
        water_body=row.choice("water_body", ("any", "river", "lake")),
        evaluated=row.choice("evaluated", ("true", "false")) == "true",
        status=row.maybe("status") or file.maybe("status") or "std",
        detection=row.maybe("detection") or "",
    )


def _grades(row: Line, kind: str) -> dict[str, str]:
    for key in row:
        if key not in GRADES:  # so also "7,5", which YAML reads as 7 and a key 5
            row.refuse("line_no_choice", key, met=key, expected=", ".join(GRADES))
    for key in GRADES if kind != "delta" else ():
        bounds = row.text(key).split("~")
        if len(bounds) != (2 if kind == "range" else 1):
            row.refuse("line_no_number", key, met=row.text(key))
        for bound in bounds:
            Line({key: bound}, row.file, row.at).number(key)
    return {key: row.text(key) for key in GRADES}


def _river_grade(row: Line) -> RiverGrade:
    for key in ("good_at_least", "worst_at_least"):
        if row.maybe(key):
            row.number(key)
    return RiverGrade(row.text("key"), row.text("zh"), row.maybe("good_at_least"), row.maybe("worst_at_least"))


def _trophic_item(row: Line) -> TrophicItem:
    return TrophicItem(row.text("key"), float(row.number("a")), float(row.number("b")), float(row.number("r")))


def _trophic_grade(row: Line) -> TrophicGrade:
    upper = row.text("upper")
    included = row.choice("upper_included", ("true", "false")) == "true"
    return TrophicGrade(
        row.text("key"), row.text("zh"), float(upper) if upper == "inf" else float(row.number("upper")), included
    )


def _codes(row: Line, key: str, known: Quantities) -> tuple[str, ...]:
    return tuple(_code(row, name, known) for name in row.texts(key))


def _code(row: Line, name: str, known: Quantities) -> str:
    found = known.get(name)
    return found.code if found else row.refuse("line_unknown_quantity", "quantity", met=name)


def _texts(row: Line) -> dict[str, str]:
    return {key: row.text(key) for key in row}


def _data() -> Source:
    return files("adjoin") / "data"
