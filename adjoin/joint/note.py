"""Signed heads: a C2SP checkpoint says how long a chain is and what its root is; the other party cosigns it.

    <origin>            adjoin/<region>/<party>
    <size>
    <base64 of the root>

    — <name> <base64 of key hash (4 bytes) and signature>

The log signs the three lines as they are (type 0x01); a cosignature (type 0x04) signs `cosignature/v1`, `time
<seconds>` and the three lines, and carries its time. Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import strict_base64
from adjoin.joint.keys import Key, Keys, Signer

LOG, COSIGNATURE = b"\x01", b"\x04"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a chain: its origin, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def party(self) -> str:
        """Whose chain it is."""
        return self.origin.rpartition("/")[2]

    @property
    def region(self) -> str:
        """In which region."""
        return self.origin.removeprefix("adjoin/").rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Mark:
    """One signature line of a note."""

    name: str
    key_hash: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note."""
        return f"— {self.name} {base64.b64encode(self.key_hash + self.blob).decode()}\n"

    @property
    def time(self) -> datetime:
        """When a cosignature was made, by its maker's clock."""
        return datetime.fromtimestamp(int.from_bytes(self.blob[:8]), UTC).astimezone(ZONE)


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint and the signatures beneath it."""

    checkpoint: Checkpoint
    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        """The note as one text."""
        return f"{self.checkpoint.body}\n{''.join(mark.line for mark in self.marks)}"

    def signer(self, keys: Keys) -> Key | None:
        """The key of the chain's own party that signed first, where one did."""
        return next((key for key, _ in self._held(keys, self.marks[:1], self.checkpoint.party, LOG)), None)

    def cosigner(self, keys: Keys, party: str) -> tuple[Key, datetime] | None:
        """The key of the other party that cosigned second, and when, where one did."""
        for key, mark in self._held(keys, self.marks[1:2], party, COSIGNATURE):
            return key, mark.time
        return None

    def _held(self, keys: Keys, marks: tuple[Mark, ...], party: str, kind: bytes) -> Iterator[tuple[Key, Mark]]:
        name = origin_of(self.checkpoint.region, party)
        for mark in marks:
            for key in keys.of_party(party):
                if (mark.name, mark.key_hash) == (name, _key_hash(name, kind, key)) and self._signed(mark, kind, key):
                    yield key, mark

    def _signed(self, mark: Mark, kind: bytes, key: Key) -> bool:
        if kind == LOG:
            return key.verifies(self.checkpoint.body.encode(), mark.blob)
        seconds, signature = int.from_bytes(mark.blob[:8]), mark.blob[8:]
        return seconds < 2**36 and key.verifies(_cosigned(self.checkpoint, seconds), signature)


def origin_of(region: str, party: str) -> str:
    """The name of a party's chain in a region."""
    return f"adjoin/{region}/{party}"


def checkpoint(origin: str, size: int, root: bytes) -> Checkpoint:
    """The head of a chain."""
    return Checkpoint(origin, size, root)


def sign_note(head: Checkpoint, signer: Signer) -> str:
    """A checkpoint signed by the party whose chain it is."""
    mark = Mark(head.origin, _key_hash(head.origin, LOG, signer.key), signer.sign(head.body.encode()))
    return Note(head, (mark,)).text


def cosign(note: str, signer: Signer, at: datetime) -> str:
    """The other party's checkpoint with a cosignature: at this time it was the longest that was seen, and consistent.

    note : as received, with its own signature only
    at : the cosigner's clock, to the second
    """
    read = read_note(note)
    seconds = int(at.timestamp())
    name = origin_of(read.checkpoint.region, signer.key.party)
    blob = seconds.to_bytes(8) + signer.sign(_cosigned(read.checkpoint, seconds))
    return Note(read.checkpoint, (*read.marks, Mark(name, _key_hash(name, COSIGNATURE, signer.key), blob))).text


@lru_cache(maxsize=4096)  # a package names every cosignature since the first; most were read before
def read_note(text: str) -> Note:
    """The note that a text is; one that has another form, by a byte, is refused."""
    head, gap, rest = text.partition("\n\n")
    try:
        origin, size, root = head.split("\n")
        note = Note(
            Checkpoint(origin, int(size), strict_base64(root)), tuple(_mark(line) for line in rest.split("\n")[:-1])
        )
    except (ValueError, IndexError):
        raise Refusal("bad_note", met=text[:80]) from None
    if not gap or note.text != text or not note.marks or note.checkpoint.size < 0 or len(note.checkpoint.root) != 32:
        raise Refusal("bad_note", met=text[:80])
    return note


def _mark(line: str) -> Mark:
    dash, name, blob = line.split(" ")
    if dash != "—":
        raise ValueError(dash)
    data = strict_base64(blob)
    return Mark(name, data[:4], data[4:])


def _key_hash(name: str, kind: bytes, key: Key) -> bytes:
    if key.algorithm != "ed25519":  # a type without a number of its own is named: C2SP signed-note, type 0xff
        kind = b"\xffadjoin/" + key.algorithm.encode() + b"/" + kind
    return hashlib.sha256(name.encode() + b"\n" + kind + key.public).digest()[:4]


def _cosigned(head: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{head.body}".encode()
