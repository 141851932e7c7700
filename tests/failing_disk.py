"""A disk that fails at the n-th call, for one folder, in a real process (`faults/failing_disk.c` says how).

    disk = Disk(tmp_path)
    many = disk.calls(words, under=folder)          # writes, syncs, renames of a run that goes well
    done = disk.run(words, under=folder, at=3)      # the third of them says EIO

`how`: "error" (once), "full" (from then on), "short" (a write that writes less, once), "torn" (the same, then the
process is gone), "kill", "readonly". The failing is libfiu's (Debian: libfiu-dev). All that writes is reached: Python,
SQLite, the C++ of DuckDB and the Rust of Delta call the C library. Writes into memory that stands for a file are not.
"""

import errno
import os
import subprocess
from pathlib import Path

SOURCE = Path(__file__).parent / "faults" / "failing_disk.c"
FIU = Path("/usr/lib/fiu/fiu_posix_preload.so")


class Disk:
    def __init__(self, folder):
        """`folder`: where the library is built; not the one that fails."""
        assert FIU.exists(), "libfiu is missing: make debian"
        self.folder = folder
        self.library = folder / "failing_disk.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", self.library, SOURCE, "-lfiu", "-ldl"], check=True)

    def around(self, *, under, at, how="error", number=errno.EIO):
        """The environment of a process whose disk fails."""
        said = {"UNDER": under, "AT": at, "HOW": how, "ERRNO": number, "COUNT": self.folder / "count"}
        return {
            **os.environ,
            "LD_PRELOAD": f"{self.library} {FIU}",
            **{f"DISK_{name}": str(value) for name, value in said.items()},
        }

    def run(self, words, *, under, at, how="error", number=errno.EIO, **options):
        """The finished process."""
        around = self.around(under=under, at=at, how=how, number=number)
        return subprocess.run(words, env=around, capture_output=True, text=True, check=False, timeout=120, **options)

    def calls(self, words, *, under, **options):
        """How many calls a run makes that goes well."""
        done = self.run(words, under=under, at=0, **options)
        assert done.returncode == 0, done.stderr
        return int((self.folder / "count").read_text())
