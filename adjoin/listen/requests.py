"""What the host asks of stations: sent when a station is connected, again when it does not answer, and written down.

waiting --> sent --> ready (9011) --> done (9012)          no_answer, refused, expired
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adjoin.core.refusal import Refusal
from adjoin.formats import hj212_exchange
from adjoin.formats.hj212 import Frame
from adjoin.listen.server import Client, Listener

EVERY_S = 1.0
ANSWER_S, AGAIN = 10.0, 3  # the standard's defaults: time for an answer, and how often it is asked again
EXPIRES_US = 24 * 3600 * 10**6  # a station that does not come back within a day


@dataclass
class _Sent:
    number: int
    client: Client
    packet: bytes
    since: float
    attempts: int = 1
    ready: bool = False


@dataclass
class Requests:
    """The requests of one listener."""

    listener: Listener
    clock: Callable[[], datetime]
    log: Callable[..., None]
    sent: dict[str, _Sent] = field(default_factory=dict)  # by QN
    _last: datetime | None = None
    _failed: str = ""  # what was told last, so that it is told once
    _writing: set["asyncio.Task[None]"] = field(default_factory=set)

    async def follow(self) -> None:
        """Look for new requests and overdue answers, once a second."""
        self.listener.answered = self.answered
        while True:
            await asyncio.sleep(EVERY_S)
            failed = ""
            try:
                for row in await self._run(lambda: self.listener.inbox.beside().requests("waiting")):
                    await self._send(row)
                await self._overdue()
            except Exception as error:  # noqa: BLE001  # a disk that takes nothing now takes the request later
                failed = str(error) or type(error).__name__
            if failed and failed != self._failed:
                self.log("requests_wait", level="warning", error=failed)
            self._failed = failed

    def answered(self, frame: Frame) -> None:
        """A station said something of a request."""
        said, sent = hj212_exchange.outcome(frame), self.sent.get(frame.qn)
        if said is None or sent is None:
            return
        state, text = said
        if state == "ready":
            sent.ready, sent.since = True, time.monotonic()
            state = "ready" if text.startswith("1:") else "refused"
        if state != "ready":
            del self.sent[frame.qn]
        self._tell(sent.number, state, text)

    async def _send(self, row: dict[str, Any]) -> None:
        now = self.clock()
        spoken = self.listener.spoken(row["mn"])
        if spoken is None:
            if now.timestamp() * 1e6 - row["asked"] > EXPIRES_US:
                await self._write(row["id"], "expired", "")
            return
        client, frame = spoken
        now = self._last = max(now, (self._last or now) + timedelta(milliseconds=1))
        try:
            packet = hj212_exchange.request(row["mn"], frame.st, row["cn"], row["fields"], now=now, pw=frame.pw)
        except Refusal as refusal:
            await self._write(row["id"], "refused", refusal.kind)
            return
        qn = hj212_exchange.stamp(now)
        await self._write(row["id"], "sent", "", qn)
        self.sent[qn] = _Sent(row["id"], client, packet, time.monotonic())
        client.write(packet)

    async def _overdue(self) -> None:
        """Ask again, or write down that there was no answer."""
        for qn, sent in list(self.sent.items()):
            if time.monotonic() - sent.since < ANSWER_S * (AGAIN if sent.ready else 1):
                continue
            if sent.ready or sent.attempts > AGAIN:
                del self.sent[qn]
                await self._write(sent.number, "no_answer", "9012" if sent.ready else "9011")
            else:
                sent.attempts, sent.since = sent.attempts + 1, time.monotonic()
                sent.client.write(sent.packet)

    def _tell(self, number: int, state: str, text: str) -> None:
        task = asyncio.get_running_loop().create_task(self._write(number, state, text))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, number: int, state: str, text: str, qn: str = "") -> None:
        def write() -> None:
            box = self.listener.inbox.beside()
            try:
                box.told(number, state, qn=qn, said=text)
            finally:
                box.close()

        await self._run(write)

    @staticmethod
    async def _run(work: Callable[[], Any]) -> Any:  # noqa: ANN401  # what the work gives
        return await asyncio.get_running_loop().run_in_executor(None, work)
