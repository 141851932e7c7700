"""The river network at speed: from a table, flow, transport and its transpose, and one border's shares.

Each beside a peer in the same run; peers that are slow run on a part of the work and are scaled up, as their names
say. The bytes limit is one pass that reads and writes every value.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import scipy.sparse as sp
from _river import REACHES, STEPS, best, line, np, table  # first: it says where compiled code is kept
from scipy.signal import lfilter
from scipy.sparse.csgraph import breadth_first_order
from scipy.sparse.linalg import splu, spsolve_triangular

from adjoin.water import filters, routing
from adjoin.water import source_receptor as sr
from adjoin.water.basin import Basin

PART = 20_000  # reaches that slow peers run
CHECKED = 20  # steps of the flow held against the peer


def run():
    ids, down = table()
    basin, rng = Basin.of(ids, down), np.random.default_rng(1)
    yield _network("river.network", ids, down)
    yield _network("river.network_sparse", *_scattered(ids, down, rng))
    yield _texts(ids, down)
    lateral = rng.random((REACHES, STEPS), dtype=np.float32)
    x = lateral.copy()

    def fresh():
        x[:] = lateral

    memory = best(lambda: np.multiply(x, np.float32(1), out=x))
    flow = filters.muskingum(rng.uniform(0.6, 3, REACHES), rng.uniform(0, 0.3, REACHES), 1.0)
    flow = filters.Filters(flow.lag, flow.c.astype(np.float32))
    yield _series(
        "river.routing",
        basin,
        flow,
        fresh=fresh,
        memory=memory,
        work=lambda: routing.route(basin, flow, x, in_place=True),
    )
    mean = rng.uniform(1800, 20_000, REACHES)
    move = filters.delay_and_pole(basin, mean, mean**2 * 0.1, np.full(REACHES, 0.98), 3600.0)
    move = filters.Filters(move.lag, move.c.astype(np.float32))
    yield _series(
        "river.t1",
        basin,
        move,
        fresh=fresh,
        memory=memory,
        work=lambda: routing.route(basin, move, x, in_place=True),
    )
    yield _series(
        "river.t1_adjoint", basin, move, fresh=fresh, memory=memory,
        work=lambda: routing.asked(basin, move, x, in_place=True),
    )  # fmt: skip
    yield _attribution(basin, rng)


def _network(name, ids, down):
    seconds = best(lambda: Basin.of(ids, down))

    def peer():
        order = np.argsort(ids)
        below = np.searchsorted(ids[order], down)
        _searched(order[np.minimum(below, len(ids) - 1)], down >= 0)

    return line(
        name, work=len(ids), seconds=seconds, unit="reaches/s",
        peer="scipy.sparse.csgraph.breadth_first_order (ids by argsort)", peer_seconds=best(peer, times=2),
    )  # fmt: skip


def _scattered(ids, down, rng):
    """The same river with whole numbers that lie anywhere."""
    names = rng.permutation(np.unique(rng.integers(0, 2**62, 2 * len(ids)))[: len(ids)])
    return names[ids - ids.min()], np.where(down >= 0, names[np.maximum(down - ids.min(), 0)], -1)


def _texts(ids, down):
    """The same river with texts; `reading_seconds` is what it takes to copy all their letters, and no more."""
    names, below = [f"r{i}" for i in ids.tolist()], [f"r{i}" if i >= 0 else "" for i in down.tolist()]
    seconds = best(lambda: Basin.of(names, below))

    def peer():
        rows = dict(zip(names, range(len(names)), strict=True))
        _searched(np.array([rows.get(each, -1) for each in below]), down >= 0)

    return line(
        "river.network_text", work=len(ids), seconds=seconds, unit="reaches/s",
        peer="scipy.sparse.csgraph.breadth_first_order (ids by a dictionary)", peer_seconds=best(peer, times=2),
        reading_seconds=best(lambda: ("\n".join(names).encode(), "\n".join(below).encode())),
    )  # fmt: skip


def _searched(below, has):
    rows = np.flatnonzero(has)
    graph = sp.csr_array((np.ones(len(rows), np.int8), (below[rows], rows)), shape=(len(has), len(has)))
    breadth_first_order(graph, int(np.flatnonzero(~has)[0]), return_predecessors=False)


def _series(name, basin, rows, *, fresh, work, memory):
    seconds = best(work, fresh)
    steps = REACHES * STEPS
    peer, peer_seconds, more = _lfilter(basin, rows) if rows.lag.any() else _solves(basin, rows)
    return line(
        name, work=steps, seconds=seconds, unit="reach-steps/s", peer=peer, peer_seconds=peer_seconds,
        ns_a_step=seconds / steps * 1e9, bytes_limit_seconds=memory, **more,
    )  # fmt: skip


def _solves(basin, rows):
    """(I - c0 A) O' = c0 l' + c1 (l + A O) + c2 O: one sparse triangular solve a step, factors made before."""
    has = np.flatnonzero(basin.down >= 0)
    above = sp.csr_array((np.ones(len(has)), (basin.down[has], has)), shape=(REACHES, REACHES))
    c0, c1, c2 = rows.c.astype(float)
    factors = splu(
        (sp.eye_array(REACHES) - sp.diags_array(c0) @ above).tocsc(), permc_spec="NATURAL", diag_pivot_thresh=0
    )

    def step(now, before, out):
        return factors.solve(c0 * now + c1 * (before + above @ out) + c2 * out)

    nothing = np.zeros(REACHES)
    lateral = np.random.default_rng(2).random((REACHES, CHECKED), dtype=np.float32)
    found, out, before, worst = routing.route(basin, rows, lateral), nothing, nothing, 0.0
    for t in range(CHECKED):
        out, before = step(lateral[:, t], before, out), lateral[:, t]
        worst = max(worst, float(np.abs(found[:, t] - out).max() / np.abs(out).max()))
    seconds = best(lambda: step(before, before, out), times=2)
    return "scipy.sparse.linalg.splu, one solve a step (1 step, scaled)", seconds * STEPS, {"worst_error": worst}


def _lfilter(basin, rows):
    x = np.random.default_rng(2).random((PART, STEPS), dtype=np.float32)

    def peer():
        for i in range(PART):
            c0, c1, c2 = rows.c[:, i]
            x[i] = lfilter([0.0] * int(rows.lag[i]) + [c0, c1], [1.0, -c2], x[i])
            if 0 <= basin.down[i] < PART:
                x[basin.down[i]] += x[i]

    seconds = best(peer, times=1) * REACHES / PART
    return f"scipy.signal.lfilter, a row at a time ({PART} reaches, scaled)", seconds, {}


def _attribution(basin, rng):
    steady = sr.Steady.of(rng.uniform(1e3, 6e3, REACHES), rng.uniform(0.3, 1.2, REACHES), rng.uniform(0, 0.1, REACHES))
    load, group = rng.random(REACHES), rng.integers(0, 3, REACHES).astype(np.int32)
    border = REACHES - 1

    def own():
        return sr.border_flux(basin, steady, border, foot_load=load, group=group, groups=3)

    seconds = best(own, times=20)
    has = np.flatnonzero(basin.down >= 0)
    ones = sp.eye_array(REACHES, format="csr")
    passes = (ones - sp.csr_array((steady.head[basin.down[has]], (has, basin.down[has])), shape=ones.shape)).tocsr()
    asked = np.zeros(REACHES)
    asked[border] = 1.0

    def peer():
        foot = spsolve_triangular(passes, asked, lower=False, unit_diagonal=True)
        return np.bincount(group, weights=foot * load)

    assert np.allclose(peer(), own(), rtol=1e-10)
    return line(
        "river.attribution", work=REACHES, seconds=seconds, unit="reaches/s",
        peer="scipy.sparse.linalg.spsolve_triangular, transposed", peer_seconds=best(peer, times=1),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(print(list(run())))
