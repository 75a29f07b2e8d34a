"""Claimed and reference gradient side by side, with the allowance between them."""

from dataclasses import dataclass

import numpy as np

from .arrays import Array, Floats
from .estimate import Estimate, Rung
from .verdict import Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Entries of one tensor (or directions through it), judged.

    Raises
    ------
    ValueError
        Where the shapes of claimed, reference and allowance differ: shapes are compared before
        values, so that nothing broadcasts in silence.
    """

    tensor: str
    """Name of the leaf."""
    claimed: Floats
    """What the backward pass says."""
    reference: Estimate
    """What the finite differences say, with their error."""
    allowance: Floats
    """Largest disagreement that proves nothing: error of the reference and of the claim."""
    excess: Floats
    """Distance of the claim from the nearest admissible value (0 inside a subdifferential)."""
    verdicts: Array
    """Code of each entry: 0 pass, 1 inconclusive, 2 fail."""
    scale: float
    """Root mean square size of an entry; a digit is counted relative to it."""
    norm: float
    """Euclidean norm of the tensor's gradient; the resolution is relative to it."""
    resolution: float
    """Largest single-entry error, relative to `norm`, that could have been missed."""
    direction: bool = False
    """The entries are directional derivatives and not coordinates."""

    def __post_init__(self) -> None:
        shape = self.claimed.shape
        others = (self.reference.value, self.allowance, self.excess, self.verdicts)
        if any(array.shape != shape for array in others):
            shapes = ", ".join(str(array.shape) for array in (self.claimed, *others))
            raise ValueError(f"a comparison needs arrays of one shape; got {shapes}")

    @property
    def verdict(self) -> Verdict:
        """The worst verdict among the entries."""
        code = int(self.verdicts.max()) if self.verdicts.size else 0
        return (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL)[code]

    @property
    def worst(self) -> tuple[int, ...] | None:
        """Index of the entry with the largest excess in units of its allowance."""
        if not self.excess.size:
            return None
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(self.excess > 0, self.excess / self.allowance, 0.0)
        ratio = np.where(np.isnan(self.claimed), np.inf, ratio) + np.asarray(self.verdicts)
        return tuple(int(i) for i in np.unravel_index(int(np.argmax(ratio)), ratio.shape))

    @property
    def digits(self) -> float:
        """Decimal digits of agreement in the worst entry, relative to `scale`; at most 17."""
        finite = self.excess[np.isfinite(self.excess)]
        if finite.size < self.excess.size:
            return 0.0
        worst = float(finite.max()) if finite.size else 0.0
        if worst <= 0.0 or self.scale <= 0.0:
            return 17.0 if worst <= 0.0 else 0.0
        return float(np.clip(-np.log10(worst / self.scale), 0.0, 17.0))

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """Step ladder of the worst component."""
        return self.reference.rungs
