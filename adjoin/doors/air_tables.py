"""Tables of the air: breakpoints of the index, warning levels, source-receptor coefficients."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from adjoin.air.quality import Edition, Scale
from adjoin.air.receptors import BASE, COEFFICIENTS, POLLUTANTS, URBAN, Matrices, Table
from adjoin.air.warning import Level, Run, Warnings
from adjoin.formats.lines import Line, Source, mapping, table


@cache
def editions() -> Mapping[str, Edition]:
    """The editions of the air quality index, by year."""
    return read_editions(_data() / "aqi.yaml")


@cache
def warnings() -> Warnings:
    """The levels of heavy-pollution warnings."""
    return read_warnings(_data() / "warning.yaml")


@cache
def matrices() -> Matrices:
    """The published source-receptor matrices of 56 regions of the world."""
    return Matrices(
        coefficients=_coefficients(_data() / "fasst_coefficients.csv"),
        emissions_kg=_numbers(_data() / "fasst_emissions.csv", "COUNTRY", POLLUTANTS),
        concentrations=_numbers(_data() / "fasst_concentrations.csv", "COUNTRY", BASE),
        urban=_numbers(_data() / "fasst_urban.csv", "CNTRY", URBAN),
    )


def read_editions(source: Source) -> Mapping[str, Edition]:
    """The editions of a file; one that is `like` another keeps the scales it does not name."""
    file = mapping(source)
    indices = tuple(int(each) for each in file.texts("indices"))
    found: dict[str, Edition] = {}
    for row in file.rows("editions"):
        like = row.maybe("like")
        scales = dict(found[like].scales) if like in found else {}
        own = row.inner("scales")
        scales |= {item: _scale(item, own.inner(item), indices) for item in own}
        name = row.text("name")
        found[name] = Edition(name, row.text("clause"), row.text("status"), scales)
    return found


def read_warnings(source: Source) -> Warnings:
    """The warning levels of a file."""
    file = mapping(source)
    levels = tuple(
        Level(row.text("name"), tuple(_run(run) for run in row.rows("runs")), row.maybe("optional") == "true")
        for row in file.rows("levels")
    )
    return Warnings(levels, file.text("pollutant"), file.text("clause"), file.text("status"))


def _scale(item: str, row: Line, indices: tuple[int, ...]) -> Scale:
    points = tuple(int(each) for each in row.texts("points"))
    above = row.integer("above") if row.maybe("above") else None
    return Scale(item, row.integer("decimals") if row.maybe("decimals") else 0, points, indices[: len(points)], above)


def _run(row: Line) -> Run:
    peak = row.integer("peak") if row.maybe("peak") else None
    return Run(row.integer("above"), row.integer("days"), peak)


def _coefficients(source: Source) -> Mapping[str, Table]:
    found: dict[str, dict[str, dict[str, float]]] = {each: {} for each in COEFFICIENTS}
    for row in table(source, ("coefficient", "source")):
        cells = {
            name: float(str(value)) for name, value in row.items() if name not in {"coefficient", "source"} and value
        }
        found[row.text("coefficient")][row.text("source")] = cells
    return found


def _numbers(source: Source, name: str, columns: tuple[str, ...]) -> Table:
    return {
        row.text(name): {each: float(row.number(each)) for each in columns} for row in table(source, (name, *columns))
    }


def _data() -> Source:
    return files("adjoin") / "data" / "air"
