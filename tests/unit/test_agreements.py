"""Agreements are files: each loads, runs its worked examples, and is refused on load when it could go wrong later."""

from fractions import Fraction

import pytest

from adjoin.core.refusal import Refusal
from adjoin.doors.registry import compute
from adjoin.formats.agreements import agreements, read_agreement
from adjoin.joint.settle import check_overlap, ready, yuan

EXAMPLES = [
    pytest.param(name, each, id=f"{name}: {each['say']}")
    for name, agreement in agreements().items()
    for each in agreement.examples
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_the_worked_examples_of_every_file_come_out(name, example):
    agreement = agreements()[name]
    period = f"{agreement.since.year}-07" if agreement.period == "month" else str(agreement.since.year + 1)
    met = compute("joint.settle", {"agreement": name, "period": period, **example["given"]})
    for key, expected in example["expect"].items():
        if key == "index":
            assert met["index"] == pytest.approx(float(expected), abs=1e-6)
        else:
            assert met[key] == expected


def test_every_file_has_a_worked_example():
    assert len(agreements()) == 12
    assert all(agreement.examples for agreement in agreements().values())
    check_overlap(agreements().values())


TEXT = """
name: tried
title: {{zh: 试, en: tried}}
parties: [A, B]
period: month
since: 2026-01-01
{sections}
source: made up
status: draft
terms:
  c: {{input: [observed, here, TP], unit: mg/L, range: ["{low}", "10"], zh: 总磷, en: phosphorus}}
  limit: {{number: "0.1", unit: mg/L, zh: 限值, en: limit}}
  rate: {{number: "120.50", unit: yuan, zh: 单价, en: rate}}
{more}
clauses:
  - {{id: "1", when: "{when}", from: A, to: B, yuan: "{amount}", zh: 付, en: pays}}
"""


class Written:
    name = "tried.yaml"

    def __init__(self, text):
        self.text = text

    def read_text(self, _):
        return self.text


def written(when="c > limit", amount="rate", more="", low="0", sections=""):
    text = TEXT.format(when=when, amount=amount, more=more, low=low, sections=sections)
    return read_agreement(Written(text))


def test_a_file_runs():
    running = ready(written())
    found = running.settle({"c": Fraction("0.11")})
    assert [(p.payer, p.payee, yuan(p.fen)) for p in found.payments] == [("A", "B", "120.50")]
    assert found.net_fen == {"A": -12050, "B": 12050}


def value(name, formula, unit):
    return f'  {name}: {{formula: "{formula}", unit: {unit}, zh: 值, en: value}}\n'


REFUSED = {
    "a ring of values": ({"more": value("x", "y + 1", "1") + value("y", "x + 1", "1")}, "agreement_circle"),
    "a value made of itself": ({"more": value("x", "x + 1", "1")}, "agreement_circle"),
    "an unknown quantity": ({"more": value("x", "q * 2", "1")}, "agreement_unknown_quantity"),
    "an unknown name in a condition": ({"when": "q > 1"}, "formula_unknown_name"),
    "a divisor that may be 0": ({"more": value("x", "1 / c", "L/mg")}, "formula_divides_by_zero"),
    "a difference as divisor": ({"more": value("x", "c / (c - c)", "1"), "low": "1"}, "formula_divides_by_zero"),
    "a third decimal": ({"amount": "12.345"}, "agreement_third_decimal"),
    "a third decimal that may come": ({"amount": "rate / 3"}, "agreement_third_decimal"),
    "a third decimal by a factor": ({"amount": "rate * 1.5"}, "agreement_third_decimal"),
    "a negative amount": ({"amount": "rate - 500.00 * rate"}, "agreement_negative"),
    "money of no unit": ({"amount": "fen(rate) / fen(rate)"}, "agreement_units"),
    "a concentration added to money": ({"amount": "rate + c"}, "formula_units"),
    "a limit without unit": ({"more": value("x", "c + 1", "mg/L")}, "formula_units"),
    "a condition that is a number": ({"when": "c"}, "formula_kind"),
    "a class compared as a number": ({"when": "'II' < 'III'"}, "formula_kind"),
    "a call of something else": ({"when": "__import__('os')"}, "formula_not_allowed"),
    "an attribute": ({"when": "c.real > 1"}, "formula_not_allowed"),
    "a power": ({"amount": "rate ** 2"}, "formula_not_allowed"),
    "a lambda": ({"when": "(lambda: 1)() > 0"}, "formula_not_allowed"),
    "a list": ({"when": "[1] == [1]"}, "formula_not_allowed"),
    "a number without end": ({"when": "c * " + "9" * 400 + " > limit"}, "formula_not_allowed"),
    "an imaginary number": ({"when": "1j == 1j"}, "formula_not_allowed"),
    "text that is no class": ({"when": "meets('best', 'III')"}, "formula_not_allowed"),
    "a range upside down": ({"low": "11"}, "agreement_no_range"),
    "known of a sum": ({"when": "known(c + c)"}, "formula_not_allowed"),
    "half a formula": ({"when": "c >"}, "formula_not_read"),
    "words within words": ({"when": "not " * 200 + "c > limit"}, "formula_not_read"),
    "a value of another unit than it says": ({"more": value("x", "c * 2", "yuan")}, "agreement_units"),
}


@pytest.mark.parametrize(("change", "kind"), REFUSED.values(), ids=REFUSED)
def test_what_could_go_wrong_later_is_refused_on_load(change, kind):
    with pytest.raises(Refusal) as refused:
        ready(written(**change))
    assert refused.value.kind == kind


def test_rounding_is_said_in_the_text_and_then_it_may_pay():
    running = ready(written(amount="fen(rate / 3)"))
    assert running.settle({"c": Fraction(1)}).payments[0].fen == 4017  # 40.1666... yuan


def test_two_agreements_in_force_for_one_section_are_refused():
    one = written(sections="sections: [here]")
    with pytest.raises(Refusal) as refused:
        check_overlap([one, one])
    assert refused.value.kind == "agreements_overlap"


def test_a_party_that_is_not_of_the_agreement_is_refused():
    text = TEXT.format(when="always", amount="rate", more="", low="0", sections="").replace("from: A", "from: C")
    with pytest.raises(Refusal) as refused:
        ready(read_agreement(Written(text)))
    assert refused.value.kind == "agreement_unknown_party"


def test_an_agreement_that_ends_before_it_begins_is_refused():
    text = TEXT.format(when="always", amount="rate", more="", low="0", sections="until: 2025-01-01")
    with pytest.raises(Refusal) as refused:
        read_agreement(Written(text))
    assert refused.value.facts["key"] == "until"


def test_a_key_that_nobody_knows_is_refused_with_its_line():
    text = TEXT.format(when="always", amount="rate", more="", low="0", sections="colour: red")
    with pytest.raises(Refusal) as refused:
        read_agreement(Written(text))
    assert (refused.value.kind, refused.value.facts["line"]) == ("line_no_choice", 7)


def test_what_is_not_observed_makes_the_answer_undefined_and_names_it():
    given = {"observed": {"街口": {"CODMn": 2, "NH3-N": 0.2, "TN": 1.4, "TP": None}}, "base": {"街口": {}}}
    met = compute("joint.settle", {"agreement": "xinan_round1", "period": "2013", **given})
    assert met["undefined"]
    assert met["net_yuan"] is None
    assert {gap["clause"] for gap in met["gaps"]} == {"1", "2"}


def test_facts_from_memory_warn_and_a_year_out_of_force_warns():
    base = {"CODMn": 2, "NH3-N": 0.2, "TN": 1.4, "TP": 0.04}
    asked = {"agreement": "xinan_round1", "period": "2013", "observed": {"街口": base}, "base": {"街口": base}}
    assert compute("joint.settle", asked)["warnings"] == ["k0 = 0.85: memory", "k = 0.25: memory"]
    assert compute("joint.settle", {**asked, "period": "2019"})["warnings"][-1] == "period = 2019: not in force"


@pytest.mark.parametrize(("base", "payer"), [("1.7", "浙江"), ("1.699999999999", "安徽")])
def test_a_threshold_is_met_or_not_met_never_nearly(base, payer):
    means = dict.fromkeys(["CODMn", "NH3-N", "TN", "TP"], "2")
    bases = dict.fromkeys(["CODMn", "NH3-N", "TN", "TP"], base)
    asked = {"agreement": "xinan_round1", "period": "2013", "observed": {"街口": means}, "base": {"街口": bases}}
    assert compute("joint.settle", asked)["payments"][0]["payer"] == payer


def test_a_lawyer_reads_every_step():
    asked = {"agreement": "chuhe_2018", "period": "2020", "class_now": "III", "derivation": True}
    steps = compute("joint.settle", asked)["derivation"]
    assert [(each["name"], each["filled"], each["value"]) for each in steps] == [
        ("class_now", "III", "III"),
        ("1?", 'meets(III, "II")', "false"),
        ("2?", 'same(III, "III")', "true"),
        ("2", "20000000.00", "20000000"),
        ("3?", 'worse(III, "III")', "false"),
    ]
