"""Round after round on a disk that fails: each on a copy of a folder, in a process of its own that may die.

Started by test_every_write.py with the library of failing_disk.py: `disk_rounds.py PAIR PATH,PATH HOW:STEP...`.
Prints one line a round: which call failed, how the process ended, and what was wrong afterwards (nothing, it is hoped).
"""

import ctypes
import errno
import json
import os
import shutil
import sys
from pathlib import Path

from write_paths import PATHS

from adjoin.core.refusal import Refusal
from adjoin.store.room import room

calls = ctypes.CDLL(None).disk_calls


def apart(job):
    """A job in a process of its own: how it ended, and the lines it said before."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            job(lambda said: os.write(write, json.dumps(said).encode() + b"\n"))
            status = 0
        except Refusal as refusal:
            os.write(write, json.dumps(f"refused: {refusal.kind}").encode())
            status = 2
        except Exception as error:  # noqa: BLE001  # whatever it is, the test has to see it
            os.write(write, json.dumps(f"{type(error).__module__}.{type(error).__name__}: {error}"[:300]).encode())
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = [json.loads(line) for line in pipe.read().splitlines()]
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def written(path, folder, say):
    """The whole path, step by step; what is there already is left."""
    for step in path.steps:
        step(folder)
        say("done")


def failing(path, folder, at, how, say):
    number = errno.ENOSPC if how == "full" else errno.EIO
    os.environ.update(DISK_AT=str(calls() + at), DISK_HOW=how, DISK_ERRNO=str(number))
    with room(folder):  # as every command does
        written(path, folder, say)


def seen(path, folder):
    return json.loads(json.dumps(path.seen(folder)))


def found(path, folder, states, acknowledged, say):
    """What is wrong after a round, in a process that knows nothing of it: with the books, and with a second try."""
    now = seen(path, folder)
    if now not in states:
        say(["neither before nor after", now, states])
    elif now not in states[acknowledged:]:
        say("acknowledged, and is not there")
    written(path, folder, lambda _: None)
    if seen(path, folder) != states[-1]:
        say(["a second try gives something else", seen(path, folder), states[-1]])
    for each in path.sound(folder):
        say(["not sound", each])


def stands(path, folder, say):
    """How the folder looks before, between and after the steps; and how many calls they made."""
    say(seen(path, folder))
    before = calls()
    for step in path.steps:
        step(folder)
    many = calls() - before
    again = Path(f"{folder}-steps")
    for step in path.steps:
        step(again)
        say(seen(path, again))
    say(many)


def prepared(path, folder, pair):
    """The folder of a path before it is gone; twice."""
    shutil.copytree(pair, folder)
    status, said = apart(lambda _: path.ready(folder))
    assert status == 0, said
    shutil.rmtree(folder / "east")  # who takes part only before
    shutil.copytree(folder, f"{folder}-steps")
    return folder


def main(pair, name, ways):
    path, beside = PATHS[name], os.environ["DISK_UNDER"]  # the way to the bundle holds there
    source = prepared(path, Path(f"{beside}-{name}"), pair)
    template = shutil.copytree(source, Path(f"{beside}-{name}-before"))
    status, said = apart(lambda say: stands(path, source, say))
    assert status == 0, said
    *states, many = said
    for how, step in ways:
        for at in range(1, many + 1, step):
            folder = shutil.copytree(template, Path(f"{beside}-{name}-{at}"))
            ended, told = apart(lambda say: failing(path, folder, at, how, say))  # noqa: B023  # used at once
            acknowledged = told.count("done")
            status, wrong = apart(lambda say: found(path, folder, states, acknowledged, say))  # noqa: B023  # used at once
            wrong += [] if status == 0 else [f"afterwards: {status}"]
            line = {
                "path": name,
                "how": how,
                "at": at,
                "of": many,
                "ended": ended,
                "said": told[acknowledged:],
                "wrong": wrong,
            }
            print(json.dumps(line, ensure_ascii=False), flush=True)
            shutil.rmtree(folder)


if __name__ == "__main__":
    ways = [(how, int(step)) for how, _, step in (way.partition(":") for way in sys.argv[3:])]
    for each in sys.argv[2].split(","):
        main(Path(sys.argv[1]), each, ways)
