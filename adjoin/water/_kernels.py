# ruff: noqa: ANN001, ANN202, PLR0917, C901  # compiled loops: numba finds the types; one piece is faster than many
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""The loops of `_plain` compiled, and its row filters in a form that keeps eight steps in flight.

A recursion y_t = c y_(t-1) + b_t waits for itself at every step. Put into itself seven times it becomes

    y_t = c^8 y_(t-8) + s_t,   s_t = sum_(k<8) c^k b_(t-k)
        = c^8 y_(t-8) + r_t + c^4 r_(t-4),   r_t = sum_(k<4) c^k b_(t-k)

so that eight steps run side by side. It needs what was eight steps before and nothing of where a block begins:
the result does not depend on how time is cut. No thread is started here: a caller may run rows of different
basins side by side, and the order of sums stays what it is.

Compiled code is kept where NUMBA_CACHE_DIR says, and nowhere when it says nothing.
"""

from typing import Any

import numba as nb
import numpy as np
from numba.core import config

from adjoin.water import _plain
from adjoin.water._lanes import LANES, sixteen

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "cache": bool(getattr(config, "CACHE_DIR", ""))}

post_order, gather, spread, border_sums, match = (nb.njit(**OPTIONS)(loop) for loop in _plain.LOOPS)


@nb.njit(**OPTIONS)
def _taps(source, back, lag, steps, c0, c1, c, b):
    """b[4 + t] = r_t for t from -4, out of the inputs and their past."""
    g1, g2 = c0 * c + c1, (c0 * c + c1) * c
    g3, g4 = g2 * c, c1 * c * c * c
    at = back - 4 - lag
    x0, x1, x2, x3, x4 = source[at:], source[at - 1 :], source[at - 2 :], source[at - 3 :], source[at - 4 :]
    for t in range(steps + 4):
        b[t] = (c0 * x0[t] + g1 * x1[t]) + (g2 * x2[t] + (g3 * x3[t] + g4 * x4[t]))


@nb.njit(**OPTIONS)
def _recursion(b, y, blocks, c):
    """y[8 + t] = c^8 y[t] + b[4 + t] + c^4 b[t], eight at a time, each in its own register."""
    p4 = c * c * (c * c)
    p8 = p4 * p4
    one = np.uint64(1)
    y0, y1, y2, y3, y4, y5, y6, y7 = y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7]
    for block in range(blocks):
        o = np.uint64(block) * np.uint64(8)
        o1, o2, o3 = o + one, o + np.uint64(2), o + np.uint64(3)
        o4, o5, o6, o7 = o + np.uint64(4), o + np.uint64(5), o + np.uint64(6), o + np.uint64(7)
        e = o + np.uint64(8)
        e1, e2, e3 = e + one, e + np.uint64(2), e + np.uint64(3)
        y0 = b[o4] + p4 * b[o] + p8 * y0
        y1 = b[o5] + p4 * b[o1] + p8 * y1
        y2 = b[o6] + p4 * b[o2] + p8 * y2
        y3 = b[o7] + p4 * b[o3] + p8 * y3
        y4 = b[e] + p4 * b[o4] + p8 * y4
        y5 = b[e1] + p4 * b[o5] + p8 * y5
        y6 = b[e2] + p4 * b[o6] + p8 * y6
        y7 = b[e3] + p4 * b[o7] + p8 * y7
        y[e], y[e1], y[e2], y[e3] = y0, y1, y2, y3
        f = e + np.uint64(4)
        y[f], y[f + one], y[f + np.uint64(2)], y[f + np.uint64(3)] = y4, y5, y6, y7


@nb.njit(**OPTIONS)
def push(x, i, down, part, start, to, to_part):
    """Give a row to what lies below it."""
    row = x[i]
    if down[i] >= 0:
        below, p = x[down[i]], x.dtype.type(part[i])
        for t in range(len(row)):
            below[t] += p * row[t]
    for b in range(start[i], start[i + 1]):
        below, p = x[to[b]], x.dtype.type(to_part[b])
        for t in range(len(row)):
            below[t] += p * row[t]


@nb.njit(**OPTIONS)
def filter_rows(x, rows, lag, c, net, past, past_start, last, keep, push_end):
    """As `_plain.filter_rows`."""
    down, part, start, to, to_part = net
    steps = x.shape[1]
    blocks = (steps + 7) // 8
    longest = lag[rows[0] : rows[1]].max() if rows[1] > rows[0] else 0
    source = np.zeros(longest + 8 + steps + 8, x.dtype)
    b, y = np.zeros(8 * blocks + 8, x.dtype), np.zeros(8 * blocks + 16, x.dtype)
    out = y[8 : 8 + steps]
    for i in range(rows[0], rows[1]):
        row, back = x[i], lag[i] + 8
        middle = source[back : back + steps]
        for t in range(steps):
            middle[t] = row[t]
        for k in range(back):
            source[k] = 0
        for k in range(8):
            y[k] = 0
        if keep:
            at = past_start[i]
            for k in range(back):
                source[k] = past[at + k]
            for k in range(back):
                past[at + k] = source[steps + k]
            for k in range(8):
                y[k] = last[i, k]
        _taps(source, back, lag[i], steps, c[0, i], c[1, i], c[2, i], b)
        _recursion(b, y, blocks, c[2, i])
        for t in range(steps):
            row[t] = out[t]
        if keep:
            for k in range(8):
                last[i, k] = y[steps + k]
        if i + 1 < rows[1] or push_end:
            push(x, i, down, part, start, to, to_part)


@nb.njit(**OPTIONS)
def adjoint_rows(x, lag, c, net, first, end):
    """As `_plain.adjoint_rows`: the same filter with time reversed."""
    down, part, start, to, to_part = net
    steps = x.shape[1]
    blocks = (steps + 7) // 8
    longest = lag[first:end].max() if end > first else 0
    source = np.zeros(longest + 8 + steps + 8, x.dtype)
    b, y = np.zeros(8 * blocks + 8, x.dtype), np.zeros(8 * blocks + 16, x.dtype)
    out = y[8 : 8 + steps]
    for i in range(end - 1, first - 1, -1):
        row, back = x[i], lag[i] + 8
        if 0 <= down[i] < end:
            below, p = x[down[i]], x.dtype.type(part[i])
            for t in range(steps):
                row[t] += p * below[t]
        for k in range(start[i], start[i + 1]):
            if to[k] < end:
                below, p = x[to[k]], x.dtype.type(to_part[k])
                for t in range(steps):
                    row[t] += p * below[t]
        middle = source[back : back + steps]
        for k in range(back):
            source[k] = 0
        for t in range(steps):
            middle[t] = row[steps - 1 - t]
        for k in range(8):
            y[k] = 0
        _taps(source, back, lag[i], steps, c[0, i], c[1, i], c[2, i], b)
        _recursion(b, y, blocks, c[2, i])
        for t in range(steps):
            row[t] = out[steps - 1 - t]


@nb.njit(**OPTIONS)
def flow_rows(x, first, end, c0s, c1s, c2s, down, part, start, to, to_part, push_end):
    """`filter_rows` without delay and from rest in float32, in one piece: sixteen steps at a time, no copies."""
    steps, zero = np.uint64(x.shape[1]), x.dtype.type(0)
    whole = steps - steps % np.uint64(LANES)
    for row in range(first, end):
        i = np.uint64(row)
        c = (c0s[i], c1s[i], c2s[i])
        gives = row + 1 < end or push_end
        alone = not (gives and down[i] >= 0)
        below, p = i if alone else np.uint64(down[i]), x.dtype.type(part[i])
        before = (zero, zero)
        for at in range(np.uint64(0), whole, np.uint64(LANES)):
            before = sixteen(x, i, below, at, not alone, c, p, before)
        for t in range(whole, steps):
            entered = x[i, t]
            y = c[2] * before[1] + (c[0] * entered + c[1] * before[0])
            before = (entered, y)
            x[i, t] = y
            if not alone:
                x[below, t] += p * y
        if gives:
            for b in range(start[i], start[i + np.uint64(1)]):
                other, p = np.uint64(to[b]), x.dtype.type(to_part[b])
                for t in range(steps):
                    x[other, t] += p * x[i, t]
