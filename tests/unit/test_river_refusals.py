"""What the doors to rivers refuse, each with a remedy in both languages, and what they answer with a flag."""

import math

import pytest

import adjoin

A = {"down": None, "L": 1000, "u": 0.5, "D": 50, "Q": 100}
SPILL = {
    "reaches": {"A": A}, "release": [{"reach": "A", "mass_kg": 1, "start_h": 0, "duration_h": 0}],
    "threshold_mg_L": 0.1, "outlets": ["A"],
}  # fmt: skip
ACCIDENT = {
    "reaches": {"A": A},
    "release": {"reach": "A", "mass_kg": 1},
    "receptors": {"r": {"reach": "A"}},
    "samples": 10,
}
SEARCH = {"reaches": {"A": A}, "spike": {"reach": "A", "time_h": 0, "mg_L": 1}, "samples": 10}
CHANNEL = {"u_m_s": 0.5, "D_m2_s": 50, "k_per_s": 0, "L_m": 1000}
SEGMENTS = {
    "length_m": [100], "D_m2_s": [1], "A_m2": [1], "As_m2": [0], "alpha_per_s": [0], "q_lateral_m3_s_m": [0],
}  # fmt: skip
TRANSPORT = {
    "segments": SEGMENTS, "Q_upstream_m3_s": 1, "upstream_C_mg_L": [[0, 1]], "stations_m": [50], "time_h": [1],
}  # fmt: skip


def released(**change):
    return SPILL | {"release": [SPILL["release"][0] | change]}


REFUSED = [
    ("water.spill", SPILL | {"outlets": ["Z"]}, "no_such_reach"),
    ("water.spill", released(reach="Z"), "no_such_reach"),
    ("water.spill", released(mass_kg=-1), "out_of_bounds"),
    ("water.spill", released(mass_kg=0), "out_of_bounds"),
    ("water.spill", released(mass_kg=math.nan), "not_a_json_number"),
    ("water.spill", released(duration_h=-1), "out_of_bounds"),
    ("water.spill", SPILL | {"release": []}, "empty_list"),
    ("water.spill", SPILL | {"reaches": {"A": A | {"Q": 0}}}, "out_of_bounds"),
    ("water.spill", SPILL | {"reaches": {"A": A | {"u": 0}}}, "out_of_bounds"),
    ("water.spill", SPILL | {"reaches": {"A": A | {"Q": None}}}, "not_measured"),
    ("water.spill", SPILL | {"reaches": {"A": A | {"down": "B"}}}, "down_is_nowhere"),
    ("water.spill", SPILL | {"reaches": {"A": A | {"down": "A"}}}, "ring_of_reaches"),
    ("water.spill", SPILL | {"reaches": {"A": A | {"down": "B"}, "B": A | {"down": "A"}}}, "ring_of_reaches"),
    ("water.spill", SPILL | {"reaches": {str(i): A for i in range(5001)}}, "too_much_work"),
    ("water.accident", ACCIDENT | {"release": {"reach": "Z"}}, "no_such_reach"),
    ("water.accident", ACCIDENT | {"receptors": {}}, "empty_object"),
    ("water.accident", ACCIDENT | {"receptors": {"r": {"reach": "Z"}}}, "no_such_reach"),
    ("water.accident", ACCIDENT | {"receptors": {"r": {"reach": "A", "bank": "upper"}}}, "not_a_choice"),
    ("water.accident", ACCIDENT | {"release": {"reach": "A", "mass_kg": -1}}, "out_of_bounds"),
    ("water.accident", ACCIDENT | {"release": {"reach": "A", "mass_kg": [2, 1]}}, "not_a_span"),
    ("water.accident", ACCIDENT | {"release": {"reach": "A", "fraction": 2}}, "out_of_bounds"),
    ("water.accident", ACCIDENT | {"limit_mg_L": 0}, "out_of_bounds"),
    ("water.accident", ACCIDENT | {"log_sigma": {"flow": 9}}, "out_of_bounds"),
    (
        "water.accident",
        ACCIDENT | {"samples": 20_000, "receptors": {str(i): {"reach": "A"} for i in range(300)}},
        "too_much_work",
    ),
    ("water.accident", ACCIDENT | {"readings": [{"receptor": "x", "time_h": 1, "mg_L": 1}]}, "reading_elsewhere"),
    (
        "water.accident",
        ACCIDENT | {"readings": [{"receptor": "r", "time_h": 1, "mg_L": 1, "bank": "near"}]},
        "no_such_bank",
    ),
    ("water.accident", ACCIDENT | {"readings": [{"receptor": "r", "time_h": -1, "mg_L": 1}]}, "no_sample_fits"),
    (
        "water.accident",
        ACCIDENT | {"release": {"reach": "A"}, "readings": [{"receptor": "r", "time_h": 1, "below_mg_L": 1}]},
        "mass_needs_detection",
    ),
    ("water.search", SEARCH | {"spike": {"reach": "A", "fraction": 0, "time_h": 0, "mg_L": 1}}, "nothing_above"),
    ("water.search", SEARCH | {"spike": {"reach": "A", "time_h": 0, "mg_L": -1}}, "out_of_bounds"),
    ("water.search", SEARCH | {"sources": {"x": {"reach": "Z"}}}, "no_such_reach"),
    ("water.breakthrough", CHANNEL | {"u_m_s": 0}, "out_of_bounds"),
    ("water.breakthrough", CHANNEL | {"D_m2_s": -1}, "out_of_bounds"),
    ("water.tanks", {"tau_d": 1, "k_per_d": 1, "n": 0}, "out_of_bounds"),
    ("water.transport", TRANSPORT | {"segments": SEGMENTS | {"A_m2": [1, 2]}}, "not_as_long"),
    ("water.transport", TRANSPORT | {"time_h": [2, 1]}, "not_ascending"),
    ("water.transport", TRANSPORT | {"time_h": [0]}, "not_ascending"),
    ("water.transport", TRANSPORT | {"stations_m": [101]}, "out_of_bounds"),
    ("water.transport", TRANSPORT | {"dx_m": 0.001}, "too_much_work"),
    ("water.transport", TRANSPORT | {"time_h": [100_000]}, "too_much_work"),
    ("water.travel_time", {"Da_km2": 10, "Qa": 0, "Q": 1, "L_km": 1, "mass_kg": 1, "recovery": 1}, "out_of_bounds"),
]


