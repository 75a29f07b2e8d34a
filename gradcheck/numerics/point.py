"""From samples to an estimate: the derivative, its error, and what the point looks like."""

from dataclasses import dataclass

import numpy as np

from gradcheck.model import Array, Estimate, Floats, Point, Rung

from .extrapolation import NOISE_FACTOR, Limit, limit
from .ladder import Samples
from .noise import FOREIGN

#: One-sided derivatives differ if they differ by more than this many times their joint error.
_APART = 2.0
#: Growth of a one-sided quotient when the step is quartered: 1/h (a jump) grows by 4, h**-1/2
#: (a cusp) by 2, and anything that keeps growing by more than this has no limit.
_DIVERGES = 1.3
_JUMPS = 3.0
#: Successive changes of a smooth ladder shrink with the square of the step; where they drop by
#: so many times more, one rung crossed a kink and the next one did not.
_DROP = 12.0
#: Part of the smallest move of a quantised value that counts as one deviation: rounding
#: is off by 0.29 of a unit in the last place, and the smallest move is between one and four.
_QUANTUM = 4.0
_HALF_ULP = float(np.finfo(np.float64).eps) / 2


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """The three limits that the classification rests on, and how fast the sides diverge."""

    central: Limit
    left: Limit
    right: Limit
    grows_left: Floats
    grows_right: Floats


def estimate(samples: Samples, sigma: Floats, reach: Floats, *, calls: int) -> Estimate:
    """Return derivative, error and kind of point for each component.

    Parameters
    ----------
    sigma
        Measured noise of the weighted function, one standard deviation a component.
    reach
        Size of what moves, for each component: half an ulp of it is lost in whatever the
        function computes first.
    calls
        Forward calls spent, for the record.
    """
    noise = np.fmax(_foreign(samples, sigma), _stored(samples, reach))
    sides = _sides(samples, noise)
    point = _classify(sides)
    value, error = _choose(sides, point)
    left, right = _ends(sides, point, value)
    distance = _distance(samples, noise, point)
    point = np.where(np.isfinite(distance), np.int64(Point.NEAR_KINK), point)
    worst = int(np.argmax(np.nan_to_num(error, posinf=1e308))) if error.size else 0
    return Estimate(
        value=value,
        error=error,
        point=point,
        left=left,
        right=right,
        calls=calls,
        noise=float(sigma.max(initial=0.0)),
        distance=distance,
        rungs=_rungs(samples, noise, worst),
    )


def _foreign(samples: Samples, sigma: Floats) -> Floats:
    """Return the measured noise at every rung, where it is no float64 round-off.

    A float32 value rounds more coarsely where it is larger, and it stands still on the finest
    rungs: the smallest step it ever takes there is one to four of its units in the last place.
    What keeps still at exactly zero is rounded to a fixed grid, which is as coarse everywhere.
    """
    still = samples.floor[-1]
    foreign = sigma > FOREIGN * still
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        grown = np.where(still > 0, np.fmax(1.0, samples.floor / still), 1.0)
        moves = np.abs(np.concatenate([samples.plus, samples.minus]))
        smallest = np.where(moves > 0, moves, np.inf).min(axis=0)
    # Still on both sides: the flat side of a kink keeps still without any rounding.
    stood = np.any(samples.plus == 0, axis=0) & np.any(samples.minus == 0, axis=0)
    quantised = foreign & stood & np.isfinite(smallest)
    sigma = np.where(quantised, np.fmax(sigma, smallest / _QUANTUM), sigma)
    return np.asarray(np.where(foreign, sigma * np.nan_to_num(grown, nan=1.0), sigma))


