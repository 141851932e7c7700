"""The power is cut, the disk fails: what was answered is there, once, and nothing else is said to be."""

import errno
import json
import os
import random
import resource
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from commands import adjoin
from failing_disk import Disk
from listeners import Nursery, Station, packet
from sides import TOWNS

from adjoin.core.period import ZONE
from adjoin.loop import intake, workspace
from adjoin.store.inbox import Inbox, Packet

NOW = datetime(2026, 9, 5, 12, tzinfo=ZONE)
ROUNDS = int(os.environ.get("ROUNDS", "40"))  # more in a long run
SENDERS = 4
WINDOW = 16


@pytest.fixture(scope="module")
def nursery():
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def home(tmp_path):
    return workspace.init(tmp_path / "w", region=TOWNS, party="west", now=NOW)


@pytest.fixture
def box(home):
    return intake.inbox(home, lambda: datetime.now(ZONE))


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    return Disk(tmp_path_factory.mktemp("disk"))


class Sender(threading.Thread):
    """A station under load: it goes on until the connection ends, and sends again what was not answered."""

    def __init__(self, port, number, waiting, answered, sent):
        super().__init__(daemon=True)
        self.station = Station(port)
        self.number, self.waiting, self.answered, self.sent = number, waiting, answered, sent

    def run(self):
        try:
            while True:
                while len(self.waiting) < WINDOW:
                    self.waiting.append(self.next())
                self.station.send(*(self.said(qn) for qn in self.waiting))
                if not self.station.answers(len(self.waiting)):
                    return
                self.answered |= self.station.answered
                self.waiting[:] = [qn for qn in self.waiting if qn not in self.answered]
        except OSError:
            self.answered |= self.station.answered

    def next(self):
        self.sent[0] += 1
        return f"2026{self.number:02d}{self.sent[0]:011d}"

    @staticmethod
    def said(qn):
        """Each packet carries a reading of its own: its number is its time and its value."""
        number = int(qn[6:])
        time_ = f"202609{1 + number // 86400 % 28:02d}{number // 3600 % 24:02d}{number // 60 % 60:02d}{number % 60:02d}"
        station = ("upper-ford", "willow-bend", "reed-ford", "mill-bridge")[int(qn[4:6])]
        return packet(qn, f"REPLAY-{station}", time=time_, data=f"w21003-Rtd=1.{number:08d},w21003-Flag=N")


def test_power_cuts_under_load(nursery, home, box):
    rng = random.Random(5)
    waiting, answered = [[] for _ in range(SENDERS)], [set() for _ in range(SENDERS)]
    sent = [[0] for _ in range(SENDERS)]
    for _ in range(ROUNDS):
        child = nursery.born(home.folder)
        senders = [Sender(child.port, n, waiting[n], answered[n], sent[n]) for n in range(SENDERS)]
        for each in senders:
            each.start()
        time.sleep(rng.uniform(0.02, 0.12))
        child.kill()
        for each in senders:
            each.join(20)
            answered[each.number] |= each.station.answered
            waiting[each.number][:] = [qn for qn in waiting[each.number] if qn not in answered[each.number]]

    everything = set.union(*answered)
    kept = [each.qn for each in box.kept()]
    assert len(everything) > 40 * SENDERS  # there was load
    assert everything <= set(kept)  # 0 acknowledged lost
    assert len(kept) == len(set(kept))  # 0 doubled

    intake.drain(home, box)
    rows = home.observed.read(quantity="w21003")
    assert len(rows) == len(kept)
    told = {f"1.{int(qn[6:]):08d}" for qn in kept}
    assert {row.value for row in rows} == told


DRAIN = """
import sys
from datetime import datetime
from pathlib import Path
from adjoin.core.period import ZONE
from adjoin.loop import intake
from adjoin.loop.workspace import open_workspace
home = open_workspace(Path(sys.argv[1]))
box = intake.inbox(home, lambda: datetime.now(ZONE))
intake.drain(home, box, batch=40)
"""


def test_a_drain_that_is_killed_takes_each_packet_once(home, box, disk):
    """Killed before the n-th write, sync or rename, for many n: the book holds every value once at the end."""
    packets = [packet(f"20260905{n:09d}", time=f"20260905{n // 60:02d}{n % 60:02d}00") for n in range(200)]
    box.put([intake.packed(each) for each in _frames(packets)])
    words = [sys.executable, "-c", DRAIN, home.folder]
    for at in range(3, 200, 24):
        disk.run(words, under=home.folder, at=at, how="kill")
    subprocess.run(words, check=True)
    assert len(home.observed.read("mill-bridge", "w21003")) == 200
    assert all(len(home.observed.history(*row.key[:3])) == 1 for row in home.observed.read("mill-bridge", "w21003")[:9])
    assert box.figures()["waiting"] == 0


