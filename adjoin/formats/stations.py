"""The stations of a bundle: which MN stands at which site, in which units and dialects it speaks (`stations.csv`)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from adjoin.formats import hj212, lines
from adjoin.formats.hj212_readings import REPLAYED
from adjoin.formats.lines import Line

EVERYBODY = "*"  # the row whose dialects are taken from every station
_COLUMNS = ("mn", "site", "st", "units", "dialects", "status", "note")
_UNITS = ("", "table", "house")


@dataclass(frozen=True, slots=True)
class Station:
    """A station that reports by HJ 212."""

    mn: str
    site: str
    st: str  # system code that its packets carry
    units: str  # "table": those of the standard's table; "house": those of quantities.csv; "": not said
    dialects: frozenset[str]
    status: str
    note: str

    @property
    def replayed(self) -> bool:
        """Whether it only stands for old readings that are sent again."""
        return self.mn.upper().startswith(REPLAYED)


def read(folder: Path, sites: Collection[str]) -> Mapping[str, Station]:
    """The stations of a bundle by their MN; none where it has no such file."""
    path = folder / "stations.csv"
    found: dict[str, Station] = {}
    for row in lines.table(path, _COLUMNS) if path.exists() else ():
        station = _station(row)
        if station.mn in found:
            row.refuse("station_twice", "mn", met=station.mn)
        if station.site not in sites and station.mn != EVERYBODY:
            row.refuse(
                "station_site", "site", met=station.site, near=", ".join(get_close_matches(station.site, sites)) or "-"
            )
        found[station.mn] = station
    return found


def dialects(stations: Mapping[str, Station]) -> Mapping[str, frozenset[str]]:
    """The dialects of each station that has any, those of everybody under EVERYBODY."""
    return {mn: each.dialects for mn, each in stations.items() if each.dialects}


def _station(row: Line) -> Station:
    units = row.maybe("units") or ""
    if units not in _UNITS:
        row.refuse("line_no_choice", "units", met=units, expected="table, house")
    return Station(
        mn=row.text("mn"),
        site=row.maybe("site") or "",
        st=row.maybe("st") or "21",
        units=units,
        dialects=hj212.tolerated((row.maybe("dialects") or "").split()),
        status=row.maybe("status") or "unknown",
        note=row.maybe("note") or "",
    )
