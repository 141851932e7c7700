"""The pages on telemetry: who reports, what was refused, what is kept; who may see what."""

import csv
import io
import re
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from sides import TOWNS
from test_access import sign_in, token_of

from adjoin.core.period import ZONE
from adjoin.formats.hj212 import written
from adjoin.formats.hj212_stream import read
from adjoin.loop import intake, people, telemetry, workspace
from adjoin.store.inbox import Refused
from adjoin.web.page import helps
from adjoin.web.pages.telemetry import TelemetryPage
from adjoin.web.pages.telemetry_station import StationPage

NOW = datetime(2026, 9, 5, 12, tzinfo=ZONE)
MILL, STRANGER, QUIET = "REPLAY-mill-bridge", "41050022000017", "M-upper-ford"
PEER = "10.1.2.3:4567"
PAGES = ("/telemetry", f"/telemetry/{MILL}", f"/telemetry/{STRANGER}", f"/telemetry/{QUIET}")


def packet(number, mn=MILL, data="w21003-Rtd=0.10,w21003-Flag=N", time="20260905110000"):
    return written(f"QN={time}{number:03d};ST=21;CN=2011;PW=s3cret;MN={mn};Flag=5;CP=&&DataTime={time};{data}&&")


def put(ws, raw, now):
    """What a listener does with bytes."""
    frames, rejects = read(raw)
    box = intake.inbox(ws, lambda: now)
    box.put([intake.packed(each) for each in frames], [intake.refused(each, PEER) for each in rejects])
    box.close()


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """A workspace in which a station reports, one is silent, one is not registered, and five things were refused."""
    folder = tmp_path_factory.mktemp("telemetry")
    region = folder / "region"
    region.mkdir()
    for path in TOWNS.rglob("*"):
        there = region / path.relative_to(TOWNS)
        there.mkdir(exist_ok=True) if path.is_dir() else there.write_bytes(path.read_bytes())
    with (region / "stations.csv").open("a") as file:
        file.write(f"{QUIET},upper-ford,21,house,,unknown,falls silent\n")
    ws = workspace.init(folder / "w", region=region, party="west", now=NOW)
    put(ws, packet(1, QUIET, time="20260902080000"), NOW - timedelta(days=3, hours=4))
    broken = packet(20).replace(b"0.10", b"0.11")
    long = packet(21).replace(b"##0", b"##1", 1)
    put(ws, broken + long + b"good day PW=s3cret;\r\n" + b"".join(packet(n) for n in range(30)), NOW)
    put(ws, packet(40, STRANGER) + packet(41, data="w21003-Rtd=99999,w21003-Flag=N"), NOW)
    put(ws, packet(42, data="w99999-Rtd=1,w99999-Flag=N") + packet(43, time="20990101000000"), NOW)
    intake.drain(ws, intake.inbox(ws, lambda: NOW))
    intake.inbox(ws, lambda: NOW).ask(MILL, "2061", {"BeginTime": "20260901000000", "EndTime": "20260902000000"})
    for role in ("viewer", "duty-officer"):
        people.enrol(ws, role, "a long password", role=role)
    return ws


@pytest.fixture(scope="module")
def visitor(heard, client_of):
    return client_of(heard, NOW)


@pytest.fixture(scope="module")
def officer(heard, client_of):
    client = client_of(heard, NOW)
    sign_in(client, "duty-officer")
    return client


def words(html):
    return re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)


@pytest.mark.parametrize("page", [TelemetryPage, StationPage])
def test_every_field_tells_the_reader_what_it_is(page):
    assert all(helps(page).values())


@pytest.mark.parametrize("address", PAGES)
def test_each_page_in_both_languages_with_its_twin(visitor, officer, address):
    for client in (visitor, officer):
        twin = client.get(f"{address}.json").json()
        for lang in ("zh", "en"):
            answer = client.get(f"{address}?lang={lang}")
            assert answer.status_code == 200
            assert "web." not in words(answer.text)
            assert twin["verdict"]["say"][lang] in answer.text


def test_the_verdict_names_what_is_wrong_and_the_stations_in_need_come_first(visitor):
    twin = visitor.get("/telemetry.json").json()
    assert twin["verdict"]["state"] == "bad"
    said = twin["verdict"]["say"]["en"]
    silence, refusals = "1 of the registered stations silent", "5 refused within a day (1 of"
    for part in ("Nobody listens", silence, refusals, "1 not registered"):
        assert part in said
    assert "adjoin listen" in twin["verdict"]["turn"]["en"]
    assert [(each["mn"], each["silent"], each["registered"]) for each in twin["stations"]][:3] == [
        (QUIET, True, True), (STRANGER, False, False), (MILL, False, True),
    ]  # fmt: skip
    assert twin["stations"][0]["lasts"]["en"] == "3 days"
    assert twin["stations"][2]["ahead"] is True
    assert twin["counts"] == {"all": 6, "registered": 5, "reporting": 1, "silent": 1, "rejects": 1, "unregistered": 1}
    assert twin["ignored"] == [["w99999", 1]]


