"""Acting from a page: only who signed in, only with a form that was shown here, only what stands open."""

import re
from html import unescape

import pytest
from forms import sign_in, token_of

from adjoin.loop import demonstrate, exchange, hand_over, people


@pytest.fixture
def desk(fresh_pair, client_of, clock):
    """Both sides with an open case: Chongqing called Sichuan; its duty officer has an account."""
    people.enrol(fresh_pair["sichuan"], "sichuan officer", "a long password")
    caller = fresh_pair["chongqing"]
    case = hand_over.open_case(
        caller, procedure="search-call", finding="F-zhutuo-w21011-20260901", by="officer", reason="why", now=clock()
    )
    demonstrate.meet(fresh_pair, clock=clock)
    return {"sichuan": client_of(fresh_pair["sichuan"])}, fresh_pair, case.id


def test_an_officer_signs_in_and_accepts_the_call(desk, clock):
    clients, pair, case = desk
    sichuan = clients["sichuan"]
    assert "登录后可以动作" in sichuan.get(f"/case/{case}").text

    assert sign_in(sichuan, "sichuan officer", then="/cases").url.path == "/cases"
    token = token_of(sichuan, f"/case/{case}")
    answer = sichuan.post(f"/case/{case}/move", data={"token": token, "move": "accept"})

    assert answer.status_code == 200
    twin = sichuan.get(f"/case/{case}.json").json()
    assert [step["move"]["zh"] for step in twin["history"]] == ["发起协查", "受理"]
    assert [step["delivered"] for step in twin["history"]] == ["2026-09-04", None]
    assert "未送达" in answer.text
    demonstrate.meet(pair, clock=clock)
    assert hand_over.case(pair["chongqing"], case, now=clock()).steps[-1].move == "accept"


def test_a_move_is_read_once_more_before_it_is_signed(desk, clock):
    clients, pair, case = desk
    sichuan = clients["sichuan"]
    sign_in(sichuan, "sichuan officer")
    page = sichuan.get(f"/case/{case}").text
    assert f'action="/case/{case}/look"' in page
    assert f'action="/case/{case}/move"' not in page
    before = pair["sichuan"].version()
    typed = {
        "token": token_of(sichuan, f"/case/{case}"),
        "move": "accept",
        "reason": "<i>收到</i>",
        "other": "电话记录",
    }
    asked = sichuan.post(f"/case/{case}/look", data=typed)
    assert asked.status_code == 200
    assert "不可撤回" in asked.text
    for words in ("sichuan officer", "&lt;i&gt;收到&lt;/i&gt;", "电话记录", "受理"):
        assert words in asked.text
    assert pair["sichuan"].version() == before
    form = asked.text.partition(f'action="/case/{case}/move"')[2].partition("</form>")[0]
    sent = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    sichuan.post(f"/case/{case}/move", data=sent)
    made = hand_over.case(pair["sichuan"], case, now=clock()).steps[-1]
    assert (made.move, made.reason) == ("accept", "<i>收到</i>")
    assert [each["say_zh"] for each in made.evidence] == ["电话记录"]


def test_a_move_that_may_not_be_made_is_refused_before_anybody_confirms_it(desk):
    clients, pair, case = desk
    sichuan = clients["sichuan"]
    refused = sichuan.post(f"/case/{case}/look", data={"token": "x", "move": "accept"})
    assert refused.status_code == 422
    sign_in(sichuan, "sichuan officer")
    before = pair["sichuan"].version()
    typed = {"token": token_of(sichuan, f"/case/{case}"), "move": "agree"}
    refused = sichuan.post(f"/case/{case}/look", data=typed)
    assert refused.status_code == 422
    assert "受理" in refused.text
    assert pair["sichuan"].version() == before


def test_what_a_person_types_in_an_account_of_the_demonstration_is_not_the_demonstrations(desk, clock):
    clients, pair, case = desk
    people.enrol(pair["sichuan"], "shown", "a long password", demonstration=True)
    sichuan = clients["sichuan"]
    sign_in(sichuan, "shown")
    sichuan.post(f"/case/{case}/move", data={"token": token_of(sichuan, f"/case/{case}"), "move": "accept"})
    made = hand_over.case(pair["sichuan"], case, now=clock()).steps[-1]
    assert (made.demonstration, made.typed) == (True, True)
    page = sichuan.get(f"/case/{case}").text
    assert "由人在演示账户下键入" in page
    assert "不是人写的" not in page
    demonstrate.meet(pair, clock=clock)
    assert hand_over.case(pair["chongqing"], case, now=clock()).steps[-1].typed


def test_evidence_is_ticked_in_the_form_and_goes_into_the_entry(desk):
    clients, _, case = desk
    sichuan = clients["sichuan"]
    sign_in(sichuan, "sichuan officer")
    token = token_of(sichuan, f"/case/{case}")
    sichuan.post(f"/case/{case}/move", data={"token": token, "move": "accept"})
    page = sichuan.post(
        f"/case/{case}/move",
        data={
            "token": token,
            "move": "answer",
            "reason": "<b>looked</b>",
            "evidence": ["0", "1"],
            "other": "川环函〔2026〕1号",
        },
    ).text
    cited = sichuan.get(f"/case/{case}.json").json()["history"][-1]["evidence"]
    assert [each["kind"] for each in cited] == ["series", "series", "note"]
    assert "&lt;b&gt;looked&lt;/b&gt;" in page


