"""Two sides on real folders: how tests make them ready."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from adjoin.core.period import ZONE
from adjoin.doors import registry
from adjoin.loop import demonstrate, exchange, observe, workspace

ROOT = Path(__file__).parent.parent
REAL = ROOT / "regions" / "sichuan-chongqing"
TOWNS = ROOT / "regions" / "two-towns"
START = datetime(2026, 9, 4, 9, tzinfo=ZONE)  # a Friday, after the last reading of both bundles


class Clock:
    """A clock that goes on by a minute whenever it is read."""

    def __init__(self, start=START, step=timedelta(minutes=1)):
        self.now, self.step = start, step

    def __call__(self):
        self.now += self.step
        return self.now


def seed(number):
    """The key of the first and of the second side of a bundle: of the place in it, not of the name."""
    return hashlib.sha256(f"side {number}".encode()).digest()


def prepared(folder, region, clock):
    """Both workspaces of a bundle: keys introduced, the bundle's readings taken in, no case yet."""
    sides = workspace.load_region(region).sides
    pair = {
        side: workspace.init(folder / side, region=region, party=side, now=clock(), seed=seed(number))
        for number, side in enumerate(sides)
    }
    exchange.introduce(*pair.values())
    for each in pair.values():
        observe.take_bundle(each, now=clock())
    return pair


def told(pair, clock):
    """The pair after the bundle's demonstration."""
    region = next(iter(pair.values())).region_folder
    demonstrate.demonstrate(pair, region / "demonstration.yaml", clock=clock, compute=registry.answer)
    return pair


def opened(folder, names):
    """The workspaces of these names in a folder."""
    return {name: workspace.open_workspace(folder / name) for name in names}
