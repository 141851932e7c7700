"""The process that moves packets from the inbox into the observed book, beside the listener and out of its way.

It ends when its input ends, so it never outlives a listener that was killed; what waits then is taken up by the next.
"""

import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.listen.logs import log_to_stderr
from adjoin.loop import intake
from adjoin.loop.workspace import Workspace, open_workspace
from adjoin.store.inbox import DAYS, Inbox

EVERY_S = 1.0
_WORST_S = 60.0  # between attempts while the book takes nothing
_HOUR = timedelta(hours=1)


def follow(workspace: Workspace, box: Inbox, *, ended: threading.Event, log: Callable[..., None]) -> None:
    """Drain again and again until the input ends, and once more then."""
    pause, cleared = EVERY_S, now() - _HOUR
    while True:
        last = ended.wait(pause)
        pause = EVERY_S if _drained(workspace, box, log) else min(2 * pause, _WORST_S)
        if now() - cleared >= _HOUR:
            cleared = now()
            _forget(box, log)
        if last:
            return


def now() -> datetime:
    """The clock of this process."""
    return datetime.now(ZONE)


def _drained(workspace: Workspace, box: Inbox, log: Callable[..., None]) -> bool:
    try:
        done = intake.drain(workspace, box)
    except Refusal as refusal:
        log("not_drained", level="warning", kind=refusal.kind, facts=refusal.facts)
        return False
    except Exception as error:  # noqa: BLE001  # whatever keeps the book from taking them, the packets wait
        log("not_drained", level="error", error=f"{type(error).__name__}: {error}")
        return False
    if done.packets:
        log("drained", packets=done.packets, aside=done.aside, new=done.taken.new, known=done.taken.known,
            replaced=done.taken.replaced, rejected=done.rejected)  # fmt: skip
    return True


def _forget(box: Inbox, log: Callable[..., None]) -> None:
    try:
        gone = box.forget(int((now() - timedelta(days=DAYS)).timestamp() * 1e6))
    except Exception as error:  # noqa: BLE001  # tried again in an hour
        log("not_cleared", level="warning", error=str(error))
    else:
        if gone:
            log("cleared", packets=gone, days=DAYS)


def main(folder: Path) -> None:
    """Follow one workspace until the input ends."""
    os.nice(10)
    ended = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        ended.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    workspace = open_workspace(folder, at_once=False)
    follow(workspace, intake.inbox(workspace, now), ended=ended, log=log_to_stderr(now))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
