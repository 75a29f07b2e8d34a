"""Causes on one of several paths from input to output, seen with the weights at zero."""

import numpy as np

from gradcheck.model import Leaf

from .alike import TOLERANCE, factor, is_zero, same
from .clues import Clues, is_weight
from .jacobians import Jacobians
from .local import diagonal
from .record import Hit, suspicion

_ADD = "an input that is used more than once gets all its contributions: add them with +="
_ONCE = "add each path's contribution once; let a fresh buffer be filled with = first"


@suspicion("contribution-lost", dear=True)
def path_around_lost(clues: Clues) -> Hit | None:
    """The contribution along one of several paths from input to output is lost."""
    words = _lost(clues)
    if words is None:
        return None
    return Hit(
        0.9,
        f"with other weights at zero, the part of the gradient {words} is not claimed",
        _ADD,
    )


def _lost(clues: Clues) -> str | None:
    """Return the path whose part is not claimed, the rest being right."""
    bare = _bare(clues)
    if bare is None or clues.leaf is None:
        return None
    base = bare.exam.gradient(clues.leaf)
    if base is None or clues.pair is None:
        return None
    if not np.any(base):
        matters = bare.pair is not None and np.any(bare.pair[1])
        return "that goes through none of them" if matters else None
    for kept in _weights(clues):
        through = clues.without_weights(kept.name)
        said = through.exam.gradient(clues.leaf)
        if said is None or not is_zero(said - base, clues.pair[0]):
            continue
        if _right(bare) and _truly(through, bare):
            return f"that goes through {kept.name}"
    return None


@suspicion("counted-twice", dear=True)
def path_around_counted_twice(clues: Clues) -> Hit | None:
    """The contribution along one of several paths from input to output is counted twice."""
    both, bare = clues.jacobians, _bare(clues)
    if both is None or bare is None or not _beside_the_rest(both):
        return None
    c = None if bare.pair is None else factor(*bare.pair)
    if c is None or abs(c - 2.0) > 1e-4:
        return None
    return Hit(0.91, "with all weights at zero, claimed / true is 2", _ONCE)


@suspicion("counted-twice", dear=True)
def path_through_weights_counted_twice(clues: Clues) -> Hit | None:
    """The contribution that goes through the weights is counted twice."""
    bare = _bare(clues)
    if clues.pair is None or bare is None or not _right(bare) or bare.pair is None:
        return None
    said, true = (whole - rest for whole, rest in zip(clues.pair, bare.pair, strict=True))
    c = factor(said, true)
    if not np.any(bare.pair[1]) or c is None or abs(c - 2.0) > 1e-4:
        return None
    return Hit(0.92, "what the weights add to the gradient is claimed twice over", _ONCE)


def _beside_the_rest(both: Jacobians) -> bool:
    """Whether the error is entry by entry with one weight, and the layer is not."""
    error = Jacobians(both.claimed, both.claimed - both.reference)
    if not np.any(error.reference) or not diagonal(error) or diagonal(both):
        return False
    weights = np.diag(error.reference)
    known = weights[np.abs(weights) > TOLERANCE * np.abs(weights).max()]
    return bool(np.ptp(known) <= 1e-5 * np.abs(known).max())


def _weights(clues: Clues) -> list[Leaf]:
    """The other matrices of the layer."""
    return [x for x in clues.exam.case.differentiable if is_weight(x) and x is not clues.leaf]


def _bare(clues: Clues) -> Clues | None:
    """The same input with all weights at zero: the path that no weight lies on."""
    mine = clues.leaf
    if mine is None or not _weights(clues):
        return None
    if clues.pair is None or same(*clues.pair):
        return None
    return clues.without_weights("")


def _right(clues: Clues) -> bool:
    return clues.pair is not None and same(*clues.pair)


def _truly(through: Clues, bare: Clues) -> bool:
    """Whether the path matters."""
    if through.pair is None or bare.pair is None:
        return False
    return not is_zero(through.pair[1] - bare.pair[1], through.pair[1])
