"""What was computed from the books as they stand: kept until a book changes."""

from collections.abc import Callable
from threading import RLock
from typing import TypeVar, cast

T = TypeVar("T")


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
            return cast("T", self._kept[key])
