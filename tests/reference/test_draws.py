"""The published vectors of adjoin-draw-1, its refusals, and how often each unit is drawn."""

import hashlib
import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjoin.core.refusal import Refusal
from adjoin.doors.registry import compute
from adjoin.joint import inspection
from adjoin.joint.inspection import Stream, Terms, draw, draw_in_silence, inclusion, plain, weighted

VECTORS = json.loads((Path(__file__).parent / "joint_draws.json").read_text("utf-8"))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_words_of_the_stream(case):
    stream = Stream(bytes.fromhex(case["key"]), case["hash"])
    assert [stream.word() for _ in case["first_words"]] == case["first_words"]


@pytest.mark.parametrize("case", VECTORS["refusals"], ids=lambda case: case["say"])
def test_a_reveal_that_does_not_match_is_refused(case):
    asked = {"hash": "sha256", "terms": case["terms"], "seeds": case["seeds"], "commits": case["commits"]}
    met = compute("joint.draw", asked)
    assert met["refused"]
    assert all(party in case["expect"] for party in met["not_matching"])
    assert len(met["not_matching"]) == (2 if "and" in case["expect"].partition("(")[0] else 1)
    assert met["sample"] is None


def keys(count):
    return [hashlib.sha256(str(i).encode()).digest() for i in range(count)]


def within_four_errors(counts, chances, draws):
    for name, chance in chances.items():
        error = (float(chance) * (1 - float(chance)) / draws) ** 0.5
        assert abs(counts[name] / draws - float(chance)) <= 4 * error


DRAWS = 100_000


def test_one_of_seven_is_drawn_as_published():
    counts = Counter(plain(Stream(key), "abcdefg", 1)[0] for key in keys(DRAWS))
    assert sorted(counts.values()) == sorted(VECTORS["uniformity"]["counts"])


def test_weights_are_kept_within_four_standard_errors():
    weights, exact = VECTORS["inclusion_probabilities"]["weights"], VECTORS["inclusion_probabilities"]["exact"]
    chances = inclusion(weights, 2)
    assert chances == {name: Fraction(text) for name, text in exact.items()}
    counts = Counter(name for key in keys(DRAWS) for name in weighted(Stream(key), weights, 2))
    within_four_errors(counts, chances, DRAWS)


def test_a_plain_sample_favours_nobody():
    units = [f"u{i}" for i in range(10)]
    counts = Counter(name for key in keys(20_000) for name in plain(Stream(key), units, 3))
    within_four_errors(counts, dict.fromkeys(units, Fraction(3, 10)), 20_000)


@settings(max_examples=50, deadline=None)
@given(
    weights=st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 9), min_size=1, max_size=12),
    seed=st.binary(min_size=32, max_size=32),
    data=st.data(),
)
def test_a_weighted_draw_is_the_one_a_reader_would_make_by_hand(weights, seed, data):
    count = data.draw(st.integers(0, sum(weight > 0 for weight in weights.values())))
    stream, left, drawn = Stream(seed), dict(weights), []
    for _ in range(count):
        number = stream.below(sum(left.values()))
        for name in sorted(left):
            if number < left[name]:
                break
            number -= left[name]
        drawn.append(name)
        del left[name]
    assert weighted(Stream(seed), weights, count) == drawn


@settings(max_examples=150, deadline=None)
@given(data=st.data(), seed=st.binary(min_size=32, max_size=32))
def test_a_team_is_drawn_whenever_one_exists_and_keeps_every_rule(data, seed):
    inspectors = tuple("pqrs"[: data.draw(st.integers(1, 4))])
    units = tuple("abcdef"[: data.draw(st.integers(1, 6))])
    barred = data.draw(st.sets(st.tuples(st.sampled_from(inspectors), st.sampled_from(units))))
    cap = data.draw(st.integers(1, 3))
    signed = {"units": list(units), "barred": [list(each) for each in sorted(barred)], "cap": cap}
    terms = Terms(signed, ("A",), population=units, count=len(units), inspectors={"A": inspectors},
                  conflicts={"A": tuple(barred)}, cap=cap)  # fmt: skip
    team = draw(terms, {"A": seed}).teams["A"]
    assert (team is not None) == staffable(units, inspectors, barred, cap)
    if team is not None:
        assert not barred & {(who, unit) for unit, who in team.items()}
        assert max(Counter(team.values()).values()) <= cap


def staffable(units, inspectors, barred, cap):
    """Every way, tried."""
    return _fill(list(units), [who for who in inspectors for _ in range(cap)], barred)


def _fill(units, slots, barred):
    if not units:
        return True
    return any(
        (who, units[0]) not in barred and _fill(units[1:], [*slots[:i], *slots[i + 1 :]], barred)
        for i, who in enumerate(slots)
        if who not in slots[:i]
    )


SEED = st.binary(min_size=32, max_size=32)


@settings(max_examples=200, deadline=None)
@given(mine=SEED, theirs=SEED, checkpoint=SEED, own=st.integers(1, 8), other=st.integers(1, 8), data=st.data())
def test_silence_never_saves_a_party_one_of_its_units(mine, theirs, checkpoint, own, other, data):
    """The last to reveal knows both outcomes: in none does it have fewer of its own units drawn by keeping silent."""
    units = {"A": tuple(f"a{i}" for i in range(own)), "B": tuple(f"b{i}" for i in range(other))}
    count = data.draw(st.integers(1, own + other))
    terms = Terms({"count": count}, ("A", "B"), population=(*units["A"], *units["B"]), count=count,
                  default_count=2 * count, units_of=units)  # fmt: skip
    revealed = draw(terms, {"A": mine, "B": theirs})
    silent = draw_in_silence(terms, {"B": theirs}, "A", checkpoint)
    assert len(set(silent.sample) & set(units["A"])) >= len(set(revealed.sample) & set(units["A"]))


def test_terms_in_which_silence_may_pay_are_refused():
    cheap = Terms({}, ("A", "B"), population=("a", "b", "c", "d"), count=2, default_count=3)
    with pytest.raises(Refusal) as refused:
        draw_in_silence(cheap, {"A": bytes(32)}, "B", bytes(32))
    assert refused.value.kind == "silence_may_pay"


def test_a_draw_needs_every_seed_and_each_of_32_bytes():
    terms = Terms({}, ("A", "B"), population=("a",), count=1)
    for seeds, kind in (({"A": bytes(32)}, "draw_needs_seeds"), ({"A": bytes(32), "B": bytes(31)}, "seed_length")):
        with pytest.raises(Refusal) as refused:
            inspection.draw(terms, seeds)
        assert refused.value.kind == kind


def test_sm3_is_the_published_one():
    assert Stream(bytes(32), "sm3").word() != Stream(bytes(32), "sha256").word()
    assert inspection.terms_digest({}, "sm3").hex() == hashlib.new("sm3", b"{}").hexdigest()
