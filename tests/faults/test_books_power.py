"""The books on a disk that fails: at every write, sync and rename of a take and an entry, and a power cut between."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from failing_disk import Disk

ROUNDS = Path(__file__).with_name("disk_rounds.py")
TABLE = """snapshot,time,section,do_mg_l
1,2026-07-31 08:00,磨坊桥,7.1
1,2026-08-20 08:00,磨坊桥,7.1
1,2026-08-20 12:00,磨坊桥,
1,x,磨坊桥,7
"""


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    return Disk(tmp_path_factory.mktemp("disk"))


@pytest.mark.parametrize(
    ("how", "step", "ends"),
    [("error", 1, {0, 2}), ("full", 4, {0, 2}), ("kill", 3, {0, -9}), ("torn", 5, {0, -9})],
)
def test_nothing_is_lost_doubled_or_half_there(fresh_towns, disk, tmp_path, how, step, ends):
    west = fresh_towns["west"]
    table = tmp_path / "table.csv"
    table.write_text(TABLE, "utf-8")

    around = disk.around(under=west.folder.parent / "round", at=0)
    words = [sys.executable, ROUNDS, west.folder, table, how, str(step)]
    done = subprocess.run(words, env=around, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]

    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) >= 10
    wrong = [each for each in rounds if each["ended"] not in ends or each["after"] is None or each["after"]["wrong"]]
    assert wrong == []
    assert len({each["after"]["rows"] for each in rounds}) == 1
    assert any(each["ended"] != 0 for each in rounds)


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
