"""Accounts: both sides to the fen whatever comes when; no party gains by telling late, by silence or by splitting."""

from fractions import Fraction
from functools import cache
from math import comb
from random import Random

from two_sides import two_sides

from adjoin.core.entry import as_json, from_json
from adjoin.formats.agreements import agreements, read_agreement
from adjoin.joint.accounts import account, body_of, clear, loopholes, what_if
from adjoin.joint.settle import ready, yuan
from adjoin.waste.transfer import Application, Listed, decide

CLASSES = ("I", "II", "III", "IV", "V", "worse_than_V")
SIDES = ("east", "west")
MONTHS = 10_000


@cache
def running(name):
    return ready(agreements()[name])


def inputs_of(agreement, chance):
    found = {}
    for term in agreement.inputs:
        if chance.random() < 0.03:
            continue  # not reported
        if term.unit == "class":
            found[term.name] = chance.choice(CLASSES)
        else:
            high = min(Fraction(term.high), 5)
            found[term.name] = Fraction(term.low) + Fraction(chance.randint(0, 50_000), 50_000) * (
                high - Fraction(term.low)
            )
    return found


def test_ten_thousand_random_months_are_the_same_to_the_fen_on_both_sides():
    """Each side settles by itself, in its own order, with every number read anew from the other's text."""
    chance, names = Random(8), sorted(agreements())
    months = [(name, inputs_of(running(name), chance)) for name in (chance.choice(names) for _ in range(MONTHS))]
    first = [running(name).settle(inputs).net_fen for name, inputs in months]
    order = list(range(MONTHS))
    chance.shuffle(order)
    second = {}
    other = {name: ready(agreements()[name]) for name in names}
    for i in order:
        name, inputs = months[i]
        told = {key: value if isinstance(value, str) else Fraction(str(value)) for key, value in inputs.items()}
        second[i] = other[name].settle(dict(reversed(told.items()))).net_fen
    assert all(first[i] == second[i] for i in range(MONTHS))
    assert all(sum(net.values()) == 0 for net in first if net is not None)
    assert 0 < sum(net is not None for net in first) < MONTHS


def claimed(side, name, section, period, inputs):
    made = running(name)
    return side.sign("claim", body_of(made, section, period, inputs, made.settle(inputs)))


def test_an_account_does_not_depend_on_what_arrived_when():
    chance = Random(3)
    east, west = two_sides()
    for number in range(60):
        period = f"2019-{number % 12 + 1:02d}"
        inputs = inputs_of(running("chongqing_inner_2018"), chance)
        for side in chance.sample([east, west], chance.choice([1, 2, 2, 2])):
            claimed(side, "chongqing_inner_2018", f"s{number // 12}", period, inputs)
    entries = [from_json(as_json(each)) for each in (*east.entries, *west.entries)]
    expected = account(entries, SIDES)
    for _ in range(20):
        chance.shuffle(entries)
        assert account(entries, SIDES) == expected
    assert {line.state for line in expected} >= {"agreed", "one_sided", "undefined"}


def test_telling_late_changes_nothing_and_a_correction_replaces_what_was_told():
    good = {"target": "III", "last": "III", "now": "II"}
    bad = {**good, "now": "IV"}
    early, late = two_sides(), two_sides()
    for side in early:
        claimed(side, "chongqing_inner_2018", "s", "2019-05", good)
    east, west = late
    claimed(east, "chongqing_inner_2018", "s", "2019-05", bad)
    claimed(west, "chongqing_inner_2018", "s", "2019-05", good)
    (before,) = account([*east.entries, *west.entries], SIDES)
    assert before.state == "other_inputs"
    claimed(east, "chongqing_inner_2018", "s", "2019-05", good)
    (after,) = account([*east.entries, *west.entries], SIDES)
    (plain,) = account([*early[0].entries, *early[1].entries], SIDES)
    assert (
        (after.state, after.net_fen)
        == (plain.state, plain.net_fen)
        == ("agreed", {"upstream": 100000000, "downstream": -100000000})
    )
    assert [each.inputs["now"] for each in after.replaced] == ["IV"]


def test_a_station_that_one_side_has_moved_is_seen_before_any_sum_is_agreed():
    east, west = two_sides()
    inputs = {"target": "III", "last": "III", "now": "II"}
    for side, place in ((east, "12.0 km"), (west, "14.5 km")):
        made = running("chongqing_inner_2018")
        side.sign("claim", body_of(made, "s", "2019-05", inputs, made.settle(inputs), station=place))
    (line,) = account([*east.entries, *west.entries], SIDES)
    assert (line.state, line.net_fen) == ("other_inputs", None)


