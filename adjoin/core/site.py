"""Places and things that both parties keep a record of, and what is kept of each kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType
from typing import NoReturn, Self

from adjoin.core.refusal import Refusal
from adjoin.core.units import decimal

EARTH_KM = 6371.0088  # mean radius
LONGEST = 300  # characters of one attribute


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

    def km_to(self, other: "Place") -> float | None:
        """Kilometres over the ground to another place; nothing where one is not on the map.

        d = 2 R asin sqrt(sin^2(dlat/2) + cos lat1 cos lat2 sin^2(dlon/2)),   R = 6371.0088 km
        """
        if self.lon is None or self.lat is None or other.lon is None or other.lat is None:
            return None
        lat, other_lat = radians(self.lat), radians(other.lat)
        across, along = sin((other_lat - lat) / 2), sin(radians(other.lon - self.lon) / 2)
        share = across * across + cos(lat) * cos(other_lat) * along * along
        return 2 * EARTH_KM * asin(min(sqrt(share), 1.0))


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that is kept of a kind of site: what it is called, and what it may say."""

    code: str
    name_zh: str
    name_en: str
    form: str = "text"  # or "number", "whole", "date", "choice", "flag", "party"
    unit: str = ""
    required: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    pattern: str = ""
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # code -> words
    source: str = ""
    status: str = "derived"
    note_zh: str = ""
    note_en: str = ""

    def said(self, text: str) -> str:
        """What a cell says, as it is kept: a choice by its code, all else as written; refused where it cannot be.

        Refusals: attribute_missing, _too_long, _unprintable, _no_number, _out_of_range, _no_date,
        _no_choice, _no_pattern.
        """
        value = text.strip()
        if not value:
            if self.required:
                self.refuse("attribute_missing", "—")
            return ""
        if len(value) > LONGEST:
            self.refuse("attribute_too_long", value, expected=LONGEST)
        if not value.isprintable():
            self.refuse("attribute_unprintable", ascii(value))
        checks = {"number": self._number, "whole": self._number, "date": self._date, "choice": self._choice}
        checks |= {"flag": self._flag}
        return checks.get(self.form, self._text)(value)

    def refuse(self, kind: str, met: str, **facts: object) -> NoReturn:
        """Say no to a text, naming the attribute in both languages."""
        raise Refusal(kind, met=met[:60], name=f"{self.name_zh} {self.name_en}", **facts)

    def _number(self, value: str) -> str:
        try:
            number = decimal(value)
        except Refusal:
            self.refuse("attribute_no_number", value, unit=self.unit or "—")
        whole = self.form != "whole" or number == number.to_integral_value()
        if not whole or (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            self.refuse("attribute_out_of_range", value, low=self.low, high=self.high, unit=self.unit)
        return value

    def _date(self, value: str) -> str:
        try:
            return date.fromisoformat(value[:10].replace("/", "-")).isoformat()
        except ValueError:
            self.refuse("attribute_no_date", value)

    def _choice(self, value: str) -> str:
        found = next((code for code, words in self.choices.items() if value in {code, words, *words.split(" ", 1)}), "")
        return found or self.refuse("attribute_no_choice", value, expected=", ".join(self.choices.values()))

    def _flag(self, value: str) -> str:
        if value in {"1", "是", "yes", "true", "Y", "√"}:
            return "1"
        return (
            ""
            if value in {"0", "否", "no", "false", "N"}
            else self.refuse("attribute_no_choice", value, expected="1, 0")
        )

    def _text(self, value: str) -> str:
        if self.pattern and re.fullmatch(self.pattern, value) is None:
            self.refuse("attribute_no_pattern", value, expected=self.pattern)
        return value


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of site, and what is kept of it beside what is kept of every site."""

    code: str
    name_zh: str
    name_en: str
    attributes: tuple[Attribute, ...]

    @property
    def needs(self) -> frozenset[str]:
        """The attributes that it must have."""
        return frozenset(each.code for each in self.attributes if each.required)

    @property
    def known(self) -> frozenset[str]:
        """The attributes that it may have."""
        return frozenset(each.code for each in self.attributes)


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
