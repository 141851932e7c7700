"""The law of sudden events as it stands in `data/risk`, read once: each table with its name, day and status."""

from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files

from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.doors.given import Given
from adjoin.formats import lines
from adjoin.risk import enterprise, event, source_accident, source_category, tailings


@cache
def table(name: str) -> lines.Line:
    """One rule file."""
    return lines.mapping(files("adjoin") / "data" / "risk" / f"{name}.yaml")


def law(name: str) -> dict[str, str]:
    """What a rule file calls itself, and how well it is known."""
    file = table(name)
    return {"name": file.text("name"), "status": file.text("status")}


def warnings(name: str) -> list[str]:
    """What an answer by a table from memory says of itself."""
    file = table(name)
    return [f"unofficial until the table is confirmed: {file.text('name')}"] if file.text("status") == "memory" else []


def in_force(given: Given, name: str) -> None:
    """Refuse a question about a day before the law; a question without a day is about now."""
    since = table(name).date("since")
    if given.values.get("on") is not None and _day(given) < since:
        raise Refusal("before_the_law", key=given.place("on"), met=given.text("on")[:40], expected=since.isoformat())


@cache
def criteria() -> tuple[event.Criterion, ...]:
    """The facts that grade an event."""
    file = table("event-2014")
    counts = tuple(
        event.Criterion(
            row.text("fact"), row.text("clause"), _numbers(row.inner("at_least")), {}, row.text("whole") == "true"
        )
        for row in file.rows("counts")
    )
    return counts + tuple(
        event.Criterion(row.text("fact"), row.text("clause"), {}, _texts(row.inner("levels")))
        for row in file.rows("words")
    )


@cache
def accidents() -> source_accident.AccidentRule:
    """The books of accidents with sources."""
    file = table("source_accidents")
    return source_accident.AccidentRule(
        books=tuple(
            source_accident.Book(row.text("key"), row.text("name"), row.texts("counts")) for row in file.rows("books")
        ),
        wide_severe=_texts(file.inner("wide_severe")),
        gone=_texts(file.inner("gone")),
        acute_deaths=_numbers(file.inner("acute_deaths")),
        severe_sickness=_numbers(file.inner("severe_sickness")),
        over_limit=file.text("over_limit"),
    )


@cache
def nuclides() -> dict[str, source_category.Nuclide]:
    """The nuclides of the table, by name."""
    columns = ("nuclide", "d_tbq", "half_life_days", "d_status", "half_life_status")
    rows = lines.table(files("adjoin") / "data" / "risk" / "nuclides.csv", columns)
    return {
        row.text("nuclide"): source_category.Nuclide(
            row.text("nuclide"),
            Fraction(row.number("d_tbq")),
            float(row.number("half_life_days")) if row.maybe("half_life_days") else None,
            row.text("d_status"),
            row.maybe("half_life_status") or "",
        )
        for row in rows
    }


@cache
def categories() -> dict[str, Fraction]:
    """The least sum of A/D of every category."""
    return _numbers(table("source_categories").inner("at_least"))


@cache
def firms() -> enterprise.EnterpriseRule:
    """Steps and matrix of firms."""
    file = table("enterprise-hj941")
    return enterprise.EnterpriseRule(
        process_cap=Fraction(file.number("process_cap")),
        q=_highest_first(file.inner("q")),
        m=_highest_first(file.inner("m")),
        grades=file.texts("grades"),
        matrix=_matrix(file),
    )


@cache
def ponds() -> tailings.TailingsRule:
    """Points and matrix of tailings ponds."""
    file = table("tailings-hj740")
    points, above = file.inner("points"), file.inner("above")
    return tailings.TailingsRule(
        points={part: {key: float(n) for key, n in _numbers(points.inner(part)).items()} for part in points},
        above=(Fraction(above.number("level_1")), Fraction(above.number("level_2"))),
        matrix=_matrix(file),
    )


def _day(given: Given) -> date:
    try:
        return parse_time(given.text("on")).date()
    except OverflowError:
        raise Refusal("not_a_time", met=given.text("on")) from None


def _matrix(file: lines.Line) -> dict[str, dict[str, tuple[str, ...]]]:
    matrix = file.inner("matrix")
    return {key: {inner: matrix.inner(key).texts(inner) for inner in matrix.inner(key)} for key in matrix}


def _numbers(row: lines.Line) -> dict[str, Fraction]:
    return {key: Fraction(row.number(key)) for key in row}


def _highest_first(row: lines.Line) -> dict[str, Fraction]:
    return dict(sorted(_numbers(row).items(), key=lambda each: -each[1]))


def _texts(row: lines.Line) -> dict[str, str]:
    return {key: row.text(key) for key in row}
