"""What moved a total? Logarithmic mean Divisia index, LMDI-I, with zeros taken to their limits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Factors = Sequence[Sequence[float]]  # factor, cell


@dataclass(frozen=True, slots=True)
class Effects:
    """What each factor added, and by what it multiplied; None where the total was or became nothing."""

    additive: tuple[float, ...]
    multiplicative: tuple[float, ...] | None


def total(factors: Factors) -> float:
    """The sum over cells of the product over factors."""
    return math.fsum(math.prod(cell) for cell in zip(*factors, strict=True))


def step(before: Factors, after: Factors) -> Effects:
    """The effect of every factor between two times.

        dV_k = sum_i L(V_i', V_i) ln(x_ki'/x_ki);   D_k = exp(dV_k / L(V', V));   L(a, b) = (a - b)/ln(a/b)

    A cell that appears or vanishes goes in equal shares to the factors that are 0 where the cell is 0.
    Source: Ang 2005; Wood and Lenzen 2006.
    """
    cells = [_cell(one, other) for one, other in zip(zip(*before, strict=True), zip(*after, strict=True), strict=True)]
    additive = tuple(math.fsum(cell[k] for cell in cells) for k in range(len(before)))
    mean = logarithmic_mean(total(after), total(before))
    return Effects(additive, tuple(math.exp(each / mean) for each in additive) if mean else None)


def chain(steps: Sequence[Effects]) -> Effects:
    """The effects over several steps: sums and products."""
    additive = tuple(math.fsum(parts) for parts in zip(*(each.additive for each in steps), strict=True))
    factors = [each.multiplicative for each in steps if each.multiplicative is not None]
    whole = len(factors) == len(steps)
    return Effects(additive, tuple(math.prod(parts) for parts in zip(*factors, strict=True)) if whole else None)


def logarithmic_mean(one: float, other: float) -> float:
    """L(a, b) = (a - b)/ln(a/b); a where they are equal; 0 where one is 0."""
    if one <= 0 or other <= 0:
        return 0.0
    apart = (one - other) / other
    return other if apart == 0 else (one - other) / math.log1p(apart)


def _cell(before: Sequence[float], after: Sequence[float]) -> list[float]:
    one, other = math.prod(before), math.prod(after)
    if one > 0 and other > 0:
        mean = logarithmic_mean(other, one)
        return [mean * math.log(new / old) for old, new in zip(before, after, strict=True)]
    if one == other:
        return [0.0] * len(before)
    empty = before if one == 0 else after
    share = (other - one) / sum(x == 0 for x in empty)
    return [share if x == 0 else 0.0 for x in empty]
