"""One line of JSON an event, on the error stream: for a journal that people and programs search."""

import json
import sys
from collections.abc import Callable
from datetime import datetime


def log_to_stderr(clock: Callable[[], datetime]) -> Callable[..., None]:
    """A function that writes an event with its facts; `level` is info where nothing else is said."""

    def log(event: str, *, level: str = "info", **facts: object) -> None:
        line = {"time": clock().isoformat(), "level": level, "event": event, **facts}
        print(json.dumps(line, ensure_ascii=False, default=str), file=sys.stderr, flush=True)  # noqa: T201  # the journal

    return log
