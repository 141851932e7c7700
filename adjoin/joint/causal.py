"""What was done, in an order that respects what each signer had seen.

An entry comes after the one before it in its chain (`prev`), after the one it `answers`, and after the other
side's last entry that its signer had verified (`seen`). Where these leave the order free, (party, seq) decides,
so that everybody who holds the same entries reads them in the same order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from adjoin.core.entry import SHA256, Entry, fingerprint_of, suite_of

Place = tuple[str, int]  # party, seq


@dataclass(frozen=True, slots=True)
class Event:
    """An entry and its past: of each party, the highest seq that its signer knew of."""

    entry: Entry
    fingerprint: str
    past: Mapping[str, int]

    @property
    def place(self) -> Place:
        """Party and seq."""
        return self.entry.party, self.entry.seq

    def knew(self, other: "Event") -> bool:
        """Whether the signer of this entry knew the other one."""
        return self.past.get(other.entry.party, -1) >= other.entry.seq


def in_causal_order(entries: Iterable[Entry], known: Mapping[Place, str] | None = None) -> list[Event]:
    """The entries of all chains, causes first, ties by (party, seq), each with its past.

    known : fingerprints by party and seq, where they were worked out before
    """
    held: dict[Place, Entry] = {}
    for entry in entries:
        held.setdefault((entry.party, entry.seq), entry)
    suites = {party: suite_of(entry) for (party, seq), entry in held.items() if seq == 0}
    prints = known or {place: fingerprint_of(entry, suites.get(place[0], SHA256)) for place, entry in held.items()}
    causes = _causes(held, prints)
    pasts: dict[Place, dict[str, int]] = {}
    for place in _sorted(causes):
        pasts[place] = _past(causes[place], pasts)
    return [Event(held[place], prints[place], past) for place, past in pasts.items()]


def _causes(held: Mapping[Place, Entry], prints: Mapping[Place, str]) -> dict[Place, list[Place]]:
    """Of each entry those that it names by a true fingerprint: so no circle can be built."""
    by_print = {print_: place for place, print_ in prints.items()}
    return {
        place: [by_print[name] for name in (entry.prev, entry.answers, _seen(entry)) if name in by_print]
        for place, entry in held.items()
    }


def _seen(entry: Entry) -> str | None:
    return entry.seen.fingerprint if entry.seen else None


def _sorted(causes: Mapping[Place, list[Place]]) -> list[Place]:
    waits = {place: len(before) for place, before in causes.items()}
    after: dict[Place, list[Place]] = {}
    for place, before in causes.items():
        for cause in before:
            after.setdefault(cause, []).append(place)
    ready = [place for place, count in waits.items() if count == 0]
    heapify(ready)
    order = []
    while ready:
        place = heappop(ready)
        order.append(place)
        for follower in after.get(place, ()):
            waits[follower] -= 1
            if waits[follower] == 0:
                heappush(ready, follower)
    return order


def _past(causes: list[Place], pasts: Mapping[Place, Mapping[str, int]]) -> dict[str, int]:
    past: dict[str, int] = {}
    for cause in causes:
        for party, seq in (*pasts[cause].items(), cause):
            past[party] = max(seq, past.get(party, -1))
    return past
