"""Causes on one of several paths from input to output, seen with the weights at zero."""

from collections.abc import Iterator, Mapping

import numpy as np

from gradcheck.model import Array, Floats, Leaf, Role

from .alike import factor, is_zero, same
from .clues import Clues
from .jacobians import Jacobians
from .local import diagonal
from .record import Hit, suspicion

_ADD = "an input that is used more than once gets all its contributions: add them with +="
_ONCE = "add each path's contribution once; let a fresh buffer be filled with = first"


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


@suspicion("counted-twice", dear=True)
def path_through_weights_counted_twice(clues: Clues) -> Hit | None:
    """The contribution that goes through the weights is counted twice."""
    _, _, bare = next(_paths(clues), ("", None, None))
    if clues.pair is None or bare is None or bare.pair is None or not np.any(bare.pair[1]):
        return None
    said, true = (whole - rest for whole, rest in zip(clues.pair, bare.pair, strict=True))
    c = factor(said, true)
    if c is None or abs(c - 2.0) > 1e-4:
        return None
    return Hit(0.92, "what the weights add to the gradient is claimed twice over", _ONCE)


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
