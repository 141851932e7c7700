"""What the keys and values of answers are called, in both languages: `data/answer_words`, a file a domain.

An answer keeps its keys and values as they are, for whoever relies on them; only what people read is worded here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast


class Word(NamedTuple):
    """What a key is called, and the unit of its values."""

    zh: str
    en: str
    unit: str = ""


@dataclass(frozen=True)
class AnswerWords:
    """The words of a domain, those of all methods included."""

    names: Mapping[str, tuple[str, str]]  # method -> what it is called
    keys: Mapping[str, Word]
    of: Mapping[str, Mapping[str, Word]]  # method -> keys that mean something else there
    asks: Mapping[str, Word]  # keys of questions that no symbol of a door explains
    values: Mapping[str, tuple[str, str]]
    formulas: Mapping[str, str]  # method -> its formula in Chinese, where it is made of words
    examples: Mapping[str, Sequence[str]]  # method -> what its first cases are about, in Chinese
    phrases: Mapping[str, tuple[str, str]]  # how a warning begins
    says: Mapping[str, Sequence[Mapping[str, Any]]]  # method -> sentences, the first that fits is said


@cache
def answer_words(domain: str) -> AnswerWords:
    """The words of the methods of a domain; those of all methods where it has no file."""
    common, own = _read("common"), _read(domain)
    return AnswerWords(
        names={method: (zh, en) for method, (zh, en) in own.get("names", {}).items()},
        keys=_words(common, "keys") | _words(own, "keys"),
        of={method: _words(own["of"], method) for method in own.get("of", {})},
        asks=_words(own, "asks"),
        values={str(key): (zh, en) for part in (common, own) for key, (zh, en) in part.get("values", {}).items()},
        formulas=own.get("formulas", {}),
        examples=own.get("examples", {}),
        phrases=common.get("phrases", {}),
        says=own.get("says", {}),
    )


def _words(part: Mapping[str, Any], name: str) -> dict[str, Word]:
    return {str(key): Word(*word) for key, word in part.get(name, {}).items()}


def _read(name: str) -> Mapping[str, Any]:
    file = files("adjoin") / "data" / "answer_words" / f"{name}.yaml"
    if not file.is_file():
        return {}
    found: Mapping[str, Any] = yaml.load(file.read_text("utf-8"), _LOADER)  # noqa: S506  # the safe loader, in C
    return found or {}
