"""What kept packets say, as rows of the observed book; and what of it cannot be a row, with place and reason."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.units import Quantity, decimal
from adjoin.formats import hj212_readings
from adjoin.formats.hj212 import Fault, Frame, Packet, whole
from adjoin.formats.hj212_readings import Reading, Spoken
from adjoin.formats.hj212_tables import TOLERANCES, factors
from adjoin.formats.stations import Station
from adjoin.formats.tables import Window
from adjoin.store.inbox import Kept, Refused

_Value = tuple[Quantity, str | None]
_REMEMBERED = 100_000
_AROUND = len("##0000") + len("1C80")
_TAKEN_BEFORE = frozenset(TOLERANCES) - {"upper_case_code"}  # a kept packet was accepted in whatever dialect it has


@dataclass
class Sorting:
    """Kept packets on their way into the book."""

    region: Region
    stations: Mapping[str, Station]
    parts: Callable[[str, str, str], Sequence[Kept]]  # the kept packets of one number, station and command
    rows: list[Observation] = field(default_factory=list)
    refused: dict[tuple[str, str, str], Refused] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)  # factors that the bundle does not know
    aside: int = 0  # packets of stations that are not registered
    _known: dict[tuple[str, str | None, str], _Value | Refusal | None] = field(default_factory=dict)

    def sort(self, kept: Kept) -> None:
        """One packet: its readings become rows, as far as they can."""
        station = self.stations.get(kept.mn)
        if station is None:
            self.aside += 1
            return
        frame = _frame(kept, station)
        if frame is None or frame.cn not in hj212_readings.SERIES:
            return
        time = _time(frame)
        if not frame.split:
            self._said(kept, station, frame, time)
            return
        siblings = [(each, _frame(each, station)) for each in self.parts(kept.qn, kept.mn, kept.cn)]
        parts = [(each, part) for each, part in siblings if part is not None]
        self._split(kept, station, frame, parts)

    def _split(self, kept: Kept, station: Station, frame: Frame, parts: list[tuple[Kept, Frame]]) -> None:
        """A part of a split packet takes its time from the part that says it; that part takes the others with it."""
        own = _time(frame)
        time = own or next(filter(None, (_time(part) for _, part in parts)), None)
        if time is None and len({part.pno for _, part in parts}) < frame.pnum:
            return  # the part that says the time has not come yet
        self._said(kept, station, frame, time)
        for each, part in parts:
            if own is not None and each.id != kept.id and _time(part) is None:
                self._said(each, station, part, own)

    def _said(self, kept: Kept, station: Station, frame: Frame, time: datetime | None) -> None:
        try:
            said = hj212_readings.readings(frame, time)
        except Fault as fault:
            self._refuse(kept, fault.place, fault.kind, "", fault.facts)
            return
        if said is None:
            return
        for each in said.faults:
            self._refuse(kept, each.place, each.kind, str(each.facts["met"]), each.facts)
        received = moment_of(kept)
        window = Window.at(received, self.region)
        if window.earliest <= said.time <= window.latest:
            self.rows += self._rows(kept, station, frame, said)
            return
        kind = "time_in_future" if said.time > window.latest else "time_too_old"
        facts = {"met": said.time.isoformat(), "now": received.isoformat(timespec="minutes")}
        self._refuse(kept, kept.raw.find(b"DataTime"), kind, "", {**facts, "expected": window.earliest.date()})

    def _rows(self, kept: Kept, station: Station, frame: Frame, said: Spoken) -> Iterator[Observation]:
        origin, received = hj212_readings.origin(frame, said.span), moment_of(kept)
        method = f"auto-{said.span or 'realtime'}"
        for reading in said.readings:
            found = self._read(reading, station.units)
            if found is None:
                self.ignored[reading.code] += 1
            elif isinstance(found, Refusal):
                place = kept.raw.find(reading.code.encode())
                self._refuse(kept, max(place, 0), found.kind, reading.code, found.facts)
            else:
                quantity, value = found
                flag = reading.flag or ("missing" if value is None else "")
                yield Observation(
                    station.site, quantity.code, said.time, value, quantity.unit, origin, received, method, flag=flag
                )

    def _read(self, reading: Reading, units: str) -> _Value | Refusal | None:
        """A value in the house unit; why it is none; None where the bundle does not know the factor."""
        key = (reading.code, reading.value, units)
        if key not in self._known:  # stations repeat themselves
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._said_first(reading, units)
        return self._known[key]

    def _said_first(self, reading: Reading, units: str) -> _Value | Refusal | None:
        quantity = self.region.quantities.get(reading.code)
        if quantity is None or reading.code not in quantity.names:  # names are case sensitive
            return None
        try:
            return quantity, _value(reading, quantity, units)
        except Refusal as refusal:
            return refusal

    def _refuse(self, kept: Kept, place: int, kind: str, about: str, facts: Mapping[str, object]) -> None:
        """The first of a kind from a station stands for all of this batch."""
        self.refused.setdefault((kept.mn, kind, about), Refused(kept.mn, "", kept.id, place, kind, facts, kept.raw))


def moment_of(packet: Kept) -> datetime:
    """When a packet was received."""
    return datetime.fromtimestamp(packet.received / 1e6, ZONE)


def _value(reading: Reading, quantity: Quantity, units: str) -> str | None:
    """The value in the house unit, with its digits."""
    if reading.value is None:
        return None
    tens = 0 if units == "house" else hj212_readings.power(reading.code, quantity.unit)
    if tens is None or (tens and not units):
        factor = factors().get(reading.code)
        unit = factor.unit if factor else ""
        raise Refusal("hj212_unit_unsaid", met=reading.code, unit=unit or "-", house=quantity.unit)
    number = decimal(reading.value).scaleb(tens)
    value = hj212_readings.scaled(reading.value, tens) if tens else reading.value
    if (quantity.low is not None and number < quantity.low) or (quantity.high is not None and number > quantity.high):
        raise Refusal("out_of_range", met=value, quantity=quantity.symbol, low=quantity.low, high=quantity.high)
    return value


def _time(frame: Frame) -> datetime | None:
    return hj212_readings.moment(frame.value("DataTime"))


def _frame(kept: Kept, station: Station) -> Frame | None:
    raw = kept.raw
    plain = "upper_case_code" not in station.dialects and raw[2:6] == b"%04d" % (len(raw) - _AROUND)
    return (whole(raw, raw[6:-4]) if plain else None) or Packet.of(raw, _TAKEN_BEFORE | station.dialects).frame
