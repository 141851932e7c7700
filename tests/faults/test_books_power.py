"""The books in a folder that nobody may write (`test_every_write.py` has the disk that fails)."""

import json
import sys

import pytest
from failing_disk import Disk

TABLE = """snapshot,time,section,do_mg_l
1,2026-07-31 08:00,磨坊桥,7.1
1,2026-08-20 08:00,磨坊桥,7.1
1,2026-08-20 12:00,磨坊桥,
1,x,磨坊桥,7
"""


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    return Disk(tmp_path_factory.mktemp("disk"))


def test_a_read_only_folder_is_read_and_a_take_is_refused(fresh_towns, disk, tmp_path):
    west = fresh_towns["west"]
    table = tmp_path / "table.csv"
    table.write_text(TABLE, "utf-8")
    before = [row.value for row in west.observed.read("mill-bridge", "w01009")]

    def asked(*words):
        line = [sys.executable, "-m", "adjoin.cli.main", *map(str, words), "--workspace", str(west.folder), "--json"]
        return disk.run(line, under=west.folder, at=0, how="readonly")

    taken = asked("take", table, "--mapping", "synthetic-snapshot", "--lang", "en")
    assert (taken.returncode, taken.stdout) == (2, "")
    assert "cannot be written to" in taken.stderr
    assert "Traceback" not in taken.stderr
    read = asked("series", "--site", "mill-bridge", "--quantity", "DO")
    assert [json.loads(line)["value"] for line in read.stdout.splitlines()] == before
