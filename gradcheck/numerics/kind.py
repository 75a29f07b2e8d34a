"""What a point with a derivative looks like further out: plateau, edge, waves, noise."""

import numpy as np

from gradcheck.model import Array, Estimate, Floats, Point

from .ladder import Samples
from .noise import FOREIGN

#: So many finest rungs without any change make a plateau.
_FLAT_RUNGS = 4
#: A kink nearby contributes in proportion to the step, four times less from rung to rung; a
#: jump nearby contributes the same. Between them lies two.
_JUMPS = 2.0
#: A coarse quotient off by more than this part of the value, and of its size, is no truncation
#: error of a power series but a value from another wave.
_OFF = 0.5
#: Noise is named where it leaves fewer digits than a plain central difference has.
_DIGITS = 1e-9


def refined(samples: Samples, sigma: Floats, found: Estimate) -> Array:
    """Return the kinds of points, with smooth ones told apart.

    Parameters
    ----------
    sigma
        Measured noise of the function, one standard deviation a component.
    found
        The estimate from `samples`.
    """
    smooth = (found.point == Point.SMOOTH) & np.isfinite(found.value)
    flat = (smooth | (found.point == Point.NEAR_KINK)) & (found.value == 0)
    kinds = (
        (Point.NOISE, smooth & _noisy(samples, sigma, found)),
        (Point.ALIASED, smooth & _aliased(samples, found.value)),
        (Point.PLATEAU, flat & _plateau(samples, sigma)),
        (Point.EDGE, smooth & _edged(samples)),
    )
    point = np.array(found.point)
    for kind, where in kinds:
        point[where] = kind
    return point


def _noisy(samples: Samples, sigma: Floats, found: Estimate) -> Array:
    foreign = sigma > FOREIGN * samples.floor[-1]
    return np.asarray(foreign & (found.error > _DIGITS * np.abs(found.value)))


def _aliased(samples: Samples, value: Floats) -> Array:
    """The two coarsest quotients are no larger than the derivative, and far from it."""
    coarse = samples.central[:2]
    with np.errstate(invalid="ignore"):
        off = np.abs(coarse - value) > _OFF * np.abs(value)
        bounded = np.abs(coarse) <= (1 + _OFF) * np.abs(value)
    return np.asarray(np.all(off & bounded, axis=0))


def _plateau(samples: Samples, sigma: Floats) -> Array:
    """Nothing moves on the finest rungs, and what moves further out jumps."""
    moves = np.fmax(np.abs(samples.plus), np.abs(samples.minus))
    still = np.all(moves[-_FLAT_RUNGS:] == 0, axis=0)
    jumps = (moves[1] > 0) & (moves[0] < _JUMPS * moves[1])
    nowhere = np.all(moves == 0, axis=0) & (sigma > FOREIGN * samples.floor[-1])
    return np.asarray(still & (jumps | nowhere))


def _edged(samples: Samples) -> Array:
    """Some step left the domain, to one side or to both."""
    return np.asarray(~np.all(np.isfinite(samples.both), axis=0))
