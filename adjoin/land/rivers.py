"""How far can fish travel? Connectivity of a river network broken by barriers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adjoin.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Barrier:
    """A dam or weir between two segments, and the shares of fish that get over it."""

    upstream: str
    downstream: str
    up: float
    down: float

    @property
    def both(self) -> float:
        """The share that gets over it and back."""
        return self.up * self.down


@dataclass(frozen=True, slots=True)
class Connectivity:
    """The dendritic connectivity index, per cent."""

    potamodromous: float  # of fish that stay in the river
    diadromous: float  # of fish that come from and go to the sea
    by_segment: Mapping[str, float]  # shares of the first
    gains: tuple[float, ...]  # of the first, were that barrier alone removed


@dataclass(frozen=True, slots=True)
class _Step:
    """A segment as it is met when walking up from the outlet, and the barrier crossed to it."""

    segment: str
    below: str
    barrier: int


def connectivity(lengths: Mapping[str, float], barriers: Sequence[Barrier], outlet: str) -> Connectivity:
    """The dendritic connectivity index of a river.

        DCI_p = 100 sum_i sum_j c_ij l_i l_j / L^2,   DCI_d = 100 sum_i (l_i/L) c_i,outlet
        c_ij = product over the barriers between i and j of pass_up * pass_down

    lengths : km by segment; segments and barriers form a tree
    barriers : passable shares 0 to 1

    Gives the index, the part of each segment, and what the removal of each barrier alone would add:
    2 (1 - c) S_above S_below / L^2, S the length reached on either side.

    Source: Cote et al. 2009, Landscape Ecology 24.
    """
    steps = _walk(lengths, barriers, outlet)
    crossed = dict(lengths)  # length reached upwards, away from the outlet
    for step in reversed(steps):
        crossed[step.below] += barriers[step.barrier].both * crossed[step.segment]
    reached, passed, gains = {outlet: crossed[outlet]}, {outlet: 1.0}, [0.0] * len(barriers)
    square = math.fsum(lengths.values()) ** 2
    for step in steps:
        share, above = barriers[step.barrier].both, crossed[step.segment]
        below = reached[step.below] - share * above
        reached[step.segment] = above + share * below
        passed[step.segment] = share * passed[step.below]
        gains[step.barrier] = 200 * (1 - share) * above * below / square
    parts = {name: 100 * length * reached[name] / square for name, length in lengths.items()}
    outward = math.fsum(length * passed[name] for name, length in lengths.items())
    return Connectivity(math.fsum(parts.values()), 100 * outward / math.sqrt(square), parts, tuple(gains))


def _walk(lengths: Mapping[str, float], barriers: Sequence[Barrier], outlet: str) -> list[_Step]:
    """Every segment but the outlet, after the one below it; refused where the network is no tree."""
    beside: dict[str, list[tuple[str, int]]] = {name: [] for name in lengths}
    for i, each in enumerate(barriers):
        for name in (each.upstream, each.downstream, outlet):
            if name not in lengths:
                raise Refusal("no_such_segment", met=name, expected=", ".join(list(lengths)[:10]))
        beside[each.upstream].append((each.downstream, i))
        beside[each.downstream].append((each.upstream, i))
    if outlet not in lengths:
        raise Refusal("no_such_segment", met=outlet, expected=", ".join(list(lengths)[:10]))
    steps, seen, waiting = [], {outlet}, [outlet]
    for here in waiting:
        for name, barrier in beside[here]:
            if name not in seen:
                seen.add(name)
                waiting.append(name)
                steps.append(_Step(name, here, barrier))
    if len(seen) < len(lengths) or len(barriers) != len(lengths) - 1:
        raise Refusal("not_a_tree", segments=len(lengths), barriers=len(barriers), reached=len(seen))
    return steps
