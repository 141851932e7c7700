"""Who pays whom: an agreement made ready to run, and a period settled by it, step by step.

An agreement is refused when it is made ready, not when it is needed: a ring of values, a name that nobody gives, a
divisor that may be 0, units that do not fit, an amount that may have a third decimal or be negative. Where the text
is silent the answer is *undefined* and names the clause; a fact known from memory only gives a warning.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from keyword import iskeyword
from math import inf
from typing import NoReturn

from adjoin.core.refusal import Refusal
from adjoin.core.rule import Agreement, Duty, Gap, Term
from adjoin.core.units import decimal
from adjoin.joint import expression
from adjoin.joint.expression import YUAN, Formula, Kind, Missing, Value, Values, unit_text
from adjoin.methods.written import as_text

DOUBTFUL = "memory"


@dataclass(frozen=True, slots=True)
class Payment:
    """Who pays whom by which clause, in whole fen; no amount where another rule sets it."""

    clause: str
    payer: str
    payee: str
    fen: int | None


@dataclass(frozen=True, slots=True)
class Silence:
    """Where the text does not say: the clause, and why, in both languages."""

    clause: str
    why: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an agreement makes its parties pay for a period."""

    agreement: str
    payments: tuple[Payment, ...]  # in the order of the clauses
    net_fen: Mapping[str, int] | None  # received minus paid; None where an amount is not known
    index: Fraction | None
    undefined: bool
    gaps: tuple[Silence, ...]
    doubts: tuple[tuple[str, str, str], ...]  # (fact, its value, status): entered from memory


@dataclass(frozen=True, slots=True)
class Ready:
    """A clause or gap with its condition and amount ready to run, and the doubtful facts behind them."""

    of: Duty | Gap
    when: Formula
    amount: Formula | None
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """An agreement that was checked and can be run."""

    agreement: Agreement
    constants: Mapping[str, Value]  # parameters, as numbers
    inputs: tuple[Term, ...]
    values: tuple[tuple[Term, Formula], ...]  # each after those it needs
    clauses: tuple[Ready, ...]
    silences: tuple[Ready, ...]
    index_doubts: tuple[str, ...]  # facts known from memory only that enter the index
    doubt_text: Mapping[str, str]  # what such a fact says

    def settle(self, inputs: Values) -> Settlement:
        """What the parties pay for these inputs.

        inputs : name -> number, class or truth value; one that is not known is left out
        """
        at = self.computed(inputs)
        gaps = [_silence(ready, at) for ready in self.silences]
        payments, doubts, spoke = list[Payment](), dict[str, None](), False
        for ready in self.clauses:
            try:
                if ready.when.run(at):
                    spoke = True
                    payments.extend(_payment(ready, at))
                    doubts |= dict.fromkeys(ready.doubts)
            except Missing as missing:
                gaps.append(_not_known(ready.of.id, missing.name))
        found = [gap for gap in gaps if gap is not None]
        if not spoke and not found:
            found = [Silence("-", NOTHING_SAID)]
        return self._answer(payments, found, at, doubts)

    def computed(self, inputs: Values) -> dict[str, Value]:
        """Every value that can be computed from these inputs."""
        at: dict[str, Value] = {**self.constants, **inputs}
        for term, formula in self.values:
            if formula.constant:
                continue
            try:
                at[term.name] = formula.run(at)
            except Missing:
                continue
        return at

    def _answer(
        self, payments: list[Payment], gaps: list[Silence], at: Values, doubts: Mapping[str, None]
    ) -> Settlement:
        agreement = self.agreement
        known = all(payment.fen is not None for payment in payments)
        net = _net(payments, agreement) if known and not gaps else None
        if net is not None and any(net[pool] for pool in agreement.pools):
            gaps, net = [Silence("-", POOL_LEFT)], None
        index = at.get(agreement.index) if agreement.index else None
        warned = doubts if index is None else {**dict.fromkeys(self.index_doubts), **doubts}
        return Settlement(
            agreement=agreement.name,
            payments=() if gaps else tuple(payments),
            net_fen=None if net is None else {party: net[party] for party in agreement.parties},
            index=index if isinstance(index, Fraction) else None,
            undefined=bool(gaps),
            gaps=tuple(gaps),
            doubts=tuple((name, self.doubt_text.get(name, name), DOUBTFUL) for name in warned),
        )


NOTHING_SAID = {"zh": "没有哪一条适用于这种情形", "en": "no clause speaks of this case"}
POOL_LEFT = {"zh": "资金池的收支不相等", "en": "what goes into a fund is not what comes out of it"}


