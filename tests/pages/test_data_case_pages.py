"""A finding about data from the page of one side to the page of the other, by forms alone; one water under two aims."""

import re
from datetime import timedelta

import pytest
from frozen_sensor import FIRST, FROZEN, MENDED, STUCK, sent
from sides import Clock
from test_register_pages import PASSWORD, post, signed_in

from adjoin.loop import demonstrate, people

AIMS = "R-mill-bridge-WL-10-II-III"


@pytest.fixture
def desks(fresh_towns, client_of):
    """Both sides signed in, each with the frozen series; and what carries packages between them."""
    clock = Clock(FIRST + timedelta(days=4))
    for workspace in fresh_towns.values():
        sent(workspace, STUCK)
        people.enrol(workspace, f"{workspace.party}-officer", PASSWORD)
    clients = {side: signed_in(client_of(ws, clock()), side) for side, ws in fresh_towns.items()}
    return fresh_towns, clients, lambda: demonstrate.meet(fresh_towns, clock=clock)


def plain(answer):
    return re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)


def line(client):
    (found,) = [each for each in client.get("/coverage.json").json()["findings"] if each["id"] == FROZEN]
    return found


def move(client, case, name, **more):
    return post(client, f"/case/{case}", f"/case/{case}/move", move=name, **more)


def test_a_frozen_sensor_goes_from_page_to_page_and_comes_back_corrected(desks):
    pair, clients, meet = desks
    west, east = clients["west"], clients["east"]
    assert (line(west)["may_hand"], line(east)["may_hand"]) == (True, False)
    assert f'action="/finding/{FROZEN}/open"' in west.get("/coverage").text
    assert f'action="/finding/{FROZEN}/open"' not in east.get("/coverage").text
    opened = post(
        west, "/coverage", f"/finding/{FROZEN}/open", procedure="data-correction", reason="six times the same"
    )
    case = opened.url.path.rpartition("/")[2]
    assert opened.url.path == "/case/C-west-0001"
    meet()
    assert (line(east)["state"], [each["id"] for each in line(east)["cases"]]) == ("handed", [case])
    assert "This side runs the station" in plain(east.get(f"/finding/{FROZEN}?lang=en"))
    assert move(east, case, "accept").status_code == 200
    assert "asked again over the data" not in plain(east.get(f"/case/{case}?lang=en"))
    sent(pair["east"], MENDED, received=FIRST + timedelta(days=5))
    assert "no longer raises it" in plain(east.get(f"/finding/{FROZEN}?lang=en"))
    assert move(east, case, "mend", reason="probe replaced", evidence=[0]).status_code == 200
    early = move(west, case, "confirm", evidence=[0])
    assert early.status_code == 422  # the answer has not arrived
    meet()
    assert "asked again over the data" in plain(west.get(f"/case/{case}?lang=en"))
    assert move(west, case, "confirm", evidence=[0]).status_code == 200
    meet()
    for client in clients.values():
        assert client.get(f"/case/{case}.json").json()["line"]["outcome"] == "corrected"
        assert line(client)["state"] == "closed"


def test_a_correction_that_does_not_mend_it_is_not_confirmed_from_the_page(desks):
    _, clients, meet = desks
    west, east = clients["west"], clients["east"]
    post(west, "/coverage", f"/finding/{FROZEN}/open", procedure="data-correction", reason="six times the same")
    meet()
    move(east, "C-west-0001", "accept")
    move(east, "C-west-0001", "mend", evidence=[0])
    meet()
    refused = move(west, "C-west-0001", "confirm", evidence=[0])
    assert (refused.status_code, "规则 frozen 仍然标记" in plain(refused)) == (422, True)
    assert "仍然标记" in plain(west.get(f"/finding/{FROZEN}"))


def test_a_window_of_maintenance_is_ticked_as_evidence_and_opens(desks):
    _, clients, meet = desks
    west, east = clients["west"], clients["east"]
    post(west, "/coverage", f"/finding/{FROZEN}/open", procedure="data-correction", reason="six times the same")
    meet()
    move(east, "C-west-0001", "accept")
    asked = {"site": "mill-bridge", "since": "2026-09-01 00:00", "until": "2026-09-03 00:00", "reason": "probe out"}
    assert post(east, "/coverage", "/coverage/maintenance", **asked).status_code == 200
    form = east.get("/case/C-west-0001").text
    number = re.search(r'name="evidence" value="(\d+)"><span>运维时段', form)[1]
    move(east, "C-west-0001", "mend", evidence=[int(number)])
    meet()
    (cited,) = west.get("/case/C-west-0001.json").json()["history"][-1]["evidence"]
    assert (cited["kind"], west.get(cited["href"]).url.path) == ("entry", "/coverage")
    assert move(west, "C-west-0001", "confirm", other="seen").status_code == 200
    assert west.get("/case/C-west-0001.json").json()["line"]["outcome"] == "corrected"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [FROZEN, AIMS])
def test_the_page_of_a_finding_says_everything_in_both_languages(desks, name, lang):
    _, clients, _ = desks
    for client in clients.values():
        answer = client.get(f"/finding/{name}?lang={lang}")
        assert answer.status_code == 200
        words = plain(answer)
        assert not re.search(r"\b(web|exhibit|column|note|caveat|rules)\.[a-z_]+", words)
        assert client.get(f"/finding/{name}.json").json()["verdict"]["say"][lang] in answer.text
        assert client.get(f"/finding/{name}.pdf?lang={lang}").content.startswith(b"%PDF")


def test_two_aims_stand_on_the_overview_of_both_sides_and_open_a_mediation(desks):
    _, clients, meet = desks
    for client in clients.values():
        found = {each["id"]: each for each in client.get("/overview.json").json()["findings"]}
        assert (
            found[AIMS]["told"]["en"] == "Both zone km 10–14 of the Willow: East Town as class Ⅱ, West Town as class Ⅲ."
        )
        assert found[AIMS]["told"]["en"] in plain(client.get("/?lang=en"))
    page = post(clients["east"], f"/finding/{AIMS}", f"/finding/{AIMS}/open", procedure="mediation", reason="two aims")
    assert page.url.path == "/case/C-east-0001"
    meet()
    found = {each["id"]: each for each in clients["west"].get("/overview.json").json()["findings"]}
    assert found[AIMS]["cases"] == ["C-east-0001"]
