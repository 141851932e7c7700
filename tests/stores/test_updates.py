"""Two processes, one row, read-modify-writes of both: none lost, on SQLite and on PostgreSQL."""

import multiprocessing

import pytest
from sqlalchemy import insert, select, update

from adjoin.store import tables
from adjoin.store.database import engine

EACH = 1_000  # ten thousand: `adjoin bench books`
ROW = tables.packages.c.id == 1


def count(where, times):
    """Read, think, write."""
    opened = engine(where).execution_options(writes=True)
    for _ in range(times):
        with opened.begin() as con:
            held = con.execute(select(tables.packages.c.readings).where(ROW)).scalar_one()
            con.execute(update(tables.packages).where(ROW).values(readings=held + 1))


@pytest.fixture
def counter(database):
    row = {"id": 1, "direction": "in", "at": 0.0, "sha256": "", "entries": 0, "readings": 0, "faults": []}
    with engine(database).execution_options(writes=True).begin() as con:
        con.execute(insert(tables.packages).values(row))
    return database


def test_no_update_is_lost(counter):
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=count, args=(counter, EACH)) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(120)
    assert [each.exitcode for each in workers] == [0, 0]
    with engine(counter).connect() as con:
        assert con.execute(select(tables.packages.c.readings).where(ROW)).scalar_one() == 2 * EACH
