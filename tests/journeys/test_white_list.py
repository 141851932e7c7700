"""The list of a year: agreed by both, spent by each inside its part, asked about above it, held together at the end."""

from datetime import datetime
from decimal import Decimal

import pytest

from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.loop import exchange, white_list
from adjoin.waste.transfer import Application

NOON = datetime(2026, 9, 4, 12, tzinfo=ZONE)
CODE = "900-052-31"


def swap(pair):
    for _ in range(2):
        exchange.carry(pair["east"], pair["west"], now=NOON)
        exchange.carry(pair["west"], pair["east"], now=NOON)


def asked(tonnes, receiver="R1", **changes):
    facts = {"permit_valid": True, "suspended": False} | changes
    return Application(receiver, CODE, 2026, tonnes, **facts)


@pytest.fixture
def pair(fresh_towns):
    white_list.propose(fresh_towns["east"], 2026, "R1", CODE, {"east": "60", "west": "40"}, by="Li", now=NOON)
    swap(fresh_towns)
    (row,) = white_list.rows(fresh_towns["west"], 2026)
    white_list.agree(fresh_towns["west"], row.id, by="Wang", now=NOON)
    swap(fresh_towns)
    return fresh_towns


def send(side, tonnes, **changes):
    return white_list.apply(side, asked(tonnes, **changes), site="mill-bridge", by="Li", now=NOON)


def test_inside_the_list_it_is_approved_at_once_and_the_other_side_is_told(pair):
    decided = send(pair["east"], 20.5)
    assert decided.verdict.decision == "approve_and_inform"
    assert decided.case is None
    swap(pair)
    for side in pair.values():
        (row,) = white_list.rows(side)
        assert (row.spent, row.left) == (Decimal("20.5"), Decimal("79.5"))


def test_out_of_touch_both_together_never_send_more_than_the_list(pair):
    assert send(pair["east"], 60).verdict.decision == "approve_and_inform"
    assert send(pair["west"], 40).verdict.decision == "approve_and_inform"
    assert send(pair["west"], 0.001).verdict.decision == "consult"
    swap(pair)
    for side in pair.values():
        (found,) = white_list.reconcile(side, 2026)
        assert (found.row.left, found.balanced, found.protests) == (0, True, 0)


def test_above_the_list_or_outside_it_the_other_side_is_asked_with_its_clocks(pair):
    above, outside = send(pair["west"], 40.5), send(pair["west"], 1, receiver="R9")
    for decided in (above, outside):
        assert decided.verdict.decision == "consult"
        assert decided.case.procedure.name == "waste-consent"
        assert decided.spent is None
    assert (above.verdict.quota_left_t, outside.verdict.quota_left_t) == (40, None)


def test_without_a_valid_permit_nothing_moves(pair):
    decided = send(pair["east"], 1, permit_valid=False)
    assert (decided.verdict.decision, decided.case, decided.spent) == ("refuse", None, None)


def test_a_line_counts_once_both_have_signed(fresh_towns):
    east = fresh_towns["east"]
    white_list.propose(east, 2026, "R1", CODE, {"east": "60", "west": "40"}, by="Li", now=NOON)
    assert send(east, 1).verdict.decision == "consult"
    assert white_list.reconcile(east, 2026) == ()


def test_a_line_cannot_be_agreed_by_who_proposed_it_nor_twice(pair):
    (row,) = white_list.rows(pair["east"])
    for side in pair.values():
        with pytest.raises(Refusal):
            white_list.agree(side, row.id, by="Li", now=NOON)
