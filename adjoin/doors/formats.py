"""Doors to the forms that come from outside: a packet of HJ 212."""

from adjoin.core.refusal import Refusal
from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, refuse
from adjoin.formats import hj212
from adjoin.formats.hj212_tables import TOLERANCES

_LONGEST = 20_000


def packet(asked: Asked) -> Answer:
    """One packet read strictly: its length, its check, its fields; accepted, or refused with place and reason."""
    given = Given.of(asked)
    text = given.text("packet")
    if len(text) > _LONGEST:
        refuse("out_of_bounds", "packet", text, low=0, high=_LONGEST)
    names = [_name(each, f"tolerance[{i}]") for i, each in enumerate(_list(given))]
    read = hj212.Packet.of(text.removesuffix("\r\n").encode("utf-8", "surrogatepass"), hj212.tolerated(names))
    answer: dict[str, object] = {
        "length_ok": read.length_ok, "crc_ok": read.check_ok, "crc": f"{read.check:04X}",
        "segment_bytes": len(read.segment), "fields": read.fields, "accepted": read.frame is not None,
    }  # fmt: skip
    if read.frame is not None:
        answer |= {"notes": list(read.frame.notes), "items": [list(pair) for pair in read.frame.pairs()]}
    if read.fault is not None:
        answer["reject"] = {"kind": read.fault.kind, "place": read.fault.place, **read.fault.facts}
    return answer


def _list(given: Given) -> list[object]:
    return given.items("tolerance") if given.values.get("tolerance") else []


def _name(value: object, place: str) -> str:
    if not isinstance(value, str):
        refuse("not_text", place, value)
    if value not in TOLERANCES:
        raise Refusal("hj212_unknown_dialect", met=value[:40], expected=", ".join(TOLERANCES))
    return value


DOORS = (
    Door(
        "formats.hj212",
        packet,
        Explanation(
            what_zh="严格读一个HJ 212数据包：长度、校验、字段；接受，或在何处因何拒收。方言默认不容忍，须点名",
            what_en="one HJ 212 packet read strictly: length, check, fields; accepted, or refused with the place and "
            "the reason. Dialects are tolerated only by name",
            formula="reg = 0xFFFF; reg = (reg >> 8) XOR b, then eight times: shift right, XOR 0xA001 if a 1 fell out",
            symbols=(
                Symbol("packet", "", "从##到校验码的一个包，可带或不带CR LF", "from ## to the check, CR LF or not"),
                Symbol("tolerance", "", "容忍的方言，可无", "dialects to tolerate; may be absent"),
                Symbol("length_ok", "", "四位长度等于数据段字节数", "four digits give the bytes of the segment"),
                Symbol("crc", "", "按附录A计算的校验码", "the check by annex A"),
                Symbol("fields", "", "CP之前的字段，口令除外", "the fields before CP, without the password"),
                Symbol("notes", "", "遇到的无害方言", "harmless dialects that were met"),
                Symbol("items", "", "数据区的名称和值，原样", "names and values of the data area, as sent"),
                Symbol("place", "byte", "错误在包中的位置", "where the fault stands in the packet"),
            ),
            source="HJ 212-2017, 6.3, annex A; dialects: public programs and packets",
        ),
    ),
)
