"""A bad line between a station and the listener: it delays, breaks into pieces, sends twice, and cuts.

For rehearsals and tests. What it does is drawn from a seed, so that a rehearsal can be had again.
"""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Faults:
    """How bad the line is; shares are of the pieces that pass."""

    delay_s: float = 0.0  # each piece waits up to so long
    pieces: float = 0.0  # share that is broken in two
    twice: float = 0.0  # share of pieces towards the listener that is sent twice
    cut: float = 0.0  # share at which the connection ends, half of them before the piece has passed
    seed: int = 1


@dataclass
class Proxy:
    """A line to a listener, and how often it failed."""

    host: str
    port: int
    faults: Faults
    delayed: int = 0
    broken: int = 0
    doubled: int = 0
    cuts: int = 0
    _server: asyncio.AbstractServer | None = None
    _lines: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.faults.seed)  # noqa: S311  # a rehearsal that can be had again

    async def start(self) -> int:
        """Open the line; gives the port to connect to."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close it and everything that passes over it."""
        if self._server is not None:
            self._server.close()
        for line in list(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._lines.add(task)
            task.add_done_callback(self._lines.discard)
        try:
            there, back = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.close()
            return
        ways = [
            asyncio.create_task(self._pass(reader, back, towards=True)),
            asyncio.create_task(self._pass(there, writer, towards=False)),
        ]
        try:
            with suppress(asyncio.CancelledError):  # the line is closed
                await asyncio.wait(ways, return_when="FIRST_COMPLETED")
        finally:
            for each in ways:
                each.cancel()
            writer.transport.abort()
            back.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, towards: bool) -> None:
        with suppress(OSError):
            while piece := await reader.read(65536):
                for part in self._wounded(piece, towards=towards):
                    if part is None:
                        self.cuts += 1
                        return
                    if self.faults.delay_s:
                        self.delayed += 1
                        await asyncio.sleep(self._rng.uniform(0, self.faults.delay_s))
                    writer.write(part)
                    await writer.drain()

    def _wounded(self, piece: bytes, *, towards: bool) -> list[bytes | None]:
        """What becomes of a piece; None: the line is cut there."""
        parts: list[bytes | None] = [piece]
        if towards and self._rng.random() < self.faults.twice:
            self.doubled += 1
            parts = [piece, piece]
        if len(piece) > 1 and self._rng.random() < self.faults.pieces:
            self.broken += 1
            at = self._rng.randrange(1, len(piece))
            parts = [piece[:at], piece[at:], *parts[1:]]
        if self._rng.random() < self.faults.cut:
            parts.insert(self._rng.choice([0, len(parts)]), None)
        return parts
