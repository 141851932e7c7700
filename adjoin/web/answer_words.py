"""Answers in words: what a method, a key and a value are called on a page; the answer itself stays as it is."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from adjoin.core.refusal import Refusal
from adjoin.doors import registry
from adjoin.doors.door import Door, Symbol
from adjoin.formats.answer_words import Word, answer_words
from adjoin.web.magnitudes import figure, in_full, tidied
from adjoin.web.words import Both, said

MOST = 24  # of a list that is shown in a cell


def name(method: str) -> Both:
    """What a method is called; its code where nobody named it."""
    return Both(*answer_words(method.partition(".")[0]).names.get(method, (method, method)))


def key(method: str, code: str) -> Word | None:
    """What a key of a method's answer is called, by its own file, then by the symbols of its door."""
    words = answer_words(method.partition(".")[0])
    found = words.of.get(method, {}).get(code) or words.keys.get(code)
    if found is not None:
        return found
    symbol = _symbols(method).get(code)
    return Word(symbol.zh, symbol.en, symbol.unit) if symbol else None


def label(method: str, code: str) -> Both:
    """A key as a heading: its word and unit; the key itself where it is a name of the question."""
    word = key(method, code)
    if word is None:
        return Both(*answer_words(method.partition(".")[0]).values.get(code, (code, code)))
    if not word.unit:
        return Both(word.zh, word.en)
    unit = Both(_UNITS.get(word.unit, word.unit), word.unit)
    return Both(f"{word.zh}（{unit.zh}）", f"{word.en} ({unit.en})")


_UNITS = {"yuan": "元", "yuan/t": "元/t", "yuan/a": "元/年", "yuan/h": "元/h", "yuan/MWh": "元/MWh", "t CO2": "吨CO2"}


def formula(method: str) -> str:
    """A formula that is made of words, in Chinese; nothing where it is made of symbols."""
    return answer_words(method.partition(".")[0]).formulas.get(method, "")


def example(method: str, number: int) -> str:
    """What a case is about, in Chinese; nothing where nobody said it."""
    told = answer_words(method.partition(".")[0]).examples.get(method, ())
    return told[number] if number < len(told) else ""


def asked_for(method: str, code: str) -> Symbol | None:
    """What a key of a question is, where no symbol of its door says it."""
    words = answer_words(method.partition(".")[0])
    word = words.asks.get(code) or words.keys.get(code)
    return Symbol(code, word.unit, word.zh, word.en) if word else None


def explained(door: Door) -> Mapping[str, Symbol]:
    """The symbols of a door by key; one that stands for several, "kd20_per_d, ka20_per_d", by each of them."""
    return {name.strip(): symbol for symbol in door.explain.symbols for name in symbol.name.split(",")}


def value(method: str, code: str, one: object) -> Both:
    """A value of an answer as it is shown: words by the vocabulary, yes or no, figures with separators."""
    if one is None or one in ([], {}, ""):
        return Both("—", "—")
    if isinstance(one, bool):
        return said("compute.yes" if one else "compute.no")
    if isinstance(one, (int, float)):
        word = key(method, code)
        return in_full(one, word.unit if word else "") if isinstance(one, float) or abs(one) >= 1e4 else _same(one)
    if isinstance(one, str):
        return _text(method, code, one)
    if isinstance(one, Mapping):
        return _named(method, code, one)
    return _listed(method, code, one) if isinstance(one, (list, tuple)) else _same(one)


def warning(text: str) -> Both:
    """What must be known before an answer is used; its beginning in words where it is a known one."""
    for start, (zh, en) in answer_words("common").phrases.items():
        if text.startswith(start):
            return Both(zh + text[len(start) :], en + text[len(start) :])
    status = text.rpartition(": ")
    words = answer_words("common").values.get(status[2])
    return Both(f"{status[0]}：{words[0]}", f"{status[0]}: {words[1]}") if words and status[0] else _same(text)


def _text(method: str, code: str, text: str) -> Both:
    words = answer_words(method.partition(".")[0]).values.get(text)
    if words is not None:
        return Both(*words)
    word = key(method, code)
    if word is not None and word.unit == "yuan":
        try:
            money = Decimal(text)
        except InvalidOperation:
            return _same(text)
        full = in_full(float(money), "yuan")
        exact = f"{money:,}"
        return Both(full.zh.replace(figure(float(money)), exact, 1), full.en.replace(figure(float(money)), exact, 1))
    return _same(text)


def _named(method: str, of: str, values: Mapping[str, object]) -> Both:
    tidy = dict(zip(values, tidied(values.values()), strict=True))
    parts = [
        (label(method, str(code)), value(method, str(code) if key(method, str(code)) else of, one))
        for code, one in list(tidy.items())[:MOST]
    ]
    rest = f" … {len(values)}" if len(values) > MOST else ""
    return Both(
        "；".join(f"{a.zh}：{b.zh}" for a, b in parts) + rest, "; ".join(f"{a.en}: {b.en}" for a, b in parts) + rest
    )


def _listed(method: str, code: str, values: list[object] | tuple[object, ...]) -> Both:
    parts = [value(method, code, one) for one in tidied(values[:MOST])]
    count = f" … ({len(values)})" if len(values) > MOST else ""
    plain = all(isinstance(one, (int, float)) for one in values)
    return Both(
        (", " if plain else "、").join(each.zh for each in parts) + count, ", ".join(each.en for each in parts) + count
    )


def _same(one: object) -> Both:
    return Both(str(one), str(one))


def _symbols(method: str) -> Mapping[str, Symbol]:
    try:
        return explained(registry.door(method))
    except Refusal:
        return {}