def ready(agreement: Agreement) -> Running:
    """An agreement made ready to run; one that could go wrong later is refused now."""
    _check_names(agreement)
    known: dict[str, Kind] = {}
    constants: dict[str, Value] = {}
    for term in agreement.terms:
        if term.kind != "value":
            known[term.name] = _kind(agreement, term)
        if term.kind == "parameter":
            constants[term.name] = _constant(agreement, term)
    values = []
    for term in _in_order(agreement):
        made = expression.formula(term.formula, known, _place(agreement, term.line, term.name))
        known[term.name] = _declared(agreement, term, made)
        made = _folded(made, constants)
        if made.constant:
            constants[term.name] = made.run({})
        values.append((term, made))
    return Running(
        agreement,
        constants,
        tuple(term for term in agreement.terms if term.kind == "input"),
        tuple(values),
        tuple(_duty(agreement, duty, known, constants) for duty in agreement.duties),
        tuple(_gap(agreement, gap, known) for gap in agreement.gaps),
        _doubts([agreement.index], agreement) if agreement.index else (),
        {term.name: term.formula for term in agreement.terms if term.kind == "parameter"},
    )


def check_overlap(agreements: Iterable[Agreement]) -> None:
    """Refuse two signed agreements that are in force for one section on the same day."""
    rows = sorted((each for each in agreements if not each.draft), key=lambda each: (each.since, each.name))
    for i, one in enumerate(rows):
        for other in rows[i + 1 :]:
            both = sorted(set(one.sections) & set(other.sections))
            if both and (one.until is None or other.since < one.until):
                since = max(one.since, other.since).isoformat()
                raise Refusal("agreements_overlap", met=f"{one.name}, {other.name}", section=both[0], since=since)


def in_force(agreements: Iterable[Agreement], section: str, on: date) -> Agreement | None:
    """The signed agreement that holds at a section on a day."""
    return next((a for a in agreements if not a.draft and section in a.sections and a.in_force(on)), None)


