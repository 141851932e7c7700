"""What does one more tonne cost? The marginal abatement cost curve of measures that can be taken in part."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from adjoin.core.measure import Decision
from adjoin.methods.optimise import Program, Row, decision
from adjoin.methods.written import as_written


@dataclass(frozen=True, slots=True)
class Technology:
    """A measure: what it removes at most, and what a tonne costs."""

    name: str
    cost_yuan_t: float
    potential_t: float  # above 0

    @property
    def effect(self) -> Fraction:
        """Tonnes removed where it is taken whole, as written."""
        return as_written(self.potential_t)

    @property
    def cost(self) -> Fraction:
        """Yuan where it is taken whole, as written."""
        return as_written(self.cost_yuan_t) * self.effect


@dataclass(frozen=True, slots=True)
class Curve:
    """The measures taken in order, and what they cost together."""

    chosen: tuple[tuple[str, float], ...]  # name, tonnes
    removed_t: float
    cost_yuan: float
    marginal_yuan_t: float | None
    shortfall_t: float


def ordered(technologies: Sequence[Technology]) -> list[Technology]:
    """Measures that pay, the greatest yearly saving first; then the others, the cheapest tonne first; ties by name.

    A ranking of the paying ones by yuan a tonne would be wrong. Source: Taylor 2012 (memory).
    """
    paying = sorted((t for t in technologies if t.cost_yuan_t < 0), key=lambda t: (t.cost, t.name))
    return paying + sorted((t for t in technologies if t.cost_yuan_t >= 0), key=lambda t: (t.cost_yuan_t, t.name))


def cost_curve(technologies: Sequence[Technology], target_t: float) -> Curve:
    """The cheapest way to a target with measures that can be taken in part.

        t_i = potential_i where cost_i < 0, else min(potential_i, target - sum of those before)

    technologies : names unique
    target_t : t, not negative

    Source: own; exact on the numbers as written.
    """
    taken: list[tuple[Technology, Fraction]] = []
    missing = as_written(target_t)
    for each in ordered(technologies):
        tonnes = each.effect if each.cost_yuan_t < 0 else max(Fraction(0), min(each.effect, missing))
        if tonnes:
            taken.append((each, tonnes))
            missing -= tonnes
    return Curve(
        chosen=tuple((each.name, float(tonnes)) for each, tonnes in taken),
        removed_t=float(sum(tonnes for _, tonnes in taken)),
        cost_yuan=float(sum(as_written(each.cost_yuan_t) * tonnes for each, tonnes in taken)),
        marginal_yuan_t=None if missing > 0 else max(0.0, taken[-1][0].cost_yuan_t) if taken else 0.0,
        shortfall_t=float(max(Fraction(0), missing)),
    )


def decided(technologies: Sequence[Technology], target_t: float, found: Curve) -> Decision | None:
    """The curve up to a target as a Decision, its price proving it; None where the target is out of reach.

    min sum cost_i t_i,   0 <= t_i <= potential_i,   sum t_i >= target
    """
    if found.marginal_yuan_t is None:
        return None
    taken = dict(found.chosen)
    program = Program(
        tuple(each.cost_yuan_t for each in technologies),
        (0.0,) * len(technologies),
        tuple(each.potential_t for each in technologies),
        (Row(dict.fromkeys(range(len(technologies)), 1.0), low=target_t),),
    )
    tonnes = [taken.get(each.name, 0.0) for each in technologies]
    names = [each.name for each in technologies]
    return decision(program, tonnes, (found.marginal_yuan_t,), names=names, rows=("target_t",))
