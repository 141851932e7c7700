"""Two folders, two officers, one stick: the commands for scripts, in the forms that scripts rely on."""

import json
from datetime import timedelta

import pytest
from commands import adjoin
from sides import TOWNS

from adjoin.core.period import parse_time
from adjoin.loop import attribute, hand_over
from adjoin.loop.workspace import open_workspace

READINGS = TOWNS / "observations" / "synthetic_2026-09-01_09-03.csv"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Both workspaces with keys introduced by file and the readings taken in."""
    folder = tmp_path_factory.mktemp("desk")
    for side in ("east", "west"):
        made = adjoin("init", side, "--region", TOWNS, "--party", side, cwd=folder)
        assert (made.status, made.one["party"]) == (0, side)
    for side, other in (("east", "west"), ("west", "east")):
        (folder / f"{side}.json").write_text(json.dumps(adjoin("keys", "--workspace", folder / side).one), "utf-8")
        assert adjoin("trust", f"{side}.json", "--workspace", other, cwd=folder).one == {"keys": 2}
    for side in ("east", "west"):
        took = adjoin("take", READINGS, "--workspace", folder / side, "--mapping", "synthetic-snapshot")
        assert (took.status, took.one["new"], took.one["rejects"]) == (0, 295, [])
    return folder


def test_an_existing_workspace_is_refused(desk):
    again = adjoin("init", desk / "east", "--region", TOWNS, "--party", "east", "--lang", "en")
    assert (again.status, again.lines) == (2, [])
    assert again.said.splitlines()[2].startswith("do: take another folder")


def test_who_is_not_a_side_gets_no_workspace(desk):
    refused = adjoin("init", desk / "north", "--region", TOWNS, "--party", "north", "--lang", "en")
    assert refused.status == 2
    assert "one of west, east" in refused.said
    assert not (desk / "north").exists()


def test_the_same_file_again_brings_nothing_new(desk):
    again = adjoin("take", READINGS, "--workspace", desk / "east", "--mapping", "synthetic-snapshot")
    assert (again.status, again.one["new"], again.one["known"], again.one["differences"]) == (0, 0, 295, [])


@pytest.mark.parametrize(
    ("site", "quantity"),
    [("mill-bridge", "TP"), ("磨坊桥", "总磷"), ("磨坊桥", "w21011"), ("mill-bridge", "tp_mg_l")],
)
def test_series_under_any_name(desk, site, quantity):
    asked = adjoin(
        "series", "--workspace", desk / "east", "--site", site, "--quantity", quantity,
        "--since", "2026-09-02T06:00", "--until", "2026-09-02T12:00",
    )  # fmt: skip
    assert asked.status == 0
    row = asked.one
    assert row.pop("received") > "2026-09"
    assert row == {
        "site": "mill-bridge", "quantity": "w21011", "time": "2026-09-02T06:00:00+08:00", "value": "0.462",
        "unit": "mg/L", "flag": "", "origin": "synthetic",
    }  # fmt: skip


def test_the_real_border_section_by_either_name(two_workspaces):
    folder = two_workspaces["sichuan"].folder
    by_name, by_id = (
        adjoin("series", "--workspace", folder, "--site", site, "--quantity", "总磷") for site in ("朱沱", "zhutuo")
    )
    assert by_name.lines == by_id.lines
    assert max(float(row["value"]) for row in by_name.lines) == 0.599


def test_as_it_was_known_then(desk, tmp_path):
    correction = tmp_path / "correction.csv"
    correction.write_text("time,section,tp_mg_l\n2026-09-01 00:00,山塘,0.029\n", "utf-8")
    asked = (
        "series",
        "--workspace",
        desk / "west",
        "--site",
        "hill-pond",
        "--quantity",
        "TP",
        "--until",
        "2026-09-01T01:00",
    )
    before = adjoin(*asked).one
    took = adjoin("take", correction, "--workspace", desk / "west", "--mapping", "synthetic-snapshot")
    assert (took.one["replaced"], took.one["differences"]) == (
        1,
        [
            {
                "site": "hill-pond",
                "quantity": "w21011",
                "time": "2026-09-01T00:00:00+08:00",
                "before": "0.031",
                "after": "0.029",
            }
        ],
    )
    assert adjoin(*asked).one["value"] == "0.029"
    assert adjoin(*asked, "--as-known", before["received"]).one["value"] == "0.031"
    assert adjoin(*asked, "--as-known", "2020-01-01").lines == []


def test_a_month_a_day_and_an_hour(desk):
    def assess(period):
        return adjoin("assess", "--workspace", desk / "east", "--site", "mill-bridge", "--period", period)

    month = assess("2026-09")
    assert (month.status, month.one["class"], month.one["meets_target"]) == (0, None, None)
    assert month.one["coverage"] == {
        "have": 3, "need": 20, "of": 30, "unit": "days", "enough": False, "status": "memory",
    }  # fmt: skip
    hour = assess("2026-09-02T06:00/2026-09-02T07:00")
    assert (hour.status, hour.one["class"], hour.one["decided_by"]) == (0, "worse_than_V", ["w21011"])
    assert (hour.one["target"], hour.one["meets_target"]) == ("II", None)
    assert {each["kind"] for each in hour.one["evidence"]} == {"series", "clause"}
    assert assess("September").status == 2


def test_a_case_by_stick_from_both_chairs(desk):
    east, west = open_workspace(desk / "east"), open_workspace(desk / "west")
    now = parse_time("2026-09-04T10:00") + timedelta(days=100)
    wave = next(each for each in attribute.findings(east) if each.site == "mill-bridge")
    opened = hand_over.open_case(east, procedure="search-call", finding=wave.id, by="Li", reason="look", now=now)
    assert hand_over.cases(west, now=now) == ()

    sent = adjoin("exchange", "export", desk / "stick", "--workspace", desk / "east")
    assert sent.status == 0
    assert sent.one["bytes"] == (desk / "stick").stat().st_size
    came = adjoin("exchange", "import", desk / "stick", "--workspace", desk / "west")
    assert came.status == 0
    assert {name: came.one[name] for name in ("entries", "readings", "rejects", "protests")} == {
        "entries": 2, "readings": 0, "rejects": [], "protests": [],
    }  # fmt: skip
    assert [each.id for each in hand_over.cases(west, now=now)] == [opened.id]

    again = adjoin("exchange", "import", desk / "stick", "--workspace", desk / "west")
    assert (again.status, again.one["entries"], again.one["rejects"]) == (0, 0, [])


def test_a_third_person_verifies_with_the_keys_alone(desk):
    adjoin("exchange", "export", desk / "package", "--workspace", desk / "east")
    sound = adjoin("verify", desk / "package", "--keys", desk / "east.json")
    assert (sound.status, sound.lines) == (0, [])
    only_west = {"west": adjoin("keys", "--workspace", desk / "west").one["west"]}
    (desk / "only-west.json").write_text(json.dumps(only_west), "utf-8")
    unknown = adjoin("verify", desk / "package", "--keys", desk / "only-west.json", "--lang", "en")
    assert (unknown.status, [each["fault"] for each in unknown.lines]) == (1, ["unknown_key"])
    assert set(unknown.one) == {"party", "seq", "fault", "say"}


def test_keys_have_the_form_of_keys_json(desk):
    known = adjoin("keys", "--workspace", desk / "west").one
    assert set(known) == {"east", "west"}
    for rows in known.values():
        assert set(rows[0]) == {"key_id", "algorithm", "public", "office", "since", "until"}


@pytest.mark.parametrize("what", [TOWNS, TOWNS.with_name("sichuan-chongqing")])
def test_both_bundles_are_in_order(what):
    found = adjoin("check", what)
    assert (found.status, found.lines) == (0, [])


def test_a_workspace_is_in_order(desk):
    found = adjoin("check", desk / "east")
    assert (found.status, found.lines) == (0, [])


def test_an_unknown_name_is_refused_with_near_ones(desk):
    asked = adjoin("series", "--workspace", desk / "east", "--site", "磨访桥", "--quantity", "TP")
    assert (asked.status, asked.lines) == (2, [])
    assert "磨坊桥" in asked.said
    asked = adjoin(
        "series", "--workspace", desk / "east", "--site", "磨坊桥", "--quantity", "moonlight", "--lang", "en"
    )
    assert asked.status == 2
    assert "TP" in asked.said
