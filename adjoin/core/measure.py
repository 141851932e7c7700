"""What is decided: measures, what they cost, what each condition is worth, and how near to the best they are.

A Decision can be checked without the program that found it: put the measures into the conditions of the question
(primal), add up what the prices of the conditions prove (dual), and look at what lies between (gap).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

PROOFS = ("prices", "search", "all looked at", "gains")  # what stands behind the bound


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is done: how much of it, in the unit of its question."""

    name: str
    amount: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Chosen measures, what they are worth together, and the bound that nothing passes.

    A measure that is not named has the amount 0, a condition that is not named the price 0.
    """

    sense: str  # "least": a cost; "most": a gain
    measures: tuple[Measure, ...]
    objective: float
    bound: float  # no choice costs less (or gains more)
    proof: str
    prices: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))  # the objective for one unit more
    violation: float = 0.0  # how far the measures are from keeping every condition, at most

    @property
    def gap(self) -> float:
        """How far from the best the measures can be, relative to what they cost or gain.

        (objective - bound) / max(1, |objective|), the other way round where most is sought; never below 0
        """
        apart = self.objective - self.bound if self.sense == "least" else self.bound - self.objective
        return max(0.0, apart) / max(1.0, abs(self.objective))

    def holds(self, slack: float = 1e-6) -> bool:
        """Whether every condition is kept and nothing better is left, within a slack."""
        return math.isfinite(self.objective) and self.violation <= slack and self.gap <= slack

    def as_json(self) -> dict[str, object]:
        """The decision as doors answer it; `dual` is missing where prices prove nothing (whole choices)."""
        said: dict[str, object] = {
            "sense": self.sense,
            "primal": {each.name: each.amount for each in self.measures},
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "violation": self.violation,
            "proof": self.proof,
        }
        return said | ({"dual": dict(self.prices)} if self.proof == PROOFS[0] else {})
