"""One signed line of the joint ledger: its bytes, its fingerprint, and the one that follows.

Measured values are text with their digits, money is whole fen, other numbers stay below 2^53: RFC 8785
writes `0.50` as `0.5` and is not defined for larger whole numbers.

The hash of a chain is fixed by its first entry: SHA-256, or what its body names as `suite`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import rfc8785

from adjoin.core.refusal import Refusal

START = "0" * 64
LARGEST = 2**53 - 1
KINDS = (
    "adopt", "move", "claim", "correct", "commit", "reveal", "quota", "key", "revoke", "surviving-head", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """The other side's last entry that the signer had verified."""

    party: str
    seq: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a party's chain. Never edited; a correction is an entry."""

    party: str
    seq: int  # 0, 1, 2, ...
    prev: str  # fingerprint of the entry before; 64 zeros at the start
    answers: str | None  # fingerprint of the entry it replies to
    seen: Seen | None
    kind: str
    body: Mapping[str, object]
    at: datetime  # the signer's clock; proves nothing by itself
    key: str  # key id


@dataclass(frozen=True, slots=True)
class Package:
    """What one party hands to the other: entries from one seq on, a signed head, proofs, readings, attachments."""

    checkpoint: str  # signed note of the sender's own chain
    lines: tuple[bytes, ...]  # one signed envelope an entry, by seq
    proof: Mapping[str, object]  # from, to, frontier, consistency, cosigned
    files: Mapping[str, bytes]  # readings/*.parquet, readings/manifest.json, attachments/<sha256>


def as_json(entry: Entry) -> dict[str, object]:
    """An entry as plain JSON values."""
    seen = entry.seen
    return {
        "party": entry.party,
        "seq": entry.seq,
        "prev": entry.prev,
        "answers": entry.answers,
        "seen": {"party": seen.party, "seq": seen.seq, "fingerprint": seen.fingerprint} if seen else None,
        "kind": entry.kind,
        "body": dict(entry.body),
        "at": entry.at.isoformat(timespec="seconds"),
        "key": entry.key,
    }


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a JSON value."""
    if _plain(value):
        return _ENCODER.encode(value).encode()
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # the library checks the value itself
    except rfc8785.CanonicalizationError as error:
        raise Refusal("not_canonical", met=str(error)) from None


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> bool:
    """Whether Python's own encoder writes the RFC 8785 form: no fraction, no large number, ASCII keys, whole text.

    It is twenty times faster than the library, and nearly every entry is so; a test compares the two.
    """
    kind = type(value)
    if kind is str:
        return _whole(cast("str", value))
    if kind is dict:
        return all(
            type(key) is str and key.isascii() and _plain(each)
            for key, each in cast("dict[object, object]", value).items()
        )
    if kind is list or kind is tuple:
        return all(map(_plain, cast("list[object]", value)))
    return value is None or kind is bool or (kind is int and -LARGEST <= cast("int", value) <= LARGEST)


def _whole(text: str) -> bool:
    """Whether a text is Unicode: half of a surrogate pair alone is not."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sm3(data: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SM3, Hash

    state = Hash(SM3())
    state.update(data)
    return state.finalize()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


Digest = Callable[[bytes], bytes]
SUITES: Mapping[str, Digest] = {"sha256": _sha256, "sm3": _sm3}
SHA256 = SUITES["sha256"]


def suite_of(first: Entry | None) -> Digest:
    """The hash of a chain, as its first entry fixes it; SHA-256 where it names none."""
    name = "sha256" if first is None else first.body.get("suite", "sha256")
    if not isinstance(name, str) or name not in SUITES:
        raise Refusal("unknown_suite", met=str(name)[:40], expected=", ".join(SUITES))
    return SUITES[name]


def fingerprint(value: object, digest: Digest = SHA256) -> str:
    """The hash of the canonical bytes of a JSON value, in hex."""
    return digest(canonical(value)).hex()


def fingerprint_of(entry: Entry, digest: Digest = SHA256) -> str:
    """The fingerprint that later entries name this one by.

    digest : the hash of its chain
    """
    return digest(canonical(as_json(entry))).hex()


def follow(
    before: Entry | None,
    *,
    party: str,
    kind: str,
    body: Mapping[str, object],
    answers: str | None,
    seen: Seen | None,
    at: datetime,
    key: str,
    digest: Digest = SHA256,
) -> Entry:
    """The entry that comes after `before` in a party's chain.

    seen : never less than the entry before had seen: a side that went back to an earlier state takes in first what
        it had of the other side
    digest : the hash of the chain
    """
    if kind not in KINDS:
        raise Refusal("unknown_entry_kind", met=kind, expected=", ".join(KINDS))
    if before is not None and _places(seen) < _places(before.seen):
        raise Refusal("seen_back", met=_places(seen), expected=_places(before.seen), party=party)
    seq, prev = (0, START) if before is None else (before.seq + 1, fingerprint_of(before, digest))
    return Entry(party, seq, prev, answers, seen, kind, body, at, key)


def _places(seen: Seen | None) -> int:
    return 0 if seen is None else seen.seq + 1


def from_json(value: object) -> Entry:
    """The entry that plain JSON values say; whatever `as_json` would not write is refused."""
    try:
        entry = _read(cast("Mapping[str, object]", value))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refusal("not_an_entry") from None
    if as_json(entry) != value:
        raise Refusal("not_an_entry")
    return entry


def _read(value: Mapping[str, object]) -> Entry:
    seen = cast("Mapping[str, object] | None", value["seen"])
    return Entry(
        party=_text(value["party"]),
        seq=_count(value["seq"]),
        prev=_text(value["prev"]),
        answers=None if value["answers"] is None else _text(value["answers"]),
        seen=None if seen is None else Seen(_text(seen["party"]), _count(seen["seq"]), _text(seen["fingerprint"])),
        kind=_one_of(_text(value["kind"]), KINDS),
        body=dict(cast("Mapping[str, object]", value["body"]).items()),
        at=_moment(_text(value["at"])),
        key=_text(value["key"]),
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise TypeError


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value in known:
        return value
    raise ValueError(value)


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment
