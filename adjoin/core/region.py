"""A region bundle: what is given. Two sides, their sites, their river, their rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from adjoin.core.network import Network
from adjoin.core.party import Office, Party
from adjoin.core.period import Calendar
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Procedure, Standard
from adjoin.core.site import Site
from adjoin.core.units import Quantities


@dataclass(frozen=True, slots=True)
class Border:
    """How a border section is looked at: which inflows are observed above it, and with which numbers."""

    site: str
    quantity: str
    inflows: tuple[str, ...]  # sites; together they are what was observed to flow towards the border
    compare: tuple[str, ...]  # sites whose dose stands beside the border's
    also: tuple[str, ...]  # other sites in the order of first seen
    speeds_m_s: tuple[float, float]
    max_gap_h: float  # gaps between observations up to this are bridged
    strict_gap_h: float  # the same question asked without bridging the long ones
    base: str  # value above which a dose counts
    threshold: str  # value above (for oxygen: below) which a rise is seen
    since: str | None = None  # second dose window
    conservative: bool = True  # oxygen is not: no mixture of inflows bounds it
    status: str = "derived"
    note_zh: str = ""
    note_en: str = ""
    line: int = 0  # where it stands in its file


@dataclass(frozen=True)
class Region:
    """Everything given of one pair of neighbours."""

    name: str
    name_zh: str
    name_en: str
    sides: tuple[str, str]  # the two parties that govern together, in the order of the bundle
    parties: Mapping[str, Party]
    offices: tuple[Office, ...]
    sites: Mapping[str, Site]
    network: Network
    quantities: Quantities
    standards: Mapping[str, Standard]
    procedures: Mapping[str, Procedure]
    calendar: Calendar
    borders: tuple[Border, ...]
    parameters: Mapping[str, Mapping[str, object]]  # name -> {value, status, source, ...}
    fingerprint: str
    synthetic: bool = False
    registered: Mapping[str, Site] = field(default_factory=dict)  # sites of the registers that the bundle brings
    _by_name: Mapping[str, tuple[Site, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, tuple[Site, ...]] = {}
        for site in self.sites.values():
            names[site.name_zh] = (*names.get(site.name_zh, ()), site)
        object.__setattr__(self, "_by_name", names)

    def site(self, name: str) -> Site:
        """The site of this id, or of this Chinese name where that is unique among sections, else among all."""
        found = self.find_site(name)
        if found is None:
            raise Refusal("unknown_site", met=name, near=", ".join(self.near(name)) or "-")
        return found

    def find_site(self, name: str) -> Site | None:
        """As `site`, but nothing where there is none or more than one."""
        if name in self.sites:
            return self.sites[name]
        named = self._by_name.get(name, ())
        sections = tuple(site for site in named if site.kind == "section")
        pool = sections or named
        return pool[0] if len(pool) == 1 else None

    def near(self, name: str) -> list[str]:
        """Names that the asker may have meant."""
        names = [name for site in self.sites.values() for name in (site.name_zh, site.id)]
        return get_close_matches(name, names, n=5, cutoff=0.5)

    def other(self, party: str) -> str:
        """The other side."""
        first, second = self.sides
        if party not in self.sides:
            raise Refusal("not_a_side", met=party, expected=", ".join(self.sides))
        return second if party == first else first

    def border(self, site: str, quantity: str) -> Border | None:
        """How this quantity is looked at there, where the bundle says so."""
        return next((b for b in self.borders if b.site == site and b.quantity == quantity), None)

    def parameter(self, name: str) -> str:
        """The value of a parameter of the bundle, as printed."""
        return str(self._parameter(name))

    def parameters_of(self, name: str) -> tuple[str, ...]:
        """The values of a parameter that is a list."""
        value = self._parameter(name)
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),)

    def _parameter(self, name: str) -> object:
        if name not in self.parameters:
            raise Refusal("unknown_parameter", met=name, expected=", ".join(sorted(self.parameters)))
        return self.parameters[name]["value"]

    def side_of(self, party: str) -> str | None:
        """The side that a party belongs to: itself, or the one above it; nothing outside of both."""
        seen: set[str] = set()
        while party not in self.sides and party not in seen:
            seen.add(party)
            party = (self.parties[party].parent or "") if party in self.parties else ""
        return party if party in self.sides else None

    @property
    def sections(self) -> tuple[Site, ...]:
        """The river sections, in the order of the bundle."""
        return tuple(site for site in self.sites.values() if site.kind == "section")
