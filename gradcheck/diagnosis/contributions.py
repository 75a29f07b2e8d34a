"""Causes in values that are used more than once: a contribution lost, doubled or reversed."""

import numpy as np

from gradcheck.model import Floats, Role

from .alike import TOLERANCE, factor
from .clues import Clues
from .record import Hit, suspicion

_ADD = "an input that is used more than once gets all its contributions: add them with +="
_ONCE = "add each path's contribution once; let a fresh buffer be filled with = first"


@suspicion("counted-twice")
def factor_at_every_shape(clues: Clues) -> Hit | None:
    """A contribution is counted more than once."""
    c = _whole_factor(clues)
    if c is None or c < 1.5 or abs(c - round(c)) > TOLERANCE * c:
        return None
    return Hit(0.7, f"claimed / true is {round(c)} at every shape", _ONCE)


@suspicion("contribution-lost")
def half_at_every_shape(clues: Clues) -> Hit | None:
    """One of several contributions of an input that is used more than once is lost."""
    c = _whole_factor(clues)
    if c is None or abs(c - 0.5) > TOLERANCE:
        return None
    return Hit(0.65, "claimed / true is one half at every shape", _ADD)


def _whole_factor(clues: Clues) -> float | None:
    c = None if clues.pair is None else factor(*clues.pair)
    if c is None or abs(c - 1.0) < TOLERANCE:
        return None
    elsewhere = clues.elsewhere
    c2 = None if elsewhere is None or elsewhere.pair is None else factor(*elsewhere.pair)
    return c if c2 is None or abs(c - c2) <= TOLERANCE * abs(c) else None


@suspicion("contribution-lost", "stale")
def one_array_for_two(clues: Clues) -> Hit | None:
    """One of several contributions of an input that is used more than once is lost."""
    if clues.finding.contract != "same-array":
        return None
    return Hit(
        0.95,
        clues.finding.message,
        "do not tell operands apart by identity (is, id): one array may be handed in twice",
    )


@suspicion("contribution-lost")
def use_of_a_parameter_lost(clues: Clues) -> Hit | None:
    """One of several uses of a parameter gives no contribution."""
    if not _by_rank(clues, 1.0):
        return None
    return Hit(
        0.94,
        "for a single output the gradient is a sum of products, one for each use of the "
        "parameter; the claim is some of them exactly and lacks the others",
        _ADD + "; a loop over time adds up what each step gives",
    )


@suspicion("counted-twice")
def use_of_a_parameter_counted_twice(clues: Clues) -> Hit | None:
    """One of several uses of a parameter contributes twice."""
    if not _by_rank(clues, -1.0):
        return None
    return Hit(
        0.94,
        "the claimed gradient is the true one and once more the part of one use of the "
        "parameter",
        _ONCE,
    )


def _by_rank(clues: Clues, weight: float) -> bool:
    """Whether the error is one of the products that make up the gradient of a parameter.

    A use of a matrix contributes a product of two vectors for each output. The error E is made
    of such products of the true gradient R just where taking it out lowers the rank by its
    own: rank(R + weight * E) = rank(R) - rank(E), which no other error does.
    """
    both, leaf = clues.jacobians, clues.leaf
    if both is None or leaf is None or leaf.role is not Role.PARAMETER or len(leaf.shape) < 2:
        return False
    shape = (leaf.shape[0], -1)
    seen = 0
    for said, true in zip(both.claimed, both.reference, strict=True):
        error, whole = (said - true).reshape(shape), true.reshape(shape)
        size = np.abs(whole).max(initial=0.0)
        if np.abs(error).max(initial=0.0) <= TOLERANCE * max(size, 1e-300):
            continue
        ranks = _rank(whole, size), _rank(error, size), _rank(whole + weight * error, size)
        if ranks[0] < 2 or ranks[1] >= ranks[0]:
            continue  # nothing could be seen
        if ranks[2] != ranks[0] - ranks[1]:
            return False
        seen += 1
    return seen >= 2


def _rank(matrix: Floats, size: float) -> int:
    return int(np.linalg.matrix_rank(matrix, tol=1e-6 * size * max(matrix.shape)))
