"""What the ministry would recognise: values, rule, class."""

from datetime import date

import pytest

from adjoin.core.units import Quantities
from adjoin.formats import rules
from adjoin.water import quality

WORDS = {"I": "优", "III": "良好", "worse_than_V": "重度污染"}


def classify(values, *, stage="assessment", water_body="river", target=None, standard="GB 3838-2002"):
    known = rules.quantities()
    return quality.classify(
        {known.find(name).code: value for name, value in values.items()},
        standard=rules.standard(standard),
        water_body=water_body,
        stage=stage,
        target=target,
        quantities=known,
        on=date(2026, 9, 1),
        evaluation=rules.evaluation(),
    )


EXAMPLES = [
    pytest.param(standard.name, example, id=f"{standard.name}: {example['say']['en']}")
    for standard in rules.standards().values()
    for example in standard.examples
]


@pytest.mark.parametrize(("standard", "example"), EXAMPLES)
def test_the_examples_of_a_standard_hold(standard, example):
    asked = {key: example[key] for key in ("stage", "water_body") if key in example}
    verdict = classify(example["given"], standard=standard, **asked)
    known, expect = rules.quantities(), example["expect"]
    assert verdict.water_class == expect["class"]
    assert verdict.decided_by == tuple(known.find(name).code for name in expect["decided_by"])
    named = {each.code: each.multiple for each in verdict.main_pollutants}
    expected = {known.find(name).code: multiple for name, multiple in expect.get("main_pollutants", {}).items()}
    assert named == {code: None if multiple is None else float(multiple) for code, multiple in expected.items()}
    assert list(named) == list(expected)


def table(text):
    head, *rows = (line.strip() for line in text.strip().splitlines())
    keys = [cell.strip() for cell in head.split("|")]
    return [dict(zip(keys, (cell.strip() for cell in row.split("|")), strict=True)) for row in rows]


def test_both_sides_get_the_same_verdict():
    rows = table("""
        side | NH3-N | CODMn | class | decided by
        east |  1.01 |   3.0 | IV    | w21003
        west |  1.01 |   3.0 | IV    | w21003
        east |  1.00 |   6.1 | IV    | w01019
        west |  1.00 |   6.1 | IV    | w01019
    """)
    for row in rows:
        verdict = classify({"NH3-N": row["NH3-N"], "CODMn": row["CODMn"]})
        assert (verdict.water_class, verdict.decided_by) == (row["class"], (row["decided by"],)), row


def test_a_signal_is_never_rounded_and_an_assessment_once():
    rows = table("""
        quantity | value  | realtime     | assessment
        NH3-N    | 1.005  | IV           | III
        NH3-N    | 0.995  | III          | III
        TP       | 0.2004 | IV           | III
        TP       | 0.2005 | IV           | III
        TP       | 0.2015 | IV           | IV
        DO       | 4.85   | IV           | IV
        DO       | 4.95   | IV           | III
        pH       | 9.4    | worse_than_V | I
        pH       | 5.5    | worse_than_V | I
        pH       | 9.51   | worse_than_V | worse_than_V
    """)
    for row in rows:
        for stage in quality.STAGES:
            assert classify({row["quantity"]: row["value"]}, stage=stage).water_class == row[stage], (row, stage)


def test_a_target_is_met_by_its_own_class_and_better():
    rows = table("""
        TP   | target | meets
        0.02 | II     | True
        0.1  | II     | True
        0.11 | II     | False
        0.5  | V      | False
    """)
    for row in rows:
        assert str(classify({"TP": row["TP"]}, target=row["target"]).meets_target) == row["meets"], row


def test_without_a_target_nothing_is_said_about_it():
    assert classify({"TP": "0.1"}).meets_target is None
    assert classify({}, target="III").meets_target is None


def test_a_law_holds_from_its_day():
    verdict = quality.classify(
        {"w21011": "0.5"},
        standard=rules.standard("GB 3838-2002"),
        water_body="river",
        stage="realtime",
        target="III",
        quantities=rules.quantities(),
        on=date(2002, 5, 31),
        evaluation=rules.evaluation(),
    )
    assert verdict.water_class is None
    assert verdict.items == {}


def test_main_pollutants_of_a_monthly_report():
    """Of 2015, section 上河坝: TP V 0.7, BOD5 V 0.5, NH3-N IV 0.2, COD IV 0.1; three are kept."""
    verdict = classify({"TP": "0.34", "BOD5": "6.1", "NH3-N": "1.2", "COD": "22"})
    assert [(m.code, m.water_class, m.multiple) for m in verdict.main_pollutants] == [
        ("w21011", "V", 0.7),
        ("w01017", "V", 0.5),
        ("w21003", "IV", 0.2),
    ]


def test_a_quantity_without_assessment_digits_is_not_judged_in_silence():
    bare = Quantities(tuple(q for q in rules.quantities().rows if q.code != "w21011"))
    with pytest.raises(ValueError, match="unknown_quantity"):
        quality.as_judged("0.1", "w21011", stage="assessment", quantities=bare)


@pytest.mark.parametrize(
    ("classes", "word", "zh"),
    [
        (["I"] * 9 + ["IV"], "excellent", "优"),
        (["II"] * 3 + ["IV"], None, None),
        (["III"] * 4 + ["worse_than_V"], "good", "良好"),
        (["III"] * 3 + ["IV"] * 2, "lightly polluted", "轻度污染"),
        (["III"] * 3 + ["V", "worse_than_V"], "moderately polluted", "中度污染"),
        (["III"] * 3 + ["worse_than_V"] * 2, "heavily polluted", "重度污染"),
    ],
)
def test_the_word_for_a_river(classes, word, zh):
    if word is None:
        with pytest.raises(ValueError, match="too_few_sections"):
            quality.river_grade(classes, rules.evaluation())
    else:
        grade = quality.river_grade(classes, rules.evaluation()).grade
        assert (grade.key, grade.name_zh) == (word, zh)


def test_the_words_for_sections_come_from_the_rule():
    assert {key: rules.evaluation().section_words[key]["zh"] for key in WORDS} == WORDS


def test_means_are_exact_and_ph_goes_through_the_ions():
    rule = rules.evaluation()
    assert quality.mean_of(["0.1", "0.2"], "w21011", rule) == "0.15"
    assert quality.mean_of(["<0.02", "0.03"], "w21011", rule) == "0.02"
    assert quality.mean_of(["6.5", "6.5"], "w01001", rule) == "6.500000000"
    assert quality.mean_of(["6", "8"], "w01001", rule) == "6.296708622"
    assert quality.mean_of([], "w21011", rule) is None
