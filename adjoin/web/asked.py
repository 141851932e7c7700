"""The form of a method, read off its cases and its door: a field a key, its unit and words, what may stand in it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from adjoin.core.refusal import Refusal
from adjoin.doors import cases, declared, registry
from adjoin.doors.door import Door
from adjoin.formats import template_shapes, template_writing, templates
from adjoin.formats.messages import messages
from adjoin.web import answer_words
from adjoin.web.words import Both, in_language, said

_NUMBERS = re.compile(r"[-+.\deE]+(\s*[,，;\s]\s*[-+.\deE]+)+")
_PARTED = re.compile(r"[,，;\s]+")
LARGEST_FIELD = 4_000_000  # characters
Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a question."""

    name: str
    value: str
    kind: str  # "text": as typed; "number"; "flag": yes or no; "json": a list, a table
    long: bool
    unit: str
    help: Both
    limits: str = ""
    choices: tuple[str, ...] = ()
    words: tuple[Both, ...] = ()  # of the choices
    ends: tuple[float, float] | None = None  # between which a number must lie


def fields(door: Door, loaded: Given | None, typed: Mapping[str, str] | None = None) -> tuple[Field, ...]:
    """The form with a question in it: one that was loaded, or the texts as they were typed."""
    made = template(door.method)
    return tuple(_field(door.method, each, loaded or {}, typed) for each in made.fields)


@cache
def template(method: str) -> templates.Template:
    """The workbook of a method."""
    known, bounds = cases.given(method), declared.bounds(method)
    symbols = answer_words.explained(registry.door(method))
    made = []
    for key in dict.fromkeys(key for case in known for key in case):
        samples = [case[key] for case in known if key in case]
        shape, bound = template_shapes.shape_of(samples), bounds.get(key, declared.Bounds())
        symbol = symbols.get(key) or answer_words.asked_for(method, key)
        made.append(
            templates.Field(
                key,
                shape,
                template_shapes.columns_of(shape, samples),
                *((symbol.unit, symbol.zh, symbol.en) if symbol else ("", "", "")),
                bound.low,
                bound.high,
                bound.choices,
            )
        )
    return templates.Template(method, tuple(made))


def given(form: Sequence[Field]) -> dict[str, Any]:
    """The question that a form asks; a field that cannot be read is refused by its name."""
    return {field.name: _read(field) for field in form if field.value.strip()}


def typed(question: Given) -> dict[str, str]:
    """A question as the texts of a form."""
    return {key: _written(value) for key, value in question.items()}


def told(form: Sequence[Field]) -> list[tuple[Both, Both]]:
    """What a form asks, field by field, as it is read: names with units, yes or no, choices in words."""
    return [(_label(field), _said(field)) for field in form if field.value]


def _label(field: Field) -> Both:
    zh, en = named(field)
    return Both(f"{zh} {field.unit}".strip(), f"{en} {field.unit}".strip())


def _said(field: Field) -> Both:
    if field.value in field.choices:
        return field.words[field.choices.index(field.value)]
    if field.kind == "flag" and field.value in {"true", "false"}:
        return said("compute.yes" if field.value == "true" else "compute.no")
    return Both(field.value, field.value)


def marked(method: str, question: Given, refusal: Refusal | None) -> bytes:
    """The workbook with a question in it; what the door refused is coloured and says why."""
    made, marks = template(method), []
    if refusal is not None:
        both = [messages().refusal(in_language(refusal, lang), lang) for lang in ("zh", "en")]
        reason = "\n".join(each[part] for each in both for part in ("met", "expected", "do") if each[part])
        marks = [templates.Mark(str(refusal.facts.get("key") or ""), reason)]
    return template_writing.written(made, question, marks=marks, title=registry.door(method).explain.what_zh)


@cache
def kinds(method: str) -> Mapping[str, str]:
    """How each key of a question is typed, by what its cases give for it."""
    known = cases.given(method)
    return {
        field.name: _kind(field, [case[field.name] for case in known if case.get(field.name) is not None])
        for field in template(method).fields
    }


def _kind(field: templates.Field, values: list[object]) -> str:
    if field.shape != "one":
        return "json"
    if field.columns[0].words:
        return "text"
    if values and all(isinstance(value, bool) for value in values):
        return "flag"
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return "number" if values and numbers else "json"


def _field(method: str, field: templates.Field, loaded: Given, typed: Mapping[str, str] | None) -> Field:
    value = _written(loaded.get(field.name)) if typed is None else typed.get(field.name, "")[:LARGEST_FIELD]
    return Field(
        field.name,
        value,
        kinds(method)[field.name],
        field.shape != "one",
        field.unit,
        Both(field.zh, field.en),
        field.limits,
        field.choices,
        tuple(answer_words.value(method, field.name, choice) for choice in field.choices),
        None if field.low is None or field.high is None else (field.low, field.high),
    )


def _written(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read(field: Field) -> object:
    text = field.value.strip()
    if field.kind == "text":
        return text
    try:
        return json.loads(_with_brackets(text) if field.long else text, parse_constant=lambda text: text)
    except (json.JSONDecodeError, RecursionError, ValueError):
        kind = {"number": "field_not_number", "flag": "field_not_flag"}.get(field.kind, "field_not_json")
        raise Refusal(kind, key=field.name, met=text[:60], field=named(field)) from None


def named(field: Field) -> Both:
    """A field as a reader finds it in the form."""
    if not any(field.help):
        return Both(field.name, field.name)
    return Both(f"{field.help.zh} {field.name}", f"{field.help.en} {field.name}")


def _with_brackets(text: str) -> str:
    """A row of numbers as a list: `1, 2, 3`, or as copied from a column of a spreadsheet."""
    return f"[{', '.join(_PARTED.split(text))}]" if _NUMBERS.fullmatch(text) else text
