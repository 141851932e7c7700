"""The wall of the duty room, and the letter of a case: both say what the pages say, neither pretends to more."""

import io
import re
from datetime import timedelta

import pytest
from docx import Document
from docx.oxml.ns import qn
from sides import TOWNS

from adjoin.formats import letter
from adjoin.loop import workspace


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_wall_says_what_the_overview_says_and_has_nothing_to_press(pages, lang):
    for client in pages.values():
        page = client.get(f"/wall?lang={lang}")
        assert page.status_code == 200
        body = page.text.partition("<body")[2]
        assert not re.search(r"<(a|button|form|input|select|details)[ >]", body)
        assert '<meta http-equiv="refresh" content="60">' in page.text
        assert not re.search(r" style=| on[a-z]+=", page.text)
        assert not re.findall(r"web\.[a-z_.-]+", page.text), "a sentence is missing"
        twin, first = client.get("/wall.json").json(), client.get("/overview.json").json()
        assert twin["verdict"] == first["verdict"]
        assert twin["newest"] == first["newest"]
        assert twin["verdict"]["say"][lang] in page.text.replace("&#39;", "'")
        assert "2026-09-04" in body


def test_the_wall_tells_when_all_is_silent_and_when_nothing_ever_came(two_workspaces, client_of, tmp_path, clock):
    late = client_of(two_workspaces["sichuan"], now=clock() + timedelta(days=40))
    assert "此后各断面没有新数据" in late.get("/wall").text
    empty = workspace.init(tmp_path / "east", region=TOWNS, party="east", now=clock())
    assert client_of(empty).get("/wall.json").json()["newest"] is None
    assert client_of(empty).get("/wall").status_code == 200


@pytest.fixture(scope="module")
def cases(pages):
    return [line["id"] for line in pages["sichuan"].get("/overview.json").json()["cases"]]


def opened(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "wordprocessingml" in answer.headers["content-type"]
    return Document(io.BytesIO(answer.content))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_letter_of_every_case_from_either_chair(pages, cases, lang):
    for client in pages.values():
        for case in cases:
            text = "\n".join(each.text for each in opened(client, f"/case/{case}.docx?lang={lang}").paragraphs)
            twin = client.get(f"/case/{case}.json").json()
            for past in twin["history"]:
                assert past["entry"] in text
                assert past["reason"] in text
            assert twin["line"]["site_name"][lang] in text
            assert not re.findall(r"web\.[a-z_.-]+", text)


def test_a_letter_is_a_draft_without_number_or_seal(pages, cases):
    document = opened(pages["sichuan"], f"/case/{cases[0]}.docx")
    lines = [each.text for each in document.paragraphs]
    assert lines[0] == "草稿 · 未签发 · 不具效力"
    assert not re.search(r"〔\d+〕", "".join(lines))
    assert "未签发" in document.sections[0].footer.paragraphs[0].text
    assert not document.inline_shapes


def test_a_letter_is_set_as_the_convention_says(pages, cases):
    document, form = opened(pages["chongqing"], f"/case/{cases[0]}.docx"), letter.form()
    page = document.sections[0]
    across = page.page_width.mm - page.left_margin.mm - page.right_margin.mm
    down = page.page_height.mm - page.top_margin.mm - page.bottom_margin.mm
    assert [round(across), round(down)] == form["text_mm"]
    assert (round(page.top_margin.mm), round(page.left_margin.mm)) == (form["top_mm"], form["left_mm"])
    fonts = {run._element.rPr.rFonts.get(qn("w:eastAsia")) for each in document.paragraphs for run in each.runs}
    assert fonts == {"仿宋", "小标宋", "黑体"}


def test_what_somebody_typed_cannot_break_the_file(clock):
    told = letter.Letter("zh", "题\x00", "致：", (("一", ("<w:p>&\x0b\x1f",)),), "甲", "今日", "脚", clock())
    text = [each.text for each in Document(io.BytesIO(letter.written(told))).paragraphs]
    assert "<w:p>&" in text
    assert "题" in text
