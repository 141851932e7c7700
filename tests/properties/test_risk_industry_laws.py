"""Laws of events and measures: graver facts never soften a grade, order does not matter, optima are optima."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjoin
from adjoin.doors import risk_rules
from adjoin.industry import technologies
from adjoin.industry.cost_curve import Technology, cost_curve
from adjoin.methods.written import as_written
from adjoin.risk import depots
from adjoin.risk.levels import LEVELS

COUNTS = st.fixed_dictionaries(
    {}, optional={name: st.integers(0, 60_000) for name in ("deaths", "injured", "evacuated", "loss_yuan")}
)


@given(facts=COUNTS, name=st.sampled_from(["deaths", "injured", "evacuated", "loss_yuan"]), more=st.integers(1, 10**8))
def test_a_graver_fact_never_softens_an_event(facts, name, more):
    before = adjoin.compute("risk.event", {"facts": facts})
    after = adjoin.compute("risk.event", {"facts": facts | {name: facts.get(name, 0) + more}})
    assert LEVELS.index(after["grade"]) <= LEVELS.index(before["grade"])


def test_a_pond_never_improves_when_a_level_worsens():
    rule = risk_rules.ponds()
    grave = {"一般": 0, "较大": 1, "重大": 2}
    grades = {
        (h, s, r): grave[rule.matrix[f"H{h}"][f"S{s}"][r - 1]] for h, s, r in itertools.product((1, 2, 3), repeat=3)
    }
    for code, met in grades.items():
        for i in range(3):
            worse = (*code[:i], code[i] - 1, *code[i + 1 :])
            assert grades.get(worse, 3) >= met


def test_a_firm_never_improves_when_a_level_worsens():
    rule, order = risk_rules.firms(), ("一般", "较大", "重大")
    for e, row in rule.matrix.items():
        for q, grades in row.items():
            places = [order.index(grade) for grade in grades]
            assert places == sorted(places), (e, q)
    for q, m in itertools.product(("Q1", "Q2", "Q3"), range(4)):
        by_e = [order.index(rule.matrix[e][q][m]) for e in ("E1", "E2", "E3")]
        assert by_e == sorted(by_e, reverse=True)


def test_every_table_from_memory_says_so():
    for name in ("enterprise-hj941", "tailings-hj740"):
        assert risk_rules.warnings(name) == [f"unofficial until the table is confirmed: {risk_rules.law(name)['name']}"]
    asked = {"sources": [{"nuclide": "Kr-85", "activity_ref_TBq": 1, "days_since": 1}]}
    assert len(adjoin.compute("risk.source_category", asked)["warnings"]) == 2
    fresh = {"sources": [{"nuclide": "Co-60", "activity_ref_TBq": 1, "days_since": 0}]}
    assert adjoin.compute("risk.source_category", fresh)["warnings"] == []


@given(st.permutations([("Co-60", 0.03), ("Cs-137", 0.1), ("Ir-192", 0.08), ("Ra-226", 0.28)]))
def test_the_category_does_not_depend_on_the_order(sources):
    rows = [{"nuclide": n, "activity_ref_TBq": a, "days_since": 0} for n, a in sources]
    answer = adjoin.compute("risk.source_category", {"sources": rows})
    assert (answer["sum_A_over_D"], answer["category"]) == (10.0, "II")


PLACES = st.integers(3, 7).flatmap(
    lambda m: st.tuples(
        st.lists(st.lists(st.integers(0, 40), min_size=m, max_size=m), min_size=2, max_size=9), st.integers(1, m)
    )
)


@settings(max_examples=25, deadline=None)
@given(PLACES, st.data())
def test_a_program_finds_what_looking_at_all_sets_finds(asked, data):
    rows, p = asked
    weight = data.draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows)))
    places = depots.Places(tuple(map(tuple, rows)), tuple(weight), 12)
    for question in (
        depots.nearest,
        depots.most_covered,
        lambda *args, **more: depots.most_covered(*args, times=2, **more),
    ):
        seen, solved = question(places, p), question(places, p, few=0)
        assert seen.value == solved.value
        assert solved.gap <= 1e-9
        if seen.sets is not None:
            assert solved.sites in seen.sets
    sets = list(itertools.combinations(range(places.sites), p))
    assert depots.farthest_m(places, p) == min(max(min(row[j] for j in s) for row in rows) for s in sets)


TECHNOLOGY = st.tuples(st.integers(-30, 60), st.sampled_from([0.1, 0.2, 0.3, 1, 2, 2.5, 7, 10]))


@settings(max_examples=150, deadline=None)
@given(st.lists(TECHNOLOGY, min_size=1, max_size=8), st.sampled_from([0, 0.3, 0.6, 2, 5, 12, 30]), st.booleans())
def test_the_cheapest_set_is_the_cheapest_of_all_sets(rows, target, grouped):
    listed = [Technology(f"t{i}", cost, potential) for i, (cost, potential) in enumerate(rows)]
    groups = [[each.name for each in listed[:2]], [each.name for each in listed[2:5]]] if grouped else []
    groups = [group for group in groups if group]
    allowed = [
        chosen
        for bits in itertools.product((False, True), repeat=len(listed))
        for chosen in [[t for t, bit in zip(listed, bits, strict=True) if bit]]
        if all(sum(t.name in group for t in chosen) <= 1 for group in groups)
    ]
    reaching = [c for c in allowed if sum(t.effect for t in c) >= as_written(target)]
    found = technologies.cheapest(listed, as_written(target), groups)
    if not reaching:
        assert found == technologies.OutOfReach(float(max(sum(t.effect for t in c) for c in allowed)))
        return
    best = min(reaching, key=lambda c: (sum(t.cost for t in c), -sum(t.effect for t in c), sorted(t.name for t in c)))
    assert found.names == tuple(sorted(t.name for t in best))
    assert found.proved
    assert found.bound_yuan <= found.cost_yuan + 1e-9
    free = [t for t in listed if not any(t.name in g for g in groups)]
    choices = [[t for t in listed if t.name in g] for g in groups] + [[t] for t in free]
    price = Fraction(found.price_yuan_t)
    by_hand = price * as_written(target) + sum(
        min(0, *(t.cost - price * t.effect for t in choice)) for choice in choices
    )
    assert found.bound_yuan == pytest.approx(float(by_hand), abs=1e-6)


@given(st.lists(TECHNOLOGY, min_size=1, max_size=8), st.sampled_from([0, 0.3, 0.6, 2, 5, 12, 30]))
def test_a_curve_adds_up_and_is_never_dearer_than_whole_measures(rows, target):
    listed = [Technology(f"t{i}", cost, potential) for i, (cost, potential) in enumerate(rows)]
    curve = cost_curve(listed, target)
    assert math.isclose(curve.removed_t, math.fsum(tonnes for _, tonnes in curve.chosen), abs_tol=1e-9)
    assert curve.removed_t + curve.shortfall_t >= target - 1e-9
    whole = technologies.cheapest(listed, as_written(target))
    if isinstance(whole, technologies.Selection):
        assert curve.cost_yuan <= whole.cost_yuan + 1e-9


def test_two_hundred_measures_are_chosen_in_seconds():
    listed = [Technology(f"t{i:03}", 7 + (i * 37) % 101, 1 + (i * 53) % 89) for i in range(200)]
    found = technologies.cheapest(listed, Fraction(4001))
    assert found.proved
    assert found.removed_t >= 4001
    assert found.cost_yuan - found.bound_yuan <= 0.01 * found.cost_yuan


REFUSED = [
    ("risk.event", {"facts": {"death": 3}}, "unknown_fact"),
    ("risk.event", {"facts": {"deaths": 3}, "on": "2010-01-01"}, "before_the_law"),
    ("risk.event", {"facts": {"border": "river"}}, "not_a_choice"),
    ("risk.report_clock", {"grade": "I", "clear": True, "discovered": "9999-12-31T23:00"}, "not_a_time"),
    ("risk.source_category", {"sources": [{"nuclide": "Co-61"}]}, "unknown_nuclide"),
    ("risk.tailings", {"H_points": {"type": 49}}, "out_of_bounds"),
    ("risk.drill", {"tasks": [{"task": "x", "target_min": 1, "done_min": 1, "correct": 1, "weight": 0}]}, "no_weight"),
    ("risk.depots", {"distance_m": [[1, 2], [3]], "weight": [1, 1], "reach_m": 1, "p": 1}, "uneven_row"),
    ("industry.annual_cost", {"capital_yuan": -1}, "out_of_bounds"),
    ("industry.cost_curve", {"technologies": [{"name": "a", "cost_yuan_t": 1, "potential_t": 0}]}, "out_of_bounds"),
    ("industry.vehicle_dust", {"kind": "construction", "distributions": {}}, "no_interval_here"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "asked", "kind"), REFUSED)
def test_what_does_not_fit_is_refused_by_name(method, asked, kind):
    assert adjoin.compute(method, asked)["error"]["kind"] == kind


def test_draws_below_zero_have_no_power():
    asked = {"kind": "paved_road", "k_g_km": 0.62, "sL_g_m2": 0.8, "W_t": 3.2, "eta": 0.3, "km": 1,
             "vehicles_per_year": 1, "rain_days": 0, "distributions": {"W_t": ["normal", 1, 1]}}  # fmt: skip
    assert adjoin.compute("industry.vehicle_dust", asked)["error"]["kind"] == "draws_without_power"


def test_nothing_of_a_category_applies():
    row = {"name": "x", "weight": 1, "limit": True}
    rows = [row | {"category": "a", "category_weight": 0.5, "grade": "I"},
            row | {"category": "b", "category_weight": 0.5, "grade": None, "name": "y"}]  # fmt: skip
    rule = {"threshold": {"I": 85, "II": 85, "III": 100}, "others_for_I": None}
    answer = adjoin.compute("industry.cleaner_production", {"indicators": rows, "rule": rule})
    assert (answer["undefined"], answer["missing_groups"], answer["level"]) == (True, ["b"], None)
    assert "Y" not in answer
