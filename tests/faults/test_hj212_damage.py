"""The real packets damaged in every way: no crash, no wrong value, no reject without a place and a reason.

A damaged packet may by chance be a good one (the check has eight bits). What is accepted is therefore held against
a second reader, written here from the standard alone, which knows nothing of the one that is tested.
"""

import json
import os
import random
import re
from pathlib import Path

import pytest

from adjoin.formats import hj212_crc, hj212_stream
from adjoin.formats.hj212 import Frame, Packet
from adjoin.formats.messages import messages

REAL = json.loads((Path(__file__).parent.parent / "reference" / "hj212_packets.json").read_text("utf-8"))
PACKETS = [each["packet"].encode() for each in REAL["packets"]] + [
    each["frame"].encode() for each in REAL["annex_c_segments"]
]
ROUNDS = int(os.environ.get("ROUNDS", "20"))  # more in a long run
EACH = 10_500  # 210 000 executions together
SIGNS = b"#&;,=0123456789ABCDEFabcdN-. /\r\n\x00\x7f\xff\xe4"
KINDS = set(messages().refusals)


def checked(segment):
    """The check by the letter of annex A, with the table of one byte."""
    register = 0xFFFF
    for byte in segment:
        register = hj212_crc._TABLE[(register >> 8) ^ byte]
    return register


def mended(packet):
    """A damaged packet under a new length and check, so that its fields are reached."""
    close = packet.rfind(b"&&")
    segment = packet[6 : close + 2 if close > 6 else len(packet)]
    return b"##%04d%b%04X" % (len(segment) % 10_000, segment, checked(segment))


def damaged(packet, rng):  # noqa: PLR0911  # one return a kind of wound
    """One wound."""
    place, other = rng.randrange(len(packet)), rng.randrange(len(packet))
    first, last = min(place, other), max(place, other)
    match rng.randrange(10):
        case 0:
            return packet[:place] + bytes([packet[place] ^ (1 << rng.randrange(8))]) + packet[place + 1 :]
        case 1:
            return packet[:place] + packet[place + 1 :]
        case 2:
            return packet[:place] + bytes([rng.choice(SIGNS)]) + packet[place:]
        case 3:
            return packet[:place] + bytes([rng.choice(SIGNS)]) + packet[place + 1 :]
        case 4:
            return packet[:first] + packet[last:]
        case 5:
            return packet[:last] + packet[first:]
        case 6:
            return packet[:first] + packet[first:last].swapcase() + packet[last:]
        case 7:
            return packet[:place] + rng.choice(PACKETS)[other:]
        case 8:
            return b"##%04d" % rng.randrange(10_000) + packet[6:]
        case _:
            return packet[:first] + rng.randbytes(rng.randrange(1, 9)) + packet[last:]


def by_the_letter(raw):
    """Fields and items of a packet, split at the signs of the standard and nothing else."""
    digits, segment, check = raw[2:6], raw[6:-4], raw[-4:]
    assert raw[:2] == b"##"
    assert int(digits) == len(segment) <= 1024
    assert int(check, 16) == checked(segment)
    head, _, area = segment.decode().partition(";CP=&&")
    assert area.endswith("&&")
    texts = []  # the text of a log is set aside before anything is split

    def aside(found):
        texts.append(found[0][1:])
        return f"={len(texts) - 1}\0"

    plain = re.sub(r"=//(?:(?!//).)*//", aside, area[:-2])
    items = [tuple(item.split("=")) for item in re.split("[;,]", plain.removesuffix(";")) if plain]
    back = [(name, texts[int(value[:-1])] if value.endswith("\0") else value) for name, value in items]
    return dict(field.split("=") for field in head.split(";")), back


def right(frame):
    fields, items = by_the_letter(frame.raw)
    named = {"QN": frame.qn, "ST": frame.st, "CN": frame.cn, "PW": frame.pw, "MN": frame.mn}
    assert {name: value for name, value in named.items() if name in fields} == {
        name: fields[name] for name in named if name in fields
    }
    assert frame.flag == (int(fields["Flag"]) if "Flag" in fields else None)
    assert (frame.pnum, frame.pno) == (int(fields.get("PNUM", 1)), int(fields.get("PNO", 1)))
    assert frame.pairs() == items
    assert Packet.of(frame.raw).frame == frame  # the short way and the long way say the same


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_damage(seed):
    rng = random.Random(seed)
    accepted = 0
    for _ in range(EACH):
        packet = damaged(rng.choice(PACKETS), rng)
        if rng.random() < 0.4 and packet:
            packet = mended(damaged(packet, rng))
        stream = packet + b"\r\n"
        frames, rejects = hj212_stream.read(stream)
        accepted += len(frames)
        for each in frames:
            right(each)
        for each in rejects:
            assert each.kind in KINDS
            assert stream[each.at : each.at + len(each.raw)] == each.raw
            assert each.raw
            assert 0 <= each.place <= len(stream)
        assert frames or rejects or not packet.strip(b"\r\n#"), packet
    assert accepted > 50  # the reader is reached behind its check, too


def test_a_single_wrong_byte_is_never_taken():
    for packet in PACKETS[:20]:
        for place in range(6, len(packet) - 4, 3):
            for byte in (packet[place] ^ 1, packet[place] ^ 0x80, 0x30, 0x3B):
                if byte != packet[place]:
                    frames, rejects = hj212_stream.read(packet[:place] + bytes([byte]) + packet[place + 1 :] + b"\r\n")
                    assert not frames
                    assert rejects


def test_many_damaged_packets_in_a_row_do_not_take_the_good_ones_with_them():
    rng = random.Random(7)
    good = [packet for packet in PACKETS if Packet.of(packet).frame]
    for _ in range(200):
        wounded = damaged(rng.choice(PACKETS), rng)
        wanted = rng.choice(good)
        frames, _ = hj212_stream.read(wounded + b"\r\n" + wanted + b"\r\n")
        assert wanted in [each.raw for each in frames]
        assert all(isinstance(each, Frame) for each in frames)
