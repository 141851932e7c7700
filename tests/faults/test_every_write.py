"""Every way in which Adjoin writes, on a disk that fails at each of its calls in turn, is full, cut or gone.

After each round a fresh process finds what was acknowledged, nothing twice and nothing half; a second try gives what
the first would have given; and whatever failed was refused in words. `ADJOIN_DISK=1` goes through every call in every
way, not only with an error.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from failing_disk import Disk

from adjoin.store.log import COUNTS, Log, Part

HERE = Path(__file__).parent
PATHS = (
    "take", "load", "tidy", "first-form", "drain", "receive", "export", "backup", "restore", "begin", "keys", "answers",
    "outbox", "migration",
)  # fmt: skip
OTHERS = 1 if os.environ.get("ADJOIN_DISK") else 23  # every so many calls in the ways beside "error"
WAYS = ["error:1", *(f"{how}:{OTHERS}" for how in ("full", "short", "torn", "kill"))]
ENDS = {"error": {0, 2}, "full": {0, 2}, "short": {0, 2}, "torn": {0, -9}, "kill": {0, -9}}


@pytest.fixture(scope="module")
def rounds(request, _made_up, tmp_path_factory):
    """Of each path that is asked for its rounds; in two processes, which load the programs once."""
    pair, _ = _made_up
    disk = Disk(tmp_path_factory.mktemp("disk"))
    asked = [each.callspec.params["name"] for each in request.session.items if "rounds" in each.fixturenames]

    def gone_through(names):
        around = disk.around(under=f"{pair}-round", at=0)
        around["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), str(HERE.parent.parent)])
        words = [sys.executable, HERE / "disk_rounds.py", pair, ",".join(names), *WAYS]
        done = subprocess.run(words, env=around, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    with ThreadPoolExecutor(2) as two:
        halves = [half for half in (asked[::2], asked[1::2]) if half]
        found = [line for lines in two.map(gone_through, halves) for line in lines]
    return {name: [line for line in found if line["path"] == name] for name in asked}


@pytest.mark.parametrize("name", PATHS)
def test_nothing_is_lost_doubled_half_there_or_silent(rounds, name):
    found = rounds[name]
    assert [each["at"] for each in found if each["how"] == "error"] == list(range(1, found[0]["of"] + 1))
    assert [each for each in found if each["wrong"] or each["ended"] not in ENDS[each["how"]]] == []
    assert len([each for each in found if each["ended"] == 2]) > 10
    assert any(each["ended"] == -9 for each in found)


def test_the_paths_that_are_gone_through_are_all():
    assert f'"{PATHS[0]}": WritePath' in (HERE / "write_paths.py").read_text()
    assert (HERE / "write_paths.py").read_text().count(": WritePath((") == len(PATHS)


def test_what_another_could_not_sync_is_put_on_the_disk_before_anything_rests_on_it(tmp_path):
    """The entry stands there, its sync failed: the next writer writes it anew, and only then holds the lease."""
    first = Log(tmp_path / "readings", tmp_path / "lock")
    path = first.place("2026-09", COUNTS)
    path.write_bytes(b"PAR1")
    part = Part(str(path.relative_to(first.folder)), "2026-09", COUNTS, 4, 1, 0, 0)
    with first.lease():
        first.commit([part])
    entry = first.folder / "_delta_log" / f"{1:020}.json"
    before = entry.stat()

    next_ = Log(first.folder, tmp_path / "lock")
    with next_.lease():
        assert entry.stat().st_ino != before.st_ino
        assert entry.stat().st_size == before.st_size
        assert next_.snapshot() == first.snapshot()
        written_anew = entry.stat().st_ino
    with next_.lease():
        assert entry.stat().st_ino == written_anew  # once is enough