PUT = """
import sys
from pathlib import Path
from adjoin.store.inbox import Inbox, Packet
clock = iter(range(10**15, 10**16))
box = Inbox(Path(sys.argv[1]), lambda: next(clock))
told = []
for start in range(0, 12, 4):
    packets = [Packet(f"{n:017d}", "A", "2011", bytes([n]) * 16, "2026", b"x" * 3000) for n in range(start, start + 4)]
    try:
        box.put(packets)
    except Exception as error:
        print("failed", type(error).__name__, flush=True)
    else:
        print(*(each.qn for each in packets), flush=True)
try:
    box.drained(6)
    print("drained", flush=True)
except Exception as error:
    print("failed", type(error).__name__, flush=True)
box.close()
"""


@pytest.mark.parametrize("how", ["error", "full", "short", "torn", "kill"])
def test_the_disk_fails_at_every_call(disk, tmp_path, how):
    """Whatever is said to be kept is kept, whole, once, and the next that opens the inbox can go on."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    path = folder / "inbox.sqlite"
    words = [sys.executable, "-c", PUT, path]
    many = disk.calls(words, under=folder)
    assert many > 10
    failed = 0
    for at in range(1, many + 1) if how == "error" else range(1, many + 1, 7):
        for each in folder.iterdir():
            each.unlink()
        done = disk.run(words, under=folder, at=at, how=how, number=errno.ENOSPC if how == "full" else errno.EIO)
        lines = done.stdout.splitlines()
        said = {qn for line in lines if line[:1].isdigit() for qn in line.split()}
        failed += any(line.startswith("failed") for line in lines) or done.returncode != 0
        box = Inbox(path, lambda: 10**15)
        box.put([Packet(f"{n:017d}", "A", "2011", bytes([n]) * 16, "2026", b"x" * 3000) for n in range(12)])
        kept = [each.qn for each in box.kept()]
        box.close()
        assert said <= set(kept), (at, how)
        assert len(kept) == len(set(kept)) == 12
    assert failed > 3 or how == "short"  # the rest of a write that was cut short is written


def test_a_full_disk_is_not_answered_is_said_and_recovers(nursery, home, box, tmp_path):
    """The file may grow no further, as on a full disk; the station sends again until it is answered."""
    log = tmp_path / "log"
    child = nursery.born(home.folder, log=log)
    station = Station(child.port)
    assert "9014" in station.say(_segment("20260905120000000"))
    _, hard = resource.prlimit(child.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (4096, hard))
    station.send(packet("20260905120000001"))
    station.socket.settimeout(1.5)
    assert station.answers() == []  # no answer: not kept

    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (hard, hard))
    station.socket.settimeout(20)
    station.send(packet("20260905120000001"))
    assert b"9014" in station.answers()[0]
    child.stop()
    assert [each.qn for each in box.kept()] == ["20260905120000000", "20260905120000001"]
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    told = [each for each in events if each != "requests_wait"]
    assert told == ["listening", "disk_takes_nothing", "disk_takes_again", "stopped"]


def test_a_read_only_folder_is_refused_in_words(disk, home):
    done = disk.run(
        [sys.executable, "-m", "adjoin.cli.main", "listen", "--workspace", home.folder, "--port", "0", "--lang", "en"],
        under=home.folder, at=1, how="readonly",
    )  # fmt: skip
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_what_is_kept_can_be_read_where_nobody_may_write(disk, home, box):
    box.put([intake.packed(each) for each in _frames([packet("20260905120000001")])])
    box.close()
    done = disk.run(
        [sys.executable, "-m", "adjoin.cli.main", "kept", "--workspace", home.folder, "--json"],
        under=home.folder, at=1, how="readonly",
    )  # fmt: skip
    assert json.loads(done.stdout)["qn"] == "20260905120000001"


def test_a_listener_that_was_killed_leaves_no_lock_and_no_drainer(nursery, home):
    first = nursery.born(home.folder, drain=True)
    assert nursery.born(home.folder) == "listener_running"
    until = time.monotonic() + 20
    while not _drainers(home.folder) and time.monotonic() < until:
        time.sleep(0.05)
    assert _drainers(home.folder)
    first.kill()
    second = nursery.born(home.folder)
    assert second.port
    while _drainers(home.folder) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _drainers(home.folder)
    second.stop()
    assert adjoin("status", "--workspace", home.folder).one["listener"] is None


def _drainers(folder):
    """The processes that drain this workspace; one may end while it is looked at."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = each.read_bytes().split(b"\0")
            found += [each] if b"adjoin.listen.drainer" in words and str(folder).encode() in words else []
    return found


def _segment(qn):
    return packet(qn)[6:-6].decode()


def _frames(packets):
    from adjoin.formats.hj212_stream import read

    return read(b"".join(packets))[0]
