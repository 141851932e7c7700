"""A bundle that contradicts itself: the row at fault is named with its file, line and remedy."""

import shutil

import pytest
from sides import REAL, TOWNS

from adjoin.core.refusal import Refusal
from adjoin.formats import bundle
from adjoin.formats.messages import messages
from adjoin.loop import checks, workspace

SITES, BORDERS, NETWORK = "sites.csv", "rules/borders.yaml", "network.csv"
MENDED = [  # file, what stands there, what is written instead, the refusal, the line
    (SITES, "mill-bridge,section", "mill-bridge,windmill", "unknown_kind", 5),
    (SITES, "Mill Bridge,east", "Mill Bridge,atlantis", "unknown_party", 5),
    (SITES, "west,east,border section", "west,atlantis,border section", "unknown_party", 5),
    (SITES, "river,II,unknown", "river,2,unknown", "unknown_class", 5),
    (SITES, "1,approximate,,,unknown,lake", "1,guessed,,,unknown,lake", "unknown_status", 6),
    (SITES, "unknown,lake", "unknown,", "missing_attribute", 6),
    (SITES, "west,RX,6,x1", "west,RX,6,x9", "unknown_reach", 4),
    (SITES, "west,RX,6,x1", "west,RX,6,w2", "reach_of_other_river", 4),
    (SITES, "west,RX,6,x1", "west,RX,16,x1", "km_off_reach", 4),
    (SITES, "hill-pond,section", "mill-bridge,section", "line_twice", 6),
    (SITES, "100.44,30.21", "100.44°,30.21", "line_no_number", 6),
    (SITES, ",on no river", ",on no river,at all", "line_cells", 6),
    (BORDERS, "inflows: [upper-ford, reed-ford]", "inflows: [upper-ford, reed-fort]", "unknown_site", 3),
    (BORDERS, "inflows: [upper-ford, reed-ford]", "inflows: [upper-ford, willow-bend]", "inflow_not_above", 3),
    (BORDERS, "quantity: w21011", "quantity: w99999", "unknown_quantity", 3),
    (BORDERS, "max_gap_h: 12", "max_gap_h: twelve", "line_no_number", 9),
    (BORDERS, "conservative: false", "conservative: perhaps", "line_no_choice", 27),
    ("rules/parameters.yaml", "status: memory", "status: certain", "line_no_choice", 9),
    (NETWORK, "Willow,w3", "Willow,w9", "unknown_reach", 3),
    (NETWORK, "Willow,w7", "Willow,w2", "river_circle", 3),
    (NETWORK, "w3,WL", "w2,WL", "line_twice", 4),
    (NETWORK, "low,,", "low", "line_cells", 8),
    (NETWORK, "12,4,12,east", "12,4,12,atlantis", "unknown_party_in_row", 9),
    (NETWORK, "east,east,west,low", "east,east,atlantis,low", "unknown_party_in_row", 8),
    ("offices.csv", "east-duty,east", "east-duty,atlantis", "unknown_party_in_row", 3),
    ("parties.csv", "East Town,side,,", "East Town,side,atlantis,", "unknown_party_in_row", 3),
    ("parties.csv", "north,北乡", "east,北乡", "line_twice", 4),
    ("parties.csv", "code,name_zh", "number,name_zh", "file_no_column", 1),
    ("region.toml", 'sides = ["west", "east"]', 'sides = ["west", "atlantis"]', "sides_unknown", None),
    ("region.toml", "sides = [", "sides = (", "file_unreadable", None),
    (BORDERS, "borders:", "borders: [", "file_not_yaml", 18),
]  # fmt: skip


@pytest.fixture
def towns_copy(tmp_path):
    return shutil.copytree(TOWNS, tmp_path / "towns")


def write(folder, file, before, after):
    text = (folder / file).read_text("utf-8")
    assert text.count(before) >= 1, before
    (folder / file).write_text(text.replace(before, after, 1), "utf-8")


