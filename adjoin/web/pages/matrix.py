"""The matrix: what one tonne a day of each unit would add at every border section. No loads are known: no shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import ClassVar
from urllib.parse import urlencode

from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.site import Section, Site
from adjoin.loop import scenario
from adjoin.loop.scenario import Cell, Row
from adjoin.loop.workspace import Workspace
from adjoin.web import scenario_form
from adjoin.web.address import Address
from adjoin.web.desk_form import Choice
from adjoin.web.lines import Cited, cited
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.refused import refused
from adjoin.web.pages.scenario import rests
from adjoin.web.pages.section import side_words
from adjoin.web.scenario_words import figure, flow_status, part
from adjoin.web.words import Both, name_of, party_name, said

FIELDS = ("section", "decay")
SHADES = 5
DECAY = "0.1"  # 1/day where none is typed: what ammonia loses in a river, in order of magnitude; from memory
ALL = "all"
COLUMNS = (
    "section", "section_zh", "section_en", "flow_m3s", "flow_status",
    "unit_zh", "unit_en", "party", "mg_l_per_t_d", "part", "hours", "km",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """What one tonne a day of a unit would do at a border section; nothing where no flow is given."""

    unit: Both
    party: str
    party_name: Both
    mg_l: float | None
    heat: int  # from 1 to `SHADES`; 0: not known, or nothing arrives
    part: float | None
    hours: float | None
    km: float


@dataclass(frozen=True, slots=True)
class BorderRow:
    """A border section and the units above it, the strongest first."""

    section: str
    name: Both
    href: str
    river: Both
    border: Both
    flow_m3s: float | None
    flow_status: Both
    units: tuple[UnitLoad, ...]


@dataclass(frozen=True)
class MatrixPage(Page):
    """Border sections and the units above them: what a unit load would add."""

    template: ClassVar[str] = "matrix.html"
    nav: ClassVar[str] = "/matrix"

    verdict: Verdict = shown("that no load is known, and where a unit load would be felt most")
    typed: Mapping[str, str] = shown("what was typed, as it was typed")
    error: dict[str, str | dict[str, str]] | None = shown("why there is no answer: met, expected, do")
    rows: tuple[BorderRow, ...] = shown("border sections with the units above them")
    caveats: tuple[Both, ...] = shown("what always stands beside it")
    evidence: tuple[Cited, ...] = shown("what it rests on, with a fingerprint that both sides can compare")
    sections: tuple[Choice, ...] = shown("the border sections that can be chosen", twin=False)

    @property
    def mistyped(self) -> bool:
        """Whether there is an error."""
        return self.error is not None


def build(ws: Workspace, ask: Ask) -> MatrixPage:
    """The matrix for the section and the loss that were asked for."""
    typed = {"decay": DECAY} | {name: ask.query[name] for name in FIELDS if name in ask.query}
    sections = [row.section for row in scenario.matrix(ws)]
    rows, error = _answered(ws, typed)
    views = _views(ws, rows)
    return MatrixPage(
        title=said("web.matrix"),
        verdict=_mistyped() if error else _verdict(views),
        typed=typed,
        error=refused(error).error if error else None,
        rows=views,
        caveats=(
            said("web.matrix.decay"),
            *(said(f"web.scenario.caveat.{name}") for name in ("flow", "speed", "linear", "share")),
        ),
        evidence=tuple(cited(ws.region, each) for each in rests(ws.region, urlencode(typed))),
        sections=tuple(Choice(Both(site.id, site.id), name_of(site)) for site in sections),
    )


def table(page: MatrixPage) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The matrix as a table to take away; refused where there is none."""
    if page.error:
        raise Refusal("scenario_not_asked")
    rows: list[tuple[object, ...]] = [
        (
            *(row.section, *row.name, row.flow_m3s, row.flow_status.en),
            *(*unit.unit, unit.party, unit.mg_l, unit.part, unit.hours, unit.km),
        )
        for row in page.rows
        for unit in row.units
    ]
    return COLUMNS, rows


