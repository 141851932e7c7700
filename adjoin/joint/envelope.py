"""One signed line: a DSSE envelope, so that exactly the bytes that were signed are the bytes that are read.

    PAE(type, payload) = "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload

A line is the RFC 8785 form of {payload, payloadType, signatures: [{keyid, sig}]} with strict base64: of one
entry there is one line, and any other byte is a fault. Source: DSSE 1.0 (secure-systems-lab).
"""

import base64
import binascii
import json
import re
from datetime import datetime
from typing import cast

from adjoin.core.entry import Entry, as_json, canonical, from_json
from adjoin.core.refusal import Refusal
from adjoin.joint.fault import Fault
from adjoin.joint.keys import Key, Keys, Signer, may_sign

ENTRY = "application/vnd.adjoin.entry+json"
KEY_ID = re.compile(r"[0-9a-f]{16}")


def seal(entry: Entry, signer: Signer) -> bytes:
    """The signed line of an entry."""
    if (entry.party, entry.key) != (signer.key.party, signer.key.key_id):
        raise Refusal("not_your_key", met=entry.key, expected=signer.key.key_id, party=entry.party)
    return seal_bytes(canonical(as_json(entry)), ENTRY, signer)


def seal_bytes(payload: bytes, kind: str, signer: Signer) -> bytes:
    """The signed line of some bytes of a kind."""
    return _line(payload, kind, signer.key.key_id, signer.sign(pae(kind, payload)))


def pae(kind: str, payload: bytes) -> bytes:
    """The bytes that are signed: kind and payload, each with its length."""
    return b"DSSEv1 %d %s %d %s" % (len(kind.encode()), kind.encode(), len(payload), payload)


def unseal(line: bytes, keys: Keys, *, party: str = "", seq: int | None = None) -> Entry | Fault:
    """The entry in a signed line, or what is wrong with it.

    party, seq : whose line it should be and at which place, for the fault
    """
    opened = unseal_bytes(line, ENTRY, keys, party=party, seq=seq)
    if isinstance(opened, Fault):
        return opened
    payload, key = opened
    entry = _entry(payload)
    if entry is None:
        return Fault(party, seq, "not_an_entry")
    if (entry.party, entry.key) != (key.party, key.key_id):
        return Fault(party, seq, "not_the_signer", {"met": entry.party, "key": key.key_id, "holder": key.party})
    if not key.valid(entry.at, entry.seq):
        return _out_of_time(entry, key)
    return may_sign(entry, key) or entry


def unseal_bytes(
    line: bytes, kind: str, keys: Keys, *, party: str = "", seq: int | None = None
) -> tuple[bytes, Key] | Fault:
    """The payload of a signed line and the key that signed it, or what is wrong with it."""
    parts = _quick(line, kind) or _slow(line, kind)
    if isinstance(parts, str):
        return Fault(party, seq, parts)
    payload, key_id, signature = parts
    key = keys.get(key_id)
    if key is None:
        return Fault(party, seq, "unknown_key", {"key": key_id})
    if not key.verifies(pae(kind, payload), signature):
        return Fault(party, seq, "bad_signature", {"key": key_id})
    return payload, key


def payload_of(line: bytes) -> bytes:
    """The canonical bytes of the entry in a line that was verified before."""
    return base64.b64decode(line[12 : line.index(b'"', 12)])


def quick_payload(line: bytes) -> bytes | None:
    """The canonical bytes in a line of the one right form, its signature aside; nothing for any other line."""
    parts = _quick(line, ENTRY)
    return None if parts is None else parts[0]


def tells_of_keys(line: bytes) -> bool:
    """Whether a line that is not verified yet may tell of keys: so that few lines are opened twice."""
    found = _FORM.fullmatch(line)
    try:
        payload = base64.b64decode(found[1]) if found else b""
    except ValueError:
        return False
    return b'"kind":"key"' in payload or b'"kind":"revoke"' in payload


def strict_json(data: bytes) -> object:
    """The JSON value in some bytes, where they are its RFC 8785 form; else nothing."""
    try:
        value: object = json.loads(data)
        return value if canonical(value) == data else None
    except (ValueError, RecursionError):  # not UTF-8, not JSON, numbers that have no such form, endless brackets
        return None


def strict_base64(text: str) -> bytes:
    """The bytes of a base64 text, where it is their only form."""
    return _strict(text.encode("ascii"))


def entry_of(line: bytes) -> Entry:
    """The entry in a line that was verified before."""
    return from_json(json.loads(payload_of(line)))


def _entry(payload: bytes) -> Entry | None:
    value = strict_json(payload)
    try:
        return from_json(value)
    except Refusal:
        return None


def _line(payload: bytes, kind: str, key_id: str, signature: bytes) -> bytes:
    """The one line of an envelope: RFC 8785, its parts being plain ASCII."""
    signed = f'"signatures":[{{"keyid":"{key_id}","sig":"{_text(signature)}"}}]'
    return f'{{"payload":"{_text(payload)}","payloadType":"{kind}",{signed}}}'.encode()


_FORM = re.compile(
    rb'\{"payload":"([A-Za-z0-9+/=]*)","payloadType":"([^"\\]*)",'
    rb'"signatures":\[\{"keyid":"([0-9a-f]{16})","sig":"([A-Za-z0-9+/=]*)"\}\]\}'
)


def _quick(line: bytes, kind: str) -> tuple[bytes, str, bytes] | None:
    """The parts of a line that has the one right form; nothing for any other."""
    found = _FORM.fullmatch(line)
    if found is None or found[2] != kind.encode():
        return None
    try:
        return _strict(found[1]), found[3].decode(), _strict(found[4])
    except ValueError:
        return None


def _slow(line: bytes, kind: str) -> tuple[bytes, str, bytes] | str:
    """The parts of a line of whatever form, or the name of its fault."""
    try:
        payload, key_id, signature = _parts(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "bad_envelope"
    return (payload, key_id, signature) if _line(payload, kind, key_id, signature) == line else "not_canonical"


def _strict(text: bytes) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data) != text:
        raise binascii.Error
    return data


def _parts(envelope: object) -> tuple[bytes, str, bytes]:
    fields = cast("dict[str, object]", envelope)
    (signature,) = cast("list[dict[str, str]]", fields["signatures"])
    key_id = signature["keyid"]
    if not isinstance(key_id, str) or not KEY_ID.fullmatch(key_id):
        raise ValueError(key_id)
    return strict_base64(cast("str", fields["payload"])), key_id, strict_base64(signature["sig"])


def _out_of_time(entry: Entry, key: Key) -> Fault:
    facts = {"key": key.key_id, "at": entry.at.isoformat(), "since": _day(key.since), "until": _day(key.until)}
    return Fault(entry.party, entry.seq, "key_not_valid", facts)


def _day(moment: datetime | None) -> str:
    return moment.isoformat() if moment else "—"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
