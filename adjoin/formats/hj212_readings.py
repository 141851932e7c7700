"""What a packet of data says: values with their digits, flags and times, under the codes of 2017.

Only the realtime value and the mean of a period are readings of a quantity; totals, extremes, equipment states and
converted values stay in the kept packet.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats.hj212 import Fault, Frame
from adjoin.formats.hj212_tables import factors, flags, old_codes

SERIES = {"2011": ("Rtd", ""), "2051": ("Avg", "minute"), "2061": ("Avg", "hour"), "2031": ("Avg", "day")}
NO_VALUE = frozenset({"", "-", "--", "---", "----"})
REPLAYED = "REPLAY"  # how the MN of a station that sends old readings again begins
_POWERS = {"n": -9, "u": -6, "µ": -6, "m": -3, "k": 3}
_UNIT = re.compile(r"([nuµmk]?)(g/(?:L|m3))")
_PLAIN = re.compile(r"([+-]?)(\d*)\.?(\d*)", re.ASCII)
_TIME = re.compile(r"[0-9]{14}(?:[0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a packet says of one time."""

    time: datetime
    span: str  # "" of a moment; "minute", "hour", "day": the mean of a period that begins at `time`
    readings: tuple["Reading", ...]
    faults: tuple[Fault, ...]


class Reading(NamedTuple):
    """One value of one factor."""

    code: str  # of 2017 where the table knows it, else as it was sent
    value: str | None  # text with its digits; None: sent as missing
    flag: str  # as it is kept in the book: "" normal


def readings(frame: Frame, time: datetime | None = None) -> Spoken | None:
    """The readings of a packet; None where it is no packet of readings.

    time : where the packet is a part of a split one and another part says the time
    """
    if frame.cn not in SERIES:
        return None
    suffix, span = SERIES[frame.cn]
    pairs, faults = _once(frame.pairs())
    if (said := pairs.get("DataTime")) is not None:
        time = moment(said)
    if time is None:
        raise Fault("hj212_no_time", frame.raw.find(b"CP=&&"), met="-" if said is None else said)
    medium = medium_of(frame.st)
    found = (
        Reading(known(code, medium), None if value in NO_VALUE else value, _flag(pairs.get(f"{code}-Flag", "N")))
        for code, kind, value in _split(pairs.items())
        if kind == suffix
    )
    return Spoken(time, span, tuple(found), faults)


def moment(text: str) -> datetime | None:
    """A time of fourteen digits, or seventeen of which the milliseconds are cut; None where it is none."""
    if _TIME.fullmatch(text) is None:
        return None
    try:
        month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(4, 14, 2))
        return datetime(int(text[:4]), month, day, hour, minute, second, tzinfo=ZONE)
    except ValueError:
        return None


def origin(frame: Frame, span: str) -> str:
    """Where a reading of this packet comes from: each kind of value its own, so that none replaces another."""
    base = "replay" if frame.mn.upper().startswith(REPLAYED) else "hj212"
    return f"{base}-{span}" if span else base


def medium_of(st: str) -> str:
    """The medium of a system code: codes of 2005 mean different things in water and air."""
    return {
        "21": "water",
        "24": "water",
        "26": "water",
        "32": "water",
        "33": "water",
        "34": "water",
        "52": "water",
    }.get(st, "noise" if st in {"23", "36"} else "air")


def known(code: str, medium: str) -> str:
    """The code of 2017 of a factor; as it was sent where the tables do not know it."""
    return code if code in factors() else old_codes().get((medium, code), code)


def power(code: str, unit: str) -> int | None:
    """The power of ten from the unit of the standard's table to `unit`; None where that cannot be told."""
    factor = factors().get(code)
    if factor is None:
        return None
    if factor.unit.replace("degC", "°C").replace("uS", "µS") == unit:
        return 0
    given, wanted = _UNIT.fullmatch(factor.unit), _UNIT.fullmatch(unit)
    if given is None or wanted is None or given[2] != wanted[2]:
        return None
    return _POWERS.get(given[1], 0) - _POWERS.get(wanted[1], 0)


def scaled(value: str, tens: int) -> str:
    """A printed number times a power of ten, with all its digits and no other."""
    found = _PLAIN.fullmatch(value)
    if found is None:  # with an exponent
        raise Refusal("not_a_number", met=value)
    sign, whole, part = found.groups()
    digits, point = whole + part, len(whole) + tens
    digits = digits.rjust(len(digits) - point + 1, "0") if point < 1 else digits.ljust(point, "0")
    point = max(point, 1)
    left, right = digits[:point].lstrip("0") or "0", digits[point:]
    return f"{'-' if sign == '-' else ''}{left}{'.' if right else ''}{right}"


def _flag(letter: str) -> str:
    """The flag of a letter; a letter that the standard does not know is kept as itself."""
    return flags().get(letter, f"unknown-{letter}" if letter else "")


def _once(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """The pairs by name; a name that is given two values has none."""
    found: dict[str, str] = {}
    twice: dict[str, Fault] = {}
    for name, value in pairs:
        if found.setdefault(name, value) != value:
            twice[name] = Fault("hj212_item_twice", 0, met=name, first=found[name], second=value)
    return {name: value for name, value in found.items() if name not in twice}, tuple(twice.values())


def _split(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str, str]]:
    for name, value in pairs:
        code, dash, kind = name.rpartition("-")
        if dash:
            yield code, kind, value
