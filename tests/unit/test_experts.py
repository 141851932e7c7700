"""Experts of both sides: the best staffing, what stands in its way, what a veto costs."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjoin.doors.registry import compute
from adjoin.joint.experts import Expert, Problem, hidden_ties, price_of_vetoes, staff

TOPICS = ("soil", "metals", "water")


@st.composite
def questions(draw):
    skills = st.frozensets(st.sampled_from(TOPICS), min_size=1)
    experts = {
        f"e{i}": Expert(draw(st.sampled_from(["west", "east"])), draw(skills)) for i in range(draw(st.integers(1, 5)))
    }
    problems = {f"p{i}": Problem(draw(skills), draw(st.integers(1, 3))) for i in range(draw(st.integers(1, 3)))}
    pairs = st.tuples(st.sampled_from(sorted(experts)), st.sampled_from(sorted(problems)))
    return experts, problems, draw(st.sets(pairs, max_size=3)), draw(st.integers(1, 2))


def listed(experts, problems, ties, cap):
    """Every staffing, tried; the most matches, or none."""

    def tried(names, load):
        if not names:
            return 0
        problem, best = problems[names[0]], None
        for team in combinations(sorted(experts), problem.need):
            sides = {experts[who].side for who in team}
            fits = all(
                load.get(who, 0) < cap and experts[who].skills & problem.topics and (who, names[0]) not in ties
                for who in team
            )
            if not fits or (problem.need >= 2 and len(sides) < 2):
                continue
            rest = tried(names[1:], {**load, **{who: load.get(who, 0) + 1 for who in team}})
            if rest is not None:
                matches = sum(len(experts[who].skills & problem.topics) for who in team)
                best = max(best or 0, matches + rest)
        return best

    return tried(sorted(problems), {})


@settings(max_examples=300, deadline=None)
@given(questions())
def test_the_best_is_the_best_of_all_that_can_be_listed(question):
    experts, problems, ties, cap = question
    found = staff(experts, problems, ties, cap)
    assert found.best == listed(experts, problems, ties, cap)
    if found.best is None:
        stuck = {name: problems[name] for name in found.cannot}
        assert listed(experts, stuck, ties, cap) is None
        for name in stuck:
            rest = {other: problem for other, problem in stuck.items() if other != name}
            assert listed(experts, rest, ties, cap) is not None
    else:
        assert all(len(found.staffing[name]) == problem.need for name, problem in problems.items())


POOL = {
    "xi": Expert("west", frozenset({"soil", "metals"})),
    "wu": Expert("west", frozenset({"soil"})),
    "dong": Expert("east", frozenset({"metals"})),
}
FIELD = {"p": Problem(frozenset({"soil", "metals"}), 2)}


def test_a_veto_of_either_side_is_kept_and_priced():
    assert staff(POOL, FIELD, [], 1).staffing == {"p": ("dong", "xi")}
    assert staff(POOL, FIELD, [], 1, [("xi", "p")]).staffing == {"p": ("dong", "wu")}
    assert price_of_vetoes(POOL, FIELD, [], 1, [("xi", "p"), ("dong", "p")]) == {("xi", "p"): 1, ("dong", "p"): None}


def test_an_expert_who_hid_a_tie_loses_that_seat():
    staffing = staff(POOL, FIELD, [], 1).staffing
    assert hidden_ties([], [("xi", "p"), ("wu", "p")], staffing) == (("xi", "p"),)
    assert hidden_ties([("xi", "p")], [("xi", "p")], staffing) == ()


@pytest.mark.parametrize(("key", "value"), [("conflicts", [["nobody", "p"]]), ("vetoes", [["xi"]]), ("cap", -1)])
def test_a_question_that_does_not_fit_is_refused_by_its_key(key, value):
    asked = {
        "experts": {"xi": {"side": "west", "skills": ["soil"]}},
        "problems": {"p": {"topics": ["soil"], "need": 1}},
        "cap": 1,
        key: value,
    }
    assert compute("joint.experts", asked, lang="en")["error"]["kind"] in {
        "not_a_choice",
        "not_a_pair",
        "out_of_bounds",
    }
