"""Causes in values that are used more than once: a contribution lost, doubled or reversed."""

from collections.abc import Iterator, Mapping

import numpy as np

from gradcheck.model import Array, Floats, Leaf, Role

from .alike import TOLERANCE, factor, is_zero, same
from .clues import Clues
from .jacobians import Jacobians
from .local import diagonal
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

    A use of a matrix contributes a product of two vectors for each output. Where the true
    gradient R has full room for its rank, the error E is such a product just where taking it
    out lowers the rank: rank(R + weight * E) = rank(R) - rank(E).
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
        if ranks[0] < 2 or ranks[0] >= min(whole.shape):
            continue
        if ranks[2] != ranks[0] - ranks[1]:
            return False
        seen += 1
    return seen >= 2


def _rank(matrix: Floats, size: float) -> int:
    return int(np.linalg.matrix_rank(matrix, tol=1e-6 * size * max(matrix.shape)))


@suspicion("contribution-lost", dear=True)
def path_around_lost(clues: Clues) -> Hit | None:
    """The contribution along one of several paths from input to output is lost."""
    for words, bare, through in _paths(clues):
        said = _said(through)
        base = None if bare is None else _said(bare)
        if said is None or (bare is not None and base is None):
            continue
        extra = said if base is None else said - base
        if not is_zero(extra, clues.pair[0] if clues.pair else extra):
            continue
        if _truly(through, bare):
            return Hit(
                0.9,
                f"with other weights at zero, the part of the gradient {words} is not claimed",
                _ADD,
            )
    return None


@suspicion("counted-twice", dear=True)
def path_around_counted_twice(clues: Clues) -> Hit | None:
    """The contribution along one of several paths from input to output is counted twice."""
    both = clues.jacobians
    if both is None or not _beside_the_rest(both):
        return None
    _, _, bare = next(_paths(clues), ("", None, None))
    c = None if bare is None or bare.pair is None else factor(*bare.pair)
    if c is None or abs(c - 2.0) > 1e-4:
        return None
    return Hit(0.91, "with all weights at zero, claimed / true is 2", _ONCE)


def _beside_the_rest(both: Jacobians) -> bool:
    """Whether the error is entry by entry and the layer is not."""
    error = Jacobians(both.claimed, both.claimed - both.reference)
    return bool(np.any(error.reference)) and diagonal(error) and not diagonal(both)


def _paths(clues: Clues) -> Iterator[tuple[str, Clues | None, Clues]]:
    """The path that no weight lies on, then those through one weight beside it."""
    mine = clues.leaf
    if mine is None or clues.pair is None or same(*clues.pair):
        return
    others = [x for x in clues.exam.case.differentiable if _is_weight(x) and x is not mine]
    if not others:
        return
    bare = _silent(clues, others, None)
    yield "that goes through none of them", None, bare
    for kept in others:
        yield f"that goes through {kept.name}", bare, _silent(clues, others, kept)


def _is_weight(leaf: Leaf) -> bool:
    return leaf.role is Role.PARAMETER and len(leaf.shape) > 1


def _silent(clues: Clues, others: list[Leaf], kept: Leaf | None) -> Clues:
    zeros: Mapping[str, Array] = {
        x.name: np.zeros_like(clues.exam.case.inputs[x.name]) for x in others if x is not kept
    }
    return clues.again(zeros)


def _said(clues: Clues) -> Floats | None:
    return None if clues.leaf is None else clues.exam.gradient(clues.leaf)


def _truly(through: Clues, bare: Clues | None) -> bool:
    """Whether the path matters."""
    if through.pair is None or (bare is not None and bare.pair is None):
        return False
    true = through.pair[1]
    rest = np.zeros_like(true) if bare is None or bare.pair is None else bare.pair[1]
    return not is_zero(true - rest, true)
