"""A second process that reads pages: so many connections at once, each asking again as soon as it is answered."""

import asyncio
import json
import sys
import time


async def reader(port: int, paths: list[str], until: int, times: list[float], offset: int) -> None:
    inn, out = await asyncio.open_connection("127.0.0.1", port)
    for number in range(until):
        path = paths[(number + offset) % len(paths)]
        start = time.perf_counter()
        out.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await inn.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"{path}: {head[:80]!r}")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await inn.readexactly(length)
        times.append(time.perf_counter() - start)
    out.close()


async def main(port: int, readers: int, each: int, paths: list[str]) -> None:
    times: list[float] = []
    start = time.perf_counter()
    await asyncio.gather(*(reader(port, paths, each, times, offset) for offset in range(readers)))
    seconds = time.perf_counter() - start
    times.sort()
    at = {name: times[int(len(times) * share) - 1] * 1000 for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99))}
    print(json.dumps({"work": len(times), "seconds": seconds, "rate": len(times) / seconds, **at}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
