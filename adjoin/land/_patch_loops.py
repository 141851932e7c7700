# ruff: noqa: ANN001, ANN202, PLR0917  # compiled loops: numba finds the types
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""The loops of patch connectivity compiled: which links are needed, and what is lost without each patch.

`patches` says the same in plain Python. Compiled code is kept where NUMBA_CACHE_DIR says, and nowhere when it says
nothing.
"""

from typing import Any

import numba as nb
import numpy as np
from numba.core import config

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "cache": bool(getattr(config, "CACHE_DIR", ""))}


@nb.njit(**_OPTIONS)
def needed(distance):
    """The links that some shortest path may use, whichever one patch is taken away: a table of true and false.

    A link is not needed where two other patches each offer a way round that is no longer, of two shorter links.
    """
    count = len(distance)
    found = np.zeros((count, count), np.bool_)
    for i in range(count):
        row = distance[i]
        near = np.argsort(row)
        for j in range(i + 1, count):
            far = row[j]
            if not np.isfinite(far):
                continue
            ways = 0
            other = distance[j]
            for w in near:
                if row[w] >= far or ways == 2:
                    break
                if w not in (i, j) and other[w] < far and row[w] + other[w] <= far:
                    ways += 1
            found[i, j] = found[j, i] = ways < 2
    return found


@nb.njit(**_OPTIONS)
def _worth(length, decay):
    return np.exp(-decay * length) if decay > 0 else 1 / (1 + length)


@nb.njit(**_OPTIONS)
def _push(heap, at, key, node):
    """A node into a heap by its length; `at` is where each node stands, -1 where it does not."""
    place = at[node]
    if place < 0:
        place = heap[0] + 1
        heap[0] = place
    while place > 1 and key[heap[place // 2]] > key[node]:
        heap[place] = heap[place // 2]
        at[heap[place]] = place
        place //= 2
    heap[place] = node
    at[node] = place


@nb.njit(**_OPTIONS)
def _pop(heap, at, key):
    """The node of the least length, out of the heap."""
    top, last = heap[1], heap[heap[0]]
    heap[0] -= 1
    size, place = heap[0], 1
    while 2 * place <= size:
        below = 2 * place
        if below < size and key[heap[below + 1]] < key[heap[below]]:
            below += 1
        if key[heap[below]] >= key[last]:
            break
        heap[place] = heap[below]
        at[heap[place]] = place
        place = below
    heap[place] = last
    at[last] = place
    at[top] = -1
    return top


@nb.njit(**_OPTIONS)
def _settle(links, heap, at, length, into, inside):
    """Shortest lengths from what the heap holds; `inside` marks where a path may go. How many were settled.

    into : (whence each was reached, by which length, the order in which they were settled)
    """
    parent, step, order = into
    start, end, cost = links
    settled = 0
    while heap[0]:
        i = _pop(heap, at, length)
        inside[i] = False
        order[settled] = i
        settled += 1
        for e in range(start[i], start[i + 1]):
            j = end[e]
            if inside[j] and length[i] + cost[e] < length[j]:
                length[j] = length[i] + cost[e]
                parent[j] = i
                step[j] = cost[e]
                _push(heap, at, length, j)
    return settled


@nb.njit(**_OPTIONS)
def _walked(order, parent, size, into):
    """A tree as a walk, parents first: what hangs on a patch, itself included, is one slice of it.

    into : (the place of each in the walk, -1 outside of the tree; the walk; the next free place below each)
    """
    place, walk, following = into
    place[:] = -1
    for i in order:
        size[i] = 1
    for n in range(len(order) - 1, 0, -1):
        size[parent[order[n]]] += size[order[n]]
    for n, i in enumerate(order):
        place[i] = following[parent[i]] if n else 0
        if n:
            following[parent[i]] += size[i]
        following[i] = place[i] + 1
        walk[place[i]] = i


@nb.njit(**_OPTIONS)
def _entries(links, length, place, hung, into):
    """The shortest ways to what hangs on a patch that come in from outside by one link."""
    start, end, cost = links
    around, inside = into
    low, high = place[hung[0]] - 1, place[hung[0]] + len(hung)
    for j in hung:
        inside[j] = True
        best = np.inf
        for e in range(start[j], start[j + 1]):
            there = place[end[e]]
            if there >= 0 and (there < low or there >= high):
                best = min(best, length[end[e]] + cost[e])
        around[j] = best


@nb.njit(**_OPTIONS)
def _along_tree(links, hung, tree, around, inside, heap, at):
    """These ways on along the tree, up and then down; where another link is still shorter it goes into the heap."""
    start, end, cost = links
    parent, step, top = tree
    for m in range(len(hung) - 1, -1, -1):
        j = hung[m]
        if parent[j] != top:
            around[parent[j]] = min(around[parent[j]], around[j] + step[j])
    for j in hung:
        if parent[j] != top:
            around[j] = min(around[j], around[parent[j]] + step[j])
    for j in hung:
        best = around[j]
        for e in range(start[j], start[j + 1]):
            if inside[end[e]]:
                best = min(best, around[end[e]] + cost[e])
        if best < around[j]:
            around[j] = best
            _push(heap, at, around, j)


@nb.njit(**_OPTIONS)
def flows(areas, links, decay):
    """For every patch i: sum_j a_j worth(s_ij), and what all other pairs lose without i.

        worth = exp(-decay s), or 1/(1 + s) where decay is 0

    links : (start, end, length) in rows of patches

    From each source the tree of shortest paths; below each patch k of the tree, and only there, paths are sought again
    that begin outside of what hangs on k.
    """
    count = len(areas)
    reach, lost = np.zeros(count), np.zeros(count)
    length, around, here = np.empty(count), np.empty(count), np.empty(count)
    parent = np.empty(count, np.int32)
    order, walk = np.empty(count, np.int32), np.empty(count, np.int32)
    size, place = np.empty(count, np.int32), np.empty(count, np.int32)
    heap, at = np.zeros(count + 2, np.int32), np.full(count, -1, np.int32)
    trail, step, aside = np.empty(count, np.int32), np.empty(count), np.empty(count)
    inside = np.empty(count, np.bool_)
    for source in range(count):
        length[:] = np.inf
        parent[:] = -1
        inside[:] = True
        length[source] = 0.0
        _push(heap, at, length, source)
        settled = _settle(links, heap, at, length, (parent, step, order), inside)
        for n in range(settled):
            here[order[n]] = areas[order[n]] * _worth(length[order[n]], decay)
            reach[source] += here[order[n]]
        _walked(order[:settled], parent, size, (place, walk, trail))
        inside[:] = False
        for n in range(1, settled):
            k = order[n]
            if size[k] == 1:
                continue
            hung = walk[place[k] + 1 : place[k] + size[k]]
            _entries(links, length, place, hung, (around, inside))
            _along_tree(links, hung, (parent, step, k), around, inside, heap, at)
            _settle(links, heap, at, around, (trail, aside, trail), inside)
            for j in hung:
                inside[j] = False
                lost[k] += areas[source] * (here[j] - areas[j] * _worth(around[j], decay))
    return reach, lost
