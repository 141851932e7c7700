"""What a cut or a release changes below: linear, the same from both sides, nothing above itself."""

import math
from dataclasses import replace

import pytest

from adjoin.core.network import Network
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


def test_what_rests_on_a_flow_that_nobody_gave_is_not_known(towns):
    for each in towns.values():  # the made-up pair has no flows
        found = scenario.scenario(each, [Change("upper-ford", 500.0)], 0.1)
        assert found.effects
        for effect in found.effects:
            assert (effect.flow_m3s, effect.hours, effect.survival, effect.mg_l, effect.by_party) == (None,) * 5
        assert {each.survival for each in scenario.scenario(each, [Change("upper-ford", 500.0)]).effects} == {1.0}
        rows = scenario.matrix(each, 0.1)
        assert {(cell.mg_l, cell.hours, cell.survival) for row in rows for cell in row.cells} == {(None,) * 3}
        assert {row.flow_m3s for row in rows} == {None}
        assert all(cell.km > 0 for row in rows for cell in row.cells)


def test_one_unknown_reach_makes_unknown_what_lies_past_it_and_nothing_else(workspace):
    asked = [Change(WORKS, 1.0)]
    sections = [each.section for each in scenario.scenario(workspace, asked, 0.1).effects]
    dry = sections[len(sections) // 2].place.reach
    reaches = workspace.region.network.reaches
    network = Network.of((reaches | {dry: replace(reaches[dry], flow_m3s=None)}).values())
    known = replace(workspace, region=replace(workspace.region, network=network))
    effects = scenario.scenario(known, asked, 0.1).effects
    start = workspace.region.site(WORKS).place
    past = {each.id for each in sections if dry in {reach.id for reach in network.path(start, each.place)}}
    assert 0 < len(past) < len(sections)
    assert {each.section.id for each in effects if each.mg_l is None} == past
    assert {each.section.id for each in effects if each.hours is None} == past
