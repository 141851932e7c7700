"""The door to settlement: who pays whom under an agreement that is a file."""

from collections.abc import Mapping
from fractions import Fraction

from adjoin.core.assessment import CLASSES
from adjoin.core.period import Period
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Agreement, Term
from adjoin.core.units import decimal, evaluated
from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, number, refuse
from adjoin.joint.derivation import Step, derivation
from adjoin.joint.expression import Values
from adjoin.joint.settle import Running, Settlement, ready, yuan
from adjoin.methods.written import as_written

_FAR = 1e12


def settle(asked: Asked) -> Answer:
    """What an agreement makes its parties pay; undefined, with the clause, where its text is silent."""
    from adjoin.formats.agreements import agreement

    given = Given.of(asked)
    running = ready(agreement(given.text("agreement")))
    period = Period.parse(given.text("period"))
    inputs = inputs_of(running, given)
    found = running.settle(inputs)
    doubts = list(found.doubts)
    if not running.agreement.in_force(period.since.date()):
        doubts.append(("period", period.text, "not in force"))
    answer = _answer(found, running.agreement)
    answer["warnings"] = [f"{name} = {value}: {status}" for name, value, status in doubts]
    if running.agreement.period == "month":
        answer |= _of_one_section(found)
    if given.flag("derivation", default=False):
        answer["derivation"] = [_line(step) for step in derivation(running, inputs)]
    return answer


def inputs_of(running: Running, given: Given) -> Values:
    """The inputs of an agreement where their paths lead in a question; what is not known is left out."""
    return {term.name: value for term in running.inputs if (value := _input(given, term)) is not None}


def _answer(found: Settlement, agreement: Agreement) -> dict[str, object]:
    elsewhere = {each.clause for each in found.payments if each.fen is None}
    open_ends = [{"clause": duty.id, "why": duty.why} for duty in agreement.duties if duty.id in elsewhere]
    return {
        "payments": [{"payer": each.payer, "payee": each.payee, "yuan": _yuan(each.fen)} for each in found.payments],
        "net_yuan": None if found.net_fen is None else {who: yuan(fen) for who, fen in found.net_fen.items()},
        "index": None if found.index is None else float(found.index),
        "undefined": found.undefined,
        "gaps": [*({"clause": gap.clause, "why": gap.why} for gap in found.gaps), *open_ends],
    }


def _of_one_section(found: Settlement) -> dict[str, object]:
    """The one payment of a month, at the top of the answer."""
    only = found.payments[0] if len(found.payments) == 1 else None
    return {
        "payer": only.payer if only else None,
        "payee": only.payee if only else None,
        "yuan": _yuan(only.fen) if only else None,
    }


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)


def _line(step: Step) -> Mapping[str, object]:
    return {
        "name": step.name,
        "say": step.say,
        "formula": step.formula,
        "filled": step.filled,
        "value": step.value,
        "unit": step.unit,
        "clause": step.clause,
        "status": step.status,
    }


def _input(given: Given, term: Term) -> Fraction | str | bool | None:
    """The value of an input where its path leads in the question; None where it is not known."""
    for key in term.path[:-1]:
        given = given.inner(key)
    key = term.path[-1]
    value = given.raw(key) if len(term.path) == 1 else given.values.get(key)
    if value is None:
        return None
    if term.unit == "class":
        return given.choice(key, CLASSES)
    if term.unit == "flag":
        return given.flag(key, default=False)
    return _within(term, _number(value, given.place(key)), given.place(key))


def _number(value: object, place: str) -> Fraction:
    if isinstance(value, str):
        return Fraction(evaluated(value))
    return as_written(number(value, place, -_FAR, _FAR))


def _within(term: Term, value: Fraction, place: str) -> Fraction:
    low = Fraction(decimal(term.low or "0"))
    high = None if term.high in {None, "inf"} else Fraction(decimal(str(term.high)))
    if value < low or (high is not None and value > high):
        refuse("out_of_bounds", place, float(value), low=term.low, high=term.high)
    if term.unit == "yuan" and (value * 100).denominator != 1:
        raise Refusal("third_decimal", key=place, met=str(float(value)))
    return value


DOORS = (
    Door(
        "joint.settle",
        settle,
        Explanation(
            what_zh="按生态补偿协议结算：谁付给谁多少；条文没有规定之处答复undefined并指明条款，不作推测",
            what_en="the settlement of a compensation agreement: who pays whom how much; where the text is silent the "
            "answer is `undefined` and names the clause, never a guess",
            formula="the formulas and clauses of the agreement's file, in exact arithmetic; net = received - paid",
            symbols=(
                Symbol("agreement", "", "协议代号", "name of a published agreement (data/agreements)"),
                Symbol("period", "", "结算年或月", "year or month"),
                Symbol("observed, base, class_now, ...", "", "协议文件列出的输入", "the inputs that the file names"),
                Symbol("derivation", "", "true则附逐步推导", "true: the steps from the text to the fen"),
                Symbol("payments, net_yuan", "yuan", "各条付款、各方净额", "by clause; received minus paid"),
                Symbol("warnings", "", "凭记忆的事实进入了计算", "facts known from memory that entered"),
            ),
            source="data/agreements/*.yaml, each fact with its status",
        ),
    ),
)