@pytest.mark.parametrize(("method", "asked", "kind"), REFUSED)
def test_refused_with_a_remedy(method, asked, kind):
    for lang in ("zh", "en"):
        error = adjoin.compute(method, asked, lang=lang)["error"]
        assert error["kind"] == kind
        assert all(error[part] and "—" not in error[part] for part in ("met", "expected", "do"))


def test_a_reach_above_the_release_is_no_number():
    asked = SPILL | {"reaches": {"U": A | {"down": "A"}, "A": A, "I": A}, "outlets": ["U", "I", "A"]}
    answer = adjoin.compute("water.spill", asked)
    assert answer["U"] == answer["I"] == {"downstream": False, "mass_passed_kg": 0}
    assert answer["A"]["downstream"]


def test_no_threshold_is_said():
    answer = adjoin.compute("water.spill", SPILL | {"threshold_mg_L": None})
    assert answer["flags"] == ["no_limit"]
    assert answer["A"]["first_above_threshold_h"] is None
    assert answer["A"]["peak_mg_L"] > 0


def test_a_threshold_that_is_never_reached_has_no_time():
    answer = adjoin.compute("water.spill", SPILL | {"threshold_mg_L": 1e6})["A"]
    assert answer["first_above_threshold_h"] is answer["last_above_threshold_h"] is None


@pytest.mark.parametrize(
    "change", [{"u": 1e-4, "D": 1e5}, {"u": 20, "D": 1e-4, "L": 1e7}, {"k_per_d": 1000}, {"L": 1e-3}]
)
@pytest.mark.parametrize("hours", [0, 1e-3, 1, 1e4])
def test_extreme_rivers_get_numbers_or_nothing(change, hours):
    reaches = {"A": A | change}
    release = {"reach": "A", "mass_kg": 1, "start_h": 0, "duration_h": hours}
    one = adjoin.compute("water.spill", SPILL | {"reaches": reaches, "release": [release]})["A"]
    many = adjoin.compute("water.accident", ACCIDENT | {"reaches": reaches, "release": release, "limit_mg_L": 1})
    for numbers in (one.values(), many["receptors"]["r"]["banks"]["mean"].values()):
        flat = [x for each in numbers for x in (each if isinstance(each, list) else [each])]
        assert all(x is None or math.isfinite(x) for x in flat)
    assert one["mass_passed_kg"] <= 1
