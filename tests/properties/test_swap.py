"""Swap the two parties' names in bundle and data: the swapped findings, cases and packages come out, nothing else."""

import warnings

import pytest
import swap
from sides import REAL, TOWNS, Clock, prepared, told

from adjoin.loop import attribute, hand_over
from adjoin.web.app import create

warnings.filterwarnings("ignore", message="Using `httpx` with")
from fastapi.testclient import TestClient  # noqa: E402  # after its warning is silenced


@pytest.fixture(scope="module", params=[TOWNS, REAL], ids=lambda region: region.name)
def worlds(request, tmp_path_factory):
    """The world as it is, the world with the parties swapped, and the swap."""
    exchanged = swap.Swap(request.param)
    folder = tmp_path_factory.mktemp("swap")
    other = exchanged.bundle(request.param, folder / "bundle")
    return _world(folder / "a", request.param), _world(folder / "b", other), exchanged


@pytest.fixture
def client_at():
    """The pages of a workspace at a time."""

    def made(workspace, now):
        return TestClient(create(workspace.folder, clock=lambda: now))

    return made


def _world(folder, region):
    clock = Clock()
    pair = told(prepared(folder, region, clock), clock)
    for workspace in pair.values():
        border = next(each for each in attribute.findings(workspace) if each.downstream == workspace.party)
        hand_over.open_case(
            workspace, procedure="joint-sampling", finding=border.id, by="Li", reason="again", now=clock()
        )
    return pair, clock


def test_it_is_a_swap(worlds):
    (pair, _), (other, _), exchanged = worlds
    assert tuple(map(exchanged, pair)) == tuple(other)
    assert exchanged(exchanged("east 东镇 sichuan 四川 fewest")) == "east 东镇 sichuan 四川 fewest"


@pytest.mark.parametrize("look", [swap.findings, swap.entries], ids=["findings", "entries"])
def test_the_swapped_come_out_and_nothing_else(worlds, look):
    (pair, _), (other, _), exchanged = worlds
    for side, workspace in pair.items():
        assert exchanged(look(workspace)) == look(other[exchanged(side)])


def test_the_same_cases_in_the_same_order(worlds):
    (pair, clock), (other, _), exchanged = worlds
    for side, workspace in pair.items():
        assert exchanged(swap.cases(workspace, clock.now)) == swap.cases(other[exchanged(side)], clock.now)


def test_the_same_packages(worlds):
    (pair, clock), (other, _), exchanged = worlds
    for side, workspace in pair.items():
        assert exchanged(swap.package(workspace, clock.now)) == swap.package(other[exchanged(side)], clock.now)


def test_the_same_pages(worlds, client_at):
    (pair, clock), (other, _), exchanged = worlds
    for side, workspace in pair.items():
        shown = swap.pages(workspace, client_at(workspace, clock.now))
        swapped = swap.pages(other[exchanged(side)], client_at(other[exchanged(side)], clock.now))
        differ = [(a, b) for a, b in zip(exchanged(shown).splitlines(), swapped.splitlines(), strict=True) if a != b]
        assert not differ, differ[0]
