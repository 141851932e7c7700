"""Pages of joint work: each in both languages, empty and full, from both chairs; forms that act, forms refused."""

import re
from datetime import datetime, timedelta

import icalendar
import pytest
from forms import post, sign_in

from adjoin.core.period import ZONE
from adjoin.loop import exchange, people, settle
from adjoin.web.page import helps
from adjoin.web.pages import agreements, compare, draws, my_desk, sharing, what_if, white_list

LATER = datetime(2026, 11, 2, 9, tzinfo=ZONE)
ADDRESSES = (
    "/agreements", "/agreement/willow-water", "/agreement/willow-proposal", "/agreement/xinan_round1", "/what-if",
    "/compare", "/draws", "/white-list", "/my-desk", "/sharing",
)  # fmt: skip
PAGES = (
    agreements.AgreementsPage, agreements.AgreementPage, what_if.WhatIfPage, compare.ComparePage, draws.DrawsPage,
    white_list.WhiteListPage, my_desk.MyDeskPage, sharing.SharingPage,
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_field_tells_the_reader_what_it_is(page):
    assert all(helps(page).values())


@pytest.fixture(scope="module")
def both(towns, client_of):
    return {side: client_of(workspace, LATER) for side, workspace in towns.items()}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("side", ["east", "west"])
def test_every_page_is_there_in_both_languages_with_its_twin(both, side, address):
    zh, en = both[side].get(address), both[side].get(f"{address}?lang=en")
    assert (zh.status_code, en.status_code) == (200, 200)
    assert 'lang="zh-Hans"' in zh.text
    for text in (zh.text, en.text):
        shown = re.sub(r"<[^>]+>", " ", text)
        assert not re.search(r"\bweb\.[a-z_]+", shown)
    twin = both[side].get(f"{address}.json").json()
    assert all(twin["title"].values())
    assert twin["verdict"]["state"] in {"fine", "bad", "unknown"}


@pytest.mark.parametrize(
    "address", ["/agreements", "/what-if", "/compare", "/draws", "/white-list", "/my-desk", "/sharing"]
)
def test_where_nothing_is_given_the_page_says_how_to_begin(pages, address):
    answer = pages["chongqing"].get(address)
    assert answer.status_code == 200
    assert "web." not in re.sub(r"<[^>]+>", " ", answer.text)


def test_an_agreement_that_nobody_knows_is_not_there(both):
    assert both["east"].get("/agreement/nowhere").status_code == 404
    assert both["east"].get("/agreement/willow-water?period=yesterday").status_code == 422


def test_a_published_text_is_beside_its_running_form_with_its_doubts(both):
    twin = both["east"].get("/agreement/xinan_round1.json").json()
    assert [row[2]["zh"] for row in twin["clauses"]["rows"]] == ["P <= 1", "P > 1", "总是"]
    assert "k0" in twin["verdict"]["turn"]["en"]
    silent = both["east"].get("/agreement/sichuan_chongqing.json").json()
    assert (silent["verdict"]["state"], silent["verdict"]["label"]) == ("unknown", "no_text")
    assert silent["gaps"]


def test_the_example_of_a_published_text_is_no_settlement(both):
    """Real provinces and large sums: the first thing read is that nobody pays by it."""
    page = both["east"].get("/agreement/chishui_2018.json").json()
    verdict = page["verdict"]
    assert (verdict["state"], verdict["label"]) == ("unknown", "example")
    assert verdict["say"]["zh"].startswith(
        "计算示例，不是结算。假设“各断面都达到Ⅱ类”：云南收4,000万元、贵州付2,000万元"
    )
    assert "Yunnan receives 40,000,000.00 yuan" in verdict["say"]["en"]
    assert [page["net"]["rows"][0][0]["zh"], page["net"]["rows"][0][1]["zh"]] == ["云南", "40,000,000.00"]
    assert page["period"] == page["example"]["en"]
    for name in (each["name"] for each in both["east"].get("/agreements.json").json()["published"]):
        made = both["east"].get(f"/agreement/{name}.json").json()
        assert made["verdict"]["state"] == "unknown", name
        assert not re.search("[a-z]{4}", made["example"]["zh"]), name


def test_an_agreement_of_both_sides_whose_text_is_missing_leads_the_list(pages):
    for side in ("sichuan", "chongqing"):
        page = pages[side].get("/agreements.json").json()
        assert [each["name"] for each in page["between"]] == ["sichuan_chongqing"]
        assert "川渝长江干流" in page["verdict"]["say"]["zh"]
        assert "原文未到手" in page["verdict"]["say"]["zh"]
        assert "sichuan_chongqing" not in [each["name"] for each in page["published"]]


def test_both_chairs_see_the_same_comparison_with_the_columns_swapped(both):
    east, west = (both[side].get("/compare.json").json() for side in ("east", "west"))
    swapped = [[row[0], row[2], row[1], row[3]] for row in west["facts"]["rows"]]
    assert swapped == east["facts"]["rows"]
    assert {row[3]["en"] for row in east["facts"]["rows"]} == {"times over the limit", "repeated"}
    assert len(east["conflicts"]["rows"]) == 1


@pytest.fixture
def desks(fresh_towns, client_of):
    clients = {}
    for side, workspace in fresh_towns.items():
        people.enrol(workspace, f"{side} officer", "a long password")
        client = clients[side] = client_of(workspace, LATER)
        sign_in(client, f"{side} officer")
    return fresh_towns, clients


def swap(pair):
    for _ in range(2):
        exchange.carry(pair["east"], pair["west"], now=LATER)
        exchange.carry(pair["west"], pair["east"], now=LATER)


def test_a_month_is_claimed_from_the_page_and_the_other_side_sees_its_turn(desks):
    pair, clients = desks
    page = "/agreement/willow-water?period=2026-09"
    assert post(clients["east"], page, "/agreement/willow-water/claim", period="2026-09").status_code == 200
    swap(pair)
    desk = clients["west"].get("/my-desk.json").json()
    assert "willow-water 2026-09" in desk["turns"][0]["say"]["en"]
    assert post(clients["west"], page, "/agreement/willow-water/claim", period="2026-09").status_code == 200
    swap(pair)
    assert [line.state for line in settle.lines(pair["east"])] == ["agreed"]
    assert clients["east"].get("/my-desk.json").json()["turns"] == []
    refused = post(clients["west"], "/draws", "/agreement/willow-water/dispute", period="2026-09", reason="x")
    assert refused.status_code == 422


def test_a_draw_goes_from_terms_to_minutes_by_forms_alone(desks):
    pair, clients = desks
    swap(pair)
    units = "\n".join(f"U-{i}" for i in range(9))
    terms = {"purpose": "autumn", "population": units, "count": 2, "default_count": 4, "reveal_by": "2026-11-09"}
    assert post(clients["east"], "/draws", "/draws/propose", **terms).status_code == 200
    for side, step in (
        ("west", "agree"),
        ("east", "commit"),
        ("west", "commit"),
        ("east", "reveal"),
        ("west", "reveal"),
    ):
        swap(pair)
        assert post(clients[side], "/draws", f"/draws/D-east-0001/{step}").status_code == 200
    swap(pair)
    east, west = (clients[side].get("/draws.json").json()["draws"][0] for side in ("east", "west"))
    assert east["state"] == "drawn"
    assert (east["sample"], east["minutes"]) == (west["sample"], west["minutes"])
    cheap = {**terms, "default_count": 3}
    assert post(clients["east"], "/draws", "/draws/propose", **cheap).status_code == 422
    assert post(clients["east"], "/draws", "/draws/D-east-0001/reveal").status_code == 422
    assert post(clients["east"], "/draws", "/draws/D-east-0001/steal").status_code == 404


def test_the_white_list_is_agreed_spent_and_gone_beyond_by_forms_alone(desks):
    pair, clients = desks
    line = {"year": 2026, "receiver": "R1", "code": "900-052-31", "ours": "60", "theirs": "40"}
    assert post(clients["east"], "/white-list", "/white-list/propose", **line).status_code == 200
    swap(pair)
    name = clients["west"].get("/white-list.json").json()["rows"][0]["id"]
    assert post(clients["west"], "/white-list", "/white-list/agree", name=name).status_code == 200
    swap(pair)
    asked = {"year": 2026, "receiver": "R1", "code": "900-052-31", "site": "mill-bridge", "permit": "1"}
    assert post(clients["east"], "/white-list", "/white-list/apply", tonnes=20, **asked).url.path == "/white-list"
    assert post(clients["east"], "/white-list", "/white-list/apply", tonnes=41, **asked).url.path == "/case/C-east-0001"
    asked.pop("permit")
    assert post(clients["east"], "/white-list", "/white-list/apply", tonnes=1, **asked).status_code == 422
    (row,) = clients["east"].get("/white-list.json").json()["rows"]
    assert (row["ours_t"], row["spent_t"]) == ("40", "20")


def test_one_water_under_two_aims_goes_to_mediation_from_the_page(desks):
    _, clients = desks
    name = clients["west"].get("/compare.json").json()["findings"][0][0]
    page = post(clients["west"], "/compare", "/compare/open", name=name, reason="one river, two aims")
    assert page.url.path == "/case/C-west-0001"
    assert post(clients["west"], "/compare", "/compare/open", name="R-none", reason="x").status_code == 404


def test_a_series_is_granted_handed_over_and_receipted_by_forms_alone(desks):
    pair, clients = desks
    asked = {"site": "mill-bridge", "quantity": "w21011", "since": "2026-09-01", "delay_h": 24}
    assert post(clients["east"], "/sharing", "/sharing/give", **asked).status_code == 200
    assert post(clients["east"], "/sharing", "/sharing/G-east-0001/hand", period="2026-09-02").status_code == 200
    swap(pair)
    assert post(clients["west"], "/sharing", "/sharing/G-east-0001/receipt").status_code == 200
    assert post(clients["west"], "/sharing", "/sharing/G-east-0001/end").status_code == 422
    swap(pair)
    (line,) = clients["east"].get("/sharing.json").json()["grants"]
    assert (line["ours"], line["receipts"]) == (True, 1)
    coarse = {**asked, "digits": "1"}
    assert post(clients["east"], "/sharing", "/sharing/give", **coarse).status_code == 200
    table = clients["east"].get("/sharing/G-east-0002.csv").text
    assert {row.split(",")[3] for row in table.splitlines()[1:]} <= {"0.1", "0.2", "0.3", "0.4", "0.5"}
    assert post(clients["east"], "/sharing", "/sharing/G-east-0001/end").status_code == 200


def test_nobody_acts_without_signing_in(both):
    for address in ("/agreement/willow-water/claim", "/draws/propose", "/white-list/agree"):
        data = {"token": "x", "period": "2026-09", "name": "x", "purpose": "x", "population": "x", "count": 1,
                "default_count": 2, "reveal_by": "2026-12-01"}  # fmt: skip
        assert both["east"].post(address, data=data).status_code == 422


def test_the_calendar_of_deadlines_opens_in_a_calendar_program(towns, client_of):
    client = client_of(towns["west"], datetime(2026, 9, 4, 18, tzinfo=ZONE) + timedelta(hours=1))
    answer = client.get("/my-desk.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert len(icalendar.Calendar.from_ical(answer.content).walk("VEVENT")) >= 1
