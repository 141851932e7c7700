"""A bundle's own readings go over the wire again, over a good line and a bad one; a station is asked for its past."""

import asyncio
import json
import time
from datetime import datetime

import pytest
from commands import adjoin
from listeners import Nursery, Station, packet
from sides import REAL, TOWNS

from adjoin.core.period import ZONE
from adjoin.formats.hj212 import written
from adjoin.listen import replay
from adjoin.loop import intake, observe, workspace

NOW = datetime(2026, 9, 5, 12, tzinfo=ZONE)


@pytest.fixture(scope="module")
def nursery():
    made = Nursery()
    yield made
    made.close()


def home_of(folder, region, nursery):
    made = workspace.init(folder / "w", region=region, party=workspace.load_region(region).sides[0], now=NOW)
    child = nursery.born(made.folder, limits={"per_station": 10**6})
    return made, child, intake.inbox(made, lambda: datetime.now(ZONE))


def series(home, origin):
    """What the book holds of the replayed sites, without the origin."""
    sites = {each.site for each in intake.registered(home).values()}
    return {
        (row.site, row.quantity, row.time): row.value
        for row in home.observed.read()
        if row.origin.startswith(origin) and row.site in sites and row.quantity.startswith("w")
    }


@pytest.mark.parametrize(
    ("region", "line"),
    [
        (TOWNS, ()),
        (REAL, ()),
        (TOWNS, ("--delay-ms", "2", "--cut", "0.15", "--twice", "0.1", "--pieces", "0.3")),
    ],
    ids=["towns", "real", "towns over a bad line"],
)
def test_a_replay_gives_the_book_that_the_files_give(tmp_path, nursery, region, line):
    home, child, box = home_of(tmp_path, region, nursery)
    said = adjoin("station", "replay", region, "--port", child.port, *line).one
    assert said["answered"] == said["packets"] > 20
    assert said["given_up"] == 0
    if line:
        assert min(said["cuts"], said["doubled"], said["broken"]) > 0
    done = intake.drain(home, box)
    assert done.packets == said["packets"]
    assert done.rejected == 0

    observe.take_bundle(home, now=NOW)
    replayed = series(home, "replay")
    files = series(home, "synthetic" if region == TOWNS else "cnemc")
    assert len(replayed) > 100
    assert replayed == {key: files[key] for key in replayed}
    assert len(files) - len(replayed) == said["left_out"]
    child.stop()


def test_a_replay_run_twice_changes_nothing(tmp_path, nursery):
    home, child, box = home_of(tmp_path, TOWNS, nursery)
    for _ in range(2):
        assert adjoin("station", "replay", TOWNS, "--port", child.port, "--until", "2026-09-02").status == 0
    kept = list(box.kept())
    assert len(kept) == len({each.qn for each in kept})
    assert {each.mn[:7] for each in kept} == {"REPLAY-"}
    assert intake.drain(home, box).taken.replaced == 0
    child.stop()


def test_the_pace_of_a_replay(tmp_path, nursery):
    _, child, _ = home_of(tmp_path, TOWNS, nursery)
    packets, _ = replay.script(TOWNS)
    times = sorted({each.time for rows in packets.values() for each in rows})
    span = (times[1] - times[0]).total_seconds()
    until = times[1].isoformat()
    said = adjoin("station", "replay", TOWNS, "--port", child.port, "--speed", span, "--until", f"{until[:18]}1").one
    assert 1.0 <= said["seconds"] < 5
    child.stop()


def test_nobody_listens(monkeypatch):
    monkeypatch.setattr(replay, "_MOST", 3)
    packets, _ = replay.script(TOWNS)
    one = {mn: rows[:1] for mn, rows in list(packets.items())[:1]}
    done = asyncio.run(replay.run(one, "127.0.0.1", 1))
    assert (done.answered, done.given_up) == (0, 1)


def test_a_station_is_asked_for_its_history(tmp_path, nursery):
    home, child, box = home_of(tmp_path, TOWNS, nursery)
    station = Station(child.port)
    station.say(packet("20260905120000001")[6:-6].decode())
    asked = adjoin("station", "request", "REPLAY-mill-bridge", "2061", "--workspace", home.folder,
                   "--since", "2026-09-01", "--until", "2026-09-02").one  # fmt: skip
    (request,) = station.answers()
    assert b"CN=2061" in request
    assert b"BeginTime=20260901000000;EndTime=20260902000000" in request
    qn = request[9 : request.index(b";")].decode()
    head = f"QN={qn};ST=91;CN={{}};PW=123456;MN=REPLAY-mill-bridge;Flag=4;CP=&&{{}}&&"
    station.send(written(head.format("9011", "QnRtn=1")))
    hour = "DataTime=20260901000000;w21003-Avg=0.11,w21003-Flag=N"
    assert "9014" in station.say(f"QN={qn};ST=21;CN=2061;PW=123456;MN=REPLAY-mill-bridge;Flag=5;CP=&&{hour}&&")
    station.send(written(head.format("9012", "ExeRtn=1")))
    until = time.monotonic() + 10
    while box.requests()[0]["state"] != "done" and time.monotonic() < until:
        time.sleep(0.05)
    (row,) = adjoin("station", "requests", "--workspace", home.folder).lines
    assert (row["id"], row["state"], row["said"], row["qn"]) == (asked["request"], "done", "1: done", qn)
    intake.drain(home, box)
    assert [each.origin for each in home.observed.read("mill-bridge")] == ["replay-hour", "replay"]
    child.stop()


def test_what_cannot_be_asked_is_refused(tmp_path, nursery):
    home, child, _ = home_of(tmp_path, TOWNS, nursery)
    said = adjoin("station", "request", "A", "2061", "--workspace", home.folder, "--lang", "en")
    assert said.status == 2
    assert "BeginTime, EndTime" in said.said
    child.stop()


def test_rejects_can_be_seen_and_downloaded(tmp_path, nursery):
    home, child, _ = home_of(tmp_path, TOWNS, nursery)
    station = Station(child.port)
    station.send(packet("20260905120000001").replace(b"0.10", b"0.11"))
    station.say(packet("20260905120000002")[6:-6].decode())
    (line,) = adjoin("station", "rejects", "--workspace", home.folder, "--lang", "en").lines
    assert (line["kind"], line["mn"], line["place"]) == (
        "hj212_check",
        "REPLAY-mill-bridge",
        len(packet("20260905120000001")) - 6,
    )
    assert "by annex A" in line["expected"]
    assert "PW=***" in line["packet"]
    assert adjoin("station", "rejects", "--workspace", home.folder, "--csv", tmp_path / "r.csv").status == 1
    assert "hj212_check" in (tmp_path / "r.csv").read_text("utf-8-sig")
    child.stop()


def test_draining_by_hand(tmp_path, nursery):
    home, child, _ = home_of(tmp_path, TOWNS, nursery)
    Station(child.port).say(packet("20260905120000001")[6:-6].decode())
    assert adjoin("station", "drain", "--workspace", home.folder).one["new"] == 1
    assert adjoin("station", "drain", "--workspace", home.folder, "--again", "REPLAY-mill-bridge").one["known"] == 1
    stand = adjoin("status", "--workspace", home.folder)
    assert stand.one["waiting"] == 0
    assert json.dumps(stand.one["listener"]).count("127.0.0.1") == 1
    child.stop()
