"""Loads with their errors, and whose load it was."""

import numpy as np
import pytest

from adjoin.core.refusal import Refusal
from adjoin.core.source_receptor import SourceReceptor
from adjoin.joint import attribution as whose
from adjoin.joint.attribution import Errors, Event, Gauged, Source
from adjoin.methods.samples import latin_hypercube
from adjoin.water.load import Sample, concentration, load


@pytest.mark.parametrize(
    ("value", "rule", "number"), [("0.20", "half", 0.2), ("<0.02", "half", 0.01), ("<0.02", "zero", 0)]
)
def test_what_is_below_detection_counts_by_its_rule(value, rule, number):
    assert concentration(value, rule) == number


def river_year(rng):
    """A made-up year: flow with floods, concentration that rises with it."""
    flow = 100 * np.exp(0.6 * np.sin(np.arange(365) / 58) + 0.25 * rng.normal(size=365))
    return flow, 0.02 * flow**0.4 * np.exp(0.15 * rng.normal(size=365))


@pytest.mark.parametrize(("way", "bias"), [("ratio", 0.3), ("regression", 0.3), ("interpolation", 0.8)])
def test_the_standard_error_is_of_the_size_of_the_error(way, bias):
    """Over 150 made-up years sampled every 10 days: errors over standard errors have a width near one.

    Straight lines miss floods between samples: where concentration rises with flow they give too little.
    """
    rng, off = np.random.default_rng(0), []
    for _ in range(150):
        flow, c = river_year(rng)
        days = np.arange(int(rng.integers(0, 10)), 365, 10)
        found = load([Sample(d + 0.5, c[d], flow[d], "") for d in days.tolist()], flow.tolist(), way)
        off.append((found.kg - 86.4 * (flow * c).sum()) / found.standard_error_kg)
    assert abs(np.mean(off)) < bias
    assert 0.5 < np.std(off) < 1.6


@pytest.mark.parametrize(
    ("samples", "way", "kind"),
    [
        ([Sample(d, 0.1, 10, "settled" if d else "filtered") for d in range(3)], "ratio", "mixed_pretreatments"),
        ([Sample(d, 0.1, 10, "") for d in range(2)], "ratio", "too_few_samples"),
        ([Sample(d, 0.1 * d, 10, "") for d in range(3)], "regression", "no_logarithm"),
    ],
)
def test_what_makes_no_load_is_refused(samples, way, kind):
    with pytest.raises(Refusal, match=kind):
        load(samples, [10.0] * 30, way)


def gauged(flow, mg_l, **errors):
    return Gauged([(-48, flow), (72, flow)], [(-48, mg_l), (72, mg_l)], "", Errors(0.5, 0.05, 0.05, **errors))


def event(border, sources):
    return Event(border, sources, 0.0, 24.0, 200.0)


def two(border_mg_l):
    sources = {
        "w": Source("west", gauged(60, 0.2), lag_h=(10, 14)),
        "e": Source("east", gauged(40, 0.15), lag_h=(4, 6)),
    }
    return event(gauged(100, border_mg_l), sources)


def test_truth_lies_in_the_band_and_members_of_a_row_make_one():
    found = whose.attribute(two(0.18), np.random.default_rng(0))
    (west, east), residual = found.shares, found.residual
    assert west.part.low < 2 / 3 < west.part.high
    assert east.part.low < 1 / 3 < east.part.high
    assert residual.low < 0 < residual.high
    assert west.told_from_zero
    assert found.smallest == pytest.approx((residual.high - residual.low) / 2)


def test_names_do_not_matter():
    """Were the two sides exchanged, each would get the other's share."""
    one = whose.attribute(two(0.18), np.random.default_rng(0)).by_party
    swapped = two(0.18)
    renamed = {
        name: Source({"west": "east", "east": "west"}[s.party], s.gauged, lag_h=s.lag_h)
        for name, s in swapped.sources.items()
    }
    other = whose.attribute(event(swapped.border, renamed), np.random.default_rng(0)).by_party
    assert (one["west"], one["east"]) == (other["east"], other["west"])


@pytest.mark.parametrize(
    ("border", "state"), [(0.18, "shares"), (0.26, "not_for_attribution"), (0.13, "not_for_attribution")]
)
def test_beyond_thirty_percent_either_way_no_share_is_shown(border, state):
    found = whose.attribute(two(border), np.random.default_rng(0))
    assert found.state == state
    assert bool(found.shares) == (state == "shares")
    assert found.residual.median == pytest.approx(1 - 0.18 / border, abs=0.01)


def test_a_source_that_hides_in_the_residual_is_not_told_from_zero():
    sources = dict(two(0.18).sources) | {"drain": Source("east", load_kg_d=(1.0, 2.0))}
    found = whose.attribute(event(gauged(100, 0.18), sources), np.random.default_rng(0))
    assert [each.told_from_zero for each in found.shares] == [True, True, False]


def test_where_no_source_stands_out_nothing_is_shown():
    spread = np.linspace(-9, 9, 200)[None, :]
    loud = SourceReceptor.of(("r",), {"a": "east"}, "kg", np.full((1, 1, 200), 8.0), measured=10 + spread)
    assert whose.judge(loud, "r").reasons == ("nothing_told_from_zero",)


@pytest.mark.parametrize(
    ("border", "reason"),
    [
        (Gauged([], [(-48, 0.2), (72, 0.2)]), "no_discharge"),
        (Gauged([(-48, 1.0), (72, 1.0)], []), "window_not_covered"),
        (Gauged([(-48, 1.0), (10, 1.0)], [(-48, 0.2), (72, 0.2)]), "window_not_covered"),
        (Gauged([(-48, 1.0), (72, 1.0)], [(-48, 0.2), (72, 0.2)], "filtered"), "mixed_pretreatments"),
    ],
)
def test_why_nobody_can_tell(border, reason):
    found = whose.attribute(event(border, two(0.18).sources), np.random.default_rng(0))
    assert reason in found.reasons
    assert not found.shares


@pytest.mark.parametrize(("flow", "mg_l"), [(0.0, 0.2), (-5.0, 0.2), (5.0, 0.0)])
def test_no_load_or_water_that_flows_back_has_no_shares(flow, mg_l):
    found = whose.attribute(event(gauged(flow, mg_l), two(0.18).sources), np.random.default_rng(0))
    assert (found.state, found.reasons) == ("not_for_attribution", ("no_load_at_border",))


def test_a_gap_in_the_window_is_not_bridged():
    gap = Gauged([(-48, 1.0), (72, 1.0)], [(-48, 0.2), (2, 0.2), (22, 0.2), (72, 0.2)])
    narrow = Event(gap, {"a": Source("east", load_kg_d=(1, 2))}, 0.0, 24.0, 12.0)
    assert whose.attribute(narrow, np.random.default_rng(0)).reasons == ("window_not_covered",)


def test_an_event_without_time_is_refused():
    with pytest.raises(Refusal, match="no_event"):
        whose.attribute(Event(gauged(1, 1), {"a": Source("")}, 5.0, 5.0, 9.0), np.random.default_rng(0))


def test_a_hypercube_has_one_point_in_every_slice():
    points = latin_hypercube(50, 4, np.random.default_rng(0))
    assert (np.sort((points * 50).astype(int), axis=0) == np.arange(50)[:, None]).all()
    assert points.min() > 0
    assert points.max() < 1
