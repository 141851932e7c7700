"""What is left of the founders? Their shares of the living, and of their alleles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adjoin.land.pedigree import Floats, Pedigree

_MOST_STATES = 20_000  # of the alleles of animals that still have offspring to come; beyond, genes are dropped
_DROPS = 200_000
_BATCH = 2_000
_WORK = 200_000_000  # animals times drops


@dataclass(frozen=True, slots=True)
class Founder:
    """A founder: an animal with two unknown parents, or the unknown parent of an animal with one."""

    name: str
    at: int  # the animal itself, or the one it is the unknown parent of
    own: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """The share of each founder's alleles that survives, and how it was found (0 drops: exactly)."""

    by_founder: Mapping[str, float]
    drops: int


def founders(pedigree: Pedigree) -> tuple[Founder, ...]:
    """The founders of a pedigree, unknown single parents as id/sire or id/dam."""
    found = []
    for i, (sire, dam) in enumerate(zip(pedigree.sires, pedigree.dams, strict=True)):
        if sire < 0 and dam < 0:
            found.append(Founder(pedigree.ids[i], i, own=True))
        elif sire < 0 or dam < 0:
            found.append(Founder(f"{pedigree.ids[i]}/{'sire' if sire < 0 else 'dam'}", i, own=False))
    return tuple(found)


def contributions(pedigree: Pedigree, living: Floats) -> dict[str, float]:
    """p: the expected share of genes of the living from each founder; they add up to 1.

    living : weight of every animal, together 1
    """
    flow = pedigree.upward(living)
    return {each.name: float(flow[each.at]) * (1.0 if each.own else 0.5) for each in founders(pedigree)}


def retention(pedigree: Pedigree, living: Sequence[int], seed: int = 1) -> Retention:
    """r: the probability that a given allele of a founder is present in at least one living animal.

    Exact where the alleles that can be carried at one time are few; else by a gene drop with a fixed seed.
    """
    alive = frozenset(living)
    last = _last_offspring(pedigree)
    exact: dict[str, float] = {}
    for each in founders(pedigree):
        share = _kept(pedigree, each, alive, last)
        if share is None:
            return _dropped(pedigree, living, seed)
        exact[each.name] = share
    return Retention(exact, 0)


def _last_offspring(pedigree: Pedigree) -> list[int]:
    last = list(range(len(pedigree.ids)))
    for i, parents in enumerate(zip(pedigree.sires, pedigree.dams, strict=True)):
        for parent in parents:
            if parent >= 0:
                last[parent] = i
    return last


def _kept(pedigree: Pedigree, founder: Founder, alive: frozenset[int], last: Sequence[int]) -> float | None:
    """The probability for one founder, walking down: states are who carries how many copies; None if too many."""
    states: dict[tuple[tuple[int, int], ...], float] = {}
    gone = 0.0  # probability that the allele is in a living animal already
    for i in range(founder.at, len(pedigree.ids)):
        if i == founder.at:
            states = {((i, 1),): 1.0} if founder.own else {((i, 1),): 0.5, (): 0.5}
            if founder.own is False:
                states = _born(states, pedigree, i, known_only=True)
        else:
            states = _born(states, pedigree, i)
        after: dict[tuple[tuple[int, int], ...], float] = {}
        for state, chance in states.items():
            if i in alive and state and state[-1][0] == i:
                gone += chance
                continue
            left = tuple(each for each in state if last[each[0]] > i)
            after[left] = after.get(left, 0.0) + chance
        states = after
        if len(states) > _MOST_STATES:
            return None
        if not states or list(states) == [()]:
            break
    return gone


def _born(
    states: dict[tuple[tuple[int, int], ...], float], pedigree: Pedigree, i: int, *, known_only: bool = False
) -> dict[tuple[tuple[int, int], ...], float]:
    """The states after animal i is born: each copy of a parent passes with one half."""
    if known_only:  # nobody else carries the allele yet
        return states
    found: dict[tuple[tuple[int, int], ...], float] = {}
    for state, chance in states.items():
        carried = dict(state)
        passes = [carried.get(parent, 0) / 2 for parent in (pedigree.sires[i], pedigree.dams[i])]
        for copies, part in _copies(passes[0], passes[1]):
            after = (*state, (i, copies)) if copies else state
            found[after] = found.get(after, 0.0) + chance * part
    return found


def _copies(one: float, other: float) -> list[tuple[int, float]]:
    chances = ((0, (1 - one) * (1 - other)), (1, one + other - 2 * one * other), (2, one * other))
    return [(copies, chance) for copies, chance in chances if chance > 0]


def _dropped(pedigree: Pedigree, living: Sequence[int], seed: int) -> Retention:
    """Genes dropped down the pedigree many times: two alleles a founder, one at random from each parent."""
    rng = np.random.default_rng(seed)
    drops = max(_BATCH, min(_DROPS, _WORK // len(pedigree.ids)) // _BATCH * _BATCH)
    names = {(each.at, each.own): k for k, each in enumerate(founders(pedigree))}
    found = np.zeros(2 * len(names))
    for _ in range(drops // _BATCH):
        found += _drop(pedigree, living, names, rng)
    shares = found.reshape(-1, 2).mean(axis=1) / drops
    return Retention({each.name: float(shares[k]) for k, each in enumerate(founders(pedigree))}, drops)


def _drop(
    pedigree: Pedigree, living: Sequence[int], names: Mapping[tuple[int, bool], int], rng: np.random.Generator
) -> Floats:
    n, runs = len(pedigree.ids), np.arange(_BATCH)
    alleles = np.zeros((n, 2, _BATCH), dtype=np.int32)
    for i, parents in enumerate(zip(pedigree.sires, pedigree.dams, strict=True)):
        for side, parent in enumerate(parents):
            pick = rng.integers(0, 2, _BATCH)
            if parent >= 0:
                alleles[i, side] = alleles[parent, pick, runs]
            elif (i, True) in names:
                alleles[i, side] = 2 * names[i, True] + side
            else:
                alleles[i, side] = 2 * names[i, False] + pick
    present = np.zeros((2 * len(names), _BATCH), dtype=bool)
    for i in living:
        present[alleles[i, 0], runs] = True
        present[alleles[i, 1], runs] = True
    return np.asarray(present.sum(axis=1), dtype=float)
