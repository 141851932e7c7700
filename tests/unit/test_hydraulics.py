"""Uniform flow and published dispersion: pencil-size, and over every channel that the door takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import adjoin
from adjoin.water import hydraulics
from adjoin.water.hydraulics import Channel

SQUARE = {"Q_m3_s": 3.6, "width_m": 3, "side_slope": 0, "slope": 0.0001, "n_manning": 0.025}  # b = H = 3, R = 1


def test_a_square_section_and_a_triangle():
    square = hydraulics.normal_depth(Channel.of(3, 0, 0.0001, 0.025), 3.6)
    assert (square.depth, square.velocity, square.radius) == pytest.approx((3, 0.4, 1))
    triangle = hydraulics.normal_depth(Channel.of(0, 1, 0.0004, 0.03), 4 * 0.5 ** (1 / 3) * 0.02 / 0.03)
    assert (triangle.depth, triangle.area, triangle.radius) == pytest.approx((2, 4, 0.5**0.5))


def test_very_wide_water_is_as_deep_as_its_hydraulic_radius():
    found = hydraulics.normal_depth(Channel.of(1e4, 0, 0.001, 0.03), 1e4)
    assert found.depth == pytest.approx((0.03 / 0.001**0.5) ** 0.6, rel=1e-3)
    assert found.shear_velocity == pytest.approx((hydraulics.GRAVITY * found.depth * 0.001) ** 0.5, rel=1e-3)


def logs(low, high):
    return st.floats(np.log10(low), np.log10(high)).map(lambda power: 10**power)


CHANNELS = st.builds(
    Channel.of, logs(1e-3, 1e5), st.one_of(st.just(0.0), logs(1e-3, 100)), logs(1e-7, 1), logs(1e-3, 1)
)


@given(CHANNELS, logs(1e-6, 1e7))
def test_the_depth_carries_the_flow(channel, flow):
    found = hydraulics.normal_depth(channel, flow)
    assert channel.flow(found.depth) == pytest.approx(flow, rel=1e-9)
    assert found.velocity * found.area == pytest.approx(flow, rel=1e-12)


@given(CHANNELS, logs(1e-6, 1e6))
def test_more_water_runs_deeper_and_a_rougher_bed_too(channel, flow):
    depth = hydraulics.normal_depth(channel, flow).depth
    assert hydraulics.normal_depth(channel, 2 * flow).depth > depth
    rougher = Channel(channel.width, channel.side, channel.slope, 2 * channel.roughness)
    assert hydraulics.normal_depth(rougher, flow).depth > depth


def test_many_reaches_at_once_are_each_on_its_own():
    flows, slopes = np.array([0.5, 2.0, 80.0]), np.array([0.004, 0.001, 0.0002])
    together = hydraulics.normal_depth(Channel.of(12.5, 0, slopes, 0.05), flows).depth
    alone = [
        float(hydraulics.normal_depth(Channel.of(12.5, 0, slope, 0.05), flow).depth)
        for slope, flow in zip(slopes, flows, strict=True)
    ]
    assert together.tolist() == pytest.approx(alone, rel=1e-12)


def test_a_shooting_flow_says_so():
    assert adjoin.compute("water.normal_depth", SQUARE)["flags"] == []
    steep = {**SQUARE, "slope": 0.05}
    assert adjoin.compute("water.normal_depth", steep)["flags"] == ["shooting"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"Q_m3_s": 0}, "out_of_bounds"),
        ({"Q_m3_s": -1}, "out_of_bounds"),
        ({"slope": 0}, "out_of_bounds"),
        ({"n_manning": 0}, "out_of_bounds"),
        ({"width_m": 0}, "out_of_bounds"),  # and banks that stand upright: nowhere to flow
        ({"width_m": "3"}, "not_a_json_number"),
    ],
)
def test_no_channel_no_answer(change, kind):
    assert adjoin.compute("water.normal_depth", {**SQUARE, **change})["error"]["kind"] == kind


def test_a_bed_may_be_missing_where_the_banks_lean():
    assert adjoin.compute("water.normal_depth", {**SQUARE, "width_m": 0, "side_slope": 2})["H_m"] > 0


def test_dispersion_goes_with_depth_and_shear_velocity():
    """K / (H u*) depends on two ratios alone: twice the size and twice the speed is four times the dispersion."""
    one, other = hydraulics.dispersion(30, 1, 0.5, 0.05), hydraulics.dispersion(60, 2, 1.0, 0.1)
    assert {name: 4 * float(each) for name, each in one.items()} == pytest.approx(other, rel=1e-12)


def test_the_range_holds_every_formula():
    found = adjoin.compute("water.dispersion", {"W_m": 30, "H_m": 1, "U_m_s": 0.5, "ustar_m_s": 0.05})
    assert found["least_m2_s"] == min(found["K_m2_s"].values()) < found["most_m2_s"] == max(found["K_m2_s"].values())
    assert len(found["K_m2_s"]) == len(hydraulics.DISPERSION)
