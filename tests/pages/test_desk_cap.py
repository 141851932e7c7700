"""The emergency desk as a CAP 1.2 alert, its clocks once a warning runs, and its figures leading to their grounds."""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from forms import sign_in, token_of
from test_desk import ABOVE

from adjoin.core.period import ZONE
from adjoin.formats import cap
from adjoin.loop import demonstrate, hand_over, people
from adjoin.web import desk_cap
from adjoin.web.desk_words import odds

NOW = datetime(2026, 9, 4, 15, tzinfo=ZONE)
CAP = f"{{{cap.NAMESPACE}}}"


def alert_of(client, typed):
    answer = client.get("/desk.cap", params=typed)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/cap+xml")
    assert cap.faults(answer.content) == []
    return ET.fromstring(answer.content)


def texts(node, name):
    return [each.text for each in node.iter(f"{CAP}{name}")]


@pytest.mark.parametrize("side", ["sichuan", "chongqing"])
@pytest.mark.parametrize("typed", [ABOVE, {"place": "r0384"}, {"place": "gaodong"}, {"place": "CJ 930", "drill": "1"}])
def test_an_event_is_one_alert_in_both_languages(pages, side, typed):
    root = alert_of(pages[side], typed)
    assert texts(root, "sender") == [f"{side}-duty"]
    assert texts(root, "sent") == ["2026-09-04T15:00:00+08:00"]
    assert texts(root, "status") == ["Exercise" if typed.get("drill") else "Draft"]
    assert (texts(root, "msgType"), texts(root, "scope")) == (["Alert"], ["Restricted"])
    assert texts(root, "language") == ["zh-CN", "en-US"]
    assert not re.search(r"web\.|—", ET.tostring(root, "unicode"))
    assert texts(root, "polygon") or texts(root, "circle")


def test_what_is_not_known_stays_unknown(pages):
    root = alert_of(pages["sichuan"], {"place": "gaodong"})
    assert {*texts(root, "severity"), *texts(root, "certainty")} == {"Unknown"}
    assert "草稿" in texts(root, "note")[0]
    oil = alert_of(pages["sichuan"], {**ABOVE, "substance": "石油类"})
    assert set(texts(oil, "severity")) == {"Unknown"}
    assert not [name for name in texts(oil, "valueName") if name.startswith("peak")]


def test_it_carries_the_arrivals_of_the_page_and_its_times_are_theirs(pages):
    rows = pages["sichuan"].get("/desk.json", params=ABOVE).json()["answer"]["rows"]
    root = alert_of(pages["sichuan"], ABOVE)
    named = dict(zip(texts(root, "valueName"), texts(root, "value"), strict=True))
    for row in rows:
        early = datetime.fromisoformat(row["arrival"][0])
        assert named[f"arrival.{row['site']}"].split("/")[0] == cap.moment(early)
    assert texts(root, "onset")[0] == cap.moment(min(datetime.fromisoformat(row["arrival"][0]) for row in rows))
    assert texts(root, "expires")[0] == cap.moment(max(datetime.fromisoformat(row["end"][2]) for row in rows))


@pytest.mark.parametrize("typed", [{}, {"place": "nowhere"}, {**ABOVE, "least": "-5"}])
def test_of_what_cannot_be_there_is_no_alert(pages, typed):
    assert pages["sichuan"].get("/desk.cap", params=typed).status_code in {404, 422}


@pytest.mark.parametrize(("chance", "told"), [(0.0, "不到1次"), (0.005, "约1次"), (0.3, "约30次"), (0.995, "约99次")])
def test_a_chance_is_never_told_as_none_nor_as_all(chance, told):
    assert told in odds(chance).zh


def arrival(hours, chance=None):
    times = tuple(NOW + timedelta(hours=each) for each in hours)
    return SimpleNamespace(arrival=times, end=times, worst_probability=chance)


