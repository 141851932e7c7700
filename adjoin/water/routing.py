"""Series down a network: flow (Muskingum) and transport (delay and pole), forward and transposed.

A network of filters is linear in what enters. `route` is that map from rest, `asked` its exact transpose: one run of
`asked` says for a section at a time what every reach at every earlier time gives to it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from adjoin.water.basin import Basin, engine
from adjoin.water.filters import Filters

Floats = NDArray[Any]  # float32 or float64, as given
Run = Callable[[Callable[[slice], None], Iterable[slice]], Iterable[None]]  # `map`, or that of an executor


@dataclass(frozen=True)
class Held:
    """What is on its way in every reach: a run over a long time can be cut into runs over short ones."""

    past: Floats  # inputs before now, lag + 8 of each reach, one after the other
    start: NDArray[np.int64]
    last: Floats  # the 8 outputs before now

    @classmethod
    def rest(cls, filters: Filters, dtype: type) -> Self:
        """Nothing is on its way."""
        start = np.concatenate([[0], np.cumsum(filters.lag + 8)])
        return cls(np.zeros(int(start[-1]), dtype), start, np.zeros((len(filters.lag), 8), dtype))

    @classmethod
    def steady(cls, basin: Basin, filters: Filters, lateral: Floats) -> Self:
        """What a constant lateral inflow has brought about."""
        held = cls.rest(filters, lateral.dtype.type)
        leaves = gathered(basin, lateral.astype(float), filters.gain)
        held.last[:] = leaves[:, None]
        held.past[:] = np.repeat(_entering(basin, lateral.astype(float), leaves), filters.lag + 8)
        return held


@dataclass(frozen=True, slots=True)
class Balance:
    """Where everything went that entered a network."""

    entered: float
    left: float  # at outlets
    held: float  # on its way, as it will arrive
    lost: float  # decayed
    lowest: float  # the lowest value anywhere; a negative flow is reported, never cut off
    error: float  # relative to what entered

    def __str__(self) -> str:
        return (
            f"entered {self.entered:.9g} = left {self.left:.9g} + held {self.held:.9g} + lost {self.lost:.9g}, "
            f"error {self.error:.1e}, lowest {self.lowest:.3g}"
        )


def gathered(basin: Basin, lateral: Floats, gain: Floats | None = None) -> Floats:
    """What leaves every reach of what enters anywhere above: y_i = gain_i (x_i + sum over j above of part_j y_j)."""
    result = np.array(lateral, dtype=float)
    engine(len(basin)).gather(result, np.ones(len(basin)) if gain is None else gain, *basin.net)
    return result


def spread(basin: Basin, asked_of: Floats, gain: Floats | None = None) -> Floats:
    """The transpose of `gathered`: what one unit that enters each reach gives to what is asked for below."""
    result = np.array(asked_of, dtype=float)
    engine(len(basin)).spread(result, np.ones(len(basin)) if gain is None else gain, *basin.net)
    return result


def route(
    basin: Basin,
    filters: Filters,
    lateral: Floats,
    *,
    held: Held | None = None,
    run: Run = map,
    piece: int = 0,
    in_place: bool = False,
) -> Floats:
    """What leaves every reach at every step of what enters anywhere above.

    lateral : (reach, step), by ordinal, float64 or float32; overwritten by the result if `in_place`
    held : what was on its way before, brought up to date; without it a start from rest
    run, piece : upstream basins of at most `piece` reaches are handed to `run`, `map` or that of an executor

    The result is the same bit for bit whoever runs the pieces, and in float64 however time is cut.
    """
    x = lateral if in_place else lateral.copy()
    one = _runner(basin, filters, x, held)
    pieces = basin.pieces(piece) if piece else []
    for _ in run(lambda part: one(part.start, part.stop, push=False), pieces):
        pass
    done = 0
    loops = engine(x.size)
    for part in pieces:
        one(done, part.start, push=True)
        loops.push(x, part.stop - 1, *basin.net)
        done = part.stop
    one(done, len(basin), push=True)
    return x


def asked(basin: Basin, filters: Filters, weights: Floats, *, at: int | None = None, in_place: bool = False) -> Floats:
    """What one unit that enters a reach at a step gives to a weighted sum of outflows: `route` from rest, transposed.

    weights : (reach, step), of the outflow of each reach at each step in the sum
    at : a reach below which nothing is asked; then only the slice above it is run

    sum(weights * route(x)) = sum(asked(weights) * x).
    """
    z = weights if in_place else weights.copy()
    part = slice(0, len(basin)) if at is None else basin.above(at)
    c = np.ascontiguousarray(filters.c.astype(z.dtype))
    engine(z.size).adjoint_rows(z, filters.lag, c, basin.net, part.start, part.stop)
    return z


def balance(basin: Basin, filters: Filters, lateral: Floats, outflow: Floats) -> Balance:
    """Where everything went that entered from rest; what is on its way is found from the filters, not as a rest.

    entered = left + held + lost,   held_i = (c0 sum of the last n inputs + c1 sum of the last n+1 + c2 y) / (1-c2)
    """
    y = outflow.astype(float)
    x = _entering(basin, lateral.astype(float), y)
    held = np.array([_held(x[i], y[i, -1], int(filters.lag[i]), filters.c[:, i]) for i in range(len(basin))])
    entered, passed = x.sum(axis=1), y.sum(axis=1)
    lost = (1 - filters.gain) * entered
    error = np.abs(entered - passed - held - lost)
    return Balance(
        entered=float(lateral.sum(dtype=float)),
        left=float(passed[basin.down < 0].sum()),
        held=float(held.sum()),
        lost=float(lost.sum()),
        lowest=float(y.min()),
        error=float(error.max() / max(np.abs(entered).max(), np.finfo(float).tiny)),
    )


def _runner(basin: Basin, filters: Filters, x: Floats, held: Held | None) -> Callable[..., None]:
    """How to run rows: first, one past the last, whether the last of them gives to what is below."""
    loops, c = engine(x.size), np.ascontiguousarray(filters.c.astype(x.dtype))
    plain = held is None and not filters.lag.any() and x.dtype == np.float32 and x.flags.c_contiguous
    if plain and hasattr(loops, "flow_rows"):
        return lambda first, end, *, push: loops.flow_rows(x, first, end, c[0], c[1], c[2], *basin.net, push)
    keep, held = held is not None, held or Held(np.zeros(1, x.dtype), np.zeros(1, np.int64), np.zeros((1, 8), x.dtype))
    return lambda first, end, *, push: loops.filter_rows(
        x, (first, end), filters.lag, c, basin.net, held.past, held.start, held.last, keep, push
    )


def _entering(basin: Basin, lateral: Floats, outflow: Floats) -> Floats:
    """What enters every reach, from its sides and from above."""
    x, has, one = lateral.copy(), basin.down >= 0, np.repeat(np.arange(len(basin)), np.diff(basin.branch_start))
    np.add.at(x, basin.down[has], (basin.part * outflow.T).T[has])
    np.add.at(x, basin.branch_to, (basin.branch_part * outflow[one].T).T)
    return x


def _held(x: Floats, y: float, lag: int, c: Floats) -> float:
    late = x[max(len(x) - lag, 0) :].sum() if lag else 0.0
    later = x[max(len(x) - lag - 1, 0) :].sum()
    return float((c[0] * late + c[1] * later + c[2] * y) / (1 - c[2]))
