"""Water divided on a river: least flows first, then benefit; quotas and canals; what is missing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjoin

RIVER = {"down": [1, None], "local_inflow": [10, 2], "min_outflow": [3, 5], "demand": [4, 9], "benefit": [2, 1]}


def test_a_river_for_pencil():
    found = adjoin.compute("water.allocate", RIVER)
    assert found["deliveries"] == {"0": pytest.approx(4), "1": pytest.approx(3)}  # 12 in, 5 stay, 7 to give
    assert found["outflow"] == pytest.approx([6, 5])
    assert found["optimum_benefit"] == pytest.approx(11)
    assert found["worth_of_inflow"] == pytest.approx([1, 1])
    assert found["unmet"]["1"] == pytest.approx(6)


def test_a_quota_is_kept_and_its_worth_said():
    asked = RIVER | {"party": ["a", "b"], "quota": {"a": 1}}
    found = adjoin.compute("water.allocate", asked)
    assert found["accounts"]["a"] == {"used": 1, "quota": 1, "left": 0, "worth_of_quota": 1}
    assert found["accounts"]["b"]["left"] is None
    more = adjoin.compute("water.allocate", asked | {"quota": {"a": 2}})
    assert more["optimum_benefit"] - found["optimum_benefit"] == pytest.approx(1)


def test_a_canal_brings_water_with_its_losses_and_stands_beside_the_river_without():
    two = {"down": [None, None], "local_inflow": [10, 1], "min_outflow": [2, 1], "demand": [3, 5], "benefit": [1, 4],
           "diversions": [{"from": 0, "to": 1, "capacity": 6, "arrives": 0.5}]}  # fmt: skip
    found = adjoin.compute("water.allocate", two)
    assert found["diverted"] == pytest.approx([6])
    assert found["deliveries"] == {"0": pytest.approx(2), "1": pytest.approx(3)}
    assert found["without_diversions"]["outflow"] == pytest.approx([7, 1])
    assert found["optimum_benefit"] == pytest.approx(14)
    dry = adjoin.compute("water.allocate", two | {"min_outflow": [2, 3]})
    assert dry["without_diversions"] == {"infeasible": True, "reaches": [1]}


def test_what_is_missing_is_said_by_reach():
    found = adjoin.compute("water.allocate", RIVER | {"min_outflow": [10.5, 13]})
    assert found == {"infeasible": True, "reaches": [0, 1], "missing": pytest.approx({"0": 0.5, "1": 1})}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"down": [1, 0]}, "water_in_a_ring"),
        ({"diversions": [{"from": 1, "to": 0, "capacity": 1}]}, "water_in_a_ring"),
        ({"down": [2, None]}, "down_is_nowhere"),
        ({"demand": [1]}, "uneven_lists"),
        ({"demand": [-1, 1]}, "out_of_bounds"),
        ({"party": ["a", "b"], "quota": {"c": 1}}, "not_a_choice"),
        ({"party": ["a"]}, "uneven_lists"),
    ],
)
def test_what_cannot_be_divided_is_refused(change, kind):
    error = adjoin.compute("water.allocate", RIVER | change, lang="en")["error"]
    assert error["kind"] == kind
    assert all(error[part] for part in ("met", "expected", "do"))


@settings(max_examples=30, deadline=None)
@given(data=st.data(), n=st.integers(1, 7))
def test_water_balances_and_sides_do_not_matter(data, n):
    down = [None, *(data.draw(st.integers(0, i)) for i in range(n - 1))]
    column = st.lists(st.integers(0, 9), min_size=n, max_size=n)
    asked = {"down": down, "party": [data.draw(st.sampled_from("ab")) for _ in down], "quota": {}}
    asked |= {key: data.draw(column) for key in ("local_inflow", "min_outflow", "demand", "benefit")}
    found = adjoin.compute("water.allocate", asked)
    turned = asked | {"party": ["b" if each == "a" else "a" for each in asked["party"]]}
    other = adjoin.compute("water.allocate", turned)
    assert other["infeasible"] == found["infeasible"]
    if found["infeasible"]:
        assert other == found
        return
    assert other["deliveries"] == found["deliveries"]
    assert sum(found["deliveries"].values()) + found["outflow"][0] == pytest.approx(sum(asked["local_inflow"]))
    assert all(out >= least - 1e-7 for out, least in zip(found["outflow"], asked["min_outflow"], strict=True))
    assert found["decision"]["gap"] <= 1e-7
