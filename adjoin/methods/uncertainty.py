"""Samples that cover a space evenly, and what can be said of many weighted numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def latin_hypercube(count: int, dimensions: int, rng: np.random.Generator) -> Floats:
    """Points in the unit cube, one in each of `count` slices along every axis.

        u_ij = (p_j(i) + v_ij) / n,   p_j a permutation, v_ij uniform

    Gives (count, dimensions), within (0, 1). Source: McKay, Beckman and Conover 1979.
    """
    order = rng.permuted(np.tile(np.arange(count), (dimensions, 1)), axis=1).T
    inside = np.clip(rng.random((count, dimensions)), 1e-12, 1 - 1e-12)
    points: Floats = (order + inside) / count
    return points


def quantiles(values: ArrayLike, q: Sequence[float], axis: int = -1) -> Floats:
    """Values that a part q of the others lies below, along an axis (linear between order statistics)."""
    found: Floats = np.quantile(np.asarray(values, dtype=float), q, axis=axis)
    return found


def weighted_quantiles(values: ArrayLike, weights: ArrayLike, q: Sequence[float]) -> Floats:
    """As `quantiles`, where values count by their weights: F is taken at the middle of each weight.

    values, weights : one axis; weights not below 0, their sum above 0
    """
    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    x, w = x[w > 0], w[w > 0]
    found: Floats = np.interp(q, (np.cumsum(w) - w / 2) / w.sum(), x)
    return found


def effective_sample_size(weights: ArrayLike) -> float:
    """As how many equal ones weighted samples count: (sum w)^2 / sum w^2. Source: Kish 1965."""
    w = np.asarray(weights, dtype=float)
    w = w / w.max()
    return float(w.sum() ** 2 / (w**2).sum())
