"""A file that is whole or not there: on the disk under its name when the call returns, whatever happens in between."""

import os
from pathlib import Path

from adjoin.store.log import sync


def write_whole(path: Path, data: bytes) -> int:
    """Put bytes under a name, in place of what stood there; gives how many. A try that fails leaves nothing behind."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        sync(beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync(path.parent)
    return len(data)
