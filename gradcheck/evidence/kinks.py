"""At a kink, the values that a chain rule may rightly answer.

Where an entry feeds several outputs that all have a kink in it (overlapping pooling windows
with ties), each output may choose its own subgradient. With upstream gradients of both signs
the sum of such choices can lie outside the one-sided derivatives of the weighted sum, and is
right all the same: the sum of the outputs' intervals is what is admissible.

And where three entries are tied, the middle one of a sort keeps still whichever of them moves
alone: its gradient is none of the one-sided slopes. What gradients at smooth points arbitrarily
near tend to, and all between them, is what a subgradient is (Clarke, Optimization and Nonsmooth
Analysis, 1983), so an entry that still fails is compared with those as well.
"""

from dataclasses import replace

import numpy as np

from gradcheck.compare import EPS, FAIL
from gradcheck.model import Array, Comparison, Estimate, Floats, Point
from gradcheck.numerics import difference

from .exam import Exam

#: One-sided quotients of single outputs at this step; kinks of piecewise smooth functions of
#: order one are resolved to 1e-6 by it.
_STEP = 2.0**-20
_ROUND_OFF = 1e-6
_MOST = 512
#: Points so near stand for the limit; slopes there are taken over a far shorter step.
_NEAR = 2.0**-20
_SHORT = 2.0**-28
_POINTS = 12
#: Entries that are compared with gradients nearby, at two dozen calls each.
_ASKED = 32


def widened(exam: Exam, comparison: Comparison) -> Estimate:
    """Return the estimate with the intervals of failing kinked entries summed over outputs."""
    estimate = comparison.reference
    failing = np.argwhere((comparison.verdicts == FAIL) & (estimate.point == Point.KINK))
    if not len(failing) or len(failing) > _MOST:
        return estimate
    left, right = np.array(estimate.left), np.array(estimate.right)
    for row in failing:
        index = tuple(int(i) for i in row)
        low, high = _interval(exam, comparison.tensor, index)
        left[index] = min(left[index], right[index], low)
        right[index] = max(estimate.left[index], right[index], high)
        outside = not left[index] <= comparison.claimed[index] <= right[index]
        if outside and len(failing) <= _ASKED:
            slopes = _slopes_nearby(exam, comparison.tensor, index)
            left[index] = min(left[index], *slopes)
            right[index] = max(right[index], *slopes)
    return replace(estimate, left=left, right=right)


def _interval(exam: Exam, name: str, index: tuple[int, ...]) -> tuple[float, float]:
    reference = exam.reference
    line = reference.entry(name, index)
    above = _weighed(exam, difference(line.at(_STEP), reference.centre))
    below = _weighed(exam, difference(reference.centre, line.at(-_STEP)))
    low, high = np.minimum(above, below), np.maximum(above, below)
    slack = _ROUND_OFF * float(np.abs(above).sum() + np.abs(below).sum())
    return float(low.sum()) - slack, float(high.sum()) + slack


def _slopes_nearby(exam: Exam, name: str, index: tuple[int, ...]) -> list[float]:
    """Return the entry's slope at random points beside the kink, widened by its round-off."""
    reference, rng = exam.reference, exam.generator("nearby")
    x, slopes = reference.inputs[name], []
    for _ in range(_POINTS):
        beside = {**reference.inputs, name: x + _NEAR * rng.uniform(-1.0, 1.0, x.shape)}
        line = reference.entry(name, index, beside)
        above, below = line.at(_SHORT), line.at(-_SHORT)
        parts = _weighed(exam, difference(above, below), 2.0 * _SHORT)
        slack = EPS * float(np.abs(_weighed(exam, above, _SHORT)).sum())
        slopes += [float(parts.sum()) - slack, float(parts.sum()) + slack]
    return slopes


def _weighed(exam: Exam, change: tuple[Array, ...], step: float = _STEP) -> Floats:
    parts = zip(exam.reference.upstream, change, strict=True)
    return np.concatenate([(v * d).reshape(-1) / step for v, d in parts])
