"""What the benchmarks of the river share: a network of a million reaches, and how a time is taken."""

import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / "adjoin-numba"))

import numpy as np

REACHES, STEPS = 1_000_000, 96


def table(count=REACHES, seed=0):
    """Ids and ids below of one river, in a random order: three tenths of its reaches are confluences of two."""
    rng = np.random.default_rng(seed)
    down, open_ends = np.full(count, -1, np.int64), []
    for i, kind in enumerate(rng.random(count - 1)):
        for _ in range(min(len(open_ends), 2 if kind < 0.3 else 1 if kind < 0.7 else 0)):
            down[open_ends.pop()] = i
        open_ends.append(i)
    down[open_ends] = count - 1
    order = rng.permutation(count)
    return order + 7_000_000, np.where(down[order] >= 0, down[order] + 7_000_000, -1)


def best(work, before=lambda: None, times=4):
    """Seconds of the fastest of some runs, after one that compiles."""
    found = []
    for _ in range(times + 1):
        before()
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found[1:])


def line(name, *, work, seconds, unit, peer, peer_seconds, **more):
    return {
        "name": name, "work": work, "seconds": seconds, "rate": work / seconds, "unit": unit, "peer": peer,
        "peer_seconds": peer_seconds, "ratio": seconds / peer_seconds, **more,
    }  # fmt: skip
