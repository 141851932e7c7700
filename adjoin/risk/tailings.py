"""What risk is a tailings pond? In the manner of HJ 740-2015, whose tables are recalled, not read."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class TailingsRule:
    """Most points of every item, the thresholds, and the matrix H -> S -> grades by R."""

    points: Mapping[str, Mapping[str, float]]
    above: tuple[Fraction, Fraction]  # more than the first: level 1; more than the second: level 2
    matrix: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Pond:
    """Sums of points, the code of their levels and the grade."""

    sums: Mapping[str, Fraction]
    code: str
    grade: str


def level(points: Fraction, rule: TailingsRule) -> int:
    """1 (gravest), 2 or 3."""
    return 1 if points > rule.above[0] else 2 if points > rule.above[1] else 3


def pond(points: Mapping[str, Mapping[str, Fraction]], rule: TailingsRule) -> Pond:
    """The grade of a pond from its points.

        D = sum of points;  level 1 above 60, 2 above 30, else 3;  grade = matrix(H, S, R)

    points : by H (hazard), S (surroundings), R (control; more points are worse), each item at most its maximum

    Source: HJ 740-2015 as recalled.
    """
    sums = {part: sum(items.values(), Fraction(0)) for part, items in points.items()}
    h, s, r = (level(sums[part], rule) for part in "HSR")
    return Pond(sums, f"H{h}S{s}R{r}", rule.matrix[f"H{h}"][f"S{s}"][r - 1])
