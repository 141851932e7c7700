"""Packets that are answered because they are on the disk, with the client in a second process; and how fast they read.

The limit stands beside: how often this disk syncs four kilobytes in the same run. One packet under way at one station
cannot be answered more often than that; many share a commit.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import timeit
from datetime import datetime, timedelta
from pathlib import Path

from adjoin.core.period import ZONE
from adjoin.formats import hj212, hj212_crc
from adjoin.formats.hj212 import written
from adjoin.formats.hj212_stream import read
from adjoin.loop import intake, workspace

sys.path.insert(0, str(Path(__file__).parent))
from _stations import DATA

ROOT = Path(__file__).resolve().parent.parent
RUNS = ((1, 1, 4_000), (100, 1, 800), (100, 4, 800), (1000, 1, 80), (1000, 4, 80))  # stations, under way, packets
SYNCS_S = 1.5
DRAINED = 10_000
ROUNDS, REPEATS = 20, 60


def run():
    yield from _reading()
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        for stations, window, each in RUNS:
            yield _listening(Path(folder), stations, window, each)
        yield _draining(Path(folder))


def _reading():
    """The real packets that are accepted, read whole with their items; by three ways to check them."""
    real = json.loads((ROOT / "tests" / "reference" / "hj212_packets.json").read_text("utf-8"))["packets"]
    packets = [each["packet"].encode() for each in real if each["verdict"] == "accept"]
    segments = [packet[6:-4] for packet in packets]
    plain = _rate(lambda: [_read(packet, hj212_crc.annex_a) for packet in packets], len(packets))
    compiled = _compiled()
    fast = _rate(lambda: [_read(packet, compiled) for packet in packets], len(packets))
    letter = _rate(lambda: [hj212_crc.stepwise(segment) for segment in segments], len(packets))
    yield _line("intake.read", plain, "packets/s", "the check by the letter of annex A, alone", letter)
    yield _line("intake.read_compiled", fast, "packets/s", "the same with the folded check", plain)


def _read(packet, check):
    """As the listener and the drain read it."""
    kept, hj212_crc.annex_a = hj212_crc.annex_a, check
    try:
        frame = hj212.whole(packet, packet[6:-4]) or hj212.Packet.of(packet).frame
        return frame.pairs()
    finally:
        hj212_crc.annex_a = kept


def _compiled():
    """The check as a compiled loop over the bytes."""
    import numba
    import numpy as np

    @numba.njit(cache=False)
    def loop(data, table):
        register = 0xFFFF
        for byte in data:
            register = table[(register >> 8) ^ byte]
        return register

    table = np.array([hj212_crc.stepwise(bytes([0xFF ^ byte])) for byte in range(256)], dtype=np.int64)
    return lambda segment: loop(np.frombuffer(segment, np.uint8), table)


def _rate(work, each):
    """How many a second, in the best of many short runs: what the machine does besides does not count."""
    work()
    return ROUNDS * each / min(timeit.repeat(work, number=ROUNDS, repeat=REPEATS))


def _line(name, rate, unit, peer, peer_rate):
    return {
        "name": name, "work": round(rate), "seconds": 1.0, "rate": rate, "unit": unit,
        "peer": peer, "peer_seconds": rate / peer_rate, "ratio": peer_rate / rate,
    }  # fmt: skip


def _home(folder):
    """A new workspace in a folder."""
    bundle = ROOT / "regions" / "two-towns"
    return workspace.init(folder, region=bundle, party=workspace.load_region(bundle).sides[0], now=datetime.now(ZONE))


def _listening(folder, stations, window, each):
    """A listener in its own process, stations in another; packets that were answered and are not kept are lost."""
    made = _home(folder / f"w{stations}-{window}")
    syncs = _syncs(made.folder)
    words = [sys.executable, "-m", "adjoin.cli.main", "listen", "--workspace", made.folder, "--port", "0", "--no-drain"]
    with (folder / "journal").open("w") as journal:
        listener = subprocess.Popen([*words, "--json"], stdout=subprocess.PIPE, stderr=journal, text=True)
    try:
        port = json.loads(listener.stdout.readline())["port"]
        words = [sys.executable, ROOT / "benchmarks" / "_stations.py", *map(str, (port, stations, window, each))]
        found = json.loads(subprocess.run(words, capture_output=True, text=True, check=True, timeout=300).stdout)
    finally:
        listener.send_signal(signal.SIGTERM)
        listener.wait(60)
    kept = sum(1 for _ in intake.inbox(made, lambda: datetime.now(ZONE)).kept())
    return {
        "name": f"intake.{stations}" + (f"x{window}" if window > 1 else ""), **found, "unit": "answered packets/s",
        "peer": f"syncs of 4 kB: {syncs:.0f}/s on this disk", "peer_seconds": found["work"] / syncs,
        "ratio": found["rate"] / syncs, "lost": found["work"] - kept,
    }  # fmt: skip


def _draining(folder):
    """Kept packets of nine readings into the observed book, beside the plain insert of their bytes."""
    made, now = _home(folder / "drain"), datetime.now(ZONE)
    box = intake.inbox(made, lambda: now)
    packets = [
        intake.packed(frame)
        for number in range(DRAINED)
        for frame in read(_packet(number, datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=number)))[0]
    ]
    start = time.perf_counter()
    for at in range(0, DRAINED, 500):
        box.put(packets[at : at + 500])
    put = time.perf_counter() - start

    start = time.perf_counter()
    done = intake.drain(made, box)
    seconds = time.perf_counter() - start
    return {
        "name": "intake.drain", "work": done.packets, "seconds": seconds, "rate": done.packets / seconds,
        "unit": "packets/s", "peer": "the same packets into the inbox", "peer_seconds": put, "ratio": seconds / put,
        "lost": 9 * DRAINED - done.taken.new,
    }  # fmt: skip


def _packet(number, moment):
    head = f"QN=20260905{number:09d};ST=21;CN=2011;PW=123456;MN=REPLAY-mill-bridge;Flag=5"
    return written(f"{head};CP=&&DataTime={moment:%Y%m%d%H%M%S};{DATA}&&")


def _syncs(folder):
    """How often the disk syncs a page."""
    path, page = folder / "sync", b"x" * 4096
    file, done, start = os.open(path, os.O_CREAT | os.O_WRONLY), 0, time.perf_counter()
    while (seconds := time.perf_counter() - start) < SYNCS_S:
        os.write(file, page)
        os.fdatasync(file)
        done += 1
    os.close(file)
    path.unlink()
    return done / seconds


if __name__ == "__main__":
    for line in run():
        print(json.dumps(line))
