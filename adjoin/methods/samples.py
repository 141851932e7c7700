"""Numbers that stand for a distribution: evenly laid or drawn samples, weighted quantiles."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def even_samples(count: int, columns: int) -> Floats:
    """Points in the unit cube that fill it evenly, the same on every machine: (count, columns), each in (0, 1).

    Multiples of powers of 1/g, modulo 1, with g^(columns + 1) = g + 1; then each column is stretched so that every
    one of `count` equal slices holds one point (a Latin hypercube). Source: Roberts 2018, additive recurrence R_d.
    """
    g = 2.0
    for _ in range(64):
        g = (1 + g) ** (1 / (columns + 1))
    steps = g ** -np.arange(1.0, columns + 1)
    raw = (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1
    ranks = raw.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    result: Floats = (ranks + 0.5) / count
    return result


def latin_hypercube(count: int, dimensions: int, rng: np.random.Generator) -> Floats:
    """Points in the unit cube, drawn, one in each of `count` slices along every axis.

        u_ij = (p_j(i) + v_ij) / n,   p_j a permutation, v_ij uniform

    Gives (count, dimensions), within (0, 1). Source: McKay, Beckman and Conover 1979.
    """
    order = rng.permuted(np.tile(np.arange(count), (dimensions, 1)), axis=1).T
    inside = np.clip(rng.random((count, dimensions)), 1e-12, 1 - 1e-12)
    points: Floats = (order + inside) / count
    return points


def quantiles(values: Floats, at: tuple[float, ...], weights: Floats | None = None) -> tuple[float, ...]:
    """The values below which these parts of the weight lie; each weight lies around its own value.

    values : at least one; weights : not negative, not all 0; without them all count the same. What weighs nothing
    is as if it were not there.
    """
    if weights is None:
        return tuple(np.quantile(values, at, method="hazen").tolist())
    values, weights = values[weights > 0], weights[weights > 0]
    order = values.argsort()
    ordered, weight = values[order], weights[order]
    middle = np.cumsum(weight) - weight / 2
    return tuple(np.interp(np.asarray(at) * weight.sum(), middle, ordered).tolist())


def effective_size(weights: Floats) -> float:
    """How many equal samples these weighted ones are worth: (sum w)^2 / sum w^2. Source: Kish 1965."""
    share = weights / weights.max()  # small ones keep their squares
    return float(share.sum() ** 2 / (share**2).sum())
