"""The unit of a station is said or is not: what is not said does not enter the book."""

import shutil
from datetime import datetime

import pytest
from sides import TOWNS

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats import stations
from adjoin.formats.hj212 import written
from adjoin.formats.stations import Station
from adjoin.loop import checks
from adjoin.loop.readings import Sorting
from adjoin.loop.workspace import load_region
from adjoin.store.inbox import Kept

RECEIVED = round(datetime(2026, 9, 5, 13, tzinfo=ZONE).timestamp() * 1e6)


@pytest.fixture(scope="module")
def region():
    return load_region(TOWNS)


def sorted_(region, data, units="", dialects=()):
    station = Station("A", "mill-bridge", "21", units, frozenset(dialects), "unknown", "")
    segment = f"QN=1;ST=21;CN=2011;PW=1;MN=A;Flag=5;CP=&&DataTime=20260905120000;{data}&&"
    sorting = Sorting(region, {"A": station}, lambda *_: ())
    sorting.sort(Kept(1, "1", "A", "2011", RECEIVED, "20260905120000", written(segment).removesuffix(b"\r\n")))
    return sorting


@pytest.mark.parametrize(
    ("units", "value"), [("table", "0.00005"), ("house", "0.05")], ids=["ug/L of the table", "mg/L of the house"]
)
def test_cadmium(region, units, value):
    (row,) = sorted_(region, "w20115-Rtd=0.05,w20115-Flag=N", units).rows
    assert (row.value, row.unit) == (value, "mg/L")


def test_cadmium_in_a_unit_that_nobody_said(region):
    found = sorted_(region, "w20115-Rtd=0.05,w20115-Flag=N;w21003-Rtd=0.10,w21003-Flag=N")
    assert [(row.quantity, row.value) for row in found.rows] == [("w21003", "0.10")]
    ((_, kind, code),) = found.refused
    assert (kind, code) == ("hj212_unit_unsaid", "w20115")


@pytest.mark.parametrize(
    ("said", "kind"),
    [("abc", "not_a_number"), ("1,5", None), ("NaN", "not_a_number"), ("70.0", "out_of_range"), ("１", "not_a_number")],
)
def test_what_is_no_value_of_ph(region, said, kind):
    if kind is None:
        with pytest.raises(AssertionError):
            assert sorted_(region, f"w01001-Rtd={said}").rows  # it is no packet at all
        return
    found = sorted_(region, f"w01001-Rtd={said}")
    assert found.rows == []
    assert [each.kind for each in found.refused.values()] == [kind]


def test_an_exponent_keeps_its_text_and_is_not_moved(region):
    assert [row.value for row in sorted_(region, "w21003-Rtd=1e-1").rows] == ["1e-1"]
    assert [each.kind for each in sorted_(region, "w20115-Rtd=5e-2", "table").refused.values()] == ["not_a_number"]


def test_factors_that_the_bundle_does_not_know_are_counted(region):
    found = sorted_(region, "w99999-Rtd=1;CONC-Rtd=2;CONC-Rtd=2;W21003-Rtd=1")
    assert found.rows == []
    assert found.ignored == {"w99999": 1, "CONC": 1, "W21003": 1}
    assert [row.quantity for row in sorted_(region, "W21003-Rtd=1", dialects=["upper_case_code"]).rows] == ["w21003"]


def test_the_stations_of_a_bundle(tmp_path):
    assert stations.read(tmp_path, ()) == {}
    head = "mn,site,st,units,dialects,status,note\n"
    (tmp_path / "stations.csv").write_text(
        f"{head}A,mill,21,table,crc_modbus_be length_plus_6,seen1,\n*,,,,length_unpadded,,\n"
    )
    found = stations.read(tmp_path, ["mill"])
    assert found["A"].dialects == {"crc_modbus_be", "length_plus_6"}
    assert stations.dialects(found) == {"A": found["A"].dialects, "*": {"length_unpadded"}}


@pytest.mark.parametrize(
    ("row", "kind"),
    [("A,mill,21,table,,,\nA,mill,21,table,,,", "station_twice"), ("A,hill,21,table,,,", "station_site"),
     ("A,mill,21,miles,,,", "line_no_choice"), ("A,mill,21,,length_wrong,,", "hj212_unknown_dialect")],
)  # fmt: skip
def test_a_wrong_row_is_refused(tmp_path, row, kind):
    (tmp_path / "stations.csv").write_text(f"mn,site,st,units,dialects,status,note\n{row}\n")
    with pytest.raises(Refusal, match=kind):
        stations.read(tmp_path, ["mill"])


def test_a_wrong_station_is_found_by_check(tmp_path):
    shutil.copytree(TOWNS, tmp_path / "towns")
    assert checks.check(tmp_path / "towns") == []
    with (tmp_path / "towns" / "stations.csv").open("a") as file:
        file.write("X,mill-brige,21,,,,\n")
    (found,) = checks.check(tmp_path / "towns")
    assert (found.kind, found.facts["file"], found.facts["near"]) == ("station_site", "stations.csv", "mill-bridge")
