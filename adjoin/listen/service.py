"""`adjoin listen`: one process that keeps and answers, one beside it that drains, until SIGTERM."""

import asyncio
import contextlib
import gc
import resource
import signal
import subprocess  # its own drainer
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from adjoin.core.refusal import Refusal
from adjoin.formats import stations
from adjoin.listen.limits import Limits
from adjoin.listen.logs import log_to_stderr
from adjoin.listen.requests import Requests
from adjoin.listen.server import Listener
from adjoin.loop import intake
from adjoin.loop.workspace import Workspace

_DRAIN_S = 60.0  # for the last drain after SIGTERM
_AGAIN_S = 5.0  # before a drainer that died is started again
_REQUEST_LINE = 2048
_PATIENCE_S = 1.0
_LOOK_S = 2.0  # between looks at stations.csv


@dataclass
class Service:
    """What is run, and how."""

    workspace: Workspace
    host: str
    port: int
    clock: Callable[[], datetime]
    say: Callable[[int], None]  # called with the port when packets may come
    metrics_port: int | None = None
    set_time: bool = True
    drain: bool = True
    limits: Limits = field(default_factory=Limits)


def serve(service: Service) -> int:
    """Listen until SIGTERM or SIGINT; gives how many packets were kept. One listener a workspace."""
    folder = service.workspace.folder
    about = {"host": service.host, "port": service.port}
    with intake.lease(folder, "listen.lock", "listener_running", patience_s=_PATIENCE_S, **about):
        _many_files(service.limits.connections)
        _seldom_swept()
        return _loop(_serve(service))


async def _serve(service: Service) -> int:
    log = log_to_stderr(service.clock)
    known = intake.registered(service.workspace)
    listener = Listener(
        intake.inbox(service.workspace, service.clock), service.limits, service.clock, log,
        stations.dialects(known), set_time=service.set_time,
    )  # fmt: skip
    stopping = _signals()
    port = await listener.start(service.host, service.port)
    told = await _metrics(listener, service.metrics_port) if service.metrics_port is not None else None
    beside = asyncio.create_task(_drainer(service.workspace.folder, stopping, log)) if service.drain else None
    followed = (Requests(listener, service.clock, log).follow(), _registrations(service.workspace, listener, log))
    following = [asyncio.create_task(each) for each in followed]
    service.say(port)
    log("listening", host=service.host, port=port, stations=len(known))

    await stopping.wait()
    for each in following:
        each.cancel()
    await listener.stop()
    if told is not None:
        told.close()
    if beside is not None:
        await beside
    kept = int(listener.metrics.values["packets"])
    log("stopped", packets=kept, answers=int(listener.metrics.values["answers"]))
    return kept


def _signals() -> asyncio.Event:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


async def _registrations(workspace: Workspace, listener: Listener, log: Callable[..., None]) -> None:
    """A changed `stations.csv` holds for the next connection, without a restart."""
    path = workspace.region_folder / "stations.csv"
    seen = _changed(path)
    while True:
        await asyncio.sleep(_LOOK_S)
        if (found := _changed(path)) != seen:
            seen = found
            try:
                known = intake.registered(workspace)
            except Refusal as refusal:
                log("stations_refused", level="error", kind=refusal.kind, facts=refusal.facts)
            else:
                listener.dialects = stations.dialects(known)
                log("stations_read", stations=len(known))


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


async def _drainer(folder: Path, stopping: asyncio.Event, log: Callable[..., None]) -> None:
    """Keep the drainer going; at the end let it drain once more."""
    while True:
        command = (sys.executable, "-m", "adjoin.listen.drainer", str(folder))
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        ended = asyncio.create_task(process.wait())
        await asyncio.wait({ended, stop := asyncio.create_task(stopping.wait())}, return_when="FIRST_COMPLETED")
        stop.cancel()
        if stopping.is_set():
            await _ended(process, ended)
            return
        log("drainer_died", level="error", status=process.returncode)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _AGAIN_S)


async def _ended(process: asyncio.subprocess.Process, ended: "asyncio.Task[int]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(ended, _DRAIN_S)
    except TimeoutError:  # what it did not manage waits in the inbox
        process.kill()


async def _metrics(listener: Listener, port: int) -> asyncio.AbstractServer:
    """`/metrics` for Prometheus, on this machine only."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await asyncio.wait_for(reader.readline(), 5)
            found = line[:_REQUEST_LINE].split(b" ")[1:2] == [b"/metrics"]
            body = listener.metrics.text().encode() if found else b"/metrics\n"
            status = b"200 OK" if found else b"404 Not Found"
            head = b"HTTP/1.0 %b\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: %d\r\n\r\n"
            writer.write(head % (status, len(body)) + body)
            await writer.drain()
        except (OSError, TimeoutError, ValueError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port)


def _many_files(connections: int) -> None:
    """As many open files as the limits want, as far as the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 200
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))


def _seldom_swept() -> None:
    """Packets hold no rings: to look for some after every 700 objects costs a twentieth of the rate."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _loop(work: Coroutine[Any, Any, int]) -> int:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)
