"""Rule files: what Adjoin ships can be read, and what is wrong in one is refused by its line."""

import re
from datetime import date
from pathlib import Path

import pytest

from adjoin.core.refusal import Refusal
from adjoin.formats import rules
from adjoin.formats.messages import messages

DATA = Path(rules.__file__).parent.parent / "data"
STANDARD = (DATA / "standards" / "gb3838-2002.yaml").read_text("utf-8")
QUANTITIES = (DATA / "quantities.csv").read_text("utf-8")
CALENDAR = (DATA / "workdays_cn.csv").read_text("utf-8")


def test_the_standard_has_all_items_of_table_1():
    standard = rules.standard("GB 3838-2002")
    assert len({limit.clause for limit in standard.limits}) == 24
    assert len({limit.quantity for limit in standard.limits if limit.evaluated}) == 21
    assert standard.limit("w21011", "lake", date(2026, 1, 1)).grades["III"] == "0.05"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("w21003", "w21003"),
        ("NH3-N", "w21003"),
        ("氨氮", "w21003"),
        ("nh3n_mg_l", "w21003"),
        ("氨氮(mg/L)", "w21003"),
        (" PH ", "w01001"),
        ("pH(无量纲)", "w01001"),
        ("电导率(μS/cm)", "w01014"),
        ("电导率(µS/cm)", "w01014"),  # the other sign for micro
        ("algae_cells_l", "w19011"),
        ("六价铬", "w20117"),
    ],
)
def test_a_quantity_goes_by_many_names(name, code):
    assert rules.quantities().find(name).code == code


def test_integers_hold_every_digit_that_is_assessed_or_limited():
    standard = rules.standard("GB 3838-2002")
    for quantity in rules.quantities().rows:
        assert quantity.storage_digits >= (quantity.assessment_decimals or 0)
    for limit in standard.limits:
        printed = [bound for grade in limit.grades.values() for bound in grade.split("~") if limit.kind != "delta"]
        digits = max((len(bound.partition(".")[2]) for bound in printed), default=0)
        assert rules.quantities().find(limit.quantity).storage_digits >= digits


def test_the_calendar_reaches_over_whole_years():
    calendar = rules.calendar()
    assert (calendar.first, calendar.last) == (date(2021, 1, 1), date(2026, 12, 31))
    assert calendar.works(date(2026, 2, 14))  # a Saturday made up for
    assert not calendar.works(date(2026, 10, 7))


def broken(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


STANDARD_FAULTS = [
    ("quantity: NH3-N", "quantity: NH3-X", "line_unknown_quantity"),
    ("kind: min", "kind: least", "line_no_choice"),
    ("I: 7.5", "I: 7,5", "line_no_choice"),
    ("I: 7.5", "I: seven", "line_no_number"),
    ("I: 6~9", "I: 6", "line_no_number"),
    ("since: 2002-06-01", "since: 2002-06-31", "line_no_date"),
    ('clause: "table 1, item 7", ', "", "line_no_text"),
    ("name: GB 3838-2002", "nam: GB 3838-2002", "line_no_text"),
    ("title: {zh", "title: [zh", "file_not_yaml"),
    ("grades: {I: 7.5, II: 6, III: 5, IV: 3, V: 2}", "grades: 7.5", "line_no_mapping"),
    ("status: std", "status: std\nname: twice", "line_twice"),
]


@pytest.mark.parametrize(("old", "new", "kind"), STANDARD_FAULTS)
def test_a_malformed_standard_is_refused_by_its_line(tmp_path, old, new, kind):
    file = tmp_path / "gb.yaml"
    file.write_text(broken(STANDARD, old, new), "utf-8")
    with pytest.raises(Refusal) as refused:
        rules.read_standard(file)
    assert refused.value.kind == kind
    line = 1 + STANDARD[: STANDARD.index(old)].count("\n")
    assert refused.value.facts["file"] == "gb.yaml"
    assert kind == "line_no_text" or abs(int(refused.value.facts["line"]) - line) <= 1
    said = messages().refusal(refused.value, "en")
    assert all(said[part] for part in ("met", "expected", "do"))


TABLE_FAULTS = [
    (QUANTITIES, rules.read_quantities, "总磷,total", "氨氮,total", "line_twice", 9),
    (QUANTITIES, rules.read_quantities, "TP,mg/L,4,3", "TP,mg/L,four,3", "line_no_number", 9),
    (QUANTITIES, rules.read_quantities, "mg/L,3,1,0,60", "mg/L,3,1,0,x", "line_no_number", 4),
    (QUANTITIES, rules.read_quantities, "code,name_zh", "kode,name_zh", "file_no_column", 1),
    (QUANTITIES, rules.read_quantities, "w01009,", "w01009", "line_cells", 4),
    (CALENDAR, rules.read_calendar, "2021-01-02,", "2021-01-32,", "line_no_date", 3),
    (CALENDAR, rules.read_calendar, "2021-01-02,", "2021-01-01,", "line_twice", 3),
    (CALENDAR, rules.read_calendar, "Sat,holiday", "Sat,half day", "line_no_choice", 3),
]


@pytest.mark.parametrize(("text", "read", "old", "new", "kind", "line"), TABLE_FAULTS)
def test_a_malformed_table_is_refused_by_its_row(tmp_path, text, read, old, new, kind, line):
    file = tmp_path / "table.csv"
    file.write_text(broken(text, old, new), "utf-8")
    with pytest.raises(Refusal) as refused:
        read(file)
    assert (refused.value.kind, refused.value.facts["line"]) == (kind, line)


def test_a_file_that_is_not_there_or_not_utf8_or_empty(tmp_path):
    cases = {"gone.csv": (None, "no_such_file"), "gbk.csv": ("日期".encode("gbk"), "file_not_utf8")}
    cases["empty.csv"] = (b"date,kind,status\n", "file_no_rows")
    for name, (data, kind) in cases.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(Refusal, match=kind):
            rules.read_calendar(tmp_path / name)


def test_every_refusal_of_core_water_and_doors_is_said_in_both_languages():
    source = Path(rules.__file__).parent.parent
    core = [file for file in (source / "core").glob("*.py") if file.name != "entry.py"]  # words of the ledger
    files = [*core, *(source / "water").glob("*.py"), source / "formats" / "lines.py"]
    files += [source / "formats" / "rules.py", *(source / "doors").glob("*.py"), source / "web" / "compute.py"]
    pattern = re.compile(r'(?:Refusal|refuse)\(\s*"(\w+)"')
    kinds = {kind for file in files for kind in pattern.findall(file.read_text("utf-8"))}
    assert len(kinds) > 40
    for kind in sorted(kinds):
        for lang in ("zh", "en"):
            said = messages().refusal(Refusal(kind, met="x"), lang)
            assert all(said[part] for part in ("met", "expected", "do")), (kind, lang)
