"""What risk is a firm to air and water? In the manner of HJ 941-2018, whose tables are recalled, not read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from adjoin.risk.levels import reached

Q0 = "Q0"


@dataclass(frozen=True, slots=True)
class EnterpriseRule:
    """Steps and matrix; grades from mild to grave."""

    process_cap: Fraction
    q: Mapping[str, Fraction]  # the highest step first
    m: Mapping[str, Fraction]  # the highest step first
    grades: tuple[str, ...]
    matrix: Mapping[str, Mapping[str, tuple[str, ...]]]  # E -> Q -> grades by M


@dataclass(frozen=True, slots=True)
class Medium:
    """The risk to air or to water."""

    amount: Fraction  # Q
    q_level: str
    process_points: Fraction
    points: Fraction  # M
    m_level: str
    sensitivity: str  # E
    grade: str

    @property
    def written(self) -> str:
        """Its place in the matrix, as it is written."""
        return Q0 if self.q_level == Q0 else f"{self.q_level}-{self.m_level}-{self.sensitivity}"


def medium(
    substances_t: Iterable[tuple[Fraction, Fraction]],
    process_points: Fraction,
    control_points: Fraction,
    sensitivity: str,
    rule: EnterpriseRule,
) -> Medium:
    """The risk of a firm to one medium.

        Q = sum q_i / Q_i,   M = min(cap, process points) + control points,   grade = matrix(E, Q, M)

    substances_t : largest amount present and critical amount, t
    sensitivity : E1, E2 or E3

    Source: HJ 941-2018 as recalled.
    """
    amount = sum((present / critical for present, critical in substances_t), Fraction(0))
    capped = min(rule.process_cap, process_points)
    points = capped + control_points
    q_level, m_level = reached(amount, rule.q) or Q0, reached(points, rule.m) or min(rule.m)
    row = rule.matrix[sensitivity].get(q_level)
    grade = row[sorted(rule.m).index(m_level)] if row else rule.grades[0]
    return Medium(amount, q_level, capped, points, m_level, sensitivity, grade)


def enterprise(air: Medium, water: Medium, rule: EnterpriseRule, *, penalised: bool) -> str:
    """The graver of the two, one step up after a penalty in the last three years."""
    place = max(rule.grades.index(each.grade) for each in (air, water)) + penalised
    return rule.grades[min(place, len(rule.grades) - 1)]


def written(grade: str, air: Medium, water: Medium) -> str:
    """The grade as it is written, with the place of each medium."""
    return f"{grade}[{air.grade}-大气({air.written})+{water.grade}-水({water.written})]"
