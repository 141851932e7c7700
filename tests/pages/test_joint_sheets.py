"""Sheets that an officer signs or files: an account, the minutes of a draw, a list; from both chairs."""

import io
import re
import shutil
from datetime import datetime

import pypdf
import pytest
from sides import opened

from adjoin.core.entry import fingerprint_of
from adjoin.core.period import ZONE
from adjoin.loop import draw, exchange, settle, white_list
from adjoin.waste.transfer import Application
from adjoin.web import signed

NOW = datetime(2026, 11, 2, 9, tzinfo=ZONE)
ACCOUNT = "/agreement/willow-water.pdf?period=2026-09"
MINUTES = "/draws/D-east-0001.pdf"
LIST = "/white-list.pdf?period=2026"
CODE = "900-052-31"


def swap(pair):
    for _ in range(2):
        exchange.carry(pair["east"], pair["west"], now=NOW)
        exchange.carry(pair["west"], pair["east"], now=NOW)


@pytest.fixture(scope="module")
def worked(_made_up, tmp_path_factory, client_of):
    """Two towns that settled a month, drew, and spent from a list."""
    folder, names = _made_up
    pair = opened(shutil.copytree(folder, tmp_path_factory.mktemp("worked"), dirs_exist_ok=True), names)
    east, west = pair["east"], pair["west"]
    swap(pair)
    for side in pair.values():
        settle.claim(side, "willow-water", "2026-09", by="Li", now=NOW)
    terms = {
        "purpose": "秋季检查", "population": [f"U-{i}" for i in range(9)], "count": 2, "default_count": 4,
        "reveal_by": "2026-11-09",
    }  # fmt: skip
    draw.propose(east, terms, by="Li", now=NOW)
    white_list.propose(east, 2026, "R1", CODE, {"east": "60", "west": "40"}, by="Li", now=NOW)
    swap(pair)
    draw.agree(west, "D-east-0001", by="Wang", now=NOW)
    white_list.agree(west, white_list.rows(west, 2026)[0].id, by="Wang", now=NOW)
    swap(pair)
    for step in (draw.commit, draw.reveal):
        for side in pair.values():
            step(side, "D-east-0001", by="Li", now=NOW)
        swap(pair)
    for tonnes in (20, 41):
        asked = Application("R1", CODE, 2026, tonnes, permit_valid=True, suspended=False)
        white_list.apply(east, asked, site="mill-bridge", by="Li", now=NOW)
    swap(pair)
    return pair, {side: client_of(workspace, NOW) for side, workspace in pair.items()}


def text_of(answer):
    assert answer.headers["content-type"] == "application/pdf", answer.text
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("address", [ACCOUNT, MINUTES, LIST])
@pytest.mark.parametrize("side", ["east", "west"])
def test_a_sheet_is_there_in_both_languages_to_the_same_bytes(worked, side, address):
    _, clients = worked
    first, second = clients[side].get(address), clients[side].get(address)
    assert first.content == second.content
    zh, en = text_of(first), text_of(clients[side].get(f"{address}{'&' if '?' in address else '?'}lang=en"))
    assert "工作稿，未用印" in zh
    assert "签字" in zh
    assert "虚构数据" in zh
    assert "workingdraft" in en
    assert "Signatures" in en
    assert "web." not in zh + en


@pytest.mark.parametrize(
    ("address", "kinds"), [(ACCOUNT, {"claim"}), (MINUTES, {"commit", "reveal"}), (LIST, {"quota"})]
)
def test_every_entry_beneath_it_stands_there_by_its_whole_fingerprint(worked, address, kinds):
    pair, clients = worked
    rests = [each for each in pair["east"].done.entries() if each.kind in kinds]
    assert {each.party for each in rests} == {"east", "west"}
    for side in ("east", "west"):
        seen = text_of(clients[side].get(address))
        assert all(fingerprint_of(each) in seen for each in rests)


def test_the_account_is_derived_to_the_fen_and_says_the_same_on_both_sides(worked):
    _, clients = worked
    east, west = (clients[side].get("/agreement/willow-water.json?period=2026-09").json() for side in ("east", "west"))
    assert east["entries"]["rows"] == west["entries"]["rows"]
    assert east["net"] == west["net"]
    seen = text_of(clients["west"].get(ACCOUNT))
    for row in (*east["net"]["rows"], *east["steps"]["rows"]):
        assert all(re.sub(r"\s+", "", cell["zh"]) in seen for cell in row)
    assert "双方一致" in seen or east["account"]["rows"][0][1]["zh"] in seen


def test_the_minutes_hold_what_anybody_needs_to_draw_again(worked):
    pair, clients = worked
    found = draw.draw(pair["west"], "D-east-0001")
    seen = text_of(clients["east"].get(MINUTES))
    for text in (found.digest, found.drawn.key, *(str(each.body["seed"]) for each in found.reveals.values())):
        assert text in seen
    assert "".join(f"{place}{unit}" for place, unit in enumerate(found.drawn.sample, start=1)) in seen


def test_the_list_tells_what_went_beyond_it(worked):
    _, clients = worked
    seen = text_of(clients["west"].get(LIST))
    assert "C-east-0001" in seen
    assert "批准转移R1900-052-31：20t" in seen


def test_what_nobody_has_signed_is_printed_and_says_so(worked, towns, client_of):
    _, clients = worked
    assert "只能试算" in text_of(clients["east"].get("/agreement/willow-proposal.pdf"))
    assert "还没有这项的记录" in text_of(clients["east"].get("/agreement/xinan_round1.pdf"))
    assert "2025年还没有白名单" in text_of(client_of(towns["east"], NOW).get("/white-list.pdf?period=2025"))


@pytest.mark.parametrize("side", ["east", "west"])
def test_what_is_weighed_before_signing_is_printed_whole(worked, side):
    _, clients = worked
    for address, grids in (("/compare", ("facts", "clauses", "conflicts")), ("/what-if", ("tried", "by_month"))):
        page = clients[side].get(f"{address}.json").json()
        for lang in ("zh", "en"):
            seen = text_of(clients[side].get(f"{address}.pdf?lang={lang}"))
            made = [page[name] for name in grids if page[name]]
            assert made
            cells = {cell[lang] for each in made for row in (each["columns"], *each["rows"]) for cell in row}
            assert all(re.sub(r"\s+", "", cell) in seen for cell in cells)


def test_where_nothing_is_given_a_sheet_says_so(pages):
    for address in ("/compare.pdf", "/what-if.pdf", "/white-list.pdf"):
        assert len(text_of(pages["chongqing"].get(address))) > 40


def test_the_page_of_one_draw_leads_to_its_sheet_and_an_unknown_one_is_not_there(worked):
    _, clients = worked
    assert "/draws/D-east-0001.pdf" in clients["east"].get("/draws/D-east-0001").text
    assert 'href="/draws/D-east-0001"' in clients["east"].get("/draws").text
    for name in ("D-east-0009", "D-east-0009.pdf", "D-east-0009.json"):
        assert clients["east"].get(f"/draws/{name}").status_code == 404


def test_a_fingerprint_can_be_broken_into_lines_and_read_again():
    name = "0123456789abcdef" * 4
    assert signed.grouped(name).replace(" ", "") == name
    assert {len(part) for part in signed.grouped(name).split()} == {8}
