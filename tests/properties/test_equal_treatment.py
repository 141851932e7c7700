"""Both sides judge alike: planted inequalities are found, none is invented, and swapping sides swaps the columns."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from adjoin.doors.given import Given
from adjoin.doors.joint_people import discretion
from adjoin.joint.compare import Clause, Factor, Stretch, alike, bank, conflicts, differences, unequal

CASES = json.loads((Path(__file__).parents[2] / "cases" / "joint.equal_treatment.json").read_text("utf-8"))
TABLE = discretion(Given.of(CASES["cases"][0]["given"]["tables"]["A"]))
NUMBERS = st.fractions(min_value=-1, max_value=20, max_denominator=100)


def other_value(factor, place):
    """The factor with one of its values, by band or word, a tenth further on."""
    if factor.values is not None:
        word = sorted(factor.values)[place % len(factor.values)]
        return replace(factor, values={**factor.values, word: factor.values[word] + Fraction(1, 10)})
    bands = [*factor.bands]
    low, high, value = bands[place % len(bands)]
    bands[place % len(bands)] = (low, high, value + Fraction(1, 10))
    return replace(factor, bands=tuple(bands))


def moved_end(factor, place, by):
    """The factor with the end between two bands moved."""
    bands = [*factor.bands]
    i = place % (len(bands) - 1)
    end = bands[i][1] + by
    bands[i], bands[i + 1] = (bands[i][0], end, bands[i][2]), (end, bands[i + 1][1], bands[i + 1][2])
    return replace(factor, bands=tuple(bands))


@st.composite
def planted(draw):
    """A table like the first but for one thing, and the name of that thing."""
    kind = draw(st.sampled_from(["value", "end", "weight", "correction"]))
    if kind == "correction":
        name = draw(st.sampled_from(sorted(TABLE.corrections)))
        value = TABLE.corrections[name] + draw(st.sampled_from([-1, 1])) * Fraction(1, 20)
        return replace(TABLE, corrections={**TABLE.corrections, name: value}), name
    names = sorted(name for name, factor in TABLE.factors.items() if factor.bands or kind != "end")
    name = draw(st.sampled_from(names))
    factor, place = TABLE.factors[name], draw(st.integers(0, 5))
    changed = {
        "value": lambda: other_value(factor, place),
        "end": lambda: moved_end(factor, place, Fraction(draw(st.integers(1, 4)), 10)),
        "weight": lambda: replace(factor, weight=factor.weight + Fraction(1, 10)),
    }[kind]()
    return replace(TABLE, factors={**TABLE.factors, name: changed}), name


@settings(max_examples=200, deadline=None)
@given(planted())
def test_every_planted_inequality_is_found_by_the_bank(pair):
    other, name = pair
    tables = {"A": TABLE, "B": other}
    found = unequal(tables, bank(tables))
    assert found
    assert {reason for _, each in found for reason in each.because} == {name}


def test_none_is_invented():
    tables = {"A": TABLE, "B": TABLE}
    assert unequal(tables, bank(tables)) == []


@settings(max_examples=200, deadline=None)
@given(planted(), NUMBERS, NUMBERS, st.sampled_from(["ordinary", "water source"]), st.booleans(), st.booleans())
def test_swapping_the_sides_swaps_the_columns_and_nothing_else(pair, times, days, place, repeat, told):
    facts = {"times_over": times, "duration_days": days, "place": place, "repeat": repeat, "self_reported": told}
    one, other = alike(facts, {"A": TABLE, "B": pair[0]}), alike(facts, {"A": pair[0], "B": TABLE})
    assert one.measured == {"A": other.measured["B"], "B": other.measured["A"]}
    assert (one.equal, one.same_band, one.because) == (other.equal, other.same_band, other.because)


@settings(max_examples=100, deadline=None)
@given(planted(), NUMBERS, NUMBERS)
def test_what_the_bank_does_not_show_is_not_there(pair, times, days):
    """Outside the bank too, no other factor ever makes a difference."""
    facts = {"times_over": times, "duration_days": days, "place": "ordinary", "repeat": True, "self_reported": True}
    assert set(alike(facts, {"A": TABLE, "B": pair[0]}).because) <= {pair[1]}


def clause(quantity, value, since="2002-06-01", place=""):
    return Clause(quantity, "III", Fraction(value), date.fromisoformat(since), place)


RULES = {
    "A": [clause("NH3-N", "1.0"), clause("CODMn", "6"), clause("TP", "0.2", place="river")],
    "B": [
        clause("NH3-N", "1.0"), clause("CODMn", "6", "2024-01-01"), clause("TP", "0.15", place="river"),
        clause("Tl", "0.0001"),
    ],
}  # fmt: skip


def test_rules_are_compared_clause_by_clause_on_a_day():
    found = differences(RULES, date(2025, 1, 1))
    assert [(each.quantity, each.kind, each.stricter, sorted(each.values)) for each in found] == [
        ("CODMn", "since", None, ["A", "B"]),
        ("TP", "value", "B", ["A", "B"]),
        ("Tl", "only_at", None, ["B"]),
    ]
    early = differences(RULES, date(2010, 6, 30))
    assert ("CODMn", "only_at", ["A"]) in [(each.quantity, each.kind, sorted(each.values)) for each in early]


def test_swapping_the_rule_sets_swaps_who_is_stricter():
    swapped = differences({"A": RULES["B"], "B": RULES["A"]}, date(2025, 1, 1))
    assert [each.stricter for each in swapped] == [None, "A", None]


def test_one_water_under_two_aims_is_found_once_and_neighbours_are_left_alone():
    zones = [
        Stretch("west", 0, 10, "III"), Stretch("west", 10, 30, "II"), Stretch("east", 8, 12, "III"),
        Stretch("east", 12, 20, "II"), Stretch("east", 20, 40, "III"),
    ]  # fmt: skip
    found = {(one.target, other.target, max(one.since_km, other.since_km)) for one, other in conflicts(zones)}
    assert found == {("III", "II", 10), ("II", "III", 20)}
    assert len(conflicts(zones)) == 2


def test_a_factor_of_one_side_only_makes_the_difference_by_its_name():
    more = replace(TABLE, factors={**TABLE.factors, "scale": Factor(Fraction(1, 10), values={"small": Fraction(1)})})
    facts = {"times_over": Fraction(1), "duration_days": Fraction(1), "place": "ordinary", "scale": "small"}
    assert alike(facts, {"A": TABLE, "B": more}).because == ("scale",)
