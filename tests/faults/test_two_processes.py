"""Two real processes and a bad line between them: after it heals both hold the same signed heads within seconds."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from commands import AROUND
from proxy import MODES, PASS, Proxy
from sides import TOWNS

from adjoin.core.refusal import Refusal
from adjoin.loop import exchange, fork, wire, workspace

RUNS = int(os.environ.get("ADJOIN_RUNS", "20"))
HEALED_S = 3.0


def now():
    return datetime.now(UTC)


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(folder, port, peer):
    words = ["serve", str(folder), "--port", str(port), "--peer", peer]
    return subprocess.Popen([sys.executable, "-m", "adjoin.cli.main", *words], env=AROUND, stderr=subprocess.DEVNULL)


def wait_for(what, seconds, every=0.02):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(every)
    return False


def up(port):
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
        return json.load(answer)["status"] == "ok"
    return False


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """Both sides of the made-up pair, served, each reaching the other through a proxy of its own."""
    folder = tmp_path_factory.mktemp("line")
    pair = {side: workspace.init(folder / side, region=TOWNS, party=side, now=now()) for side in ("east", "west")}
    exchange.introduce(*pair.values())
    ports = {side: free_port() for side in pair}
    proxies = {side: Proxy(ports[side], seed=number) for number, side in enumerate(pair)}  # the way to a side
    other = {"east": "west", "west": "east"}
    processes = [serve(folder / side, ports[side], proxies[other[side]].address) for side in pair]
    try:
        assert all(wait_for(lambda port=port: up(port), 60) for port in ports.values())
        yield pair, proxies
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=10)
        for proxy in proxies.values():
            proxy.close()


def equal_heads(pair):
    """Both hold both chains whole, and each has both signatures on the newest head of each."""
    east, west = pair.values()
    sizes = [east.done.sizes(), west.done.sizes()]
    if sizes[0] != sizes[1]:
        return False
    heads = [[max((c.size for c in each.done.cosigned(side)), default=0) for side in pair] for each in pair.values()]
    return heads[0] == heads[1] == [sizes[0].get(side, 0) for side in pair]


def test_after_every_fault_of_the_line_both_hold_the_same_heads(line):
    pair, proxies = line
    assert wait_for(lambda: equal_heads(pair), 20)
    took, rng = [], Random(20)
    for run in range(RUNS):
        for proxy in proxies.values():
            proxy.set(rng.choice(MODES))
        for n in range(rng.randint(1, 6)):
            side = rng.choice(list(pair))
            text = "x" * rng.choice([10, 1000, 20_000])
            pair[side].record("note", {"text": text, "run": run, "n": n}, now=now())
            time.sleep(rng.uniform(0, 0.15))
        for proxy in proxies.values():
            proxy.set(PASS)
        start = time.monotonic()
        assert wait_for(lambda: equal_heads(pair), HEALED_S * patience()), f"run {run}: {status(pair)}"
        took.append(time.monotonic() - start)
    entries = [[line for side in pair for line in each.done.lines(side)] for each in pair.values()]
    assert entries[0] == entries[1]
    assert not any(fork.forks(each) for each in pair.values())
    print(f"{RUNS} runs: equal heads {max(took):.2f} s after healing at most, {sum(took) / RUNS:.2f} s in the mean")


def patience():
    """On a machine with more to do than it has cores the same work takes longer: the bar is for an idle one."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1) * 2)


def status(pair):
    return [(dict(each.done.sizes()), exchange.head(each)) for each in pair.values()]


def test_a_package_goes_on_where_the_line_broke(fresh_towns, clock):
    """A piece that came is not asked for again; one that came twice, or from the wrong place, counts once."""
    east, west = fresh_towns["east"], fresh_towns["west"]
    east.record("note", {"text": "x" * 3 * wire.PIECE}, now=clock())
    data = exchange.export(east, now=clock())
    name = wire.ready(east, data)["sha256"]
    assert wire.laid_out(east, name).read_bytes() == data

    def put(offset, width):
        part = data[offset : offset + width]
        return wire.piece(west, name, part, offset=offset, size=len(data), now=clock())

    assert put(0, 1000) == {"taken": False, "offset": 1000}
    assert put(0, 1000) == {"taken": False, "offset": 1000}
    assert put(5000, 1000) == {"taken": False, "offset": 1000}
    assert wire.arrived(west, name) == 1000
    said = put(1000, len(data))
    assert (said["taken"], said["faults"]) == (True, [])
    assert west.done.sizes()["east"] == east.done.sizes()["east"]
    assert wire.arrived(west, name) == 0


@pytest.mark.parametrize("name", ["../../own.key", "x" * 64, "0" * 63, ""])
def test_a_name_that_is_no_fingerprint_reaches_no_file(fresh_towns, clock, name):
    west = fresh_towns["west"]
    for ask in (wire.arrived, wire.laid_out):
        with pytest.raises(Refusal, match="no_such_package"):
            ask(west, name)
    with pytest.raises(Refusal, match="no_such_package"):
        wire.piece(west, name, b"x", offset=0, size=1, now=clock())


def test_pieces_that_make_another_file_are_thrown_away(fresh_towns, clock):
    west = fresh_towns["west"]
    with pytest.raises(Refusal, match="piece_damaged"):
        wire.piece(west, "0" * 64, b"x", offset=0, size=1, now=clock())
    assert wire.arrived(west, "0" * 64) == 0
    with pytest.raises(Refusal, match="package_too_large"):
        wire.piece(west, "0" * 64, b"x", offset=0, size=wire.LARGEST + 1, now=clock())


def test_what_is_given_out_is_given_to_the_other_side_alone(fresh_towns, clock):
    """Also by way of the addresses: without its signature nobody takes a package away."""
    from fastapi.testclient import TestClient

    from adjoin.web.app import create

    east, west = fresh_towns["east"], fresh_towns["west"]
    client, at = TestClient(create(east.folder, clock=clock)), clock()
    path = "/exchange/outbox"
    for header in ({}, {wire.ASK: "x"}, wire.asking(east, path, at), wire.asking(west, "/exchange/own", at)):
        assert client.post(path, headers=header).status_code == 422
    old = wire.asking(west, path, at - timedelta(days=2))
    assert client.post(path, headers=old).status_code == 422
    skewed = wire.asking(west, path, at - timedelta(days=1))
    ready = client.post(path, headers=skewed).json()
    fetched = f"{path}/{ready['sha256']}"
    assert client.get(fetched).status_code == 422
    given = client.get(fetched, headers={**wire.asking(west, fetched, at), "Range": "bytes=0-9"})
    assert (given.status_code, len(given.content)) == (206, 10)
    stranger = exchange.export(west, now=at)[:-40]
    assert client.post("/exchange/package", content=stranger).status_code == 422
