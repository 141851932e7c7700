"""What can not be shown: the right status, both languages, met and expected and next; never a traceback."""

import pytest

STRANGE = {
    "/nothing": 404, "/section/nowhere": 404, "/finding/F-none": 404, "/case/C-none": 404, "/x/y": 404, "/x/y/z": 404,
    "/section/zhutuo?period=yesterday": 422, "/evidence/series/zhutuo/gold": 422, "/evidence/series/nowhere/TP": 404,
    "/evidence/series/zhutuo/TP?as_known=soon": 422, "/evidence/entry/00": 404, "/sections.pdf": 404,
    "/data/rejects/99999999999999999999.csv": 404, "/data/rejects/-1.csv": 404, "/data/rejects/x.csv": 422,
    "/section/%2e%2e%2fetc%2fpasswd": 404, "/static/../app.py": 404, "/section/<script>": 404,
}  # fmt: skip


@pytest.mark.parametrize("address", STRANGE)
def test_a_strange_address_gets_a_page_that_helps(pages, address):
    answer = pages["sichuan"].get(address)
    assert answer.status_code == STRANGE[address]
    for words in ("遇到", "应为", "下一步", "Met", "Expected", "Next"):
        assert words in answer.text
    assert "<script>" not in answer.text
    assert "Traceback" not in answer.text


def test_a_twin_refuses_as_json(pages):
    error = pages["sichuan"].get("/section/nowhere.json").json()["error"]
    assert error["kind"] == "unknown_site"
    assert all({"zh", "en"} == set(error[part]) and all(error[part].values()) for part in ("met", "expected", "do"))


def test_a_bug_is_loud_in_the_log_and_plain_on_the_page(two_workspaces, client_of, monkeypatch):
    from adjoin.web import reading
    from adjoin.web.address import Address

    def broken(*_):
        raise RuntimeError("a secret detail")

    monkeypatch.setitem(reading.PAGES, "/sections", Address("/sections", broken))
    client = client_of(two_workspaces["sichuan"], raise_server_exceptions=False)
    answer = client.get("/sections")
    assert answer.status_code == 500
    assert "程序在处理这一页时出错" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("address", ["/", "/nothing", "/overview.json", "/login"])
def test_every_answer_carries_the_guards(pages, address):
    headers = pages["sichuan"].get(address).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_it_says_that_it_is_up(pages):
    assert pages["sichuan"].get("/healthz").json()["party"] == "sichuan"


def test_built_files_are_kept_for_ever(pages):
    page = pages["sichuan"].get("/").text
    name = page.partition('href="/static/')[2].partition('"')[0]
    assert "immutable" in pages["sichuan"].get(f"/static/{name}").headers["cache-control"]
