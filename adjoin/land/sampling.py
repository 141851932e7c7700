"""How much land really changed? Areas and accuracies from a stratified sample of a map."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A value and the half width of its 95 % interval."""

    value: float
    half_width: float


@dataclass(frozen=True, slots=True)
class ClassAccuracy:
    """One class: how far the map is right, how far it finds, and how large it is."""

    users: Share
    producers: Share | None  # None where the class was never met
    area_ha: Share


def overall(counts: Sequence[Sequence[int]], areas: Sequence[float]) -> Share:
    """The share of land mapped rightly: sum p_ii, standard error sqrt(sum W_i^2 v_ii)."""
    whole, cells = math.fsum(areas), range(len(areas))
    q, v = _rates(counts)
    value = math.fsum(areas[i] / whole * q[i][i] for i in cells)
    return Share(value, _Z * math.sqrt(math.fsum((areas[i] / whole) ** 2 * v[i][i] for i in cells)))


def by_class(counts: Sequence[Sequence[int]], areas: Sequence[float]) -> tuple[ClassAccuracy, ...]:
    """Accuracy and error-adjusted area of every class.

        q_ij = n_ij/n_i,  v_ij = q_ij (1 - q_ij)/(n_i - 1),  W_i = A_i/A,  p_ij = W_i q_ij
        U_j = q_jj;  area_j = A p_.j, variance A^2 sum_i W_i^2 v_ij;  P_j = p_jj/p_.j,
        variance [A_j^2 (1 - P_j)^2 v_jj + P_j^2 sum_(i != j) A_i^2 v_ij] / (A p_.j)^2

    counts : sample units, rows map classes, columns reference classes; at least 2 a row
    areas : ha of each map class

    Source: Olofsson et al. 2013 (RSE 129) and 2014 (RSE 148), equations 5 to 11.
    """
    q, v = _rates(counts)
    return tuple(_class(j, q, v, areas) for j in range(len(areas)))


def _rates(counts: Sequence[Sequence[int]]) -> tuple[list[list[float]], list[list[float]]]:
    q = [[count / sum(row) for count in row] for row in counts]
    v = [[share * (1 - share) / (sum(row) - 1) for share in shares] for shares, row in zip(q, counts, strict=True)]
    return q, v


def _class(j: int, q: list[list[float]], v: list[list[float]], areas: Sequence[float]) -> ClassAccuracy:
    rows = range(len(areas))
    area = math.fsum(areas[i] * q[i][j] for i in rows)
    spread = math.fsum(areas[i] ** 2 * v[i][j] for i in rows)
    users = Share(q[j][j], _Z * math.sqrt(v[j][j]))
    producers = None
    if area > 0:
        share = areas[j] * q[j][j] / area
        others = math.fsum(areas[i] ** 2 * v[i][j] for i in rows if i != j)
        variance = (areas[j] ** 2 * (1 - share) ** 2 * v[j][j] + share**2 * others) / area**2
        producers = Share(share, _Z * math.sqrt(variance))
    return ClassAccuracy(users, producers, Share(area, _Z * math.sqrt(spread)))
