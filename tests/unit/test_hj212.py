"""HJ 212: the real packets, the check, the stream, the readings, the answers."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats import hj212, hj212_crc, hj212_exchange, hj212_readings, hj212_stream, hj212_tables
from adjoin.formats.hj212 import Fault, Frame, Packet, Reject

REAL = json.loads((Path(__file__).parent.parent / "reference" / "hj212_packets.json").read_text("utf-8"))
PACKETS = {each["id"]: each for each in REAL["packets"]}
STREAM = b"".join(each["packet"].encode() + b"\r\n" for each in PACKETS.values())
NOW = datetime(2026, 9, 5, 12, tzinfo=ZONE)
OWN = {"pno_zero_padded"}  # named by us where the collection of packets did not
HEAD = "QN=20260905120000123;ST=21;CN=2011;PW=123456;MN=A1;Flag=5;"


def frame(segment):
    found = Packet.of(hj212.written(segment).removesuffix(b"\r\n"))
    assert found.frame is not None, (found.fault.kind, found.fault.facts)
    return found.frame


def fault(segment, tolerance=()):
    return Packet.of(hj212.written(segment).removesuffix(b"\r\n"), tolerance).fault


# the check


@given(st.binary(max_size=1200))
def test_the_folded_check_is_the_annex(segment):
    assert hj212_crc.annex_a(segment) == hj212_crc.stepwise(segment)


def test_the_check_of_a_segment_of_any_length():
    for length in [*range(70), 1023, 1024, 1025, 4096, 9999, 70_000]:
        segment = bytes((7 * i + 1) % 251 for i in range(length))
        assert hj212_crc.annex_a(segment) == hj212_crc.stepwise(segment), length


def test_the_vectors_of_the_annex():
    for vector in hj212_tables.protocol()["crc"]["vector"]:
        assert f"{hj212_crc.annex_a(vector['data'].encode()):04X}" == vector["crc"]


def test_a_modbus_check_is_another():
    assert hj212_crc.modbus(b"123456789") == 0x4B37  # the published check value of CRC-16/MODBUS
    assert hj212_crc.annex_a(b"123456789") == 0x2F80


def test_any_single_wrong_byte_is_found():
    segment = PACKETS["P16"]["packet"].encode()[6:-4]
    right = hj212_crc.annex_a(segment)
    for place in range(len(segment)):
        for byte in range(256):
            if byte != segment[place]:
                assert hj212_crc.annex_a(segment[:place] + bytes([byte]) + segment[place + 1 :]) != right


# packets


@pytest.mark.parametrize("real", PACKETS.values(), ids=PACKETS)
def test_a_real_packet(real):
    found = Packet.of(real["packet"].encode())
    assert found.length_ok is real["length_ok"]
    assert found.check_ok is real["crc_ok_ignoring_case"]
    assert ("accept" if found.frame else "reject") == real["verdict"]
    assert found.fields == real["fields"]
    if found.frame:
        assert set(found.frame.notes) - OWN == set(real["notes"])
        assert [list(pair) for pair in found.frame.pairs()[: len(real["cp_first"])]] == real["cp_first"]
        assert len(found.frame.pairs()) == real["cp_pairs"]


@pytest.mark.parametrize("name", sorted(set(PACKETS) - {"P25", "P26", "P27", "P28", "P30", "P31", "P33"}))
def test_a_refused_packet_is_taken_where_its_dialect_is_named(name):
    """Those left out carry a check or a length that nobody can explain: they stay refused."""
    real = PACKETS[name]
    named = [note for note in real["notes"] if note in hj212_tables.TOLERANCES]
    found = Packet.of(real["packet"].encode(), hj212.tolerated(named))
    assert found.frame is not None
    assert set(named) <= set(found.frame.notes)


def test_a_long_packet_with_a_foreign_check_needs_both_names():
    packet = PACKETS["P25"]["packet"].encode()
    assert Packet.of(packet, {"crc_modbus_le"}).fault.kind == "hj212_too_long"
    assert Packet.of(packet, {"length_over_1024"}).fault.kind == "hj212_check"
    assert Packet.of(packet, {"length_over_1024", "crc_modbus_le"}).frame is not None


def test_what_nobody_can_explain_stays_refused():
    for name in ("P26", "P27", "P28", "P30", "P31", "P33"):
        assert Packet.of(PACKETS[name]["packet"].encode(), hj212_tables.TOLERANCES).frame is None


def test_a_dialect_that_is_no_tolerance_cannot_be_named():
    with pytest.raises(Refusal, match="hj212_unknown_dialect"):
        hj212.tolerated(["length_wrong"])


@pytest.mark.parametrize(
    ("segment", "kind", "place"),
    [
        (f"{HEAD}DataTime=1", "hj212_no_cp", 74),
        (f"{HEAD[:-1]}CP=&&&&", "hj212_no_semicolon", 63),
        (f"{HEAD}CP=&&a-Rtd=1", "hj212_cp_open", 76),
        (f"{HEAD}XX=1;CP=&&&&", "hj212_field_unknown", 64),
        (f"{HEAD}MN=B;CP=&&&&", "hj212_field_twice", 64),
        ("ST=21;CN=20;MN=A1;CP=&&&&", "hj212_field_form", 12),
        ("ST=21;CN=2011;CP=&&&&", "hj212_field_missing", 6),
        ("ST=21;CN=2011;MN=A1;Flag=256;CP=&&&&", "hj212_field_form", 26),
        ("ST=21;CN=2011;MN=A1;Flag=7;PNO=1;CP=&&&&", "hj212_field_missing", 6),
        (f"{HEAD}PNUM=2;PNO=3;CP=&&&&", "hj212_field_form", 6),
        (f"{HEAD}CP=&&a-Rtd=1b-Rtd=2&&", "hj212_item", 81),
        (f"{HEAD}CP=&&a-Rtd=1,&&", "hj212_item", 77),
        (f"{HEAD}CP=&&=1&&", "hj212_item", 69),
        (f"{HEAD}CP=&&a-Rtd= 1&&", "hj212_item", 75),
        (f"{HEAD}CP=&&中-Info=//\x01//&&", "hj212_control", 80),
    ],
)  # fmt: skip
def test_a_fault_in_the_fields_names_its_place(segment, kind, place):
    found = fault(segment)
    assert (found.kind, found.place) == (kind, place)


def test_text_that_is_not_utf8_is_refused_at_its_byte():
    segment = f"{HEAD}CP=&&i-Info=//清洗//&&".encode("gb18030")
    packet = b"##%04d%b%04X" % (len(segment), segment, hj212_crc.annex_a(segment))
    found = Packet.of(packet)
    assert (found.fault.kind, found.fault.place) == ("hj212_not_utf8", packet.index("清".encode("gb18030")))


def test_the_text_of_a_log_may_hold_separators():
    assert frame(f"{HEAD}CP=&&i11001-Info=//清洗; a=1, b=2//;SB1-RS=1&&").pairs() == [
        ("i11001-Info", "//清洗; a=1, b=2//"),
        ("SB1-RS", "1"),
    ]


def test_codes_in_capitals_are_mapped_only_where_that_is_tolerated():
    packet = hj212.written(f"{HEAD}CP=&&DataTime=20260905120000;W01018-Rtd=1.0,W01018-Flag=N&&").removesuffix(b"\r\n")
    assert Packet.of(packet).frame.pairs()[1] == ("W01018-Rtd", "1.0")
    tolerant = Packet.of(packet, {"upper_case_code"}).frame
    assert tolerant.pairs()[1:] == [("w01018-Rtd", "1.0"), ("w01018-Flag", "N")]
    assert tolerant.notes == ("upper_case_code",)


# the stream


def test_the_stream_gives_what_its_packets_give():
    frames, rejects = hj212_stream.read(STREAM)
    assert [each.raw.decode() for each in frames] == [p["packet"] for p in PACKETS.values() if p["verdict"] == "accept"]
    assert [each.at for each in rejects] == [
        STREAM.index(p["packet"].encode()) for p in PACKETS.values() if p["verdict"] == "reject"
    ]


@given(st.lists(st.integers(1, 700), min_size=1))
def test_pieces_of_any_size_give_the_same(sizes):
    reader, at, found = hj212_stream.Reader(), 0, []
    while at < len(STREAM):
        for size in sizes:
            found += reader.feed(STREAM[at : at + size])
            at += size
    found += reader.close()
    frames, rejects = hj212_stream.read(STREAM)
    assert [each for each in found if isinstance(each, Frame)] == frames
    assert [each for each in found if isinstance(each, Reject)] == rejects


@pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n\r\n", b"\x00\xff" * 9000, b"##", b"##9999", b"##12", b"#",
                                  b"##0101QN=1;ST", b"##0500" + b"x" * 300 + b"\r\n", b"##abcd\r\n"])  # fmt: skip
def test_good_packets_behind_junk_are_taken(junk):
    good = [PACKETS[name]["packet"].encode() + b"\r\n" for name in ("P05", "P13", "P06")]
    frames, rejects = hj212_stream.read(junk + b"".join(good))
    assert [each.raw + b"\r\n" for each in frames] == good
    assert rejects[0].at == 0


def test_what_waits_for_its_end_is_bounded():
    reader = hj212_stream.Reader()
    for _ in range(1000):
        reader.feed(b"##0900" + b"a" * 4000)
        assert reader.held < 2000
    reader = hj212_stream.Reader()
    for _ in range(100):
        reader.feed(b"\xff" * 4000)
    assert reader.held == 0


def test_what_was_cut_off_is_told():
    frames, (cut,) = hj212_stream.read(STREAM[:100])
    assert (frames, cut.kind, cut.at) == ([], "hj212_cut_off", 0)


def test_tolerance_may_be_that_of_one_station():
    packet = PACKETS["P24"]["packet"].encode() + b"\r\n"
    assert isinstance(hj212_stream.Reader((), {"4201003": {"crc_modbus_le"}}).feed(packet)[0], Frame)
    assert isinstance(hj212_stream.Reader((), {"other": {"crc_modbus_le"}}).feed(packet)[0], Reject)


# readings


def test_the_readings_of_a_packet():
    said = hj212_readings.readings(frame(f"{HEAD}CP=&&DataTime=20260905120000;w21003-Rtd=0.10,w21003-Flag=N;"
                                         "060-Rtd=--,060-Flag=D;w21011-Rtd=0.020;SB1-RS=1&&"))  # fmt: skip
    assert said.time == datetime(2026, 9, 5, 12, tzinfo=ZONE)
    assert said.span == ""
    assert said.readings == (("w21003", "0.10", ""), ("w21003", None, "fault"), ("w21011", "0.020", ""))


def test_means_of_a_period_are_readings_of_their_own():
    hour = frame(f"{HEAD.replace('2011', '2061')}CP=&&DataTime=20260905110000;w21003-Min=0.1,w21003-Avg=0.2,"
                 "w21003-Max=0.3,w21003-Flag=N,w21003-Cou=9&&")  # fmt: skip
    said = hj212_readings.readings(hour)
    assert said.readings == (("w21003", "0.2", ""),)
    assert hj212_readings.origin(hour, said.span) == "hj212-hour"
    assert hj212_readings.origin(hour._replace(mn="REPLAY-1"), "") == "replay"


def test_two_values_under_one_name_are_none():
    said = hj212_readings.readings(frame(f"{HEAD}CP=&&DataTime=20260905120000;w21003-Rtd=1;w21003-Rtd=2&&"))
    assert said.readings == ()
    assert [each.kind for each in said.faults] == ["hj212_item_twice"]


def test_an_old_code_means_another_thing_in_air():
    assert hj212_readings.known("011", "water") == "w01018"
    assert hj212_readings.known("02", "air") == "a21026"
    assert hj212_readings.known("O3", "air") == "O3"


@pytest.mark.parametrize("time", ["", "2026", "20260230120000", "20260905120000.5"])
def test_a_packet_of_readings_without_a_time_says_so(time):
    with pytest.raises(Fault, match="hj212_no_time"):
        hj212_readings.readings(frame(f"{HEAD}CP=&&DataTime={time};w21003-Rtd=1&&"))


@pytest.mark.parametrize(
    ("value", "tens", "printed"),
    [("0.05", -3, "0.00005"), ("12.3", -3, "0.0123"), ("12.3", 3, "12300"), ("1.2345", 3, "1234.5"),
     ("0.00", -3, "0.00000"), ("100", 0, "100"), ("-0.5", 1, "-5"), (".5", -3, "0.0005"), ("1500", -3, "1.500")],
)  # fmt: skip
def test_a_unit_moves_the_point_and_keeps_the_digits(value, tens, printed):
    assert hj212_readings.scaled(value, tens) == printed


def test_the_power_of_ten_between_units():
    assert hj212_readings.power("w20115", "mg/L") == -3
    assert hj212_readings.power("a21026", "µg/m3") == 3
    assert hj212_readings.power("w21003", "mg/L") == 0
    assert hj212_readings.power("w01016", "mg/L") is None  # the table says "mg/m3 or mg/L"
    assert hj212_readings.power("a05024", "µg/m3") is None  # the table has no ozone


# the conversation


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (f"{HEAD}CP=&&&&", "QN=20260905120000123;ST=91;CN=9014;PW=123456;MN=A1;Flag=4;CP=&&&&"),
        (f"{HEAD.replace('2011', '1013')}CP=&&PolId=w01018&&",
         "QN=20260905120000123;ST=91;CN=9013;PW=123456;MN=A1;Flag=4;CP=&&&&"),
        (f"{HEAD.replace('Flag=5', 'Flag=9')}CP=&&&&",
         "QN=20260905120000123;ST=91;CN=9014;PW=123456;MN=A1;Flag=8;CP=&&&&"),
        ("QN=1;ST=32;CN=2011;PW=1;MN=A1;Flag=1;CP=&&&&", "QN=1;ST=91;CN=9014;PW=1;MN=A1;Flag=0;CP=&&&&"),
    ],
)  # fmt: skip
def test_an_answer_carries_the_number_of_what_it_answers(given, answer):
    asked = frame(given)
    assert hj212_exchange.expects_answer(asked)
    assert hj212_exchange.answer(asked) == hj212.written(answer)


@pytest.mark.parametrize("given", [f"{HEAD.replace('Flag=5', 'Flag=4')}CP=&&&&", "ST=32;CN=2011;PW=1;MN=A1;CP=&&&&",
                                   f"{HEAD.replace('2011', '9012')}CP=&&ExeRtn=1&&"])  # fmt: skip
def test_who_wants_no_answer_gets_none(given):
    assert not hj212_exchange.expects_answer(frame(given))


def test_the_time_is_set_where_it_is_asked_for():
    asked = frame(f"{HEAD.replace('2011', '1013')}CP=&&PolId=w01018&&")
    assert hj212_exchange.set_time(asked, now=NOW) == hj212.written(
        "QN=20260905120000000;ST=21;CN=1012;PW=123456;MN=A1;Flag=5;CP=&&PolId=w01018;SystemTime=20260905120000&&"
    )


def test_history_is_asked_for_and_its_outcome_read():
    span = {"BeginTime": "20260901000000", "EndTime": "20260902000000"}
    asked = hj212_exchange.request("A1", "21", "2061", span, now=NOW)
    assert Packet.of(asked.removesuffix(b"\r\n")).frame.value("EndTime") == "20260902000000"
    with pytest.raises(Refusal, match="hj212_request_fields"):
        hj212_exchange.request("A1", "21", "2061", {}, now=NOW)
    with pytest.raises(Refusal, match="hj212_unknown_request"):
        hj212_exchange.request("A1", "21", "3011", {}, now=NOW)
    refused = frame("QN=1;ST=91;CN=9011;PW=1;MN=A1;Flag=4;CP=&&QnRtn=3&&")
    done = frame("QN=1;ST=91;CN=9012;PW=1;MN=A1;Flag=4;CP=&&ExeRtn=100&&")
    assert hj212_exchange.outcome(refused) == ("ready", "3: PW wrong")
    assert hj212_exchange.outcome(done) == ("done", "100: no data")
    assert hj212_exchange.outcome(frame(f"{HEAD}CP=&&&&")) is None
