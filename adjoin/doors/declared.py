"""What a door takes, told by the door itself: a value that cannot be is put in, and its refusal names the bounds.

So no limit is written twice. Only single numbers and words are tried, with everything else as in a case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from adjoin.core.refusal import Refusal
from adjoin.doors import cases
from adjoin.doors.door import Door
from adjoin.doors.registry import door

_IMPOSSIBLE_WORD, _IMPOSSIBLE_NUMBER = "\u2047", 1e300
_FEW = 12  # words of a field that may be a choice; more are names


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may stand in a field: between two numbers, or one of a few words; nothing where the door does not say."""

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@cache
def bounds(method: str) -> Mapping[str, Bounds]:
    """The bounds of the single values that a method takes, by key; only those that do not hang on another key."""
    known, asked = cases.given(method), door(method)
    if not known or asked.long:
        return {}
    found = {key: _steady(asked, known, key) for key in known[0]}
    return {key: each for key, each in found.items() if each}


def _steady(asked: Door, known: tuple[Mapping[str, Any], ...], key: str) -> Bounds | None:
    """The bounds of a key, where the first and the last case that have it agree on them."""
    having = [each for each in known if each.get(key) is not None]
    if not having:
        return None
    values = _values(known, key)
    first, last = (_bounds(asked, each, key, values) for each in (having[0], having[-1]))
    if first is None or first != last or any(word in _said(each, key) for word in first.choices for each in having):
        return None
    return None if first.high is not None and {first.high, first.high + 1} & _lengths(having[0]) else first


def _lengths(given: Mapping[str, Any]) -> set[float]:
    """How long the lists of a question are: a bound that is one of them counts its things."""
    return {float(len(each)) for each in given.values() if isinstance(each, (list, Mapping))}


def _said(given: Mapping[str, Any], key: str) -> set[str]:
    """The names and words that stand elsewhere in a question: a choice among them is one of its things."""
    return set(_words({name: value for name, value in given.items() if name != key}))


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name)
            yield from _words(each)
    elif isinstance(value, (list, tuple)):
        for each in value[:200]:
            yield from _words(each)


def _values(known: tuple[Mapping[str, Any], ...], key: str) -> set[object]:
    return {value for each in known if isinstance(value := each.get(key), (str, int, float))}


def _bounds(asked: Door, first: Mapping[str, Any], key: str, values: set[object]) -> Bounds | None:
    value = first[key]
    if isinstance(value, str) and len(values) <= _FEW and max(map(len, map(str, values))) <= 40:
        tried: object = _IMPOSSIBLE_WORD
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        tried = int(_IMPOSSIBLE_NUMBER) if isinstance(value, int) else _IMPOSSIBLE_NUMBER
    else:
        return None
    try:
        asked.answer({**first, key: tried})
    except Refusal as refusal:
        return _told(refusal, key)
    except (ArithmeticError, ValueError):  # a door that was never asked so far out says nothing of its bounds
        return None
    return None


def _told(refusal: Refusal, key: str) -> Bounds | None:
    facts = refusal.facts
    if facts.get("key") != key:
        return None
    if refusal.kind == "not_a_choice":
        return Bounds(choices=tuple(str(facts["expected"]).split(", ")))
    low, high = facts.get("low"), facts.get("high")
    if isinstance(low, (int, float)) and isinstance(high, (int, float)):
        return Bounds(float(low), float(high))
    return None
