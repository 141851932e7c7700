"""Who is inspected, and by whom: a draw that neither party can steer and anybody can repeat (adjoin-draw-1).

    T      = hash(RFC 8785 bytes of the terms that both signed before any commit)
    commit = hash("adjoin-draw-1/commit" 00 T party 00 seed)          signed first, by both
    K      = hash("adjoin-draw-1/key" 00 T, then of each party in byte order: party 00 seed)
    sub    = HMAC(K, "adjoin-draw-1/sub" 00 label)                     a key of its own for a stratum or a team
    stream = HMAC(key, n) for n = 0, 1, 2 ..., each block four 64-bit words; a number below m takes the first word
             under the greatest multiple of m (no remainder is favoured)

The last to reveal can compute both outcomes. So silence has a price written in the terms: the seed that was not
revealed is replaced by the last checkpoint that both had signed before the commits, and at least twice as many are
drawn, from the units of the silent party where the terms say whose each unit is. Then a party never has fewer of
its own units drawn by keeping silent than by revealing.

Source: own algorithm after RFC 3797 (published seeds) and RFC 2104; words are bytes of UTF-8 order throughout.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from adjoin.core.entry import canonical
from adjoin.core.refusal import Refusal

NAME = "adjoin-draw-1"
SUITES = ("sha256", "sm3")
SEED = 32  # bytes
_WORDS = 1 << 64


@dataclass(frozen=True, slots=True)
class Terms:
    """What both parties sign before any commit; `signed` is the JSON object whose bytes count."""

    signed: Mapping[str, object]
    parties: tuple[str, ...]
    population: tuple[str, ...] = ()
    weights: Mapping[str, int] | None = None
    strata: Mapping[str, tuple[str, ...]] | None = None
    rates: Mapping[str, Fraction] = field(default_factory=dict)
    count: int = 0
    default_count: int | None = None  # how many are drawn when a party keeps silent
    units_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # party -> its units
    inspectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # side -> who may be sent
    conflicts: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # side -> (inspector, unit)
    cap: int = 0  # units an inspector takes at most


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw with everything that is needed to compute it again."""

    terms_digest: str
    commits: Mapping[str, str]
    key: str
    sample: tuple[str, ...] | None  # in drawn order; None where a side cannot be staffed
    samples: Mapping[str, tuple[str, ...]]  # by stratum
    teams: Mapping[str, Mapping[str, str] | None]  # side -> unit -> inspector; None: no staffing exists


def terms_digest(terms: Mapping[str, object], suite: str = "sha256") -> bytes:
    """The hash of the terms, by which commits and the key are bound to them."""
    return _hash(suite, canonical(terms))


def commit(digest: bytes, party: str, seed: bytes, suite: str = "sha256") -> bytes:
    """What a party signs before anybody reveals: it binds the seed to the terms and to the party's own name."""
    return _hash(suite, f"{NAME}/commit\0".encode() + digest + party.encode() + b"\0" + _whole(party, seed))


def not_matching(
    terms: Mapping[str, object], commits: Mapping[str, str], seeds: Mapping[str, bytes], suite: str = "sha256"
) -> tuple[str, ...]:
    """The parties whose reveal is not what they committed to, sorted; such a reveal is refused and is evidence."""
    digest = terms_digest(terms, suite)
    return tuple(
        party for party in sorted(seeds) if commits.get(party) != commit(digest, party, seeds[party], suite).hex()
    )


def draw(terms: Terms, seeds: Mapping[str, bytes], suite: str = "sha256") -> Drawn:
    """The draw that terms and both seeds make.

    terms : as both signed them
    seeds : party -> 32 bytes from its operating system

    Gives the sample in drawn order, of each stratum its own, and the teams of each side that has inspectors.
    """
    if set(seeds) != set(terms.parties):
        raise Refusal("draw_needs_seeds", met=", ".join(sorted(seeds)) or "-", expected=", ".join(terms.parties))
    digest = terms_digest(terms.signed, suite)
    key = _key(digest, seeds, suite)
    samples = _strata(key, terms, suite)
    ordered = [unit for name in samples for unit in samples[name]]
    sample = ordered if terms.strata is not None else _sample(Stream(key, suite), terms, terms.count)
    teams = {side: _team(key, sample, terms, side, suite) for side in sorted(terms.inspectors)}
    commits = {party: commit(digest, party, seed, suite).hex() for party, seed in sorted(seeds.items())}
    staffed = None not in teams.values()
    return Drawn(digest.hex(), commits, key.hex(), tuple(sample) if staffed else None, samples, teams)


