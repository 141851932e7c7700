"""What lies below what, on a river with one tributary."""

import pytest
from sides import TOWNS

from adjoin.core.network import Network, Reach
from adjoin.core.refusal import Refusal
from adjoin.core.site import Place
from adjoin.formats import bundle
from adjoin.formats.messages import messages


@pytest.fixture(scope="module")
def region():
    return bundle.load(TOWNS)


def place(region, site):
    return region.sites[site].place


@pytest.mark.parametrize(
    ("upper", "lower", "km"),
    [
        ("upper-ford", "mill-bridge", 22),
        ("reed-ford", "mill-bridge", 16),
        ("mill-bridge", "upper-ford", None),  # against the water
        ("upper-ford", "reed-ford", None),  # on another branch
        ("willow-bend", "mill-bridge", None),  # its kilometre is not known
        ("hill-pond", "mill-bridge", None),  # on no river
    ],
)
def test_kilometres_of_water(region, upper, lower, km):
    assert region.network.between(place(region, upper), place(region, lower)) == km


def test_the_path_goes_through_the_confluence(region):
    passed = region.network.path(place(region, "reed-ford"), place(region, "mill-bridge"))
    assert [reach.id for reach in passed] == ["x1", "x2", "w4", "w5"]


def test_a_river_off_the_network_is_where_it_joins(region):
    joining = Place(joins="WL", joins_km=20.0)
    assert region.network.to_outlet(joining) == 20
    assert region.network.between(joining, place(region, "mill-bridge")) == 8


def reach(name, down):
    return Reach(name, "R", "", "", down, 1, 2, 1, 2, None)


@pytest.mark.parametrize(
    ("reaches", "kind"),
    [
        ([reach("a", "b"), reach("b", "c"), reach("c", "a"), reach("d", None)], "ring_of_reaches"),
        ([reach("a", "b"), reach("b", "x")], "down_is_nowhere"),
    ],
)
def test_water_that_never_gets_out_is_refused(reaches, kind):
    with pytest.raises(Refusal, match=kind) as refused:
        Network.of(reaches)
    said = messages().refusal(refused.value, "en")
    assert all(said.values())
    assert "—" not in said["met"]  # names what is wrong, in a file or not
