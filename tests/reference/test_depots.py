"""OR-Library pmed1 (Beasley 1985): 100 nodes, 5 depots, published optimum 5819."""

import csv
from pathlib import Path

import numpy as np

import adjoin

NODES, FAR = 100, 1e6


def shortest_ways():
    ways = np.full((NODES, NODES), FAR)
    np.fill_diagonal(ways, 0)
    with (Path(__file__).parent / "depots_pmed1.csv").open() as file:
        for row in csv.DictReader(file):  # a later line for the same pair replaces the earlier
            a, b = int(row["from"]) - 1, int(row["to"]) - 1
            ways[a, b] = ways[b, a] = float(row["length"])
    for via in range(NODES):
        ways = np.minimum(ways, ways[:, [via]] + ways[[via], :])
    return ways


def test_pmed1():
    asked = {"distance_m": shortest_ways().tolist(), "weight": [1] * NODES, "reach_m": 60, "p": 5}
    answer = adjoin.compute("risk.depots", asked)
    assert answer["pmedian"] == 5819
    assert answer["sites"]["pmedian"] == [6, 12, 64, 90, 98]
    assert answer["gap"]["pmedian"] <= 1e-9
