"""Calculators: every method that has a door, as one form and one answer; no method has a page of its own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from adjoin.core.plan import Plan
from adjoin.core.refusal import Refusal
from adjoin.doors import cases, registry
from adjoin.web import answer_words, answered, asked, draw_answer, picture_words
from adjoin.web.answer_tables import Part
from adjoin.web.answered import Table
from adjoin.web.asked import Field
from adjoin.web.page import Page, Verdict, shown
from adjoin.web.pages.refused import refused
from adjoin.web.pictured import Picture
from adjoin.web.words import Both, said

EXAMPLES = 40
_NOTHING = answered.Answered(None, (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Line:
    """A method in the list."""

    method: str
    name: Both
    what: Both
    href: str
    tasks: tuple[tuple[str, Both], ...]  # of the plan: id and name


@dataclass(frozen=True, slots=True)
class Group:
    """The methods of one domain."""

    name: str
    title: Both
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ComputesPage(Page):
    """The methods, by domain."""

    template: ClassVar[str] = "computes.html"
    nav: ClassVar[str] = "/compute"

    domains: tuple[tuple[str, tuple[Line, ...]], ...] = shown("the methods of each domain")
    asked: str = shown("what was looked for in names, words, codes and tasks")
    found: int = shown("how many methods are listed")
    known: int = shown("how many methods there are")

    @property
    def tasks(self) -> int:
        """How many tasks of the plan the listed methods serve."""
        return len({task for _, lines in self.domains for line in lines for task, _ in line.tasks})

    @property
    def groups(self) -> list[Group]:
        """The domains with their titles."""
        return [Group(name, said(f"compute.domain.{name}"), lines) for name, lines in self.domains]


@dataclass(frozen=True)
class MethodPage(Page):
    """What any page about a method shows: what it gives, by which formula, and an answer where there is one."""

    template: ClassVar[str] = "compute.html"
    nav: ClassVar[str] = "/compute"

    method: str = shown("the method")
    what: Both = shown("what it gives")
    formula: str = shown("the formula in the symbols of the source")
    formula_zh: str = shown("the same in Chinese, where it is made of words")
    source: str = shown("where it is written")
    symbols: tuple[Field, ...] = shown("the symbols, with units")
    says: Both | None = shown("the answer in one sentence, where its method has one")
    parts: tuple[Part, ...] = shown("the answer laid out in words", twin=False)
    tables: tuple[Table, ...] = shown("the answer")
    pictures: tuple[Picture, ...] = shown("the answer as pictures: what is drawn, in numbers", twin=False)
    warnings: tuple[Both, ...] = shown("what must be known before the answer is used")
    notes: tuple[Both, ...] = shown("how sure the law beneath it is, and what the answer does not say")
    answer: str = shown("the answer as JSON")

    @property
    def verdict(self) -> Verdict:
        """What stands at the head of a sheet."""
        return Verdict("fine", self.says or self.what, Both("", ""))

    @property
    def asked(self) -> list[tuple[Both, Both]]:
        """The question, key by key, as it is read."""
        return []

    def drawn(self, lang: str) -> list[tuple[str, str]]:
        """The pictures as SVG, each with its words."""
        named = [picture_words.named(each, self.method, lang) for each in self.pictures]
        return [(draw_answer.drawn(each, lang), draw_answer.told(each, lang)) for each in named]


@dataclass(frozen=True)
class ComputePage(MethodPage):
    """One method: its form, its answer, its formula and where that is written."""

    fields: tuple[Field, ...] = shown("the form")
    examples: tuple[tuple[int, Both], ...] = shown("cases that can be loaded")
    example: int = shown("the case that is loaded")
    long: bool = shown("whether it is answered as a job")
    error: dict[str, str | dict[str, str]] | None = shown("why there is no answer: met, expected, do")
    wrong: str = shown("the field that the refusal is about")

    @property
    def asked(self) -> list[tuple[Both, Both]]:
        """The question, key by key, as it is read."""
        return asked.told(self.fields)


def computes(plan: Plan | None = None, looked_for: str = "") -> ComputesPage:
    """The list of methods with the tasks of the plan that they serve; only those in which all words asked for stand."""
    tasks = _tasks(plan)
    lines = [_line(method, tuple(tasks.get(method, ()))) for method in registry.methods()]
    kept = [line for line in lines if _stands(looked_for, line)]
    domains: dict[str, list[Line]] = {}
    for line in kept:
        domains.setdefault(line.method.partition(".")[0], []).append(line)
    groups = tuple((name, tuple(found)) for name, found in domains.items())
    return ComputesPage(said("compute.title"), groups, looked_for, len(kept), len(lines))


def _tasks(plan: Plan | None) -> dict[str, list[tuple[str, Both]]]:
    found: dict[str, list[tuple[str, Both]]] = {}
    for task in plan.tasks() if plan else ():
        for method in task.methods:
            found.setdefault(method, []).append((task.id, Both(task.name_zh, task.name_en)))
    return found


def _line(method: str, tasks: tuple[tuple[str, Both], ...]) -> Line:
    told = registry.door(method).explain
    return Line(method, answer_words.name(method), Both(told.what_zh, told.what_en), f"/compute/{method}", tasks)


def _stands(looked_for: str, line: Line) -> bool:
    named = " ".join((line.method, *line.name, *line.what, *(word for _, both in line.tasks for word in both))).lower()
    return all(word in named for word in looked_for.lower().split())


def compute(
    method: str,
    *,
    example: int = 0,
    typed: Mapping[str, str] | None = None,
    answer: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> ComputePage:
    """A method with a case loaded, or what was typed with its answer or its refusal."""
    door, known = registry.door(method), cases.of(method)
    number = example if 0 <= example < len(known) else 0
    form = asked.fields(door, known[number]["given"] if known and typed is None else None, typed)
    question = asked.given(form) if answer is not None else {}
    return ComputePage(
        **about(method, question, answer),
        fields=form,
        examples=tuple((index, _example(method, index, case)) for index, case in enumerate(known[:EXAMPLES])),
        example=number,
        long=door.long,
        error=refused(refusal).error if refusal else None,
        wrong=_field_of(refusal),
    )


def _field_of(refusal: Refusal | None) -> str:
    """The field that a refusal is about: the beginning of the key it names."""
    return re.split(r"[.\[]", str(refusal.facts.get("key") or ""))[0] if refusal else ""


def _example(method: str, index: int, case: Mapping[str, Any]) -> Both:
    """What a case is called: its number, and what it is about where somebody said so."""
    about = str(case.get("say") or case["id"])
    told = "" if about.startswith(method) and "say" not in case else about
    in_zh = answer_words.example(method, index) or told
    return Both(f"例{index + 1}　{in_zh}".strip(), f"{index + 1}. {told or 'example'}")


def about(method: str, given: Mapping[str, Any], answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """What any page about a method shows, by field."""
    door, told = registry.door(method), registry.door(method).explain
    view = answered.arranged(door, given, answer or {}) if answer is not None else _NOTHING
    return {
        "title": answer_words.name(method),
        "method": method,
        "what": Both(told.what_zh, told.what_en),
        "formula": told.formula,
        "formula_zh": answer_words.formula(method),
        "source": told.source,
        "symbols": tuple(Field(s.name, "", "text", False, s.unit, Both(s.zh, s.en)) for s in told.symbols),  # noqa: FBT003  # the field has a name there
        "says": view.says,
        "parts": view.parts,
        "tables": view.tables,
        "pictures": view.pictures,
        "warnings": view.warnings,
        "notes": view.notes,
        "answer": json.dumps(answer, ensure_ascii=False, indent=1) if answer is not None else "",
    }
