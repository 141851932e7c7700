"""One thread that writes to the inbox: what many hand over shares a commit, and each is told when it is on the disk."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from adjoin.store.inbox import Inbox, Packet, Refused

T = TypeVar("T")
_MOST = 5000  # hand-overs of one commit
_CROWD, _GATHER_S = 4, 0.001


class GroupCommit(Generic[T]):
    """A thread that keeps what it is given, many at once, and then says so.

    `put` may be called from anywhere. `after` is called in the thread with the tickets of a commit and None, or with
    the error that kept them from the disk: then nothing of them is kept, and nobody may be answered.
    """

    def __init__(self, inbox: Inbox, after: Callable[[list[T], Exception | None], None]) -> None:
        self._inbox, self._after = inbox, after
        self._queue: SimpleQueue[tuple[T, Sequence[Packet], Sequence[Refused]] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def put(self, ticket: T, packets: Sequence[Packet], rejects: Sequence[Refused] = ()) -> None:
        """Hand over packets; `after` will name the ticket."""
        self._queue.put((ticket, packets, rejects))

    def close(self) -> None:
        """Keep what was handed over, then end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        batch: list[tuple[T, Sequence[Packet], Sequence[Refused]] | None] = []
        while going:
            first = self._queue.get()
            if len(batch) >= _CROWD:  # under load more comes in the time of a sync; one alone does not wait
                time.sleep(_GATHER_S)
            batch = [first, *self._more()]
            going = None not in batch
            if work := [each for each in batch if each is not None]:
                self._commit(work)
        self._inbox.close()

    def _more(self) -> Iterator[tuple[T, Sequence[Packet], Sequence[Refused]] | None]:
        for _ in range(_MOST):
            try:
                yield self._queue.get_nowait()
            except Empty:
                return

    def _commit(self, work: list[tuple[T, Sequence[Packet], Sequence[Refused]]]) -> None:
        failed: Exception | None = None
        try:
            self._inbox.put(
                [p for _, packets, _ in work for p in packets], [r for *_, rejects in work for r in rejects]
            )
        except (sqlite3.Error, OSError) as error:
            failed = error
        self._after([ticket for ticket, *_ in work], failed)