def draw_in_silence(
    terms: Terms, seeds: Mapping[str, bytes], silent: str, checkpoint: bytes, suite: str = "sha256"
) -> Drawn:
    """The draw after a party kept silent: the checkpoint stands for its seed, at the price written in the terms.

    silent : who did not reveal in time
    checkpoint : hash of the last checkpoint that both had signed before the commits, 32 bytes
    """
    check_price(terms)
    assert terms.default_count is not None
    own = terms.units_of.get(silent, terms.population)
    known = own if terms.weights is None else [unit for unit in own if terms.weights.get(unit)]
    weights = None if terms.weights is None else {unit: terms.weights[unit] for unit in known}
    paid = Terms(
        signed=terms.signed,
        parties=terms.parties,
        population=tuple(own),
        weights=weights,
        count=min(terms.default_count, len(known)),
        inspectors=terms.inspectors,
        conflicts=terms.conflicts,
        cap=terms.cap,
    )
    return draw(paid, {**seeds, silent: checkpoint}, suite)


def check_price(terms: Terms) -> None:
    """Refuse terms in which silence might pay: the price must be written, and at least twice the count."""
    if terms.strata is not None or terms.default_count is None or terms.default_count < 2 * terms.count:
        raise Refusal("silence_may_pay", met=terms.default_count, expected=2 * terms.count)


