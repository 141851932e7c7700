"""An exhibit in words: what it shows, its columns and its cells, as finding and section show it."""

from dataclasses import dataclass
from datetime import datetime

from adjoin.core.finding import Cell, Exhibit
from adjoin.core.region import Region
from adjoin.web.words import Both, joined, party_name, said, short_time, site_name


@dataclass(frozen=True, slots=True)
class Table:
    """An exhibit with its words: what it shows, its columns and its cells."""

    name: str
    title: Both
    about: Both
    columns: tuple[Both, ...]
    rows: tuple[tuple[Both, ...], ...]
    notes: tuple[Both, ...]
    source: Exhibit


def table(region: Region, exhibit: Exhibit) -> Table:
    """An exhibit as it is read."""
    return Table(
        name=exhibit.name,
        title=said(f"exhibit.{exhibit.name}"),
        about=said(f"exhibit.{exhibit.name}.about"),
        columns=tuple(_column(region, column) for column in exhibit.columns),
        rows=tuple(
            tuple(cell_words(region, column, cell) for column, cell in zip(exhibit.columns, row, strict=True))
            for row in exhibit.rows
        ),
        notes=tuple(said(note) for note in dict.fromkeys(exhibit.notes)),
        source=exhibit,
    )


def _column(region: Region, column: str) -> Both:
    kind, _, site = column.partition(":")
    return site_name(region, site) if kind == "site" and site else said(f"column.{column}")


def cell_words(region: Region, column: str, cell: Cell) -> Both:
    """A cell of an exhibit as it is read: its column says whether it names a site, a party, a time or a word."""
    if cell is None:
        return Both("—", "—")
    if isinstance(cell, tuple):
        return joined([cell_words(region, "site", each) for each in cell]) if cell else Both("—", "—")
    text = str(cell)
    kind = column.rpartition("_")[2]
    if kind in {"site", "party"}:
        return site_name(region, text) if kind == "site" else party_name(region, text)
    if kind in {"time", "after", "until"}:
        return _same(short_time(datetime.fromisoformat(text)))
    if kind in {"relation", "verdict", "minimum", "confidence", "told", "target"}:
        return said(f"web.class.{text}" if kind == "target" else f"{kind}.{text}")
    return _same(text)


def _same(text: str) -> Both:
    return Both(text, text)