def test_the_words_follow_their_rules():
    told = [
        ([], "Unknown"),
        ([arrival((-9, -8, -7))], "Past"),
        ([arrival((-1, 2, 3)), arrival((5, 6, 7))], "Immediate"),
        ([arrival((1, 2, 3))], "Expected"),
        ([arrival((2, 3, 4))], "Future"),
    ]
    assert [desk_cap.urgency(found, NOW) for found, _ in told] == [word for _, word in told]
    chances = {None: "Unknown", 0.01: "Minor", 0.05: "Moderate", 0.5: "Severe", 1.0: "Severe"}
    assert {chance: desk_cap.severity([arrival((1, 2, 3), chance)]) for chance in chances} == chances
    assert desk_cap.certainty(NOW, NOW, warned=True) == "Observed"
    assert desk_cap.certainty(NOW, NOW, warned=False) == "Unknown"
    assert desk_cap.certainty(NOW + timedelta(hours=1), NOW, warned=True) == "Unknown"


def test_round_a_reach_the_line_is_closed_and_convex():
    inner = (29.5, 105.5)
    corners = [(29.0, 105.0), (29.0, 106.0), (30.0, 106.0), (30.0, 105.0)]
    ring = cap.ring([*corners, inner])
    assert ring[0] == ring[-1]
    assert set(ring) == set(corners)
    assert cap.ring(corners[:2]) == ()  # a straight line spans nothing
    assert cap.ring([(29.0, 105.0), (29.5, 105.5), (30.0, 106.0)]) == ()


@pytest.fixture
def warned(fresh_pair, client_of):
    """The side above has sent its warning; both sides."""
    people.enrol(fresh_pair["sichuan"], "officer", "a long password")
    client = client_of(fresh_pair["sichuan"])
    sign_in(client, "officer")
    address = f"/desk?{urlencode(ABOVE)}"
    asked = {"procedure": "spill-warning", "reason": "x", "asked": urlencode(ABOVE)}
    client.post("/desk/open", data={**asked, "token": token_of(client, address)})
    return client, fresh_pair


def test_once_a_warning_runs_the_next_follow_up_and_who_has_confirmed_are_seen(warned, client_of, clock):
    client, pair = warned
    watch = client.get("/desk.json", params=ABOVE).json()["answer"]["watches"][0]
    assert (watch["case"], watch["next"]["due"][:16]) == ("C-sichuan-0001", "2026-09-04T17:00")
    assert (watch["next"]["left"]["zh"], watch["heard"]) == ("还有2小时0分", [])
    page = client.get("/desk", params=ABOVE).text
    for words in ("下一次续报：四川，2026年9月4日 17:00前", "等待重庆确认收到：2026年9月4日 16:00前", "对方尚未确认。"):
        assert words in page

    demonstrate.meet(pair, clock=clock)
    hand_over.move(pair["chongqing"], "C-sichuan-0001", "acknowledge", by="duty", now=NOW + timedelta(minutes=20))
    demonstrate.meet(pair, clock=clock)
    later = client_of(pair["sichuan"], NOW + timedelta(hours=3)).get("/desk", params=ABOVE).text
    assert "重庆已确认收到：2026-09-04 15:20" in later
    assert "已过1小时0分" in later
    other = client_of(pair["chongqing"]).get("/desk.json", params=ABOVE).json()["answer"]["watches"]
    assert [each["case"] for each in other] == ["C-sichuan-0001"]


def test_the_alert_is_actual_only_for_the_event_that_was_warned_of_and_only_from_who_warned(warned, client_of, clock):
    client, pair = warned
    root = alert_of(client, ABOVE)
    assert (texts(root, "status"), texts(root, "incidents")) == (["Actual"], ["C-sichuan-0001"])
    assert set(texts(root, "certainty")) == {"Observed"}
    assert texts(alert_of(client, {**ABOVE, "most": "30000"}), "status") == ["Actual"]  # more is known of it
    for other in ({"start": "2026-09-04T12:00"}, {"place": "朱沱"}):
        assert texts(alert_of(client, {**ABOVE, **other}), "status") == ["Draft"]
    assert texts(alert_of(client, {**ABOVE, "drill": "1"}), "status") == ["Exercise"]
    demonstrate.meet(pair, clock=clock)
    assert texts(alert_of(client_of(pair["chongqing"]), ABOVE), "status") == ["Draft"]


