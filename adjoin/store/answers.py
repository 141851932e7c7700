"""Answers that somebody kept, one file each under its fingerprint: written whole or not at all."""

import re
from pathlib import Path

from adjoin.store.writing import write_whole

_NAME = re.compile(r"[0-9a-f]{64}")


class Answers:
    """The kept answers of a workspace; an answer never changes, so its file is written once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, data: bytes) -> None:
        """Keep some bytes under a fingerprint; on the disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(name)
        if path.exists():
            return
        write_whole(path, data)

    def get(self, name: str) -> bytes | None:
        """The bytes under a fingerprint, where they were kept here."""
        if not _NAME.fullmatch(name):
            return None
        path = self._path(name)
        return path.read_bytes() if path.is_file() else None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
