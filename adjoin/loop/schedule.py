"""What runs by itself while pages are served: the exchange with the other side, when it can be reached."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from adjoin.core.refusal import Refusal
from adjoin.loop import wire
from adjoin.loop.workspace import Workspace

EVERY_S = 1.0
WHEN_OUT_OF_REACH_S = 1.5  # a look costs one small question, and who comes back should not wait
TELL_EVERY_S = 60.0
OPENING = timedelta(seconds=10)  # both sides may be started together: the other may not answer yet
_LOG = logging.getLogger(__name__)


class Exchanging(threading.Thread):
    """Asks the other side for its head now and then; packages go only when one side has what the other lacks."""

    def __init__(self, workspace: Workspace, clock: Callable[[], datetime]) -> None:
        super().__init__(name="exchange", daemon=True)
        self.workspace = workspace
        self.clock = clock
        self.reachable: bool | None = None
        self._began = clock()
        self._told = False
        self._ended = threading.Event()

    def run(self) -> None:
        """Until `end` is called."""
        while not self._ended.wait(EVERY_S if self.reachable is not False else WHEN_OUT_OF_REACH_S):
            self.once()

    def once(self) -> None:
        """One look at the other side; being out of touch is normal and changes nothing."""
        import httpx

        try:
            wire.sync(self.workspace, now=self.clock())
        except (httpx.HTTPError, Refusal) as error:
            self.reachable = False
            self._tell(getattr(error, "kind", type(error).__name__))
        else:
            self.reachable, self._told = True, False

    def _tell(self, why: str) -> None:
        """Say it once, and not while both sides are still opening."""
        if self._told or self.clock() - self._began < OPENING:
            return
        self._told = True
        _LOG.warning("暂时无法与对方交换，将自动重试 · nothing could be exchanged yet, it is tried again: %s", why)

    def end(self) -> None:
        """Stop after the look that is under way."""
        self._ended.set()


class Telling(threading.Thread):
    """Puts what waits for this side into the outbox and hands over what is due, once a minute."""

    def __init__(self, workspace: Workspace, clock: Callable[[], datetime]) -> None:
        super().__init__(name="telling", daemon=True)
        self.workspace = workspace
        self.clock = clock
        self._ended = threading.Event()

    def run(self) -> None:
        """Until `end` is called; what goes wrong is said once in the log and tried again."""
        while not self._ended.wait(TELL_EVERY_S):
            self.once()

    def once(self) -> None:
        """One look at what waits."""
        from adjoin.loop import digest

        try:
            digest.put(self.workspace, now=self.clock())
            digest.send_due(self.workspace, now=self.clock())
        except (Refusal, OSError) as error:
            _LOG.warning("nothing could be told: %s", error)

    def end(self) -> None:
        """Stop after the look that is under way."""
        self._ended.set()
