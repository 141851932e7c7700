"""A workbook that strangers sent, looked through before it is opened.

The reader of workbooks lays a sheet out from its first to its last cell: one cell at A1 and one at XFD1048576 make
a file of five kilobytes that asks for half a terabyte and ends the process. So every part is unpacked here within a
bound, and every cell and row that names its place must lie within a bound too.
"""

import re
import zipfile
import zlib
from io import BytesIO

from adjoin.core.refusal import Refusal

UNPACKED = 64_000_000  # bytes of all parts together
CELLS = 4_000_000  # rows times columns of a sheet
_PART = "xl/workbook.xml"  # what makes a zip an XLSX
_PLACED = re.compile(rb"""<(?:\w+:)?(?:c|row)\s(?:[^<>]*?\s)?r\s*=\s*("[^"]*"|'[^']*')""")
_PLACE = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})")


def check(data: bytes) -> None:
    """Refuse what is no XLSX, unpacks to too much, or spans too much."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            packed.getinfo(_PART)
            left = UNPACKED
            for member in packed.infolist():
                left -= _part(packed, member, left)
    except Refusal:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, KeyError, OSError, ValueError):
        raise Refusal("not_a_workbook", met=len(data)) from None


def _part(packed: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """How large a part is; refused where it is too large, or spans too much."""
    with packed.open(member) as part:
        text = part.read(left + 1)
    if len(text) > left:
        raise Refusal("workbook_too_large", met=UNPACKED + 1, expected=UNPACKED)
    if (
        text[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in text[:200]
    ):  # another encoding, in which nothing is found here
        if member.filename.endswith((".xml", ".rels")):
            raise Refusal("not_a_workbook", met=len(text))
        return len(text)
    rows = columns = 1
    for quoted in _PLACED.findall(text):
        place = _PLACE.fullmatch(quoted[1:-1])
        if place is None:
            raise Refusal("not_a_workbook", met=len(text))
        rows, columns = max(rows, int(place[2])), max(columns, _column(place[1]))
    if rows * columns > CELLS:
        raise Refusal("workbook_too_wide", met=f"{rows} x {columns}", expected=CELLS)
    return len(text)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
