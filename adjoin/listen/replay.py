"""A bundle's own readings sent again as packets, each station over its own connection, named as a replay.

A station waits for the answer to a packet, sends it again when none comes (three times, as the standard has it), and
connects anew when the line was cut. The number of a packet is made of its time and station: a replay that is run
twice, or cut and begun again, changes nothing that is kept.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from adjoin.core.observation import MISSING
from adjoin.core.period import ZONE
from adjoin.formats import bundle, hj212_exchange, mappings, stations
from adjoin.formats.hj212 import Frame, written
from adjoin.formats.hj212_stream import Reader
from adjoin.formats.hj212_tables import factors, flags
from adjoin.formats.stations import Station
from adjoin.formats.tables import Reject, Sheet, Window
from adjoin.loop.workspace import load_region

ANSWER_S = 10.0  # the standard's time for an answer
AGAIN = 3  # times a packet is sent again over one connection
_CONNECT_S = 5.0
_MOST = 40  # connections that one station tries before it gives up
_EVER = datetime(1900, 1, 1, tzinfo=ZONE)
_LATER = datetime(9000, 1, 1, tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet of a replay."""

    time: datetime
    qn: str
    data: bytes


@dataclass
class Outcome:
    """What became of a replay."""

    packets: int = 0
    answered: int = 0
    again: int = 0  # packets that were sent once more
    connections: int = 0
    given_up: int = 0  # packets that never were answered
    left_out: int = 0  # values with a flag that HJ 212 has no letter for
    seconds: float = 0.0
    stations: set[str] = field(default_factory=set)


def script(folder: Path) -> tuple[Mapping[str, list[Sent]], int]:
    """The packets of each station of a bundle, by time; and how many values had to be left out."""
    region = load_region(folder)
    known = stations.read(folder, region.sites)
    at = {each.site: each for each in known.values() if each.replayed}
    values: dict[tuple[str, datetime], dict[str, str]] = defaultdict(dict)
    left_out = 0
    for path, name in bundle.observation_files(folder):
        mapped = mappings.mapping(name, folder / "mappings")
        sheet = Sheet(path, mapped, region, now=_LATER, window=Window(_EVER, _LATER))
        for row in sheet:
            if isinstance(row, Reject) or row.site not in at:
                continue
            pairs = zip(sheet.head.quantities, row.values, row.flags or ("",) * len(row.values), strict=True)
            items = [(code, _item(code, value, flag)) for (code, _), value, flag in pairs if value]
            left_out += sum(item is None for _, item in items)
            values[row.site, row.time] |= {code: item for code, item in items if item is not None}
    found: dict[str, list[Sent]] = defaultdict(list)
    numbers = {site: number for number, site in enumerate(sorted(at))}
    for (site, time), items_ in sorted(values.items(), key=lambda row: row[0][1]):
        if items_:
            found[at[site].mn].append(_packet(at[site], time, numbers[site], items_.values()))
    return found, left_out


async def run(packets: Mapping[str, list[Sent]], host: str, port: int, *, speed: float = 0.0) -> Outcome:
    """Send them; at `speed` times the pace they were measured in, or at 0 as fast as they are answered."""
    loop, outcome = asyncio.get_running_loop(), Outcome(stations=set(packets))
    start, first = loop.time(), min((rows[0].time for rows in packets.values() if rows), default=None)
    if first is not None:
        await asyncio.gather(
            *(_station(rows, host, port, outcome, _Pace(speed, first, start)) for rows in packets.values())
        )
    outcome.seconds = loop.time() - start
    return outcome


@dataclass(frozen=True, slots=True)
class _Pace:
    speed: float
    first: datetime
    start: float

    async def wait(self, time: datetime) -> None:
        """Until a packet is due."""
        if self.speed:
            due = self.start + (time - self.first).total_seconds() / self.speed
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))


async def _station(rows: list[Sent], host: str, port: int, outcome: Outcome, pace: _Pace) -> None:
    """One station: packet after packet, over as many connections as it takes."""
    left, tried = list(rows), 0
    outcome.packets += len(rows)
    while left and tried < _MOST:
        tried += 1
        before = len(left)
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), _CONNECT_S)
            outcome.connections += 1
            try:
                await _connected(left, reader, writer, outcome, pace)
            finally:
                writer.transport.abort()
        if len(left) < before:
            tried = 0
        elif left:
            outcome.again += 1
            await asyncio.sleep(0.01 * tried)
    outcome.given_up += len(left)


async def _connected(
    left: list[Sent], reader: asyncio.StreamReader, writer: asyncio.StreamWriter, outcome: Outcome, pace: _Pace
) -> None:
    answers = Reader()
    while left:
        await pace.wait(left[0].time)
        for attempt in range(AGAIN + 1):
            outcome.again += attempt > 0
            writer.write(left[0].data)
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(_answered(left[0].qn, reader, answers), ANSWER_S)
                break
        else:
            raise TimeoutError
        outcome.answered += 1
        del left[0]


async def _answered(qn: str, reader: asyncio.StreamReader, answers: Reader) -> None:
    while True:
        data = await reader.read(65536)
        if not data:
            raise asyncio.IncompleteReadError(b"", None)
        if any(isinstance(each, Frame) and each.qn == qn and each.cn == "9014" for each in answers.feed(data)):
            return


def _item(code: str, value: str, flag: str) -> str | None:
    """One value as it stands in a packet; None where HJ 212 cannot say it."""
    letters = {name: letter for letter, name in flags().items()} | {"missing": "F"}
    if code not in factors() or flag not in letters:
        return None
    said = "--" if value == MISSING else value
    return f"{code}-Rtd={said},{code}-Flag={letters[flag]}"


def _packet(station: Station, time: datetime, number: int, items: Iterable[str]) -> Sent:
    qn = f"{hj212_exchange.clock(time)}{number % 1000:03d}"
    head = f"QN={qn};ST={station.st};CN=2011;PW=123456;MN={station.mn};Flag=5"
    area = ";".join([f"DataTime={hj212_exchange.clock(time)}", *items])
    return Sent(time, qn, written(f"{head};CP=&&{area}&&"))
