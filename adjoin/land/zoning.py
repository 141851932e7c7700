"""May this stand here? A proposal against the environmental zoning of both sides of a border."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

CLASSES = ("priority", "key", "general")
DIMENSIONS = ("space", "discharge", "risk", "resource")
VERDICTS = {"prohibit": "prohibited", "condition": "conditional", "unknown": "unknown"}  # strictest first
ORDER = ("prohibited", "conditional", "unknown", "allowed")
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A zoning unit of one side."""

    id: str
    side: str
    unit_class: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an attribute of the proposal must keep."""

    attribute: str
    op: str
    value: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause of a side's access list."""

    side: str
    unit: str  # id, class or "*"
    dimension: str
    industries: tuple[str, ...]
    effect: str
    clause: str
    limit: Requirement | None


@dataclass(frozen=True, slots=True)
class Effect:
    """A clause that takes effect in a unit, or might."""

    clause: str
    unit: str
    side: str
    dimension: str
    effect: str


def effects(
    units: Sequence[Unit], rules: Sequence[Rule], industry: str, attributes: Mapping[str, float]
) -> tuple[Effect, ...]:
    """The clauses that take effect in the units hit, ascending by clause, then unit.

    A rule without limit takes effect; one with a limit does where the requirement is broken, and is unknown where
    the attribute is missing. All layers apply: from memory.
    """
    found = [
        Effect(rule.clause, unit.id, unit.side, rule.dimension, effect)
        for rule in rules
        for unit in units
        if _applies(rule, unit, industry) and (effect := _effect(rule, attributes))
    ]
    return tuple(sorted(found, key=lambda each: (each.clause, each.unit)))


def verdicts(units: Sequence[Unit], found: Sequence[Effect]) -> dict[str, str]:
    """The verdict of every side with a unit hit: the strictest of its clauses."""
    return {
        side: strictest([VERDICTS[each.effect] for each in found if each.side == side])
        for side in sorted({unit.side for unit in units})
    }


def strictest(met: Sequence[str]) -> str:
    """Prohibited before conditional before unknown; allowed where nothing speaks against it."""
    return min(met, key=ORDER.index, default=ORDER[-1])


def _applies(rule: Rule, unit: Unit, industry: str) -> bool:
    here = rule.side == unit.side and rule.unit in {unit.id, unit.unit_class, "*"}
    return here and ("*" in rule.industries or industry in rule.industries)


def _effect(rule: Rule, attributes: Mapping[str, float]) -> str | None:
    if rule.limit is None:
        return rule.effect
    value = attributes.get(rule.limit.attribute)
    if value is None:
        return "unknown"
    return None if COMPARE[rule.limit.op](value, rule.limit.value) else rule.effect
