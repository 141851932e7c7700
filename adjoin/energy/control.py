"""Is energy intensity falling as agreed, and does the total keep its cap? ("Double control".)"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a scale: what progress it takes, what it is called, and what that means."""

    level: str
    meaning: str
    at_least: float | None = None
    above: float | None = None

    def fits(self, progress: float) -> bool:
        """Whether a progress belongs here; a row without a bound takes all."""
        if self.at_least is not None:
            return progress >= self.at_least - _SLACK
        return self.above is None or progress > self.above + _SLACK


@dataclass(frozen=True, slots=True)
class Use:
    """Energy used (10^4 tce) and product (10^8 yuan, constant prices) of the same months."""

    energy: float
    product: float

    @property
    def intensity(self) -> float:
        """Energy by product, tce per 10^4 yuan."""
        return self.energy / self.product


def reduction(now: Use, before: Use) -> float:
    """How much lower intensity is than a year before: 1 - i/i_last; negative where it rose."""
    return 1 - now.intensity / before.intensity


def reduction_over(years: Sequence[float]) -> float:
    """The reduction of several years: 1 - prod(1 - r_y)."""
    return 1 - math.prod(1 - each for each in years)


def within_cap(growth: float, cap: float) -> bool:
    """Whether the growth of energy use keeps its cap."""
    return growth <= cap + _SLACK


def level(progress: float, scale: Sequence[Step]) -> Step | None:
    """The first row of a scale that a progress fits."""
    return next((step for step in scale if step.fits(progress)), None)
