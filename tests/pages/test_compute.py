"""Calculators: any method as a form; what the page answers is what the door answers; in and out as files."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from adjoin.doors import cases, registry
from adjoin.formats import template_reading, templates
from adjoin.web import asked

SLOW = {method for method in registry.methods() if registry.door(method).long}
METHODS = [method for method in registry.methods() if method not in SLOW]


@pytest.fixture
def client(pages):
    return pages["sichuan"]


def example(method, number=0):
    """A case as it is typed."""
    given = {key: value for key, value in cases.given(method)[number].items() if value is not None}
    return given, asked.typed(given)


def plain(answer):
    return json.loads(json.dumps(answer))


def test_the_list_names_every_method(client):
    shown = client.get("/compute").text
    for method in registry.methods():
        assert f"/compute/{method}" in shown
    assert {line["method"] for _, lines in client.get("/compute.json").json()["domains"] for line in lines} == set(
        registry.methods()
    )


@pytest.mark.parametrize("method", METHODS)
def test_an_example_loaded_and_sent_gives_the_doors_answer(client, method):
    given, typed = example(method)
    loaded = client.get(f"/compute/{method}.json").json()
    assert {field["name"]: field["value"] for field in loaded["fields"] if field["value"]} == typed
    answered = client.post(f"/compute/{method}", data=typed)
    assert answered.status_code == 200, answered.text[:500]
    assert 'id="answer"' in answered.text
    saved = client.post(f"/compute/{method}", data={**typed, "out": "json"}).json()
    assert saved["answer"] == plain(registry.answer(method, given))


@pytest.mark.parametrize("method", METHODS)
def test_a_template_filled_with_a_case_asks_the_same_question(method):
    for number in range(min(3, len(cases.given(method)))):
        given, _ = example(method, number)
        assert template_reading.read(asked.template(method), asked.marked(method, given, None)) == given


@pytest.mark.parametrize("method", ["land.soil_farm", "water.first_seen", "land.shoreline", "waste.flow"])
def test_a_filled_template_is_answered_as_the_form_is(client, method):
    given, _ = example(method)
    sent = client.get(f"/compute/{method}.xlsx").content
    answered = client.post(f"/compute/{method}/table", files={"file": ("q.xlsx", sent)})
    assert answered.status_code == 200
    assert json.dumps(plain(registry.answer(method, given)), ensure_ascii=False, indent=1)[:200] in _text(answered)


def _text(answered):
    import html

    return html.unescape(answered.text)


@pytest.mark.parametrize(
    ("method", "spoil", "sheet", "cell"),
    [
        ("land.soil_farm", lambda given: given["mg_per_kg"].update(As=-1), "3 mg_per_kg", "B3"),
        ("land.shoreline", lambda given: given["projects"][1].update(state="gone"), "3 projects", "C3"),
        ("air.plume", lambda given: given.update(stability="Z"), templates.FIRST, "B4"),
        (
            "water.hull",
            lambda given: given["inflows"]["纳溪大渡口"]["observed_h"][1].__setitem__(1, "x"),
            "2 observed_h inflows",
            "B3",
        ),
        ("waste.flow", lambda given: given["cost_yuan_t"].__setitem__(1, ["x", 1, 2]), "3 cost_yuan_t", "A3"),
    ],
)
def test_a_bad_cell_comes_back_coloured_with_the_reason(client, method, spoil, sheet, cell):
    given = json.loads(json.dumps(cases.given(method)[0]))
    spoil(given)
    typed = asked.typed(given)
    refused = client.post(f"/compute/{method}", data=typed)
    assert (refused.status_code, 'value="table"' in refused.text) == (422, True)
    marked = client.post(f"/compute/{method}", data={**typed, "out": "table"})
    book = load_workbook(io.BytesIO(marked.content))
    red = [(each.title, one.coordinate) for each in book for row in each.iter_rows() for one in row if one.comment]
    assert red == [(sheet, cell)]
    assert book[sheet][cell].fill.fgColor.rgb.endswith("FF9C9C")
    assert len(book[sheet][cell].comment.text) > 20


def test_a_template_of_another_method_an_old_one_and_no_workbook_are_refused(client):
    other = client.get("/compute/water.dose.xlsx").content
    refused = client.post("/compute/air.plume/table?lang=en", files={"file": ("q.xlsx", other)})
    assert (refused.status_code, "template of air.plume" in refused.text) == (422, True)
    book = load_workbook(io.BytesIO(client.get("/compute/air.plume.xlsx").content))
    book[templates.FIRST]["B1"] = "template 0"
    old = io.BytesIO()
    book.save(old)
    refused = client.post("/compute/air.plume/table?lang=en", files={"file": ("q.xlsx", old.getvalue())})
    assert (refused.status_code, "fetch the new template" in refused.text) == (422, True)
    refused = client.post("/compute/air.plume/table", files={"file": ("q.xlsx", b"PK nonsense")})
    assert refused.status_code == 422


def test_the_template_offers_the_choices_and_says_the_limits_of_the_door(client):
    book = load_workbook(io.BytesIO(client.get("/compute/air.plume.xlsx").content))
    front = book[templates.FIRST]
    assert front.data_validations.dataValidation[0].formula1 == '"A,B,C,D,E,F"'
    assert front["F5"].value == "0.001 … 10,000,000"
    assert '<select name="stability">' in client.get("/compute/air.plume").text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("method", ["air.plume", "water.oxygen_sag", "land.zoning", "land.change", "waste.flow"])
def test_an_answer_goes_out_as_every_file(client, method, lang):
    given, typed = example(method)
    files = {
        out: client.post(f"/compute/{method}?lang={lang}", data={**typed, "out": out}) for out in ("pdf", "xlsx", "csv")
    }
    assert {answer.status_code for answer in files.values()} == {200}
    assert method in PdfReader(io.BytesIO(files["pdf"].content)).pages[0].extract_text()
    book = load_workbook(io.BytesIO(files["xlsx"].content))
    assert book["关于 about"]["B2"].value == method
    rows = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    assert rows[0] == ["table", "row", "column", "value"]
    single = next(
        ((key, value) for key, value in registry.answer(method, given).items() if isinstance(value, float)), None
    )
    assert single is None or ["", "", single[0], repr(single[1])] in rows  # every digit


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_field_is_said_beside_the_form_and_nothing_typed_is_lost(client, lang):
    typed = {"observed_h": "[[0, 1], [2, 3]", "base": "0.5"}
    answered = client.post(f"/compute/water.dose?lang={lang}", data=typed)
    assert answered.status_code == 422
    assert 'role="alert"' in answered.text
    assert "[[0, 1], [2, 3]" in answered.text


def test_another_example_can_be_loaded(client):
    assert "朱沱" in client.get("/compute/water.dose?example=1").text
    assert client.get("/compute/water.dose?example=999999").status_code == 200
    assert client.get("/compute/no.such").status_code == 422


def test_a_form_that_is_too_large_or_does_not_say_how_large_is_refused_unread(client):
    def endless():
        yield b"base=1"

    assert client.post("/compute/water.dose", content=endless()).status_code == 422
    large = {"content-length": "99999999", "content-type": "application/x-www-form-urlencoded"}
    assert client.post("/compute/water.dose", content=b"", headers=large).status_code == 422


def test_the_list_is_searched_and_leads_to_the_tasks_of_the_plan(client):
    shown = client.get("/compute?find=水泥窑").text
    assert "/compute/air.kiln_timetable" in shown
    assert "/compute/air.aqi" not in shown
    assert 'href="/plan#t-24"' in shown
    assert client.get("/compute.json?find=zoning").json()["found"] == 1
    assert "找到 0 种" in client.get("/compute?find=nothing of the kind").text
    assert "compute.domain" not in client.get("/compute").text + client.get("/compute?lang=en").text


@pytest.mark.parametrize(
    ("method", "key", "typed", "met", "expected"),
    [
        ("waste.transfer", "t", "many", "申请数量 t”填的是“many”", "一个数字"),
        ("waste.transfer", "suspended", "perhaps", "已暂停 suspended”填的是“perhaps”", "是或否"),
        ("water.dose", "observed_h", "[[0, 1", "读不懂", "XLSX模板"),
    ],
)
def test_a_field_that_cannot_be_read_is_refused_by_its_name_and_marked(client, method, key, typed, met, expected):
    _, form = example(method)
    answered = client.post(f"/compute/{method}", data=form | {key: typed})
    assert answered.status_code == 422
    assert met in answered.text
    assert expected in answered.text
    assert "改这一格" in answered.text.partition(f'name="{key}"')[0].rpartition("<label>")[2]


def test_what_is_single_is_chosen_or_a_number_and_numbers_need_no_brackets(client):
    shown = client.get("/compute/waste.transfer").text
    assert '<select name="suspended">' in shown
    assert '<option value="true">是</option>' in shown
    assert 'name="t" value="1500" autocomplete="off" inputmode="decimal"' in shown
    assert '<option value="A" selected>A 强不稳定</option>' in client.get("/compute/air.plume").text
    _, form = example("water.ph_mean")
    pasted = form | {"values": "7.1\t7.3\n6.9"}
    assert client.post("/compute/water.ph_mean", data=pasted | {"out": "json"}).json()["given"]["values"] == [
        7.1,
        7.3,
        6.9,
    ]


def test_the_answer_is_said_in_words_before_its_table(client):
    _, form = example("waste.transfer")
    shown = client.post("/compute/waste.transfer", data=form).text
    assert "直接批准并告知；名单额度余 0 吨。" in shown
    assert "approve and inform" in client.post("/compute/waste.transfer?lang=en", data=form).text
    proved = client.post("/compute/water.allocate", data=example("water.allocate")[1]).text
    assert "decision" not in proved.partition("<summary>最优性证明")[0]


def test_a_series_stands_in_a_sheet_of_its_own_under_heads_in_words(client):
    book = load_workbook(io.BytesIO(client.get("/compute/water.hull.xlsx").content))
    sheet = book["2 observed_h inflows"]
    assert [cell.value for cell in sheet[1]] == ["名称 name", "时间 time", "值 value"]
    assert [cell.value for cell in book["1 border"][1]] == ["小时 hours", "值 value"]
    texts = [cell.value for each in book for row in each.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [text for text in texts if text.startswith("[[")]
    sheet["A2"] = "nobody"
    changed = io.BytesIO()
    book.save(changed)
    refused = client.post("/compute/water.hull/table?lang=en", files={"file": ("q.xlsx", changed.getvalue())})
    assert (refused.status_code, "correct the first column" in refused.text) == (422, True)