def test_a_refused_move_says_what_was_met_expected_and_next_and_changes_nothing(desk):
    clients, pair, case = desk
    sichuan = clients["sichuan"]
    sign_in(sichuan, "sichuan officer")
    before = pair["sichuan"].version()
    answer = sichuan.post(f"/case/{case}/move", data={"token": token_of(sichuan, f"/case/{case}"), "move": "agree"})
    assert answer.status_code == 422
    for words in ("遇到", "应为", "下一步", "Met", "Expected", "Next", "受理"):
        assert words in answer.text
    assert pair["sichuan"].version() == before


def test_who_did_not_sign_in_changes_nothing(desk):
    clients, pair, case = desk
    before = pair["sichuan"].version()
    answer = clients["sichuan"].post(f"/case/{case}/move", data={"token": "x", "move": "accept"})
    assert answer.status_code == 422
    assert "没有登录的人不能动作" in answer.text
    assert pair["sichuan"].version() == before


@pytest.mark.parametrize("token", ["", "made-up", "another's"])
def test_a_form_that_was_not_shown_here_is_refused(desk, client_of, clock, token):
    clients, pair, case = desk
    sichuan = clients["sichuan"]
    if token == "another's":
        token = token_of(client_of(pair["sichuan"]), "/login")
    sign_in(sichuan, "sichuan officer")
    answer = sichuan.post(f"/case/{case}/move", data={"token": token, "move": "accept"})
    assert answer.status_code == 422
    assert hand_over.case(pair["sichuan"], case, now=clock()).steps[-1].move == "call"


def test_a_case_is_opened_from_the_page_of_a_finding(desk):
    clients, _, _ = desk
    sichuan = clients["sichuan"]
    sign_in(sichuan, "sichuan officer")
    finding = "/finding/F-gaodong-w01009-20260831"
    data = {"token": token_of(sichuan, finding), "procedure": "search-call", "reason": "夜间低值"}
    answer = sichuan.post(f"{finding}/open", data=data)
    assert answer.url.path == "/case/C-sichuan-0001"
    data["procedure"] = "no-such"
    assert sichuan.post(f"{finding}/open", data=data).status_code == 422


def test_a_wrong_password_is_refused_and_the_sixth_try_waits(desk):
    clients, _, _ = desk
    answers = [sign_in(clients["sichuan"], "sichuan officer", password="wrong").status_code for _ in range(6)]
    assert answers == [422, 422, 422, 422, 422, 429]
    assert sign_in(clients["sichuan"], "sichuan officer").status_code == 429


def test_a_wrong_password_is_told_beside_the_form(desk):
    clients, _, _ = desk
    page = sign_in(clients["sichuan"], "sichuan officer", password="wrong", then="/cases").text
    assert "姓名或口令不对" in page
    assert 'value="sichuan officer"' in page
    assert 'name="next" value="/cases"' in page
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    typed = {"name": "sichuan officer", "password": "a long password", "code": "", "next": "/cases", "token": token}
    assert clients["sichuan"].post("/login", data=typed).url.path == "/cases"


def test_two_sides_in_one_browser_do_not_sign_each_other_out(desk):
    clients, _, _ = desk
    sign_in(clients["sichuan"], "sichuan officer")
    names = set(clients["sichuan"].cookies.keys())
    assert "adjoin_sichuan" in names
    assert not any(name.startswith("adjoin_chongqing") for name in names)


def test_signing_in_only_leads_back_into_these_pages(desk):
    clients, _, _ = desk
    client = clients["sichuan"]
    for there in ("//evil.example", "/\\evil.example", "https://evil.example"):
        page = client.get("/login", params={"next": there}).text
        assert 'name="next" value="/"' in page


def test_signing_out_takes_the_forms_away(desk):
    clients, _, case = desk
    sichuan = clients["sichuan"]
    sign_in(sichuan, "sichuan officer")
    assert 'name="move"' in sichuan.get(f"/case/{case}").text
    sichuan.post("/logout", data={"token": token_of(sichuan, f"/case/{case}")})
    assert 'name="move"' not in sichuan.get(f"/case/{case}").text


def test_the_other_side_hands_over_a_package_over_the_wire(desk, clock):
    clients, pair, _ = desk
    package = exchange.export(pair["chongqing"], now=clock())
    answer = clients["sichuan"].post("/exchange/package", content=package)
    assert answer.status_code == 200
    assert exchange.take(pair["chongqing"], answer.content, now=clock()).faults == ()


@pytest.mark.parametrize("data", [b"", b"not a package", b"PK\x03\x04broken"])
def test_what_is_no_package_is_refused_with_a_reason(desk, data):
    clients, pair, _ = desk
    before = pair["sichuan"].version()
    answer = clients["sichuan"].post("/exchange/package", content=data)
    assert answer.status_code == 422
    assert {"kind", "met", "expected", "do"} == set(answer.json()["error"])
    assert pair["sichuan"].version() == before
