"""Waste and fair shares: what must hold whoever asks, and in whichever order."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjoin
from adjoin.core.rule import Clock
from adjoin.doors import waste_rules
from adjoin.formats import emergency, rules
from adjoin.formats.procedures import procedures
from adjoin.methods import fair
from adjoin.waste import transfer


@st.composite
def games(draw):
    n = draw(st.integers(2, 4))
    return n, {s: float(draw(st.integers(0, 50))) for s in range(1, 1 << n)}


def excesses(game, x, n):
    return sorted(round(game[s] - sum(v for i, v in enumerate(x) if s >> i & 1), 6) for s in range(1, (1 << n) - 1))


@settings(max_examples=40, deadline=None)
@given(drawn=games())
def test_shares_add_up_and_nobody_does_better(drawn):
    n, game = drawn
    found = fair.shares(game, n, cost=True)
    whole = game[(1 << n) - 1]
    assert sum(found.shapley) == pytest.approx(whole, abs=1e-8)
    assert sum(found.nucleolus) == pytest.approx(whole, abs=1e-6)
    best = excesses(game, found.nucleolus, n)
    for i, j in combinations(range(n), 2):
        for step in (-0.5, 0.5):
            other = list(found.nucleolus)
            other[i], other[j] = other[i] + step, other[j] - step
            assert [round(e, 5) for e in excesses(game, other, n)] <= [round(e, 5) + 1e-4 for e in best]


@settings(max_examples=20, deadline=None)
@given(drawn=games())
def test_shares_do_not_depend_on_who_is_named_first(drawn):
    n, game = drawn
    turned = {int(format(s, f"0{n}b")[::-1], 2): v for s, v in game.items()}
    one, other = fair.shares(game, n, cost=True), fair.shares(turned, n, cost=True)
    assert other.nucleolus[::-1] == pytest.approx(one.nucleolus, abs=1e-6)
    assert other.shapley[::-1] == pytest.approx(one.shapley)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_p_median_is_the_best_of_all_sets(data):
    distance = data.draw(st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=4, max_size=6))
    found = adjoin.compute("waste.p_median", {"distance": distance, "p": 2})
    costs = {pair: sum(min(row[j] for j in pair) for row in distance) for pair in combinations(range(5), 2)}
    least = min(costs.values())
    assert found["objective"] == pytest.approx(least)
    assert costs[min(pair for pair, cost in costs.items() if cost == least)] == least
    assert sum(min(row[j] for j in found["sites"]) for row in distance) == least
    assert found["gap"] <= 1e-9


def test_the_price_of_room_is_what_room_saves():
    asked = {
        "sources": [{"t": 100}, {"t": 80}], "sinks": [{"capacity_t": 90}, {"capacity_t": 200}],
        "cost_yuan_t": [[20, 55], [35, 30]], "risk_per_t": [[1, 4], [2, 2]], "risk_weight_yuan": 5,
    }  # fmt: skip
    found = adjoin.compute("waste.flow", asked)
    more = adjoin.compute("waste.flow", asked | {"sinks": [{"capacity_t": 91}, {"capacity_t": 200}]})
    saved = found["objective_yuan"] - more["objective_yuan"]
    assert saved == pytest.approx(found["capacity_price_yuan_t"][0], rel=1e-5)
    assert saved > 0
    assert found["capacity_price_yuan_t"][1] == pytest.approx(0, abs=1e-6)


def test_swapping_treated_and_control_turns_the_sign():
    one, other = {"before": [1, 2, None], "after": [4, 6, 9]}, {"before": [5, 6], "after": [6, 8]}
    asked = {"treated": one, "control": other, "sample": "all"}
    there = adjoin.compute("causal.difference", asked)
    back = adjoin.compute("causal.difference", asked | {"treated": other, "control": one})
    assert back["effect"] == -there["effect"]
    assert back["se"] == there["se"]


PANEL = {"times": [1, 2], "first_treated_time": 2}
REFUSED = [
    ("waste.clocks", {"accepted": "2026-13-01"}, "not_a_time"),
    ("waste.clocks", {"approved": "9999-01-01"}, "out_of_bounds"),
    ("waste.cost_sharing", {"kind": "cost", "n": 2, "game": {"10": 1, "11": 2}}, "missing_key"),
    ("waste.cost_sharing", {"kind": "cost", "n": 11, "game": {}}, "out_of_bounds"),
    ("waste.p_median", {"nodes": 3, "edges": [[1, 2, 5]], "p": 1}, "out_of_bounds"),
    ("waste.p_median", {"nodes": 3, "edges": [[1, 4, 5]], "p": 1}, "out_of_bounds"),
    ("waste.p_median", {"distance": [[1, 2], [1]], "p": 1}, "uneven_lists"),
    ("causal.difference", PANEL | {"panel": {"a": [1, 2]}, "treated": ["b"]}, "not_a_choice"),
    ("causal.difference", PANEL | {"panel": {"a": [1, None]}, "treated": ["a"]}, "gap_in_panel"),
]


@pytest.mark.parametrize(("method", "asked", "kind"), REFUSED)
def test_bad_input_is_refused(method, asked, kind):
    assert adjoin.compute(method, asked, lang="en")["error"]["kind"] == kind


def test_the_clocks_of_a_transfer_are_the_decree_in_the_data():
    decree = waste_rules.decree()
    assert (decree.status, decree.since.isoformat(), decree.valid_months) == ("seen1", "2022-01-01", 12)
    found = adjoin.compute("waste.clocks", {"accepted": "2026-03-02"})
    assert found["clauses"] == {"first_opinion_by": "art. 24", "answer_by": "art. 25", "decision_by": "art. 26"}
    assert (found["law"], found["status"]) == (decree.name, decree.status)
    slower = replace(decree, clocks=decree.clocks | {"first_opinion_by": Clock(6, "workdays")})
    days = transfer.steps(date(2026, 3, 2), None, None, slower, rules.calendar())
    assert days["first_opinion_by"] == date(2026, 3, 10)
    leap = transfer.valid_until(date(2024, 2, 29), date(2030, 1, 1), date(2030, 1, 1), decree)
    assert leap == date(2025, 2, 28)
    error = adjoin.compute("waste.clocks", {"received": "2021-12-31"}, lang="en")["error"]
    assert error["kind"] == "before_the_law"


def test_the_consent_procedure_keeps_the_clocks_of_the_decree():
    moves, clocks = procedures()["waste-consent"].moves, waste_rules.decree().clocks
    assert moves["accept"].within["request"] == clocks["first_opinion_by"]
    assert moves["request"].within["consent"] == clocks["answer_by"]
    assert moves["consent"].within["approve"] == clocks["decision_by"]


def test_the_six_cases_that_count_as_large_are_there_for_the_desk():
    law = emergency.reporting()
    cases = [*law.counts_as_large, *law.also_large]
    assert [each["code"] for each in cases] == list(law.unclear_cases)
    assert len(cases) == 6
    assert all(each["zh"] and each["en"] for each in cases)
