"""What was computed from the books as they stand: kept until a book changes."""

from collections.abc import Callable
from threading import RLock
from typing import TypeVar, cast

T = TypeVar("T")
MOST = 1000  # results kept of one version; the oldest go first


class Computed:
    """Results under the version of the books they were computed from; a new version forgets the old results."""

    def __init__(self) -> None:
        self._version = ""
        self._kept: dict[object, object] = {}
        self._lock = RLock()

    def get(self, version: str, key: object, make: Callable[[], T]) -> T:
        """The result for this key, computed at most once a version."""
        with self._lock:
            if version != self._version:
                self._version, self._kept = version, {}
            if key not in self._kept:
                self._kept[key] = make()
                while len(self._kept) > MOST:
                    del self._kept[next(iter(self._kept))]
            return cast("T", self._kept[key])