def test_page_and_command_say_the_same(heard, visitor):
    stand = telemetry.stand(heard, intake.inbox(heard, lambda: NOW), now=NOW)
    told, twin = telemetry.status(stand), visitor.get("/telemetry.json").json()
    by_mn = {each["mn"]: each for each in twin["stations"]}
    for each in told["stations"]:
        shown = by_mn[each["mn"]]
        assert (shown["packets"], shown["silent"], shown["registered"], shown["received"]) == (
            each["packets"], each["silent"], each["registered"], each["last_received"],
        )  # fmt: skip
    assert (twin["inflow"]["packets"], twin["inflow"]["waiting"]) == (told["packets"], told["waiting"])
    assert sum(count for _, count in twin["kinds"]) == told["rejects"] == twin["matching"]


@pytest.mark.parametrize(("asked", "found"), [
    ("show=silent", {QUIET}), ("show=unregistered", {STRANGER}), ("show=rejects", {MILL}), ("q=4105", {STRANGER}),
    ("q=MILL", {MILL}), ("q=nowhere", set()), ("show=all&page=99", {MILL, QUIET, STRANGER}),
])  # fmt: skip
def test_stations_are_found(visitor, asked, found):
    answer = visitor.get(f"/telemetry.json?{asked}").json()
    assert {each["mn"] for each in answer["stations"] if each["packets"]} == found


def test_a_reject_says_where_why_and_what_to_do_and_the_place_is_marked(officer):
    rows = officer.get("/telemetry.json?kind=hj212_check").json()["rejects"]
    (row,) = rows
    assert (row["mn"], row["peer"], row["place"]) == (MILL, PEER, row["place"])
    assert row["met"]["en"]
    assert row["do"]["zh"]
    packet_, text = row["packet"], officer.get("/telemetry?kind=hj212_check").text
    assert packet_["before"].endswith("&&")  # the check stands behind the segment
    assert "PW=***;" in packet_["before"]
    assert f"{packet_['here']}</mark>{packet_['after']}" in text


def test_rejects_by_station_and_of_nobody(visitor):
    kinds = {
        station: sorted(each["kind"] for each in visitor.get(f"/telemetry.json?station={station}").json()["rejects"])
        for station in (MILL, ".", STRANGER)
    }
    assert kinds == {
        MILL: ["hj212_check", "hj212_length", "out_of_range", "time_in_future"], ".": ["hj212_garbage"], STRANGER: [],
    }  # fmt: skip


def test_addresses_and_packets_are_for_people_of_this_side(visitor, officer, heard, client_of):
    for address in (*PAGES, *(f"{page}.json" for page in PAGES), "/telemetry.csv"):
        text = visitor.get(address).text
        assert PEER not in text
        assert "PW=" not in text
        assert "s3cret" not in text
        assert "s3cret" not in officer.get(address).text
    assert PEER in officer.get("/telemetry").text
    assert "PW=***" in officer.get(f"/telemetry/{MILL}").text
    viewer = client_of(heard, NOW)
    sign_in(viewer, "viewer")
    assert PEER in viewer.get("/telemetry").text
    assert "99999" in visitor.get(f"/telemetry/{MILL}").text  # a value of a kept packet is no secret


def test_somebody_without_the_right_sees_what_a_visitor_sees(heard, officer):
    table = heard.folder / "access.yaml"
    text = (workspace.Path(telemetry.__file__).parents[1] / "data" / "access.yaml").read_text("utf-8")
    table.write_text(text.replace("object: telemetry, actions: [look]", "object: telemetry, actions: [ask]"), "utf-8")
    try:
        assert PEER not in officer.get("/telemetry").text
    finally:
        table.unlink()
    assert PEER in officer.get("/telemetry").text


def test_all_that_match_are_downloaded(visitor, officer):
    def rows(client, asked=""):
        text = client.get(f"/telemetry.csv{asked}").text
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    everything = rows(officer)
    assert len(everything) == 5
    assert sum(row["peer"] == PEER for row in everything) == 3
    assert all(row["kind"] and row["met_zh"] and row["expected_en"] and row["packet"] for row in everything)
    assert [row["kind"] for row in rows(officer, "?kind=out_of_range")] == ["out_of_range"]
    assert {row["mn"] for row in rows(visitor, f"?station={MILL}")} == {MILL}
    assert {row["packet"] for row in rows(visitor)} == {"登录后可见 / shown after signing in"}


