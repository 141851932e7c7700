"""The emergency desk: a form, an answer that can be kept and printed, messages to the other side, drills in stripes."""

import io
import re
import time
from datetime import datetime
from importlib.resources import files
from itertools import pairwise
from urllib.parse import parse_qsl, urlencode

import pypdf
import pytest
from forms import sign_in, token_of

from adjoin.core.period import ZONE
from adjoin.loop import demonstrate, hand_over, people
from adjoin.web import draw_desk

ABOVE = {
    "place": "泸州纳溪化工",
    "start": "2026-09-04T13:00",
    "duration": "3",
    "least": "1000",
    "most": "20000",
    "substance": "氨氮",
    "known": "2026-09-04T14:00",
}
BELOW = {"place": "gaodong", "start": "2026-09-04T13:00", "known": "2026-09-04T14:00", "bank": "left"}
NEVER = r"came from|exceeded the standard|超标|\bshare\b|份额|责任在"


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture(scope="module")
def ask(pages):
    def asked(typed, ending="", side="sichuan", **more):
        return pages[side].get(f"/desk{ending}", params={**typed, **more})

    return asked


def test_without_parameters_it_is_a_form_that_offers_every_place(ask):
    page = ask({}).text
    for name in (
        "place",
        "bank",
        "start",
        "duration",
        "least",
        "most",
        "substance",
        "flow",
        "flow_at",
        "known",
        "drill",
    ):
        assert f'name="{name}"' in page
    for offered in ("泸州纳溪化工", "朱沱", "朱沱（水文站）", "长江 930"):
        assert f'<option value="{offered}"' in page or offered == "长江 930"
    assert ask({}, ".json").json()["answer"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("typed", [ABOVE, BELOW, {"place": "r0384"}, {"place": "CJ 930", "substance": "benzene"}])
@pytest.mark.parametrize("side", ["sichuan", "chongqing"])
def test_an_answer_in_both_languages_on_both_sides(ask, side, typed, lang):
    answer = ask(typed, side=side, lang=lang)
    seen = text_of(answer.text)
    assert answer.status_code == 200
    assert not re.search(r"\bweb\.|\bdesk\.|\bcheck\.[a-z]", seen)
    assert not re.search(NEVER, seen)
    heads = re.findall(r"<h2[^>]*>(\d) ", answer.text)
    assert heads == list("12345678")


def test_the_verdict_says_where_it_goes_and_by_when_to_report(ask):
    seen = text_of(ask(ABOVE).text)
    assert "泸州纳溪化工：可能已到泸州北郊水厂（四川）" in seen
    assert re.search("高洞.{0,6}：最早9月5日", text_of(ask(BELOW).text))
    assert "由四川入重庆" in seen
    assert "首次报告：9月4日 16:00前" in seen
    assert "还有1小时0分" in seen


def test_the_twin_holds_what_the_page_shows(ask):
    html, twin = ask(ABOVE).text, ask(ABOVE, ".json").json()
    rows = twin["answer"]["rows"]
    assert [row["site"] for row in rows][:2] == ["intake-luzhou-north-waterworks", "zhutuo"]
    for row in rows:
        assert row["name"]["zh"] in html
        assert row["peak"][1] in html
        assert row["critical"][1] in html
    assert "places" not in twin


def test_an_address_is_kept_whole_in_the_other_language_in_the_twins_and_through_signing_in(ask, pages):
    page = ask(ABOVE).text
    for pattern in (r'href="/desk\?([^"]+)lang=en"', r'href="/desk\.json\?([^"]+)"', r'href="/desk\.pdf\?([^"]+)"'):
        held = dict(parse_qsl(re.search(pattern, page)[1].replace("&amp;", "&")))
        assert held == ABOVE
    login = re.search(r'href="(/login\?next=[^"]+)"', page)[1].replace("&amp;", "&")
    back = re.search(r'name="next" value="([^"]+)"', pages["sichuan"].get(login).text)[1].replace("&amp;", "&")
    assert back == f"/desk?{urlencode(ABOVE)}"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"place": "nowhere"}, "没有点位“nowhere”"),
        ({"place": ""}, ""),
        ({**ABOVE, "least": "-5"}, "泄漏量-5-20000 kg"),
        ({**ABOVE, "least": "lots"}, "“lots”不是十进制数"),
        ({**ABOVE, "flow": "0"}, "流量0.0 m³/s"),
        ({**ABOVE, "start": "yesterday"}, "“yesterday”不是时间"),
        ({**ABOVE, "start": "9999-12-31T23:00"}, "时间9999-12-31 23:00"),
        ({**ABOVE, "substance": "<b>x</b>"}, "没有物质“&lt;b&gt;x&lt;/b&gt;”"),
        ({**ABOVE, "bank": "top"}, "岸别“top”"),
        ({**ABOVE, "duration": "1e9"}, "持续时间1000000000.0小时"),
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_nothing_typed_is_lost(ask, typed, words):
    answer = ask(typed)
    if not words:
        assert 'name="place"' in answer.text
        return
    assert answer.status_code == 422
    assert words in answer.text
    for part in ("应为：", "下一步："):
        assert part in answer.text
    for name, value in typed.items():
        shown = value.replace("<", "&lt;").replace(">", "&gt;")
        assert f'value="{shown}"' in answer.text or name == "bank"
    told = ask(typed, ".json")
    assert (told.status_code, set(told.json()["error"])) == (422, {"kind", "met", "expected", "do"})


