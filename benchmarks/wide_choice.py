"""Measures, shares and twins: least cost, nucleolus with its proof, synthetic control with all placebos."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _river import best, line, np
from scipy.optimize import linprog

from adjoin.doors import cases, registry
from adjoin.doors.given import parse
from adjoin.joint import choose
from adjoin.methods import balanced, fair

MEASURES, POLLUTANTS, RECEPTORS, PLAYERS = 60, 6, 40, 10


def run():
    yield _least_cost()
    yield _nucleolus()
    yield _synthetic()


def _least_cost():
    """60 measures on 6 pollutants for 40 receptors."""
    rng, n = np.random.default_rng(0), MEASURES * POLLUTANTS
    cost, cap, matrix = rng.uniform(1, 10, n), rng.uniform(1, 5, n), rng.uniform(0, 1, (RECEPTORS, n))
    need, bounds = matrix @ cap * 0.4, [(0, each) for each in cap]
    return line(
        "joint.least_cost", work=n * RECEPTORS, unit="terms/s",
        seconds=best(lambda: choose.least_cost(cost.tolist(), cap.tolist(), matrix.tolist(), need.tolist())),
        peer="scipy.optimize.linprog", peer_seconds=best(lambda: linprog(cost, -matrix, -need, bounds=bounds)),
    )  # fmt: skip


def _nucleolus():
    """A concave cost with noise, so that no two coalitions are alike."""
    rng = np.random.default_rng(0)
    size = rng.uniform(1, 10, PLAYERS)
    game = {
        s: float(10 * np.sqrt(size[[i for i in range(PLAYERS) if s >> i & 1]].sum()) + rng.uniform(0, 1))
        for s in range(1, 1 << PLAYERS)
    }
    found = fair.shares(game, PLAYERS, cost=True)
    levels = balanced.proof(game, found.nucleolus)
    assert balanced.proves(game, found.nucleolus, levels)
    return line(
        "waste.nucleolus", work=PLAYERS, unit="players/s",
        seconds=best(lambda: fair.shares(game, PLAYERS, cost=True), times=2),
        peer="its proof by levels of excesses, found and checked",
        peer_seconds=best(lambda: balanced.proof(game, found.nucleolus), times=2), levels=len(levels),
    )  # fmt: skip


def _synthetic():
    """The smoking panel with V sought, for California and for each of the 38 others in its place."""
    path = next(each for each in cases.shipped() if each.name == "causal.synthetic_control.json")
    asked = next(c["given"] for c in parse(path.read_bytes())["cases"] if c["given"].get("placebo_units"))
    asked = {key: value for key, value in asked.items() if key != "placebo_units"}
    found = {}
    seconds = best(lambda: found.update(registry.compute("causal.synthetic_control", asked)), times=1)
    return line(
        "causal.synthetic_control", work=found["of"], unit="fits/s", seconds=seconds, peer="60 s", peer_seconds=60.0,
        pre_mspe=found["pre_mspe"], rank=found["rank"],
    )  # fmt: skip
