"""What the emergency desk shows, part by part in the order of the first fifteen minutes."""

from dataclasses import dataclass, field
from datetime import datetime

from adjoin.loop.respond import Desk
from adjoin.web.desk_watch import Watch
from adjoin.web.desk_words import Band
from adjoin.web.lines import CaseLine
from adjoin.web.words import Both


@dataclass(frozen=True, slots=True)
class Question:
    """One check that tells a real event from a faulty reading, with where the books can be looked at."""

    say: Both
    href: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """A kind of message: when it is the right one, under which procedure it runs, and its clocks."""

    procedure: str
    name: Both
    when: Both
    first: Both  # the move that opens it
    clocks: tuple[Both, ...]
    since: str
    status: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of the first report."""

    hours: float
    due: datetime | None  # None: nobody has said when the office learned of it
    left: Both
    late: bool
    to: Both
    law: Both
    status: str
    grounds: tuple[tuple[Both, bool], ...]  # what counts as large, and whether the bundle says so here
    neighbours: Both
    chain: Both


@dataclass(frozen=True, slots=True)
class FlowView:
    """The one number for the flow."""

    m3s: str
    say: Both  # where it comes from and how old it is
    stale: bool
    ask: Both  # where a better one can be had
    cases: tuple[tuple[Both, str], ...]  # low, now, high


@dataclass(frozen=True, slots=True)
class BankRow:
    """What one bank of a place sees, beside the mean of its section."""

    say: Both
    peak: Band | None  # mg/L
    per_tonne: Band
    odds: Both
    critical: Band | None


@dataclass(frozen=True, slots=True)
class Row:
    """One section or intake below the release."""

    site: str
    name: Both
    kind: str
    kind_name: Both
    party: Both
    href: str | None
    km: str
    error_km: Both
    place_status: Both  # how well that is known
    arrival: tuple[datetime, datetime, datetime]
    peak_at: tuple[datetime, datetime, datetime]
    end: tuple[datetime, datetime, datetime]
    left: Both  # until the earliest arrival
    close_by: datetime | None
    peak: Band | None  # mg/L
    per_tonne: Band | None  # mg/L for 1000 kg
    odds: Both
    critical: Band | None
    banks: tuple[BankRow, ...]  # empty where a width on the way is not known
    by_flow: tuple[datetime, datetime, datetime]
    stored_h: str
    other_source: str
    phone: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Where it could be held, and how long until it is there."""

    name: Both
    time: datetime
    left: Both
    phone: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One place of the sampling plan."""

    name: Both
    since: datetime
    until: datetime
    every_h: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of the substance."""

    name: Both
    code: str
    limit: str | None
    clause: str
    status: str
    behaviour: Both
    behaviour_status: str
    protect: Both | None  # None: not on record
    field: Both | None
    field_status: str
    applies: bool


@dataclass(frozen=True, slots=True)
class Border:
    """Where the water passes from one party to another."""

    km: float  # below the release
    say: Both
    sides: bool  # whether it is the border between the two sides


@dataclass(frozen=True, slots=True)
class Rest:
    """Something that numbers rest on, how well it is known, and where to look at it."""

    id: str  # the figures of the table lead here
    name: Both
    say: Both
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that the desk says of one event."""

    place: Both
    where: Both  # the river, its kilometre, and who holds it
    basis: tuple[Both, ...]  # what was typed or taken instead
    checks: tuple[Question, ...]
    messages: tuple[Message, ...]
    site: str
    site_name: Both  # where a message on it is opened
    quantity: str
    reason: Both
    clock: Clock
    flow: FlowView
    rows: tuple[Row, ...]
    holds: tuple[Hold, ...]
    sampling: tuple[Sample, ...]
    borders: tuple[Border, ...]
    card: Card | None
    warnings: tuple[Both, ...]
    rests: tuple[Rest, ...]
    cases: tuple[CaseLine, ...]  # messages that run at that place
    watches: tuple[Watch, ...]  # those of them that were opened from this event, with their clocks
    desk: Desk = field(repr=False)
