"""Two regions through 8760 hours: capacity on six weeks, then every hour, in a process of its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _river import best, line

from adjoin.doors import registry

PLANTS = (  # name, region, carrier, MW, MW_max, capital, cost, shape
    ("hydro a", "a", "hydro", 97_000, 97_000, 0, 10, "water"),
    ("wind a", "a", "wind", 8_000, 30_000, 550_000, 0, "wind"),
    ("sun a", "a", "sun", 6_000, 40_000, 350_000, 0, "sun"),
    ("coal a", "a", "coal", 16_000, 16_000, 0, 330, 1.0),
    ("gas a", "a", "gas", 2_000, 30_000, 300_000, 560, 1.0),
    ("hydro b", "b", "hydro", 7_900, 7_900, 0, 10, "water"),
    ("wind b", "b", "wind", 2_000, 6_000, 600_000, 0, "wind"),
    ("sun b", "b", "sun", 1_000, 8_000, 380_000, 0, "sun"),
    ("coal b", "b", "coal", 13_000, 13_000, 0, 350, 1.0),
    ("gas b", "b", "gas", 1_500, 20_000, 300_000, 560, 1.0),
)
KEYS = ("name", "region", "carrier", "MW", "MW_max", "capital_yuan_MW", "cost_yuan_MWh", "available")
STORES = (("pumped", "b", 1_200, 6_000, 400_000, 6, 0.88), ("battery", "a", 0, 10_000, 250_000, 4, 0.95))
ASKED = {
    "regions": ["a", "b"],
    "hours": 8760,
    "load_MW": {"a": {"shape": "demand_1", "peak_MW": 60_000}, "b": {"shape": "demand_2", "peak_MW": 25_000}},
    "plants": [dict(zip(KEYS, each, strict=True)) for each in PLANTS],
    "stores": [
        {"name": n, "region": r, "MW": mw, "MW_max": most, "capital_yuan_MW": c, "hours": h, "eff_charge": e,
         "eff_discharge": e} for n, r, mw, most, c, h, e in STORES
    ],
    "line": {"MW": 6_000, "MW_max": 20_000, "capital_yuan_MW": 120_000},
    "shed_yuan_MWh": 10_000,
}  # fmt: skip


def run():
    found = {}
    seconds = best(lambda: found.update(registry.compute("energy.power_system", ASKED)), times=1)
    yield line(
        "energy.power_system", work=ASKED["hours"], unit="hours/s", seconds=seconds, peer="60 s", peer_seconds=60.0,
        gap=found["gap"], imbalance_mw=max(each["largest_imbalance_MW"] for each in found["regions"].values()),
    )  # fmt: skip
