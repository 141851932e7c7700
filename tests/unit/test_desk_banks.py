"""Near a bank: the desk answers for it where widths are known, for both where the bank is not, else for the mean."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sides import START

from adjoin.core.network import Bed, Network
from adjoin.core.refusal import Refusal
from adjoin.loop import respond
from adjoin.loop.respond import Asked
from adjoin.water import mixing

PLACE, BELOW = "泸州纳溪化工", "zhutuo"
NOW = START + timedelta(hours=1)


def with_beds(workspace, reaches=None, banks=None):
    """The same workspace with every reach 800 m wide, 8 m deep and falling 2 m in 10 km, and with banks of places."""
    bed, region = Bed(800.0, 8.0, 2e-4, "derived"), workspace.region
    network = {
        name: replace(reach, bed=bed if reaches is None or name in reaches else None)
        for name, reach in region.network.reaches.items()
    }
    sites = {
        name: replace(site, attributes=site.attributes | {"bank": (banks or {}).get(name, "")})
        for name, site in region.sites.items()
    }
    return replace(workspace, region=replace(region, network=Network.of(network.values()), sites=sites))


def asked(**more):
    return Asked(PLACE, START, mass_kg=(1000.0, 20_000.0), substance="氨氮", flow_m3s=3000.0, **more)


def at(desk, site=BELOW):
    return next(each for each in desk.arrivals if each.site.id == site)


@pytest.fixture(scope="module")
def bare(two_workspaces):
    return two_workspaces["sichuan"]


def test_without_widths_only_the_mean_is_answered_and_that_is_said(bare):
    desk = respond.desk(bare, asked(bank="left"), now=NOW)
    assert at(desk).banks == ()
    assert "desk.banks" in desk.warnings
    assert not {"desk.banks_both", "desk.banks_mixing"} & set(desk.warnings)


def test_both_banks_are_answered_where_one_is_not_known_around_the_same_mean(bare):
    desk, plain = (respond.desk(each, asked(), now=NOW) for each in (with_beds(bare), bare))
    here = at(desk)
    near, far = here.banks
    assert (near.bank, far.bank) == ("near", "far")
    assert here.peak_mg_l == at(plain).peak_mg_l
    assert near.peak_mg_l[1] > 1.3 * here.peak_mg_l[1] > 2 * far.peak_mg_l[1]
    assert near.critical_kg[1] < here.critical_kg[1] < far.critical_kg[1]
    assert near.probability >= here.probability >= far.probability
    assert here.worst_probability == near.probability
    assert {"desk.banks_both", "desk.banks_mixing"} <= set(desk.warnings)
    assert "desk.banks" not in desk.warnings


def test_where_both_banks_are_known_one_value_is_given_and_it_is_that_of_the_bank(bare):
    both = respond.desk(with_beds(bare), asked(bank="left"), now=NOW)
    for bank, name in (("left", "near"), ("right", "far")):
        one = respond.desk(with_beds(bare, banks={BELOW: bank}), asked(bank="left"), now=NOW)
        (value,) = at(one).banks
        same = next(each for each in at(both).banks if each.bank == name)
        assert value.bank == "bank"
        assert value.peak_mg_l == pytest.approx(same.peak_mg_l)


def test_the_bank_of_the_place_stands_in_for_one_that_was_not_typed(bare):
    works = bare.region.site(PLACE).id
    known = with_beds(bare, banks={works: "right", BELOW: "right"})
    assert [each.bank for each in at(respond.desk(known, asked(), now=NOW)).banks] == ["bank"]
    typed = at(respond.desk(known, asked(bank="left"), now=NOW)).banks[0]
    assert typed.peak_mg_l[1] < at(respond.desk(known, asked(), now=NOW)).banks[0].peak_mg_l[1]


def test_past_a_reach_of_unknown_width_only_the_mean_is_answered(bare):
    path = respond.desk(bare, asked(), now=NOW).path
    upper = {reach.id for reach in path[: [reach.id for reach in path].index(at_reach(bare)) + 1]}
    desk = respond.desk(with_beds(bare, upper), asked(), now=NOW)
    assert at(desk).banks
    assert not desk.arrivals[-1].banks
    assert {"desk.banks", "desk.banks_mixing"} <= set(desk.warnings)


def at_reach(workspace):
    return workspace.region.site(BELOW).place.reach


def test_the_factor_is_the_closed_form_of_the_way_between(bare):
    """With all other factors at their middle: distance = sum of 0.6 H sqrt(g H S) L / (u B^2), by images."""
    mixed = 0.6 * 8.0 * (mixing.GRAVITY * 8.0 * 2e-4) ** 0.5
    assert float(mixing.transverse_mixing(8.0, 2e-4)) == pytest.approx(mixed)
    desk = respond.desk(with_beds(bare), asked(), now=NOW)
    near, far = (each.per_tonne_mg_l[1] / at(desk).per_tonne_mg_l[1] for each in at(desk).banks)
    km, hours = at(desk).km, (at(desk).peak[1] - START).total_seconds() / 3600 - 0.5
    speed = km / hours / 3.6
    distance = mixed * km * 1000 / (speed * 800.0**2)
    assert near == pytest.approx(float(mixing.bank_factor(distance, 0.0, 0.0)), rel=0.1)
    assert far == pytest.approx(float(mixing.bank_factor(distance, 0.0, 1.0)), rel=0.3)


def test_no_such_bank_is_refused(bare):
    with pytest.raises(Refusal, match="unknown_bank"):
        respond.desk(bare, asked(bank="upper"), now=NOW)
