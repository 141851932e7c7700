"""Who is related to whom? Inbreeding and kinship from a pedigree, without writing out its whole matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from adjoin.core.refusal import Refusal

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
_HELD = 10_000_000  # numbers at once
_COMPILED = 3_000  # animals: from here on it pays to compile the loops


@dataclass(frozen=True, slots=True)
class Animal:
    """One animal and its parents; an unknown parent is an unrelated founder of its own."""

    id: str
    sire: str | None
    dam: str | None


@dataclass(frozen=True)
class Pedigree:
    """Animals with parents before their offspring, by number; -1 is an unknown parent."""

    ids: tuple[str, ...]
    sires: tuple[int, ...]
    dams: tuple[int, ...]

    @classmethod
    def of(cls, animals: Sequence[Animal]) -> "Pedigree":
        """Animals in any order, put parents first; a parent without record, an id twice or a loop is refused."""
        by_id = {each.id: each for each in animals}
        if len(by_id) < len(animals):
            twice = next(a.id for a in animals if by_id[a.id] is not a)
            raise Refusal("animal_twice", met=twice)
        order = _parents_first(by_id)
        number = {name: i for i, name in enumerate(order)} | {None: -1}
        return cls(
            tuple(order),
            tuple(number[by_id[name].sire] for name in order),
            tuple(number[by_id[name].dam] for name in order),
        )

    @cached_property
    def number(self) -> Mapping[str, int]:
        """Where each animal stands."""
        return {name: i for i, name in enumerate(self.ids)}

    @cached_property
    def inbreeding(self) -> Floats:
        """F of every animal: the kinship of its parents.

            F_i = sum_j T_ij^2 d_j - 1,   d_j = 1 - (1 + F_s)/4 - (1 + F_d)/4 over known parents

        T : the share of genes that i has from j. Source: Meuwissen and Luo 1992.
        """
        return self.compiled_inbreeding() if len(self.ids) >= _COMPILED else self.plain_inbreeding()

    def plain_inbreeding(self) -> Floats:
        """The same as it is read: for each pair of parents the shares of their ancestors, the youngest first."""
        f = np.zeros(len(self.ids))
        known: dict[tuple[int, int], float] = {}
        for i, (sire, dam) in enumerate(zip(self.sires, self.dams, strict=True)):
            if sire < 0 or dam < 0:
                continue
            pair = (min(sire, dam), max(sire, dam))
            if pair not in known:
                known[pair] = self._traced(pair, f) / 2
            f[i] = known[pair]
        return f

    def compiled_inbreeding(self) -> Floats:
        """The same by compiled loops; animals of the same two parents are asked for once."""
        from adjoin.land import _pedigree_loops

        sires, dams = self._parents
        pair = np.minimum(sires, dams).astype(np.int64) * len(sires) + np.maximum(sires, dams)
        _, first, family = np.unique(pair, return_index=True, return_inverse=True)
        found: Floats = _pedigree_loops.inbreeding(sires, dams, _pedigree_loops.levels(sires, dams), first[family])
        return found

    @cached_property
    def fresh(self) -> Floats:
        """The d of every animal: the part of its variance that is not from its parents."""
        f = self.inbreeding
        return np.array([_fresh(s, d, f) for s, d in zip(self.sires, self.dams, strict=True)])

    def kinship(self, weights: Floats) -> Floats:
        """The kinship of every animal with a mixture of animals, without the matrix of kinships.

            K w = T D T' w / 2

        weights : by number. Source: Colleau 2002.
        """
        flow = self.upward(weights) * self.fresh
        for i, (sire, dam) in enumerate(zip(self.sires, self.dams, strict=True)):
            flow[i] += (0.5 * flow[sire] if sire >= 0 else 0.0) + (0.5 * flow[dam] if dam >= 0 else 0.0)
        return flow / 2

    def matrix(self) -> NDArray[np.float32]:
        """The kinships of all animals with each other, in single precision (steps of 6e-8 of a value).

            k_ij = (k_sj + k_dj)/2 for j older than i;   k_ii = (1 + F_i)/2

        Exact as long as no animal is more than 23 generations of halving away from another. Source: the tabular method.
        """
        from adjoin.land import _pedigree_loops

        found = np.zeros((len(self.ids),) * 2, dtype=np.float32)
        _pedigree_loops.kinships(*self._parents, found)
        return found

    def upward(self, weights: Floats) -> Floats:
        """T' w: the weights of animals, halved to each parent, generation by generation."""
        flow = np.array(weights, dtype=float)
        for i in range(len(flow) - 1, -1, -1):
            if flow[i]:
                for parent in (self.sires[i], self.dams[i]):
                    if parent >= 0:
                        flow[parent] += 0.5 * flow[i]
        return flow

    def among(self, numbers: Sequence[int]) -> Floats:
        """The kinships among some animals, each with itself on the diagonal."""
        if len(self.ids) >= _COMPILED:
            return self._compiled_among(np.array(numbers, dtype=np.int64))
        return np.array([self.kinship(self.unit(i))[list(numbers)] for i in numbers])

    def _compiled_among(self, numbers: NDArray[np.int64]) -> Floats:
        """The same by compiled loops, as many animals at once as memory holds."""
        from adjoin.land import _pedigree_loops

        found, block = np.empty((len(numbers), len(numbers))), max(1, _HELD // len(self.ids))
        for start in range(0, len(numbers), block):
            some = numbers[start : start + block]
            flow = np.zeros((len(self.ids), len(some)))
            flow[some, np.arange(len(some))] = 1.0
            _pedigree_loops.mixtures(*self._parents, self.fresh, flow)
            found[start : start + block] = flow[numbers].T / 2
        return found

    def unit(self, number: int) -> Floats:
        """One animal as a mixture."""
        weights = np.zeros(len(self.ids))
        weights[number] = 1.0
        return weights

    @cached_property
    def _parents(self) -> tuple[Ints, Ints]:
        return np.array(self.sires, dtype=np.int32), np.array(self.dams, dtype=np.int32)

    def _traced(self, pair: tuple[int, int], f: Floats) -> float:
        """a_sd = sum_j T_sj T_dj d_j, over the common ancestors of two animals."""
        one, other = (self._ancestry(each) for each in pair)
        if len(other) < len(one):
            one, other = other, one
        return sum(share * other[j] * _fresh(self.sires[j], self.dams[j], f) for j, share in one.items() if j in other)

    def _ancestry(self, animal: int) -> dict[int, float]:
        """The share of genes from each ancestor, itself included."""
        from heapq import heappop, heappush

        shares, waiting = {animal: 1.0}, [-animal]
        while waiting:
            i = -heappop(waiting)
            for parent in (self.sires[i], self.dams[i]):
                if parent >= 0:
                    if parent not in shares:
                        shares[parent] = 0.0
                        heappush(waiting, -parent)
                    shares[parent] += 0.5 * shares[i]
        return shares


def _fresh(sire: int, dam: int, f: Floats) -> float:
    return 1.0 - sum((1.0 + float(f[parent])) / 4 for parent in (sire, dam) if parent >= 0)


def _parents_first(by_id: Mapping[str, Animal]) -> list[str]:
    """Every animal after its parents."""
    waiting: dict[str, int] = {}
    offspring: dict[str, list[str]] = {name: [] for name in by_id}
    for animal in by_id.values():
        parents = [each for each in (animal.sire, animal.dam) if each is not None]
        for parent in parents:
            if parent not in by_id:
                raise Refusal("no_such_animal", met=parent, animal=animal.id)
            offspring[parent].append(animal.id)
        waiting[animal.id] = len(parents)
    order = [name for name, parents in waiting.items() if not parents]
    for name in order:
        for each in offspring[name]:
            waiting[each] -= 1
            if not waiting[each]:
                order.append(each)
    if len(order) < len(by_id):
        raise Refusal("pedigree_loop", met=next(name for name, parents in waiting.items() if parents))
    return order
