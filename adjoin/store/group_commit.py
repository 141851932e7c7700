"""One thread that writes to the inbox: what many hand over shares a commit, and each is told when it is on the disk."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from adjoin.core.refusal import Refusal
from adjoin.store.inbox import Inbox, Packet, Refused

T = TypeVar("T")
_MOST = 5000  # hand-overs of one commit
_CROWD, _GATHER_S = 4, 0.001
_LONG = 16 * 2**20  # bytes of the log that are worth writing back
_MOST_PAGES = 64_000  # of the log, after which a commit writes it back all the same
_AROUND = 200  # bytes of the log for a packet beside its own


class _Log:
    """Keeps the log of the inbox short without holding a commit up.

    A thread with a connection of its own writes most of it back; the little that came meanwhile is written back
    between two commits, and with the next one the log begins anew.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._bytes = 0
        self._thread: Thread | None = None
        inbox.leave_log(_MOST_PAGES)

    def grown(self, size: int) -> None:
        """Call after each commit, with about its size."""
        self._bytes += size
        if self._thread is None and self._bytes > _LONG:
            self._thread = Thread(target=self._write_back, name="log", daemon=True)
            self._thread.start()
        elif self._thread is not None and not self._thread.is_alive():
            self._thread, self._bytes = None, 0
            self._inbox.write_back()

    def close(self) -> None:
        """Wait for what is under way."""
        if self._thread is not None:
            self._thread.join()

    def _write_back(self) -> None:
        beside = self._inbox.beside()
        beside.write_back()
        beside.write_back()  # what came while the first was under way: little, so that the rest is less
        beside.close()


class GroupCommit(Generic[T]):
    """A thread that keeps what it is given, many at once, and then says so.

    `put` may be called from anywhere. `after` is called in the thread with the tickets of a commit and None, or with
    the error that kept them from the disk: then nothing of them is kept, and nobody may be answered.
    """

    def __init__(self, inbox: Inbox, after: Callable[[list[T], Exception | None], None]) -> None:
        self._inbox, self._after = inbox, after
        self._log = _Log(inbox)
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
        self._log.close()
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
        except (sqlite3.Error, OSError, Refusal) as error:
            failed = error
        self._after([ticket for ticket, *_ in work], failed)
        if failed is None:
            self._log.grown(sum(len(each.raw) + _AROUND for _, packets, _ in work for each in packets))
