# ruff: noqa: PLR0917, C901, PLR0912  # loops that are also compiled: one piece, and arguments by place
"""The loops of the river engine, written to be read. Short questions run them as they stand; for long ones
`_kernels` compiles them, and replaces the two that filter rows by faster forms of the same recursion.

Reaches are in the order of a Basin: everything above a reach stands before it.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Column = Sequence[Hashable] | NDArray[Any]  # of a table


def post_order(down: Ints) -> tuple[Ints, Ints]:
    """The place of each row in post-order, heaviest upstream first, and how many reaches it drains; 0 for a ring.

    down : row below, -1 at an outlet
    """
    count = len(down)
    above, size = np.zeros(count, np.int32), np.ones(count, np.int32)
    for row in range(count):
        if down[row] >= 0:
            above[down[row]] += 1
    peeled, found = np.empty(count, np.int32), 0
    for row in range(count):
        if above[row] == 0:
            peeled[found] = row
            found += 1
    heavy, heavy_size = np.full(count, -1, np.int32), np.zeros(count, np.int32)
    seen = 0
    while seen < found:
        row = peeled[seen]
        seen += 1
        below = down[row]
        if below < 0:
            continue
        size[below] += size[row]
        if size[row] > heavy_size[below]:
            heavy[below], heavy_size[below] = row, size[row]
        above[below] -= 1
        if above[below] == 0:
            peeled[found] = below
            found += 1
    place, cursor, end = np.full(count, -1, np.int32), np.empty(count, np.int32), np.int64(count) - 1
    for at in range(found - 1, -1, -1):
        row = peeled[at]
        below = down[row]
        if below < 0:
            place[row] = end
            end -= size[row]
        elif heavy[below] == row:  # the lowest places: then little lies between any reach and the one below it
            place[row] = place[below] - size[below] + size[row]
        else:
            place[row] = cursor[below]
            cursor[below] -= size[row]
        cursor[row] = place[row] - 1
    for row in range(count):
        if place[row] < 0:
            size[row] = 0
    return place, size


def gather(x: Floats, gain: Floats, down: Ints, part: Floats, start: Ints, to: Ints, to_part: Floats) -> None:
    """Downstream, in place: y_i = gain_i (x_i + sum of what comes from above)."""
    for i in range(len(x)):
        x[i] *= gain[i]
        if down[i] >= 0:
            x[down[i]] += part[i] * x[i]
        for b in range(start[i], start[i + 1]):
            x[to[b]] += to_part[b] * x[i]


def spread(x: Floats, gain: Floats, down: Ints, part: Floats, start: Ints, to: Ints, to_part: Floats) -> None:
    """Upstream, in place, the transpose of `gather`: z_i = gain_i (x_i + what is asked of i from below)."""
    for i in range(len(x) - 1, -1, -1):
        if down[i] >= 0:
            x[i] += part[i] * x[down[i]]
        for b in range(start[i], start[i + 1]):
            x[i] += to_part[b] * x[to[b]]
        x[i] *= gain[i]


def border_sums(first: int, border: int, down: Ints, gain: Floats, load: Floats, group: Ints, groups: int) -> Floats:
    """What the foot loads of a tree deliver to a border, summed by group."""
    at_head, sums = np.empty(border - first + 1), np.zeros(groups)
    at_head[border - first] = gain[border]
    sums[group[border]] += load[border]
    for i in range(border - 1, first - 1, -1):
        value = at_head[down[i] - first]
        at_head[i - first] = gain[i] * value
        sums[group[i]] += value * load[i]
    return sums


def filter_rows(
    x: Floats, rows: tuple[int, int], lag: Ints, c: Floats, net: tuple[Ints, Floats, Ints, Ints, Floats],
    past: Floats, past_start: Ints, last: Floats, keep: bool, push_end: bool,
) -> None:  # fmt: skip
    """Downstream, in place: y_t = c2 y_(t-1) + c0 x_(t-lag) + c1 x_(t-lag-1), x with what comes from above.

    rows : first and one past the last; push_end : whether the last of them gives to the one below
    past : the inputs before the first, lag + 8 a reach; last : the 8 outputs before; both kept up to date if `keep`
    """
    down, part, start, to, to_part = net
    steps = x.shape[1]
    for i in range(rows[0], rows[1]):
        d, back = lag[i], lag[i] + 8
        row = np.zeros(back + steps, x.dtype)
        row[back:] = x[i]
        y = x.dtype.type(0)
        if keep:
            row[:back] = past[past_start[i] : past_start[i + 1]]
            past[past_start[i] : past_start[i + 1]] = row[steps:]
            y = last[i, 7]
        for t in range(steps):
            y = c[2, i] * y + (c[0, i] * row[back + t - d] + c[1, i] * row[back + t - d - 1])
            x[i, t] = y
        if keep:
            last[i] = np.concatenate((last[i], x[i]))[-8:]
        if i + 1 < rows[1] or push_end:
            push(x, i, down, part, start, to, to_part)


def push(x: Floats, i: int, down: Ints, part: Floats, start: Ints, to: Ints, to_part: Floats) -> None:
    """Give a row to what lies below it."""
    if down[i] >= 0:
        x[down[i]] += x.dtype.type(part[i]) * x[i]
    for b in range(start[i], start[i + 1]):
        x[to[b]] += x.dtype.type(to_part[b]) * x[i]


def adjoint_rows(
    x: Floats, lag: Ints, c: Floats, net: tuple[Ints, Floats, Ints, Ints, Floats], first: int, end: int
) -> None:
    """Upstream, in place, `filter_rows` from rest transposed: z_t = c2 z_(t+1) + c0 w_(t+lag) + c1 w_(t+lag+1)."""
    down, part, start, to, to_part = net
    steps = x.shape[1]
    for i in range(end - 1, first - 1, -1):
        if 0 <= down[i] < end:
            x[i] += x.dtype.type(part[i]) * x[down[i]]
        for b in range(start[i], start[i + 1]):
            if to[b] < end:
                x[i] += x.dtype.type(to_part[b]) * x[to[b]]
        row = np.zeros(steps + lag[i] + 1, x.dtype)
        row[:steps] = x[i]
        z = x.dtype.type(0)
        for t in range(steps - 1, -1, -1):
            z = c[2, i] * z + (c[0, i] * row[t + lag[i]] + c[1, i] * row[t + lag[i] + 1])
            x[i, t] = z


def match(mean: Floats, variance: Floats, down: Ints, weight: Floats, alone: Ints) -> tuple[Ints, Floats, Floats]:
    """Whole delay n, split f and pole m of each reach, in steps: see `filters.delay_and_pole`.

    weight : part of the variance left over that the reach below takes; alone : 1 where nothing else feeds it
    """
    count = len(mean)
    delay, split, pole = np.zeros(count, np.int32), np.zeros(count), np.zeros(count)
    owed_mean, owed_variance = np.zeros(count), np.zeros(count)
    for i in range(count):
        mu, v = mean[i] + owed_mean[i], variance[i] + owed_variance[i]
        width = (np.sqrt(1 + 4 * max(v, 0.0)) - 1) / 2
        n = max(np.floor(mu - width), 0.0)
        rest = mu - n
        if rest > 0 and rest * (1 - rest) <= v <= rest * (1 + rest):
            m = (v - rest + rest * rest) / (2 * rest)
            f = rest - m
        elif v > rest * (1 + rest):  # more spread than one pole can give
            m, f = rest, 0.0
        else:  # less spread than a fraction of a step costs
            n = np.floor(mu)
            m, f = 0.0, 0.0 if alone[i] else mu - n
        delay[i], split[i], pole[i] = n, f, m
        if down[i] >= 0:
            owed_mean[down[i]] += mu - n - f - m
            owed_variance[down[i]] += weight[i] * (v - m * (1 + m) - f * (1 - f))
    return delay, split, pole


LOOPS: tuple[Callable[..., object], ...] = (post_order, gather, spread, border_sums, match)
