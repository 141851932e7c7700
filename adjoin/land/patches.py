"""How well are patches of habitat joined? Probability and integral index, and what each patch gives to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Patch:
    """What the indices lose without a patch, per cent, and the parts of that loss."""

    pc: float
    intra: float
    flux: float
    connector: float
    iic: float


@dataclass(frozen=True, slots=True)
class Landscape:
    """The connectivity of a landscape and of each of its patches."""

    pc: float
    iic: float
    links: int
    components: int
    patches: tuple[Patch, ...]


def connectivity(
    areas: Sequence[float], distances: Sequence[Sequence[float]], median_km: float, link_km: float, landscape_ha: float
) -> Landscape:
    """The connectivity of habitat patches.

        PC = sum_i sum_j a_i a_j p*_ij / A^2,   p*_ij = exp(-ln2 s_ij / d50), s the shortest path over all distances
        IIC = sum_i sum_j a_i a_j / (1 + nl_ij) / A^2,   nl the least number of links d_ij <= threshold
        dX_k = 100 (X - X without k) / X;  dPC = intra + flux + connector

    areas : ha;  distances, median_km, link_km : km;  landscape_ha : A

    Source: Saura and Pascual-Hortal 2007; Pascual-Hortal and Saura 2006; Saura and Rubio 2010.
    """
    from scipy.sparse.csgraph import connected_components

    a, d = np.asarray(areas, dtype=float), np.asarray(distances, dtype=float)
    linked = (d <= link_km) & ~np.eye(len(a), dtype=bool)
    whole_p, p = _probability(a, d, median_km)
    whole_n = _integral(a, linked)
    scale, flows = landscape_ha**2, p @ a
    patches = []
    for k in range(len(a)):
        left = np.arange(len(a)) != k
        pc = 100 * (whole_p - _probability(a[left], d[np.ix_(left, left)], median_km)[0]) / whole_p
        iic = 100 * (whole_n - _integral(a[left], linked[np.ix_(left, left)])) / whole_n
        intra = 100 * a[k] ** 2 / whole_p
        flux = 200 * a[k] * (flows[k] - a[k]) / whole_p
        patches.append(Patch(float(pc), float(intra), float(flux), float(pc - intra - flux), float(iic)))
    components = int(connected_components(linked, directed=False)[0])
    return Landscape(whole_p / scale, whole_n / scale, int(linked.sum()) // 2, components, tuple(patches))


def _probability(a: Floats, d: Floats, median_km: float) -> tuple[float, Floats]:
    """The sum a_i a_j p*_ij, and p*."""
    p = np.exp(-np.log(2) / median_km * _shortest(d))
    return float(a @ p @ a), p


def _shortest(d: Floats) -> Floats:
    """Shortest paths over all distances; a distance of 0 is a distance."""
    from scipy.sparse.csgraph import csgraph_from_dense, floyd_warshall

    if len(d) < 2:
        return d
    graph = csgraph_from_dense(np.where(np.eye(len(d), dtype=bool), np.inf, d), null_value=np.inf)
    return np.asarray(floyd_warshall(graph), dtype=float)


def _integral(a: Floats, linked: NDArray[np.bool_]) -> float:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import shortest_path

    if len(a) == 0:
        return 0.0
    steps = shortest_path(csr_array(linked.astype(float)), directed=False, unweighted=True)
    return float(a @ (1 / (1 + steps)) @ a)
