"""What first-order steps in a row hand on: exact whether rates are equal, nearly so, or far apart."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_TERMS = 16  # of the exponential series up to 1/2, for all digits
_SMALL = 0.5


def convolved(time: ArrayLike, *rates: ArrayLike) -> Floats:
    """What has come to the last of some stores in a row, for one unit in the first and steps of one unit a time.

        (e^(-k1 t) * ... * e^(-kn t))(t) = (-1)^(n-1) [k1, ..., kn] e^(-k t)
        of two: (e^(-k1 t) - e^(-k2 t)) / (k2 - k1),   k1 = k2: t e^(-k t),   k2 = 0: (1 - e^(-k1 t)) / k1

    time : not negative; rates : each store's loss, not negative, in 1 / unit of time; arrays are broadcast

    The divided difference is the corner of the exponential of a matrix with -k on its diagonal and ones above. It is
    found at a small time from a series and doubled up; both have only positive terms, so no digit cancels.
    Source: Opitz 1964; McCurdy, Ng and Parlett 1984.
    """
    t, *k = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in (time, *rates)))
    stacked = np.stack(k, axis=-1)
    slowest = stacked.min(axis=-1, keepdims=True)
    whole = (stacked - slowest) * t[..., None]  # the part common to all is taken out in front
    halvings = int(np.ceil(np.log2(max(float(whole.max(initial=0.0)), _SMALL) / _SMALL)))
    table = _small(whole / 2**halvings, t / 2**halvings)
    for left in range(halvings - 1, -1, -1):
        table = table @ table
        table[..., range(len(k)), range(len(k))] = np.exp(-whole / 2**left)
    result: Floats = table[..., 0, -1] * np.exp(-slowest[..., 0] * t)
    return result


def _small(x: Floats, step: Floats) -> Floats:
    """The exponential of the matrix for small k t: shifted until nothing in it is negative, then its series."""
    shift = x.max(axis=-1, initial=0.0)[..., None, None]
    identity = np.eye(x.shape[-1])
    matrix = (shift - x[..., None]) * identity + step[..., None, None] * np.eye(x.shape[-1], k=1)
    total = np.broadcast_to(identity, matrix.shape)
    for n in range(_TERMS, 0, -1):
        total = identity + matrix @ total / n
    result: Floats = total * np.exp(-shift)
    return result