def _stored(samples: Samples, reach: Floats) -> Floats:
    """Return the round-off that arithmetic cannot avoid: of the outputs and of the input.

    The input is rounded in the first operation on it, which is worth half an ulp times the
    slope: a line through zero stores its values far more finely than it computes them.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        slope = np.fmax(np.abs(samples.left), np.abs(samples.right))
        lost = _HALF_ULP * reach * slope
    return np.fmax(samples.floor, np.nan_to_num(lost, nan=0.0, posinf=0.0))


def _rungs(samples: Samples, noise: Floats, component: int) -> tuple[Rung, ...]:
    if not samples.up.size:
        return ()
    steps = samples.up[:, component]
    with np.errstate(invalid="ignore", divide="ignore"):
        roundoff = NOISE_FACTOR * noise[:, component] / steps
    rows = zip(steps, samples.central[:, component], roundoff, strict=True)
    return tuple(Rung(float(h), float(d), float(e)) for h, d, e in rows)


def _sides(samples: Samples, noise: Floats) -> _Sides:
    with np.errstate(invalid="ignore", divide="ignore"):
        roundoff = NOISE_FACTOR * noise / samples.up
        one_sided = np.sqrt(2.0) * roundoff
        return _Sides(
            limit(samples.up, samples.central, roundoff, power=2),
            limit(samples.down, samples.left, one_sided, power=1),
            limit(samples.up, samples.right, one_sided, power=1),
            _growth(samples.minus, samples.down, noise),
            _growth(samples.plus, samples.up, noise),
        )


def _growth(delta: Floats, step: Floats, noise: Floats) -> Floats:
    """Return by how much the one-sided quotients grow when the fine steps are quartered.

    The smallest of the last three ratios, so that a kink crossed once is no divergence; 0 where
    the differences are within the noise and say nothing.
    """
    if delta.shape[0] < 4:
        return np.zeros(delta.shape[1])
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        quotient = np.abs(delta / step)
        ratio = quotient[-3:] / quotient[-4:-1]
        quarterings = np.log(step[-4:-1] / step[-3:]) / np.log(4.0)
        ratio = ratio ** (1.0 / quarterings)
        loud = np.all(np.abs(delta[-4:]) > 10 * NOISE_FACTOR * noise[-4:], axis=0)
    return np.where(loud, np.nan_to_num(ratio, nan=0.0, posinf=0.0).min(axis=0), 0.0)


def _classify(sides: _Sides) -> Array:
    point = np.full(sides.central.value.shape, Point.SMOOTH, dtype=np.int64)
    left_ok, right_ok = np.isfinite(sides.left.error), np.isfinite(sides.right.error)
    central_ok = np.isfinite(sides.central.error)
    with np.errstate(invalid="ignore"):
        gap = np.abs(sides.right.value - sides.left.value)
        kink = gap > _APART * (sides.left.error + sides.right.error)
    point[kink & left_ok & right_ok] = Point.KINK
    point[~central_ok & (left_ok ^ right_ok)] = Point.EDGE
    point[~central_ok & ~left_ok & ~right_ok] = Point.UNDEFINED
    growth = np.maximum(sides.grows_left, sides.grows_right)
    point[growth > _DIVERGES] = Point.CUSP
    point[growth > _JUMPS] = Point.JUMP
    return point


def _choose(sides: _Sides, point: Array) -> tuple[Floats, Floats]:
    """Return value and error: central, or what the sides say where it is not smooth."""
    left, right = _converging(sides)
    value, error = sides.central.value.copy(), sides.central.error.copy()
    kink = point == Point.KINK
    value[kink] = (left.value[kink] + right.value[kink]) / 2
    error[kink] = np.maximum(left.error[kink], right.error[kink])
    for side in (right, left):
        single = np.isin(point, _ONE_SIDED) & np.isfinite(side.error)
        value[single], error[single] = side.value[single], side.error[single]
    nowhere = np.isin(point, _ONE_SIDED) & ~np.isfinite(left.error) & ~np.isfinite(right.error)
    value[nowhere], error[nowhere] = np.nan, np.inf
    return value, error


_ONE_SIDED = (Point.EDGE, Point.JUMP, Point.CUSP)


def _converging(sides: _Sides) -> tuple[Limit, Limit]:
    """Return the one-sided limits, emptied where a side diverges."""
    return _emptied(sides.left, sides.grows_left), _emptied(sides.right, sides.grows_right)


def _emptied(side: Limit, growth: Floats) -> Limit:
    diverges = growth > _DIVERGES
    value, error = (
        np.where(diverges, np.nan, side.value),
        np.where(diverges, np.inf, side.error),
    )
    return Limit(value, error, side.rung)


def _ends(sides: _Sides, point: Array, value: Floats) -> tuple[Floats, Floats]:
    """Return one-sided derivatives where they matter, the derivative itself elsewhere."""
    split = np.isin(point, (Point.KINK, *_ONE_SIDED))
    left, right = _converging(sides)
    return np.where(split, left.value, value), np.where(split, right.value, value)


def _distance(samples: Samples, noise: Floats, point: Array) -> Floats:
    """Return the finest step that crossed a kink nearby, NaN where there is none."""
    result = np.full(point.shape, np.nan)
    if samples.up.shape[0] < 3:
        return result
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.abs(np.diff(samples.central, axis=0))
        quiet = NOISE_FACTOR * (noise[1:] / samples.up[1:] + noise[:-1] / samples.up[:-1])
        expected = (samples.up[:-2] / samples.up[1:-1]) ** 2
        drop = change[:-1] / np.maximum(change[1:], quiet[1:]) / expected
    for r in range(drop.shape[0]):
        crossed = (drop[r] > _DROP) & (point == Point.SMOOTH)
        result[crossed] = samples.up[r, crossed]
    return result
