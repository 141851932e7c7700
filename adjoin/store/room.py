"""A disk that is full, read-only or failing is an answer, not a crash: whichever part meets it, the same is said."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adjoin.core.refusal import Refusal

_KINDS = (  # a refusal, the numbers by which Python says it, the words by which databases do
    ("disk_failed", {errno.EIO},
     ("disk i/o error", "input/output error", "could not fsync", "could not read", "could not truncate")),
    ("disk_full", {errno.ENOSPC, errno.EFBIG, errno.EDQUOT},
     ("no space left", "file too large", "disk is full", "disk quota exceeded", "could not write")),
    ("read_only", {errno.EROFS, errno.EACCES, errno.EPERM},
     ("read-only file system", "permission denied", "readonly database", "unable to open database file")),
)  # fmt: skip
_THEIRS = ("duckdb", "_duckdb", "sqlalchemy", "sqlite3", "deltalake", "_internal")


@contextmanager
def room(folder: Path | str) -> Iterator[None]:
    """Refuses with `disk_full`, `read_only` or `disk_failed` where what is done inside met that."""
    try:
        yield
    except Exception as error:
        kind = kind_of(error)
        if kind is None:
            raise
        raise Refusal(kind, met=getattr(error, "filename", None) or folder) from error


def kind_of(error: Exception) -> str | None:
    """The refusal of a disk that an error speaks of; None where it is about something else."""
    said = str(error).casefold()
    theirs = type(error).__module__.startswith(_THEIRS)
    for kind, numbers, words in _KINDS:
        if isinstance(error, OSError) and error.errno in numbers:
            return kind
        if (theirs or isinstance(error, OSError)) and any(word in said for word in words):
            return kind
    return None
