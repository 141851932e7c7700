"""What of one side's readings the other may see: by an agreement entry, else nothing.

A grant is a `note` of the owner: which sites and quantities, from when until when, how late, how many digits. The
other side's receipt names what it took by its fingerprint. What may not be shown yet can be committed to now (a
salted fingerprint) and revealed later; what is revealed must be what was committed to.

    note {what: share, grant, sites, quantities, since, until, delay_h, digits}     sites or quantities ["*"]: all
    note {what: share-end, grant}                                                   the owner ends it
    note {what: share-receipt, grant, rows, fingerprint}                            the other side took these
    commit {what: series, name, commit} · reveal {what: series, name, salt, fingerprint}
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adjoin.core.entry import Entry, fingerprint
from adjoin.core.observation import Observation
from adjoin.core.units import round_half_even

ALL = "*"


@dataclass(frozen=True, slots=True)
class Grant:
    """What an owner lets the other side see."""

    id: str
    owner: str
    sites: tuple[str, ...]
    quantities: tuple[str, ...]
    since: datetime
    until: datetime | None
    delay: timedelta
    digits: int | None  # decimals shown; None: as observed

    def covers(self, row: Observation, now: datetime) -> bool:
        """Whether a value may be shown now."""
        named = ALL in self.sites or row.site in self.sites
        named = named and (ALL in self.quantities or row.quantity in self.quantities)
        within = self.since <= row.time and (self.until is None or row.time < self.until)
        return named and within and row.time + self.delay <= now

    def shown(self, row: Observation) -> Observation:
        """A value with the digits that are shared."""
        if self.digits is None or row.value is None:
            return row
        mark, number = ("<", row.value[1:]) if row.value.startswith("<") else ("", row.value)
        return replace(row, value=mark + round_half_even(number, self.digits))


def grants(entries: Iterable[Entry]) -> tuple[Grant, ...]:
    """The grants that hold, by owner and id; only its owner gives and ends one."""
    found: dict[tuple[str, str], Grant] = {}
    for entry in sorted(entries, key=lambda each: (each.party, each.seq)):
        key = (entry.party, str(entry.body.get("grant")))
        if entry.kind == "note" and entry.body.get("what") == "share":
            made = _grant(entry)
            if made is not None:
                found[key] = made
        elif entry.kind == "note" and entry.body.get("what") == "share-end":
            found.pop(key, None)
    return tuple(found[key] for key in sorted(found))


def shared(rows: Iterable[Observation], given: Sequence[Grant], now: datetime) -> list[Observation]:
    """The values that the other side may see now, each as the first grant that covers it shows it; else nothing."""
    found = []
    for row in rows:
        grant = next((each for each in given if each.covers(row, now)), None)
        if grant is not None:
            found.append(grant.shown(row))
    return found


def of_rows(rows: Iterable[Observation]) -> str:
    """The fingerprint of some values, by which a receipt and a commitment name them."""
    return fingerprint([[r.site, r.quantity, r.time.isoformat(), r.value, r.origin] for r in rows])


def commitment(name: str, salt: bytes, content: str) -> str:
    """What is signed now of values that are shown later; without the salt nothing can be guessed from it."""
    return hashlib.sha256(b"adjoin-series\0" + name.encode() + b"\0" + salt + content.encode()).hexdigest()


def is_what_was_committed(commit: str, name: str, salt: bytes, rows: Iterable[Observation]) -> bool:
    """Whether revealed values are those that were committed to."""
    return commitment(name, salt, of_rows(rows)) == commit


def receipts(entries: Iterable[Entry]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The fingerprints of what each side took under each grant: (taker, grant) -> fingerprints, as signed."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for entry in sorted(entries, key=lambda each: (each.party, each.seq)):
        if entry.kind == "note" and entry.body.get("what") == "share-receipt":
            key = (entry.party, str(entry.body.get("grant")))
            found[key] = (*found.get(key, ()), str(entry.body.get("fingerprint")))
    return found


def _grant(entry: Entry) -> Grant | None:
    """A grant as far as it can be read; one that cannot gives nothing."""
    body = entry.body
    sites, quantities = body.get("sites"), body.get("quantities")
    delay, digits = body.get("delay_h", 0), body.get("digits")
    if not _texts(sites) or not _texts(quantities) or not _whole(delay) or not (digits is None or _whole(digits)):
        return None
    try:
        since = datetime.fromisoformat(str(body.get("since")))
        until = datetime.fromisoformat(str(body["until"])) if body.get("until") else None
    except ValueError:
        return None
    if since.tzinfo is None or (until is not None and until.tzinfo is None):
        return None
    hours, places = int(str(delay)), None if digits is None else int(str(digits))
    name = str(body.get("grant"))
    return Grant(name, entry.party, _all(sites), _all(quantities), since, until, timedelta(hours=hours), places)


def _texts(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, str) for each in value)


def _all(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100_000
