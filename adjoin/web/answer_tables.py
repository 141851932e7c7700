"""An answer laid out for people: what is single in one table, every part in its own, the proof of an optimum folded.

    a number, a word, a short list      a line of the first table
    names with a value each             a table of two columns
    rows of the same keys               a table of them; few rows with many keys stand upright
    what lies deeper                    a part of its own, named by the way to it

Keys and values stand in words with the code beside them. The files keep the answer as it is (`adjoin.web.answered`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adjoin.web import answer_words as words
from adjoin.web.magnitudes import tidied
from adjoin.web.words import Both

ROWS = 400  # of a table that is shown; all of them stand in the files
MOST = 60  # tables of a page
WIDE = 8  # columns above which few rows stand upright
_FEW = 3  # values of a mapping that fit in a cell
_PROOF = re.compile(r"(\w+_)?decisions?|nucleolus_proof")
_OF_PROOF = re.compile(r"(price_)?bound(_\w+)?|gap(_yuan)?|coancestry_gap")
_NOTHING = Both("", "")
Cell = Both


@dataclass(frozen=True, slots=True)
class Part:
    """One table of an answer, in words."""

    title: Both  # empty: the single values
    code: str  # the way to it in the answer
    columns: tuple[tuple[Both, str], ...]  # what a column is called, and its key; empty: no heads
    rows: tuple[tuple[Both, str, tuple[Cell, ...]], ...]  # what a row is called, its key, its cells
    cut: int = 0  # rows that are not shown
    proof: bool = False  # of an optimum: folded, for whoever checks it

    @property
    def named(self) -> bool:
        """Whether its rows have names."""
        return any(code for _, code, _ in self.rows)


def parts(method: str, answer: Mapping[str, Any]) -> tuple[Part, ...]:
    """The tables of an answer."""
    plain = without_proof(answer)
    proof = {key: value for key, value in answer.items() if key not in plain}
    made = list(_laid(method, {key: value for key, value in plain.items() if key != "warnings"}, ()))
    if proof:
        made += [_as_proof(part) for part in _laid(method, proof, ())]
    return tuple(made[:MOST])


def without_proof(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without what proves its optimum."""
    proved = any(_is_proof(key, value) for key, value in answer.items())
    return {key: value for key, value in answer.items() if not (proved and _of_proof(key, value))}


def _is_proof(key: str, value: object) -> bool:
    return bool(_PROOF.fullmatch(key)) and isinstance(value, (Mapping, list))


def _of_proof(key: str, value: object) -> bool:
    return _is_proof(key, value) or bool(_OF_PROOF.fullmatch(key))


def _as_proof(part: Part) -> Part:
    return Part(part.title, part.code, part.columns, part.rows, part.cut, proof=True)


def _laid(method: str, value: Mapping[str, Any], way: tuple[str, ...]) -> Iterator[Part]:
    """A mapping of anything: its single values, then each part of it."""
    flat = {key: each for key, each in value.items() if _is_flat(each)}
    if flat:
        yield _of_pairs(method, flat, way)
    for key, each in value.items():
        if key not in flat:
            yield from _part(method, each, (*way, str(key)))


def _part(method: str, value: Any, way: tuple[str, ...]) -> Iterator[Part]:  # noqa: ANN401  # any JSON
    rows = list(value.values()) if isinstance(value, Mapping) else value
    if all(isinstance(row, Mapping) for row in rows):
        yield from _records(method, value, way)
    elif all(isinstance(row, list) for row in rows):
        yield _lists(method, value, way)
    elif isinstance(value, Mapping):
        yield from _laid(method, value, way)
    else:
        yield _of_pairs(method, {str(number): each for number, each in enumerate(value)}, way)


