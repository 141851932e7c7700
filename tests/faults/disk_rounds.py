"""Round after round on a disk that fails: each on a copy of a workspace, in a process of its own that may die.

Started by test_books_power.py with the library of failing_disk.py: `disk_rounds.py WORKSPACE TABLE HOW STEP`.
Prints one line a round: which call failed, how the process ended, and what was wrong afterwards (nothing, it is hoped).
"""

import ctypes
import errno
import json
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path

import deltalake
import duckdb

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.loop import checks, observe, workspace

NOW = datetime(2026, 9, 6, tzinfo=ZONE)
calls = ctypes.CDLL(None).disk_calls
assert deltalake
assert duckdb  # both are loaded before the rounds begin, and not used: a process with threads must not fork


def state(opened):
    """What the books say."""
    receipts = [(each.file, each.new, each.replaced, each.rejects) for each in observe.receipts(opened)]
    rows = [(r.site, r.quantity, r.time, r.value, r.received) for r in opened.observed.read()]
    again = [(r.site, r.quantity, r.time, r.value, r.received) for r in opened.observed.revised()]
    return repr((receipts, rows, again, [entry.kind for entry in opened.done.entries()]))


def work(folder, table):
    """A table with new, corrected and bad rows; then an entry."""
    opened = workspace.open_workspace(folder)
    observe.take(opened, table, "synthetic-snapshot", now=NOW)
    opened.record("note", {"text": "taken"}, now=NOW)


def apart(job):
    """A job in a process of its own: how it ended, and what it said."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(write, json.dumps(job()).encode())
            status = 0
        except Refusal as refusal:
            os.write(write, json.dumps(f"refused: {refusal.kind}").encode())
            status = 2
        except Exception as error:  # noqa: BLE001  # whatever it is, the test has to see it
            os.write(write, json.dumps(f"{type(error).__module__}: {error}"[:400]).encode())
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), json.loads(said) if said else None


def failing(folder, table, at, how):
    number = errno.ENOSPC if how == "full" else errno.EIO
    os.environ.update(DISK_AT=str(calls() + at if at else 0), DISK_HOW=how, DISK_ERRNO=str(number))
    before = calls()
    work(folder, table)
    return calls() - before


def found(folder, table, states, ended):
    """What is wrong after a round: the state must be one of those between the durable steps, and mend by itself."""
    opened = workspace.open_workspace(folder)
    now, wrong = state(opened), [repr(each) for each in checks.check(folder)]
    wrong += [] if now in states else ["neither before nor after"]
    wrong += [] if ended != 0 or now == states[-1] else ["said done, and was not"]
    observe.take(opened, table, "synthetic-snapshot", now=NOW)
    after = [(row.site, row.quantity, row.time, row.value) for row in opened.observed.read()]
    wrong += [] if len(set(after)) == len(after) else ["doubled"]
    shown = observe.receipts(opened)
    wrong += [] if len(shown) == len(opened.done.receipts()) else ["a receipt without its readings stays"]
    return {"wrong": wrong, "rows": len(after)}


def main(source, table, how, step):
    beside = os.environ["DISK_UNDER"]  # the way to the bundle holds there

    def copy(name):
        return shutil.copytree(source, Path(f"{beside}-{name}"))

    def steps():
        opened = workspace.open_workspace(copy("steps"))
        states = [state(opened)]
        observe.take(opened, table, "synthetic-snapshot", now=NOW)
        states.append(state(opened))
        opened.record("note", {"text": "taken"}, now=NOW)
        return [*states, state(opened)]

    _, states = apart(steps)
    _, many = apart(lambda: failing(copy("whole"), table, 0, "error"))
    for at in range(1, many + 1, step):
        folder = copy(str(at))
        ended, said = apart(lambda: failing(folder, table, at, how))  # noqa: B023  # used at once
        _, after = apart(lambda: found(folder, table, states, ended))  # noqa: B023  # used at once
        print(json.dumps({"at": at, "of": many, "ended": ended, "said": said, "after": after}), flush=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
