"""HJ 212: one packet, read strictly.

    ## 0101 QN=..;ST=..;CN=..;PW=..;MN=..;Flag=..;CP=&&..&& 1C80 CR LF
    head length            data segment                     check tail

A packet counts only if head, length, check, tail and the form of its fields all hold: the check alone is one of
eight bits (`hj212_crc`). What departs from the standard is either harmless and noted, or refused with the place and
the reason, or refused unless its dialect is named as tolerated. Most packets are as the standard wants them and one
expression says so; all others are read field by field, and both ways give the same frame.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from adjoin.core.refusal import Refusal
from adjoin.formats import hj212_crc as crc
from adjoin.formats.hj212_tables import TOLERANCES, system_codes

SEGMENT_MAX = 1024
LENGTH_MAX = 9999  # what four digits can say
HEAD, TAIL = b"##", b"\r\n"
BIT_ANSWER, BIT_SPLIT, VERSION_SHIFT = 1, 2, 2
_EXCERPT = 40

_SIGN = r"[^;,=&\x00-\x20\x7f]"  # what names and values are made of
_VALUE = rf"(?:(?=//)//(?:[^/&\x00-\x1f\x7f]|/(?!/))*+//|{_SIGN}*+)"  # text of a log stands between // and //
_PAIR = re.compile(rf"({_SIGN}++)=({_VALUE})")
_NAME = r"[^;,=&\x00-\x20\x7f-]++"
_ITEM = rf"(?P<code>{_NAME})(?:-{_SIGN}++)?={_SIGN}*+(?:,(?P=code)-{_SIGN}++={_SIGN}*+)*+"
_PLAIN = re.compile(
    r"(?:QN=([0-9]{1,20});)?ST=([0-9A-Z][0-9]{1,2});CN=([0-9]{4});"
    rf"PW=({_SIGN}{{0,32}});MN=([0-9A-Za-z_-]{{1,24}});"
    r"(?:Flag=([0-9]{1,3});)?"
    r"(?:PNUM=([1-9][0-9]{0,3});PNO=([1-9][0-9]{0,3});|PNO=([1-9][0-9]{0,3});PNUM=([1-9][0-9]{0,3});)?"
    rf"CP=&&((?:DataTime=[0-9]{{14}}([0-9]{{3}})?(?:;(?!&&)|(?=&&)))?(?:(?!DataTime){_ITEM}(?:;(?!&&)|(?=&&)))*+)&&",
)
_FORMS = {  # of the fields before CP: what they may look like, and how that is told
    "QN": (re.compile(r"[0-9]{0,20}"), "YYYYMMDDhhmmsszzz"),
    "ST": (re.compile(r"[0-9A-Z][0-9]{1,2}"), "21, 32, ..."),
    "CN": (re.compile(r"[0-9]{4}"), "2011, 2061, ..."),
    "PW": (re.compile(rf"{_SIGN}{{0,32}}"), "123456"),
    "MN": (re.compile(r"[0-9A-Za-z_-]{1,24}"), "1-24 x [0-9A-Za-z_-]"),
    "Flag": (re.compile(r"[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5]"), "0-255"),
    "PNUM": (re.compile(r"0{0,4}[1-9][0-9]{0,3}"), "1-9999"),
    "PNO": (re.compile(r"0{0,4}[1-9][0-9]{0,3}"), "1-9999"),
}
_ORDER = tuple(_FORMS)
_HARMLESS = ("crc_lower_case", "no_qn_no_flag", "foreign_st", "flag_8_9", "pno_zero_padded", "datetime_17")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CASE = re.compile(r"[WAGE]\d{4,5}")


class Frame(NamedTuple):
    """One packet whose head, length, check and fields hold."""

    raw: bytes  # from ## to the check
    qn: str  # "" where the packet has none
    st: str
    cn: str
    pw: str
    mn: str
    flag: int | None  # None: a packet of 2005 without one
    pnum: int
    pno: int
    cp: str  # the data area
    notes: tuple[str, ...] = ()  # dialects that were met

    @property
    def wants_answer(self) -> bool:
        """Whether its sender waits for an answer."""
        return self.flag is not None and bool(self.flag & BIT_ANSWER)

    @property
    def version(self) -> int:
        """The version bits of its flag: 0 of 2005, 1 of 2017, 2 of 2025."""
        return 0 if self.flag is None else self.flag >> VERSION_SHIFT

    @property
    def split(self) -> bool:
        """Whether it is one of several that belong together."""
        return self.pnum > 1

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the data area, in their order."""
        return _PAIR.findall(self.cp)

    def value(self, name: str) -> str:
        """The first value of this name; "" where there is none."""
        return next((value for each, value in self.pairs() if each == name), "")


