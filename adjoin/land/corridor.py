"""How whole is the green belt along a reach? Continuity and breaks of its banks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_SLACK_KM = 1e-9

Span = tuple[float, float]  # km from, to


@dataclass(frozen=True, slots=True)
class Strip:
    """Vegetation along the bank."""

    from_km: float
    to_km: float
    width_m: float


@dataclass(frozen=True, slots=True)
class Bank:
    """One bank: its covered share, its breaks, and the covered length of every kilometre."""

    continuity: float
    breaks: tuple[Span, ...]
    covered_km: tuple[float, ...]

    @property
    def longest_km(self) -> float:
        """The longest break."""
        return max((end - start for start, end in self.breaks), default=0.0)


def bank(strips: Sequence[Strip], length_km: float, needed_m: float, shortest_km: float) -> Bank:
    """What of a bank is covered by strips that are wide enough, and where it is broken.

        continuity = length of the union of strips with width >= needed / length

    strips : in any order; they may overlap or touch, and are cut to the reach
    shortest_km : shorter gaps lower continuity and are no breaks

    The definitions are Adjoin's own.
    """
    covered = _union([each for each in strips if each.width_m >= needed_m], length_km)
    edges = [(0.0, 0.0), *covered, (length_km, length_km)]
    gaps = [(one[1], other[0]) for one, other in pairwise(edges)]
    breaks = tuple(gap for gap in gaps if gap[1] > gap[0] and gap[1] - gap[0] >= shortest_km - _SLACK_KM)
    whole = math.fsum(end - start for start, end in covered)
    pieces = tuple(_within(covered, k, min(k + 1, length_km)) for k in range(math.ceil(length_km)))
    return Bank(whole / length_km, breaks, pieces)


def breaks_per_10_km(banks: Sequence[Bank], length_km: float) -> float:
    """Breaks of both banks by ten kilometres of bank."""
    return 10 * sum(len(each.breaks) for each in banks) / (len(banks) * length_km)


def _union(strips: Sequence[Strip], length_km: float) -> list[Span]:
    """Stretches covered, ascending, none touching another."""
    found: list[Span] = []
    for start, end in sorted((max(each.from_km, 0.0), min(each.to_km, length_km)) for each in strips):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _within(covered: Sequence[Span], start: float, end: float) -> float:
    return math.fsum(max(0.0, min(b, end) - max(a, start)) for a, b in covered)
