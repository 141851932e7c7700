"""What a procedure must not have, each in the smallest procedure that has it."""

import pytest

from adjoin.core.refusal import Refusal
from adjoin.formats.procedures import procedure_from, procedures
from adjoin.joint.prove import prove


def two_roles(moves, final, **more):
    return procedure_from(
        {"name": "small", "roles": ["a", "b"], "start": {"a": "a0", "b": "b0"}, "moves": moves, "final": final, **more}
    )


@pytest.mark.parametrize("name", procedures())
def test_each_procedure_that_comes_with_adjoin_is_proved(name):
    assert prove(procedures()[name]).proved


def test_a_dead_end():
    proof = prove(
        two_roles(
            {"go": {"by": "a", "a": {"a0": "a1"}}, "end": {"by": "a", "a": {"a0": "a2"}}},
            [{"a": "a2", "then": "ended"}],
        )
    )
    assert proof.dead_ends == (("a1", "b0"),)
    assert not proof.proved
    assert proof.found == "dead_ends: a1/b0"


def test_a_wait_without_a_clock():
    moves = {"ask": {"by": "a", "a": {"a0": "a1"}}, "tell": {"by": "b", "a": {"a1": "a1"}, "b": {"b0": "b1"}}}
    final = [{"b": "b1", "then": "told"}]
    assert prove(two_roles(moves, final)).unclocked == (("a0", "b0", "ask"),)
    moves["ask"]["within"] = {"tell": "3 workdays"}
    assert prove(two_roles(moves, final)).proved


def test_a_clash_of_two_moves_that_do_not_commute():
    moves = {"withdraw": {"by": "a", "a": {"a0": "a1"}}, "decline": {"by": "b", "b": {"b0": "b1"}}}
    proof = prove(two_roles(moves, [{"a": "a1", "then": "withdrawn"}, {"b": "b1", "then": "declined"}]))
    assert proof.clashes == (("a0", "b0", "decline", "withdraw"),)


def test_two_moves_that_commute_are_no_clash():
    clocks = {"within": {"sign_a": "3 days", "sign_b": "3 days"}}
    moves = {"sign_a": {"by": "a", "a": {"a0": "a1"}, **clocks}, "sign_b": {"by": "b", "b": {"b0": "b1"}, **clocks}}
    assert prove(two_roles(moves, [{"a": "a1", "b": "b1", "then": "signed"}])).proved


def test_a_trap():
    around = {"within": {"around": "3 days", "end": "3 days"}}
    moves = {
        "enter": {"by": "a", "a": {"a0": "a1"}, **around},
        "around": {"by": "a", "a": {"a1": "a1"}, **around},
        "end": {"by": "a", "a": {"a0": "a2"}},
    }
    final = [{"a": "a2", "then": "ended"}]
    assert prove(two_roles(moves, final)).cannot_end == (("a1", "b0"),)
    assert prove(two_roles(moves, final, at_most={"around": 2})).dead_ends == (("a1", "b0"),)


def test_a_walk_without_end_is_refused():
    moves = {"around": {"by": "a", "a": {"a0": "a0"}}, "back": {"by": "b", "b": {"b0": "b0"}}}
    huge = two_roles(moves, [{"a": "a1", "then": "never"}], at_most={"around": 99_999, "back": 99_999})
    with pytest.raises(Refusal, match="procedure_too_large"):
        prove(huge)
