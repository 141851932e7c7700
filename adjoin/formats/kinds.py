"""The kinds of site, and what is kept of each: `data/kinds.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from adjoin.core.site import Attribute, Kind
from adjoin.formats.lines import Line, mapping

_FORMS = ("text", "number", "whole", "date", "choice", "flag", "party")


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How near and how much alike two records are that may be one thing."""

    same_name_km: float  # records of one name are held together up to this distance
    near_km: float  # records with names alike, up to this distance
    most_error_km: float  # of what each place says of its own error, at most so much is added
    alike: float  # share of common letters from which names are alike
    status: str
    dropped: tuple[str, ...] = ()  # words that tell nothing apart


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds of site, by code."""
    table, words = _file().inner("kinds"), _file().inner("words")
    return {code: _kind(code, table.inner(code), words) for code in table}


@cache
def every() -> tuple[Attribute, ...]:
    """What is kept of every site."""
    return tuple(_attributes(_file().inner("every")))


@cache
def tolerances() -> Tolerances:
    """How near and how much alike two records are that may be one thing."""
    row = _file().inner("duplicates")
    same_name, near, most_error, alike = (
        float(row.number(name)) for name in ("same_name_km", "near_km", "most_error_km", "alike")
    )
    return Tolerances(same_name, near, most_error, alike, row.text("status"), row.texts("dropped"))


def columns(kind: Kind) -> tuple[Attribute, ...]:
    """Everything that is asked for of a site of a kind, in the order of forms and templates."""
    first, last = every()[:-2], every()[-2:]
    return (*first, *kind.attributes, *last)


@cache
def _file() -> Line:
    return mapping(files("adjoin") / "data" / "kinds.yaml")


def _kind(code: str, row: Line, words: Line) -> Kind:
    name = row.inner("name")
    needs = tuple(_attributes(row.inner("needs"), required=True)) if row.get("needs") else ()
    may = tuple(_attributes(row.inner("may"))) if row.get("may") else ()
    known = {each.code for each in (*needs, *may)}
    shared = tuple(_attribute(each, words.inner(each)) for each in row.texts("shared") if each not in known)
    return Kind(code, name.text("zh"), name.text("en"), (*needs, *may, *shared))


def _attributes(table: Line, *, required: bool = False) -> Iterator[Attribute]:
    return (_attribute(code, table.inner(code), required=required) for code in table)


def _attribute(code: str, row: Line, *, required: bool = False) -> Attribute:
    choices = row.inner("choices") if row.get("choices") else {}
    return Attribute(
        code=code,
        name_zh=row.text("zh"),
        name_en=row.text("en"),
        form=row.choice("form", _FORMS),
        unit=row.maybe("unit") or "",
        required=required or row.maybe("required") == "true",
        low=row.number("low") if row.get("low") else None,
        high=row.number("high") if row.get("high") else None,
        pattern=row.maybe("pattern") or "",
        choices={name: str(words) for name, words in choices.items()},
        source=row.maybe("source") or "",
        status=row.maybe("status") or "derived",
        note_zh=row.maybe("note_zh") or "",
        note_en=row.maybe("note_en") or "",
    )
