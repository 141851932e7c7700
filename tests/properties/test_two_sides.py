"""Whatever is lost, late, repeated, cut off or set back: once the net heals both sides hold the same, all of it, once.

The number of seeds is ADJOIN_SEEDS; `python tests/simulator.py SEED` plays one again and prints its steps.
"""

import os

import pytest
import simulator

SEEDS = int(os.environ.get("ADJOIN_SEEDS", "20000"))


def test_no_seed_diverges_loses_or_doubles():
    counts = simulator.play_all(0, SEEDS)
    per_thousand = {name: counts[name] * 1000 / SEEDS for name in counts}
    assert per_thousand["moves"] > 1500
    assert per_thousand["protests"] > 250
    assert per_thousand["followed"] > 5
    for name in ("repeated", "lost", "cut", "gap", "crashes", "own_tail_cut", "fork", "forks ended"):
        assert per_thousand[name] > 2, (name, counts)
    print(f"{SEEDS} seeds: 0 divergences, 0 lost, 0 doubled; {dict(sorted(counts.items()))}")


def test_what_an_entry_was_for_its_maker_it_is_for_both():
    """Whether it counts or is a protest lies in its own past, never in what arrived when."""
    told = 0
    for seed in range(1, 400):
        world = simulator.world(seed)
        for _ in range(14):
            world.step()
        before = [fate(side, side.party, world.clock) for side in world.sides]
        world.settle()
        for side, said in zip(world.sides, before, strict=True):
            after = fate(world.sides[0], side.party, world.clock)
            kept = {name: counted for name, counted in said.items() if name in after}
            assert {name: after[name] for name in kept} == kept, f"seed {seed}"
            told += len(kept)
    assert told > 1000


def fate(side, party, now):
    """Of each move that a party asked for: whether it counted."""
    folded = side.folded(now)
    counted = {step.entry: True for case in folded.cases for step in case.steps if step.party == party}
    return counted | {protest.entry: False for protest in folded.protests if protest.party == party}


def test_a_seed_plays_the_same_history_again():
    assert simulator.told(280) == simulator.told(280)
    assert any("goes back" in line for seed in range(40) for line in simulator.told(seed))


def test_a_seed_that_fails_is_named(monkeypatch):
    monkeypatch.setattr(simulator, "check", lambda _: 1 / 0)
    with pytest.raises(AssertionError, match="seed 7: ZeroDivisionError"):
        simulator.play(7)
    assert "seed 7" in simulator.told(7)[-1]
