"""Registers on the pages: list, form, template, what comes back, and the record with its history."""

import io
import re
from dataclasses import fields

import openpyxl
import pytest
from forms import PASSWORD, post, sign_in, token_of

from adjoin.loop import exchange, people
from adjoin.web.pages import register


@pytest.fixture
def clients(fresh_towns, client_of):
    for side, ws in fresh_towns.items():
        people.enrol(ws, f"{side}-officer", PASSWORD)
    return {side: client_of(ws) for side, ws in fresh_towns.items()}


def signed_in(client, side):
    assert sign_in(client, f"{side}-officer").status_code == 200
    return client


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", ["/register", "/register/power_plant", "/register/kiln", "/site/plant-1070561"])
def test_register_pages_open_with_their_twin(pages, address, lang):
    for side in pages.values():
        answer = side.get(address, params={"lang": lang})
        assert answer.status_code == 200
        seen = re.sub(r"<[^>]+>", " ", answer.text)
        assert "web." not in seen
        assert side.get(f"{address}.json").json()["title"][lang] in answer.text


def test_the_plants_of_the_bundle_are_listed_with_a_map_and_go_out_as_files(pages):
    client = pages["sichuan"]
    html = client.get("/register/power_plant").text
    assert html.count("<circle") == 277
    table = client.get("/register/power_plant.csv").text.splitlines()
    assert len(table) == 278
    assert table[0].lstrip("\ufeff").startswith("id,side,name_zh")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/register/power_plant.xlsx").content))
    assert book.worksheets[0].max_row == 4 + 277
    assert client.get("/register/nothing").status_code == 404
    assert client.get("/site/nobody").status_code == 404
    assert client.get("/register/kiln/returned/1.xlsx").status_code == 404


def test_a_form_registers_corrects_and_the_other_side_sees_both(clients, fresh_towns, clock):
    east = signed_in(clients["east"], "east")
    answer = post(east, "/register/kiln", "/register/kiln/add", name_zh="一号窑", clinker_t_d="5000", county="")
    assert "一号窑" in answer.text
    assert answer.url.path == "/site/east-kiln-0001"
    changed = {"id": "east-kiln-0001", "clinker_t_d": "4500", "name_zh": "一号窑", "reason": "铭牌复核"}
    answer = post(east, "/site/east-kiln-0001", "/register/kiln/add", **changed)
    assert answer.status_code == 200
    assert "铭牌复核" in answer.text
    assert answer.text.count("未送达") == 2
    exchange.carry(fresh_towns["east"], fresh_towns["west"], now=clock())
    told = clients["west"].get("/site/east-kiln-0001.json").json()
    assert [each["reason"] for each in told["versions"]] == ["铭牌复核", ""]
    assert told["mine"] is False
    west = signed_in(clients["west"], "west")
    assert "clinker_t_d" not in west.get("/site/east-kiln-0001").text
    refused = post(west, "/register/kiln", "/register/kiln/add", id="east-kiln-0001", clinker_t_d="1", reason="x")
    assert refused.status_code == 422
    bad = post(east, "/register/kiln", "/register/kiln/add", name_zh="二号窑", clinker_t_d="很大")
    assert bad.status_code == 422
    assert "不是数" in bad.text


def test_nobody_writes_without_signing_in_or_without_the_form(clients):
    client = clients["east"]
    assert "kiln/add" not in client.get("/register/kiln").text
    refused = client.post("/register/kiln/add", data={"name_zh": "一", "clinker_t_d": "1", "token": "x"})
    assert refused.status_code == 422
    signed_in(client, "east")
    assert (
        client.post("/register/kiln/add", data={"name_zh": "一", "clinker_t_d": "1", "token": "x"}).status_code == 422
    )
    assert client.get("/register/kiln.json").json()["count"] == 0


def test_a_template_goes_in_and_its_bad_cells_come_back(clients):
    east = signed_in(clients["east"], "east")
    book = openpyxl.load_workbook(io.BytesIO(east.get("/register/depot/template.xlsx").content))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[2]]
    for row, (name, reach) in enumerate((("北库", 2), ("南库", "很久")), start=5):
        sheet.cell(row, names.index("name_zh") + 1, name)
        sheet.cell(row, names.index("reach_h") + 1, reach)
    out = io.BytesIO()
    book.save(out)
    token = token_of(east, "/register/depot")
    answer = east.post("/register/depot/import", data={"token": token}, files={"file": ("depots.xlsx", out.getvalue())})
    assert answer.status_code == 200
    assert "北库" in answer.text
    receipt = east.get("/register/depot.json").json()["receipts"][0]
    assert (receipt["values"], receipt["known"], receipt["rejects"]) == (2, 1, 1)
    back = openpyxl.load_workbook(io.BytesIO(east.get(f"/register/depot/returned/{receipt['id']}.xlsx").content))
    cells = {str(cell.value) for cell in back.worksheets[0][5]}
    assert {"南库", "很久"} < cells
    assert any("不是数" in cell and "no number" in cell for cell in cells)


def test_a_pair_is_told_apart_by_both_sides_on_their_pages(clients, fresh_towns, clock):
    for side in ("east", "west"):
        client = signed_in(clients[side], side)
        post(client, "/register/kiln", "/register/kiln/add", name_zh="边界窑", clinker_t_d="1000")
    both = list(fresh_towns.values())
    for one, other in (both, both[::-1]):
        exchange.carry(one, other, now=clock())
    for side, state in (("east", "waits"), ("west", "same")):
        ids = {"one": "east-kiln-0001", "other": "west-kiln-0001", "same": "1", "reason": "现场核对"}
        assert post(clients[side], "/register", "/register/pair", **ids).status_code == 200
        for one, other in (both, both[::-1]):
            exchange.carry(one, other, now=clock())
        for client in clients.values():
            assert [each["state"] for each in client.get("/register.json").json()["pairs"]] == [state]


def test_every_field_of_these_pages_explains_itself():
    for page in (register.RegistersPage, register.KindPage, register.RecordPage):
        assert all(each.metadata.get("help") for each in fields(page))
