"""What a cut or a release changes below: linear, the same from both sides, nothing above itself."""

import math

import pytest

from adjoin.core.refusal import Refusal
from adjoin.loop import scenario
from adjoin.loop.scenario import Change

WORKS = "industrial_park-naxi-chemical-works-luzhou"


@pytest.fixture
def workspace(two_workspaces):
    return two_workspaces["sichuan"]


def at(found, section):
    return next(each for each in found.effects if each.section.id == section)


def test_changes_add_up(workspace):
    one, other = Change(WORKS, -5000.0), Change("gaodong", 2000.0)
    both = scenario.scenario(workspace, [one, other], 0.1)
    alone = [scenario.scenario(workspace, [each], 0.1) for each in (one, other)]
    for effect in both.effects:
        parts = [each.mg_l[1] for found in alone for each in found.effects if each.section.id == effect.section.id]
        assert effect.mg_l[1] == pytest.approx(sum(parts))
        assert sum(effect.by_party.values()) == pytest.approx(effect.mg_l[1])


def test_a_load_without_loss_is_diluted_and_nothing_else(workspace):
    found = at(scenario.scenario(workspace, [Change(WORKS, 1000.0)]), "zhutuo")
    flow = workspace.region.network.reaches["r0740"].flow_m3s
    assert found.mg_l[1] == pytest.approx(1000 * 1000 / (flow * 86_400))
    assert found.mg_l[0] == pytest.approx(2 * found.mg_l[1])
    assert found.survival == 1.0


def test_nothing_happens_above(workspace):
    found = scenario.scenario(workspace, [Change(WORKS, 1000.0)])
    assert {"naxi-dadukou", "guagongshan"}.isdisjoint(each.section.id for each in found.effects)


def test_both_sides_see_the_same(two_workspaces):
    asked = [Change(WORKS, -5000.0)]
    one, other = (scenario.scenario(each, asked, 0.2) for each in two_workspaces.values())
    assert one == other
    one, other = (scenario.matrix(each, 0.2) for each in two_workspaces.values())
    assert one == other


def test_the_matrix_is_what_the_scenario_does_for_every_unit(workspace):
    row = next(each for each in scenario.matrix(workspace) if each.section.id == "zhutuo")
    assert all(cell.survival == 1.0 for cell in row.cells)
    assert {round(cell.mg_l * row.flow_m3s * 86_400, 6) for cell in row.cells} == {1e6}  # one tonne a day, nothing lost
    lossy = next(each for each in scenario.matrix(workspace, 0.1) if each.section.id == "zhutuo")
    for cell in lossy.cells:
        assert 0 < cell.survival < 1
        assert cell.survival >= math.exp(-0.1 * cell.hours / 24) - 1e-12  # the mean of exp lies above exp of the mean


@pytest.mark.parametrize(
    ("change", "decay", "kind"),
    [
        (Change("nowhere", 1.0), 0.0, "unknown_site"),
        (Change("shoupayan", 1.0), 0.0, "place_off_network"),
        (Change(WORKS, math.nan), 0.0, "impossible_load"),
        (Change(WORKS, 1.0), -1.0, "impossible_decay"),
        (Change(WORKS, 1.0), math.nan, "impossible_decay"),
    ],
)
def test_what_cannot_be_is_refused(workspace, change, decay, kind):
    with pytest.raises(Refusal) as refused:
        scenario.scenario(workspace, [change], decay)
    assert refused.value.kind == kind
