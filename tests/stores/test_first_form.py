"""A book of the first form (segments under a manifest) is carried over when it is opened, with all its versions."""

import json
from datetime import timedelta

import duckdb
from test_observed import DIGITS, START

from adjoin.core.observation import Observation
from adjoin.store.memory import Memory
from adjoin.store.merge import COLUMNS
from adjoin.store.observed import Columns
from adjoin.store.rows import cells


def rows():
    for hour in range(3):
        for version in range(1 + hour):
            received = START + timedelta(days=1, minutes=version if hour < 2 else 0)
            value = f"0.{hour}{version}"
            yield Observation("zhutuo", "w21011", START + timedelta(hours=hour), value, "mg/L", "cnemc", received)
    yield Observation("naxi", "w01009", START - timedelta(days=40), "<0.02", "mg/L", "cnemc", START)


def first_form(folder, said):
    """What the first form wrote: two segments and the manifest; beside them one that nobody names."""
    con = duckdb.connect()
    con.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    for order, row in enumerate(said):
        con.execute(f"INSERT INTO t VALUES ({', '.join('?' * 13)})", [*cells(row, DIGITS), order])
    for name, which in (("s1.parquet", "ord < 4"), ("s2.parquet", "ord >= 4"), ("s3.parquet", "true")):
        con.execute(f"COPY (SELECT * FROM t WHERE {which}) TO '{folder / name}' (FORMAT parquet)")
    (folder / "segments.json").write_text(json.dumps(["s1.parquet", "s2.parquet"]))


def test_it_is_carried_over_with_all_its_versions(tmp_path):
    memory = Memory()
    memory.take(rows())
    first_form(tmp_path, memory.rows)
    for book in (Columns(tmp_path, DIGITS), Columns(tmp_path, DIGITS)):
        assert book.read() == memory.read()
        assert book.revised() == memory.revised()
        assert book.read(as_known=START + timedelta(days=1)) == memory.read(as_known=START + timedelta(days=1))
    assert not list(tmp_path.glob("s*"))
    assert book.take(rows()) == memory.take(rows())


def test_one_that_was_carried_over_and_not_yet_removed_is_not_taken_twice(tmp_path):
    memory = Memory()
    memory.take(rows())
    first_form(tmp_path, memory.rows)
    before = Columns(tmp_path, DIGITS).version()
    first_form(tmp_path, memory.rows)
    again = Columns(tmp_path, DIGITS)
    assert (again.version(), again.read()) == (before, memory.read())