def _answered(ws: Workspace, typed: Mapping[str, str]) -> tuple[tuple[Row, ...], Refusal | None]:
    try:
        rows = scenario.matrix(ws, scenario_form.decay(typed))
        return _chosen(rows, typed.get("section", "").strip()), None
    except Refusal as refusal:
        return (), refusal


def _chosen(rows: tuple[Row, ...], name: str) -> tuple[Row, ...]:
    """The rows of the section of this id or name; where none is named, of those with readings or a target."""
    if name == ALL:
        return rows
    if not name:
        return tuple(row for row in rows if _watched(row.section)) or rows
    found = tuple(row for row in rows if name in {row.section.id, row.section.name_zh, row.section.name_en})
    if not found:
        raise Refusal("not_a_border_section", met=name, expected=", ".join(row.section.name_zh for row in rows))
    return found


def _watched(site: Site) -> bool:
    return bool(site.attributes.get("auto")) or Section.of(site).target is not None


def _views(ws: Workspace, rows: Sequence[Row]) -> tuple[BorderRow, ...]:
    felt = [cell.mg_l for row in rows for cell in row.cells if cell.mg_l]
    span = (min(felt), max(felt)) if felt else (1.0, 1.0)
    return tuple(_view(ws, row, span) for row in rows)


def _view(ws: Workspace, row: Row, span: tuple[float, float]) -> BorderRow:
    section = Section.of(row.section)
    return BorderRow(
        section=row.section.id,
        name=name_of(row.section),
        href=f"/section/{row.section.id}",
        river=Both(section.river_zh, section.river_en),
        border=side_words(ws, section),
        flow_m3s=row.flow_m3s,
        flow_status=flow_status(ws.region.network.reaches.get(row.section.place.reach or "")),
        units=tuple(_unit(ws.region, cell, span) for cell in row.cells),
    )


def _unit(region: Region, cell: Cell, span: tuple[float, float]) -> UnitLoad:
    return UnitLoad(
        unit=Both(cell.unit_zh, cell.unit_en),
        party=cell.party,
        party_name=party_name(region, cell.party),
        mg_l=cell.mg_l,
        heat=_heat(cell.mg_l, span),
        part=cell.survival,
        hours=cell.hours,
        km=round(cell.km, 1),
    )


def _heat(mg_l: float | None, span: tuple[float, float]) -> int:
    """The shade of a number: equal steps of its logarithm from the least to the most."""
    low, high = span
    if not mg_l or mg_l <= 0:
        return 0
    height = log(mg_l / low) / log(high / low) if high > low else 1.0
    return 1 + min(int(height * SHADES), SHADES - 1)


def _mistyped() -> Verdict:
    return Verdict("unknown", said("web.matrix.mistyped"), Both("", ""))


def _verdict(rows: Sequence[BorderRow]) -> Verdict:
    turn = said("web.matrix.turn")
    felt = sorted(((row.units[0].mg_l or 0.0, row) for row in rows if row.units), key=lambda each: -each[0])
    if not felt or not felt[0][0]:
        return Verdict("unknown", said("web.scenario.no_flow" if rows else "web.matrix.none"), turn)
    if len(felt) == 1:
        return Verdict("unknown", _within(felt[0][1]), turn, "what_if")
    (most, top), (least, low) = felt[0], [each for each in felt if each[0]][-1]
    facts = {"mg": figure(most), "low": low.name, "least": figure(least), "flow": figure(top.flow_m3s)}
    say = said("web.matrix.strongest", site=top.name, unit=top.units[0].unit, **facts)
    return Verdict("unknown", say, turn, "what_if")


def _within(row: BorderRow) -> Both:
    """Which unit above a section weighs most there, and which least."""
    top, low = row.units[0], [unit for unit in row.units if unit.mg_l is not None][-1]
    facts = {"unit": top.unit, "mg": figure(top.mg_l), "low": low.unit, "part": part(low.part)}
    return said("web.matrix.within" if low is not top else "web.matrix.only", site=row.name, **facts)


ADDRESSES = (Address("/matrix", build, asks=FIELDS, sheet=True, table=table),)
