"""Which records of two registers may be one thing? The same list whichever side asks.

Two records of one kind are a pair where they carry the same credit code; where they carry the same name and stand no
further apart than names are trusted; or where they stand near each other and their names are alike. Nothing is merged:
a pair is shown until both sides that answer for it have said what it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from adjoin.core.site import Site
from adjoin.formats.kinds import Tolerances

CELL = 0.05  # degrees: records are looked for in the neighbouring cells only
KM_A_DEGREE = 111.0
_NOTHING = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one thing, and why."""

    one: str
    other: str
    kind: str
    why: tuple[str, ...]  # "code", "name", "near"
    km: float | None  # apart; None: one of them is not on the map


def pairs(sites: Sequence[Site], tolerances: Tolerances) -> tuple[Pair, ...]:
    """The pairs among records, by kind and id."""
    names = {
        site.id: frozenset(_bare(name, tolerances.dropped) for name in (site.name_zh, site.name_en)) for site in sites
    }
    by_id = {site.id: site for site in sites}
    found = (_pair(by_id[one], by_id[other], names, tolerances) for one, other in _candidates(sites, names, tolerances))
    return tuple(sorted(filter(None, found), key=lambda each: (each.kind, each.one, each.other)))


def alike(one: str, other: str) -> float:
    """How much of two names is the same: twice the common pairs of letters over all of them (Dice), 0 to 1."""
    first, second = _letters(one), _letters(other)
    return 2 * len(first & second) / ((len(first) + len(second)) or 1)


def _pair(one: Site, other: Site, names: Mapping[str, frozenset[str]], tolerances: Tolerances) -> Pair | None:
    km = one.place.km_to(other.place)
    said = sorted(names[one.id] & names[other.id] - {""})
    trusted = km is None or km <= tolerances.same_name_km
    near = km is not None and km <= _reach(one, other, tolerances)
    similar = near and max(alike(a, b) for a in names[one.id] for b in names[other.id]) >= tolerances.alike
    code = one.attributes.get("credit_code")
    why = {"code": bool(code) and code == other.attributes.get("credit_code")}
    why |= {"name": bool(said) and trusted, "near": similar}
    kept = tuple(reason for reason, holds in why.items() if holds)
    return Pair(one.id, other.id, one.kind, kept, None if km is None else round(km, 2)) if kept else None


def _reach(one: Site, other: Site, tolerances: Tolerances) -> float:
    """How near is near: the tolerance, and what both places say of their own error, up to a limit."""
    error = (one.place.error_km or 0) + (other.place.error_km or 0)
    return tolerances.near_km + min(error, tolerances.most_error_km)


def _candidates(
    sites: Sequence[Site], names: Mapping[str, frozenset[str]], tolerances: Tolerances
) -> set[tuple[str, str]]:
    """Pairs that share a code, a name, or a neighbourhood; each pair once, the smaller id first."""
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for site in sites:
        for key in _keys(site, names[site.id]):
            groups[site.kind, *key].append(site.id)
    named = {(min(pair), max(pair)) for ids in groups.values() for pair in combinations(sorted(set(ids)), 2)}
    return named | set(_neighbours(sites, tolerances))


def _keys(site: Site, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    if code := site.attributes.get("credit_code"):
        yield "code", code
    yield from (("name", name) for name in names if name)


def _neighbours(sites: Sequence[Site], tolerances: Tolerances) -> Iterator[tuple[str, str]]:
    """Pairs of one kind in the same cell of the map or the cells around it."""
    span = max(CELL, (tolerances.near_km + tolerances.most_error_km) / KM_A_DEGREE * 1.5)
    cells: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for site in sites:
        if site.place.lon is not None and site.place.lat is not None:
            cells[site.kind, int(site.place.lon // span), int(site.place.lat // span)].append(site.id)
    for (kind, x, y), ids in cells.items():
        around = [other for dx in (-1, 0, 1) for dy in (-1, 0, 1) for other in cells.get((kind, x + dx, y + dy), ())]
        yield from ((one, other) for one in ids for other in around if one < other)


def _bare(name: str, dropped: Sequence[str]) -> str:
    """A name without blanks, marks and the words that tell nothing apart."""
    bare = name.casefold()
    for word in sorted(dropped, key=len, reverse=True):
        bare = bare.replace(word, " ") if not word.isascii() else re.sub(rf"\b{word}\b", " ", bare)
    return _NOTHING.sub("", bare)


@lru_cache(maxsize=50_000)
def _letters(name: str) -> frozenset[str]:
    return frozenset(name[at : at + 2] for at in range(len(name) - 1)) or frozenset({name} - {""})
