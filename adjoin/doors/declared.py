"""What a door takes, told by the door itself: a value that cannot be is put in, and its refusal names the bounds.

So no limit is written twice. Only single numbers and words are tried, with everything else as in a case.
"""

from collections.abc import Mapping
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
    """The bounds of the single values that a method takes, by key."""
    known, asked = cases.given(method), door(method)
    if not known or asked.long:
        return {}
    found = {key: _bounds(asked, known[0], key, _values(known, key)) for key in known[0]}
    return {key: each for key, each in found.items() if each}


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
