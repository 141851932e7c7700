"""A picture of an answer in words: what its lines, bars, rows and columns are called; noise of a solver as nothing."""

import re
from collections.abc import Iterable
from dataclasses import replace

from adjoin.web import answer_words
from adjoin.web.magnitudes import tidied as _tidied
from adjoin.web.pictured import Bars, Curves, Matrix, Numbers, Picture

_ENDS = re.compile(r"[（ (]+P5, ?P50, ?P95[）)]|（P5、P50、P95）")  # drawn as a range, so not said


def named(picture: Picture, method: str, lang: str) -> Picture:
    """A picture with names instead of keys, in a language."""

    def one(key: str) -> str:
        thing, _, what = key.rpartition(".")
        if thing and answer_words.key(method, what):  # "intake.arrival_h"
            return f"{thing} {_ENDS.sub('', answer_words.label(method, what).of(lang))}"
        return answer_words.label(method, key).of(lang) if key else ""

    def name(way: str) -> str:
        return " · ".join(map(one, way.split(".")))

    match picture:
        case Curves():
            lines = tuple((name(key), values) for key, values in picture.lines)
            return replace(picture, name=name(picture.name), axis=name(picture.axis), lines=lines)
        case Bars():
            return replace(
                picture, name=name(picture.name), rows=tuple((one(row[0]), *row[1:]) for row in picture.rows)
            )
        case Matrix():
            rows, columns = (tuple(map(one, keys)) for keys in (picture.rows, picture.columns))
            word = answer_words.key(method, picture.name.rpartition(".")[2])
            apart = picture.by_column and not (word and word.unit)  # of one unit: one scale
            return replace(picture, name=name(picture.name), rows=rows, columns=columns, by_column=apart)
        case _:
            return replace(picture, name=name(picture.name))


def tidied(picture: Picture) -> Picture:
    """A picture whose values are 0 where they are nothing beside the largest."""
    match picture:
        case Curves():
            return replace(picture, lines=tuple((key, _numbers(values)) for key, values in picture.lines))
        case Bars():
            values = _numbers(row[1] for row in picture.rows)
            return replace(
                picture, rows=tuple((r[0], v or 0.0, *r[2:]) for r, v in zip(picture.rows, values, strict=True))
            )
        case Matrix():
            flat = iter(_numbers(cell for row in picture.cells for cell in row))
            return replace(picture, cells=tuple(tuple(next(flat) for _ in row) for row in picture.cells))
        case _:
            return picture


def _numbers(values: Iterable[float | None]) -> Numbers:
    return tuple(each if isinstance(each, float) else None for each in _tidied(values))
