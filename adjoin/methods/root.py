"""Where a rising function passes 0: Newton's steps inside a bracket, for many functions at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_MOST_STEPS = 200


def rising_root(
    function: Callable[[Floats], tuple[Floats, Floats]], low: Floats, high: Floats, start: Floats, tolerance: Floats
) -> Floats:
    """Where each function passes 0 between low and high (which may be infinite).

    function : gives value and slope at the points; the value lies below 0 at low and above 0 at high
    tolerance : a last step of this length ends the search, each in the unit of the points

    A step that would leave the bracket, or has no number, is replaced by its middle.
    """
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    point = np.clip(start, low, high)
    for _ in range(_MOST_STEPS):
        value, slope = function(point)
        low, high = np.where(value < 0, point, low), np.where(value < 0, high, point)
        with np.errstate(invalid="ignore", divide="ignore"):  # replaced just below
            step = point - value / slope
        inside = (step >= low) & (step <= high)
        middle = np.where(np.isfinite(high), (low + high) / 2, 2 * point - low + tolerance)
        step = np.where(inside, step, middle)
        if np.all(np.abs(step - point) <= tolerance):
            return step
        point = step
    return point