def test_one_station_shows_its_packets_values_hours_and_requests(officer):
    address = f"/telemetry/{MILL}"
    first = officer.get(f"{address}.json").json()
    assert len(first["packets"]) == 20
    then = officer.get(first["older"].replace("?", ".json?")).json()
    ids = [each["id"] for each in (*first["packets"], *then["packets"])]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == len(ids) == first["line"]["packets"]
    assert then["older"] == ""
    assert ("0.10", "mg/L") in {(each["value"], each["unit"]) for each in first["values"]}
    assert sum(many for _, many in first["hours"]) == 33
    assert len(first["hours"]) == 7 * 24
    assert first["requests"][0]["fields"] == "BeginTime 20260901000000, EndTime 20260902000000"
    assert '<rect class="bar"' in officer.get(address).text


def test_a_station_that_nobody_heard_of_is_not_there(visitor, officer):
    for mn in ("nobody", "*", "a/b", "%3Cscript%3E", "x" * 300):
        answer = visitor.get(f"/telemetry/{mn}")
        assert answer.status_code == 404
        assert "<script>" not in answer.text.replace('<script src="', "")
    assert officer.get("/telemetry/x.pdf").status_code == 404


@pytest.mark.parametrize(
    "asked", ["page=-1", "page=9e9", "before=99999999999999999999", "before=x", "show=%00", "kind='"]
)
def test_a_strange_question_gets_a_page(visitor, asked):
    assert visitor.get(f"/telemetry?{asked}").status_code == 200
    assert visitor.get(f"/telemetry/{MILL}?{asked}").status_code == 200


def test_a_strange_name_in_a_packet_harms_no_page(heard, officer):
    name = '"><script>alert(1)</script>/?#\u202e'
    box = intake.inbox(heard, lambda: NOW)
    box.put([], [Refused(name, PEER, None, 3, "hj212_check", {"met": "<b>", "expected": "x"}, b"\xff\x00<b>")])
    box.close()
    text = officer.get("/telemetry").text
    assert "<script>alert" not in text
    assert "<b>" not in text.partition('id="rejects"')[2].partition("</section>")[0]
    assert quote(name, safe="") in text
    answer = officer.get(f"/telemetry/{quote(name, safe='')}?lang=en")
    assert answer.status_code == 200
    assert "none of its packets was taken" in answer.text


def test_a_station_is_asked_for_its_history_by_a_form(heard, officer, visitor):
    def ask(client, **more):
        data = {
            "token": token_of(client, f"/telemetry/{MILL}"), "mn": MILL, "command": "2061",
            "since": "2026-09-03 08:00", "until": "2026-09-04T08:00", **more,
        }  # fmt: skip
        return client.post("/telemetry/ask", data=data)

    before = len(intake.inbox(heard, lambda: NOW).requests())
    answer = ask(officer)
    assert (answer.status_code, answer.url.path) == (200, f"/telemetry/{MILL}")
    row = intake.inbox(heard, lambda: NOW).requests()[-1]
    assert (row["mn"], row["cn"], row["state"]) == (MILL, "2061", "waiting")
    assert row["fields"] == {"BeginTime": "20260903080000", "EndTime": "20260904080000"}
    for wrong in ({"mn": STRANGER}, {"command": "1072"}, {"since": "soon"}, {"until": "2026-09-03 08:00"}):
        assert ask(officer, **wrong).status_code in {404, 422}
    assert visitor.post("/telemetry/ask", data={"token": "x", "mn": MILL, "command": "2061", "since": "a", "until": "b"}
                        ).status_code == 422  # fmt: skip
    assert len(intake.inbox(heard, lambda: NOW).requests()) == before + 1


def test_where_nothing_ever_came_the_page_says_how_to_begin(pages):
    answer = pages["chongqing"].get("/telemetry?lang=en")
    assert "No packet has ever come" in answer.text
    assert "adjoin listen" in answer.text
    assert pages["chongqing"].get("/telemetry.json").json()["verdict"]["state"] == "unknown"
    assert pages["chongqing"].get("/telemetry.csv").text.count("\n") == 1


def test_a_visitor_sees_the_newest_at_once(fresh_towns, client_of):
    ws = fresh_towns["west"]
    client = client_of(ws, NOW)
    assert "hj212_garbage" not in client.get("/telemetry").text
    put(ws, b"good day\r\n", NOW)
    assert "hj212_garbage" in client.get("/telemetry").text


@pytest.mark.parametrize("place", range(60))
def test_the_password_stays_out_wherever_the_place_is(place):
    raw = b"##0165QN=20260905120000001;PW=s3cret;MN=\xe7\xab\x99;CP=&&&&1234"
    found = telemetry.marked(raw, place)
    assert "s3cret" not in f"{found.before}{found.here}{found.after}"
    assert f"{found.before}{found.here}{found.after}" == telemetry.shown(raw) or b"\xe7" in raw[: place + 1]
    assert found.here or place >= len(raw)