def test_of_what_floats_no_concentration_is_shown_and_it_is_said_in_red(ask):
    answer = ask({**ABOVE, "substance": "石油类"})
    assert answer.text.count("模型不适用") >= 3
    assert 'class="note stop"' in answer.text
    for row in ask({**ABOVE, "substance": "石油类"}, ".json").json()["answer"]["rows"]:
        assert (row["peak"], row["per_tonne"], row["critical"]) == (None, None, None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_card_says_how_to_stay_safe_and_what_tells_it_on_the_spot_or_that_nothing_is_on_record(ask, lang):
    words = {"zh": ("纳氏试剂", "防护", "没有登记：查"), "en": ("Nessler", "Protection", "not on record")}[lang]
    page = ask(ABOVE, lang=lang).text
    assert words[0] in page
    assert words[1] in page
    assert words[2] not in page
    assert words[0] in _text(ask(ABOVE, ".pdf", lang=lang).content)
    assert words[2] in ask({**ABOVE, "substance": "钛"}, lang=lang).text


def test_every_field_card_is_of_a_substance_of_the_table_and_each_has_one():
    from adjoin.formats import emergency

    text = (files("adjoin") / "data" / "substance_cards.yaml").read_text("utf-8")
    codes = re.findall(r"[wg][b\d][\w-]*", " ".join(re.findall(r"codes: \[(.*?)\]", text)))
    assert len(codes) == len(set(codes)) == len(emergency.field_cards())
    assert set(codes) <= set(emergency.substances())
    assert {card.status for card in emergency.field_cards().values()} == {"memory"}


def test_an_old_flow_is_red_and_a_missing_one_is_said(ask):
    old = ask({**ABOVE, "flow": "6000", "flow_at": "2026-09-01T08:00"}).text
    assert 'class="figure bad">6000 m³/s' in old
    assert "已过3天7小时" in old
    assert "多年平均" in ask(ABOVE).text


def test_the_caveats_stand_on_every_answer(ask):
    for typed in (ABOVE, BELOW):
        seen = text_of(ask(typed).text)
        assert "只给断面平均" in seen
        assert "未经本河率定" in seen


def test_what_the_bundle_does_not_hold_is_said(ask):
    assert text_of(ask(ABOVE).text).count("不在包内") >= 4


def test_a_drill_is_striped_on_the_screen_and_on_paper_and_only_a_drill(ask):
    drill = {**ABOVE, "drill": "1"}
    assert '<body class="drill">' in ask(drill).text
    assert "stripes" in ask(drill).text
    assert "drill" not in re.search(r"<body[^>]*>", ask(ABOVE).text)[0]
    paper = {name: _text(ask(typed, ".pdf").content) for name, typed in {"drill": drill, "real": ABOVE}.items()}
    assert "都不是真实事件" in paper["drill"]
    assert "都不是真实事件" not in paper["real"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("typed", [ABOVE, BELOW, {"place": "攀枝花钢铁", "substance": "苯"}])
def test_an_answer_is_printed_on_two_pages(ask, typed, lang):
    made = ask(typed, ".pdf", lang=lang)
    assert made.headers["content-type"] == "application/pdf"
    assert len(pypdf.PdfReader(io.BytesIO(made.content)).pages) <= 2


def test_nothing_is_printed_of_nothing(ask):
    assert ask({}, ".pdf").status_code == 422


def test_it_counts_down_whenever_it_is_asked(two_workspaces, client_of):
    times = iter(datetime(2026, 9, 4, 15, minute, tzinfo=ZONE) for minute in range(60))
    client = client_of(two_workspaces["sichuan"])
    client.app.state.site.__dict__["clock"] = lambda: next(times)
    left = [re.search(r"还有(\d+小时\d+分)", client.get("/desk", params=ABOVE).text)[1] for _ in range(3)]
    assert len(set(left)) == 3


def test_it_answers_in_time(ask):
    ask(ABOVE)
    began = time.perf_counter()
    ask({**ABOVE, "least": "1500"})
    assert time.perf_counter() - began < 1.5


def test_the_picture_keeps_names_apart_and_inside():
    at = [datetime(2026, 9, 4, hour, tzinfo=ZONE) for hour in range(24)]
    stops = [
        draw_desk.Stop(f"s{number}", 100 + number, (at[5], at[6], at[7]), (at[8], at[9], at[10]))
        for number in range(12)
    ]
    mark = draw_desk.Mark(50, "a → b", strong=True)
    svg = draw_desk.passage(stops, [mark], start=at[0], now=at[3], words=("now", "km"), title="t", desc="d")
    heights = [float(y) for y in re.findall(r'y="([\d.]+)">s\d+<', svg)]
    assert len(heights) == 12
    assert all(low - high >= 20 for high, low in pairwise(heights))
    assert max(heights) <= float(re.search(r'viewBox="0 0 \S+ ([\d.]+)"', svg)[1])
    assert "a → b" in svg
    assert draw_desk.passage([], [], start=at[0], now=at[0], words=("", ""), title="", desc="") == ""


@pytest.fixture
def officer(fresh_pair, client_of):
    """A duty officer of the side above, signed in; and both sides."""
    people.enrol(fresh_pair["sichuan"], "officer", "a long password")
    client = client_of(fresh_pair["sichuan"])
    sign_in(client, "officer")
    return client, fresh_pair


@pytest.mark.parametrize(
    ("procedure", "state"),
    [("spill-warning", "told"), ("spill-information", "told"), ("search-call", "asked")],
)
def test_a_message_opens_a_case_that_cites_the_desk(officer, clock, procedure, state):
    client, pair = officer
    address = f"/desk?{urlencode(ABOVE)}"
    page = client.get(address).text
    assert page.count('action="/desk/open"') == 3
    reason = re.search(r"<textarea[^>]*>([^<]+)</textarea>", page)[1]
    assert "泸州纳溪化工发生泄漏：氨氮，1.0 t – 20 t。" in reason

    data = {"token": token_of(client, address), "procedure": procedure, "reason": reason, "asked": urlencode(ABOVE)}
    opened = client.post("/desk/open", data=data)
    assert opened.url.path == "/case/C-sichuan-0001"
    assert 'href="/desk?place=' in opened.text

    demonstrate.meet(pair, clock=clock)
    seen = hand_over.case(pair["chongqing"], "C-sichuan-0001", now=clock())
    assert (seen.site, seen.quantity, seen.state[seen.role_of("chongqing")]) == ("zhutuo", "w21003", state)
    assert seen.steps[0].reason == reason.strip()
    assert not seen.drill
    assert "C-sichuan-0001" in client.get(address).text


def test_a_drill_is_told_as_one_and_its_case_is_striped_for_both(officer, client_of, clock):
    client, pair = officer
    drill = urlencode({**ABOVE, "drill": "1"})
    page = client.get(f"/desk?{drill}").text
    assert "【演练】" in page
    data = {"token": token_of(client, f"/desk?{drill}"), "procedure": "spill-warning", "reason": "x", "asked": drill}
    case = client.post("/desk/open", data=data)
    assert '<body class="drill">' in case.text

    demonstrate.meet(pair, clock=clock)
    other = client_of(pair["chongqing"])
    assert '<body class="drill">' in other.get(case.url.path).text
    assert "演练" in other.get("/cases").text
    assert "都不是真实事件" in _text(other.get(f"{case.url.path}.pdf").content)
    assert "C-sichuan-0001" not in client.get(f"/desk?{urlencode(ABOVE)}").text


@pytest.mark.parametrize("wrong", [{"token": "x"}, {"procedure": "joint-inspection"}, {"asked": ""}, {"reason": " "}])
def test_what_may_not_be_sent_changes_nothing(officer, wrong):
    client, pair = officer
    before = pair["sichuan"].version()
    address = f"/desk?{urlencode(ABOVE)}"
    data = {"token": token_of(client, address), "procedure": "spill-warning", "reason": "x", "asked": urlencode(ABOVE)}
    assert client.post("/desk/open", data=data | wrong).status_code == 422
    assert pair["sichuan"].version() == before


def test_who_did_not_sign_in_sees_no_button_and_sends_nothing(ask, pages):
    assert 'action="/desk/open"' not in ask(ABOVE).text
    data = {"token": "x", "procedure": "spill-warning", "reason": "x", "asked": urlencode(ABOVE)}
    assert pages["sichuan"].post("/desk/open", data=data).status_code == 422


def _text(data):
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages))
