"""Where a rising function passes 0: Newton's steps inside a bracket, for many functions at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_MOST_STEPS, _FAR = 200, 10


def rising_root(
    function: Callable[[Floats], tuple[Floats, Floats]], low: Floats, high: Floats, start: Floats, tolerance: Floats
) -> Floats:
    """Where each function passes 0 between low and high (which may be infinite).

    function : gives value and slope at the points; the value lies below 0 at low and above 0 at high
    tolerance : a last step of this length ends the search, each in the unit of the points

    A step that would leave the bracket or has no number is replaced by the middle of the bracket; where it is open,
    steps go ten times as far as the start lies from low, and each time twice as far. A start at an end of the
    bracket is moved inside: at an end a small step need not mean that the root is near.
    """
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    reach = np.maximum(start - low, tolerance)
    point = np.where((start > low) & (start < high), start, _middle(low, high, low + reach))
    for _ in range(_MOST_STEPS):
        value, slope = function(point)
        low, high = np.where(value < 0, point, low), np.where(value < 0, high, point)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # replaced just below
            step = point - value / slope
        inside = (step >= low) & (step <= np.minimum(high, point + _FAR * reach))
        step = np.where(inside, step, _middle(low, high, point + reach))
        if np.all(np.abs(step - point) <= tolerance):
            return step
        point, reach = step, 2 * reach
    return point


def _middle(low: Floats, high: Floats, beyond: Floats) -> Floats:
    return np.where(np.isfinite(high), (low + high) / 2, beyond)
