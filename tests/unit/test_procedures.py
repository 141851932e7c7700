"""A procedure file that is wrong is refused by the name of the file and the place in it."""

import copy

import pytest

from adjoin.core.refusal import Refusal
from adjoin.core.rule import Clock
from adjoin.formats.procedures import procedure_from, procedures, read_procedures

GOOD = {
    "name": "small",
    "roles": ["a", "b"],
    "start": {"a": "a0", "b": "b0"},
    "moves": {
        "ask": {"by": "a", "a": {"a0": "a1"}, "within": {"tell": "3 workdays"}},
        "tell": {"by": "b", "b": {"b0": "b1"}},
    },
    "final": [{"b": "b1", "then": "told"}],
}

WRONG = {
    "a key that nobody knows": (["colour"], "red", "-"),
    "no roles": (["roles"], [], "roles"),
    "a role twice": (["roles"], ["a", "a"], "roles"),
    "no start": (["start"], {"a": "a0"}, "start.b"),
    "a truth value as a state": (["start", "a"], True, "start.a"),
    "a move by nobody": (["moves", "ask", "by"], "c", "moves.ask.by"),
    "a move that does not say what it does to its maker": (["moves", "ask", "by"], "b", "moves.ask.b"),
    "a clock of no kind": (["moves", "ask", "within", "tell"], "soon", "moves.ask.within.tell"),
    "a clock for no move": (["moves", "ask", "within"], {"shout": "3 days"}, "moves.ask.within"),
    "a need that nobody knows": (["moves", "ask", "needs"], "luck", "moves.ask.needs"),
    "a final line of no role": (["final"], [{"then": "told"}], "final[0]"),
    "no final": (["final"], [], "final"),
    "a bound that is no number": (["at_most"], {"ask": "often"}, "at_most.ask"),
    "a bound of no move": (["at_most"], {"shout": 3}, "at_most"),
    "a clause for no clock": (["clauses"], {"ask": "art. 1"}, "clauses"),
    "a day that is none": (["since"], "soon", "since"),
    "moves that are a list": (["moves"], ["ask"], "moves"),
}  # fmt: skip


def test_the_good_one_is_read():
    procedure = procedure_from(GOOD)
    assert procedure.moves["ask"].within["tell"] == Clock(3, "workdays")
    assert [move.name for move in procedure.open_moves(procedure.start, {})] == ["ask", "tell"]


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_one_is_refused_by_its_place(how):
    path, value, place = WRONG[how]
    given = copy.deepcopy(GOOD)
    inner = given
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(Refusal) as refused:
        procedure_from(given, "small.yaml")
    assert (refused.value.kind, refused.value.facts["file"], refused.value.facts["place"]) == (
        "bad_procedure", "small.yaml", place,
    )  # fmt: skip


def test_a_case_may_only_go_on_in_a_procedure_that_is_there(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(
        "name: small\nroles: [a, b]\nstart: {a: a0, b: b0}\nmoves: {end: {by: a, a: {a0: a1}}}\n"
        "final: [{a: a1, then: ended, opens: nowhere}]\n",
        "utf-8",
    )
    with pytest.raises(Refusal) as refused:
        read_procedures([file])
    assert (refused.value.facts["place"], refused.value.facts["met"]) == ("final.opens", "nowhere")


@pytest.mark.parametrize("name", procedures())
def test_every_role_state_move_and_outcome_has_its_words_in_both_languages(name):
    procedure = procedures()[name]
    takes = [pairs for move in procedure.moves.values() for pairs in move.takes.values()]
    states = {state for pairs in takes for pair in pairs.items() for state in pair}
    keys = {name, *procedure.roles, *procedure.moves, *states, *(final.then for final in procedure.final)}
    assert {key: set(procedure.words.get(key, {})) for key in keys} == {key: {"zh", "en"} for key in keys}
    assert set(procedure.words) == keys
