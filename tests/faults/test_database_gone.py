"""PostgreSQL stops in the middle, is not there, comes back: nothing half written, all is told, nothing is restarted."""

import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from commands import ADJOIN, AROUND, adjoin
from listeners import Station, packet
from postgresql import Server
from sides import START, TOWNS
from sqlalchemy import insert

from adjoin.core.refusal import Refusal
from adjoin.loop import checks, exchange, observe, people, workspace
from adjoin.store import tables

ROUNDS = int(os.environ.get("ROUNDS", "3"))  # more in a long run
NOW = START + timedelta(hours=1)
TABLE = "snapshot,time,section,do_mg_l\n1,2026-08-20 08:00,磨坊桥,7.1\n1,x,磨坊桥,7\n"
PASSWORD = "a password of some length"
ADDRESSES = ("/", "/sections", "/cases", "/data", "/ledger", "/exchange", "/keys", "/section/mill-bridge", "/desk")


@pytest.fixture(scope="module")
def own():
    """A server that these tests stop and start."""
    made = Server()
    yield made
    made.close()


@pytest.fixture
def running(own):
    yield own
    if not own.running():
        own.start()


@pytest.fixture
def west(running, tmp_path):
    return workspace.init(tmp_path / "west", region=TOWNS, party="west", now=START, database=running.fresh())


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE, "utf-8")
    return path


def gone(what, *given, **named):
    with pytest.raises(Refusal) as refused:
        what(*given, **named)
    assert refused.value.kind == "database_gone"
    assert "postgresql://" in str(refused.value.facts["met"])


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_server_that_stops_in_a_transaction_leaves_nothing_half_written(running, west, how):
    before = west.done.lines()

    def written():
        with west.done.writing() as con:
            con.execute(insert(tables.keys).values(key_id="k", party="west", body={}))
            running.stop(how)

    gone(written)
    running.start()
    assert west.done.lines() == before
    assert {} not in west.done.keys()["west"]
    assert west.record("note", {}, now=NOW).seq == len(before)
    assert checks.check(west.folder) == []


def test_an_entry_whose_signing_the_stop_cut_off_is_not_there(running, west):
    before = west.done.lines()
    gone(west.record, "note", {}, now=NOW, check=running.stop)
    running.start()
    assert west.done.lines() == before
    assert west.record("note", {}, now=NOW).seq == len(before)


def signing(west, told):
    """Signs entries until it is refused; gives the kind of the refusal."""
    while True:
        try:
            told.append(west.record("note", {"after": len(told)}, now=NOW).seq)
        except Refusal as refusal:
            return refusal.kind


def test_power_cuts_while_entries_are_signed(running, west):
    """What was said to be recorded is there, in its place; of what was cut off at most the last."""
    rng, told = random.Random(6), [0]
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(1) as threads:
            signer = threads.submit(signing, west, told)
            time.sleep(rng.uniform(0.05, 0.3))
            running.stop("immediate")
            assert signer.result(30) == "database_gone"
        running.start()
        held = [entry.seq for entry in west.done.entries(west.party)]
        assert held == list(range(len(held)))
        assert set(told) <= set(held)
        assert len(held) - len(told) <= 1
        told = held
    assert len(told) > 2 * ROUNDS
    assert checks.check(west.folder) == []


