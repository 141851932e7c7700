"""How well are patches of habitat joined? Probability and integral index, and what each patch gives to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_TIE = 1e-12


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
    decay = np.log(2) / median_km
    by_path = _Index.of(a, d, lambda s: np.exp(-decay * s))
    by_step = _Index.of(a, np.where(linked, 1.0, np.inf), lambda s: 1 / (1 + s))
    patches, flows = [], by_path.values @ a
    for k in range(len(a)):
        pc, iic = (100 * each.lost(k) / each.whole for each in (by_path, by_step))
        intra = 100 * a[k] ** 2 / by_path.whole
        flux = 200 * a[k] * (flows[k] - a[k]) / by_path.whole
        patches.append(Patch(float(pc), float(intra), float(flux), float(pc - intra - flux), float(iic)))
    components = int(connected_components(linked, directed=False)[0])
    scale = landscape_ha**2
    return Landscape(by_path.whole / scale, by_step.whole / scale, int(linked.sum()) // 2, components, tuple(patches))


@dataclass(frozen=True, slots=True)
class _Index:
    """The sum over all pairs of a_i a_j worth(shortest path), and what it loses without a patch."""

    areas: Floats
    edges: Floats  # inf where there is none
    paths: Floats
    worth: Callable[[Floats], Floats]
    values: Floats
    whole: float

    @classmethod
    def of(cls, areas: Floats, edges: Floats, worth: Callable[[Floats], Floats]) -> "_Index":
        paths = _shortest(edges, range(len(areas)))
        values = worth(paths)
        return cls(areas, edges, paths, worth, values, float(areas @ values @ areas))

    def lost(self, k: int) -> float:
        """What is gone with a patch: its own pairs, and what pairs lose whose best path ran through it.

        Only from where such a path starts are the paths sought again.
        """
        a, s = self.areas, self.paths
        own = float(2 * a[k] * (self.values[k] @ a) - a[k] ** 2 * self.values[k, k])
        through = np.isfinite(s) & (s[:, k, None] + s[None, k] <= s + _TIE)
        through[k], through[:, k] = False, False
        np.fill_diagonal(through, val=False)
        starts = np.flatnonzero(through.any(axis=1))
        if not len(starts):
            return own
        edges, rest = self.edges.copy(), a.copy()
        edges[k], edges[:, k], rest[k] = np.inf, np.inf, 0.0
        around = self.worth(_shortest(edges, starts))
        return own + float(a[starts] @ (self.values[starts] - around) @ rest)


def _shortest(edges: Floats, starts: Sequence[int] | NDArray[np.integer]) -> Floats:
    """Shortest paths from some patches; a distance of 0 is a distance."""
    from scipy.sparse.csgraph import csgraph_from_dense, dijkstra

    graph = csgraph_from_dense(np.where(np.eye(len(edges), dtype=bool), np.inf, edges), null_value=np.inf)
    return np.asarray(dijkstra(graph, indices=np.asarray(starts)), dtype=float)
