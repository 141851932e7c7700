"""A full disk is an answer, not a crash: whichever part meets it first, the same sentence is said."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adjoin.core.refusal import Refusal

_NUMBERS = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_WORDS = ("no space left", "file too large", "disk is full", "disk quota exceeded", "could not write", "disk i/o error")


@contextmanager
def room(folder: Path | str) -> Iterator[None]:
    """Refuses with `disk_full` where what is done inside found no room."""
    try:
        yield
    except Exception as error:
        if _no_room(error):
            raise Refusal("disk_full", met=folder) from error
        raise


def _no_room(error: Exception) -> bool:
    """Python says it by number, the databases by words."""
    if isinstance(error, OSError):
        return error.errno in _NUMBERS
    said = str(error).casefold()
    return type(error).__module__.startswith(("duckdb", "_duckdb", "sqlalchemy")) and any(
        word in said for word in _WORDS
    )
