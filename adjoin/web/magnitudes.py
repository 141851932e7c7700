"""Numbers as people read them: separators, no exponents where a figure can be written out, noise as nothing."""

from collections.abc import Iterable
from math import floor, isfinite, log10

from adjoin.web.words import Both

NOISE = 1e-9  # of the largest beside it: what a solver left over
_DIGITS = 6
_SMALL, _LARGE = 1e-4, 1e15  # outside these a power of ten is written
_SUPER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def figure(value: float, digits: int = _DIGITS) -> str:
    """A number to some significant digits, whole digits always written: 121,400,545; 0.000131; 5.47 × 10⁻¹⁷."""
    if value == 0 or not isfinite(value):
        return "0" if value == 0 else str(value)
    size = floor(log10(abs(value)))
    if not _SMALL <= abs(value) < _LARGE:
        power = str(size).translate(_SUPER)
        return f"{value / 10.0**size:.3g} × 10{power}" if size > -300 else "0"
    text = f"{value:,.{max(0, digits - 1 - size)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def large(value: float, digits: int = _DIGITS) -> Both:
    """A number in the words of each language for large ones: 4亿, 400 million."""
    return Both(_in_steps(value, ((1e8, "亿"), (1e6, "万")), digits), _in_steps(value, ((1e6, "million"),), digits))


def in_full(value: float, unit: str = "") -> Both:
    """A number written out, and in words beside it where it is large or money."""
    plain = figure(value)
    if abs(value) >= _LARGE or abs(value) < (1e6 if unit.startswith("yuan") else 1e8):
        return Both(plain, plain)
    words = large(value, 4)
    return Both(f"{plain}（{words.zh}）", f"{plain} ({words.en})")


def tidied(values: Iterable[object]) -> list[object]:
    """Values with what is nothing beside the largest of them as 0."""
    listed = list(values)
    sizes = [abs(each) for each in listed if isinstance(each, float) and isfinite(each)]
    least = NOISE * max(sizes, default=0.0)
    return [0.0 if isinstance(each, float) and abs(each) < least else each for each in listed]


def _in_steps(value: float, steps: tuple[tuple[float, str], ...], digits: int) -> str:
    for size, word in steps:
        if size <= abs(value) < _LARGE:
            written = figure(value / (1e4 if word == "万" else size), digits)
            return f"{written} {word}" if word.isascii() else f"{written}{word}"
    return figure(value, digits)
