"""HJ 212 off a connection: bytes come in pieces of any size, frames and rejects go out in their order.

A head is believed until its length, its tail or the next line end shows that it lied; reading goes on behind the
line end or at the next head, so one bad packet does not take a good one with it. What is held of a packet that is
not finished is bounded by the largest packet that is read.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from adjoin.formats import hj212
from adjoin.formats.hj212 import HEAD, LENGTH_MAX, SEGMENT_MAX, TAIL, Fault, Frame, Packet, Reject

KEPT = 2048  # bytes of a reject that are kept
_AROUND = len("##0000") + len("1C80") + len(TAIL)
_NOBODY: Mapping[str, frozenset[str]] = MappingProxyType({})


def read(data: bytes, tolerance: Collection[str] = ()) -> tuple[list[Frame], list[Reject]]:
    """Frames in their order, and for each bad piece where it stood and why, so that its sender can mend it."""
    reader = Reader(tolerance)
    found = [*reader.feed(data), *reader.close()]
    return (
        [each for each in found if isinstance(each, Frame)],
        [each for each in found if isinstance(each, Reject)],
    )


class Reader:
    """The packets of one connection."""

    def __init__(self, tolerance: Collection[str] = (), by_station: Mapping[str, Collection[str]] = _NOBODY) -> None:
        """`tolerance`: dialects that are taken from everybody; `by_station`: those of one MN."""
        self._everybody = hj212.tolerated(tolerance)
        self._by_station = by_station
        long = "length_over_1024" in self._everybody or any("length_over_1024" in each for each in by_station.values())
        self._longest = LENGTH_MAX if long else SEGMENT_MAX + len("1C80") + len(TAIL)  # a length may count those too
        self._rest = b""
        self._at = 0  # byte of the stream at which `_rest` begins
        self._lost = False  # inside something that was refused already

    @property
    def held(self) -> int:
        """Bytes of a packet that is not finished."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Frame | Reject]:
        """What these bytes complete."""
        buffer, at = self._rest + data if self._rest else data, 0
        found: list[Frame | Reject] = []
        while at < len(buffer):
            end = _end(buffer, at)
            frame = hj212.whole(buffer[at : end - 2], buffer[at + 6 : end - 6]) if end else None
            if frame is not None:
                found.append(frame)
                self._lost, at = False, end
                continue
            after = self._piece(buffer, at, found)
            if after == at:
                break
            at = after
        self._rest, self._at = buffer[at:], self._at + at
        return found

    def close(self) -> Iterator[Reject]:
        """What was left unfinished when the connection ended."""
        rest, self._rest = self._rest, b""
        if rest.strip() and not self._lost:
            yield self._reject(rest, Fault("hj212_cut_off", len(rest), met=len(rest)))
        self._at += len(rest)

    def _piece(self, buffer: bytes, at: int, found: list[Frame | Reject]) -> int:
        """Read what is no plain packet; gives where to go on, or `at` where more bytes are needed."""
        head = buffer.find(HEAD, at)
        while head >= 0 and buffer[head + 2 : head + 3] == b"#":  # of three the last two are the head
            head += 1
        if head != at:
            return self._garbage(buffer, at, head, found)
        end = self._finished(buffer, at)
        if end == at:
            return at
        piece = buffer[at:end]
        found.append(self._taken(piece.removesuffix(TAIL), piece.endswith(TAIL), at))
        self._lost = not piece.endswith(TAIL)
        return end

    def _garbage(self, buffer: bytes, at: int, head: int, found: list[Frame | Reject]) -> int:
        """Bytes in front of a head; they are told once, however many they are."""
        after = head if head >= 0 else len(buffer) - buffer.endswith(b"#")
        piece = buffer[at:after]
        if piece.strip() and not self._lost:
            found.append(self._reject(piece, Fault("hj212_garbage", 0, met=_seen(piece)), at))
            self._lost = True
        return after

    def _finished(self, buffer: bytes, at: int) -> int:
        """Where the packet that begins here ends, as far as it can be told; `at` while it cannot."""
        declared, most = _declared(buffer, at), at + _AROUND + self._longest
        promised = most if declared is None else at + _AROUND + declared
        line, following = buffer.find(TAIL, at, most), buffer.find(HEAD, at + 2, most)
        if line >= 0:  # a head before the line end: this packet was cut, and a good one follows on its line
            end = line + len(TAIL)
            return following if 0 <= following < line and end != promised else end
        if following >= 0 and len(buffer) >= min(promised, most):
            return following
        return most if len(buffer) >= most else at

    def _taken(self, piece: bytes, tailed: bool, at: int) -> Frame | Reject:
        """A finished packet: the frame, or why there is none."""
        packet = Packet.of(piece, self._everybody)
        mn = packet.fields.get("MN", "")
        if packet.frame is None and mn in self._by_station:
            packet = Packet.of(piece, self._everybody | frozenset(self._by_station[mn]))
        if packet.frame is not None and tailed:
            return packet.frame
        fault = packet.fault or Fault("hj212_no_tail", len(piece), met=_seen(piece[-8:]))
        if not tailed and (_declared(piece, 0) or 0) > SEGMENT_MAX:
            fault = Fault("hj212_too_long", 2, met=packet.digits, expected=SEGMENT_MAX, dialect="length_over_1024")
        return self._reject(piece, fault, at, mn)

    def _reject(self, piece: bytes, fault: Fault, at: int = 0, mn: str = "") -> Reject:
        return Reject(self._at + at, fault.place, fault.kind, fault.facts, piece[:KEPT], mn)


def _end(buffer: bytes, at: int) -> int:
    """The end of a packet whose head, length and tail stand where they should; 0 where they do not."""
    digits = buffer[at + 2 : at + 6]
    if buffer[at : at + 2] != HEAD or not digits.isdigit() or len(digits) != 4:
        return 0
    end = at + _AROUND + int(digits)
    return end if buffer[end - 2 : end] == TAIL else 0


def _declared(buffer: bytes, at: int) -> int | None:
    """The length that a packet says it has; None while its digits have not all come, or are none."""
    digits = buffer[at + 2 : at + 6]
    return int(digits) if len(digits) == 4 and digits.isdigit() else None


def _seen(piece: bytes) -> str:
    """The beginning of some bytes, printable."""
    return piece[:40].decode("ascii", "backslashreplace").encode("unicode_escape").decode("ascii")
