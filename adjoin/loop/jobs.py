"""Decide, the long runs: a question that takes longer than a reader waits is answered by a process of its own.

    jobs/<id>/given.json       what was asked, by whom, when, with which code; the id is the fingerprint of it
              lock             held by the process as long as it lives, so that nothing believes a dead one
              pid, progress.json, cancelled
              result.json      or refusal.json: written whole, last
    jobs/slots/0, 1            held by those that compute; the others wait for one

The process has its own session: it outlives the server that started it, and a server that comes back finds it. One that
was killed has no lock and no result: it is said to be lost, and can be started again.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adjoin.core.entry import canonical
from adjoin.core.refusal import Refusal
from adjoin.loop import answers
from adjoin.loop.workspace import Workspace

SLOTS = 2  # computing at once
MOST = 8  # alive at once, computing or waiting
FOLDERS = 200  # jobs whose results stay
LONG_S = 1.5  # an estimate above this makes a job
COMMAND = (sys.executable, "-m", "adjoin.cli.main", "job", "run")
_ID = re.compile(r"[0-9a-f]{16}")
Json = Mapping[str, Any]
Compute = Callable[[str, Json, Callable[[float], None]], Json]


@dataclass(frozen=True, slots=True)
class Job:
    """A long run as it stands."""

    id: str
    method: str
    given: Json
    state: str  # "waiting", "running", "done", "refused", "cancelled", "lost"
    by: str
    asked: datetime
    seconds: float  # that it has been computing, or computed
    estimate: float | None  # seconds, from earlier runs of the method
    share: float | None  # that it says is done
    answer: Json | None = None
    refusal: Refusal | None = None

    @property
    def alive(self) -> bool:
        """Whether its process lives."""
        return self.state in {"waiting", "running"}


def start(workspace: Workspace, method: str, given: Json, *, by: str, now: datetime) -> Job:
    """Start answering a question in a process of its own; the same question is one job."""
    question = answers.asked(given)
    folder = _folder(workspace) / answers.address(workspace, method, question)[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with _held(folder / "lock", tries=5) as lock:  # who only looks holds it for a moment
        if lock is None or (folder / "result.json").is_file():
            return job(workspace, folder.name)
        alive = sum(each.alive for each in jobs(workspace) if each.id != folder.name)
        if alive >= MOST:
            raise Refusal("jobs_full", met=alive, expected=MOST)
        for old in ("refusal.json", "cancelled", "progress.json"):
            (folder / old).unlink(missing_ok=True)
        about = {
            "method": method,
            "given": question,
            "by": by,
            "asked": now.isoformat(),
            "code": workspace.adopted["code"],
        }
        _write(folder / "given.json", about)
        _spawn(folder, lock)
    _forget(workspace)
    return job(workspace, folder.name)


def job(workspace: Workspace, name: str) -> Job:
    """The job of this id."""
    folder = _folder(workspace) / name
    about = _read(folder / "given.json") if _ID.fullmatch(name) else None
    if about is None:
        raise Refusal("unknown_job", met=name[:40])
    ended, progress = _read(folder / "result.json"), _read(folder / "progress.json") or {}
    refused = _read(folder / "refusal.json")
    began = progress.get("began")
    size = len(canonical(about["given"]))
    return Job(
        id=name,
        method=about["method"],
        given=about["given"],
        state=_state(folder, ended, refused, computing=began is not None),
        by=about["by"],
        asked=datetime.fromisoformat(about["asked"]),
        seconds=ended["seconds"] if ended else (time.time() - began if began else 0.0),
        estimate=estimate(workspace, about["method"], size),
        share=progress.get("share"),
        answer=ended["answer"] if ended else None,
        refusal=Refusal(refused["kind"], **refused["facts"]) if refused else None,
    )


def known(workspace: Workspace, method: str, given: Json) -> Job | None:
    """The job of a question with the code of this side, where it was ever asked."""
    try:
        return job(workspace, answers.address(workspace, method, answers.asked(given))[:16])
    except Refusal:
        return None


def jobs(workspace: Workspace) -> tuple[Job, ...]:
    """All jobs whose folder stays, the newest first."""
    found = [job(workspace, folder.name) for folder in _folders(workspace)]
    return tuple(sorted(found, key=lambda each: each.asked, reverse=True))


def cancel(workspace: Workspace, name: str) -> Job:
    """End the process of a job; one that has ended stays as it is."""
    before = job(workspace, name)
    folder = _folder(workspace) / name
    if before.alive:
        (folder / "cancelled").touch()
        with suppress(ProcessLookupError, FileNotFoundError, ValueError):
            os.killpg(int((folder / "pid").read_text()), signal.SIGKILL)
        _wait_until_free(folder / "lock")
    return job(workspace, name)


def estimate(workspace: Workspace, method: str, size: int) -> float | None:
    """Seconds that a question of this size may take, in proportion to what was seen; nothing where nothing was."""
    seen = _read(_folder(workspace) / "seen" / f"{method}.json")
    return None if seen is None else float(seen["seconds"]) * size / max(int(seen["size"]), 1)


def noted(workspace: Workspace, method: str, size: int, seconds: float) -> None:
    """Remember how long a question took; the newest counts."""
    _note(_folder(workspace), method, size, seconds)


def run(folder: Path, compute: Compute) -> None:
    """In the process of a job: wait for a slot, compute, write the result; the lock goes with the process."""
    about = _read(folder / "given.json")
    if about is None:
        raise Refusal("unknown_job", met=folder.name[:40])
    os.nice(5)  # the pages go first
    with _slot(folder.parent / "slots"):
        began, wall = time.monotonic(), time.time()
        _write(folder / "progress.json", {"began": wall, "share": None}, durable=False)

        def report(share: float) -> None:
            _write(folder / "progress.json", {"began": wall, "share": min(max(share, 0.0), 1.0)}, durable=False)

        try:
            answer = json.loads(json.dumps(compute(about["method"], about["given"], report)))
        except Refusal as refusal:
            facts = {name: str(fact) for name, fact in refusal.facts.items()}
            _write(folder / "refusal.json", {"kind": refusal.kind, "facts": facts})
            return
        seconds = time.monotonic() - began
        _write(folder / "result.json", {"answer": answer, "seconds": seconds})
        _note(folder.parent, about["method"], len(canonical(about["given"])), seconds)


# — processes —


def _spawn(folder: Path, lock: int) -> None:
    """Start the process; it inherits the lock, so there is no moment in which nobody holds it."""
    with (folder / "log.txt").open("wb") as log:
        made = subprocess.Popen(  # noqa: S603  # our own program, with a path of our own making
            [*COMMAND, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),
            start_new_session=True,
        )
    (folder / "pid").write_text(str(made.pid))
    _CHILDREN.append(made)
    _CHILDREN[:] = [each for each in _CHILDREN if each.poll() is None]  # the ended ones are laid to rest


_CHILDREN: list[subprocess.Popen[bytes]] = []


def _state(folder: Path, ended: Json | None, refused: Json | None, *, computing: bool) -> str:
    if ended is not None:
        return "done"
    if refused is not None:
        return "refused"
    with _held(folder / "lock") as lock:
        alive = lock is None
    if alive:
        return "running" if computing else "waiting"
    if (folder / "result.json").is_file() or (folder / "refusal.json").is_file():  # it ended while it was looked at
        return "running"
    return "cancelled" if (folder / "cancelled").exists() else "lost"


@contextmanager
def _held(path: Path, tries: int = 1) -> Iterator[int | None]:
    """The lock of a file as a handle; nothing where somebody else holds it, after so many looks."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    while not _locked(handle):
        tries -= 1
        if tries < 1:
            os.close(handle)
            yield None
            return
        time.sleep(0.01)
    try:
        yield handle
    finally:
        os.close(handle)  # a process that inherited it goes on holding the lock


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _slot(folder: Path) -> Iterator[None]:
    """One of the few places to compute in; waits for one."""
    folder.mkdir(exist_ok=True)
    while True:
        for number in range(SLOTS):
            with _held(folder / str(number)) as handle:
                if handle is not None:
                    yield
                    return
        time.sleep(0.1)


def _wait_until_free(path: Path) -> None:
    for _ in range(100):
        with _held(path) as handle:
            if handle is not None:
                return
        time.sleep(0.02)


# — files —


def _folder(workspace: Workspace) -> Path:
    return workspace.folder / "jobs"


def _folders(workspace: Workspace) -> list[Path]:
    whole = _folder(workspace)
    if not whole.is_dir():
        return []
    return [each for each in whole.iterdir() if _ID.fullmatch(each.name) and (each / "given.json").is_file()]


def _forget(workspace: Workspace) -> None:
    """Remove the oldest jobs that have ended, above a number."""
    found = sorted(_folders(workspace), key=lambda each: each.stat().st_mtime)
    for folder in found[: max(0, len(found) - FOLDERS)]:
        if not job(workspace, folder.name).alive:
            shutil.rmtree(folder, ignore_errors=True)


def _note(folder: Path, method: str, size: int, seconds: float) -> None:
    (folder / "seen").mkdir(parents=True, exist_ok=True)
    _write(folder / "seen" / f"{method}.json", {"size": size, "seconds": seconds}, durable=False)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    return found


def _write(path: Path, value: Json, *, durable: bool = True) -> None:
    """A file, whole or not at all."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    beside.replace(path)
