"""What would have happened without the measure? A weighted mix of others stands for the one that took it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_LEAST_V = 1e-8
_STARTS, _KEPT, _EVALUATIONS = 400, 8, 700
_NO_FIT = 1e-24


@dataclass(frozen=True, slots=True)
class Panel:
    """The outcome of the treated unit and of its donors; `fit` and `post` mark times."""

    treated: "Array"  # time
    donors: "Array"  # time, donor
    fit: "NDArray[np.bool_]"
    post: "NDArray[np.bool_]"


@dataclass(frozen=True, slots=True)
class Fitted:
    """How far the mix is from the treated unit, before and after."""

    weights: "Array"
    gap: "Array"
    pre_mspe: float
    post_mspe: float

    @property
    def ratio(self) -> float | None:
        """After over before, squared; None where the fit is exact."""
        return None if self.pre_mspe < _NO_FIT else self.post_mspe / self.pre_mspe


def nearest(target: "Array", others: "Array") -> "Array":
    """Weights, not negative and summing to 1, whose mix of columns is nearest to a target.

    min |D w|, D = others - target, w in the simplex: the nearest point of a hull, by non-negative least squares of
    [D; s 1] u = [0; s] with w = u / sum(u)  (Haskell and Hanson 1981), exact for any s > 0
    """
    import numpy as np
    from scipy.optimize import nnls

    apart = others - target[:, None]
    scale = float(np.abs(apart).max()) or 1.0
    system = np.vstack([apart / scale, np.ones(others.shape[1])])
    right = np.zeros(len(system))
    right[-1] = 1.0
    found, _ = nnls(system, right, maxiter=50 * system.shape[1])
    weights: Array = found / found.sum()
    return weights


def fitted(panel: Panel, weights: "Array") -> Fitted:
    """The gap of a mix, gap = treated - donors w, and its mean squares before and after."""
    gap = panel.treated - panel.donors @ weights
    return Fitted(weights, gap, float((gap[panel.fit] ** 2).mean()), float((gap[panel.post] ** 2).mean()))


def matched(panel: Panel) -> Fitted:
    """The mix that fits the outcome itself best over the times of fitting."""
    return fitted(panel, nearest(panel.treated[panel.fit], panel.donors[panel.fit]))


def weighted(target: "Array", others: "Array", importance: "Array") -> "Array":
    """The weights that match predictors: min sum_m v_m (x_m - sum_j w_j x_mj)^2, predictors in standard deviations."""
    root = (importance / importance.max()) ** 0.5
    return nearest(target * root, others * root[:, None])


def sought(panel: Panel, target: "Array", others: "Array", seed: int = 0) -> "Array":
    """The importance of predictors whose weights fit the outcome best; the least of many searches, not proved.

    1e-8 <= v_m / max v <= 1, searched in logarithms from scattered starts
    """
    import numpy as np
    from scipy.optimize import minimize

    count = len(target)

    def loss(logs: "Array") -> float:
        clipped = np.clip(logs - logs.max(), np.log(_LEAST_V), 0.0)
        return fitted(panel, weighted(target, others, np.exp(clipped))).pre_mspe

    starts = np.random.default_rng(seed).uniform(np.log(_LEAST_V), 0.0, (_STARTS, count))
    starts = np.vstack([np.zeros(count), starts, starts[: _STARTS // 2] / 3])
    best = sorted(starts, key=_by(loss))[:_KEPT]
    options = {"maxfev": _EVALUATIONS, "xatol": 1e-3, "fatol": 1e-7, "adaptive": True}
    ends = [minimize(loss, start, method="Nelder-Mead", options=options).x for start in best]
    found = min(ends, key=_by(loss))
    found = minimize(loss, found, method="Nelder-Mead", options=options).x
    importance: Array = np.exp(np.clip(found - found.max(), np.log(_LEAST_V), 0.0))
    return importance


def _by(loss: "Callable[[Array], float]") -> "Callable[[Array], float]":
    return lambda point: float(loss(point))
