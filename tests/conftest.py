"""Two sides on real folders, ready to be asked.

`two_workspaces` (the first bundle) and `towns` (the made-up pair) have gone once round the loop; they are shared, so
only look at them. `fresh_pair` and `fresh_towns` hold keys and readings, no case, and belong to one test alone.
This folder stands on the path, so that tests of all kinds share `two_sides` and `swap`.
"""

import hashlib
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adjoin.core.period import ZONE
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
    demonstrate.demonstrate(pair, region / "demonstration.yaml", clock=clock)
    return pair


def opened(folder, names):
    """The workspaces of these names in a folder."""
    return {name: workspace.open_workspace(folder / name) for name in names}


@pytest.fixture
def clock():
    return Clock(START + timedelta(hours=1))


@pytest.fixture(scope="session")
def _real(tmp_path_factory):
    return _ready(tmp_path_factory, REAL)


@pytest.fixture(scope="session")
def _made_up(tmp_path_factory):
    return _ready(tmp_path_factory, TOWNS)


@pytest.fixture(scope="session")
def two_workspaces(_real, tmp_path_factory):
    return told(_copied(_real, tmp_path_factory), Clock(START + timedelta(hours=1)))


@pytest.fixture(scope="session")
def towns(_made_up, tmp_path_factory):
    return told(_copied(_made_up, tmp_path_factory), Clock(START + timedelta(hours=1)))


@pytest.fixture
def fresh_pair(_real, tmp_path_factory):
    return _copied(_real, tmp_path_factory)


@pytest.fixture
def fresh_towns(_made_up, tmp_path_factory):
    return _copied(_made_up, tmp_path_factory)


def _ready(factory, region):
    folder = factory.mktemp("ready")
    return folder, tuple(prepared(folder, region, Clock()))


def _copied(ready, factory):
    """A copy beside the original, so that its way to the bundle still holds."""
    folder, names = ready
    copy = factory.mktemp("pair")
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    return opened(copy, names)
