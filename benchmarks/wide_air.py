"""The air quality index of ten million values; beside it a straight line by numpy, which rounds by luck."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _river import best, line, np

from adjoin.air import quality
from adjoin.doors import air_tables

VALUES = 10_000_000


def run():
    rng = np.random.default_rng(0)
    edition = next(iter(air_tables.editions().values()))
    for item, mean in (("PM25_24h", 60.0), ("CO_24h", 2.0)):
        scale = edition.scales[item]
        values = np.round(rng.gamma(2, mean / 2, VALUES), 2)
        points = np.array(scale.breakpoints) / 10**scale.decimals

        def interpolated(values=values, points=points, scale=scale):
            return np.ceil(np.interp(values, points, scale.indices))

        yield line(
            f"air.aqi.{item}", work=VALUES, unit="values/s",
            seconds=best(lambda values=values, scale=scale: quality.sub_indices(values, scale)),
            peer="numpy.interp and ceil, not exact", peer_seconds=best(interpolated),
        )  # fmt: skip
