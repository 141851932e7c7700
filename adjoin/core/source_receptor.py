"""Who gives what to whom, with members for uncertainty; its rows add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from adjoin.core.refusal import Refusal

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SourceReceptor:
    """What every source gives to every receptor, in one unit; what no source explains belongs to nobody."""

    receptors: tuple[str, ...]
    sources: tuple[str, ...]
    parties: tuple[str, ...]  # who holds each source; "" for nobody (background, what comes from outside)
    unit: str  # "kg/d", "mg/L", ...
    gives: Floats  # (receptor, source, member)
    residual: Floats  # (receptor, member): measured less the sum of its row; may be negative; zero where modelled only

    @classmethod
    def of(
        cls,
        receptors: tuple[str, ...],
        sources: Mapping[str, str],
        unit: str,
        gives: ArrayLike,
        measured: ArrayLike | None = None,
    ) -> Self:
        """A matrix from what every source gives and, where something was measured, what was.

        sources : name -> party, in the order of the columns
        gives : (receptor, source) or (receptor, source, member); measured : (receptor) or (receptor, member)
        """
        values = np.asarray(gives, dtype=float)
        values = values[..., None] if values.ndim == 2 else values
        if values.shape[:2] != (len(receptors), len(sources)) or not np.isfinite(values).all():
            raise Refusal("not_a_matrix", met=values.shape, expected=(len(receptors), len(sources)))
        residual = np.zeros((len(receptors), values.shape[2]))
        if measured is not None:
            found = np.asarray(measured, dtype=float)
            residual = (found[:, None] if found.ndim == 1 else found) - values.sum(axis=1)
        return cls(receptors, tuple(sources), tuple(sources.values()), unit, values, residual)

    @property
    def total(self) -> Floats:
        """What every receptor holds, (receptor, member): the sources and the residual, which is what was measured."""
        total: Floats = self.gives.sum(axis=1) + self.residual
        return total

    def by_party(self, receptor: str) -> dict[str, Floats]:
        """What each party's sources give to a receptor, by member."""
        row = self.gives[self.receptors.index(receptor)]
        of = np.array(self.parties)
        return {party: row[of == party].sum(axis=0) for party in dict.fromkeys(self.parties)}

    def shares(self, receptor: str) -> Floats:
        """Each source's part of what a receptor holds, (source, member); with the residual's they make one."""
        at = self.receptors.index(receptor)
        shares: Floats = self.gives[at] / self.total[at]
        return shares

    def residual_share(self, receptor: str) -> Floats:
        """The part of what a receptor holds that no source explains, by member; may be negative."""
        at = self.receptors.index(receptor)
        share: Floats = self.residual[at] / self.total[at]
        return share
