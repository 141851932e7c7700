"""A workbook sent by a stranger: no file of a few kilobytes ends the process; what is refused says why."""

import io
import zipfile
from random import Random

import pytest
from openpyxl import Workbook

from adjoin.core.refusal import Refusal
from adjoin.formats import template_reading, workbooks
from adjoin.web import asked


def saved(*cells):
    book = Workbook()
    for place in cells:
        book.active[place] = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data, name, text):
    """The same workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, text if member == name else old.read(member))
    return out.getvalue()


def kind(data):
    with pytest.raises(Refusal) as refused:
        workbooks.check(data)
    return refused.value.kind


SHEET = "xl/worksheets/sheet1.xml"
FAR = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def test_a_sheet_that_spans_too_much_is_refused_before_it_is_laid_out():
    far = saved("A1", "XFD1048576")
    assert len(far) < 6_000
    assert kind(far) == "workbook_too_wide"
    for row in (
        '<row r="1048576"><c t="n"><v>1</v></c></row><row><c r="XFD1"><v>1</v></c></row>',
        "<row spans='1:2' r='1048576'><c r = 'ZZZ9'><v>1</v></c></row>",
    ):
        assert kind(changed(saved("A1"), SHEET, FAR.format(row))) == "workbook_too_wide"
    assert kind(changed(saved("A1"), SHEET, FAR.format('<row><c r="&#88;FD1048576"/></row>'))) == "not_a_workbook"
    assert kind(changed(saved("A1"), SHEET, FAR.format("").encode("utf-16"))) == "not_a_workbook"


def test_what_unpacks_to_too_much_is_refused():
    assert kind(changed(saved("A1"), SHEET, b" " * (workbooks.UNPACKED + 1))) == "workbook_too_large"


def test_what_is_no_workbook_is_refused():
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("content.xml", "<x/>")
    for data in (b"", b"PK\x03\x04", other.getvalue(), b"\xd0\xcf\x11\xe0" + bytes(600)):
        assert kind(data) == "not_a_workbook"


def test_a_plain_workbook_passes():
    workbooks.check(saved("A1", "C7"))


def test_a_spoilt_template_is_read_or_refused_and_nothing_else():
    made = asked.template("land.soil_farm")
    good = asked.marked("land.soil_farm", {"land_use": "paddy", "pH": 6.0, "mg_per_kg": {"Cd": 0.3}}, None)
    random = Random(7)
    for _ in range(150):
        data = bytearray(good)
        for _ in range(random.randint(1, 4)):
            data[random.randrange(len(data))] = random.randrange(256)
        try:
            assert isinstance(template_reading.read(made, bytes(data)), dict)
        except Refusal:
            continue
