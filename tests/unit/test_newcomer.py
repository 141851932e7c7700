"""What a newcomer meets first: a bundle in work, files that are something else, and documents to copy from."""

import re
import shutil
from datetime import datetime, timedelta

import pytest
from sides import ROOT, TOWNS

from adjoin.cli.accident import _mass
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats import bundle
from adjoin.formats.messages import messages
from adjoin.loop import checks, schedule

GUIDE = (ROOT / "docs" / "how-to" / "your-own-region.md").read_text("utf-8")
REQUIRED = GUIDE.partition("必须有的文件")[2].partition("其余可以没有")[0]


@pytest.fixture
def ours(tmp_path):
    return shutil.copytree(TOWNS, tmp_path / "ours")


def needed():
    return set(re.findall(r"`([\w./]+)`", REQUIRED))


def test_the_guide_lists_the_files_that_must_be_there_and_no_other(ours):
    files = {path.relative_to(ours).as_posix() for path in ours.rglob("*") if path.is_file()}
    may_go = {name for name in files if "/" not in name or name.startswith(("rules/", "agreements/"))}
    assert needed() <= may_go
    for name in sorted(may_go):
        kept = (ours / name).read_bytes()
        (ours / name).unlink()
        missing = [each for each in checks.check(ours) if each.kind in {"no_such_file", "neither_bundle_nor_workspace"}]
        assert bool(missing) == (name in needed()), name
        (ours / name).write_bytes(kept)


def test_all_that_is_missing_is_said_at_once(ours):
    for name in ("offices.csv", "rules/borders.yaml", "rules/parameters.yaml"):
        (ours / name).unlink()
    assert [each.kind for each in checks.check(ours)] == ["no_such_file"] * 3


def test_rows_that_are_not_of_the_form_are_all_named(ours):
    sites = ours / "sites.csv"
    sites.write_text(sites.read_text("utf-8").replace(",w2,0.6,", ",w2,six,"), "utf-8")
    offices = ours / "offices.csv"
    offices.write_text(offices.read_text("utf-8") + "west-more,,,\n", "utf-8")
    assert {each.facts["file"] for each in checks.check(ours)} == {"sites.csv", "offices.csv"}


def test_a_side_renamed_in_part_is_named_in_every_file_that_holds_it(ours):
    for name, old, new in (("region.toml", '"west", ', '"oak", '), ("parties.csv", "\nwest,", "\noak,")):
        (ours / name).write_text((ours / name).read_text("utf-8").replace(old, new), "utf-8")
    files = {str(each.facts["file"]).rpartition("/")[2] for each in checks.check(ours)}
    assert files == {
        "offices.csv", "network.csv", "sites.csv", "willow-proposal.yaml", "willow-water.yaml", "compare.yaml",
        "demonstration.yaml", "areas.geojson",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"), [("demonstration.yaml", "- [a"), ("areas.geojson", "{}"), ("areas.geojson", "[")]
)
def test_a_story_or_a_map_that_cannot_be_read_is_said(ours, name, text):
    (ours / name).write_text(text, "utf-8")
    (found,) = checks.check(ours)
    assert (found.kind, found.facts["file"]) == ("file_no_items", name)


def test_a_folder_that_is_neither_is_told_what_either_would_be(tmp_path):
    (found,) = checks.check(tmp_path)
    said = messages().refusal(found, "zh")
    assert "region.toml" in said["expected"]
    assert "workspace.toml" in said["expected"]


def test_a_row_of_sites_is_mended_in_sites(ours):
    sites = ours / "sites.csv"
    sites.write_text(sites.read_text("utf-8").replace(",w2,0.6,", ",w9,0.6,"), "utf-8")
    assert "sites.csv" in messages().refusal(checks.check(ours)[0], "zh")["do"]


def test_the_bundles_that_come_along_can_be_read():
    assert [bundle.unreadable(each) for each in sorted((ROOT / "regions").glob("*/"))] == [[], []]


@pytest.mark.parametrize(("text", "kind"), [("-5", "mass_below_zero"), ("much", "not_a_mass"), ("1-x", "not_a_mass")])
def test_a_mass_that_is_none_is_told_as_a_mass(text, kind):
    with pytest.raises(Refusal) as found:
        _mass(text)
    assert found.value.kind == kind
    assert "--mass" in messages().refusal(found.value, "zh")["do"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_reason_inside_a_refusal_is_said_in_words(lang):
    inner = Refusal("attribute_no_number", name="x", met="y", unit="mg/L")
    said = messages().refusal(Refusal("register_line", file="f", line=1, key="x", met="y", why=inner), lang)
    assert said["expected"] == messages().refusal(inner, lang)["expected"]
    package = messages().refusal(Refusal("bad_package_file", place="-", reason="not_a_zip", met="3 B"), lang)
    assert "not_a_zip" not in package["met"]


def test_every_page_to_copy_from_says_how_the_command_is_found():
    pages = [*(ROOT / "docs" / "how-to").glob("*.md"), *(ROOT / "docs" / "tutorials").glob("*.md")]
    bare = {each.name for each in pages if re.search(r"^\$ adjoin", each.read_text("utf-8"), re.MULTILINE)}
    assert bare <= {each.name for each in pages if "source .venv/bin/activate" in each.read_text("utf-8")}


def test_two_sides_that_open_together_say_nothing_of_the_seconds_between(monkeypatch, caplog):
    def away(*_, **__):
        raise Refusal("went_wrong")

    monkeypatch.setattr(schedule.wire, "sync", away)
    began = datetime(2026, 9, 1, tzinfo=ZONE)
    at = [began]
    asked = schedule.Exchanging(None, lambda: at[0])
    for seconds, lines in ((2, 0), (9, 0), (11, 1), (20, 1)):
        at[0] = began + timedelta(seconds=seconds)
        asked.once()
        assert len(caplog.records) == lines
    assert asked.reachable is False
