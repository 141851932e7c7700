"""Tables that are not what they should be: the good rows go in, the others are named, nothing is half taken."""

import resource
import subprocess
import sys
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from commands import AROUND, adjoin
from sides import START

from adjoin.core.refusal import Refusal
from adjoin.formats.messages import messages
from adjoin.loop import assess, observe

HEAD = "time,section,tp_mg_l,do_mg_l\n"
MAPPING = "synthetic-snapshot"


@pytest.fixture
def east(fresh_towns):
    return fresh_towns["east"]


@pytest.fixture
def take(east, tmp_path, clock):
    """Takes a text as a file; gives the receipt and what was rejected as (row, column, kind)."""

    def taken(text, name="table.csv", encoding="utf-8", now=None):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        receipt = observe.take(east, path, MAPPING, now=now or clock())
        return receipt, [(each.row, each.column, each.kind) for each in observe.rejects(east, receipt.id)]

    return taken


def values(workspace, quantity="TP", site="mill-bridge"):
    return {row.time.strftime("%m-%d %H:%M"): row.value for row in assess.series(workspace, site, quantity)}


def says(kind, lang="en"):
    return messages().refusal(Refusal(kind), lang)


@pytest.mark.parametrize("missing", ["----", "--"])
def test_dashes_are_a_missing_value_and_say_so(take, east, missing):
    receipt, rejects = take(f"{HEAD}2026-09-03 20:00,磨坊桥,{missing},7.0\n")
    assert (receipt.new, rejects) == (2, [])
    (row,) = [each for each in assess.series(east, "磨坊桥", "TP") if each.time.hour == 20]
    assert (row.value, row.flag) == (None, "missing")


def test_a_comma_may_be_a_point_or_a_thousand_so_nobody_guesses(take, east):
    receipt, rejects = take(f'{HEAD}2026-09-03 20:00,磨坊桥,"0,12",7.0\n')
    assert (receipt.new, rejects) == (1, [(1, "tp_mg_l", "comma_decimal")])
    assert values(east, "DO")["09-03 20:00"] == "7.0"
    assert "09-03 20:00" not in values(east)


@pytest.mark.parametrize("text", ["abc", "1.2.3", "٣", "12 mg/L", "1e999", "NaN", "=1+1"])
def test_what_is_no_number_is_named(take, text):
    _, rejects = take(f"{HEAD}2026-09-03 20:00,磨坊桥,{text},7.0\n")
    assert rejects == [(1, "tp_mg_l", "not_a_number")]


def test_what_cannot_be_is_named(take):
    _, rejects = take(f"{HEAD}2026-09-03 20:00,磨坊桥,-0.1,70000\n")
    assert rejects == [(1, "tp_mg_l", "out_of_range"), (1, "do_mg_l", "out_of_range")]


def test_a_time_in_the_future_is_named_and_the_rest_goes_in(take, east):
    receipt, rejects = take(f"{HEAD}2027-09-03 20:00,磨坊桥,0.1,7.0\n2026-09-03 20:00,磨坊桥,0.1,7.0\n")
    assert (receipt.new, rejects) == (2, [(1, "", "time_in_future")])
    assert values(east)["09-03 20:00"] == "0.1"


def test_a_time_a_year_back_is_named(fresh_pair, tmp_path, clock):
    path = tmp_path / "old.csv"
    path.write_text(f"{HEAD}2025-08-30 20:00,朱沱,0.1,7.0\n2026-08-30 20:00,朱沱,0.1,7.0\n", "utf-8")
    receipt = observe.take(fresh_pair["chongqing"], path, "auto-station-snapshot", now=clock())
    assert [(each.row, each.kind) for each in observe.rejects(fresh_pair["chongqing"], receipt.id)] == [
        (1, "time_too_old")
    ]
    assert receipt.new + receipt.known + receipt.replaced == 2


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01 00:00", "2026-02-30", "45900"])
def test_what_is_no_time_is_named(take, text):
    _, rejects = take(f"{HEAD}{text},磨坊桥,0.1,7.0\n")
    assert rejects == [(1, "", "not_a_time")]


