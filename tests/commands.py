"""The installed command, as a script calls it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ADJOIN = Path(sys.executable).with_name("adjoin")


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
        [ADJOIN, *map(str, words), "--json"], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    return Answer(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)
