"""Registers: what is kept of each kind, how it is written, corrected, exchanged and told apart."""

import io
import zipfile
from time import perf_counter

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sides import REAL

from adjoin.core.refusal import Refusal
from adjoin.core.site import Place, Site
from adjoin.formats import bundle
from adjoin.formats import registers as sheets
from adjoin.formats.kinds import columns, every, kinds, tolerances
from adjoin.loop import duplicates, exchange, observe, register_changes, register_pairs, register_values, registers

KILN = {
    "name_zh": "一号窑",
    "clinker_t_d": "5000",
    "lon": "100.20",
    "lat": "30.10",
    "credit_code": "91500000MA5U000001",
}


def put(ws, clock, kind="kiln", name="", reason="", **values):
    return register_changes.put(ws, kind, [(name, {**KILN, **values})], by="office", reason=reason, now=clock())


def both_ways(east, west, clock):
    for _ in range(2):
        assert exchange.carry(east, west, now=clock()).faults == ()
        assert exchange.carry(west, east, now=clock()).faults == ()


@pytest.fixture
def pair(fresh_towns):
    return fresh_towns["east"], fresh_towns["west"]


def test_every_kind_says_in_both_languages_what_is_kept_of_it():
    for kind in kinds().values():
        asked = columns(kind)
        assert len({each.code for each in asked}) == len(asked), kind.code
        assert all(each.name_zh and each.name_en and each.status for each in asked), kind.code
    assert {"name_zh", "lon", "lat", "since", "until"} <= {each.code for each in every()}


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("name_zh", "", "attribute_missing"),
        ("clinker_t_d", "5000吨", "attribute_no_number"),
        ("clinker_t_d", "-1", "attribute_out_of_range"),
        ("since", "去年", "attribute_no_date"),
        ("performance_grade", "E", "attribute_no_choice"),
        ("credit_code", "9150-0000", "attribute_no_pattern"),
        ("county", "别处", "attribute_no_choice"),
        ("note", "长" * 301, "attribute_too_long"),
        ("note", "a\x07b", "attribute_unprintable"),
        ("lat", "", "half_a_place"),
        ("lon", "500", "attribute_out_of_range"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(pair, clock, code, text, kind):
    east, _ = pair
    with pytest.raises(Refusal) as refused:
        put(east, clock, **{code: text})
    assert refused.value.kind == kind
    assert registers.of_kind(east, "kiln") == ()


def test_what_one_side_registers_the_other_sees_after_the_exchange_and_may_not_correct(pair, clock):
    east, west = pair
    (name,) = put(east, clock).added
    assert name == "east-kiln-0001"
    assert registers.of_kind(west, "kiln") == ()
    both_ways(east, west, clock)
    assert registers.record(west, name) == registers.record(east, name)
    with pytest.raises(Refusal) as refused:
        put(west, clock, name=name, reason="ours", clinker_t_d="1")
    assert refused.value.kind == "not_your_record"


def test_a_correction_is_added_and_what_was_known_before_can_be_asked(pair, clock):
    east, west = pair
    (name,) = put(east, clock).added
    both_ways(east, west, clock)
    before = clock()
    with pytest.raises(Refusal, match="register_no_reason"):
        put(east, clock, name=name, clinker_t_d="4500")
    put(east, clock, name=name, clinker_t_d="4500", reason="nameplate read again")
    assert put(east, clock, name=name, clinker_t_d="4500").known == 1
    for side in (east, west):
        assert registers.record(side, name, before).values["clinker_t_d"] == "5000"
    both_ways(east, west, clock)
    now = registers.record(west, name)
    assert now.values["clinker_t_d"] == "4500"
    assert [version.changes.get("clinker_t_d") for version in now.versions] == ["5000", "4500"]
    assert now.versions[1].reason == "nameplate read again"
    assert [entry.kind for entry in east.done.entries("east")][-2:] == ["note", "correct"]


def test_as_known_here_the_other_sides_record_begins_when_it_was_delivered(pair, clock):
    east, west = pair
    (name,) = put(east, clock).added
    between = clock()
    both_ways(east, west, clock)
    assert name in registers.records(east, between)
    assert name not in registers.records(west, between)
    assert name in registers.records(west, clock())


def test_an_entry_of_another_form_or_about_the_others_record_changes_nothing(pair, clock):
    east, west = pair
    (name,) = put(east, clock).added
    both_ways(east, west, clock)
    for sites in (
        "x",
        [3],
        [{"id": name}],
        [{"id": name, "values": {"clinker_t_d": 9}}],
        [{"id": name, "values": {"clinker_t_d": "9"}}],
    ):
        west.record("correct", {"about": "register", "do": "put", "kind": "kiln", "sites": sites}, now=clock())
    both_ways(east, west, clock)
    for side in (east, west):
        assert registers.record(side, name).values["clinker_t_d"] == "5000"


def choices(ws):
    return lambda each: register_values.choices_of(ws.region, ws.party, each)


def workbook(ws, rows, kind="kiln"):
    book = openpyxl.load_workbook(io.BytesIO(sheets.template(kinds()[kind], choices(ws))))
    names = [cell.value for cell in book.worksheets[0][2]]
    for at, row in enumerate(rows, start=sheets.DATA_FROM):
        for code, value in row.items():
            book.worksheets[0].cell(at, names.index(code) + 1, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take(ws, clock, data, kind="kiln", file="kilns.xlsx"):
    return register_changes.take(ws, kind, data, file=file, by="office", reason="", now=clock())


def test_a_filled_template_goes_in_and_the_same_file_again_changes_nothing(pair, clock):
    east, _ = pair
    data = workbook(
        east, [{**KILN, "clinker_t_d": 5000, "performance_grade": "A"}, {"name_zh": "二号窑", "clinker_t_d": 2500.5}]
    )
    first = take(east, clock, data)
    assert (first.receipt.values, len(first.put.added), first.receipt.rejects) == (2, 2, 0)
    assert [each.values["clinker_t_d"] for each in registers.of_kind(east, "kiln")] == ["5000", "2500.5"]
    again = take(east, clock, data)
    assert (again.put.added, again.put.known, again.put.corrected) == ((), 2, ())
    assert len(registers.of_kind(east, "kiln")) == 2


def test_bad_cells_come_back_coloured_with_the_reason_and_the_good_rows_go_in(pair, clock):
    east, _ = pair
    bad = {"name_zh": "三号窑", "clinker_t_d": "很大", "since": "2020-13-01"}
    taken = take(east, clock, workbook(east, [KILN, bad, {**KILN, "name_zh": "四号窑", "lat": None}]))
    assert (len(taken.put.added), taken.receipt.known, taken.receipt.rejects) == (1, 1, 3)
    rejects = tuple(observe.rejects(east, taken.receipt.id))
    assert {(each.row, each.column, each.kind) for each in rejects} == {
        (2, "clinker_t_d", "attribute_no_number"), (2, "since", "attribute_no_date"), (3, "", "half_a_place"),
    }  # fmt: skip
    back = sheets.returned(kinds()["kiln"], choices(east), rejects, lambda each: each.kind)
    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    red = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFF4C7C3"}
    names = [cell.value for cell in sheet[2]]
    letter = {code: openpyxl.utils.get_column_letter(names.index(code) + 1) for code in ("clinker_t_d", "since")}
    assert {f"{letter['clinker_t_d']}5", f"{letter['since']}5"} < red
    assert "attribute_no_number" in str(sheet.cell(5, sheet.max_column).value)
    mended = openpyxl.load_workbook(io.BytesIO(back))
    for code, value in {"clinker_t_d": "3000", "since": "2020-12-01"}.items():
        mended.worksheets[0][f"{letter[code]}5"] = value
    mended.worksheets[0].delete_rows(6)
    out = io.BytesIO()
    mended.save(out)
    assert take(east, clock, out.getvalue()).put.added == ("east-kiln-0002",)


def swollen():
    """A small file that unpacks to more than a machine has to spare."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (65 * 2**20))
    return out.getvalue()


def test_what_looks_like_a_formula_goes_out_as_text(pair, clock):
    east, _ = pair
    put(east, clock, note="=1+1", name_zh="+窑")
    rows = [{"id": each.site.id, **each.values} for each in registers.of_kind(east, "kiln")]
    sheet = openpyxl.load_workbook(io.BytesIO(sheets.filled(kinds()["kiln"], choices(east), rows))).worksheets[0]
    told = {cell.value: cell.data_type for cell in sheet[sheets.DATA_FROM]}
    assert (told["=1+1"], told["+窑"]) == ("s", "s")
    strange = take(east, clock, "name_zh,clinker_t_d,note\n六号窑,x,a\x07b\n".encode(), file="kilns.csv")
    back = sheets.returned(kinds()["kiln"], choices(east), [*observe.rejects(east, strange.receipt.id)], str)
    assert "a\ufffdb" in [
        cell.value for cell in openpyxl.load_workbook(io.BytesIO(back)).worksheets[0][sheets.DATA_FROM]
    ]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "register_no_header"),
        (b"a,b\n1,2\n", "register_no_header"),
        (b"name_zh,clinker_t_d\n", "register_empty"),
        (b"\xff\xfe\x00", "encoding_unknown"),
        (b"PK\x03\x04broken", "file_unreadable"),
        (swollen(), "workbook_too_large"),
    ],
)
def test_a_file_that_is_no_register_is_refused(pair, clock, data, kind):
    with pytest.raises(Refusal) as refused:
        take(pair[0], clock, data)
    assert refused.value.kind == kind


def test_a_template_of_another_register_is_refused_and_a_csv_in_gb18030_is_read(pair, clock):
    east, _ = pair
    with pytest.raises(Refusal, match="register_other_template"):
        take(east, clock, workbook(east, [], "depot"))
    data = "中文名称,熟料设计能力 (t/d),绩效分级\n五号窑,1000,B\n".encode("gb18030")
    assert take(east, clock, data, file="kilns.csv").receipt.known == 1
    assert registers.of_kind(east, "kiln")[0].values["performance_grade"] == "B"


def test_duplicates_across_the_border_are_the_same_list_from_either_side_and_are_settled_by_both(pair, clock):
    east, west = pair
    put(east, clock)
    put(west, clock, name_zh="边界窑", lon="100.9", lat="30.9")
    put(west, clock, name_zh="东镇一号窑", lon="100.201", lat="30.101", credit_code="")
    both_ways(east, west, clock)
    found = register_pairs.pairs(east)
    assert found == register_pairs.pairs(west)
    assert [(each.pair.one, each.pair.other, each.pair.why) for each in found] == [
        ("east-kiln-0001", "west-kiln-0001", ("code",)),
        ("east-kiln-0001", "west-kiln-0002", ("near",)),
    ]
    first = found[1].pair
    for side, same, state in ((east, True, "waits"), (west, False, "disputed"), (west, True, "same")):
        register_pairs.settle(side, first.other, first.one, same=same, by="office", reason="seen on site", now=clock())
        both_ways(east, west, clock)
        for each in (east, west):
            assert next(one for one in register_pairs.pairs(each) if one.pair == first).state == state
    with pytest.raises(Refusal, match="not_a_pair"):
        register_pairs.settle(east, "east-kiln-0001", "nobody", same=True, by="office", reason="", now=clock())


@given(st.permutations(range(6)), st.floats(0, 0.02))
def test_the_order_of_records_does_not_matter(order, shift):
    sites = [Site(f"s{n}", "kiln", f"窑{n % 3}", "", "east", Place(lon=100 + shift * n, lat=30.0)) for n in range(6)]
    assert duplicates.pairs([sites[n] for n in order], tolerances()) == duplicates.pairs(sites, tolerances())


def test_the_first_bundle_brings_its_power_plants_as_sites():
    region = bundle.load(REAL)
    plants = [site for site in region.registered.values() if site.kind == "power_plant"]
    assert len(plants) == 277
    assert {region.side_of(site.party) for site in plants} == set(region.sides)
    coal = [float(site.attributes.get("capacity_mw", 0)) for site in plants if site.attributes["fuel"] == "coal"]
    assert (len(coal), round(sum(coal) / 1000, 1)) == (30, 24.8)


def test_distance_over_the_ground():
    assert Place(lon=104.0, lat=30.0).km_to(Place(lon=104.0, lat=31.0)) == pytest.approx(111.195, abs=0.001)
    assert Place(lon=104.0, lat=30.0).km_to(Place()) is None


def test_a_register_of_some_thousand_rows_is_held_against_itself_at_once(pair, clock):
    east, _ = pair
    rows = [
        ("", {"name_zh": f"企业{n}", "lon": f"{100 + n % 60 / 100}", "lat": f"{30 + n // 60 / 100}"})
        for n in range(2000)
    ]
    assert len(register_changes.put(east, "enterprise", rows, by="office", now=clock()).added) == 2000
    assert len(registers.of_kind(east, "enterprise")) == 2000
    begun = perf_counter()
    assert register_pairs.pairs(east)
    assert perf_counter() - begun < 10  # some 0.3 s on an idle machine; every row against every other takes minutes
