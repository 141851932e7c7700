"""The page on the quality of data: calendar, findings that are opened and answered, maintenance, means."""

import re
from datetime import datetime

import pytest
from test_register_pages import PASSWORD, post, signed_in

from adjoin.core.period import ZONE
from adjoin.loop import exchange, people

ADDRESSES = ("/coverage", "/coverage?period=2015-01", "/coverage?section=city-chengdu&quantity=PM2.5&by=quarter")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_opens_with_its_twin(pages, address, lang):
    for client in pages.values():
        path, _, query = address.partition("?")
        answer = client.get(f"{path}?{query}&lang={lang}")
        assert answer.status_code == 200
        assert "web." not in re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
        assert client.get(f"{path}.json?{query}").json()["verdict"]["say"][lang] in answer.text


def test_both_sides_show_the_same_findings(pages):
    told = [client.get("/coverage.json").json() for client in pages.values()]
    ids = [sorted(each["id"] for each in twin["findings"]) for twin in told]
    assert ids[0] == ids[1] != []
    assert [sum(each["mine"] for each in twin["findings"]) for twin in told] == [twin["fresh"] for twin in told]
    for each in told[0]["findings"]:
        assert pages["sichuan"].get(each["href"]).status_code == 200


def test_the_calendar_counts_and_its_table_says_the_same(pages):
    twin = pages["sichuan"].get("/coverage.json?period=2015-01").json()
    assert len(twin["days"]) == 31
    assert len(twin["rows"]) == 23  # the cities, and one post with hours
    chengdu = next(row for row in twin["rows"] if row["site"] == "city-chengdu")
    assert set(chengdu["counts"]) == {7}
    table = pages["sichuan"].get("/coverage.csv?period=2015-01").text.splitlines()
    assert next(row for row in table if row.startswith("city-chengdu")).count(",7") == 31


def test_days_after_the_last_that_anybody_reported_are_told_and_not_drawn(two_workspaces, client_of):
    late = client_of(two_workspaces["sichuan"], datetime(2026, 11, 24, 12, tzinfo=ZONE))
    twin = late.get("/coverage.json?period=2026-09").json()
    assert (twin["days"][-1], twin["quiet"]) == ("2026-09-04", ["2026-09-05", "2026-09-30"])
    assert any(row["counts"][-1] for row in twin["rows"])
    assert "2026-09-30 没有任何站点来数" in late.get("/coverage?period=2026-09").text
    assert late.get("/coverage.json?period=2015-01").json()["quiet"] is None


def test_means_are_shown_with_how_much_is_known(pages):
    twin = pages["chongqing"].get("/coverage.json?section=zhutuo&quantity=TP&by=month").json()
    assert [(each["label"], each["mean"], each["have"], each["need"]) for each in twin["means"]] == [
        ("2026-08", None, 4, 20), ("2026-09", None, 3, 20),
    ]  # fmt: skip
    table = pages["chongqing"].get("/coverage.csv?section=city-chengdu&quantity=PM2.5&by=year").text
    assert "2014,72.7," in table
    assert pages["chongqing"].get("/coverage?section=nowhere&quantity=TP").status_code == 404
    assert pages["chongqing"].get("/coverage?section=zhutuo&quantity=TP&by=decade").status_code == 422
    assert pages["chongqing"].get("/coverage?period=yesterday").status_code == 422


def test_findings_are_opened_explained_and_closed_on_the_page(fresh_pair, client_of, clock):
    for side, ws in fresh_pair.items():
        people.enrol(ws, f"{side}-officer", PASSWORD)
    clients = {side: client_of(ws) for side, ws in fresh_pair.items()}
    first = signed_in(clients["sichuan"], "sichuan")
    assert post(first, "/coverage", "/coverage/open").status_code == 200
    twin = first.get("/coverage.json").json()
    assert twin["fresh"] == 0
    mine = [each for each in twin["findings"] if each["mine"]]
    assert {each["state"] for each in mine} == {"open"}
    name = mine[0]["id"]
    for do, state in (("explain", "explained"), ("close", "closed")):
        told = {"finding": name, "do": do, "reason": "现场复核无误"}
        assert post(first, "/coverage", "/coverage/finding", **told).status_code == 200
        found = {each["id"]: each for each in first.get("/coverage.json").json()["findings"]}
        assert found[name]["state"] == state
    assert post(first, "/coverage", "/coverage/finding", finding=name, do="close", reason="x").status_code == 422
    exchange.carry(fresh_pair["sichuan"], fresh_pair["chongqing"], now=clock())
    other = {each["id"]: each for each in clients["chongqing"].get("/coverage.json").json()["findings"]}
    assert other[name]["state"] == "closed"
    assert [one[4] for one in other[name]["said"]] == ["", "现场复核无误", "现场复核无误"]


def test_maintenance_is_entered_by_the_owner_and_stands_in_the_calendar(fresh_towns, client_of):
    for side, ws in fresh_towns.items():
        people.enrol(ws, f"{side}-officer", PASSWORD)
    east = signed_in(client_of(fresh_towns["east"]), "east")
    told = {"since": "2026-09-02 08:00", "until": "2026-09-02 18:00", "reason": "更换探头"}
    page = post(east, "/coverage", "/coverage/maintenance", site="mill-bridge", **told)
    assert page.status_code == 200
    assert "更换探头" in page.text
    row = next(row for row in east.get("/coverage.json?period=2026-09").json()["rows"] if row["site"] == "mill-bridge")
    assert row["marks"][1] == "maintenance"
    assert post(east, "/coverage", "/coverage/maintenance", site="reed-ford", **told).status_code == 422
    assert (
        post(east, "/coverage", "/coverage/maintenance", site="mill-bridge", **{**told, "until": "昨天"}).status_code
        == 422
    )
