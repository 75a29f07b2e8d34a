"""Judge a claim against a reference: pass, fail or inconclusive, entry by entry."""

from dataclasses import dataclass

import numpy as np

from gradcheck.model import Array, Comparison, Estimate, Floats, Point
from gradcheck.numerics import Look

from .allowance import ALONE, EPS, LOOK, LOOK_RESOLUTION, PROOF, USEFUL, ZERO

PASS, INCONCLUSIVE, FAIL = 0, 1, 2

#: The method of an estimate that agreement with a first look has closed.
CLOSED = "look"

#: Methods that need no difference of outputs, or one in more digits.
_WITNESSES = ("complex step", "extended precision")


@dataclass(frozen=True, slots=True)
class Scale:
    """What the numbers of one tensor are measured against."""

    size: float
    """Typical entry: root mean square of the gradient (of the terms, for a direction)."""
    norm: float
    """Norm of the tensor's gradient."""
    unit: float
    """Size of the weighted value of the function, the natural size of a derivative over a
    length of 1; what is zero beside it is zero."""


def agrees(claimed: Floats, look: Look, norm: float) -> Array:
    """Return which components of a first look close the matter.

    Parameters
    ----------
    norm
        What `claimed` is measured against: the norm of all terms that add up to a directional
        derivative, or the typical entry of a tensor.
    """
    with np.errstate(invalid="ignore"):
        apart = np.abs(claimed - look.value)
        sharp = look.roundoff <= LOOK_RESOLUTION * norm
        return np.asarray((apart <= LOOK * look.roundoff) & sharp | (apart == 0.0))


def closed(claimed: Floats, look: Look) -> Estimate:
    """Return the estimate of a first look with which the claim agreed.

    Its error bar rests on the agreement itself: an error that was missed would have to cancel
    against the truncation error of the quotient to all the digits in which the two agree.
    """
    return Estimate(
        value=look.value,
        error=np.abs(claimed - look.value) + look.roundoff,
        point=np.full(claimed.shape, Point.SMOOTH, dtype=np.int64),
        left=look.value,
        right=look.value,
        calls=0,
        method=CLOSED,
    )


def judge(
    tensor: str,
    claimed: Floats,
    estimate: Estimate,
    claim_error: Floats,
    scale: Scale,
    *,
    direction: bool = False,
) -> Comparison:
    """Return the comparison of a claim with a reference that knows its error.

    Parameters
    ----------
    claim_error
        Round-off of the claim, same shape.
    """
    excess = admissible_excess(claimed, estimate)
    undefined = _undefined(estimate)
    allowance = np.asarray(estimate.error + claim_error + _lost(estimate) * scale.unit)
    verdicts = _codes(excess, allowance, useful=max(USEFUL * scale.size, ZERO * scale.unit))
    verdicts[undefined] = PASS
    open_jump = (estimate.point == Point.JUMP) | (estimate.point == Point.CUSP)
    verdicts[open_jump & (verdicts == FAIL)] = (
        INCONCLUSIVE  # no derivative exists there, so none can be wrong
    )
    counted = np.where(undefined, 0.0, excess + np.nan_to_num(allowance, posinf=0.0))
    return Comparison(
        tensor=tensor,
        claimed=claimed,
        reference=estimate,
        allowance=allowance,
        excess=np.where(undefined, 0.0, excess),
        verdicts=verdicts,
        scale=max(scale.size, ZERO * scale.unit),
        norm=scale.norm,
        resolution=_ratio(float(counted.max(initial=0.0)), max(scale.norm, ZERO * scale.unit)),
        direction=direction,
    )


def admissible_excess(claimed: Floats, estimate: Estimate) -> Floats:
    """Return how far a claim lies outside the values that are admissible.

    At a smooth point only the derivative is admissible; at a kink every value between the
    one-sided derivatives is a subgradient (Clarke, Optimization and Nonsmooth Analysis, 1983).
    """
    left = np.where(np.isnan(estimate.left), estimate.value, estimate.left)
    right = np.where(np.isnan(estimate.right), estimate.value, estimate.right)
    low, high = np.minimum(left, right), np.maximum(left, right)
    with np.errstate(invalid="ignore"):
        outside = np.maximum(np.maximum(low - claimed, claimed - high), 0.0)
    return np.asarray(np.where(np.isfinite(claimed), outside, np.inf))


def _lost(estimate: Estimate) -> float:
    """Return the part of the function's own size below which nothing is told.

    Differences of outputs carry a few eps of them over the longest step, whatever a lucky
    extrapolation says of its own error; a sharper witness carries no such round-off, and below
    eps**2 its values are lost in any further use.
    """
    return EPS**2 if estimate.method in _WITNESSES else ALONE * EPS


def _undefined(estimate: Estimate) -> Array:
    """Entries in which no derivative exists, from either side."""
    return np.asarray(np.isnan(estimate.value))


def _codes(excess: Floats, allowance: Floats, *, useful: float) -> Array:
    with np.errstate(invalid="ignore"):
        proved = excess > PROOF * allowance
        agreed = (excess <= allowance) & (allowance <= useful)
    codes = np.full(excess.shape, INCONCLUSIVE, dtype=np.int64)
    codes[agreed] = PASS
    codes[proved] = FAIL
    return codes


def _ratio(value: float, norm: float) -> float:
    return value / norm if norm > 0.0 else value
