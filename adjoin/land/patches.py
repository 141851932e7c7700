"""How well are patches of habitat joined? Probability and integral index, and what each patch gives to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_TIE = 1e-12
_COMPILED = 200  # patches: from here on it pays to compile the loops


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
    areas: Sequence[float],
    distances: "Sequence[Sequence[float]] | Floats",
    median_km: float,
    link_km: float,
    landscape_ha: float,
) -> Landscape:
    """The connectivity of habitat patches.

        PC = sum_i sum_j a_i a_j p*_ij / A^2,   p*_ij = exp(-ln2 s_ij / d50), s the shortest path over all distances
        IIC = sum_i sum_j a_i a_j / (1 + nl_ij) / A^2,   nl the least number of links d_ij <= threshold
        dX_k = 100 (X - X without k) / X;  dPC = intra + flux + connector

    areas : ha;  distances, median_km, link_km : km, infinite where there is no way;  landscape_ha : A

    Source: Saura and Pascual-Hortal 2007; Pascual-Hortal and Saura 2006; Saura and Rubio 2010.
    """
    from scipy.sparse.csgraph import connected_components

    a, d = np.asarray(areas, dtype=float), np.asarray(distances, dtype=float)
    linked = (d <= link_km) & ~np.eye(len(a), dtype=bool)
    indices = _compiled if len(a) >= _COMPILED else _plain
    by_path, by_step = indices(a, d, linked, float(np.log(2) / median_km))
    pc, iic = (100 * each.lost / each.whole for each in (by_path, by_step))
    intra, flux = 100 * a**2 / by_path.whole, 200 * a * (by_path.reach - a) / by_path.whole
    patches = np.column_stack([pc, intra, flux, pc - intra - flux, iic]).tolist()
    components = int(connected_components(linked, directed=False)[0])
    scale = landscape_ha**2
    return Landscape(
        by_path.whole / scale,
        by_step.whole / scale,
        int(linked.sum()) // 2,
        components,
        tuple(Patch(*each) for each in patches),
    )


@dataclass(frozen=True, slots=True)
class _Index:
    """The sum over all pairs of a_i a_j worth(shortest path): whole, by patch, and what it loses without each."""

    whole: float
    reach: Floats  # sum_j a_j worth(s_ij)
    lost: Floats

    @classmethod
    def of(cls, areas: Floats, reach: Floats, others: Floats) -> "_Index":
        """An index of what each patch reaches and what the other pairs lose without it."""
        return cls(float(areas @ reach), reach, 2 * areas * reach - areas**2 + others)


def _plain(areas: Floats, distances: Floats, linked: Mask, decay: float) -> tuple[_Index, _Index]:
    by_path = _Paths.of(areas, distances, lambda s: np.exp(-decay * s))
    by_step = _Paths.of(areas, np.where(linked, 1.0, np.inf), lambda s: 1 / (1 + s))
    one, other = (
        _Index.of(areas, each.values @ areas, np.array([each.lost(k) for k in range(len(areas))]))
        for each in (by_path, by_step)
    )
    return one, other


def _compiled(areas: Floats, distances: Floats, linked: Mask, decay: float) -> tuple[_Index, _Index]:
    """The same by compiled loops over the links that some shortest path may use."""
    from adjoin.land import _patch_loops

    needed = _patch_loops.needed(distances)
    by_path = _patch_loops.flows(areas, _links(needed, distances), decay)
    by_step = _patch_loops.flows(areas, _links(linked, np.ones_like(distances)), 0.0)
    return _Index.of(areas, *by_path), _Index.of(areas, *by_step)


def _links(kept: Mask, lengths: Floats) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
    one, other = np.nonzero(kept)
    start = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64)
    return start, other.astype(np.int32), lengths[one, other]


@dataclass(frozen=True, slots=True)
class _Paths:
    """The shortest paths of a landscape and what they are worth."""

    areas: Floats
    edges: Floats  # inf where there is none
    paths: Floats
    worth: Callable[[Floats], Floats]
    values: Floats

    @classmethod
    def of(cls, areas: Floats, edges: Floats, worth: Callable[[Floats], Floats]) -> "_Paths":
        paths = _shortest(edges, range(len(areas)))
        return cls(areas, edges, paths, worth, worth(paths))

    def lost(self, k: int) -> float:
        """What pairs of others lose without a patch whose best path ran through it.

        Only from where such a path starts are the paths sought again.
        """
        a, s = self.areas, self.paths
        through = np.isfinite(s) & (s[:, k, None] + s[None, k] <= s + _TIE)
        through[k], through[:, k] = False, False
        np.fill_diagonal(through, val=False)
        starts = np.flatnonzero(through.any(axis=1))
        if not len(starts):
            return 0.0
        edges, rest = self.edges.copy(), a.copy()
        edges[k], edges[:, k], rest[k] = np.inf, np.inf, 0.0
        around = self.worth(_shortest(edges, starts))
        return float(a[starts] @ (self.values[starts] - around) @ rest)


def _shortest(edges: Floats, starts: Sequence[int] | NDArray[np.integer]) -> Floats:
    """Shortest paths from some patches; a distance of 0 is a distance."""
    from scipy.sparse.csgraph import csgraph_from_dense, dijkstra

    graph = csgraph_from_dense(np.where(np.eye(len(edges), dtype=bool), np.inf, edges), null_value=np.inf)
    return np.asarray(dijkstra(graph, indices=np.asarray(starts)), dtype=float)
