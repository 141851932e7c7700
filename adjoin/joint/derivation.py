"""From the text to the fen: every input, number, value and clause of a settlement, in the order they are needed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adjoin.core.rule import Duty, Term
from adjoin.joint.expression import Formula, Missing, Values, unit_text
from adjoin.joint.settle import Ready, Running, shown

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: what is computed, the formula, the same with its numbers, and what it gives."""

    name: str
    say: Mapping[str, str]
    formula: str
    filled: str
    value: str
    unit: str
    clause: str
    status: str


def derivation(running: Running, inputs: Values) -> tuple[Step, ...]:
    """Every step of a settlement, so that a lawyer can follow it with a pencil."""
    at = running.computed(inputs)
    plain = [_plain_step(term, at) for term in running.agreement.terms if term.kind != "value"]
    made = [
        _step(formula, at, name=term.name, say=term.say, clause=term.clause, status=term.status)
        for term, formula in running.values
    ]
    clauses = [step for ready in running.clauses for step in _clause_steps(ready, at)]
    return (*plain, *made, *clauses)


def _plain_step(term: Term, at: Values) -> Step:
    value = shown(at[term.name]) if term.name in at else "—"
    where = " / ".join(term.path) if term.kind == "input" else term.formula
    return Step(term.name, term.say, where, value, value, term.unit, term.clause, term.status)


def _step(
    formula: Formula, at: Values, *, name: str, say: Mapping[str, str], clause: str = "", status: str = ""
) -> Step:
    try:
        value = shown(formula.run(at))
    except Missing as missing:
        value = f"— ({missing.name})"
    unit = "" if formula.kind.of != "number" else unit_text(formula.kind.units)
    return Step(name, say, formula.text, _filled(formula, at), value, unit, clause, status)


def _filled(formula: Formula, at: Values) -> str:
    """A formula with its numbers in the place of its names."""
    return _WORD.sub(
        lambda found: shown(at[found[0]]) if found[0] in formula.names and found[0] in at else found[0], formula.text
    )


def _clause_steps(ready: Ready, at: Values) -> list[Step]:
    duty = ready.of
    assert isinstance(duty, Duty)
    steps = [_step(ready.when, at, name=f"{duty.id}?", say=duty.say, clause=duty.id, status=duty.status)]
    if steps[0].value == "true" and ready.amount is not None:
        pays = {"zh": f"{duty.payer} → {duty.payee}", "en": f"{duty.payer} → {duty.payee}"}
        made = _step(ready.amount, at, name=f"{duty.id}", say=pays, clause=duty.id)
        steps.append(Step(made.name, made.say, made.formula, made.filled, made.value, "yuan", made.clause, duty.status))
    return steps
