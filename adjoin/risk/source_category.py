"""Which category have sealed sources that stand together?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from adjoin.risk.levels import reached


@dataclass(frozen=True, slots=True)
class Nuclide:
    """A nuclide: its dangerous activity and half-life, and how well each is known."""

    name: str
    d_tbq: Fraction
    half_life_days: float | None  # none: not decayed
    d_status: str
    half_life_status: str


@dataclass(frozen=True, slots=True)
class Source:
    """A sealed source: its activity on a day, and how many days ago that was."""

    nuclide: Nuclide
    activity_ref_tbq: Fraction
    days_since: float

    @property
    def activity_tbq(self) -> Fraction:
        """The activity now: A 2^(-t/T); exact where nothing has decayed."""
        half_life = self.nuclide.half_life_days
        if not self.days_since or half_life is None:
            return self.activity_ref_tbq
        return self.activity_ref_tbq * Fraction(2.0 ** (-self.days_since / half_life))

    @property
    def ratio(self) -> Fraction:
        """A / D."""
        return self.activity_tbq / self.nuclide.d_tbq


def category(sources: Sequence[Source], at_least: Mapping[str, Fraction]) -> tuple[Fraction, str]:
    """The sum of A/D of sources that stand together, and its category.

        sum = sum_i A_i / D_i

    at_least : least sum of every category, I first; the last begins at 0

    Source: 10 CFR 73 app. I; SEPA notice 62 of 2005.
    """
    total = sum((source.ratio for source in sources), Fraction(0))
    return total, reached(total, at_least) or "V"
