"""Two sides on real folders, ready to be asked.

`two_workspaces` (the first bundle) and `towns` (the made-up pair) have gone once round the loop; they are shared, so
only look at them. `fresh_pair` and `fresh_towns` hold keys and readings, no case, and belong to one test alone.
A real PostgreSQL stands beside SQLite: `database` is asked once for each, and a fresh one each time.
This folder stands on the path, so that tests of all kinds share `sides`, `two_sides` and `swap`.
"""

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from postgresql import Server
from sides import REAL, START, TOWNS, Clock, opened, prepared, told

# compiled loops are kept between runs, outside of the package; numba reads this once
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / "adjoin-numba"))

# where a change is judged the same questions are asked every time; at a desk new ones are drawn
settings.register_profile("judged", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("judged")


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


@pytest.fixture(scope="session")
def server():
    running = Server(keeps=False)
    yield running
    running.close()


@pytest.fixture
def fresh_postgresql(server):
    """Makes an empty database; gives its address."""
    return server.fresh


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """Where a fresh book may stand: a file, or the address of an empty database."""
    if request.param == "sqlite":
        return tmp_path / "done.sqlite"
    return request.getfixturevalue("fresh_postgresql")()


def _ready(factory, region):
    folder = factory.mktemp("ready")
    return folder, tuple(prepared(folder, region, Clock()))


def _copied(ready, factory):
    """A copy beside the original, so that its way to the bundle still holds."""
    folder, names = ready
    copy = factory.mktemp("pair")
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    return opened(copy, names)
