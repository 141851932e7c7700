"""What do changed emissions of every region do to the air of every other? Source-receptor algebra of TM5-FASST."""

from collections.abc import Mapping
from dataclasses import dataclass

POLLUTANTS = ("BC", "OM", "NOX", "SO2", "NH3", "VOC", "CH4")
BASE = ("SO4", "NO3", "NH4", "BC", "POM", "DUST", "SS", "O3", "M6M")
URBAN = ("BC", "POM")
SECONDARY = {"SO4": "so4", "NO3": "no3", "NH4": "nh4"}
_PRECURSORS = {"so2": "SO2", "nox": "NOX", "nh3": "NH3"}
_GAS = {"nox": "NOX", "nmvoc": "VOC", "so2": "SO2"}
_CUT = 5.0  # the matrix was made with cuts of 20 per cent
_METHANE_KG = 7.7e10  # the step of methane that its coefficients stand for
COEFFICIENTS = (
    *(f"{part}_{gas}" for part in SECONDARY.values() for gas in _PRECURSORS),
    "bc",
    "pom",
    *(f"{part}_{gas}" for part in ("o3", "m6m") for gas in (*_GAS, "ch4")),
)
Table = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Matrices:
    """Coefficients by source and receptor, and the base they are departures from."""

    coefficients: Mapping[str, Table]  # coefficient -> source -> receptor
    emissions_kg: Table  # source -> pollutant
    concentrations: Table  # receptor -> item
    urban: Table  # receptor -> BC, POM


@dataclass(frozen=True, slots=True)
class Air:
    """The air of one receptor: fine dust by kind in ug/m3, ozone in ppbv."""

    natural: float
    primary: float
    secondary: float
    ozone: float
    ozone_season: float  # highest six-month mean of daily maxima

    @property
    def fine_dust(self) -> float:
        """PM2.5, ug/m3."""
        return self.natural + self.primary + self.secondary


def air(emissions_kg: Table, matrices: Matrices) -> dict[str, Air]:
    """The air of every region under a scenario of emissions.

        C_j = max(0, base_j + 5 sum_i sum_p A_p[i,j] (E_i(p) - Eb_i(p)) / Eb_i(p)),   ozone not cut off

    emissions_kg : region -> pollutant -> kg a year; only these regions enter

    Source: Van Dingenen et al. 2018.
    """
    change = _Change.of(emissions_kg, matrices)
    return {receptor: _air(receptor, change) for receptor in emissions_kg}


@dataclass(frozen=True, slots=True)
class _Change:
    matrices: Matrices
    relative: Table  # source -> pollutant, as a share of the base
    methane: Mapping[str, float]  # source -> steps

    @classmethod
    def of(cls, emissions_kg: Table, matrices: Matrices) -> "_Change":
        base = matrices.emissions_kg
        relative = {
            source: {p: (given[p] - base[source][p]) / base[source][p] if base[source][p] else 0.0 for p in POLLUTANTS}
            for source, given in emissions_kg.items()
        }
        methane = {source: (given["CH4"] - base[source]["CH4"]) / _METHANE_KG for source, given in emissions_kg.items()}
        return cls(matrices, relative, methane)

    def dust(self, coefficient: str, pollutant: str, receptor: str) -> float:
        rows = self.matrices.coefficients.get(coefficient, {})
        return _CUT * sum(rows.get(i, {}).get(receptor, 0.0) * cut[pollutant] for i, cut in self.relative.items())

    def gas(self, part: str, receptor: str) -> float:
        rows = self.matrices.coefficients.get(f"{part}_ch4", {})
        methane = sum(rows.get(i, {}).get(receptor, 0.0) * steps for i, steps in self.methane.items())
        return methane + sum(self.dust(f"{part}_{gas}", pollutant, receptor) for gas, pollutant in _GAS.items())


def _air(receptor: str, change: _Change) -> Air:
    base, urban = change.matrices.concentrations[receptor], change.matrices.urban[receptor]
    secondary = (
        base[item] + sum(change.dust(f"{part}_{gas}", pollutant, receptor) for gas, pollutant in _PRECURSORS.items())
        for item, part in SECONDARY.items()
    )
    primary = (
        base["BC"] + urban["BC"] * change.dust("bc", "BC", receptor),
        base["POM"] + urban["POM"] * change.dust("pom", "OM", receptor),
    )
    return Air(
        natural=base["DUST"] + base["SS"],
        primary=sum(max(0.0, each) for each in primary),
        secondary=sum(max(0.0, each) for each in secondary),
        ozone=base["O3"] + change.gas("o3", receptor),
        ozone_season=base["M6M"] + change.gas("m6m", receptor),
    )
