"""One signed line of the joint ledger: its bytes, its fingerprint, and the one that follows.

Measured values are text with their digits, money is whole fen, other numbers stay below 2^53: RFC 8785
writes `0.50` as `0.5` and is not defined for larger whole numbers.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import rfc8785

from adjoin.core.refusal import Refusal

START = "0" * 64
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
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # the library checks the value itself
    except rfc8785.CanonicalizationError as error:
        raise Refusal("not_canonical", met=str(error)) from None


def fingerprint(value: object) -> str:
    """SHA-256 of the canonical bytes of a JSON value, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def fingerprint_of(entry: Entry) -> str:
    """The fingerprint that later entries name this one by."""
    return fingerprint(as_json(entry))


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
) -> Entry:
    """The entry that comes after `before` in a party's chain."""
    if kind not in KINDS:
        raise Refusal("unknown_entry_kind", met=kind, expected=", ".join(KINDS))
    seq, prev = (0, START) if before is None else (before.seq + 1, fingerprint_of(before))
    return Entry(party, seq, prev, answers, seen, kind, body, at, key)