@pytest.mark.parametrize(("file", "before", "after", "kind", "line"), MENDED, ids=[f"{m[3]} {m[2]}" for m in MENDED])
def test_a_row_that_contradicts_another_is_named(towns_copy, file, before, after, kind, line):
    write(towns_copy, file, before, after)
    found = checks.check(towns_copy)
    assert kind in {each.kind for each in found}
    fault = next(each for each in found if each.kind == kind)
    assert str(fault.facts["file"]).endswith(file.rpartition("/")[2])
    if kind != "file_not_yaml":  # a parser names the place where it gave up
        assert fault.facts.get("line") == line
    for lang in ("zh", "en"):
        said = messages().refusal(fault, lang)
        assert all(said[part] for part in ("met", "expected", "do"))
        assert "—" not in said["met"]  # nothing that should be named is blank


@pytest.mark.parametrize("mend", MENDED[:3], ids=["kind", "party", "border party"])
def test_such_a_bundle_opens_no_workspace(towns_copy, tmp_path, clock, mend):
    file, before, after, kind, _ = mend
    write(towns_copy, file, before, after)
    with pytest.raises(Refusal, match=kind):
        workspace.init(tmp_path / "west", region=towns_copy, party="west", now=clock())
    assert not (tmp_path / "west").exists()


def test_an_attribute_that_the_kind_does_not_have(towns_copy):
    write(towns_copy, SITES, "auto,order,note", "auto,colour,note")
    assert {each.kind for each in checks.check(towns_copy)} == {"unknown_attribute"}


def test_a_procedure_that_does_not_prove_is_refused(towns_copy, tmp_path, clock):
    (towns_copy / "procedures").mkdir()
    (towns_copy / "procedures" / "waiting.yaml").write_text(
        """name: waiting
roles: [asker, asked]
start: {asker: start, asked: start}
moves:
  ask: {by: asker, asker: {start: waiting}}
final:
  - {asker: waiting, asked: answered, then: answered}
""",
        "utf-8",
    )
    (fault,) = checks.check(towns_copy)
    assert (fault.kind, fault.facts["file"]) == ("procedure_not_proved", "waiting.yaml")
    assert "waiting" in messages().refusal(fault, "en")["met"]
    with pytest.raises(Refusal, match="dead_ends"):
        workspace.init(tmp_path / "west", region=towns_copy, party="west", now=clock())


def test_a_bundle_may_bring_its_own_procedure_calendar_and_mapping(towns_copy, tmp_path, clock):
    (towns_copy / "procedures").mkdir()
    (towns_copy / "procedures" / "ask.yaml").write_text(
        """name: ask
roles: [asker, asked]
start: {asker: start, asked: start}
moves:
  ask: {by: asker, asker: {start: waiting}, asked: {start: asked}, within: {answer: 3 workdays}}
  answer: {by: asked, asked: {asked: answered}}
final:
  - {asked: answered, then: answered}
""",
        "utf-8",
    )
    opened = workspace.init(tmp_path / "west", region=towns_copy, party="west", now=clock())
    assert {"ask", "search-call"} <= set(opened.region.procedures)


def test_a_folder_that_is_no_bundle(tmp_path):
    assert [each.kind for each in checks.check(tmp_path)] == ["neither_bundle_nor_workspace"]
    with pytest.raises(Refusal, match="no_such_file"):
        bundle.load(tmp_path)


@pytest.mark.parametrize("folder", [TOWNS, REAL], ids=lambda folder: folder.name)
def test_both_bundles_are_whole(folder):
    region = workspace.load_region(folder)
    assert checks.check(folder) == []
    assert {office.party for office in region.offices} == set(region.sides)
    assert all((folder / each).exists() for each in ("README.md", "LICENCES.md", "demonstration.yaml"))
    assert all(path.exists() for path, _ in bundle.observation_files(folder))


def test_readings_and_words_about_a_bundle_are_not_part_of_what_is_given(towns_copy):
    before = bundle.fingerprint(towns_copy)
    (towns_copy / "README.md").write_text("other words", "utf-8")
    next((towns_copy / "observations").iterdir()).write_text("other readings", "utf-8")
    assert bundle.fingerprint(towns_copy) == before
    write(towns_copy, "rules/parameters.yaml", "value: 20", "value: 21")
    assert bundle.fingerprint(towns_copy) != before
