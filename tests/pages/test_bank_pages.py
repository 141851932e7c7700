"""The desk on a bundle that knows how wide its rivers are: values at a bank, on the page, on paper, at the command."""

import csv
import shutil
from io import BytesIO

import pytest
from commands import adjoin
from pypdf import PdfReader
from sides import REAL

BED = {"width_m": "800", "depth_m": "8", "slope": "0.0002", "bed_status": "approximate"}
ASKED = {"place": "泸州纳溪化工", "start": "2026-09-04T07:00", "least": "1000", "most": "20000", "substance": "氨氮"}


@pytest.fixture(scope="module")
def wide(two_workspaces, tmp_path_factory):
    """A workspace on a copy of the bundle with beds."""
    folder = tmp_path_factory.mktemp("wide")
    workspace = shutil.copytree(two_workspaces["sichuan"].folder, folder / "sichuan")
    bundle = shutil.copytree(REAL, folder / "bundle")
    with (bundle / "network.csv").open(encoding="utf-8", newline="") as file:
        rows = [row | BED for row in csv.DictReader(file)]
    with (bundle / "network.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    text = (workspace / "workspace.toml").read_text("utf-8")
    told = [f'region = "{bundle}"' if line.startswith("region") else line for line in text.splitlines()]
    (workspace / "workspace.toml").write_text("\n".join(told), "utf-8")
    return workspace


@pytest.fixture(scope="module")
def client(wide, client_of):
    from adjoin.loop.workspace import open_workspace

    return client_of(open_workspace(wide))


@pytest.mark.parametrize(("lang", "near", "far"), [("zh", "同岸", "对岸"), ("en", "same bank", "far bank")])
def test_both_banks_stand_beside_the_mean_with_what_they_rest_on(client, lang, near, far):
    page = client.get("/desk", params={**ASKED, "lang": lang})
    assert page.status_code == 200
    assert near in page.text
    assert far in page.text
    assert 'id="rest-bank"' in page.text
    assert "0.6 H u*" in page.text
    paper = PdfReader(BytesIO(client.get("/desk.pdf", params={**ASKED, "lang": lang}).content))
    assert near.replace(" ", "") in "".join(sheet.extract_text() for sheet in paper.pages).replace(" ", "")


def test_the_twin_and_the_command_hold_the_same_values(client, wide):
    row = client.get("/desk.json", params=ASKED).json()["answer"]["rows"][0]
    assert [each["say"]["en"] for each in row["banks"]] == ["same bank", "far bank"]
    told = adjoin(
        "accident", "--workspace", wide, "--place", ASKED["place"], "--mass", "1000-20000", "--substance", "氨氮",
        "--start", ASKED["start"],
    )  # fmt: skip
    first = told.one["arrivals"][0]
    assert [each["bank"] for each in first["banks"]] == ["near", "far"]
    near, far = (each["peak_mg_l"][1] for each in first["banks"])
    assert near > first["peak_mg_l"][1] > far


def test_a_width_that_cannot_be_is_refused_by_its_line(tmp_path):
    from adjoin.core.refusal import Refusal
    from adjoin.formats import bundle

    folder = shutil.copytree(REAL, tmp_path / "bundle")
    head, first, *rest = (folder / "network.csv").read_text("utf-8").splitlines()
    lines = [head + ",width_m", first + ",-5", *(row + "," for row in rest)]
    (folder / "network.csv").write_text("\n".join(lines), "utf-8")
    with pytest.raises(Refusal) as refused:
        bundle.read(folder)
    assert (refused.value.kind, refused.value.facts["line"]) == ("line_not_positive", 2)