class Stream:
    """The words that a key gives, in order, and numbers made of them without favour."""

    __slots__ = ("_block", "_key", "_suite", "_words")

    def __init__(self, key: bytes, suite: str = "sha256") -> None:
        self._key, self._suite, self._block, self._words = key, suite, 0, list[int]()

    def word(self) -> int:
        """The next unsigned 64-bit word."""
        if not self._words:
            block = _hmac(self._suite, self._key, self._block.to_bytes(8, "big"))
            self._words = [int.from_bytes(block[i : i + 8], "big") for i in (24, 16, 8, 0)]
            self._block += 1
        return self._words.pop()

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1, each as likely as the other."""
        limit = _WORDS - _WORDS % bound
        while (word := self.word()) >= limit:
            pass
        return word % bound


def plain(stream: Stream, ids: Iterable[str], count: int) -> list[str]:
    """So many of some ids, without favour, in drawn order."""
    pool = sorted(ids)  # code points order as their UTF-8 bytes do
    for i in range(count):
        j = i + stream.below(len(pool) - i)
        pool[i], pool[j] = pool[j], pool[i]
    return pool[:count]


def weighted(stream: Stream, weights: Mapping[str, int], count: int) -> list[str]:
    """So many ids, each time in proportion to the weights left; a weight of 0 is never drawn."""
    ids = sorted(weights)
    sums = _Sums([weights[each] for each in ids])
    drawn = []
    for _ in range(count):
        place = sums.holder(stream.below(sums.total))
        sums.take(place, weights[ids[place]])
        drawn.append(ids[place])
    return drawn


def inclusion(weights: Mapping[str, int], count: int) -> dict[str, Fraction]:
    """The exact probability of each id to be in a weighted sample, by going through every order (few ids only)."""
    total = sum(weights.values())
    if count == 0 or total == 0:
        return dict.fromkeys(weights, Fraction(0))
    found = dict.fromkeys(weights, Fraction(0))
    for first, weight in weights.items():
        chance = Fraction(weight, total)
        rest = inclusion({name: other for name, other in weights.items() if name != first}, count - 1)
        found[first] += chance
        for name, further in rest.items():
            found[name] += chance * further
    return found


def _strata(key: bytes, terms: Terms, suite: str) -> dict[str, tuple[str, ...]]:
    samples = {}
    for name in sorted(terms.strata or {}):
        ids = (terms.strata or {})[name]
        stream = Stream(_sub(key, f"stratum:{name}", suite), suite)
        samples[name] = tuple(plain(stream, ids, ceil(terms.rates[name] * len(ids))))
    return samples


def _sample(stream: Stream, terms: Terms, count: int) -> list[str]:
    if terms.weights is not None:
        return weighted(stream, terms.weights, count)
    return plain(stream, terms.population, count)


def _team(key: bytes, units: Sequence[str], terms: Terms, side: str, suite: str) -> dict[str, str] | None:
    """Who of a side goes where: unit by unit, of those with whom the rest can still be staffed."""
    inspectors, barred = sorted(terms.inspectors[side]), set(terms.conflicts.get(side, ()))
    staffing = _Staffing(inspectors, barred, dict.fromkeys(inspectors, terms.cap), {who: {} for who in inspectors})
    if not all(staffing.place(unit) for unit in units):
        return None
    stream, team = Stream(_sub(key, f"team:{side}", suite), suite), {}
    for unit in units:
        ways = staffing.without(unit)
        able = [who for who in inspectors if who in ways and (who, unit) not in barred]
        team[unit] = able[stream.below(len(able))]
        staffing.give(unit, team[unit], ways)
        staffing.settle(unit, team[unit])
    return team


Ways = Mapping[str, tuple[str, str] | None]  # who can take one more: has room, or hands a unit on to somebody who can


@dataclass(slots=True)
class _Staffing:
    """Inspectors of one side, whom they may not inspect, and one staffing of the units that still wait."""

    inspectors: list[str]
    barred: set[tuple[str, str]]
    room: dict[str, int]
    held: dict[str, dict[str, None]]
    holder: dict[str, str] = field(default_factory=dict)

    def takers(self) -> Ways:
        """Everybody who can take one more unit while all that wait stay staffed, and how: breadth first, from room."""
        ways: dict[str, tuple[str, str] | None] = {
            who: None for who in self.inspectors if len(self.held[who]) < self.room[who]
        }
        rest = [who for who in self.inspectors if who not in ways]
        ahead = list(ways)
        for able in ahead:
            left = []
            for who in rest:
                unit = next((each for each in self.held[who] if (able, each) not in self.barred), None)
                if unit is None:
                    left.append(who)
                else:
                    ways[who] = (unit, able)
                    ahead.append(who)
            rest = left
        return ways

    def place(self, unit: str) -> bool:
        """Find an inspector for a unit, moving others where need be; where there is none nothing changes."""
        ways = self.takers()
        who = next((each for each in ways if (each, unit) not in self.barred), None)
        if who is None:
            return False
        self.give(unit, who, ways)
        return True

    def without(self, unit: str) -> Ways:
        """Take a waiting unit from whoever holds it; gives who could take it."""
        del self.held[self.holder[unit]][unit]
        return self.takers()

    def give(self, unit: str, who: str, ways: Ways) -> None:
        """Give a unit to somebody who can take it; each on the way hands one on."""
        while (way := ways[who]) is not None:
            moved, after = way
            del self.held[who][moved]
            self.held[who][unit] = None
            self.holder[unit] = who
            unit, who = moved, after
        self.held[who][unit] = None
        self.holder[unit] = who

    def settle(self, unit: str, who: str) -> None:
        """The unit is his for good."""
        del self.held[who][unit]
        self.room[who] -= 1


class _Sums:
    """Running sums of weights that can be taken out (a Fenwick tree): each step in the logarithm of their number."""

    def __init__(self, weights: Sequence[int]) -> None:
        self.total = sum(weights)
        self._tree = [0, *weights]
        for i in range(1, len(self._tree)):
            above = i + (i & -i)
            if above < len(self._tree):
                self._tree[above] += self._tree[i]

    def holder(self, number: int) -> int:
        """The first place whose running sum exceeds a number."""
        place, step = 0, 1 << len(self._tree).bit_length()
        while step:
            ahead = place + step
            if ahead < len(self._tree) and self._tree[ahead] <= number:
                place, number = ahead, number - self._tree[ahead]
            step >>= 1
        return place

    def take(self, place: int, weight: int) -> None:
        self.total -= weight
        i = place + 1
        while i < len(self._tree):
            self._tree[i] -= weight
            i += i & -i


def _key(digest: bytes, seeds: Mapping[str, bytes], suite: str) -> bytes:
    parts = b"".join(party.encode() + b"\0" + _whole(party, seed) for party, seed in sorted(seeds.items()))
    return _hash(suite, f"{NAME}/key\0".encode() + digest + parts)


def _sub(key: bytes, label: str, suite: str) -> bytes:
    return _hmac(suite, key, f"{NAME}/sub\0{label}".encode())


def _whole(party: str, seed: bytes) -> bytes:
    if len(seed) != SEED:
        raise Refusal("seed_length", party=party, met=len(seed), expected=SEED)
    return seed


def _hash(suite: str, data: bytes) -> bytes:
    return hashlib.new(_known(suite), data).digest()


def _hmac(suite: str, key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, _known(suite))


def _known(suite: str) -> str:
    if suite not in SUITES or suite not in hashlib.algorithms_available:
        raise Refusal("unknown_hash", met=suite, expected=", ".join(SUITES))
    return suite
