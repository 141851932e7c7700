"""Linear programs: the pencil case, and a bound that anybody can add up again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjoin.methods.optimise import INFINITE, Program, Row, bound, solve, violation


def test_a_case_for_pencil():
    program = Program((2, 3), (0, 0), (4, INFINITE), (Row({0: 1, 1: 1}, low=10), Row({0: 1}, high=3)))
    found = solve(program)
    assert found.primal == pytest.approx((3, 7))
    assert found.prices == pytest.approx((3, -1))
    assert found.objective == pytest.approx(27)
    assert found.bound == pytest.approx(27)


def test_whole_numbers_and_infeasible():
    knapsack = Program((-5, -4, -3), (0,) * 3, (1,) * 3, (Row({0: 2, 1: 3, 2: 1}, high=5),), frozenset({0, 1, 2}))
    assert solve(knapsack).objective == pytest.approx(-9)
    assert solve(knapsack).gap == 0
    assert solve(Program((1,), (0,), (1,), (Row({0: 1}, low=2),))).status == "infeasible"


@settings(max_examples=60, deadline=None)
@given(
    cost=st.lists(st.integers(0, 20), min_size=2, max_size=5),
    data=st.data(),
)
def test_the_prices_prove_the_optimum_without_the_solver(cost, data):
    n = len(cost)
    rows = tuple(
        Row(dict(enumerate(data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)))), low=need)
        for need in data.draw(st.lists(st.integers(0, 30), min_size=1, max_size=4))
    )
    program = Program(tuple(map(float, cost)), (0.0,) * n, (10.0,) * n, rows)
    found = solve(program)
    if found.status == "optimal":
        assert violation(program, found.primal) <= 1e-7
        assert bound(program, found.prices) == pytest.approx(found.objective, abs=1e-6)
        assert found.gap <= 1e-6
    else:
        assert any(10 * sum(row.terms.values()) < row.low for row in rows)