def yuan(fen: int) -> str:
    """An amount as text with two decimals: 100000000 fen is "1000000.00"."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"


def _check_names(agreement: Agreement) -> None:
    names = [term.name for term in agreement.terms]
    for term in agreement.terms:
        if names.count(term.name) > 1 or not _writable(term.name):
            _refuse(agreement, "agreement_bad_name", term.line, met=term.name)
    if agreement.index is not None and agreement.index not in names:
        _refuse(agreement, "agreement_bad_name", 1, met=agreement.index)
    holders = {*agreement.parties, *agreement.pools}
    for duty in agreement.duties:
        for who in (duty.payer, duty.payee):
            if who not in holders:
                _refuse(agreement, "agreement_unknown_party", duty.line, met=who, expected=", ".join(sorted(holders)))


def _writable(name: str) -> bool:
    """Whether formulas can write a name as it stands."""
    plain = unicodedata.normalize("NFKC", name) == name  # formulas are read in this form
    return plain and name.isidentifier() and not iskeyword(name) and name not in expression.FUNCTIONS


def _in_order(agreement: Agreement) -> list[Term]:
    """The values, each after those it is made of; a ring is refused by its names."""
    waiting = {term.name: term for term in agreement.terms if term.kind == "value"}
    others = {term.name for term in agreement.terms if term.kind != "value"}
    needs = {
        name: expression.names_in(term.formula, _place(agreement, term.line, name)) for name, term in waiting.items()
    }
    ordered: list[Term] = []
    while waiting:
        free = [name for name in waiting if not any(need in waiting for need in needs[name])]
        for name in free:
            unknown = [need for need in needs[name] if need not in others]
            if unknown:
                given = ", ".join(sorted(others))
                _refuse(agreement, "agreement_unknown_quantity", waiting[name].line, met=unknown[0], expected=given)
            ordered.append(waiting.pop(name))
            others.add(name)
        if not free:
            ring = ", ".join(sorted(waiting))
            _refuse(agreement, "agreement_circle", min(term.line for term in waiting.values()), met=ring)
    return ordered


def _kind(agreement: Agreement, term: Term) -> Kind:
    if term.unit in {"class", "flag"}:
        return Kind(term.unit)
    if term.kind == "parameter":
        value = _constant(agreement, term)
        assert isinstance(value, Fraction)
        return Kind("number", expression.units_of(term.unit), value, value, (value * 100).denominator == 1)
    if term.low is None or term.high is None:
        _refuse(agreement, "agreement_no_range", term.line, met=term.name)
    low, high = Fraction(decimal(term.low)), inf if term.high == "inf" else Fraction(decimal(term.high))
    if low > high:
        _refuse(agreement, "agreement_no_range", term.line, met=f"{term.name} [{term.low}, {term.high}]")
    return Kind("number", expression.units_of(term.unit), low, high, fen=False)


def _constant(agreement: Agreement, term: Term) -> Value:
    if term.unit in {"class", "flag"}:
        return term.formula if term.unit == "class" else term.formula == "true"
    try:
        return Fraction(decimal(term.formula))
    except Refusal:
        _refuse(agreement, "agreement_no_number", term.line, met=term.formula)


def _declared(agreement: Agreement, term: Term, made: Formula) -> Kind:
    """The kind of a value, where it is what its unit says."""
    said = Kind(term.unit) if term.unit in {"class", "flag"} else Kind("number", expression.units_of(term.unit))
    if said.of != made.kind.of or (said.of == "number" and said.units != made.kind.units):
        met = unit_text(made.kind.units) if made.kind.of == "number" else made.kind.of
        _refuse(agreement, "agreement_units", term.line, met=met, expected=term.unit, name=term.name)
    return made.kind


def _duty(agreement: Agreement, duty: Duty, known: Mapping[str, Kind], constants: Values) -> Ready:
    place = _place(agreement, duty.line, duty.id)
    when = _condition(duty.when, known, place)
    if duty.yuan is None:
        return Ready(duty, when, None, _doubts(when.names, agreement))
    amount = expression.formula(duty.yuan, known, place)
    plain = not amount.names and not amount.kind.units  # a number of the text is an amount in yuan
    if amount.kind.of != "number" or not (plain or amount.kind.units == YUAN):
        _refuse(
            agreement, "agreement_units", duty.line, met=unit_text(amount.kind.units), expected="yuan", name=duty.id
        )
    if not amount.kind.fen:
        _refuse(agreement, "agreement_third_decimal", duty.line, met=duty.yuan, name=duty.id)
    if amount.kind.low < 0:
        _refuse(agreement, "agreement_negative", duty.line, met=duty.yuan, name=duty.id)
    doubts = _doubts([*when.names, *amount.names], agreement)
    return Ready(duty, when, _folded(amount, constants), (*doubts, duty.id) if duty.status == DOUBTFUL else doubts)


def _folded(formula: Formula, constants: Values) -> Formula:
    """A formula of numbers of the text alone is computed once."""
    if any(name not in constants for name in formula.names):
        return formula
    value = formula.run(constants)
    return replace(formula, run=lambda _: value, constant=True)


def _gap(agreement: Agreement, gap: Gap, known: Mapping[str, Kind]) -> Ready:
    return Ready(gap, _condition(gap.when, known, _place(agreement, gap.line, gap.id)), None, ())


def _condition(text: str, known: Mapping[str, Kind], place: str) -> Formula:
    if text == "always":
        return Formula(text, Kind("flag"), (), lambda _: True)
    made = expression.formula(text, known, place)
    if made.kind.of != "flag":
        raise Refusal("formula_kind", place=place, formula=text[:120], met=made.kind.of, expected="flag")
    return made


def _doubts(names: Sequence[str], agreement: Agreement) -> tuple[str, ...]:
    """The facts known from memory only that stand behind some names, themselves and what they are made of."""
    terms = {term.name: term for term in agreement.terms}
    found, ahead, seen = [], list(names), set[str]()
    while ahead:
        name = ahead.pop(0)
        if name in seen or name not in terms:
            continue
        seen.add(name)
        if terms[name].status == DOUBTFUL:
            found.append(name)
        if terms[name].kind == "value":
            ahead += expression.names_in(terms[name].formula, name)
    return tuple(found)


def _silence(ready: Ready, at: Values) -> Silence | None:
    try:
        holds = bool(ready.when.run(at))
    except Missing as missing:
        return _not_known(ready.of.id, missing.name)
    return Silence(ready.of.id, ready.of.why) if holds else None


def _not_known(clause: str, name: str) -> Silence:
    return Silence(clause, {"zh": f"{name}未知", "en": f"{name} is not known"})


def _payment(ready: Ready, at: Values) -> list[Payment]:
    duty = ready.of
    assert isinstance(duty, Duty)
    if ready.amount is None:
        return [Payment(duty.id, duty.payer, duty.payee, None)]
    fen = int(ready.amount.run(at) * 100)
    return [Payment(duty.id, duty.payer, duty.payee, fen)] if fen else []


def _net(payments: Iterable[Payment], agreement: Agreement) -> dict[str, int]:
    net = dict.fromkeys((*agreement.parties, *agreement.pools), 0)
    for payment in payments:
        net[payment.payer] -= payment.fen or 0
        net[payment.payee] += payment.fen or 0
    return net


def shown(value: Value) -> str:
    """A value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else as_text(value)


def _place(agreement: Agreement, line: int, name: str) -> str:
    return f"{agreement.file or agreement.name}:{line} {name}" if line else f"{agreement.name} {name}"


def _refuse(agreement: Agreement, kind: str, line: int, **facts: object) -> NoReturn:
    raise Refusal(kind, file=agreement.file or agreement.name, line=line, **facts)
