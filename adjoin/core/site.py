"""Places and things that both parties keep a record of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Self


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site is: on the network, on the map, or both, each with what is known of the error."""

    river: str | None = None  # key in the network
    km: float | None = None  # to the mouth of that river; None: not known, then never ordered
    reach: str | None = None
    fraction: float | None = None  # of the reach, from its upper end
    joins: str | None = None  # a site on a river outside the network: the river it joins
    joins_km: float | None = None
    lon: float | None = None
    lat: float | None = None
    error_km: float | None = None
    status: str = "unknown"

    @property
    def ordered(self) -> bool:
        """Whether its kilometre is known, so that it may be compared with others."""
        return self.km is not None or self.joins_km is not None


@dataclass(frozen=True, slots=True)
class Site:
    """One place or thing; what else is kept of it depends on its kind (`data/kinds.yaml`)."""

    id: str
    kind: str
    name_zh: str
    name_en: str
    party: str  # the reporting side
    place: Place = field(default_factory=Place)
    since: date | None = None
    until: date | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    status: str = "seen1"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A site read as a river section."""

    site: Site
    water_body: str  # "river" or "lake"
    target: str | None  # class it has to keep, where one is published
    target_status: str
    river_zh: str
    river_en: str
    upstream: str | None  # the party above the border it stands at; None: it stands at none
    downstream: str | None
    role: str

    @classmethod
    def of(cls, site: Site) -> Self:
        """The typed view of a site of kind `section`."""
        get = site.attributes.get
        return cls(
            site=site,
            water_body=get("water_body") or "river",
            target=get("target") or None,
            target_status=get("target_status") or "",
            river_zh=get("river_zh") or "",
            river_en=get("river_en") or "",
            upstream=get("upstream") or None,
            downstream=get("downstream") or None,
            role=get("role") or "",
        )

    @property
    def on_border(self) -> bool:
        """Whether it stands where water passes from one party to another."""
        return self.upstream is not None and self.downstream is not None
