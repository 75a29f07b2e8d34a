"""Richardson extrapolation over a ladder, with truncation and round-off of every entry.

Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Softw. 4(2), 1982, takes the
difference between neighbouring entries as the truncation error. That estimate alone collapses
below the noise and is fooled by aliasing and by kinks that all coarse steps cross, so here

* round-off is carried through the table beside the value and added to the truncation, and
* an entry counts only if every finer rung agrees with it within that rung's own error.
"""

from dataclasses import dataclass

import numpy as np

from gradcheck.model import Floats

#: Columns of the table: h**12 is more than any function here can use.
COLUMNS = 6
#: A rung's round-off is quoted as this many standard deviations of one function value over the
#: step: the difference of two values over 2 h has 1/sqrt(2) of one, so this is about 4 sigma,
#: and leaves room for a sigma that was measured from nine points (good to 40 %).
NOISE_FACTOR = 3.0
#: Finer rungs may contradict an entry by so many times their own round-off before they veto it.
_VETO = 2.0
#: Entries whose errors are at most so many times the smallest one are rivals of the best entry.
_RIVAL = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """Limit of a sequence of difference quotients for each component."""

    value: Floats
    """The limit; NaN where no rung was finite."""
    error: Floats
    """Truncation plus round-off; infinite where there is no limit."""
    rung: Floats
    """Index of the finest rung used."""


def limit(steps: Floats, quotients: Floats, roundoff: Floats, *, power: int) -> Limit:
    """Return the limit of `quotients` (rungs, components) as the steps go to zero.

    Parameters
    ----------
    steps
        Steps, decreasing, same shape as `quotients`.
    roundoff
        Error of each quotient that does not shrink with the step, same shape as `quotients`.
    power
        2 for central differences (error series in h**2), 1 for one-sided ones.
    """
    values, errors = _table(steps, quotients, roundoff, power)
    allowed = _unvetoed(quotients, roundoff, values, errors)
    return _best(values, errors, allowed)


def _table(
    steps: Floats, quotients: Floats, roundoff: Floats, power: int
) -> tuple[Floats, Floats]:
    """Return values and errors of the whole table, shape (rungs, columns, components)."""
    rungs, components = quotients.shape
    columns = min(COLUMNS, rungs)
    values = np.full((rungs, columns, components), np.nan)
    noise = np.full_like(values, np.inf)
    truncation = np.full_like(values, np.inf)
    values[:, 0], noise[:, 0] = quotients, roundoff
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        truncation[1:, 0] = np.abs(quotients[1:] - quotients[:-1])
        for k in range(1, columns):
            ratio = (steps[:-k] / steps[k:]) ** power
            gain = 1.0 / (ratio - 1.0)
            fine, coarse = values[k:, k - 1], values[k - 1 : -1, k - 1]
            values[k:, k] = fine + gain * (fine - coarse)
            noise[k:, k] = (1 + gain) * noise[k:, k - 1] + gain * noise[k - 1 : -1, k - 1]
            near = np.abs(values[k:, k] - fine)
            truncation[k:, k] = np.maximum(near, np.abs(values[k:, k] - coarse))
        errors = truncation + noise
    return values, np.where(np.isfinite(values) & np.isfinite(errors), errors, np.inf)


def _unvetoed(quotients: Floats, roundoff: Floats, values: Floats, errors: Floats) -> Floats:
    """Return which entries no finer rung contradicts."""
    rungs = quotients.shape[0]
    allowed = np.ones(values.shape, dtype=bool)
    with np.errstate(invalid="ignore", over="ignore"):
        change = np.abs(np.diff(quotients, axis=0))
        for j in range(1, rungs):
            slack = _VETO * roundoff[j] + change[j - 1]
            apart = np.abs(values[:j] - quotients[j]) > slack + errors[:j]
            allowed[:j] &= ~apart  # a comparison with NaN is False: no veto from a missing rung
    return allowed


def _best(values: Floats, errors: Floats, allowed: Floats) -> Limit:
    rungs, columns, components = values.shape
    flat = np.where(allowed, errors, np.inf).reshape(rungs * columns, components)
    choice = np.argmin(flat, axis=0)
    error = np.take_along_axis(flat, choice[None], axis=0)[0]
    value = np.take_along_axis(values.reshape(flat.shape), choice[None], axis=0)[0]
    error = error + _spread(values.reshape(flat.shape), flat, value, error)
    value = np.where(np.isfinite(error), value, np.nan)
    return Limit(value, error, choice // columns)


def _spread(values: Floats, errors: Floats, value: Floats, error: Floats) -> Floats:
    """Return how far entries lie apart that claim to be nearly as good as the best one.

    The smallest of a hundred errors is small by chance now and then; its rivals were not.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        rivals = errors <= _RIVAL * error
        apart = np.where(rivals, np.abs(values - value), 0.0)
    return np.asarray(np.nan_to_num(apart, nan=0.0, posinf=0.0).max(axis=0))
