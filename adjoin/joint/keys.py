"""Keys of offices, and who may sign with them.

The algorithm belongs to the key and is never read from a message. A key id is the first 16 hex digits of
the SHA-256 of the public bytes, so that it cannot be given to another key.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Key:
    """The public half of an office's key, and while it is valid."""

    key_id: str
    party: str
    algorithm: str  # "ed25519"
    public: bytes
    office: str
    since: datetime | None = None  # None: from the beginning
    until: datetime | None = None  # exclusive; None while in force

    def valid(self, at: datetime) -> bool:
        """Whether it may sign at a moment."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

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
        return cls.of(_key(party, row) for party, rows in value.items() for row in _rows(party, rows))

    def as_json(self) -> dict[str, list[dict[str, str | None]]]:
        """The KEYS.json form: {party: [{key_id, algorithm, public, office, since, until}]}."""
        found: dict[str, list[dict[str, str | None]]] = {}
        for key in self.rows:
            found.setdefault(key.party, []).append(_row(key))
        return found

    def get(self, key_id: str) -> Key | None:
        """The key of this id, where it is known."""
        return self._by_id.get(key_id)

    def of_party(self, party: str) -> tuple[Key, ...]:
        """The keys of one party."""
        return tuple(key for key in self.rows if key.party == party)


class Signer(Protocol):
    """Something that signs: a key file, or the device of an office."""

    @property
    def key(self) -> Key:
        """The public half."""
        ...

    def sign(self, data: bytes) -> bytes:
        """A signature over some bytes."""
        ...


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


def key_id_of(public: bytes) -> str:
    """The id of a key: the first 16 hex digits of the SHA-256 of its public bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def _verify_ed25519(public: bytes, data: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


_VERIFY: Mapping[str, Callable[[bytes, bytes, bytes], bool]] = {"ed25519": _verify_ed25519}


def _row(key: Key) -> dict[str, str | None]:
    return {
        "key_id": key.key_id,
        "algorithm": key.algorithm,
        "public": key.public.hex(),
        "office": key.office,
        "since": key.since.isoformat() if key.since else None,
        "until": key.until.isoformat() if key.until else None,
    }


def _rows(party: object, rows: object) -> list[Mapping[str, object]]:
    if not isinstance(party, str) or not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Refusal("bad_keys", met=str(rows)[:60], at=party)
    return cast("list[Mapping[str, object]]", rows)


def _key(party: str, row: Mapping[str, object]) -> Key:
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
        )
    except (KeyError, ValueError) as error:
        raise Refusal("bad_keys", met=f"{type(error).__name__} {error}", at=party) from None
    if key.key_id != key_id_of(public) or key.algorithm not in _VERIFY:
        raise Refusal("bad_keys", met=f"{key.algorithm} {key.key_id}", at=party)
    return key


def _time(value: object) -> datetime | None:
    return None if value is None else parse_time(str(value))
