"""The complex step: a derivative without subtraction, where the code is analytic.

Squire & Trapp, "Using Complex Variables to Estimate Derivatives of Real Functions", SIAM
Review 40(1), 1998: ``imag(f(x + ih)) / h`` has no cancellation, so h can be tiny and the result
is good to the last digits.
It is silently wrong under abs, conj, comparisons and casts to real, so it is
only ever used where it agrees with the difference quotients at the same point.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gradcheck.model import Array, Arrays, Estimate, Floats, Outputs, Point

from .line import Line
from .weights import Weights

#: Small enough that h**2 vanishes beside 1, far from underflow.
STEP = 2.0**-66
#: A second evaluation so far away shows how well conditioned the slope is: the tail of a
#: saturated tanh keeps fewer digits than 16. A few units in the last place are enough.
_BESIDE = 2.0**-50
#: Round-off of a sum of products, in units of eps times the root of the sum of their squares.
_ULPS = 16.0
_EPS = float(np.finfo(np.float64).eps)
#: The witness is heard where it lies within so many error bars of the difference quotient.
_NEAR = 1.0

ComplexFunction = Callable[[Arrays], Outputs | None]


def sharpened(
    estimate: Estimate, line: Line, weights: Weights, f: ComplexFunction, *, unit: bool
) -> Estimate:
    """Return the estimate with the complex step's value where the two witnesses agree.

    Parameters
    ----------
    f
        The function of complex inputs; returns None where it does not follow them.
    """
    slopes = _slopes(f(_imaginary(line, 0.0)))
    above = _slopes(f(_imaginary(line, _BESIDE)))
    below = _slopes(f(_imaginary(line, -_BESIDE)))
    if slopes is None or above is None or below is None:
        return estimate
    speed = 1.0 if unit else _speed(line)
    value = weights.sum(slopes) / speed
    error = _ULPS * _EPS * (np.abs(value) + 2 * weights.floor(slopes) / _EPS / speed)
    for beside in (above, below):  # both sides: a kink at x looks smooth from one of them
        error = error + np.abs(weights.sum(beside) / speed - value)
    with np.errstate(invalid="ignore"):
        heard = np.abs(value - estimate.value) <= _NEAR * estimate.error
    heard &= np.isin(estimate.point, (Point.SMOOTH, Point.NEAR_KINK))
    better = heard & (error < estimate.error)
    if not np.any(better):
        return estimate
    return _replaced(estimate, value, error, better)


def _slopes(outputs: Outputs | None) -> Outputs | None:
    return None if outputs is None else tuple(np.asarray(np.imag(y)) / STEP for y in outputs)


def _imaginary(line: Line, along: float) -> dict[str, Array]:
    """Return the point, moved by `along` and by an imaginary step."""
    moved = dict(line.inputs)
    for name, speed in line.direction.speed.items():
        step = np.zeros(np.shape(line.inputs[name]), dtype=np.complex128)
        where = ... if line.direction.where is None else line.direction.where[name]
        step[where] = (along + 1j * STEP) * speed
        moved[name] = line.inputs[name] + step
    return moved


def _speed(line: Line) -> Floats:
    ((_, speed),) = line.direction.speed.items()
    return np.asarray(speed, dtype=np.float64).reshape(-1)


def _replaced(estimate: Estimate, value: Floats, error: Floats, better: Array) -> Estimate:
    new = np.where(better, value, estimate.value)
    return replace(
        estimate,
        value=new,
        error=np.where(better, error, estimate.error),
        left=np.where(better, value, estimate.left),
        right=np.where(better, value, estimate.right),
        method="complex step",
    )
