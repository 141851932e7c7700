"""The wide methods of the land at their size: pedigrees, richness, patches, zoning.

Each beside a peer in the same run; peers that are slow run on a part of the work and are scaled up, as they say.
"""

import sys
import time
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import networkx as nx
import shapely
from _river import best, line, np  # first: it says where compiled code is kept

from adjoin.doors import cases
from adjoin.doors.given import parse
from adjoin.land import geometry, patches, resampled, richness
from adjoin.land.pedigree import Animal, Pedigree

ANIMALS, GENERATIONS, SIRES, KIN = 100_000, 10, 0.05, 10_000
BOOTSTRAPS, PATCHES, PARCELS, UNITS_A_SIDE = 200, 2_000, 100_000, 20
RNG = np.random.default_rng


def run():
    yield from _pedigrees()
    yield _richness()
    yield _patches()
    yield _zoning()


def herd(count, seed=0):
    """Ten generations; a sire in twenty, and dams from the other half."""
    rng, each = RNG(seed), count // GENERATIONS
    animals = [Animal(str(i), None, None) for i in range(each)]
    for start in range(0, count - each, each):
        sires = rng.integers(0, int(each * SIRES), each) + start
        dams = rng.integers(each // 2, each, each) + start
        animals += [
            Animal(str(start + each + k), str(s), str(d)) for k, (s, d) in enumerate(zip(sires, dams, strict=True))
        ]
    return animals


def _pedigrees():
    pedigree, part = Pedigree.of(herd(ANIMALS)), Pedigree.of(herd(ANIMALS // 5))
    yield line(
        "land.inbreeding", work=ANIMALS, unit="animals/s",
        seconds=best(pedigree.compiled_inbreeding),
        peer=f"the same by dictionaries and heaps, {len(part.ids)} animals, scaled up",
        peer_seconds=best(part.plain_inbreeding, times=1) * ANIMALS / len(part.ids),
    )  # fmt: skip
    kin = Pedigree.of(herd(KIN))
    rows = 100
    yield line(
        "land.kinship", work=KIN * KIN, unit="kinships/s", seconds=best(kin.matrix),
        peer=f"K w = T D T' w / 2 in double precision, {rows} columns, scaled up",
        peer_seconds=best(lambda: kin.among(range(rows)), times=1) * KIN / rows,
    )  # fmt: skip


def _richness():
    path = next(each for each in cases.shipped() if each.name == "land.richness.json")
    trees = next(c["given"] for c in parse(path.read_bytes())["cases"] if c["given"]["type"] == "margins")
    sample = richness.Sample.of(trees["pooled_counts"])

    def one_by_one():
        for row in resampled.draws(sample, BOOTSTRAPS, RNG(1)).x:
            each = richness.Sample.of(row.tolist())
            richness.chao(each), richness.ace(each), richness.coverage(each, each.n)
            richness.observed(each), richness.asymptotic(each)

    return line(
        "land.richness", work=BOOTSTRAPS, unit="bootstraps/s",
        seconds=best(lambda: resampled.bands(sample, BOOTSTRAPS, RNG(1))),
        peer="the same estimators draw by draw", peer_seconds=best(one_by_one, times=1),
        data=f"{trees['sites']} plots, {len(sample.x)} species, {sample.n} stems",
    )  # fmt: skip


def landscape(count, seed=0):
    """Round patches; distances from edge to edge, at least 10 m."""
    rng = RNG(seed)
    where, radius = rng.uniform(0, 0.9 * count**0.5, (count, 2)), rng.gamma(1, 0.25, count)
    apart = np.linalg.norm(where[:, None] - where[None], axis=2) - radius[:, None] - radius[None]
    apart = np.maximum(apart, 0.01)
    np.fill_diagonal(apart, 0.0)
    return np.pi * radius**2 * 100, apart


def _patches():
    areas, apart = landscape(PATCHES)
    graph = nx.Graph()
    graph.add_weighted_edges_from((i, j, apart[i, j]) for i, j in combinations(range(PATCHES), 2) if apart[i, j] <= 1.5)
    sources = 20

    def without_one():  # what every single removal asks of it, and for one index only
        for i in range(sources):
            nx.single_source_dijkstra_path_length(graph, i)

    few = landscape(200)
    patches.connectivity(*few, 1.0, 1.5, few[0].sum() * 10)  # compiles
    start = time.perf_counter()
    patches.connectivity(areas, apart, 1.0, 1.5, areas.sum() * 10)
    return line(
        "land.patch_connectivity", work=PATCHES, unit="patches/s", seconds=time.perf_counter() - start,
        peer=f"networkx, shortest paths from all patches for each patch removed, {sources} of "
        f"{PATCHES} x {PATCHES} searches, scaled up; links up to 1.5 km only",
        peer_seconds=best(without_one, times=1) / sources * PATCHES * PATCHES,
    )  # fmt: skip


def zones(side, seed=0):
    """Units that share bent edges, so that none overlap and none is missing."""
    rng = RNG(seed)
    x, y = np.meshgrid(np.linspace(0, 100, side + 1), np.linspace(0, 100, side + 1), indexing="ij")
    corner = np.stack([x, y], axis=2) + rng.uniform(-1, 1, (side + 1, side + 1, 2))
    along = np.linspace(0, 1, 12)[:-1, None]
    bent = {
        (a, b): np.array(corner[a]) * (1 - along) + np.array(corner[b]) * along
        + np.vstack([np.zeros((1, 2)), rng.uniform(-0.15, 0.15, (10, 2))])
        for a in np.ndindex(side + 1, side + 1) for b in ((a[0] + 1, a[1]), (a[0], a[1] + 1)) if max(b) <= side
    }  # fmt: skip

    def edge(a, b):
        return bent[a, b] if (a, b) in bent else np.vstack([corner[a][None], bent[b, a][:0:-1]])

    return [
        shapely.Polygon(np.vstack([edge(a, b) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]))
        for i, j in np.ndindex(side, side) for ring in [[(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]]
    ]  # fmt: skip


def lots(count, seed=0):
    rng = RNG(seed)
    where, radius = rng.uniform(1, 99, (count, 1, 2)), rng.uniform(0.05, 0.4, (count, 1, 1))
    angle = np.sort(rng.uniform(0, 2 * np.pi, (count, 6)), axis=1)
    return shapely.polygons(where + radius * np.stack([np.cos(angle), np.sin(angle)], axis=2))


def _zoning():
    units, parcels, part = zones(UNITS_A_SIDE), lots(PARCELS), 2_000

    def loop():
        tree = shapely.STRtree(units)
        for each in parcels[:part]:
            [shapely.intersection(units[i], each).area for i in tree.query(each, predicate="intersects")]

    return line(
        "land.zoning", work=PARCELS, unit="parcels/s", seconds=best(lambda: geometry.overlaps(units, parcels), times=2),
        peer=f"shapely parcel by parcel, {part} parcels, scaled up",
        peer_seconds=best(loop, times=2) * PARCELS / part, units=len(units),
    )  # fmt: skip