def test_nobody_meets_a_stale_connection(running, west):
    """Many hold one when the server goes; when it is back each of them asks and is answered."""
    together, found = threading.Barrier(5), []

    def ask():
        with west.done.engine.connect() as con:
            together.wait(20)
            found.append(con.exec_driver_sql("SELECT 1").scalar())

    def everybody():
        threads = [threading.Thread(target=ask) for _ in range(5)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(20)
        return len(found)

    assert everybody() == 5
    running.stop("immediate")
    gone(west.done.lines)
    running.start()
    assert everybody() == 10


def test_a_take_counts_whole_or_not_at_all(running, west, table):
    running.stop()
    gone(observe.take, west, table, "synthetic-snapshot", now=START)
    assert west.observed.read() == ()
    running.start()
    receipt = observe.take(west, table, "synthetic-snapshot", now=START)
    assert (receipt.new, receipt.rejects) == (1, 1)
    assert len(observe.receipts(west)) == len(west.observed.read()) == 1


def test_a_package_that_came_while_it_was_away_comes_again(running, west, tmp_path):
    east = workspace.init(tmp_path / "east", region=TOWNS, party="east", now=START)
    exchange.introduce(east, west)
    package = exchange.export(east, now=NOW)
    running.stop()
    gone(exchange.take, west, package, now=NOW)
    gone(exchange.export, west, now=NOW)
    running.start()
    assert exchange.take(west, package, now=NOW).entries == 1
    assert checks.check(west.folder) == []


# pages


@pytest.fixture
def browser(west):
    warnings.filterwarnings("ignore", message="Using `httpx` with")
    from fastapi.testclient import TestClient

    from adjoin.web.app import create

    people.enrol(west, "somebody", PASSWORD)
    observe.take_bundle(west, now=START)
    return TestClient(create(west.folder, clock=lambda: NOW), raise_server_exceptions=False)


def test_pages_say_so_in_both_languages_and_go_on(running, browser):
    good = [address for address in ADDRESSES if browser.get(address).status_code == 200]
    assert good == list(ADDRESSES)
    running.stop()
    time.sleep(0.3)  # kept pages are given out until the books are asked again
    for address in ADDRESSES:
        page, twin = browser.get(address), browser.get(f"{address.rstrip('/') or '/overview'}.json")
        assert (address, page.status_code, twin.status_code) == (address, 503, 503)
        assert page.headers["content-type"].startswith("text/html")
        assert "没有应答" in page.text
        assert str(running.folder) not in page.text + twin.text  # where it stands is no business of readers
        assert "does not answer" in page.text
        assert twin.json()["error"]["kind"] == "database_gone"
    english = browser.get("/sections?lang=en")
    assert (english.status_code, "Traceback" in english.text) == (503, False)
    assert browser.get("/healthz").status_code == 503
    running.start()
    time.sleep(0.3)
    assert [browser.get(address).status_code for address in ADDRESSES] == [200] * len(ADDRESSES)
    assert browser.get("/healthz").json()["status"] == "ok"


def signed_in(browser):
    token = browser.get("/login").text.partition('name="token" value="')[2].partition('"')[0]
    form = {"name": "somebody", "password": PASSWORD, "token": token}
    return browser.post("/login", data=form, follow_redirects=False).status_code


def test_who_signs_in_meanwhile_is_not_taken_for_somebody_who_guesses(running, browser):
    running.stop()
    assert [signed_in(browser) for _ in range(6)] == [503] * 6
    running.start()
    assert signed_in(browser) == 303


# commands


def test_commands_refuse_it_and_start_no_pages(running, west, table):
    running.stop()
    at = ("--workspace", west.folder, "--lang", "en")
    for words in (
        ("take", table, "--mapping", "synthetic-snapshot", *at),
        ("account", "somebody", "--password", PASSWORD, *at),
        ("backup", west.folder, table.with_name("w.backup"), "--lang", "en"),
    ):
        said = adjoin(*words)
        assert (said.status, said.lines) == (2, []), words
        assert "does not answer" in said.said
        assert "Traceback" not in said.said
    words = [ADJOIN, "serve", west.folder, "--port", "18439", "--lang", "en"]
    pages = subprocess.run(words, env=AROUND, capture_output=True, text=True, timeout=60, check=False)
    assert (pages.returncode, pages.stdout) == (2, "")
    assert "does not answer" in pages.stderr
    assert not table.with_name("w.backup").exists()
    running.start()
    assert adjoin("check", west.folder).status == 0


# stations


@pytest.fixture
def born(west):
    """Starts `adjoin listen` on the workspace, with its drainer."""
    made = []

    def listening():
        words = [ADJOIN, "listen", "--workspace", west.folder, "--port", "0", "--json"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=AROUND)
        made.append(process)
        return process, json.loads(process.stdout.readline())["port"]

    yield listening
    for process in made:
        process.kill()
        process.wait()


def told(west, many, within=30):
    """What the book holds of the station, once it is so many."""
    until = time.monotonic() + within
    while len(rows := west.observed.read("mill-bridge", "w21003")) < many and time.monotonic() < until:
        time.sleep(0.1)
    return [row.value for row in rows]


def test_stations_are_answered_and_drained_whether_it_is_there_or_not(running, west, born):
    """The listener starts while the database is away, lives through its coming and going, and asks nobody for it."""
    running.stop()
    process, port = born()
    station, sent = Station(port), 0
    for there in (False, True, False):
        if there != running.running():
            (running.start if there else running.stop)()
        for _ in range(5):
            station.say(packet(f"2026090512{sent:07d}", time=f"202609051200{sent:02d}")[6:-6].decode())
            sent += 1
        assert len(told(west, sent)) == sent
    running.start()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    events = [json.loads(line)["event"] for line in process.stderr.read().splitlines()]
    assert "drainer_died" not in events
    asked = ("--workspace", west.folder, "--site", "mill-bridge", "--quantity", "NH3-N")
    assert len(adjoin("series", *asked).lines) == sent
    assert len(adjoin("kept", "--workspace", west.folder).lines) == sent


def test_a_served_side_goes_on_when_its_database_is_back(running, west):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def status():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sections.json", timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.status
        except OSError:
            return None

    def comes(wanted):
        until = time.monotonic() + 60
        while (found := status()) != wanted and time.monotonic() < until:
            time.sleep(0.1)
        return found == wanted

    words = [ADJOIN, "serve", west.folder, "--port", str(port)]
    with subprocess.Popen(words, env=AROUND, stderr=subprocess.DEVNULL) as pages:
        try:
            assert comes(200)
            running.stop("immediate")
            assert comes(503)
            running.start()
            assert comes(200)
        finally:
            pages.terminate()
