"""Shares appear where discharge is known and the balance holds; never before, and the same on both sides."""

from sides import START, TOWNS

from adjoin.loop import attribute, observe, shares

DISCHARGE = TOWNS / "observations" / "synthetic_discharge_2026-09-01_09-03.csv"


def told(workspace):
    return {(border.site, border.quantity): shares.shares(workspace, border) for border in workspace.region.borders}


def test_without_discharge_nobody_is_given_a_share(fresh_towns):
    for workspace in fresh_towns.values():
        assert all("no_discharge" in each.reasons and each.shares is None for each in told(workspace).values())


def test_with_discharge_both_sides_compute_the_same_shares(fresh_towns):
    found = []
    for workspace in fresh_towns.values():
        observe.take(workspace, DISCHARGE, "synthetic-snapshot", now=START)
        found.append(told(workspace))
    assert found[0] == found[1]

    ammonia = found[0]["mill-bridge", "w21003"]
    assert ammonia.reasons == ()
    assert {each.party: each.told_from_zero for each in ammonia.shares.shares} == {"west": True, "east": True}
    whole = sum(each.part.median for each in ammonia.shares.shares) + ammonia.shares.residual.median
    assert abs(whole - 1) < 0.05  # medians of parts that add up in every member
    for each in ammonia.shares.shares:
        assert each.part.low < each.part.median < each.part.high


def test_a_border_value_that_the_inflows_do_not_explain_gets_no_share(fresh_towns):
    workspace = fresh_towns["east"]
    observe.take(workspace, DISCHARGE, "synthetic-snapshot", now=START)
    wave = next(each for each in attribute.findings(workspace) if each.site == "mill-bridge")
    assert wave.attribution.reasons == ("reason.not_explained",)
    assert wave.exhibit("shares") is None
    border = workspace.region.border("mill-bridge", wave.quantity)
    assert attribute.withheld(workspace, border) == ("not_explained",)
    oxygen = next(each for each in attribute.findings(workspace) if each.site == "reed-ford")
    assert "reason.not_conservative" in oxygen.attribution.reasons


def test_the_reasons_of_a_border_are_those_of_its_finding(two_workspaces):
    for workspace in two_workspaces.values():
        for border in workspace.region.borders:
            reasons = tuple(f"reason.{each}" for each in attribute.withheld(workspace, border))
            assert "reason.no_discharge" in reasons
            for each in attribute.findings(workspace):
                if (each.site, each.quantity) == (border.site, border.quantity):
                    assert each.attribution.reasons == reasons


def test_an_inflow_within_another_is_not_added_twice(two_workspaces):
    region = two_workspaces["sichuan"].region
    border = region.border("zhutuo", "w21011")
    assert set(border.inflows) - set(shares.disjoint(region, border.inflows)) == {"lianyuxi"}


def test_a_gauge_alone_has_no_class(fresh_towns):
    from adjoin.loop import assess

    workspace = fresh_towns["east"]
    before = assess.ribbon(workspace, "mill-bridge")
    observe.take(workspace, DISCHARGE, "synthetic-snapshot", now=START)
    assert assess.ribbon(workspace, "mill-bridge") == before
