"""Agreements, read from dated YAML files: parties, inputs, numbers, formulas, clauses, what the text leaves open."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from adjoin.core.refusal import Refusal
from adjoin.core.rule import Agreement, Duty, Gap, Term
from adjoin.formats.lines import Line, Source, mapping

KEYS = frozenset({
    "name", "title", "parties", "pools", "period", "sections", "since", "until", "source", "status", "draft", "index",
    "terms", "clauses", "gaps", "examples",
})  # fmt: skip
KINDS = {"input": "input", "number": "parameter", "formula": "value"}
TERM_KEYS = frozenset({*KINDS, "unit", "range", "zh", "en", "clause", "status", "by", "days"})
CLAUSE_KEYS = frozenset({"id", "when", "from", "to", "yuan", "set_by", "zh", "en", "status"})
PERIODS = ("year", "month")


@cache
def agreements() -> Mapping[str, Agreement]:
    """The published agreements that come with Adjoin, by name."""
    folder = files("adjoin") / "data" / "agreements"
    return read_agreements(file for file in folder.iterdir() if file.name.endswith(".yaml"))


def agreement(name: str) -> Agreement:
    """The published agreement of this name."""
    found = agreements().get(name)
    if found is None:
        raise Refusal("unknown_agreement", met=name[:60], expected=", ".join(agreements()))
    return found


def read_agreements(sources: Iterable[Source]) -> Mapping[str, Agreement]:
    """The agreements in some files, by name; a name that two files bear is refused."""
    found: dict[str, Agreement] = {}
    for source in sorted(sources, key=lambda each: each.name):
        made = read_agreement(source)
        if made.name in found:
            raise Refusal("line_twice", file=source.name, line=1, key=made.name)
        found[made.name] = made
    return MappingProxyType(found)


def read_agreement(source: Source) -> Agreement:
    """The agreement of a file; what does not have the form is refused with its line."""
    file = _only(mapping(source), KEYS)
    if file.maybe("until") and file.date("until") <= file.date("since"):
        file.refuse("line_no_choice", "until", met=file.text("until"), expected=f"> {file.text('since')}")
    return Agreement(
        name=file.text("name"),
        title=_both(file.inner("title")),
        parties=_some(file, "parties"),
        pools=file.texts("pools"),
        period=file.choice("period", PERIODS),
        sections=file.texts("sections"),
        since=file.date("since"),
        until=file.date("until") if file.maybe("until") else None,
        source=file.text("source"),
        status=file.text("status"),
        draft=file.choice("draft", ("false", "true")) == "true",
        index=file.maybe("index"),
        terms=_terms(file.inner("terms")) if file.get("terms") is not None else (),
        duties=tuple(map(_duty, file.rows("clauses"))),
        gaps=tuple(map(_gap, file.rows("gaps"))),
        examples=tuple({**_plain(row), "say": row.text("say")} for row in file.rows("examples")),
        file=source.name,
    )


def _terms(rows: Line) -> tuple[Term, ...]:
    return tuple(_term(name, rows) for name in rows)


def _term(name: str, terms: Line) -> Term:
    row = _only(terms.inner(name), TERM_KEYS)
    kinds = [key for key in KINDS if row.get(key) is not None]
    if len(kinds) != 1:
        row.refuse("line_no_choice", name, met=", ".join(kinds) or "—", expected=", ".join(KINDS))
    span = row.texts("range")
    if span and len(span) != 2:
        row.refuse("line_no_texts", "range", met=", ".join(span))
    return Term(
        name=name,
        kind=KINDS[kinds[0]],
        unit=row.text("unit"),
        formula="" if kinds == ["input"] else row.text(kinds[0]),
        path=_some(row, "input") if kinds == ["input"] else (),
        low=span[0] if span else None,
        high=span[1] if span else None,
        clause=row.maybe("clause") or "",
        status=row.maybe("status") or "",
        say=_both(row),
        by=row.maybe("by") or "",
        days=row.integer("days") if row.maybe("days") else 20,
        line=row.at,
    )


def _duty(row: Line) -> Duty:
    _only(row, CLAUSE_KEYS)
    amount = row.maybe("yuan")
    if (amount is None) == (row.get("set_by") is None):
        row.refuse("line_no_choice", "yuan", met=amount or "—", expected="yuan, set_by")
    return Duty(
        id=row.text("id"),
        when=row.text("when"),
        payer=row.text("from"),
        payee=row.text("to"),
        yuan=amount,
        say=_both(row),
        status=row.maybe("status") or "",
        why=_both(row.inner("set_by")) if amount is None else {},
        line=row.at,
    )


def _gap(row: Line) -> Gap:
    _only(row, frozenset({"id", "when", "zh", "en"}))
    return Gap(row.text("id"), row.text("when"), _both(row), row.at)


def _both(row: Line) -> Mapping[str, str]:
    return {lang: row.text(lang) for lang in ("zh", "en")}


def _some(row: Line, key: str) -> tuple[str, ...]:
    return row.texts(key) or row.refuse("line_no_texts", key, met="—")


def _only(row: Line, known: frozenset[str]) -> Line:
    for key in row:
        if key not in known:
            row.refuse("line_no_choice", key, met=key, expected=", ".join(sorted(known)))
    return row


def _plain(value: object) -> dict[str, object]:
    """Part of a file as plain values: true and false are truth values, everything else stays text."""
    found = _value(value)
    return found if isinstance(found, dict) else {}


def _value(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _value(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_value(each) for each in value]
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
