"""Sheets: the same bytes for the same books, readable text, both languages beside every finding."""

import io
import re

import pypdf
import pytest

SHEETS = ("/overview", "/section/zhutuo", "/finding/F-zhutuo-w21011-20260901", "/case/C-chongqing-0001")


def text_of(data):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_is_printed_to_the_same_bytes(pages, sheet):
    first, second = (pages["sichuan"].get(f"{sheet}.pdf") for _ in range(2))
    assert first.headers["content-type"] == "application/pdf"
    assert first.content == second.content


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_stands_beside_a_finding_stands_on_paper_in_both_languages(pages, lang):
    for sheet in SHEETS[2:]:
        seen = re.sub(r"\s+", "", text_of(pages["sichuan"].get(f"{sheet}.pdf?lang={lang}").content))
        for sentence in (
            "未经审核的实时数据只是预警信号",
            "Unreviewedreal-timevaluesareawarningsignal",
            "没有流量数据",
            "Causeopen",
        ):
            assert sentence in seen, sheet
        assert not re.search(r"camefrom|exceededthestandard|超标|percent|百分之|吨", seen)


def test_the_overview_is_one_page(pages):
    for side in pages:
        assert len(pypdf.PdfReader(io.BytesIO(pages[side].get("/overview.pdf").content)).pages) == 1


def test_the_case_file_carries_the_fingerprint_of_every_entry(pages):
    seen = re.sub(r"\s+", "", text_of(pages["sichuan"].get("/case/C-chongqing-0001.pdf").content))
    for step in pages["sichuan"].get("/case/C-chongqing-0001.json").json()["history"]:
        assert step["entry"] in seen
    assert "演示" in seen
    assert "工作稿，未用印" in seen


def test_a_sheet_without_its_font_is_refused(two_workspaces, client_of, monkeypatch):
    from adjoin.formats import report

    monkeypatch.setattr(report, "FONT", "no-such-font.ttf")
    answer = client_of(two_workspaces["sichuan"]).get("/section/zhutuo.pdf")
    assert answer.status_code == 422
    assert "python frontend/build.py" in answer.text
