"""Whatever is lost, late or repeated on the way: once all has arrived, both sides hold the same cases and protests."""

import os
from datetime import timedelta
from random import Random

from two_sides import NOON, SEEN_IT, two_sides

from adjoin.formats.procedures import procedures

SEEDS = int(os.environ.get("ADJOIN_SEEDS", "2000"))
OPENINGS = {"joint-inspection": "hand_over", "search-call": "call", "joint-sampling": "propose_plan"}


def turn(side):
    return any(case.open_to(side.party) for case in side.folded().cases)


def act(side, rng, at, one_matter):
    """One move: mostly an open one, sometimes one that is not."""
    cases = side.folded().cases
    if not cases or (not one_matter and rng.random() < 0.1):
        return begin(side, rng, at, ["search-call"] if one_matter else sorted(OPENINGS))
    waiting = [case for case in cases if case.open_to(side.party)]
    if not waiting and rng.random() < 0.6:
        return None
    case = rng.choice(waiting or cases)
    mine = case.open_to(side.party)
    if mine and rng.random() < 0.9:
        return side.move(case.id, rng.choice(mine).name, at)
    too_early = [name for name, move in case.procedure.moves.items() if move.by == case.role_of(side.party)]
    move = rng.choice([*too_early, "no_such_move"])
    return side.move(
        case.id, move, at, reason=rng.choice(["", "so", "so"]), evidence=rng.choice([(), SEEN_IT, SEEN_IT])
    )


def begin(side, rng, at, names):
    """A case opened, sometimes by the wrong side or under a number that is taken."""
    name = rng.choice(names)
    parties = rng.choice([("east", "west"), ("west", "east")])
    roles = dict(zip(procedures()[name].roles, parties, strict=True))
    return side.open(f"C-{side.party}-{rng.choice([len(side.entries), 0]):04}", name, OPENINGS[name], roles, at)


def deliver(to, package, at):
    """A gap is no fault of anybody: it says from where to ask. Anything else would be a false alarm."""
    said = to.take(package, at)
    assert {fault.fault for fault in said.faults} <= {"gap"}
    return said


def history(seed):
    """Two sides that act and send; the net loses, delays and repeats."""
    rng = Random(seed)
    sides = two_sides()
    net, clock = [], NOON
    good_line = seed % 4 == 0  # both in touch and at one matter: then a case comes to an end, and the next one opens
    for _ in range(rng.randint(6, 19)):
        side = rng.choice(sides)
        if good_line:
            side = next((each for each in sides if turn(each)), side)
        to = sides[1 - sides.index(side)]
        clock += timedelta(hours=rng.randint(1, 30))
        chance = rng.random()
        if chance < (0.9 if good_line else 0.5):
            act(side, rng, clock + timedelta(minutes=rng.randint(-600, 600)), good_line)
            if good_line:
                deliver(to, side.package(), clock)
        elif chance < 0.75:
            net.append((to, side.package(since=rng.choice([None, None, 0, len(side.lines)]))))
        elif net:
            to, package = net[rng.randrange(len(net))]
            deliver(to, package, clock)
            if rng.random() < 0.5:
                net.remove((to, package))
    return sides, net, clock


def settle(sides, net, clock):
    """All that is still on the way arrives, then each side sends twice more."""
    east, west = sides
    for to, package in net:
        deliver(to, package, clock)
    for _ in range(2):
        assert not west.take(east.package(), clock).faults
        assert not east.take(west.package(), clock).faults


def test_both_sides_fold_to_the_same_cases_and_protests():
    steps = protests = children = 0
    for seed in range(SEEDS):
        sides, net, clock = history(seed)
        settle(sides, net, clock)
        east, west = (side.folded(clock) for side in sides)
        assert east == west, f"seed {seed}"
        steps += sum(len(case.steps) for case in east.cases)
        protests += len(east.protests)
        children += sum(case.parent is not None for case in east.cases)
    assert steps > 2 * SEEDS
    assert protests > SEEDS / 4
    assert children > SEEDS / 200
    print(f"{SEEDS} seeds: {steps} moves counted, {protests} protests, {children} cases that followed, 0 divergences")


def test_what_an_entry_was_for_its_maker_it_is_for_both():
    """Whether it counts or is a protest lies in its own past, never in what arrived when."""
    for seed in range(SEEDS // 5):
        sides, net, clock = history(seed)
        before = [fate(side, side.party, clock) for side in sides]
        settle(sides, net, clock)
        for side, said in zip(sides, before, strict=True):
            assert fate(sides[0], side.party, clock) == said, f"seed {seed}"


def fate(side, party, now):
    """Of each move that a party asked for: whether it counted."""
    folded = side.folded(now)
    counted = {step.entry: True for case in folded.cases for step in case.steps if step.party == party}
    return counted | {protest.entry: False for protest in folded.protests if protest.party == party}
