"""The installed command, as a script calls it."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ADJOIN = Path(sys.executable).with_name("adjoin")
_COMPILED = tempfile.TemporaryDirectory()  # a command starts as it does where it is installed: compiled once
_AROUND = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
AROUND = {**_AROUND, "PYTHONPYCACHEPREFIX": _COMPILED.name, "PATH": f"{ADJOIN.parent}:{os.environ['PATH']}"}


@dataclass
class Answer:
    status: int
    lines: list
    said: str  # on the error stream

    @property
    def one(self):
        (line,) = self.lines
        return line


def adjoin(*words, cwd=None):
    """One command with --json: its exit status and its lines."""
    done = subprocess.run(
        [ADJOIN, *map(str, words), "--json"],
        cwd=cwd, env=AROUND, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return Answer(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)
