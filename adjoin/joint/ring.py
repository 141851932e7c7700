"""Which keys sign for a party, as its own chain tells: keys come, are handed over, are lost.

    key     {key_id, algorithm, public, office, since, until}   signed by the office's own key, or by the root key
    revoke  {key_id, from, reason}                              signed by the root key

A new key replaces the office's key from the next entry on. A revoked key signs nothing after the entry that revokes
it, whatever the date it writes; what stands before is confirmed by that entry, since the root key signed on top of it.
The root key signs `key`, `revoke` and `surviving-head`, nothing else, and only it signs the last two.

Who holds the first keys was compared by two people, on paper; everything after it is in the chains.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adjoin.core.entry import Entry
from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.joint import envelope
from adjoin.joint.fault import Fault
from adjoin.joint.keys import ROOT, Key, Keys, key_from, row_of


def key_body(key: Key) -> dict[str, str | None]:
    """The body of the entry by which a key comes into force."""
    return row_of(key)


def after(keys: Keys, entry: Entry) -> Keys | Fault:
    """The keys after an entry, or what is wrong with what it says of keys.

    entry : one whose signature and place were verified
    """
    if entry.kind == "key":
        return _came(keys, entry)
    return _revoked(keys, entry) if entry.kind == "revoke" else keys


def grown(keys: Keys, entries: Iterable[Entry]) -> Keys:
    """The keys after some verified entries, in the order of each chain; what does not hold changes nothing."""
    for entry in entries:
        told = after(keys, entry)
        keys = keys if isinstance(told, Fault) else told
    return keys


def grown_by_lines(keys: Keys, lines: Sequence[bytes]) -> Keys:
    """The keys after some lines that are not verified yet: only entries of keys are opened, each with the keys then."""
    for line in lines:
        if envelope.tells_of_keys(line):
            entry = envelope.unseal(line, keys)
            told = entry if isinstance(entry, Fault) else after(keys, entry)
            keys = keys if isinstance(told, Fault) else told
    return keys


def _came(keys: Keys, entry: Entry) -> Keys | Fault:
    signer = keys.get(entry.key)
    try:
        new = key_from(entry.party, entry.body)
    except Refusal:
        return Fault(entry.party, entry.seq, "bad_key_entry", {"met": str(dict(entry.body))[:80]})
    known = keys.get(new.key_id)
    told = known is not None and replace(known, until=new.until, last=None) == new
    if new.last is not None or (known is not None and not told) or new.since is None:
        return Fault(entry.party, entry.seq, "bad_key_entry", {"met": new.key_id})
    if signer is None or not (signer.root or (new.office == signer.office and new.office != ROOT)):
        return Fault(entry.party, entry.seq, "needs_root", {"key": entry.key, "met": entry.kind})
    for old in keys.of_party(entry.party):
        if old.key_id != new.key_id and old.office == new.office and _before(old, new.since):
            keys = keys.changed(_ended(old, entry.seq, new.since))
    return keys.changed(known or new)  # a third person may know it already, and also what became of it later


def _before(key: Key, moment: datetime) -> bool:
    return key.last is None and (key.since is None or key.since <= moment)


def _revoked(keys: Keys, entry: Entry) -> Keys | Fault:
    lost = keys.get(str(entry.body.get("key_id")))
    since = _moment(entry.body)
    if lost is None or lost.party != entry.party or since is None or lost.key_id == entry.key:
        return Fault(entry.party, entry.seq, "bad_key_entry", {"met": str(dict(entry.body))[:80]})
    return keys.changed(_ended(lost, entry.seq, since))


def _ended(key: Key, last: int, until: datetime) -> Key:
    sooner = until if key.until is None else min(until, key.until)
    return replace(key, until=sooner, last=last if key.last is None else min(last, key.last))


def _moment(body: Mapping[str, object]) -> datetime | None:
    try:
        return parse_time(str(body["from"]))
    except (KeyError, ValueError, Refusal):
        return None
