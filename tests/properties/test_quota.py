"""Whatever two sides do to a quota while they are out of touch, no more is spent than there is."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from simulator import Node
from two_sides import NOON, QuickSigner, exchange, two_sides

from adjoin.core.entry import fingerprint_of
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import entry_of
from adjoin.joint.keys import Keys
from adjoin.joint.quota import ZERO, check, quotas

HISTORIES = 1000
NAME = "Q-east-1"
ANSWERED = {"accept": "hand", "decline": "hand", "take-back": "decline", "return": "spend"}
OPEN = {
    "quota": NAME, "do": "open", "unit": "t", "total": "100.0", "about": "HW08",
    "parts": {"east": "60", "west": "40.0"},
}  # fmt: skip


def held(side):
    peer = side.peer_entries if isinstance(side, Node) else map(entry_of, side.peer_lines)
    return [*side.entries, *peer]


def nodes():
    signers = [QuickSigner(party) for party in ("east", "west")]
    keys = Keys.of([each.key for each in signers])
    return tuple(Node(each.key.party, keys, each, None, timedelta()) for each in signers)


def agreed(*, quick=False):
    east, west = nodes() if quick else two_sides()
    opened = east.sign("quota", OPEN)
    exchange(east, west)
    west.sign("quota", {"quota": NAME, "do": "agree"}, answers=fingerprint_of(opened))
    exchange(east, west)
    return east, west


def say(side, do, answers=None, **more):
    return side.sign("quota", {"quota": NAME, "do": do, **more}, answers=answers)


def parts(side):
    return {party: (part.held, part.spent, part.offered) for party, part in quotas(held(side)).get(NAME).parts.items()}


def test_a_part_is_handed_over_by_an_entry_that_both_sign():
    east, west = agreed()
    hand = say(east, "hand", to="west", amount="20")
    assert parts(east) == {"east": (40, 0, 20), "west": (40, 0, 0)}  # it left at once
    exchange(east, west)
    say(west, "accept", answers=fingerprint_of(hand))
    say(west, "spend", amount="55")
    exchange(east, west)
    assert parts(east) == parts(west) == {"east": (40, 0, 0), "west": (5, 55, 0)}
    assert not quotas(held(east)).protests


def test_what_was_declined_goes_back_only_when_the_giver_takes_it():
    east, west = agreed()
    hand = say(east, "hand", to="west", amount="60")
    exchange(east, west)
    no = say(west, "decline", answers=fingerprint_of(hand))
    exchange(east, west)
    assert parts(east)["east"] == (0, 0, 60)
    say(east, "take-back", answers=fingerprint_of(no))
    say(east, "take-back", answers=fingerprint_of(no))
    assert parts(east)["east"] == (60, 0, 0)
    assert [each.fault for each in quotas(held(east)).protests] == ["quota_answered"]


def test_too_much_was_spent_and_comes_back():
    east, _ = agreed()
    spent = say(east, "spend", amount="50", **{"for": "truck 7"})
    say(east, "return", answers=fingerprint_of(spent), amount="30")
    assert parts(east)["east"] == (40, 20, 0)


FAULTS = {
    "quota_overspent": ("east", {"do": "spend", "amount": "60.01"}),
    "quota_bad_body": ("east", {"do": "spend", "amount": -3}),
    "quota_unknown": ("east", {"do": "spend", "quota": "Q-east-9", "amount": "1"}),
    "quota_exists": ("east", OPEN),
    "quota_wrong_sum": ("east", {**OPEN, "quota": "Q-east-2", "total": "99"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_count_is_refused_before_it_is_signed_and_named_after(fault):
    east, west = agreed()
    party, body = FAULTS[fault]
    side = {"east": east, "west": west}[party]
    before = held(side)
    entry = side.sign("quota", {"quota": NAME, **body})
    with pytest.raises(Refusal, match=fault):
        check(before, entry)
    exchange(east, west)
    for each in (east, west):
        assert [protest.fault for protest in quotas(held(each)).protests] == [fault]
        assert quotas(held(each)).get(NAME).parts == quotas(before).get(NAME).parts


def test_nobody_spends_before_both_have_signed():
    east, west = two_sides()
    opened = east.sign("quota", OPEN)
    say(east, "spend", amount="1")
    say(east, "agree", answers=fingerprint_of(opened))
    exchange(east, west)
    assert [each.fault for each in quotas(held(west)).protests] == ["quota_not_agreed", "quota_not_yours"]


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e3", "Infinity", "", " 1x", "1" * 41, 3, None, "0.0000000000001"])
def test_an_amount_that_is_none(amount):
    east, _ = agreed()
    say(east, "spend", amount=amount)
    assert [each.fault for each in quotas(held(east)).protests] == ["quota_bad_body"]


def history(seed):
    """Both sides ask for more than they may, answer what they have seen or have not, and rarely meet."""
    rng = Random(seed)
    sides = agreed(quick=True)
    clock = NOON
    for _ in range(rng.randint(8, 24)):
        clock += timedelta(hours=1)
        side = rng.choice(sides)
        to = "west" if side.party == "east" else "east"
        do = rng.choice(["spend", "hand", "hand", "accept", "decline", "take-back", "return", "meet", "meet"])
        size = str(rng.choice([1, 3, 7, 10, Decimal("0.5"), 61]))
        if do in {"spend", "hand"}:
            say(side, do, amount=size, to=to)
        elif do != "meet":
            known = quotas(held(side)).get(NAME).steps
            fitting = [each.entry for each in known if rng.random() < 0.02 or each.do == ANSWERED[do]]
            say(side, do, answers=rng.choice(fitting or [None]), amount=size)
        elif do == "meet":
            rng.choice([exchange, lambda east, west: west.take(east.package())])(*sides)
    return sides


def test_a_thousand_histories_out_of_touch_overspend_nothing_and_agree():
    counts = Counter()
    for seed in range(HISTORIES):
        east, west = history(seed)
        for side in (east, west):  # before they meet as well as after
            mine = quotas(held(side)).get(NAME)
            whole = sum((part.held + part.spent + part.offered for part in mine.parts.values()), ZERO)
            assert whole == mine.total == 100, f"seed {seed}"
            assert min(min(part.held, part.spent, part.offered) for part in mine.parts.values()) >= 0, f"seed {seed}"
            assert mine.spent <= mine.total
        exchange(east, west)
        both = quotas(held(east))
        assert both == quotas(held(west)), f"seed {seed}"
        counts.update(step.do for step in both.get(NAME).steps)
        counts["protests"] += len(both.protests)
    assert min(counts[do] for do in ("spend", "hand", "accept", "decline", "take-back", "return")) > HISTORIES / 50
    print(f"{HISTORIES} histories out of touch: 0 overspent, {dict(counts)}")
