"""What a side computes with changes, and is signed again before the two compare numbers."""

import shutil

import pytest
from commands import adjoin
from sides import TOWNS

from adjoin.loop import adoption, exchange, workspace
from adjoin.web.page import Ask
from adjoin.web.pages import exchange as page


@pytest.fixture
def moved(tmp_path, fresh_towns):
    """One side has a newer bundle than the other."""

    def made(side):
        held = fresh_towns[side]
        region = tmp_path / "newer"
        shutil.copytree(TOWNS, region)
        note = (region / "sites.csv").read_text("utf-8").replace("\r\n", "\n")
        lines = note.splitlines()
        (region / "sites.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", "utf-8")
        text = (held.folder / "workspace.toml").read_text("utf-8").splitlines()
        about = [f'region = "{region}"' if line.startswith("region") else line for line in text]
        (held.folder / "workspace.toml").write_text("\n".join(about), "utf-8")
        return workspace.open_workspace(held.folder)

    return made


@pytest.mark.parametrize(("side", "other"), [("east", "west"), ("west", "east")])
def test_a_newer_bundle_is_told_signed_and_then_differs_until_the_other_signs_it_too(
    fresh_towns, clock, moved, side, other
):
    exchange.introduce(*fresh_towns.values())
    exchange.carry(fresh_towns[other], fresh_towns[side], now=clock())
    newer = moved(side)
    assert adoption.unsigned(newer) == ("bundle",)
    assert exchange.status(newer).differs == ()
    assert "adjoin adopt" in page.build(newer, Ask(clock())).parts[3].stop.zh

    said = adjoin("adopt", "--workspace", newer.folder).one
    assert (said["signed"], said["seq"]) == (["bundle"], newer.done.sizes()[side] - 1)
    assert adjoin("adopt", "--workspace", newer.folder).one["seq"] is None
    assert adoption.unsigned(newer) == ()
    assert exchange.status(newer).differs == ("bundle",)

    exchange.carry(newer, fresh_towns[other], now=clock())
    assert exchange.status(fresh_towns[other]).differs == ("bundle",)
    assert exchange.status(fresh_towns[other]).unsigned == ()
