"""Packages that are not what they should be, and clocks that are wrong: nothing of it is taken, and why is said."""

from datetime import date, timedelta

import pytest
from sides import START, TOWNS, Clock
from transcript import Story

from adjoin.core.refusal import Refusal
from adjoin.formats.messages import messages
from adjoin.loop import exchange, hand_over, workspace

WAVE = "F-mill-bridge-w21011-20260902"


@pytest.fixture
def wave(fresh_towns, clock):
    story = Story(fresh_towns, clock, finding=WAVE)
    story.do("east", "call")
    return story


def test_a_package_from_an_unknown_key_is_refused_whole(wave, tmp_path, clock):
    stranger = workspace.init(tmp_path / "east", region=TOWNS, party="east", now=clock())
    west = wave.pair["west"]
    before = west.done.sizes()
    came = exchange.take(west, exchange.export(stranger, now=clock()), now=clock())
    assert (came.entries, came.readings) == (0, 0)
    assert [each.fault for each in came.faults] == ["bad_checkpoint_signature"]
    assert west.done.sizes() == before
    (refused,) = exchange.status(west).refused
    assert refused.faults[0]["fault"] == "bad_checkpoint_signature"


def test_before_keys_were_compared_nothing_is_believed(tmp_path, clock):
    pair = {side: workspace.init(tmp_path / side, region=TOWNS, party=side, now=clock()) for side in ("east", "west")}
    came = exchange.carry(pair["east"], pair["west"], now=clock())
    assert [each.fault for each in came.faults] == ["unknown_key"]
    fault = came.faults[0]
    assert "east" in messages().say(fault.key, "en", **fault.said)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:0],
        lambda data: b"not a package" + data[:9],
        lambda data: data[: len(data) // 2],
        lambda data: data[:4] + bytes(200),
    ],
    ids=["empty", "text", "half of it", "zeros"],
)
def test_a_damaged_package_is_refused_whole(wave, damage):
    west = wave.pair["west"]
    data = exchange.export(wave.pair["east"], now=wave.clock())
    with pytest.raises(Refusal, match="bad_package_file"):
        exchange.take(west, damage(data), now=wave.clock())
    assert wave.seen("west") == "-"


def test_one_changed_byte_anywhere_in_the_entries_is_found(wave):
    west = wave.pair["west"]
    data = exchange.export(wave.pair["east"], now=wave.clock())
    start = data.index(b'{"payload"')
    for at in range(start, start + 900, 90):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(Refusal):  # the ZIP itself carries a sum
            exchange.take(west, changed, now=wave.clock())
    assert wave.seen("west") == "-"


def test_ones_own_package_brings_nothing(wave):
    east = wave.pair["east"]
    came = exchange.take(east, exchange.export(east, now=wave.clock()), now=wave.clock())
    assert [each.fault for each in came.faults] == ["own_package"]


def test_a_package_of_another_pair_is_refused(wave, fresh_pair):
    came = exchange.take(
        wave.pair["west"], exchange.export(fresh_pair["chongqing"], now=wave.clock()), now=wave.clock()
    )
    assert came.faults
    assert came.entries == 0


def test_a_clock_a_year_ahead_moves_no_deadline(fresh_towns, clock):
    """Clocks start on the day the other side had it, by the other side's clock."""
    wrong = Story(fresh_towns, Clock(START + timedelta(days=365)), finding=WAVE)
    wrong.do("east", "call")
    exchange.carry(fresh_towns["east"], fresh_towns["west"], now=clock())
    exchange.carry(fresh_towns["west"], fresh_towns["east"], now=clock())
    wrong.clock = clock
    for side in ("east", "west"):
        (waiting,) = [each for each in wrong.of(side).deadlines if each.move == "accept"]
        assert (waiting.since, waiting.due) == (date(2026, 9, 4), date(2026, 9, 9))


def test_a_clock_a_year_behind_its_own_key_is_named(fresh_towns, clock):
    behind = Story(fresh_towns, Clock(START - timedelta(days=365)), finding=WAVE)
    behind.do("east", "call")
    came = exchange.carry(fresh_towns["east"], fresh_towns["west"], now=clock())
    assert [each.fault for each in came.faults] == ["key_not_valid"]
    assert came.entries == 0
    assert hand_over.cases(fresh_towns["west"], now=clock()) == ()
    said = messages().say(came.faults[0].key, "en", **came.faults[0].said)
    assert "2025-09" in said
    assert "2026-09" in said


def test_malformed_packages_leave_the_book_as_it_was(wave):
    """The same changes as in memory, on a real book."""
    from random import Random

    from test_mutations import MALFORMED, unpacked

    from adjoin.formats import exchange as form

    west, rng = wave.pair["west"], Random(120)
    data = exchange.export(wave.pair["east"], now=wave.clock())
    members, true = dict(unpacked(data)), form.read(data)
    before = (west.done.sizes(), west.done.lines(), west.done.cosigned("east"), west.observed.version())
    refused = 0
    for _ in range(120):
        bad = rng.choice(MALFORMED)(data, members, rng)
        try:
            if form.read(bad) == true:
                continue
            came = exchange.take(west, bad, now=wave.clock())
            refused += bool(came.faults)
        except Refusal:
            refused += 1
        assert (west.done.sizes(), west.done.lines(), west.done.cosigned("east"), west.observed.version()) == before
    assert refused > 100
    assert exchange.take(west, data, now=wave.clock()).entries == 2
