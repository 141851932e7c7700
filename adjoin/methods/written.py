"""Numbers as they were written: sums and comparisons that a binary fraction would miss by its last digit."""

from fractions import Fraction


def as_written(value: float) -> Fraction:
    """The exact value of the shortest decimal that stands for this number: 0.1 is one tenth.

    value : finite
    """
    return Fraction(repr(value))


def as_text(value: Fraction, digits: int = 12) -> str:
    """A number as its decimal text: exact where it ends, else rounded to so many digits after the point.

    0.1 -> "0.1", 1 -> "1", 1/3 -> "0.333333333333"
    """
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    places = digits if rest > 1 else next(n for n in range(10_000) if 10**n % value.denominator == 0)
    scaled = round(abs(value) * 10**places)
    whole, part = divmod(scaled, 10**places)
    shown = f"{whole}.{part:0{places}d}".rstrip("0").rstrip(".") if places else str(whole)
    return f"-{shown}" if value < 0 and shown != "0" else shown
