"""How many animals does a population behave like? Effective size and rate of inbreeding."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_TOLERABLE = 0.01  # of inbreeding a generation: FAO rule of thumb, the same as 50 animals
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Size:
    """The effective size (None where inbreeding does not rise) and the rise of inbreeding a generation."""

    animals: float | None
    rate: float

    @property
    def within(self) -> bool:
        """Whether inbreeding rises by no more than one per cent a generation."""
        return self.rate <= _TOLERABLE + _SLACK


def of_sexes(males: int, females: int) -> Size:
    """From the numbers of breeding males and females: Ne = 4 m f / (m + f). Source: FAO guidelines."""
    return _of_size(4 * males * females / (males + females))


def of_families(animals: int, variance: float) -> Size:
    """From the variance of family size in a constant population: Ne = (4N - 2)/(Vk + 2).

    Source: Crow and Kimura, from memory.
    """
    return _of_size((4 * animals - 2) / (variance + 2))


def of_generations(sizes: Sequence[float]) -> Size:
    """From the sizes of generations in a row: Ne = their harmonic mean."""
    return _of_size(len(sizes) / math.fsum(1 / size for size in sizes))


def of_means(before: float, now: float) -> Size:
    """From the mean inbreeding of two generations in a row: dF = (F1 - F0)/(1 - F0)."""
    return _of_rate((now - before) / (1 - before))


def of_individuals(inbreeding: Sequence[float], generations: Sequence[float]) -> Size:
    """From animals with their equivalent complete generations: dF = mean of 1 - (1 - F_i)^(1/(t_i - 1)).

    Source: Gutierrez et al. 2008 and 2009, from memory.
    """
    rises = [1 - (1 - f) ** (1 / (t - 1)) for f, t in zip(inbreeding, generations, strict=True)]
    return _of_rate(math.fsum(rises) / len(rises))


def _of_size(animals: float) -> Size:
    return Size(animals, 1 / (2 * animals))


def _of_rate(rate: float) -> Size:
    return Size(1 / (2 * rate) if rate > 0 else None, rate)
