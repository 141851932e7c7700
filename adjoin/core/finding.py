"""Something here needs an answer, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adjoin.core.evidence import Evidence
from adjoin.core.observation import Observation

Cell = str | float | int | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One table of a finding: what it shows, its columns (keys of words) and rows; drawn where `picture` says how.

    A cell is text with its digits, a number, or a key; columns named *_site, *_party, *_time, *_word are
    looked up (site name, party name, local time, word of the catalogue) by the page.
    """

    name: str  # "first_seen", "hull", "dose", "reaches", "series"
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()  # keys of sentences
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """What an answer of a method says that people must answer: a sentence, its facts, the value that speaks loudest."""

    key: str  # of a sentence of the catalogue: "finding.soil_farm"
    facts: Mapping[str, str]
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whether shares may be shown; here mostly why not."""

    state: str  # "not_for_attribution"
    reasons: tuple[str, ...]  # keys of sentences


@dataclass(frozen=True, slots=True)
class Finding:
    """A signal at a site that two parties have to look at; opens a Case."""

    id: str  # "F-zhutuo-w21011-20260830"
    kind: str  # "border_signal", "inner_signal", "silent_station", "rule_difference"
    site: str
    quantity: str
    upstream: str | None  # parties at the border, where it stands at one
    downstream: str | None
    since: datetime
    until: datetime
    peak: Observation  # the value that speaks loudest
    water_class: str  # its real-time class
    target: str | None
    exhibits: tuple[Exhibit, ...] = ()
    attribution: Attribution | None = None
    caveats: tuple[str, ...] = ()  # keys of sentences that always stand beside it
    evidence: tuple[Evidence, ...] = ()

    def exhibit(self, name: str) -> Exhibit | None:
        """The exhibit of this name."""
        return next((each for each in self.exhibits if each.name == name), None)
