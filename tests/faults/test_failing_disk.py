"""The disk that fails on purpose does what it says: otherwise the tests that use it prove nothing."""

import errno
import sys

import pytest
from failing_disk import Disk

WRITES = """
import os, sys
for name in ("one", "two"):
    handle = os.open(os.path.join(sys.argv[1], name), os.O_WRONLY | os.O_CREAT)
    os.write(handle, b"12345678")
    os.fsync(handle)
"""


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    return Disk(tmp_path_factory.mktemp("disk"))


def words(folder):
    return [sys.executable, "-c", WRITES, str(folder)]


def test_calls_beneath_the_folder_are_counted_and_no_others(disk, tmp_path):
    assert disk.calls(words(tmp_path), under=tmp_path) == 6
    assert disk.calls(words(tmp_path), under="/nowhere") == 0


@pytest.mark.parametrize(
    ("at", "how", "number", "ends", "sizes"),
    [
        (1, "error", errno.EIO, "Input/output error", []),
        (2, "error", errno.EIO, "Input/output error", [0]),
        (3, "error", errno.EIO, "Input/output error", [8]),
        (4, "full", errno.ENOSPC, "No space left", [8]),
        (5, "short", 0, "", [8, 1]),
        (5, "torn", 0, "", [8, 1]),
        (6, "kill", 0, "", [8, 8]),
        (0, "readonly", 0, "Read-only file system", []),
    ],
)
def test_the_call_that_was_named_fails_as_it_was_told(disk, tmp_path, at, how, number, ends, sizes):
    done = disk.run(words(tmp_path), under=tmp_path, at=at, how=how, number=number)
    assert done.returncode == {"torn": -9, "kill": -9, "short": 0}.get(how, 1)
    assert ends in done.stderr
    assert [path.stat().st_size for path in sorted(tmp_path.iterdir())] == sizes