def test_a_year_is_cleared_from_its_agreed_months_and_names_the_others():
    east, west = two_sides()
    for month, now in ((1, "II"), (2, "II"), (3, "III")):
        for side in (east, west):
            claimed(
                side, "chongqing_inner_2018", "s", f"2019-{month:02d}", {"target": "III", "last": "III", "now": now}
            )
    claimed(east, "chongqing_inner_2018", "s", "2019-04", {"target": "III", "last": "III", "now": "II"})
    cleared = clear(account([*east.entries, *west.entries], SIDES), "chongqing_inner_2018", "s", "2019")
    assert [(payer, payee, yuan(fen)) for payer, payee, fen in cleared.payments] == [
        ("downstream", "upstream", "2000000.00")
    ]
    assert cleared.open == (("2019-03", "undefined"), ("2019-04", "one_sided"))


def test_the_same_rule_in_other_words_is_the_same_and_another_number_is_another():
    from dataclasses import replace

    from adjoin.joint.accounts import rule_fingerprint

    one = agreements()["chuhe_2018"]
    said = replace(one, title={"zh": "别名", "en": "other words"}, examples=())
    dearer = replace(one, duties=(replace(one.duties[0], yuan="40000000.01"), *one.duties[1:]))
    assert rule_fingerprint(ready(said)) == rule_fingerprint(ready(one)) != rule_fingerprint(ready(dearer))


def test_who_gains_by_another_formula_is_seen_before_anyone_signs():
    better = {
        f"{kind}_{name}": Fraction(value)
        for name in ("CODMn", "NH3N", "TN", "TP")
        for kind, value in (("C", 92), ("B", 100))
    }
    second, third = what_if([better], [running("xinan_round2"), running("xinan_round3")])
    assert second.net_fen == {"安徽": 2 * 10**10, "浙江": -2 * 10**10}
    assert third.net_fen == {"安徽": 2 * 10**10, "浙江": -2 * 10**10}
    worse = {name: value * Fraction(110, 92) if name[0] == "C" else value for name, value in better.items()}
    second, third = what_if([worse], [running("xinan_round2"), running("xinan_round3")])
    assert (second.net_fen["安徽"], third.net_fen["安徽"]) == (10**10, 10**10)


def test_where_a_text_lets_a_party_gain_by_silence_it_is_said():
    """A text that says nothing of missing data pays who keeps them: the payer of that month."""
    found = loopholes(running("chuhe_2018"), {"class_now": "II"})
    assert [(each.party, each.gain_fen) for each in found] == [("江苏", 4_000_000_000)]
    assert [each.party for each in loopholes(running("chuhe_2018"), {"class_now": "IV"})] == ["安徽"]


TEXT = """
name: closed
title: {zh: 有约束, en: closed}
parties: [up, down]
period: month
since: 2026-01-01
source: made up
status: draft
terms:
  c: {input: [observed, s, TP], unit: mg/L, range: ["0", "10"], by: up, zh: 上游报送, en: reported by the upper side}
  d: {input: [observed, s, TP2], unit: mg/L, range: ["0", "10"], by: down, zh: 下游报送, en: reported by the lower side}
  limit: {number: "0.2", unit: mg/L, zh: 限值, en: limit}
  most: {number: "100.00", unit: yuan, zh: 上限, en: most}
clauses:
  - {id: late-up, when: "not known(c)", from: up, to: down, yuan: most, zh: 不报, en: silence}
  - {id: late-down, when: "known(c) and not known(d)", from: down, to: up, yuan: most, zh: 不报按最差, en: as above}
  - {id: good, when: "known(c) and known(d) and max(c, d) <= limit", from: down, to: up, yuan: "9.00", zh: 好, en: ok}
  - {id: bad, when: "known(c) and known(d) and max(c, d) > limit", from: up, to: down, yuan: most, zh: 差, en: bad}
"""


def test_a_text_in_which_silence_counts_as_the_worst_leaves_nothing_to_gain():
    class Written:
        name = "closed.yaml"

        @staticmethod
        def read_text(_):
            return TEXT

    closed, chance = ready(read_agreement(Written)), Random(5)
    for _ in range(300):
        inputs = {name: Fraction(chance.randint(0, 400), 1000) for name in "cd"}
        assert loopholes(closed, inputs) == ()


def test_splitting_a_transfer_never_moves_more_than_the_quota():
    chance = Random(2)
    for _ in range(300):
        quota, asked = chance.randint(1, 500), chance.randint(1, 800)
        parts = [part for part in _split(asked, chance) if part]
        used = 0
        for part in parts:
            row = Listed("R", "900-052-31", 2026, quota, used)
            found = decide(Application("R", "900-052-31", 2026, part, permit_valid=True, suspended=False), [row])
            used += part if found.decision == "approve_and_inform" else 0
        assert used <= quota


def _split(total, chance):
    cuts = sorted(chance.randint(0, total) for _ in range(3))
    return [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], total - cuts[2]]


def test_splitting_a_unit_in_two_never_lowers_its_chance_to_be_drawn():
    for units in range(2, 30):
        for count in range(1, units):
            whole = Fraction(count, units)
            either = 1 - Fraction(comb(units - 1, count), comb(units + 1, count))
            assert either >= whole