class Reject(NamedTuple):
    """A packet, or bytes that are none, that could not be taken: where the fault stood and what it is."""

    at: int  # byte of the stream at which the piece begins
    place: int  # byte of the piece at which the fault stands
    kind: str  # key of a refusal
    facts: Mapping[str, object]
    raw: bytes  # the piece, cut to what may be kept
    mn: str = ""  # who sent it, where that can be read


class Fault(Exception):  # noqa: N818  # it is a value on its way to a Reject
    """Why a segment is none; `place` counts from the head of the packet."""

    def __init__(self, kind: str, place: int, /, **facts: object) -> None:
        super().__init__(kind)
        self.kind, self.place, self.facts = kind, place, facts


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet as it stands: what its length and check say, and the frame or the reason why there is none."""

    digits: str
    segment: bytes
    declared: str  # the check that the packet carries
    check: int
    frame: Frame | None
    fault: Fault | None
    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, packet: bytes, tolerance: Collection[str] = ()) -> Self:
        """Read a packet without its tail. The segment begins after the leading digits and ends with the last &&."""
        digits, segment, declared = _parts(packet)
        check = crc.annex_a(segment)
        made = cls(digits, segment, declared, check, None, None, _seen_fields(segment))
        try:
            notes = (*_length_notes(made, tolerance), *_check_notes(made, tolerance))
            return made._with(_segment(packet, segment, len(digits) + 2, notes, tolerance), None)
        except Fault as fault:
            return made._with(None, fault)

    def _with(self, frame: Frame | None, fault: Fault | None) -> Self:
        return type(self)(self.digits, self.segment, self.declared, self.check, frame, fault, self.fields)

    @property
    def length_ok(self) -> bool:
        """Whether four digits give the length of the segment in bytes."""
        return len(self.digits) == 4 and int(self.digits) == len(self.segment)

    @property
    def check_ok(self) -> bool:
        """Whether the check is that of annex A, in either case."""
        return self.declared.upper() == f"{self.check:04X}"


def tolerated(names: Collection[str]) -> frozenset[str]:
    """The dialects of these names; one that cannot be tolerated is refused."""
    for name in names:
        if name not in TOLERANCES:
            raise Refusal("hj212_unknown_dialect", met=name, expected=", ".join(TOLERANCES))
    return frozenset(names)


def whole(packet: bytes, segment: bytes) -> Frame | None:
    """The frame of a packet as the standard wants it; None where it has to be looked at field by field.

    packet : from ## to the check, its length already held against the segment
    """
    check = b"%04X" % crc.annex_a(segment)
    exact = packet[-4:] == check
    if len(segment) > SEGMENT_MAX or not (exact or packet[-4:].upper() == check):
        return None
    try:
        found = _PLAIN.fullmatch(segment.decode())
    except UnicodeDecodeError:
        return None
    return None if found is None else _plain(packet, found.groups(), exact)


def written(segment: str) -> bytes:
    """A packet with its head, length, check and tail around a data segment."""
    data = segment.encode()
    return b"##%04d%b%04X\r\n" % (len(data), data, crc.annex_a(data))


def _plain(packet: bytes, found: Sequence[str], exact: bool) -> Frame | None:
    """The frame of what the expression found, if its numbers hold together; `exact`: the check is in capitals."""
    qn, st, cn, pw, mn, bits, pnum, pno, pno_first, pnum_second, cp, long_time, _ = found
    pnum, pno = pnum or pnum_second, pno or pno_first
    flag = None if bits is None else int(bits)
    if (flag is None) is not (qn is None) or (pno and int(pno) > int(pnum)):
        return None
    if flag is not None and (flag > 255 or (flag & BIT_SPLIT and pnum is None)):
        return None
    if exact and flag in {4, 5} and not (long_time or pno_first) and st in system_codes():
        return Frame(packet, qn, st, cn, pw, mn, flag, int(pnum or 1), int(pno or 1), cp)
    later = bool(flag and flag >> VERSION_SHIFT > 1)
    met = (not exact, flag is None, st not in system_codes(), later, pno_first, long_time)
    notes = tuple(name for name, each in zip(_HARMLESS, met, strict=True) if each)
    return Frame(packet, qn or "", st, cn, pw, mn, flag, int(pnum or 1), int(pno or 1), cp, notes)


def _parts(packet: bytes) -> tuple[str, bytes, str]:
    """Digits of the length, segment, and what stands behind it."""
    start = 2 if packet.startswith(HEAD) else 0
    after = start
    while after < len(packet) and 0x30 <= packet[after] <= 0x39:
        after += 1
    close = packet.rfind(b"&&", after)
    close = -1 if packet[close - 3 : close] == b"CP=" else close  # it opens the data area and does not close it
    end = close + 2 if close >= 0 else max(after, len(packet) - 4)
    return packet[start:after].decode(), packet[after:end], packet[end:].decode("ascii", "replace")


def _length_notes(packet: Packet, tolerance: Collection[str]) -> tuple[str, ...]:
    """The dialect that the length is written in, if any; a length that does not hold is a fault."""
    digits, size = packet.digits, len(packet.segment)
    facts = {"met": digits, "expected": f"{size:04d}"}
    notes: tuple[str, ...] = ()
    if len(digits) != 4:
        told = "length_unpadded" if digits and len(digits) < 4 and int(digits) == size else ""
        notes += _allowed(told, tolerance, "hj212_length", 2, facts)
    elif int(digits) != size:
        told = "length_plus_6" if int(digits) == size + 6 else ""
        notes += _allowed(told, tolerance, "hj212_length", 2, facts)
    if size > SEGMENT_MAX:
        notes += _allowed("length_over_1024", tolerance, "hj212_too_long", 2, {"met": size, "expected": SEGMENT_MAX})
    return notes


def _check_notes(packet: Packet, tolerance: Collection[str]) -> tuple[str, ...]:
    """The dialect of the check, if any; a check that does not hold is a fault."""
    declared, place = packet.declared, 2 + len(packet.digits) + len(packet.segment)
    if re.fullmatch(r"[0-9A-Fa-f]{4}", declared) is None:
        raise Fault("hj212_check_form", place, met=_short(declared), expected=f"{packet.check:04X}")
    lower = ("crc_lower_case",) if declared != declared.upper() else ()
    if packet.check_ok:
        return lower
    foreign = crc.modbus(packet.segment)
    told = {foreign: "crc_modbus_be", crc.swapped(foreign): "crc_modbus_le"}.get(int(declared, 16), "")
    facts = {"met": declared, "expected": f"{packet.check:04X}"}
    return (*_allowed(told, tolerance, "hj212_check", place, facts), *lower)


def _allowed(
    dialect: str, tolerance: Collection[str], kind: str, place: int, facts: Mapping[str, object]
) -> tuple[str, ...]:
    if dialect and dialect in tolerance:
        return (dialect,)
    raise Fault(kind, place, dialect=dialect or "-", **facts)


def _segment(packet: bytes, data: bytes, start: int, notes: tuple[str, ...], tolerance: Collection[str]) -> Frame:
    """The frame of a segment, read field by field; `start` is where it stands in its packet."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Fault("hj212_not_utf8", start + error.start, met=f"{data[error.start]:#04x}") from None
    if control := _CONTROL.search(text):
        raise Fault("hj212_control", start + len(text[: control.start()].encode()), met=f"{ord(control[0]):#04x}")
    cut = _area(text, start)
    fields = _fields(text[: cut - 1], start)
    cp, more = _data(text[cut + 5 : -2], start + len(text[: cut + 5].encode()), tolerance)
    pnum, pno = int(fields.get("PNUM", "1")), int(fields.get("PNO", "1"))
    flag = int(fields["Flag"]) if "Flag" in fields else None
    _numbered(fields, start)
    return Frame(
        packet, fields.get("QN", ""), fields["ST"], fields["CN"], fields.get("PW", ""), fields["MN"], flag, pnum, pno,
        cp, (*notes, *_field_notes(fields, flag), *more),
    )  # fmt: skip


def _area(text: str, start: int) -> int:
    """Where the data area begins."""
    cut = text.find("CP=&&")
    if cut < 0:
        raise Fault("hj212_no_cp", start + len(text.encode()), met=_short(text[-_EXCERPT:]))
    if cut == 0 or text[cut - 1] != ";":
        raise Fault(
            "hj212_no_semicolon", start + len(text[:cut].encode()), met=_short(text[max(0, cut - 12) : cut + 5])
        )
    if len(text) < cut + 7 or not text.endswith("&&"):
        raise Fault("hj212_cp_open", start + len(text.encode()), met=_short(text[-_EXCERPT:]))
    return cut


def _fields(head: str, start: int) -> dict[str, str]:
    """The fields before the data area, each once and in its form."""
    fields: dict[str, str] = {}
    place = start
    for part in head.split(";"):
        name, equals, value = part.partition("=")
        if not equals or name not in _FORMS:
            raise Fault("hj212_field_unknown", place, met=_short(part), expected=", ".join(_ORDER))
        if name in fields:
            raise Fault("hj212_field_twice", place, met=_short(part))
        form, told = _FORMS[name]
        if form.fullmatch(value) is None:
            raise Fault("hj212_field_form", place, field=name, met=_short(value), expected=told)
        fields[name] = value
        place += len(part.encode()) + 1
    for name in ("ST", "CN", "MN"):
        if name not in fields:
            raise Fault("hj212_field_missing", start, met=_short(head), expected=name)
    return fields


def _numbered(fields: Mapping[str, str], start: int) -> None:
    """Parts of a split packet count from 1 to their number."""
    if ("PNUM" in fields) != ("PNO" in fields):
        raise Fault("hj212_field_missing", start, met=_short(";".join(fields)), expected="PNUM, PNO")
    if int(fields.get("PNO", "1")) > int(fields.get("PNUM", "1")):
        raise Fault("hj212_field_form", start, field="PNO", met=fields["PNO"], expected=f"1-{fields['PNUM']}")


def _field_notes(fields: Mapping[str, str], flag: int | None) -> tuple[str, ...]:
    """What departs from the standard in the fields and does no harm."""
    names = [name for name in fields if name in {"PNUM", "PNO"}]
    numbers = [fields[name] for name in names]
    order = [_ORDER.index(name) for name in fields if name not in {"PNUM", "PNO"}]
    found = {
        "no_qn_no_flag": "QN" not in fields and flag is None,
        "no_qn": "QN" not in fields and flag is not None,
        "no_flag": "QN" in fields and flag is None,
        "empty_qn": fields.get("QN") == "",
        "foreign_st": fields["ST"] not in system_codes(),
        "flag_8_9": flag is not None and flag >> VERSION_SHIFT > 1,
        "pno_zero_padded": names == ["PNO", "PNUM"] or any(number[0] == "0" for number in numbers),
        "field_order": order != sorted(order),
        "split_unnumbered": bool(flag is not None and flag & BIT_SPLIT and "PNUM" not in fields),
    }
    return tuple(name for name, met in found.items() if met)


def _data(cp: str, start: int, tolerance: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The data area in the form of the standard, and what was unusual about it."""
    at, pairs, separators = 0, [], []
    while at < len(cp):
        found = _PAIR.match(cp, at)
        after = found.end() if found else at
        if found is None or (after < len(cp) and cp[after] not in ";,"):
            raise Fault("hj212_item", start + len(cp[:after].encode()), met=_short(cp[after : after + _EXCERPT]))
        pairs.append((found[1], found[2]))
        separators.append(cp[after : after + 1])
        at = after + 1
    if separators and separators[-1] == ",":
        raise Fault("hj212_item", start + len(cp.encode()), met=",")
    return _cased(cp, pairs, tolerance), _data_notes(pairs, separators, tolerance)


def _cased(cp: str, pairs: list[tuple[str, str]], tolerance: Collection[str]) -> str:
    """Names are case sensitive; codes in capitals are mapped where that is tolerated."""
    if "upper_case_code" not in tolerance:
        return cp
    for name, _ in pairs:
        code, dash, rest = name.partition("-")
        if _CASE.fullmatch(code):
            cp = cp.replace(f"{name}=", f"{code.lower()}{dash}{rest}=")
    return cp


def _data_notes(pairs: list[tuple[str, str]], separators: list[str], tolerance: Collection[str]) -> tuple[str, ...]:
    codes = [name.partition("-")[0] for name, _ in pairs]
    times = [value for name, value in pairs if name == "DataTime"]
    commas = [i for i, sign in enumerate(separators) if sign == "," and codes[i] != codes[i + 1]]
    found = {
        "datetime_17": any(len(value) == 17 and value.isascii() and value.isdigit() for value in times),
        "cp_trailing_semicolon": bool(separators) and separators[-1] == ";",
        "comma_between_items": bool(commas),
        "upper_case_code": "upper_case_code" in tolerance and any(map(_CASE.fullmatch, codes)),
    }
    return tuple(name for name, met in found.items() if met)


def _seen_fields(segment: bytes) -> dict[str, str]:
    """The fields as far as they can be read, the password left out; for showing, not for keeping."""
    head = segment.split(b"CP=", 1)[0].decode("utf-8", "replace")
    pairs = (part.partition("=") for part in head.split(";"))
    return {name: value for name, equals, value in pairs if equals and name in _FORMS and name != "PW"}


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
