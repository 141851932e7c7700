"""The one sentence of an answer, filled from its own values; none rather than a wrong one.

The sentences stand in `data/answer_words`, the first that fits is said:

{key}  {key.inner.0}     a value, in words        {key%}             a share as per cent
{#key}                   how many                 {#key:name=value}  how many of whose name is this
{@}                      the name, where a sentence is said for each entry of a mapping
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adjoin.formats.answer_words import answer_words
from adjoin.web import answer_words as words
from adjoin.web.magnitudes import figure, large
from adjoin.web.words import Both

MOST = 4  # entries of a mapping that a sentence is said for
_PLACE = re.compile(r"\{(#?)([^{}%:]+)(%?)(?::([^=}]+)=([^}]*))?\}")
_CLOSE = re.compile(r"(?<=[亿万]) (?=[\u4e00-\u9fff])")  # 4亿元, not 4亿 元
_DIGITS, _LARGE = 4, 1e6  # a digit more where a number is said in millions
_ABSENT = object()


class _Unsaid(Exception):  # noqa: N818  # no error: a sentence that this answer cannot fill
    """A place of a sentence has no value in this answer."""


def sentence(method: str, answer: Mapping[str, Any]) -> Both | None:
    """What an answer says, in a sentence; nothing where no sentence of its method fits."""
    for each in answer_words(method.partition(".")[0]).says.get(method, ()):
        if all(_at(answer, path) == expected for path, expected in each.get("when", {}).items()):
            try:
                return _said(method, each, answer)
            except _Unsaid:
                continue
    return None


def _said(method: str, each: Mapping[str, Any], answer: Mapping[str, Any]) -> Both:
    if "each" not in each:
        return _filled(method, each, answer, "")
    entries = _at(answer, each["each"])
    if not isinstance(entries, Mapping):
        raise _Unsaid
    kept = [(name, one) for name, one in entries.items() if _kept(each, one)]
    if not kept:
        raise _Unsaid
    said = [_filled(method, each, one, str(name)) for name, one in kept[:MOST]]
    return Both("".join(one.zh for one in said), " ".join(one.en for one in said))


def _kept(each: Mapping[str, Any], one: object) -> bool:
    wanted = all(_at(one, path) == expected for path, expected in each.get("where", {}).items())
    return wanted and not any(_at(one, path) == expected for path, expected in each.get("unless", {}).items())


def _filled(method: str, each: Mapping[str, Any], answer: object, name: str) -> Both:
    found = [_place(method, answer, name, place) for place in _PLACE.findall(each["zh"])]
    filled = {"".join(place): both for place, both in zip(_PLACE.findall(each["zh"]), found, strict=True)}
    zh = _PLACE.sub(lambda at: filled["".join(part or "" for part in at.groups())].zh, each["zh"])
    en = _PLACE.sub(lambda at: filled["".join(part or "" for part in at.groups())].en, each["en"])
    return Both(_CLOSE.sub("", zh), en)


def _place(method: str, answer: object, name: str, place: tuple[str, ...]) -> Both:
    count, path, share, inner, wanted = place
    if path == "@":
        return words.label(method, name)
    found = _at(answer, path)
    if found is None or found is _ABSENT:
        raise _Unsaid
    if count:
        return _same(_count(found, inner, wanted))
    if share:
        return _same(f"{figure(100 * found, 3)}%") if isinstance(found, (int, float)) else _same("—")
    return _value(method, path.rpartition(".")[2], found)


def _count(found: object, inner: str, wanted: str) -> str:
    if not isinstance(found, (list, Mapping)):
        raise _Unsaid
    if not inner:
        return str(len(found))
    rows = found.values() if isinstance(found, Mapping) else found
    return str(sum(_word(_at(row, inner)) == wanted for row in rows))


def _word(value: object) -> str:
    return "null" if value is None else str(value)


def _value(method: str, code: str, found: object) -> Both:
    if isinstance(found, Mapping):
        parts = [(words.label(method, str(name)), _value(method, code, one)) for name, one in found.items()][:12]
        zh, en = (f"{a.zh} {b.zh}" for a, b in parts), (f"{a.en} {b.en}" for a, b in parts)
        return Both("，".join(zh), ", ".join(en))
    if isinstance(found, (list, tuple)) and found:
        each = [_value(method, code, one) for one in found[:12]]
        return Both("、".join(one.zh for one in each), ", ".join(one.en for one in each))
    return _large(found) if _is_number(found) else words.value(method, code, found)


def _large(found: Any) -> Both:  # noqa: ANN401  # a number, or a number in a text
    number = float(found)
    return large(number, _DIGITS + (abs(number) >= _LARGE))


def _is_number(found: object) -> bool:
    if isinstance(found, str):
        return bool(re.fullmatch(r"-?\d+\.\d+", found))  # money comes as text
    return isinstance(found, (int, float)) and not isinstance(found, bool)


def _at(answer: object, path: str) -> object:
    """The value at a path; `_ABSENT` where there is none."""
    for step in _steps(path):
        if isinstance(answer, Mapping) and step in answer:
            answer = answer[step]
        elif isinstance(answer, (list, tuple)) and step.isdigit() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return _ABSENT
    return answer


def _steps(path: str) -> Iterator[str]:
    yield from path.split(".")


def _same(text: str) -> Both:
    return Both(text, text)
