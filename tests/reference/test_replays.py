"""Published accidents and tracer tests: the page is current, the bars are met, and what was blind stays blind."""

import re
from pathlib import Path

import pytest

import adjoin
from adjoin.cli import replays, replays_cases, replays_cloud, replays_wave
from adjoin.cli.replays_words import facts
from adjoin.doors import cases
from adjoin.water import hydraulics, replay

ROOT = Path(adjoin.__file__).parent.parent


@pytest.fixture(scope="module", autouse=True)
def _at_the_root():
    """The bundle of the wave is named from the root of the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield


@pytest.fixture(scope="module")
def cloud():
    return replays_cloud.Replay(facts("cloud"))


def test_the_page_is_current():
    assert (ROOT / "docs" / "reference" / "replays.md").read_text("utf-8") == replays.page(), "run `make docs`"


def test_the_page_of_errors_names_every_case_file_and_is_current_where_it_was_asked_again():
    page = (ROOT / "docs" / "reference" / "cases.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| \[`([a-z_0-9.]+)`\]\((\S+)\) .*\| 合格 met \|$", page, re.MULTILINE))
    assert set(rows) == {source.name.removesuffix(".json") for source in cases.shipped()}, "run `adjoin replays`"
    for address in rows.values():
        assert (ROOT / "docs" / "reference" / address).exists()
    for name in ("water.tanks", "water.muskingum", "water.network_transport", "water.bank_mixing", "water.load"):
        line = " | ".join(replays_cases.row(cases.run(ROOT / "cases" / f"{name}.json")))
        assert f"| {line} |" in page


def test_an_error_beyond_its_bound_is_told_as_one():
    report = cases.Report("water.tanks", 2, 1, 3.2e-5, 1e-6, ())
    assert replays_cases.row(report)[1:] == ["1/2", "≤ 1e-04", "1.0e-06", "不合格 NOT met"]


@pytest.mark.parametrize("row", facts("channel")["reaches"], ids=lambda row: f"km {row['downstream_km']}")
def test_depth_and_velocity_of_each_reach(row):
    given = facts("channel")
    shape = hydraulics.Channel.of(given["width_m"], given["side_slope"], row["slope"], row["n_manning"])
    found = hydraulics.normal_depth(shape, row["Q_m3_s"])
    assert found.depth == pytest.approx(row["H_m"], abs=0.001)
    assert found.velocity == pytest.approx(row["U_m_s"], abs=0.001)


def test_no_formula_of_dispersion_is_better_than_a_factor_of_two():
    """The desk takes ln 2 = 0.7: if a formula did better, or none came near, that would have to change."""
    rows = facts("tracers")["rows"]
    width, depth, velocity, shear, _, measured = zip(*(row[1:] for row in rows), strict=True)
    found = hydraulics.dispersion(width, depth, velocity, shear)
    typical = {name: replay.error_factors(each, measured).typical for name, each in found.items()}
    assert 1.9 < min(typical.values()) < 2.1
    assert max(typical.values()) < 4


def test_nothing_seen_below_enters_the_prediction(cloud):
    """Readings from below are replaced by nonsense: the fit and every forecast stay the same to the last bit."""
    given = facts("cloud")
    rows = [row if row["section"] in cloud.upper else {**row, "mg_l": 9.0} for row in given["observations"]]
    other = replays_cloud.Replay({**given, "observations": rows, "cloud_length": []})
    assert other.fit == cloud.fit
    assert other.conditioned.weights.tolist() == cloud.conditioned.weights.tolist()
    for name in cloud.lower:
        assert other.forecasts(other.at_sections[name]) == cloud.forecasts(cloud.at_sections[name])


def test_the_cloud_fits_what_it_was_fitted_to(cloud):
    """Peaks within the spans that were told or half a day of them; the velocity between those of the bulletins."""
    for row in cloud.given["peaks"]:
        span = [cloud.clock.seconds(row[key]) for key in ("since", "until")]
        assert span[0] - 43_200 <= cloud.cloud.peak_time(cloud.km(row["section"])) <= span[1] + 43_200
    assert 1.2 < 3.6 * cloud.cloud.velocity < 1.45
    assert cloud.conditioned.effective > 50


def test_hits_and_misses_below(cloud):
    """The front is met; the tail is longer than the model's, and is printed as the miss it is."""
    spans = [(row.seen[1].partition(" ")[2], *row.verdicts) for row in replays_cloud._spans(cloud)]
    assert spans == [
        ("first above", "inside", "inside"),
        ("last above", "inside", "above"),
        ("first above", "inside", "inside"),
    ]
    readings = [row.verdicts for row in replays_cloud._readings(cloud)]
    assert [after for _, after in readings].count("inside") == 4
    assert all(before == "inside" for before, _ in readings)


def test_an_impossible_reading_would_be_a_miss(cloud):
    """The scoring can fail: a peak ten times too high, a day before the front."""
    rows = [
        {"section": "tonghe", "time": "2005-12-02T20:00", "mg_l": 5.0},
        {"section": "tonghe", "time": "2005-11-20T00:00", "mg_l": 0.5},
    ]
    other = replays_cloud.Replay({**cloud.given, "observations": [*cloud.observed(cloud.upper), *rows]})
    assert [row.verdicts for row in replays_cloud._readings(other)] == [("above", "above"), ("above", "above")]


def test_a_printed_multiple_that_does_not_follow_from_its_reading_is_named():
    assert "| 120.5 | 133.6 | 否 no |" in replays.metal()
    assert "| 9.89 | 9.89 | 是 yes |" in replays.metal()


def test_the_desk_and_the_brackets_of_the_wave_overlap():
    lines = [line for line in replays_wave.wave().splitlines() if "→" in line and "upper" not in line]
    assert len(lines) >= 2
    assert all(line.endswith("| 重叠 overlap |") for line in lines)
