"""Reduce a comparison to the plain data that reports show."""

import numpy as np

from gradcheck.evidence import Examined
from gradcheck.model import Agreement, Array, Point

#: Entries kept for the scatter plot and the heat map; larger tensors are thinned evenly.
_KEPT = 1024


def agreement(case: str, examined: Examined) -> Agreement:
    """Return how one tensor compared, with a bounded sample of its entries."""
    comparison = examined.comparison
    kinds = np.flatnonzero(np.bincount(comparison.reference.point.reshape(-1)))
    return Agreement(
        case=case,
        tensor=comparison.tensor,
        shape=examined.shape,
        verdict=comparison.verdict,
        digits=comparison.digits,
        resolution=comparison.resolution,
        strategy=examined.strategy,
        precision=examined.precision,
        points=tuple(Point(int(k)).word for k in kinds if k != Point.SMOOTH),
        claimed=_thinned(comparison.claimed),
        reference=_thinned(comparison.reference.value),
        error=_thinned(comparison.reference.error),
        rungs=tuple((r.step, r.value, r.error) for r in comparison.rungs),
        verdicts="".join(str(int(v)) for v in _thinned(comparison.verdicts)),
    )


def _thinned(values: Array) -> tuple[float, ...]:
    flat = values.reshape(-1)
    step = max(1, -(-flat.size // _KEPT))
    return tuple(float(v) for v in flat[::step])