def test_two_values_for_one_time_and_origin_the_newest_counts_and_both_are_kept(take, east):
    first, _ = take(f"{HEAD}2026-09-03 20:00,磨坊桥,0.100,7.0\n")
    second, _ = take(f"{HEAD}2026-09-03 20:00,磨坊桥,0.120,7.0\n")
    assert (first.new, second.new, second.known, second.replaced) == (2, 0, 1, 1)
    assert values(east)["09-03 20:00"] == "0.120"
    (found,) = observe.differences(east, second.received)
    assert (found.before.value, found.after.value) == ("0.100", "0.120")
    versions = east.observed.history("mill-bridge", "w21011", found.after.time)
    assert [each.value for each in versions] == ["0.100", "0.120"]


def test_two_values_in_one_file_the_later_line_counts(take, east):
    receipt, _ = take(f"{HEAD}2026-09-03 20:00,磨坊桥,0.100,\n2026-09-03 20:00,磨坊桥,0.120,\n")
    assert (receipt.new, receipt.replaced) == (1, 1)
    assert values(east)["09-03 20:00"] == "0.120"
    assert [(each.before.value, each.after.value) for each in observe.differences(east, receipt.received)] == [
        ("0.100", "0.120")
    ]


def test_the_same_value_twice_is_no_difference(take, east):
    take(f"{HEAD}2026-09-03 20:00,磨坊桥,0.100,\n")
    again, _ = take(f"{HEAD}2026-09-03 20:00,磨坊桥,0.100,\n")
    assert (again.known, again.replaced, observe.differences(east)) == (1, 0, ())


def test_an_unknown_section_is_named_with_near_ones(take, east):
    receipt, rejects = take(f"{HEAD}2026-09-03 20:00,磨访桥,0.1,7.0\n")
    assert (receipt.new, rejects) == (0, [(1, "", "unknown_site")])
    (reject,) = observe.rejects(east, receipt.id)
    assert reject.line == "2026-09-03 20:00,磨访桥,0.1,7.0"
    assert "磨坊桥" in reject.facts["near"]


def test_a_section_on_no_river_is_judged_by_itself_and_never_ordered(take, east):
    receipt, rejects = take(f"{HEAD}2026-09-03 20:00,山塘,0.3,7.0\n")
    assert (receipt.new, rejects) == (2, [])
    pond = next(each for each in assess.now(east, now=START) if each.site.id == "hill-pond")
    assert pond.verdict.water_class == "worse_than_V"  # by the limits of a lake
    assert east.region.network.to_outlet(pond.site.place) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_file_in_gbk_is_read(take, encoding):
    receipt, rejects = take(f"{HEAD}2026-09-03 20:00,磨坊桥,0.1,7.0\n", encoding=encoding)
    assert (receipt.new, rejects) == (2, [])


def test_half_a_row_gives_what_it_has(take, east):
    receipt, rejects = take(f"{HEAD}2026-09-03 20:00,磨坊桥,0.1\n\n,,,\n2026-09-03 21:00,磨坊桥,0.2,7.0,more,cells\n")
    assert (receipt.new, rejects) == (3, [])
    assert values(east)["09-03 20:00"] == "0.1"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "file_no_rows"),
        (HEAD.encode(), "file_no_rows"),
        (b"\n\n\n", "column_missing"),
        (b"name,number\n1,2\n", "column_missing"),
        (bytes(range(128, 256)) * 40, "encoding_unknown"),
        (HEAD.encode() + b'2026-09-03 20:00,mill-bridge,"0.1,7.0\n' + b"x" * 200_000, "csv_unreadable"),
    ],
    ids=["empty", "header only", "blank lines", "other columns", "binary", "unclosed quote"],
)
def test_a_file_that_is_no_table_is_refused_whole(take, east, content, kind):
    before = (east.observed.version(), east.done.version())
    with pytest.raises(Refusal) as refused:
        take(content)
    assert refused.value.kind == kind
    assert (east.observed.version(), east.done.version()) == before
    assert all(says(kind, lang)[part] for lang in ("zh", "en") for part in ("met", "expected", "do"))


