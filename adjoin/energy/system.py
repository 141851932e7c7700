"""How do two regions keep the lights on through a year, and what should they build for it?

The words of the question and of its answer, and what can be checked about an answer without the program that found it:
the balance of every hour, and the bound that prices prove. Short questions are solved in `short`, a whole year by
PyPSA in a process of its own (`worker`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CLEAN = ("hydro", "wind", "sun")
CARRIERS = (*CLEAN, "gas", "coal")


@dataclass(frozen=True, slots=True)
class Plant:
    """Plants of one kind in one region; `available` is the share of capacity that can run each hour."""

    name: str
    region: str
    carrier: str
    mw: float
    mw_most: float  # mw where nothing may be built
    capital: float  # yuan a MW built, over the hours asked
    cost: float  # yuan/MWh
    co2: float  # t/MWh
    available: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """A store in one region: as full at the end as at the start."""

    name: str
    region: str
    mw: float
    mw_most: float
    capital: float
    hours: float  # of full power that it holds
    charging: float
    discharging: float


@dataclass(frozen=True, slots=True)
class Line:
    """The lossless line between the two regions."""

    mw: float
    mw_most: float
    capital: float


@dataclass(frozen=True, slots=True)
class System:
    """Two regions, their load by hour, what can run, what can be built, and how many hours each hour stands for."""

    regions: tuple[str, str]
    load: Mapping[str, tuple[float, ...]]
    plants: tuple[Plant, ...]
    stores: tuple[Store, ...]
    line: Line
    shed: float  # yuan/MWh of load that is not met
    weight: tuple[float, ...]

    @property
    def hours(self) -> int:
        """How many hours are looked at."""
        return len(self.weight)

    @property
    def builds(self) -> bool:
        """Whether anything may be built."""
        return self.line.mw_most > self.line.mw or any(each.mw_most > each.mw for each in self.parts)

    @property
    def parts(self) -> "tuple[Plant | Store, ...]":
        """Plants, then stores."""
        return (*self.plants, *self.stores)

    @property
    def capacity(self) -> dict[str, float]:
        """What stands, MW by name; "line" is the line."""
        return {each.name: each.mw for each in self.parts} | {"line": self.line.mw}

    def at(self, hours: Sequence[int], weight: Sequence[float]) -> "System":
        """The same system at some of its hours."""
        return replace(
            self,
            load={region: tuple(each[t] for t in hours) for region, each in self.load.items()},
            plants=tuple(replace(p, available=tuple(p.available[t] for t in hours)) for p in self.plants),
            weight=tuple(weight),
        )

    def built(self, capacity: Mapping[str, float]) -> "System":
        """The same system with these capacities, and nothing left to build; "line" is the line."""
        mw = capacity
        return replace(
            self,
            plants=tuple(replace(each, mw=mw[each.name], mw_most=mw[each.name]) for each in self.plants),
            stores=tuple(replace(each, mw=mw[each.name], mw_most=mw[each.name]) for each in self.stores),
            line=replace(self.line, mw=mw["line"], mw_most=mw["line"]),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """What ran: MW by hour of plants, of stores (discharging less charging) and of the line (to the second region)."""

    capacity: Mapping[str, float]
    plants: Mapping[str, "Floats"]
    charge: Mapping[str, "Floats"]
    discharge: Mapping[str, "Floats"]
    flow: "Floats"
    shed: Mapping[str, "Floats"]
    price: Mapping[str, "Floats"]  # yuan/MWh by region
    worth: Mapping[str, "Floats"]  # yuan/MWh of what a store holds at the end of an hour


def balance(system: System, run: Run) -> dict[str, "Floats"]:
    """What is left over each hour in each region, MW: 0 but for the tolerance of the solver.

    plants + discharge - charge + shed -/+ flow - load
    """
    import numpy as np

    found = {}
    for region, sign in zip(system.regions, (-1.0, 1.0), strict=True):
        left = run.shed[region] + sign * run.flow - np.array(system.load[region])
        for plant in system.plants:
            left = left + (run.plants[plant.name] if plant.region == region else 0.0)
        for store in system.stores:
            left = left + ((run.discharge[store.name] - run.charge[store.name]) if store.region == region else 0.0)
        found[region] = left
    return found


def running_cost(system: System, run: Run) -> float:
    """What fuel and unmet load cost, yuan: sum weight (cost p + shed cost s)."""
    import numpy as np

    weight = np.array(system.weight)
    parts = [each.cost * float(weight @ run.plants[each.name]) for each in system.plants]
    return math.fsum([*parts, *(system.shed * float(weight @ run.shed[region]) for region in system.regions)])


def capital_cost(system: System, run: Run) -> float:
    """What was built costs, yuan."""
    parts = [each.capital * (run.capacity[each.name] - each.mw) for each in system.parts]
    return math.fsum([*parts, system.line.capital * (run.capacity["line"] - system.line.mw)])


def bound(system: System, run: Run) -> float:
    """The running cost below which nothing lies with these capacities, yuan, added up from prices alone.

        sum_t w [ sum_r price load + sum_g available MW min(0, cost - price) + sum_r load min(0, shed - price)
                  - MW_line |price_2 - price_1| + sum of stores, each of charge, discharge and level at its better end ]

    Weak duality: true for any prices and any worth of what stores hold; near the cost where they are those of the
    optimum. Both signs of that worth are tried, as programs differ in which they mean.
    """
    import numpy as np

    w = np.array(system.weight)
    price = {region: run.price[region] for region in system.regions}
    total = 0.0
    for region in system.regions:
        load = np.array(system.load[region])
        total += float(w @ (load * price[region] + load * np.minimum(0.0, system.shed - price[region])))
    for plant in system.plants:
        most = run.capacity[plant.name] * np.array(plant.available)
        total += float(w @ (most * np.minimum(0.0, plant.cost - price[plant.region])))
    one, other = system.regions
    total -= run.capacity["line"] * float(w @ np.abs(price[other] - price[one]))
    return total + math.fsum(max(_store_bound(each, run, w, sign) for sign in (1.0, -1.0)) for each in system.stores)


def _store_bound(store: Store, run: Run, w: "Floats", sign: float) -> float:
    """The least a store adds: level_t - level_(t-1) - e_c charge + discharge/e_d = 0 at the worth of what it holds."""
    import numpy as np

    price, worth, mw = run.price[store.region], sign * run.worth[store.name], run.capacity[store.name]
    charge = np.minimum(0.0, price - worth * store.charging)
    discharge = np.minimum(0.0, worth / store.discharging - price)
    level = np.minimum(0.0, worth * w - np.roll(worth * w, -1))
    return mw * (float(w @ (charge + discharge)) + store.hours * float(level.sum()))
