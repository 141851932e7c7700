"""The check of HJ 212 (annex A), which is no MODBUS check, and the MODBUS check that some devices send instead.

Annex A cuts its register to eight bits at every byte, so a step is a linear map L of eight bits and nothing else
is carried on. L taken eight times is the identity: bytes that stand eight apart may be added (XOR) before anything
is mapped. A segment therefore folds to eight bytes with a few whole-number operations, and pure Python checks a
packet in about a microsecond. `stepwise` is the annex to the letter; the tests hold the two together.
"""

_POLYNOMIAL = 0xA001
_LANES = 64  # bits: eight bytes
_MOST = 512  # words of eight bytes that are folded without a loop
_FOLDS = tuple((shift, (1 << shift) - 1) for shift in (_LANES << k for k in range(8, -1, -1)))
_PLANS = tuple(tuple(fold for fold in _FOLDS if fold[0] < words * _LANES) for words in range(_MOST + 1))


def annex_a(segment: bytes) -> int:
    """The check of a data segment, as a number of 16 bits.

    reg = 0xFFFF; for each byte b: reg = (reg >> 8) XOR b, then eight times: shift right, XOR 0xA001 if a 1 fell out

    Source: HJ 212-2017, annex A. Equal to `stepwise`; folded by eight lanes as the head of this file says.
    """
    if not segment:
        return 0xFFFF
    lanes = int.from_bytes(segment, "big")
    while lanes.bit_length() > 2 * _FOLDS[0][0]:
        shift, mask = _FOLDS[0]
        lanes = (lanes >> shift) ^ (lanes & mask)
    for shift, mask in _PLANS[min((len(segment) + 7) >> 3, _MOST)]:
        lanes = (lanes >> shift) ^ (lanes & mask)
    b7, b6, b5, b4, b3, b2, b1, b0 = lanes.to_bytes(8, "big")
    high = _L1[b0] ^ _L2[b1] ^ _L3[b2] ^ _L4[b3] ^ _L5[b4] ^ _L6[b5] ^ _L7[b6] ^ b7 ^ _START[len(segment) & 7]
    return _WHOLE[high]


def stepwise(segment: bytes) -> int:
    """The same check, as the annex describes it."""
    register = 0xFFFF
    for byte in segment:
        register = _shifted((register >> 8) ^ byte)
    return register


def modbus(segment: bytes) -> int:
    """CRC-16/MODBUS, with which some devices sign by mistake."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ _TABLE[(register ^ byte) & 0xFF]
    return register


def swapped(check: int) -> int:
    """A check with its two bytes exchanged."""
    return (check & 0xFF) << 8 | check >> 8


def _shifted(register: int) -> int:
    for _ in range(8):
        register = (register >> 1) ^ _POLYNOMIAL if register & 1 else register >> 1
    return register


def _powers() -> tuple[bytes, ...]:
    """The maps L, L^2, ... L^8 of eight bits; the last is the identity."""
    step = bytes(value >> 8 for value in _TABLE)
    maps = [step]
    for _ in range(7):
        maps.append(bytes(step[value] for value in maps[-1]))
    return tuple(maps)


_TABLE = tuple(_shifted(value) for value in range(256))
_POWERS = _powers()
_L1, _L2, _L3, _L4, _L5, _L6, _L7, _L8 = _POWERS
_START = bytes(_POWERS[(length - 1) % 8][0xFF] for length in range(8))  # 0xFF, carried through the segment
_BACK = {_L1[value]: value for value in range(256)}
_WHOLE = tuple(_TABLE[_BACK[high]] for high in range(256))  # all 16 bits, from the high byte alone
