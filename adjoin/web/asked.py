"""The form of a method, read off its cases and its door: a field a key, its unit and words, what may stand in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from adjoin.core.refusal import Refusal
from adjoin.doors import cases, declared, registry
from adjoin.doors.door import Door, Symbol
from adjoin.formats import template_shapes, template_writing, templates
from adjoin.formats.messages import messages
from adjoin.web.words import Both

LARGEST_FIELD = 4_000_000  # characters
Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a question."""

    name: str
    value: str
    kind: str  # "text": as typed; "json": a number, a list, a table
    long: bool
    unit: str
    help: Both
    limits: str = ""
    choices: tuple[str, ...] = ()


def fields(door: Door, loaded: Given | None, typed: Mapping[str, str] | None = None) -> tuple[Field, ...]:
    """The form with a question in it: one that was loaded, or the texts as they were typed."""
    made = template(door.method)
    return tuple(_field(each, loaded or {}, typed) for each in made.fields)


def explained(door: Door) -> Mapping[str, Symbol]:
    """The symbols of a door by key; one that stands for several, "kd20_per_d, ka20_per_d", by each of them."""
    return {name.strip(): symbol for symbol in door.explain.symbols for name in symbol.name.split(",")}


@cache
def template(method: str) -> templates.Template:
    """The workbook of a method."""
    known, bounds = cases.given(method), declared.bounds(method)
    symbols = explained(registry.door(method))
    made = []
    for key in dict.fromkeys(key for case in known for key in case):
        samples = [case[key] for case in known if key in case]
        shape, symbol, bound = template_shapes.shape_of(samples), symbols.get(key), bounds.get(key, declared.Bounds())
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


def marked(method: str, question: Given, refusal: Refusal | None) -> bytes:
    """The workbook with a question in it; what the door refused is coloured and says why."""
    made, marks = template(method), []
    if refusal is not None:
        both = [messages().refusal(refusal, lang) for lang in ("zh", "en")]
        reason = "\n".join(said[part] for said in both for part in ("met", "expected", "do") if said[part])
        marks = [templates.Mark(str(refusal.facts.get("key") or ""), reason)]
    return template_writing.written(made, question, marks=marks, title=registry.door(method).explain.what_zh)


def _field(field: templates.Field, loaded: Given, typed: Mapping[str, str] | None) -> Field:
    words = field.shape == "one" and field.columns[0].words
    value = _written(loaded.get(field.name)) if typed is None else typed.get(field.name, "")[:LARGEST_FIELD]
    return Field(
        field.name,
        value,
        "text" if words else "json",
        field.shape != "one",
        field.unit,
        Both(field.zh, field.en),
        field.limits,
        field.choices,
    )


def _written(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read(field: Field) -> object:
    if field.kind == "text":
        return field.value.strip()
    try:
        return json.loads(field.value, parse_constant=lambda text: text)
    except (json.JSONDecodeError, RecursionError, ValueError):
        raise Refusal("field_not_json", key=field.name, met=f"{field.name}: {field.value[:60]}") from None
