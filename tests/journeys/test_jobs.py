"""Long runs in real processes: done, cancelled, killed, found again by a server that comes back, bounded in number."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from forms import post, sign_in

from adjoin.core.entry import canonical
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.doors import cases, registry
from adjoin.loop import answers, demonstrate, jobs, people
from adjoin.loop.workspace import open_workspace
from adjoin.web import asked
from adjoin.web.app import create

NOW = datetime(2026, 9, 4, 15, tzinfo=ZONE)
METHOD = "water.flood"


@pytest.fixture
def workspace(fresh_towns):
    yield next(iter(fresh_towns.values()))
    for each in jobs.jobs(next(iter(fresh_towns.values()))):
        jobs.cancel(next(iter(fresh_towns.values())), each.id)


@pytest.fixture
def client(workspace):
    from fastapi.testclient import TestClient

    return TestClient(create(workspace.folder, clock=lambda: NOW))


def flood(pieces=50):
    """A flood in so many pieces: 50 take half a second, 2000 a quarter of a minute."""
    return {**cases.given(METHOD)[0], "pieces": pieces}


def until(workspace, name, *states, seconds=30):
    deadline = time.monotonic() + seconds
    while (found := jobs.job(workspace, name)).state not in states:
        assert time.monotonic() < deadline, found.state
        time.sleep(0.05)
    return found


def test_a_run_is_answered_in_its_own_process_as_the_door_answers(workspace):
    made = jobs.start(workspace, METHOD, flood(), by="x", now=NOW)
    assert made.alive
    done = until(workspace, made.id, "done")
    assert done.answer == registry.answer(METHOD, flood())
    assert jobs.start(workspace, METHOD, flood(), by="y", now=NOW).state == "done"  # the same question, the same run
    size = len(canonical(flood()))
    assert jobs.estimate(workspace, METHOD, 2 * size) == pytest.approx(2 * done.seconds)


def test_a_cancelled_run_ends_at_once_and_can_be_started_again(workspace):
    made = jobs.start(workspace, METHOD, flood(2000), by="x", now=NOW)
    until(workspace, made.id, "running")
    pid = int((workspace.folder / "jobs" / made.id / "pid").read_text())
    assert jobs.cancel(workspace, made.id).state == "cancelled"
    assert gone(pid)
    assert jobs.start(workspace, METHOD, flood(2000), by="x", now=NOW).alive
    assert jobs.cancel(workspace, made.id).state == "cancelled"


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def test_a_killed_run_is_said_to_be_lost_and_a_server_that_comes_back_finds_a_living_one(workspace):
    killed = jobs.start(workspace, METHOD, flood(2000), by="x", now=NOW)
    living = jobs.start(workspace, METHOD, flood(1990), by="x", now=NOW)
    until(workspace, killed.id, "running")
    os.kill(int((workspace.folder / "jobs" / killed.id / "pid").read_text()), signal.SIGKILL)
    assert until(workspace, killed.id, "lost", seconds=5).answer is None
    again = open_workspace(workspace.folder)  # as after a restart: nothing is remembered but the folder
    assert until(again, living.id, "running").state == "running"
    assert jobs.cancel(again, living.id).state == "cancelled"


def test_no_more_than_two_compute_and_no_more_than_eight_are_alive(workspace):
    made = [jobs.start(workspace, METHOD, flood(1980 + i), by="x", now=NOW) for i in range(jobs.MOST)]
    with pytest.raises(Refusal) as refused:
        jobs.start(workspace, METHOD, flood(1970), by="x", now=NOW)
    assert refused.value.kind == "jobs_full"
    deadline = time.monotonic() + 30
    while sum(jobs.job(workspace, each.id).state == "running" for each in made) < jobs.SLOTS:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(0.5)
    assert sum(jobs.job(workspace, each.id).state == "running" for each in made) == jobs.SLOTS
    for each in made:
        jobs.cancel(workspace, each.id)
    assert not any(each.alive for each in jobs.jobs(workspace))


def test_a_refused_question_is_a_refused_run(workspace, client):
    made = jobs.start(workspace, METHOD, {**flood(), "width_m": -1}, by="x", now=NOW)
    assert until(workspace, made.id, "refused").refusal.kind == "out_of_bounds"
    assert "width_m" in client.get(f"/jobs/{made.id}").text


def test_the_page_of_a_run_from_the_form_to_the_kept_answer(workspace, client):
    people.enrol(workspace, "officer", "a long password")
    sign_in(client, "officer")
    jobs.noted(workspace, METHOD, len(canonical(flood())), 30.0)  # as if it had taken half a minute before
    shown = client.post(f"/compute/{METHOD}", data=asked.typed(flood()))
    assert (shown.status_code, shown.url.path.startswith("/jobs/")) == (200, True)
    name = shown.url.path.rpartition("/")[2]
    until(workspace, name, "done")
    page = client.get(f"/jobs/{name}")
    assert 'id="answer"' in page.text
    assert client.get(f"/jobs/{name}.pdf").content[:4] == b"%PDF"
    assert name in client.get("/jobs").text
    token = re.search(r'keep".*?name="token" value="([^"]+)"', page.text, re.DOTALL)[1]
    kept = client.post(f"/jobs/{name}/keep", data={"token": token})
    assert kept.url.path.startswith(f"/answers/{name}")


def test_a_form_that_was_not_shown_here_cancels_nothing(workspace, client):
    made = jobs.start(workspace, METHOD, flood(2000), by="x", now=NOW)
    assert client.post(f"/jobs/{made.id}/cancel", data={"token": "forged"}).status_code == 422
    assert jobs.job(workspace, made.id).alive
    ended = post(client, f"/jobs/{made.id}", f"/jobs/{made.id}/cancel?lang=en")
    assert "Cancelled; there is no answer." in ended.text
    assert client.get("/jobs/0000000000000000").status_code == 404
    assert client.get("/jobs/..%2f..%2fetc").status_code == 404


def test_a_long_answer_of_the_other_side_is_computed_again_as_a_run(fresh_towns, clock):
    from fastapi.testclient import TestClient

    one, other = fresh_towns.values()
    given = answers.asked(cases.given("waste.p_median")[2])
    assert registry.door("waste.p_median").long
    name = answers.keep(one, "waste.p_median", given, registry.answer("waste.p_median", given), by="x", now=clock())
    demonstrate.meet(fresh_towns, clock=clock)
    client = TestClient(create(other.folder, clock=clock))
    assert client.get(f"/answers/{name}.json").json()["state"]["state"] == "unknown"
    made = jobs.start(other, "waste.p_median", given, by="y", now=clock())
    until(other, made.id, "done")
    assert client.get(f"/answers/{name}.json").json()["state"]["state"] == "fine"


def test_a_long_question_over_the_interface_is_answered_by_the_address_of_its_run(workspace, client):
    given = answers.asked(cases.given("waste.p_median")[2])
    told = client.post("/api/compute/waste.p_median", json=given)
    assert told.status_code == 202
    until(workspace, told.json()["job"], "done")
    assert client.get(told.headers["location"]).json()["reply"] == registry.answer("waste.p_median", given)
    assert client.post("/api/compute/waste.p_median", json=[]).status_code == 422


def test_a_run_goes_on_while_its_server_is_killed_and_started_again(workspace):
    typed = urlencode(asked.typed(flood(1960))).encode()
    jobs.noted(workspace, METHOD, len(canonical(flood())), 30.0)
    with serving(workspace.folder) as address, urllib.request.urlopen(f"{address}/compute/{METHOD}", typed) as shown:
        name = shown.url.rpartition("/")[2]
    assert jobs.job(workspace, name).alive
    with serving(workspace.folder) as address:
        until(workspace, name, "running")
        assert b"progress" in urllib.request.urlopen(f"{address}/jobs/{name}").read()
    assert jobs.cancel(workspace, name).state == "cancelled"


@contextmanager
def serving(folder):
    """A server process of a workspace, killed when left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "adjoin.cli.main", "serve", str(folder), "--port", str(port)])
    try:
        for _ in range(300):
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()
