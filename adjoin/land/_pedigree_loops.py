# ruff: noqa: ANN001, ANN202, C901  # compiled loops: numba finds the types
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""The loops of a pedigree compiled: every inbreeding, and the whole matrix of kinships.

Animals are numbered parents first; -1 is an unknown parent. `pedigree` says the same in plain Python.
Compiled code is kept where NUMBA_CACHE_DIR says, and nowhere when it says nothing.
"""

from typing import Any

import numba as nb
import numpy as np
from numba.core import config

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "cache": bool(getattr(config, "CACHE_DIR", ""))}
_TILE = 64


@nb.njit(**_OPTIONS)
def levels(sires, dams):
    """How many generations, at most, lie above each animal."""
    level = np.zeros(len(sires), np.int32)
    for i in range(len(sires)):
        for parent in (sires[i], dams[i]):
            if parent >= 0:
                level[i] = max(level[i], level[parent] + 1)
    return level


@nb.njit(**_OPTIONS)
def inbreeding(sires, dams, level, twin):
    """F of every animal: half the sum over common ancestors of T_sj T_dj d_j.

    twin : the first animal with the same two parents (itself where it is the first)

    The ancestors of a pair are met generation by generation from the youngest: an ancestor has all its shares
    before it passes them on, and its generation is a list that needs no sorting.
    """
    count = len(sires)
    f, fresh = np.zeros(count), np.ones(count)
    shares = np.zeros((count, 2))  # genes of sire and of dam that are from this ancestor
    after = np.full(count, -2, np.int32)  # the next of its generation, -1 at the end, -2 where it is in no list
    first = np.full(level.max() + 1, -1, np.int32)
    for i in range(count):
        sire, dam = sires[i], dams[i]
        fresh[i] = 1.0
        if sire >= 0:
            fresh[i] -= (1.0 + f[sire]) / 4
        if dam >= 0:
            fresh[i] -= (1.0 + f[dam]) / 4
        if sire < 0 or dam < 0:
            continue
        if twin[i] != i:
            f[i] = f[twin[i]]
            continue
        for side in range(2):
            parent = dam if side else sire
            shares[parent, side] = 1.0
            if after[parent] == -2:
                after[parent], first[level[parent]] = first[level[parent]], parent
        total = 0.0
        for generation in range(max(level[sire], level[dam]), -1, -1):
            each = first[generation]
            first[generation] = -1
            while each >= 0:
                one, other = shares[each, 0], shares[each, 1]
                total += one * other * fresh[each]
                for side in range(2):
                    parent = dams[each] if side else sires[each]
                    if parent >= 0:
                        if after[parent] == -2:
                            after[parent], first[level[parent]] = first[level[parent]], parent
                        shares[parent, 0] += 0.5 * one
                        shares[parent, 1] += 0.5 * other
                shares[each, 0] = 0.0
                shares[each, 1] = 0.0
                following = after[each]
                after[each] = -2
                each = following
        f[i] = total / 2
    return f


@nb.njit(**_OPTIONS)
def mixtures(sires, dams, fresh, flow):
    """T D T' of mixtures of animals, a column each, in their place: up to the founders, then down again."""
    for i in range(len(sires) - 1, -1, -1):
        for parent in (sires[i], dams[i]):
            if parent >= 0:
                for k in range(flow.shape[1]):
                    flow[parent, k] += 0.5 * flow[i, k]
    for i in range(len(sires)):
        for k in range(flow.shape[1]):
            flow[i, k] *= fresh[i]
        for parent in (sires[i], dams[i]):
            if parent >= 0:
                for k in range(flow.shape[1]):
                    flow[i, k] += 0.5 * flow[parent, k]


@nb.njit(**_OPTIONS)
def kinships(sires, dams, k):
    """The whole matrix of kinships into `k`, which holds zeros, tile by tile.

        k_ij = (k_sj + k_dj)/2 for j older than i;   k_ii = (1 + k_sd)/2

    A tile of rows is finished left of itself, then turned into the columns above it, so that memory is walked along.
    """
    count = len(sires)
    for start in range(0, count, _TILE):
        stop = min(start + _TILE, count)
        for i in range(start, stop):
            sire, dam = sires[i], dams[i]
            for parent in (sire, dam):
                if parent >= 0:
                    row, source = k[i], k[parent]
                    for j in range(start):
                        row[j] += np.float32(0.5) * source[j]
                    for j in range(start, i):
                        row[j] += np.float32(0.5) * (source[j] if parent >= start else k[j, parent])
            for j in range(start, i):
                k[j, i] = k[i, j]
            same = k[max(sire, dam), min(sire, dam)] if sire >= 0 and dam >= 0 else 0.0
            k[i, i] = (1 + same) / 2
        for tile in range(0, start, _TILE):
            for j in range(tile, min(tile + _TILE, start)):
                for i in range(start, stop):
                    k[j, i] = k[i, j]
