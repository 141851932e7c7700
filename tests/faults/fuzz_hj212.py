"""HJ 212 under a coverage-guided fuzzer, for a long run: `python tests/faults/fuzz_hj212.py -max_total_time=3600`.

The same claims as test_hj212_damage: no crash, what is accepted is right by a second reader, rejects have a reason. A
finding is written to the folder it was started in.
"""

import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["adjoin.formats"]):
    from adjoin.formats import hj212_exchange, hj212_readings, hj212_stream
    from adjoin.formats.hj212 import Fault, Packet

sys.path.insert(0, __file__.rpartition("/")[0])
import test_hj212_damage as damage  # the second reader


def one(data: bytes) -> None:
    """Raw bytes, and the same bytes as a segment under a right length and check."""
    segment = data[:1024]
    framed = b"##%04d%b%04X\r\n" % (len(segment), segment, damage.checked(segment))
    for stream in (data, framed):
        frames, rejects = hj212_stream.read(stream)
        for each in frames:
            damage.right(each)
            assert Packet.of(each.raw).frame == each
            hj212_stream.read(hj212_exchange.answer(each))
            with suppress(Fault):  # no time: told as such
                hj212_readings.readings(each)
        for each in rejects:
            assert each.kind in damage.KINDS
            assert each.raw


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
