"""Clients that misbehave: the others are served all the same, memory stays bounded, no packet is lost."""

import contextlib
import json
import resource
import socket
import time
from datetime import datetime
from pathlib import Path

import pytest
from listeners import Nursery, Station, packet
from sides import TOWNS

from adjoin.core.period import ZONE
from adjoin.loop import intake, workspace

MANY = 10_000


@pytest.fixture(scope="module")
def nursery():
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def home(tmp_path):
    return workspace.init(tmp_path / "w", region=TOWNS, party="west", now=datetime(2026, 9, 5, 12, tzinfo=ZONE))


@pytest.fixture
def box(home):
    return intake.inbox(home, lambda: datetime.now(ZONE))


@pytest.fixture
def listening(nursery, home, tmp_path):
    """A listener under these limits, with what it told its journal."""
    born = []

    def listen(**limits):
        born.append(nursery.born(home.folder, limits=limits, log=tmp_path / "log"))
        return born[-1]

    yield listen
    for each in born:
        each.stop()


def told(tmp_path, event):
    lines = map(json.loads, (tmp_path / "log").read_text().splitlines())
    return [each for each in lines if each["event"] == event]


def rejects(box):
    """What was refused, once the commit that holds it is on the disk."""
    until = time.monotonic() + 10
    while not (found := box.rejects()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def ended(sock, within=20):
    """Whether the other side has ended a connection."""
    sock.settimeout(within)
    try:
        while sock.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def memory_mb(pid):
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.fixture
def files():
    """As many open files as this machine allows one process; gives how many connections that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield min(MANY, hard - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_ten_thousand_half_open_connections(listening, files, tmp_path):
    child = listening(first_packet_s=8.0)
    before = memory_mb(child.pid)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(("127.0.0.1", child.port))) for _ in range(files)]
        for each in idle[::2]:
            each.sendall(b"##0123QN=2026")  # half of them stop inside a packet
        station = Station(child.port)
        start = time.monotonic()
        assert "9014" in station.say(packet("20260905120000001")[6:-6].decode())
        assert time.monotonic() - start < 5
        assert memory_mb(child.pid) - before < 400
        assert ended(idle[0])
        assert ended(idle[-1])
        assert "9014" in station.say(packet("20260905120000002")[6:-6].decode())
        station.close()
    assert len(told(tmp_path, "let_go")) == files
    assert {each["why"] for each in told(tmp_path, "let_go")} == {"no_packet"}


def test_beyond_the_limit_of_connections_the_new_one_is_refused(listening):
    child = listening(connections=3)
    stations = [Station(child.port) for _ in range(3)]
    for number, each in enumerate(stations):
        each.say(packet(f"2026090512000000{number}")[6:-6].decode())
    assert ended(Station(child.port).socket)
    assert "9014" in stations[0].say(packet("20260905120000009")[6:-6].decode())


def test_half_a_packet_is_let_go_and_told(listening, box):
    child = listening(rest_of_packet_s=1.0)
    station = Station(child.port)
    station.say(packet("20260905120000001")[6:-6].decode())
    station.send(packet("20260905120000002")[:50])
    assert ended(station.socket)
    assert [each.kind for each in rejects(box)] == ["hj212_cut_off"]


def test_a_client_that_does_not_read_its_answers_is_read_no_further_and_let_go(listening, box, tmp_path):
    child = listening(unread_s=1.5, answers_bytes=4096, per_station=10**6)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", child.port))
    sock.settimeout(0.5)
    other, sent = Station(child.port), 0
    with contextlib.suppress(OSError):
        for sent in range(200_000):
            sock.sendall(packet(f"20260905{sent:09d}"))
    assert sent < 199_999  # it was held back
    assert "9014" in other.say(packet("20260906120000001")[6:-6].decode())
    time.sleep(3)
    assert [each["why"] for each in told(tmp_path, "let_go")] == ["answers_not_read"]
    assert memory_mb(child.pid) < 400
    kept = [each.qn for each in box.kept()]
    assert len(kept) == len(set(kept)) > 10
    sock.close()


def test_one_station_at_a_thousand_packets_a_second_waits_and_loses_nothing(listening, box):
    """Its limit is 400 a second here: 1 000 sent at once take longer; another station is served meanwhile."""
    child = listening(per_station=400)
    fast, other = Station(child.port), Station(child.port, "REPLAY-upper-ford")
    start = time.monotonic()
    for at in range(0, 1_000, 50):
        fast.send(*(packet(f"20260905{number:09d}") for number in range(at, at + 50)))
        asked = time.monotonic()
        assert "9014" in other.say(packet(f"20260906{at:09d}", "REPLAY-upper-ford")[6:-6].decode())
        assert time.monotonic() - asked < 2
    assert len(fast.answers(1_000)) == 1_000
    assert time.monotonic() - start > 0.5
    assert sum(each.mn == "REPLAY-mill-bridge" for each in box.kept()) == 1_000


def test_garbage_without_end_is_let_go_and_does_not_fill_the_disk(listening, box, tmp_path):
    child = listening()
    sock = socket.create_connection(("127.0.0.1", child.port))
    with contextlib.suppress(OSError):
        for _ in range(2_000):
            sock.sendall(b"##0005abc&&XXXX\r\n" * 50)
    assert ended(sock)
    assert [each["why"] for each in told(tmp_path, "let_go")] == ["garbage"]
    assert 0 < len(rejects(box)) <= 100
