"""The listener: packets in, one shared commit, answers out.

Bytes are read and packets are told apart in the event loop; a thread writes them to the disk, many in a commit; when
the commit is on the disk the loop sends the answers that waited for it. So an answer means: kept. When the disk takes
nothing, nothing is answered, and stations send again.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from adjoin.core.refusal import Refusal
from adjoin.formats import hj212_exchange
from adjoin.formats.hj212 import Frame, Reject
from adjoin.formats.hj212_stream import Reader
from adjoin.formats.stations import EVERYBODY
from adjoin.listen.limits import Limits
from adjoin.listen.metrics import Metrics
from adjoin.loop import intake
from adjoin.store.group_commit import GroupCommit
from adjoin.store.inbox import Inbox, Refused

SWEEP_S = 1.0
FAREWELL_S = 3.0  # for the last answers to go out
_MINUTE = 60.0
_JUMP_S = 5.0

Log = Callable[..., None]


def _nobody_asked(_: Frame) -> None:
    """Nothing was asked of any station."""


@dataclass(slots=True)
class Ticket:
    """Packets of one client on their way to the disk, and the answers that wait for it."""

    client: "Client"
    packets: int
    size: int
    answers: bytes
    since: float


@dataclass
class Listener:
    """A running listener."""

    inbox: Inbox
    limits: Limits
    clock: Callable[[], datetime]
    log: Log
    dialects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    set_time: bool = True  # answer a station that asks for the time with the time
    metrics: Metrics = field(default_factory=Metrics)
    clients: set["Client"] = field(default_factory=set)
    stations: dict[str, tuple["Client", Frame]] = field(default_factory=dict)  # what a station last said, and where
    waiting: int = 0  # bytes not on the disk yet
    full: bool = False  # so many that nothing more is read
    answered: Callable[[Frame], None] = _nobody_asked  # what to do with a station's answer to a request
    _commit: GroupCommit[Ticket] = field(init=False)
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _server: asyncio.AbstractServer | None = None
    _nobody: asyncio.Event = field(default_factory=asyncio.Event)  # the last client is gone
    _sweeping: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Begin to listen; gives the port."""
        self._loop = asyncio.get_running_loop()
        self.inbox.ready()
        self._commit = GroupCommit(self.inbox, self._from_thread)
        try:
            self._server = await self._loop.create_server(lambda: Client(self), host, port, backlog=1024)
        except (OSError, OverflowError) as error:
            self._commit.close()
            raise Refusal("listen_address", met=f"{host}:{port}", why=str(error)) from None
        self._sweeping = self._loop.create_task(self._sweep())
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more, keep and answer what came, then let everybody go."""
        if self._server is not None:
            self._server.close()
        if self._sweeping is not None:
            self._sweeping.cancel()
        for client in list(self.clients):
            client.pause("stopping")
        await self._loop.run_in_executor(None, self._commit.close)
        await asyncio.sleep(0)  # the answers of the last commit are written
        self._nobody.clear()
        for client in list(self.clients):
            client.close()
        if self.clients:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._nobody.wait(), FAREWELL_S)

    def gone(self, client: "Client") -> None:
        """A client is no more."""
        self.clients.discard(client)
        if not self.clients:
            self._nobody.set()

    def take(self, client: "Client", found: Sequence[Frame | Reject], size: int) -> bool:
        """Hand what a client sent to the disk, with the answers it will get; whether a station is too fast."""
        packets, answers, rejects, fast = [], b"", [], False
        for each in found:
            if isinstance(each, Reject):
                rejects.append(each)
                continue
            packets.append(intake.packed(each))
            answers += self._answer(each)
            self.stations[each.mn] = (client, each)
            sent = client.counts.get(each.mn, 0) + 1
            client.counts[each.mn] = sent
            fast = fast or sent > self.limits.per_station
        told = self._told(client, rejects) if rejects else []
        self.waiting += size
        client.waiting += size
        self._commit.put(Ticket(client, len(packets), size, answers, time.monotonic()), packets, told)
        return fast

    def _told(self, client: "Client", rejects: Sequence[Reject]) -> list[Refused]:
        """The rejects that are kept; all are counted."""
        kept = client.rejects_to_keep(len(rejects))
        self.metrics.add("rejects", len(rejects))
        self.metrics.add("rejects_dropped", len(rejects) - kept)
        return [intake.refused(each, client.peer) for each in rejects[:kept]]

    def _answer(self, frame: Frame) -> bytes:
        if frame.cn in hj212_exchange.ANSWERS:
            self.answered(frame)
            return b""
        if not frame.wants_answer:
            return b""
        answer = hj212_exchange.answer(frame)
        if frame.cn == hj212_exchange.CALIBRATION and self.set_time:
            answer += hj212_exchange.set_time(frame, now=self.clock())
        return answer

    def _from_thread(self, tickets: list[Ticket], failed: Exception | None) -> None:
        self._loop.call_soon_threadsafe(self._committed, tickets, failed)

    def _committed(self, tickets: list[Ticket], failed: Exception | None) -> None:
        """A commit is on the disk, or is not: answers go out, or nobody hears anything."""
        packets = sum(ticket.packets for ticket in tickets)
        self._say_keeping(failed)
        self.metrics.add("failed_commits" if failed else "commits")
        self.metrics.add("unanswered" if failed else "packets", packets)
        self.metrics.set("commit_seconds", time.monotonic() - tickets[0].since)
        for ticket in tickets:
            self.waiting -= ticket.size
            ticket.client.committed(ticket, answered=failed is None)
        if failed is None:
            self.metrics.add("answers", sum(ticket.packets for ticket in tickets if ticket.answers))
        if self.full and self.waiting < self.limits.waiting_bytes:
            self.full = False
            for client in list(self.clients):
                client.resume("everybody")

    def _say_keeping(self, failed: Exception | None) -> None:
        keeping = self.metrics.values["keeping"]
        if failed and keeping:
            self.log("disk_takes_nothing", level="error", error=str(failed))
        elif not failed and not keeping:
            self.log("disk_takes_again")
        self.metrics.set("keeping", 0.0 if failed else 1.0)

    async def _sweep(self) -> None:
        """Once a second: rates begin anew, who oversteps a limit is let go, requests are sent, jumps are told."""
        wall, steady = time.time(), time.monotonic()
        while True:
            await asyncio.sleep(SWEEP_S)
            jump = (time.time() - wall) - (time.monotonic() - steady)
            wall, steady = time.time(), time.monotonic()
            if abs(jump) > _JUMP_S:
                self.metrics.set("clock_jump_seconds", jump)
                self.log("clock_jumped", level="warning", seconds=round(jump, 3))
            for client in list(self.clients):
                client.counts.clear()
                client.resume("rate")
                client.check(steady)
            self.metrics.set("connections", len(self.clients))
            self.metrics.set("waiting_bytes", self.waiting)

    def spoken(self, mn: str) -> tuple["Client", Frame] | None:
        """The connection of a station and what it last said there; None where it is not connected."""
        found = self.stations.get(mn)
        return found if found is not None and found[0] in self.clients else None


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.peer = ""
        self.waiting = 0
        self.counts: dict[str, int] = {}  # packets of each station in this second
        self._reader = Reader(
            listener.dialects.get(EVERYBODY, ()), {mn: d for mn, d in listener.dialects.items() if mn != EVERYBODY}
        )
        self._paused: set[str] = set()
        self._transport: asyncio.Transport | None = None
        self._since = self._heard = self._began = time.monotonic()
        self._unread_since: float | None = None
        self._packets = self._bad_in_a_row = self._kept_rejects = 0
        self._minute = self._since

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connects."""
        self._transport = cast("asyncio.Transport", transport)
        self.listener.metrics.add("connections_total")
        if len(self.listener.clients) >= self.listener.limits.connections:
            self.listener.metrics.add("connections_refused")
            self._transport.abort()
            return
        name = transport.get_extra_info("peername")
        self.peer = f"{name[0]}:{name[1]}" if name else ""
        self._transport.set_write_buffer_limits(self.listener.limits.answers_bytes)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.listener.limits.answers_bytes)
        self.listener.clients.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's form
        """They are gone; what stood half in the line is told."""
        if self in self.listener.clients:
            self.listener.gone(self)
            if rejects := list(self._reader.close()):
                self.listener.take(self, rejects, 0)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        listener, limits, now = self.listener, self.listener.limits, time.monotonic()
        if not self._reader.held:
            self._began = now
        self._heard = now
        found = self._reader.feed(data)
        if not found:
            return
        self._began = now
        if isinstance(found[-1], Frame):
            self._packets += 1
            self._bad_in_a_row = 0
        else:
            self._bad_in_a_row += len(found)
        if listener.take(self, found, len(data)):
            listener.metrics.add("slowed")
            self.pause("rate")
        if self.waiting > limits.waiting_each_bytes:
            self.pause("own")
        if listener.waiting > limits.waiting_bytes:
            listener.full = True
            self.pause("everybody")
        if self._bad_in_a_row > limits.rejects_in_a_row:
            self.let_go("garbage")

    def committed(self, ticket: Ticket, *, answered: bool) -> None:
        """What this client sent is on the disk, or is not."""
        self.waiting -= ticket.size
        if answered and ticket.answers:
            self.write(ticket.answers)
        if self.waiting <= self.listener.limits.waiting_each_bytes:
            self.resume("own")

    def write(self, data: bytes) -> None:
        """Send, while they are there."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def pause_writing(self) -> None:
        """They do not read their answers: nothing more is read from them until they do."""
        self._unread_since = time.monotonic()
        self.pause("unread")

    def resume_writing(self) -> None:
        """They read again."""
        self._unread_since = None
        self.resume("unread")

    def pause(self, why: str) -> None:
        """Read nothing from them for now."""
        if not self._paused and self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()
        self._paused.add(why)

    def resume(self, why: str) -> None:
        """Read from them again, unless there is another reason not to."""
        if why in self._paused:
            self._paused.discard(why)
            if not self._paused and self._transport is not None and not self._transport.is_closing():
                self._transport.resume_reading()

    def check(self, now: float) -> None:
        """Let them go where they overstep a limit of time."""
        limits = self.listener.limits
        if self._unread_since is not None and now - self._unread_since > limits.unread_s:
            self.let_go("answers_not_read")
        elif not self._packets and now - self._since > limits.first_packet_s:
            self.let_go("no_packet")
        elif self._reader.held and now - self._began > limits.rest_of_packet_s:
            self.let_go("half_a_packet")
        elif now - self._heard > limits.silent_s:
            self.let_go("silent")

    def rejects_to_keep(self, count: int) -> int:
        """How many of these rejects may be kept: one client does not fill the disk with them."""
        now = time.monotonic()
        if now - self._minute > _MINUTE:
            self._minute, self._kept_rejects = now, 0
        allowed = min(count, self.listener.limits.rejects_kept - self._kept_rejects)
        self._kept_rejects += allowed
        return allowed

    def let_go(self, why: str) -> None:
        """End the connection and say why."""
        self.listener.metrics.add("let_go")
        self.listener.log("let_go", peer=self.peer, why=why)
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """End the connection after what is written has gone out."""
        if self._transport is not None:
            self._transport.close()