def _records(method: str, value: Any, way: tuple[str, ...]) -> Iterator[Part]:  # noqa: ANN401  # rows of mappings
    named = dict(value) if isinstance(value, Mapping) else {str(number): row for number, row in enumerate(value, 1)}
    keys = list(dict.fromkeys(key for row in named.values() for key in row))
    flat = [key for key in keys if all(_is_flat(row.get(key)) or len(named) > _FEW for row in named.values())]
    heads = isinstance(value, Mapping)
    if flat:
        yield (
            _upright(method, named, flat, way) if _few(named, flat) else _across(method, named, flat, way, heads=heads)
        )
    for name, row in named.items():
        for key in keys:
            if key not in flat and not _is_flat(row.get(key)):
                yield from _part(method, row[key], (*way, str(name), str(key)))


def _few(named: Mapping[str, Any], keys: list[str]) -> bool:
    return len(keys) > WIDE and len(named) <= _FEW


def _across(method: str, named: Mapping[str, Any], keys: list[str], way: tuple[str, ...], *, heads: bool) -> Part:
    shown = dict(list(named.items())[:ROWS])
    columns = {key: _column(method, key, [row.get(key) for row in shown.values()]) for key in keys}
    rows = tuple(
        (words.label(method, str(name)) if heads else _NOTHING, str(name) if heads else "", cells)
        for name, cells in zip(shown, zip(*columns.values(), strict=True), strict=True)
    )
    heading = tuple((words.label(method, key), key) for key in keys)
    return Part(title(method, way), ".".join(way), heading, rows, max(0, len(named) - ROWS))


def _upright(method: str, named: Mapping[str, Any], keys: list[str], way: tuple[str, ...]) -> Part:
    """The keys down, the few rows beside one another."""
    rows = tuple(
        (words.label(method, key), key, tuple(words.value(method, key, row.get(key)) for row in named.values()))
        for key in keys
    )
    heading = tuple((words.label(method, str(name)), str(name)) for name in named)
    return Part(title(method, way), ".".join(way), heading, rows)


def _lists(method: str, value: Any, way: tuple[str, ...]) -> Part:  # noqa: ANN401  # rows of lists
    named = dict(value) if isinstance(value, Mapping) else {str(number): row for number, row in enumerate(value, 1)}
    wide = max(map(len, named.values()), default=0)
    code = way[-1]
    rows = tuple(
        (words.label(method, str(name)), str(name), tuple(_cells(method, code, row, wide)))
        for name, row in list(named.items())[:ROWS]
    )
    heading = tuple((Both(str(number), str(number)), "") for number in range(1, wide + 1))
    return Part(title(method, way), ".".join(way), heading, rows, max(0, len(named) - ROWS))


def _cells(method: str, code: str, row: list[Any], wide: int) -> Iterator[Cell]:
    yield from (words.value(method, code, one) for one in tidied(row))
    yield from (_NOTHING for _ in range(wide - len(row)))


def _of_pairs(method: str, flat: Mapping[str, Any], way: tuple[str, ...]) -> Part:
    of_one = way[-1] if way else ""  # values of one kind take their unit from what they are values of
    tidy = dict(zip(flat, tidied(flat.values()) if way else flat.values(), strict=True))
    rows = tuple(
        (
            words.label(method, str(key)),
            str(key),
            (words.value(method, of_one if _is_name(method, key) else key, each),),
        )
        for key, each in list(tidy.items())[:ROWS]
    )
    return Part(title(method, way), ".".join(way), (), rows, max(0, len(flat) - ROWS))


def _is_name(method: str, key: str) -> bool:
    return words.key(method, key) is None


def _column(method: str, key: str, values: list[object]) -> list[Cell]:
    return [words.value(method, key, each) for each in tidied(values)]


def _is_flat(value: object) -> bool:
    if isinstance(value, Mapping):
        return len(value) <= _FEW and all(map(_is_single, value.values()))
    return _is_single(value) or (isinstance(value, (list, tuple)) and all(map(_is_single, value)))


def _is_single(value: object) -> bool:
    return not isinstance(value, (Mapping, list, tuple))


def title(method: str, way: tuple[str, ...]) -> Both:
    """What a part is called: the words of the way to it."""
    if not way:
        return _NOTHING
    told = [words.label(method, step) for step in way]
    return Both(" · ".join(each.zh for each in told), " · ".join(each.en for each in told))
