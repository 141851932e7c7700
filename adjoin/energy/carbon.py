"""How much CO2 does the fuel burnt release, and to whom does that of traded power belong?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_CO2_PER_C = 44 / 12
TJ_PER_UNIT = {"1e4 t": 10.0, "1e8 m3": 100.0}  # of a net calorific value in MJ/kg or MJ/m3
_NOTHING_T = 1e-6
MADE_FROM_FUEL = ("electricity", "power", "heat", "电力", "热力", "外来电")  # not burnt: counting them counts twice


@dataclass(frozen=True, slots=True)
class Fuel:
    """What a fuel holds: energy by unit, carbon by energy, and how much of it oxidises."""

    tj_per_unit: float
    carbon_t_tj: float
    oxidised: float

    def co2(self, quantity: float, stored_quantity: float = 0.0) -> float:
        """CO2, t: (E - E_stored) c ox 44/12; carbon kept in products is taken off before oxidation."""
        energy = self.tj_per_unit * (quantity - stored_quantity)
        return energy * self.carbon_t_tj * self.oxidised * _CO2_PER_C


@dataclass(frozen=True, slots=True)
class Balance:
    """The supply of a fuel: what came, what left, what was laid up, what went into products."""

    production: float = 0.0
    imports: float = 0.0
    exports: float = 0.0
    bunkers: float = 0.0
    stock_increase: float = 0.0
    non_energy: float = 0.0
    stored_fraction: float = 0.0

    @property
    def apparent(self) -> float:
        """Apparent consumption, in the unit of the fuel."""
        return self.production + self.imports - self.exports - self.bunkers - self.stock_increase


@dataclass(frozen=True, slots=True)
class Flow:
    """Electricity sent from one party to another."""

    sender: str
    receiver: str
    mwh: float


@dataclass(frozen=True, slots=True)
class Traded:
    """CO2 by who consumes: a tonne is counted once."""

    transfers_t: tuple[float, ...]
    consumption_t: Mapping[str, float]
    third_party_t: Mapping[str, float]
    difference_t: float


def burnt(consumption: Mapping[str, Mapping[str, float]], fuels: Mapping[str, Fuel]) -> dict[str, dict[str, float]]:
    """CO2 by sector and fuel, t: quantity x calorific value x carbon x oxidation x 44/12."""
    return {
        sector: {fuel: fuels[fuel].co2(quantity) for fuel, quantity in used.items()}
        for sector, used in consumption.items()
    }


def supplied(balance: Mapping[str, Balance], fuels: Mapping[str, Fuel]) -> dict[str, float]:
    """CO2 by fuel from its supply, t; not clipped where it is negative."""
    return {
        name: fuels[name].co2(each.apparent, each.non_energy * each.stored_fraction) for name, each in balance.items()
    }


def traded(production_t: Mapping[str, float], factor: Mapping[str, float], flows: Sequence[Flow]) -> Traded:
    """CO2 by consumption of parties that trade electricity, t.

        consumption_p = production_p - sum sent MWh f_p + sum received MWh f_sender

    production_t : by party of the joint area; factor : t/MWh generated, by sender

    The exporter's factor stands on both sides, so the sum closes but for third parties.
    """
    moved = tuple(flow.mwh * factor[flow.sender] for flow in flows)
    balance: dict[str, list[float]] = {}
    for flow, tonnes in zip(flows, moved, strict=True):
        balance.setdefault(flow.sender, []).append(-tonnes)
        balance.setdefault(flow.receiver, []).append(tonnes)
    net = {party: math.fsum(parts) for party, parts in balance.items()}
    third = {party: tonnes for party, tonnes in net.items() if party not in production_t}
    difference = 0.0 - math.fsum(third.values())
    return Traded(
        transfers_t=moved,
        consumption_t={party: tonnes + net.get(party, 0.0) for party, tonnes in production_t.items()},
        third_party_t=third,
        difference_t=0.0 if abs(difference) <= _NOTHING_T else difference,
    )
