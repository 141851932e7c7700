"""Keys of offices, and who may sign with them.

The algorithm belongs to the key and is never read from a message. A key id is the first 16 hex digits of
the SHA-256 of the public bytes, so that it cannot be given to another key.

An office has one key at a time. Beside them a party has a root key, kept off line: it signs no business, only who
signs it (`ring.py`). A key that was replaced or revoked by an entry is valid by place: up to that entry of its chain,
whatever its signer's clock says.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adjoin.core.entry import Entry
from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.joint import sm2
from adjoin.joint.fault import Fault

ROOT = "root"  # the office of a party's root key
BY_ROOT = ("revoke", "surviving-head")  # kinds of entries that only it signs
OF_KEYS = ("key", *BY_ROOT)  # and the only ones that it signs


@dataclass(frozen=True, slots=True)
class Key:
    """The public half of an office's key, and while it is valid."""

    key_id: str
    party: str
    algorithm: str  # "ed25519", "sm2"
    public: bytes
    office: str
    since: datetime | None = None  # None: from the beginning
    until: datetime | None = None  # exclusive; None while in force
    last: int | None = None  # the last entry of its chain that it may have signed, where an entry ended it

    @property
    def root(self) -> bool:
        """Whether it is the root key of its party."""
        return self.office == ROOT

    def valid(self, at: datetime, seq: int | None = None) -> bool:
        """Whether it may sign at a moment; of an entry its place decides where an entry ended the key."""
        if self.since is not None and at < self.since:
            return False
        if seq is not None and self.last is not None:
            return seq <= self.last
        return self.until is None or at < self.until

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """Whether a signature over some bytes is this key's."""
        verify = _VERIFY.get(self.algorithm)
        return verify is not None and verify(self.public, data, signature)


@dataclass(frozen=True)
class Keys:
    """The keys of both parties as one side knows them."""

    rows: tuple[Key, ...]
    _by_id: Mapping[str, Key] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {key.key_id: key for key in self.rows})

    @classmethod
    def of(cls, rows: Iterable[Key]) -> "Keys":
        """A ring of keys, in the order of party and id."""
        return cls(tuple(sorted(rows, key=lambda key: (key.party, key.key_id))))

    @classmethod
    def from_json(cls, value: object) -> "Keys":
        """The keys that a KEYS.json says; one whose id is not that of its public bytes is refused."""
        if not isinstance(value, Mapping):
            raise Refusal("bad_keys", met=type(value).__name__, at="-")
        return cls.of(key_from(party, row) for party, rows in value.items() for row in _rows(party, rows))

    def as_json(self) -> dict[str, list[dict[str, str | None]]]:
        """The KEYS.json form: {party: [{key_id, algorithm, public, office, since, until}]}."""
        found: dict[str, list[dict[str, str | None]]] = {}
        for key in self.rows:
            found.setdefault(key.party, []).append(row_of(key))
        return found

    def get(self, key_id: str) -> Key | None:
        """The key of this id, where it is known."""
        return self._by_id.get(key_id)

    def of_party(self, party: str) -> tuple[Key, ...]:
        """The keys of one party."""
        return tuple(key for key in self.rows if key.party == party)

    def changed(self, key: Key) -> "Keys":
        """The ring with one key more, or with one as it is now."""
        return Keys.of([*(each for each in self.rows if each.key_id != key.key_id), key])


class Signer(Protocol):
    """Something that signs: a key file, or the device of an office."""

    @property
    def key(self) -> Key:
        """The public half."""
        ...

    def sign(self, data: bytes) -> bytes:
        """A signature over some bytes."""
        ...


class Device(Protocol):
    """What holds the private key of an office and never gives it away: a token, a card, a module in a rack."""

    def sign(self, data: bytes) -> bytes:
        """A signature over some bytes, in the form of the key's algorithm."""
        ...


@dataclass(frozen=True, slots=True)
class DeviceSigner:
    """Signs through a device; what the device answers is checked before it is used."""

    key: Key
    device: Device = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """The device's signature."""
        signature = self.device.sign(data)
        if not self.key.verifies(data, signature):
            raise Refusal("device_signed_wrong", met=signature.hex()[:32] or "-", key=self.key.key_id)
        return signature


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs with an Ed25519 private key (RFC 8032), the same signature for the same bytes."""

    key: Key
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(
        cls, private: bytes, party: str, office: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> "Ed25519Signer":
        """A signer from the 32 private bytes."""
        secret = Ed25519PrivateKey.from_private_bytes(private)
        public = secret.public_key().public_bytes_raw()
        return cls(Key(key_id_of(public), party, "ed25519", public, office, since, until), secret)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._private.sign(data)


def may_sign(entry: Entry, key: Key) -> Fault | None:
    """What is wrong with a key under an entry of this kind."""
    facts = {"key": key.key_id, "met": entry.kind}
    if key.root and entry.kind not in OF_KEYS:
        return Fault(entry.party, entry.seq, "not_for_root", facts)
    if not key.root and entry.kind in BY_ROOT:
        return Fault(entry.party, entry.seq, "needs_root", facts)
    return None


def key_id_of(public: bytes) -> str:
    """The id of a key: the first 16 hex digits of the SHA-256 of its public bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def _verify_ed25519(public: bytes, data: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


_VERIFY: dict[str, Callable[[bytes, bytes, bytes], bool]] = {"ed25519": _verify_ed25519, "sm2": sm2.verify}


def row_of(key: Key) -> dict[str, str | None]:
    """A key as it stands in KEYS.json and in the body of an entry; `last` only where an entry ended it."""
    row: dict[str, str | None] = {
        "key_id": key.key_id,
        "algorithm": key.algorithm,
        "public": key.public.hex(),
        "office": key.office,
        "since": key.since.isoformat() if key.since else None,
        "until": key.until.isoformat() if key.until else None,
    }
    return row if key.last is None else {**row, "last": str(key.last)}


def _rows(party: object, rows: object) -> list[Mapping[str, object]]:
    if not isinstance(party, str) or not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Refusal("bad_keys", met=str(rows)[:60], at=party)
    return cast("list[Mapping[str, object]]", rows)


def key_from(party: str, row: Mapping[str, object]) -> Key:
    """The key that a row of KEYS.json or the body of an entry says; any other form is refused."""
    try:
        public = bytes.fromhex(str(row["public"]))
        key = Key(
            key_id=str(row["key_id"]),
            party=party,
            algorithm=str(row["algorithm"]),
            public=public,
            office=str(row["office"]),
            since=_time(row.get("since")),
            until=_time(row.get("until")),
            last=None if row.get("last") is None else int(str(row["last"])),
        )
    except (KeyError, ValueError) as error:
        raise Refusal("bad_keys", met=f"{type(error).__name__} {error}", at=party) from None
    if key.key_id != key_id_of(public) or key.algorithm not in _VERIFY or not key.office:
        raise Refusal("bad_keys", met=f"{key.algorithm} {key.key_id}", at=party)
    return key


def _time(value: object) -> datetime | None:
    return None if value is None else parse_time(str(value))