def test_a_warning_is_an_alert_then_its_updates_then_a_cancel_each_naming_those_before(warned, client_of, clock):
    client, pair = warned
    first = alert_of(client, ABOVE)
    assert (texts(first, "msgType"), texts(first, "references")) == (["Alert"], [])
    later = client_of(pair["sichuan"], NOW + timedelta(hours=1))
    again = alert_of(later, ABOVE)  # the same message, whenever it is asked for
    assert ET.tostring(again) == ET.tostring(first)

    more = alert_of(later, {**ABOVE, "most": "30000"})
    named = f"{texts(first, 'sender')[0]},{texts(first, 'identifier')[0]},{texts(first, 'sent')[0]}"
    assert (texts(more, "msgType"), texts(more, "references")) == (["Update"], [named])
    assert texts(more, "identifier") != texts(first, "identifier")
    due = dict(zip(texts(more, "valueName"), texts(more, "value"), strict=True))["next_update"]
    assert due == "2026-09-04T17:00:00+08:00"

    demonstrate.meet(pair, clock=clock)
    hand_over.move(pair["chongqing"], "C-sichuan-0001", "acknowledge", by="duty", now=NOW + timedelta(minutes=20))
    demonstrate.meet(pair, clock=clock)
    for hours, move, kind in ((1, "update", "Update"), (2, "all_clear", "Cancel")):
        at = NOW + timedelta(hours=hours)
        hand_over.move(pair["sichuan"], "C-sichuan-0001", move, by="duty", reason="because", now=at)
        told = alert_of(client_of(pair["sichuan"], at + timedelta(minutes=5)), ABOVE)
        assert texts(told, "msgType") == [kind]
        assert texts(told, "references")[0].split()[0] == named
        assert len(texts(told, "references")[0].split()) == hours
        assert texts(told, "sent") == [cap.moment(at)]


def test_before_it_is_sent_a_message_says_by_when_its_next_update_is_due(pages):
    page = pages["sichuan"].get("/desk", params=ABOVE).text
    assert "之后续报：2小时内，现在发出即9月4日17:00前" in re.sub(r"(?<=日) ", "", page)


@pytest.mark.parametrize("typed", [ABOVE, {"place": "gaodong"}])
def test_every_figure_below_leads_to_what_it_rests_on(pages, typed):
    page = pages["sichuan"].get("/desk", params=typed).text
    table = re.search(r'id="arrivals".*?</table>', page, re.DOTALL)[0]
    led = set(re.findall(r'href="#([^"]+)"', table))
    assert led >= {"rest-network", "rest-speed", "rest-ready"}
    assert all(f'id="{anchor}"' in page for anchor in led)
    bare = re.sub(r"<(a|th)\b.*?</\1>|<span class=\"soft\".*?</span>|data-\w+=\"[^\"]*\"", "", table, flags=re.DOTALL)
    figures = re.findall(r"<td[^>]*>(.*?)</td>", bare, re.DOTALL)
    counted = (re.sub(r"<span class=\"nowrap\" *>(还有|已过)[^<]*</span>|<[^>]+>", "", cell) for cell in figures)
    assert [cell for cell in counted if re.search(r"\d", cell)] == []


def test_a_place_from_the_map_is_told_in_words(pages):
    page = pages["sichuan"].get("/desk", params={"place": "r0384"}).text
    assert re.search(r'id="place-is"[^>]*>[^<]*金沙江[\d.]+ km，四川', page)
    assert '<details class="move no-print" open>' in page
    both = pages["sichuan"].get("/desk", params={"place": "r0384", "lang": "en"}).text
    assert re.search(r"km [\d.]+ of Jinsha, [^<]*Sichuan", both)


def test_the_map_holds_its_reaches_and_pages_of_sections_lead_to_the_desk(pages):
    client = pages["chongqing"]
    rivers = client.get("/map.json").json()["rivers"]["features"]
    for river in rivers:
        starts = [start for _, start, _ in river["properties"]["reaches"]]
        assert starts[0] == 0
        assert starts == sorted(set(starts))
        assert starts[-1] < len(river["geometry"]["coordinates"])
    assert 'href="/desk?place=zhutuo"' in client.get("/section/zhutuo").text
    table = client.get("/sections").text
    assert 'href="/desk?place=zhutuo"' in table
    assert 'href="/desk?place=luohai"' not in table  # its river is not on the network
    for place in re.findall(r'href="(/desk\?place=[^"]+)"', table):
        assert client.get(place).status_code == 200
