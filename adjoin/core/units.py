"""What is measured, in which unit, with how many digits.

A value is text with its digits from the moment it is read until it is judged: `0.35` rounded to one
digit is `0.4` by GB/T 8170, and a binary float would say `0.3`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal

from adjoin.core.refusal import Refusal

_NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,2})?", re.ASCII)
_WIDE = Context(prec=400)  # holds every number of that form, so that rounding happens once
_ONE_DIGIT = Context(prec=1, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that is measured, under its HJ 525 / HJ 212 code."""

    code: str  # "w21011"
    name_zh: str
    name_en: str
    symbol: str  # "TP"
    unit: str  # the house unit; "" where there is none
    storage_digits: int  # decimals that integers are stored at
    assessment_decimals: int | None  # decimals a mean is rounded to before it is judged
    low: Decimal | None  # outside low..high a value is no measurement of this
    high: Decimal | None
    aliases: tuple[str, ...] = ()
    status: str = "std"

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it goes by."""
        return (self.code, self.symbol, self.name_zh, self.name_en, *self.aliases)


@dataclass(frozen=True)
class Quantities:
    """The table of quantities; any alias finds its row."""

    rows: tuple[Quantity, ...]
    _by_name: Mapping[str, Quantity] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {name.casefold(): q for q in self.rows for name in q.names}
        object.__setattr__(self, "_by_name", names)

    def find(self, name: str) -> Quantity:
        """The quantity that goes by this code or alias."""
        found = self._by_name.get(name.strip().casefold())
        if found is None:
            raise Refusal("unknown_quantity", met=name, expected=", ".join(q.symbol for q in self.rows))
        return found

    def get(self, name: str) -> Quantity | None:
        """The quantity that goes by this code or alias, or nothing."""
        return self._by_name.get(name.strip().casefold())


def decimal(text: str) -> Decimal:
    """The number that a text says; anything else is refused."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise Refusal("not_a_number", met=text[:60])
    return Decimal(found[0])


def round_half_even(value: str, decimals: int) -> str:
    """A value rounded once, from its text, half to even; a value that is not zero never becomes zero.

        GB/T 8170: 0.35 -> 0.4, 1.05 -> 1.0, 2.5 -> 2 (at 0 digits)

    value : text of a decimal number
    decimals : digits to keep after the point

    Gives text. Where rounding would give 0 for a value that is not 0, one significant digit is kept
    (digits rule 2020). Source: GB/T 8170.
    """
    number = decimal(value)
    rounded = _to_digits(number, decimals)
    if rounded == 0 and number != 0:
        rounded = _ONE_DIGIT.plus(number)
    return f"{rounded:f}"


def evaluated(value: str) -> Decimal:
    """The number a value enters a calculation with: half the limit where it is below detection ("<0.02")."""
    text = value.strip()
    return decimal(text[1:]) / 2 if text.startswith("<") else decimal(text)


def exact_mean(values: Iterable[Decimal]) -> Decimal | None:
    """The arithmetic mean, without a rounding on the way; nothing for no values."""
    numbers = list(values)
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else None


def _to_digits(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN, context=_WIDE)
