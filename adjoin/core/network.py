"""Reaches, the places on them, and what lies below what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from adjoin.core.refusal import Refusal
from adjoin.core.site import Place


@dataclass(frozen=True, slots=True)
class Bed:
    """What a reach is across: without all three nobody can tell how much more a bank sees than the mean."""

    width_m: float
    depth_m: float
    slope: float  # of the water surface, m/m
    status: str


@dataclass(frozen=True, slots=True)
class Reach:
    """One stretch of a river, in the direction of the water."""

    id: str
    river: str
    name_zh: str
    name_en: str
    down: str | None
    length_km: float
    km_up: float  # to the mouth of its river, at its upper end
    km_down: float
    km_to_outlet_up: float
    party: str | None  # the unit that holds most of it
    unit_zh: str = ""  # the smaller unit (city, district) that holds most of it
    unit_en: str = ""
    left: str | None = None  # party on a bank, where the river is a border
    right: str | None = None
    border_confidence: str = ""
    area_km2: float | None = None  # of the catchment, at its lower end
    flow_m3s: float | None = None  # mean of many years, at its lower end
    flow_status: str = ""
    bed: "Bed | None" = None
    line: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Network:
    """A routed river network: every reach knows the one below it."""

    reaches: Mapping[str, Reach]
    _mouths: Mapping[str, float] = field(init=False, repr=False, compare=False)  # km of each mouth to the outlet

    @classmethod
    def of(cls, reaches: Iterable[Reach]) -> Self:
        """A network from its rows; a reach that flows nowhere known, or in a circle, is refused."""
        table = {reach.id: reach for reach in reaches}
        for reach in table.values():
            if reach.down is not None and reach.down not in table:
                raise Refusal("down_is_nowhere", met=reach.down, row=reach.id)
        _refuse_circles(table)
        return cls(table)

    def __post_init__(self) -> None:
        lowest: dict[str, Reach] = {}
        for reach in self.reaches.values():
            if reach.river not in lowest or reach.km_down < lowest[reach.river].km_down:
                lowest[reach.river] = reach
        mouths = {river: reach.km_to_outlet_up - reach.km_up for river, reach in lowest.items()}
        object.__setattr__(self, "_mouths", mouths)

    def to_outlet(self, place: Place) -> float | None:
        """Kilometres of water from a place to the outlet of its network; nothing where its kilometre is not known."""
        if place.river is not None and place.km is not None:
            return self._along(place.river, place.km)
        if place.joins is not None and place.joins_km is not None:
            return self._along(place.joins, place.joins_km)
        return None

    def between(self, upper: Place, lower: Place) -> float | None:
        """Kilometres of water from one place down to another; nothing where the first does not lie above the second."""
        above, below = self.to_outlet(upper), self.to_outlet(lower)
        if above is None or below is None or above < below or not self._flows_past(upper, lower):
            return None
        return above - below

    def path(self, upper: Place, lower: Place) -> tuple[Reach, ...]:
        """The reaches that water passes from one place to another."""
        start, end = self._reach_of(upper), self._reach_of(lower)
        passed: list[Reach] = []
        while start is not None:
            passed.append(self.reaches[start])
            if start == end:
                return tuple(passed)
            start = self.reaches[start].down
        return ()

    def _flows_past(self, upper: Place, lower: Place) -> bool:
        return bool(self.path(upper, lower))

    def _along(self, river: str, km: float) -> float | None:
        mouth = self._mouths.get(river)
        return None if mouth is None else mouth + km

    def _reach_of(self, place: Place) -> str | None:
        if place.reach is not None:
            return place.reach
        if place.joins is None or place.joins_km is None:
            return None
        return self.at(place.joins, place.joins_km)

    def at(self, river: str, km: float) -> str | None:
        """The reach of a river at a kilometre."""
        for reach in self.reaches.values():
            if reach.river == river and reach.km_down <= km <= reach.km_up:
                return reach.id
        return None


def _refuse_circles(table: Mapping[str, Reach]) -> None:
    """Going down from any reach, one never meets it again."""
    ending: set[str] = set()
    for start in table:
        passed: dict[str, None] = {}
        here: str | None = start
        while here is not None and here not in ending:
            if here in passed:
                raise Refusal("ring_of_reaches", met=here, row=here)
            passed[here] = None
            here = table[here].down
        ending.update(passed)