def workbook(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


ROWS = [
    ["time", "section", "tp_mg_l", "do_mg_l"],
    ["2026-09-03 20:00", "磨坊桥", 0.1, 7],
    ["2026-09-03 21:00", "磨坊桥", "----", 6.5],
]


def test_a_sheet_whose_dimension_says_a1_is_read_whole(take, tmp_path):
    right, wrong = workbook(tmp_path / "right.xlsx", ROWS), tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(right) as source, zipfile.ZipFile(wrong, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                assert b'<dimension ref="A1:D3"' in data
                data = data.replace(b'<dimension ref="A1:D3"', b'<dimension ref="A1"')
            target.writestr(name, data)
    receipt, rejects = take(wrong.read_bytes(), name="wps.xlsx")
    assert (receipt.new, rejects) == (4, [])


@pytest.mark.parametrize(
    "damage", [lambda data: data[:400], lambda data: b"no workbook" + data[11:99], lambda data: data[:-60]]
)
def test_a_damaged_workbook_is_refused_whole(take, east, tmp_path, damage):
    before = east.observed.version()
    with pytest.raises(Refusal, match="file_unreadable"):
        take(damage(workbook(tmp_path / "right.xlsx", ROWS).read_bytes()), name="damaged.xlsx")
    assert east.observed.version() == before


def test_a_small_workbook_that_spans_a_million_rows_is_refused_before_it_is_laid_out(take, east, tmp_path):
    before, far = east.observed.version(), workbook(tmp_path / "far.xlsx", ROWS)
    book = openpyxl.load_workbook(far)
    book.active["XFD1048576"] = 1
    book.save(far)
    with pytest.raises(Refusal, match="workbook_too_wide"):
        take(far.read_bytes(), name="far.xlsx")
    assert east.observed.version() == before


def test_a_clock_a_year_behind_takes_nothing_and_says_why(take, east):
    before = len(east.observed.read())
    receipt, rejects = take(f"{HEAD}2026-09-03 20:00,磨坊桥,0.1,7.0\n", now=START - timedelta(days=365))
    assert (receipt.new, rejects) == (0, [(1, "", "time_in_future")])
    assert len(east.observed.read()) == before
    (reject,) = observe.rejects(east, receipt.id)
    assert reject.facts["now"].startswith("2025-09")  # so that whoever reads it sees the clock


def test_a_clock_a_year_ahead_takes_nothing_and_says_why(fresh_pair, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(f"{HEAD}2026-09-03 20:00,朱沱,0.1,7.0\n", "utf-8")
    receipt = observe.take(fresh_pair["chongqing"], path, "auto-station-snapshot", now=START + timedelta(days=400))
    assert (receipt.new, receipt.rejects) == (0, 1)


def test_two_processes_at_once_lose_nothing(east, tmp_path):
    minutes = [f"2026-09-03 {20 + minute // 60}:{minute % 60:02d}" for minute in range(120)]
    files = {name: tmp_path / name for name in ("a.csv", "b.csv", "c.csv")}
    for number, path in enumerate(files.values()):
        path.write_text(
            HEAD + "".join(f"{at},磨坊桥,0.{number + 1},\n" for at in minutes[number * 30 : number * 30 + 60]), "utf-8"
        )
    words = [sys.executable, "-m", "adjoin.cli.main", "take", "--workspace", str(east.folder), "--mapping", MAPPING]
    running = [subprocess.Popen([*words, str(path)], env=AROUND, stdout=subprocess.DEVNULL) for path in files.values()]
    assert [each.wait(60) for each in running] == [0, 0, 0]

    receipts = {each.file: each for each in observe.receipts(east)}
    assert set(files) <= set(receipts)
    assert sum(receipts[name].new for name in files) == 120
    assert sum(receipts[name].values for name in files) == 180
    assert len([at for at in values(east) if at >= "09-03 20:00"]) == 120


def test_a_full_disk_takes_nothing_and_the_same_file_goes_in_later(east, tmp_path):
    path = tmp_path / "large.csv"
    path.write_text(
        HEAD
        + "".join(
            f"2026-09-0{1 + n // 1440} {n // 60 % 24:02d}:{n % 60:02d}:30,磨坊桥,0.1{n % 1000:03d},\n"
            for n in range(4000)
        ),
        "utf-8",
    )
    before = len(east.observed.read())
    words = ["take", path, "--workspace", east.folder, "--mapping", MAPPING, "--lang", "en"]
    said = subprocess.run(
        [sys.executable, "-m", "adjoin.cli.main", *words],
        env=AROUND, capture_output=True, text=True, check=False, preexec_fn=_little_room,
    )  # fmt: skip
    assert said.returncode == 2
    assert "is full" in said.stderr
    assert "Traceback" not in said.stderr
    assert len(east.observed.read()) == before
    log = east.observed.log
    assert {*log.folder.rglob("*.parquet")} == {log.folder / part.path for part in log.snapshot().parts}

    assert adjoin("take", path, "--workspace", east.folder, "--mapping", MAPPING).one["new"] == 4000


def _little_room():
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
