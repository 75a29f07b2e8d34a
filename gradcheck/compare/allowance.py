"""How much disagreement proves nothing: every tolerance of the package, with its derivation."""

import numpy as np

from gradcheck.model import Floats
from gradcheck.numerics import flat, runs, scratch, shaped

EPS = float(np.finfo(np.float64).eps)

#: A pass promises to see an error of this part of the gradient's norm in any single entry.
RESOLUTION = 1e-7

#: A first look is closed where it agrees within so many times its round-off: two numbers from
#: different formulas do not agree to their last digits by chance, and two random directions do
#: not fail together.
LOOK = 4.0

#: ... where that round-off is at most this part of the norm: speeds of up to 4 between entries
#: and the sum of disagreement and round-off leave a fifth of what a pass promises.
LOOK_RESOLUTION = RESOLUTION / 5

#: A look that agrees to this part is worth a measurement of the noise: the round-off of storing
#: the outputs alone understates that of a long computation.
NEARLY = 1e-9

#: Disagreement is proved where it exceeds the allowance so many times. The error bars cover
#: the true error in 99.9 % of a corpus of 10,000 functions; three of them leave a margin.
PROOF = 3.0

#: A sharper witness than difference quotients (a complex step, extended precision) proves
#: nothing below so many eps of the function's own size: the claim was computed in float64 from
#: numbers of that size, and a gate that is 1 - 1e-9 keeps seven digits of its derivative.
ALONE = 16.0

#: An allowance wider than this part of an entry's typical size decides nothing.
USEFUL = 1e-3

#: ... unless it is below this part of the value that the function has: then the gradient is
#: zero as far as the arithmetic can tell (a bias before a batch norm, a key bias).
ZERO = 1e-7

#: Part of a claim's round-off that cannot be measured by repeating it, in units of eps times
#: the root mean square entry: the last few operations round alike in every repetition.
_CLAIM_ULPS = 8.0
#: Measured scatter of a claim counts so many times (two samples of a random variable).
_CLAIM_SCATTER = 4.0
_ZERO_ULPS = 64.0
#: Scatter above this part of the norm is no round-off but a non-linear backward pass.
_CLAIM_LIMIT = 1e-4


def claim_error(
    claimed: Floats, repeated: Floats, eps: float, *, beside: float = 0.0
) -> Floats:
    """Return the round-off of a claimed gradient, entry by entry.

    Parameters
    ----------
    claimed
        The backward pass's gradient.
    repeated
        One third of its gradient for three times the upstream gradient. In exact arithmetic
        both are equal; every product in between was rounded differently, so that their
        difference is a sample of the claim's own round-off, float32 inside included.
    eps
        Relative spacing of the claim's dtype.
    beside
        Typical entry of the largest gradient of the same backward pass: a gradient that cancels
        to zero is a sum of terms of that size and keeps their round-off.
    """
    size, ulps = typical(claimed), _CLAIM_ULPS * max(eps, EPS)
    flats = flat(claimed, repeated)
    scatter = _scatter(*flats)
    if not scatter <= _CLAIM_LIMIT * size:
        return np.asarray((np.nan_to_num(np.abs(claimed)) + max(size, beside)) * ulps)
    result = np.empty(claimed.size)
    room = scratch(result)
    for c, r, error in runs(*flats, result):  # finite all of them, or the scatter were not
        np.abs(np.subtract(c, r, out=error), out=error)
        np.maximum(error, scatter, out=error)
        error *= _CLAIM_SCATTER
        floor = np.abs(c, out=room[: c.size])
        floor += max(size, beside)
        floor *= ulps
        error += floor
    return shaped(result, claimed)


def _scatter(claimed: Floats, repeated: Floats) -> float:
    """Return the root mean square difference, NaN or infinite where one is not finite."""
    room, total = scratch(claimed, repeated), 0.0
    with np.errstate(invalid="ignore", over="ignore"):  # infinity twice
        for c, r in runs(claimed, repeated):
            apart = np.subtract(c, r, out=room[: c.size])
            total += float(np.dot(apart, apart))
    return float(np.sqrt(total / claimed.size)) if claimed.size else 0.0


def zero_of(eps: float, largest: float) -> float:
    """Return the unit beside which a claim's round-off is zero.

    A claim that cancels to zero out of terms as large as `largest`, computed with relative
    spacing `eps`, is told from zero only above a few dozen units in the last place.
    """
    return _ZERO_ULPS * eps * largest / ZERO


def typical(values: Floats) -> float:
    """Return the root mean square of the entries that are finite, 0 where none is."""
    (entries,) = flat(np.asarray(values, dtype=np.float64))
    total = float(np.dot(entries, entries))  # one pass and no temporary, where all are finite
    if not np.isfinite(total):
        entries = entries[np.isfinite(entries)]
        total = float(np.sum(entries**2))
    return float(np.sqrt(total / entries.size)) if entries.size else 0.0
