"""A second process of stations: so many connections, each with so many packets under way, one sent for each answer."""

import asyncio
import json
import sys
import time

from adjoin.formats.hj212 import written

DATA = (
    "w01010-Rtd=22.4,w01010-Flag=N;w01001-Rtd=7.44,w01001-Flag=N;w01009-Rtd=8.18,w01009-Flag=N;"
    "w01014-Rtd=257.9,w01014-Flag=N;w01003-Rtd=215.8,w01003-Flag=N;w01019-Rtd=1.61,w01019-Flag=N;"
    "w21003-Rtd=0.141,w21003-Flag=N;w21011-Rtd=0.065,w21011-Flag=N;w21001-Rtd=1.91,w21001-Flag=N"
)


def packets(station, many):
    """Packets as a water station sends them, each under a number of its own."""
    head = f"ST=21;CN=2011;PW=123456;MN=BENCH{station:06d};Flag=5;CP=&&DataTime=20260905120000;{DATA}&&"
    return [written(f"QN=20260905{number:09d};{head}") for number in range(many)]


class Station(asyncio.Protocol):
    def __init__(self, sent, window, times, done):
        self.sent, self.window, self.times, self.done = sent, window, times, done
        self.next = self.answered = 0
        self.at = [0.0] * len(sent)
        self.rest = b""

    def connection_made(self, transport):
        self.transport = transport

    def begin(self):
        self.send(self.window)

    def send(self, many):
        now, until = time.perf_counter(), min(self.next + many, len(self.sent))
        self.at[self.next : until] = [now] * (until - self.next)
        if until > self.next:
            self.transport.write(b"".join(self.sent[self.next : until]))
        self.next = until

    def data_received(self, data):
        answers = data.count(b"\r\n")
        now = time.perf_counter()
        self.times += [now - at for at in self.at[self.answered : self.answered + answers]]
        self.answered += answers
        if self.answered == len(self.sent):
            self.done()
        else:
            self.send(answers)

    def connection_lost(self, exc):
        if self.answered < len(self.sent):
            raise SystemExit(f"cut off after {self.answered} of {len(self.sent)}: {exc}")


async def main(port, stations, window, each):
    loop, times, left = asyncio.get_running_loop(), [], stations
    finished = asyncio.Event()

    def done():
        nonlocal left
        left -= 1
        if not left:
            finished.set()

    made = [Station(packets(number, each), window, times, done) for number in range(stations)]
    for at in range(0, stations, 100):
        await asyncio.gather(
            *(loop.create_connection(lambda one=one: one, "127.0.0.1", port) for one in made[at : at + 100])
        )
    start = time.perf_counter()
    for one in made:
        one.begin()
    await finished.wait()
    seconds = time.perf_counter() - start
    times.sort()
    at = {name: times[int(len(times) * share) - 1] * 1000 for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99))}
    print(json.dumps({"work": len(times), "seconds": seconds, "rate": len(times) / seconds, **at}))


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(*map(int, sys.argv[1:5])))
