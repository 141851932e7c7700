"""What answers say to people: every key has its word, every coded value too, and every method's sentence fits."""

import json
import re
from collections.abc import Mapping
from functools import cache

import pytest

from adjoin.doors import cases, registry
from adjoin.formats.answer_words import answer_words
from adjoin.web import answer_says, answer_tables, magnitudes
from adjoin.web import answer_words as words

METHODS = [method for method in registry.methods() if not registry.door(method).long]
CODED = re.compile(r"[a-z]+(_[a-z0-9]+)+")  # `approve_and_inform`: a value that only a program reads
NAMED = re.compile(r"[-\d .:>x]+|\d.*")  # numbers, dates, coalitions: names of things
NAMES_OF_THINGS = {  # keys beneath which the names of things stand that the question does not spell as they are here
    "air.fasst": ("regions",),
    "formats.hj212": ("fields",),
    "joint.settle": ("net_yuan",),
    "land.pedigree": ("inbreeding",),
}
NAMES_AT_THE_TOP = {"water.spill"}  # whose answer has a key for each reach that was asked for
SILENT = {  # methods whose answer is a curve or a table: no sentence would do it justice
    "air.fasst", "air.prairie_grass", "energy.lmdi", "land.pedigree", "land.shoreline", "water.breakthrough",
    "water.degradation", "water.flood", "water.front", "water.instant_release", "water.muskingum",
    "water.network_transport", "water.nitrification", "water.phosphorus", "water.route", "water.spill",
    "water.storage_zone", "water.transport", "water.travel",
}  # fmt: skip


@cache
def answered(method):
    """The first case of a method, and its answer."""
    given = cases.given(method)[0]
    return given, json.loads(json.dumps(registry.answer(method, given)))


def everything(value):
    """Every key and word of a question: what an answer may name without saying what it is."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from everything(each)
    elif isinstance(value, list):
        for each in value:
            yield from everything(each)
    elif isinstance(value, str):
        yield value


def keys(value, skip=()):
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            if key not in skip:
                yield from keys(each, skip)
    elif isinstance(value, list):
        for each in value:
            yield from keys(each, skip)


def texts(value):
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("method", METHODS)
def test_every_key_of_an_answer_has_its_word_and_every_coded_value_too(method):
    given, answer = answered(method)
    named = set(everything(given)) - (set() if method in NAMES_AT_THE_TOP else set(answer))
    plain = answer_tables.without_proof(answer)
    found = [
        key for key in keys(plain, NAMES_OF_THINGS.get(method, ())) if key not in named and not NAMED.fullmatch(key)
    ]
    assert [key for key in dict.fromkeys(found) if words.label(method, key) == (key, key)] == []
    coded = [text for text in texts(plain) if CODED.fullmatch(text) and text not in set(everything(given))]
    assert [text for text in dict.fromkeys(coded) if words.value(method, "", text) == (text, text)] == []


@pytest.mark.parametrize("method", registry.methods())
def test_every_method_has_a_name_in_both_languages(method):
    zh, en = words.name(method)
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert method not in {zh, en}


@pytest.mark.parametrize("method", METHODS)
def test_an_answer_is_said_in_a_sentence_without_a_raw_key(method):
    _, answer = answered(method)
    said = answer_says.sentence(method, answer)
    assert (said is None) == (method in SILENT)
    if said:
        assert not re.search(r"[{}\[\]]|None|True|False|nan", said.zh + said.en)
        assert said.zh.endswith("。")
        assert not CODED.search(said.en) or set(CODED.findall(said.en)) & set(everything(answered(method)[0]))


def test_a_sentence_follows_the_answer():
    inside = {"decision": "approve_and_inform", "quota_left_t": 12.5}
    assert answer_says.sentence("waste.transfer", inside).zh == "直接批准并告知；名单额度余 12.5 吨。"
    assert answer_says.sentence("waste.transfer", inside | {"decision": "refuse"}).zh == "不批准。"
    assert answer_says.sentence("waste.transfer", {}) is None  # none rather than a wrong one
    assert answer_says.sentence("air.warning", {"level": "red"}).en == "To be called: red warning."
    money = {"payments": [1], "net_yuan": {"甲": "400000000.00", "乙": "-400000000.00"}, "undefined": False}
    assert answer_says.sentence("joint.settle", money).zh == "净额（元）：甲 4亿，乙 -4亿。"


def test_numbers_are_written_as_people_read_them():
    assert [magnitudes.figure(each) for each in (0.0, 121400545.42836, 0.47011952, -1234.5)] == [
        "0", "121,400,545", "0.47012", "-1,234.5",
    ]  # fmt: skip
    assert magnitudes.figure(5.466e-17) == "5.47 × 10⁻¹⁷"
    assert magnitudes.large(4e8) == ("4亿", "400 million")
    assert magnitudes.tidied([0.25, 0.75, 5.466e-17]) == [0.25, 0.75, 0.0]
    assert words.value("joint.settle", "yuan", "400000000.00").zh == "400,000,000.00（4亿）"
    assert words.value("land.zoning", "sides_differ", False) == ("否", "no")  # noqa: FBT003  # the value of an answer


def test_the_proof_of_an_optimum_is_a_part_by_itself_and_everything_else_is_shown():
    _, answer = answered("energy.storage")
    parts = answer_tables.parts("energy.storage", answer)
    first = {code for part in parts if not part.proof for _, code, _ in part.rows}
    assert {"cost_yuan", "coal_MWh"} <= first
    assert not first & {"decision", "bound_yuan", "gap"}
    assert any(part.code == "decision" for part in parts if part.proof)


def test_what_lies_deep_is_a_table_of_its_own_not_a_text_in_a_cell():
    parts = answer_tables.parts("water.accident", answered("water.accident")[1])
    assert {part.code for part in parts} == {"", "receptors", "receptors.r.banks"}
    for method in METHODS:
        for part in answer_tables.parts(method, answered(method)[1]):
            assert not [cell for _, _, cells in part.rows for cell in cells if cell.zh.startswith(("{", "[{", "[["))]


@pytest.mark.parametrize("domain", sorted({method.partition(".")[0] for method in METHODS}))
def test_the_words_of_a_domain_are_of_methods_there_are(domain):
    told = answer_words(domain)
    assert {*told.names, *told.of, *told.says} <= set(registry.methods())
    for word in told.keys.values():
        assert word.zh
        assert word.en
