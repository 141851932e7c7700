"""A station reports: its packet is kept, answered, and its readings stand in the book."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from commands import ADJOIN, AROUND, adjoin
from listeners import Nursery, Station, packet
from sides import TOWNS

from adjoin.core.period import ZONE
from adjoin.formats.hj212 import written
from adjoin.loop import intake, readings, workspace

NOW = datetime(2026, 9, 5, 12, tzinfo=ZONE)
MILL = "REPLAY-mill-bridge"


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


@pytest.fixture
def listener(nursery, home):
    child = nursery.born(home.folder)
    yield child
    child.stop()


@pytest.fixture
def station(listener):
    made = Station(listener.port)
    yield made
    made.close()


def body(mn=MILL, cn="2011", flag=5, data="w21003-Rtd=0.10,w21003-Flag=N", qn="20260905120000001"):
    return f"QN={qn};ST=21;CN={cn};PW=123456;MN={mn};Flag={flag};CP=&&DataTime=20260905120000;{data}&&"


def test_an_answer_means_kept(station, box):
    assert "CN=9014" in station.say(body())
    (kept,) = box.kept()
    assert (kept.mn, kept.qn, kept.cn, kept.data_time) == (MILL, "20260905120000001", "2011", "20260905120000")
    assert kept.raw + b"\r\n" == written(body())


def test_readings_go_into_the_book_with_their_digits_and_flags(station, home, box):
    data = "w21003-Rtd=0.10,w21003-Flag=N;w21011-Rtd=0.020,w21011-Flag=D;w01009-Rtd=--,w01009-Flag=F;060-Rtd=0.10"
    station.say(body(data=data))
    done = intake.drain(home, box)
    assert (done.packets, done.taken.new, done.rejected) == (1, 3, 0)
    rows = {row.quantity: row for row in home.observed.read("mill-bridge")}
    assert {code: (row.value, row.flag, row.origin) for code, row in rows.items()} == {
        "w21003": ("0.10", "", "replay"),
        "w21011": ("0.020", "fault", "replay"),
        "w01009": (None, "stopped", "replay"),
    }
    assert {row.received for row in rows.values()} == {readings.moment_of(next(box.kept()))}


def test_draining_again_changes_nothing(station, home, box):
    station.say(body())
    intake.drain(home, box)
    before = home.observed.read()
    assert intake.drain(home, box).packets == 0
    done = intake.again(home, box, MILL)
    assert (done.packets, done.taken.known, done.taken.new) == (1, 1, 0)
    assert home.observed.read() == before


def test_a_correction_is_a_new_version_and_the_past_stays(station, home, box):
    station.say(body())
    station.say(body(data="w21003-Rtd=0.20,w21003-Flag=N", qn="20260905120000002"))
    intake.drain(home, box)
    (row,) = home.observed.read("mill-bridge", "w21003")
    assert row.value == "0.20"
    (before,) = home.observed.read("mill-bridge", "w21003", as_known=row.received - timedelta(microseconds=1))
    assert before.value == "0.10"


def test_hours_stand_beside_moments(station, home, box):
    station.say(body())
    station.say(body(cn="2061", data="w21003-Avg=0.30,w21003-Flag=N", qn="20260905120000002"))
    intake.drain(home, box)
    rows = home.observed.read("mill-bridge", "w21003")
    assert {(row.origin, row.method, row.value) for row in rows} == {
        ("replay", "auto-realtime", "0.10"),
        ("replay-hour", "auto-hour", "0.30"),
    }


def test_an_unregistered_station_is_answered_and_waits_aside_until_it_is_registered(station, home, box, tmp_path):
    assert "CN=9014" in station.say(body(mn="STRANGER"))
    assert [(each.mn, known) for each, known in intake.kept(home, box)] == [("STRANGER", False)]
    done = intake.drain(home, box)
    assert (done.packets, done.aside, done.taken.values) == (1, 1, 0)

    region = tmp_path / "region"
    subprocess.run(["cp", "-r", TOWNS, region], check=True)
    with (region / "stations.csv").open("a") as file:
        file.write("STRANGER,mill-bridge,21,house,,unknown,now known\n")
    settings = (home.folder / "workspace.toml").read_text().splitlines()
    about = [f'region = "{region}"' if line.startswith("region") else line for line in settings]
    (home.folder / "workspace.toml").write_text("\n".join(about))
    later = workspace.open_workspace(home.folder)
    assert intake.drain(later, box).taken.new == 1
    assert [row.origin for row in later.observed.read("mill-bridge")] == ["hj212"]


def test_a_split_packet_is_put_together(station, home, box):
    head = f"QN=20260905120000001;ST=21;CN=2011;PW=123456;MN={MILL};Flag=7;PNUM=2"
    station.say(f"{head};PNO=2;CP=&&w21011-Rtd=0.020,w21011-Flag=N&&")
    assert intake.drain(home, box).taken.values == 0  # the part with the time has not come
    station.say(f"{head};PNO=1;CP=&&DataTime=20260905120000;w21003-Rtd=0.10,w21003-Flag=N&&")
    assert intake.drain(home, box).taken.new == 2
    assert {row.quantity for row in home.observed.read("mill-bridge")} == {"w21003", "w21011"}


def test_parts_without_a_time_are_told_when_all_have_come(station, home, box):
    head = f"QN=20260905120000001;ST=21;CN=2011;PW=123456;MN={MILL};Flag=7;PNUM=2"
    for number in (1, 2):
        assert intake.drain(home, box).rejected == 0
        station.say(f"{head};PNO={number};CP=&&w2101{number}-Rtd=0.020&&")
    assert intake.drain(home, box).rejected == 1
    assert [each.kind for each in box.rejects()] == ["hj212_no_time"]


def test_an_inbox_older_than_the_book_loses_nothing(station, home, box):
    """Restored from a backup that was made before the book: numbers that the book has seen come again."""
    station.say(body())
    intake.drain(home, box)
    old = (home.folder / "inbox.sqlite").with_suffix(".old")
    with closing(sqlite3.connect(home.folder / "inbox.sqlite")) as con, closing(sqlite3.connect(old)) as copy:
        con.backup(copy)
    for minute in range(3):
        station.say(body(qn=f"2026090512000001{minute}").replace("0905120000;w", f"09051201{minute}0;w"))
    intake.drain(home, box)
    with closing(sqlite3.connect(old)) as copy, closing(sqlite3.connect(home.folder / "inbox.sqlite")) as con:
        copy.backup(con)
    for minute in range(2):
        station.say(body(qn=f"2026090512000002{minute}").replace("0905120000;w", f"09051202{minute}0;w"))
    assert intake.drain(home, box).taken.new == 2
    assert len(home.observed.read("mill-bridge", "w21003")) == 6
    assert intake.drain(home, box).packets == 0


def test_taking_a_station_again_doubles_no_version(station, home, box):
    station.say(body())
    station.say(body(data="w21003-Rtd=0.20,w21003-Flag=N", qn="20260905120000002"))
    intake.drain(home, box)
    intake.again(home, box, MILL)
    (row,) = home.observed.read("mill-bridge", "w21003")
    assert [each.value for each in home.observed.history(*row.key[:3])] == ["0.10", "0.20"]


def test_a_packet_of_2005_is_kept_without_number_and_answer(station, box):
    station.send(written(f"ST=21;CN=2011;PW=123456;MN={MILL};CP=&&DataTime=20260905120000;060-Rtd=0.1,060-Flag=N&&"))
    assert "9014" in station.say(body())  # the answer to the second, not to the first
    assert [each.qn for each in box.kept()] == ["", "20260905120000001"]


def test_a_station_that_asks_for_the_time_gets_it(station):
    station.send(written(f"QN=1;ST=21;CN=1013;PW=123456;MN={MILL};Flag=5;CP=&&PolId=w01018&&"))
    notice, setting = station.answers(2)
    assert b"CN=9013" in notice
    assert b"CN=1012" in setting
    assert b"SystemTime=" in setting


def test_packets_in_pieces_and_in_one_piece(station, box):
    sent = [packet(f"2026090512{number:07d}") for number in range(20)]
    for byte in b"".join(sent[:2]):
        station.send(bytes([byte]))
    station.send(*sent[2:])
    assert len(station.answers(20)) == 20
    assert [each.raw + b"\r\n" for each in box.kept()] == sent


def test_a_reading_from_the_future_is_kept_and_answered_but_does_not_enter_the_book(station, home, box):
    ahead = f"{datetime.now(ZONE) + timedelta(days=365):%Y%m%d%H%M%S}"
    assert "CN=9014" in station.say(body().replace("20260905120000;w", f"{ahead};w"))
    assert intake.drain(home, box).rejected == 1
    assert home.observed.read() == ()
    (reject,) = box.rejects()
    assert (reject.kind, reject.packet, reject.mn) == ("time_in_future", 1, MILL)
    assert reject.place == reject.raw.index(b"DataTime")


def test_what_is_no_value_is_told_once_a_station_and_batch(station, home, box):
    for number in range(5):
        station.say(body(data="w21003-Rtd=abc;w01001-Rtd=70.0;w21011-Rtd=0.1", qn=f"2026090512000000{number}"))
    done = intake.drain(home, box)
    assert (done.taken.values, done.rejected) == (5, 2)
    assert {each.kind for each in box.rejects()} == {"not_a_number", "out_of_range"}


def test_duplicates_for_days_change_nothing(station, home, box):
    for _ in range(50):
        assert "CN=9014" in station.say(body())
        intake.drain(home, box)
    assert len(list(box.kept())) == 1
    assert len(home.observed.read()) == 1


def test_garbage_is_kept_as_a_reject_and_what_follows_is_taken(station, box):
    station.send(b"GET / HTTP/1.1\r\n\r\n", written(body()).replace(b"0.10", b"0.11"))
    assert "9014" in station.say(body(qn="20260905120000009"))
    assert [each.kind for each in box.rejects()] == ["hj212_garbage", "hj212_check"]
    assert [each.mn for each in box.rejects()] == ["", MILL]
    assert len(list(box.kept())) == 1


# the commands


@pytest.fixture
def process(home):
    words = [ADJOIN, "listen", "--workspace", home.folder, "--port", "0", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=AROUND) as made:
        made.port = json.loads(made.stdout.readline())["port"]
        yield made
        made.kill()


def test_from_the_packet_to_the_series(process, home):
    """Kept at once, in the book within seconds; SIGTERM finishes what was acknowledged."""
    station = Station(process.port)
    station.say(body())
    assert adjoin("kept", "--workspace", home.folder, "--station", MILL).one["qn"] == "20260905120000001"
    assert adjoin("kept", "--workspace", home.folder, "--station", "other").lines == []

    second = adjoin("listen", "--workspace", home.folder, "--port", "0", "--lang", "en")
    assert second.status == 2
    assert "a listener runs" in second.said

    station.send(*(packet(f"20260905{n:09d}", time=f"20260905{n // 60:02d}{n % 60:02d}00") for n in range(600)))
    station.answers(600)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert station.answers() == []

    kept = adjoin("kept", "--workspace", home.folder).lines
    assert {"20260905120000001", *(f"20260905{n:09d}" for n in range(600))} == {each["qn"] for each in kept}
    assert set(kept[0]) >= {"mn", "qn", "cn", "data_time", "received"}
    series = adjoin("series", "--workspace", home.folder, "--site", "mill-bridge", "--quantity", "NH3-N").lines
    assert len(series) == 601
    assert {each["value"] for each in series} == {"0.10"}
    early = adjoin("series", "--workspace", home.folder, "--site", "mill-bridge", "--quantity", "w21003",
                   "--as-known", "2026-01-01")  # fmt: skip
    assert early.lines == []
    events = [json.loads(line)["event"] for line in process.stderr.read().splitlines()]
    assert events[0] == "listening"
    assert events[-1] == "stopped"
    stand = adjoin("status", "--workspace", home.folder).one
    assert (stand["packets"], stand["waiting"], stand["listener"]) == (601, 0, None)


def test_a_port_that_is_taken_is_said(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = adjoin("listen", "--workspace", home.folder, "--port", taken.getsockname()[1], "--lang", "en")
    assert said.status == 2
    assert "cannot listen on 127.0.0.1" in said.said


def test_metrics_are_read_while_it_runs(home):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [
        ADJOIN,
        "listen",
        "--workspace",
        home.folder,
        "--port",
        "0",
        "--metrics",
        str(port),
        "--no-drain",
        "--json",
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=AROUND) as process:
        station = Station(json.loads(process.stdout.readline())["port"])
        station.say(body())
        time.sleep(1.2)  # gauges are set once a second
        with socket.create_connection(("127.0.0.1", port)) as asked:
            asked.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
            text = asked.makefile().read()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert "\nadjoin_listen_packets 1\n" in text
    assert "\nadjoin_listen_connections 1\n" in text
    from prometheus_client.parser import text_string_to_metric_families

    assert len(list(text_string_to_metric_families(text.partition("\n\n")[2]))) > 10


def test_the_drainer_ends_with_its_listener(home):
    words = [sys.executable, "-m", "adjoin.listen.drainer", home.folder]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=AROUND) as process:
        process.stdin.close()
        assert process.wait(30) == 0
