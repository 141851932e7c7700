"""Nitrogen, phosphorus, settled samples and pools through their doors, at their edges."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.signal import fftconvolve
from scipy.stats import gamma

import adjoin
from adjoin.core.refusal import Refusal
from adjoin.water import phosphorus, pools, settled, travel
from adjoin.water.passage import Passage
from adjoin.water.phosphorus import Bed, Fines, Load
from adjoin.water.travel import Cumulants

NITROGEN = {
    "organic_N_mg_L": 1.5, "NH3N_mg_L": 2.0, "NO3N_mg_L": 0.8, "T_C": 20, "ko20_per_d": 0.2, "theta_o": 1.047,
    "kn20_per_d": 0.5, "theta_n": 1.083, "u_m_s": 0.25, "x_km": [0, 20, 60],
}  # fmt: skip
OXYGEN = {
    "L0_mg_L": 10, "kd20_per_d": 0.35, "theta_d": 1.047, "ka20_per_d": 0.9, "theta_a": 1.024, "DO0_mg_L": 7.5,
    "DOsat_mg_L": 9.1,
}  # fmt: skip
FINES = {"w_m_s": 1e-5, "tau_d_Pa": 0.1, "tau_e_Pa": 0.4, "M_g_m2_s": 0.01, "q_g_kg": 0.8}
POOL = {
    "storage": {"level_m": [100, 110, 130], "volume_m3": [0, 1e8, 5e8]},
    "level_m": 115, "Q_m3_s": 100, "tanks": 3, "k_per_d": 0.05,
}  # fmt: skip


def ask(method, given):
    return adjoin.compute(f"water.{method}", given, lang="en")


def test_deficits_by_cause_make_the_deficit():
    found = ask("nitrification", NITROGEN | {"oxygen": OXYGEN | {"SOD20_g_m2_d": 1, "theta_s": 1.06, "H_m": 2}})
    parts = np.sum(list(found["deficit_mg_L"].values()), axis=0)
    assert np.allclose(9.1 - parts, found["DO_mg_L"], atol=1e-14)
    assert found["DO_least_mg_L"] == min(found["DO_mg_L"])
    assert found["DO_mg_L"][0] == pytest.approx(7.5)


def test_plants_may_give_more_than_is_taken():
    plants = ask("nitrification", NITROGEN | {"oxygen": OXYGEN | {"photosynthesis_mg_L_d": 3}})
    bare = ask("nitrification", NITROGEN | {"oxygen": OXYGEN})
    assert plants["deficit_mg_L"]["bed"][1] < 0 == bare["deficit_mg_L"]["bed"][1]
    assert plants["DO_mg_L"][1] > bare["DO_mg_L"][1]


def test_oxygen_below_zero_is_said_not_clipped():
    found = ask("nitrification", NITROGEN | {"oxygen": OXYGEN | {"L0_mg_L": 80}})
    assert found["DO_least_mg_L"] < 0
    assert found["flags"] == ["oxygen_below_zero"]


def test_warm_water_nitrifies_faster():
    cold, warm = (ask("nitrification", NITROGEN | {"T_C": celsius}) for celsius in (8, 28))
    assert warm["NH3N_mg_L"][2] < cold["NH3N_mg_L"][2]


@pytest.mark.parametrize(
    ("method", "given", "kind"),
    [
        ("nitrification", NITROGEN | {"kn20_per_d": -0.1}, "out_of_bounds"),
        ("nitrification", {k: v for k, v in NITROGEN.items() if k != "kn20_per_d"}, "missing_key"),  # never guessed
        ("nitrification", NITROGEN | {"x_km": [1.0] * 10_001}, "too_much_work"),
        ("nitrification", NITROGEN | {"oxygen": OXYGEN | {"SOD20_g_m2_d": 1}}, "missing_key"),
        ("pool", POOL | {"level_m": 99}, "outside_storage"),
        ("pool", POOL | {"level_m": 130.01}, "outside_storage"),
        ("pool", POOL | {"level_m": 100}, "empty_pool"),
        ("pool", POOL | {"storage": {"level_m": [100, 110], "volume_m3": [0, 1, 2]}}, "storage_too_short"),
        ("pool", POOL | {"storage": {"level_m": [100, 110], "volume_m3": [5, 5]}}, "storage_falls"),
        ("pool", POOL | {"storage": {"level_m": [100, 90], "volume_m3": [0, 5]}}, "storage_falls"),
        ("pool", POOL | {"C_in_mg_L": [[0, 1]], "time_h": [-1]}, "not_ascending"),
        ("pool", POOL | {"C_in_mg_L": [[0, -1]], "time_h": [1]}, "out_of_bounds"),
        ("pool", POOL | {"C_in_mg_L": [[0, 1]], "time_h": [1], "tanks": 100_000}, "too_much_work"),
        ("settled", {"dissolved_mg_L": 1, "bound": [], "layer_m": 1}, "empty_list"),
        ("settled", {"dissolved_mg_L": 1, "bound": [{"mg_L": 1, "D_um": 5}], "layer_m": 1}, "missing_key"),  # T_C
    ],
)
def test_what_cannot_be_answered_is_refused(method, given, kind):
    error = ask(method, given)["error"]
    assert error["kind"] == kind
    assert all(error[part] for part in ("met", "expected", "do"))


@pytest.mark.parametrize("kd", [None, 1.0, 5e4, 1e6])
@pytest.mark.parametrize("bed", [Bed(0.7, 0, 1e-3), Bed(0, 30, 1e-3), Bed(0.7, 30, 8e-4), Bed(1e-9, 3, 1e-3)])
def test_the_closed_form_is_what_a_solver_finds(kd, bed):
    start = phosphorus.partitioned(0.17, 80, kd) if kd else Load(0.05, 0.12, 80)

    def grows(_, y):
        whole, matter = y
        held = (kd or 0) * 1e-6 * matter
        bound = whole * held / (1 + held) if kd else whole - start.dissolved
        return [bed.lifted * bed.content - bed.settling * bound, bed.lifted - bed.settling * matter]

    solved = solve_ivp(grows, (0, 1.7), [start.whole, start.suspended], rtol=1e-11, atol=1e-13).y[:, -1]
    found = phosphorus.along(start, bed, 1.7, kd).load
    assert (found.whole, found.suspended) == pytest.approx(tuple(solved), rel=1e-8)


def test_a_bed_neither_takes_nor_gives_at_its_thresholds():
    fine = Fines(1e-4, 0.1, 0.4, 0.01, 0.8)
    assert Bed.of(fine, 2, 0.1).settling == Bed.of(fine, 2, 0.4).lifted == 0
    assert Bed.of(fine, 2, 0.0).settling == pytest.approx(1e-4 / 2 * 86400)
    assert Bed.of(fine, 2, 0.8).lifted == pytest.approx(0.01 / 2 * 86400)


def test_long_in_slow_water_only_the_dissolved_is_left():
    slow = [{"L_m": 1e6, "u_m_s": 0.05, "H_m": 1, "tau_Pa": 0.001}]
    given = {"whole_mg_L": 0.3, "Kd_L_kg": 1e4, "suspended_mg_L": 200, "fines": FINES, "reaches": slow}
    found = ask("phosphorus", given)
    assert found["whole_mg_L"][0] == pytest.approx(0.1, rel=1e-6)
    assert found["dissolved_mg_L"][0] == pytest.approx(0.1, rel=1e-12)
    assert found["balance_error"] < 1e-12


def test_shear_from_slope_is_shear_from_the_speed_that_manning_gives():
    depth, slope, manning = 3.0, 2e-4, 0.03
    speed = depth ** (2 / 3) * slope**0.5 / manning
    assert phosphorus.shear_of_velocity(speed, depth, manning) == pytest.approx(phosphorus.shear_of_slope(depth, slope))


@pytest.mark.parametrize(
    ("um", "celsius", "nu"), [(2, 20, 1.0034e-6), (10, 5, 1.519e-6), (20, 20, 1.0034e-6)]
)  # viscosity: IAPWS
def test_fine_grains_sink_by_stokes(um, celsius, nu):
    stokes = 1.65 * 9.80665 * (um * 1e-6) ** 2 / (18 * nu)
    assert settled.grain_velocity(um * 1e-6, celsius) == pytest.approx(stokes, rel=0.04)


def test_a_coarse_grain_sinks_as_measured():
    assert settled.grain_velocity(1e-3, 20) == pytest.approx(0.13, rel=0.1)  # sand of 1 mm: 0.12 to 0.14 m/s


def test_a_river_passes_a_pool_on_its_way():
    reach = {"L_m": 20000, "u_m_s": 0.5, "D_m2_s": 50, "k_per_d": 0.1}
    pool = {"V_m3": 2e6, "Q_m3_s": 50, "tanks": 3, "k_per_d": 0.1}
    river, both = ask("travel", {"reaches": [reach]}), ask("travel", {"reaches": [reach, pool]})
    body = pools.Pool(2e6, 50, 3, 0.1 / 86400)
    assert both["mean_s"] - river["mean_s"] == pytest.approx(float(body.cumulants.mean))
    assert both["recovery"] == pytest.approx(river["recovery"] * float(body.cumulants.survival))
    assert both["peak_per_s"] < river["peak_per_s"]


def test_an_accident_passes_a_pool_on_its_way():
    river = {"L": 20_000, "u": 0.5, "D": 50, "Q": 50}
    pool = {"L": 4000, "Q": 50, "V_m3": 5e6, "tanks": 4, "down": "b"}
    through = {
        "reaches": {"a": river | {"down": "p"}, "p": pool, "b": river | {"down": None}},
        "release": {"reach": "a", "start_h": 0, "duration_h": 0, "mass_kg": 1000},
        "limit_mg_L": 0.5,
        "receptors": {"intake": {"reach": "b"}},
        "samples": 50,
    }
    past = through | {"reaches": through["reaches"] | {"p": river | {"L": 4000, "down": "b"}}}
    slow, fast = (ask("accident", each)["receptors"]["intake"] for each in (through, past))
    assert slow["peak_h"][1] - fast["peak_h"][1] > 10  # its water takes 28 h to change
    assert slow["banks"]["mean"]["critical_kg"][1] > fast["banks"]["mean"]["critical_kg"][1]


@pytest.mark.parametrize(("tanks", "peak_off"), [(1, 0.25), (2, 0.03), (4, 0.03), (10, 0.03)])
@pytest.mark.parametrize("residence", [2e4, 1e5])
def test_three_moments_behind_a_pool_are_near_the_exact_passage(tanks, peak_off, residence):
    reach, pool = travel.of_one(20_000, 0.5, 50, 0.0), pools.Pool(residence, 1.0, tanks).cumulants
    edges = np.arange(0, 40 * residence + 3e5, 100.0)
    leaves = np.diff(gamma.cdf(edges, tanks, scale=residence / tanks))
    exact = fftconvolve(reach.arrival.density(edges[:-1] + 50), leaves)[: len(leaves)]  # a mean of each 100 s
    names = ("log_survival", "mean", "variance", "third")
    both = Passage.of(Cumulants(*(np.asarray(getattr(reach, n) + getattr(pool, n)) for n in names)), 0.0)
    assert float(both.rate(both.peak_time())) == pytest.approx(exact.max(), rel=peak_off)
    if tanks > 1:
        exact_times = [edges[np.searchsorted(np.cumsum(exact) * 100, part)] for part in (0.05, 0.5, 0.95)]
        assert [float(both.pulse.quantile(part)) for part in (0.05, 0.5, 0.95)] == pytest.approx(exact_times, rel=0.012)


def test_one_tank_is_said():
    pool = {"L": 4000, "Q": 50, "V_m3": 5e6, "down": None}
    given = {"release": {"reach": "p", "start_h": 0, "mass_kg": 1}, "receptors": {"dam": {"reach": "p"}}, "samples": 50}
    one, two = (ask("accident", given | {"reaches": {"p": pool | {"tanks": n}}})["flags"] for n in (1, 2))
    assert "pool_of_one_tank" in one
    assert "pool_of_one_tank" not in two


def test_a_volume_leads_back_to_its_level():
    curve = pools.Storage([100, 110, 130], [0, 1e8, 5e8])
    assert curve.level_of(2e8) == 115
    with pytest.raises(Refusal, match="outside_storage"):
        curve.level_of(6e8)
