"""Causes at one use of a value on the way: lost, counted twice, reversed, weighted."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gradcheck.model import Role
from gradcheck.tape import Edge

from .alike import factor
from .clues import Clues
from .record import Hit, suspicion
from .watching import FIT, Watch, places, watch

_ADD = "add the gradients of every use of a value: dx = d_first + d_second"
#: Operations that move entries about and leave their values.
_MOVES = {"getitem", "reshape", "transpose", "swapaxes", "ravel", "flatten", "squeeze", "copy"}
#: Operations that make one number of many, as a mean or a length is made.
_SUMS = {"sum", "mean", "add.reduce", "max", "min", "var", "std", "norm", "maximum.reduce"}
_FAR = 6


@dataclass(frozen=True, eq=False)
class Use:
    """The uses of values that have another weight in the claim than they should."""

    weight: float
    """Claimed / true."""
    edges: list[Edge]
    """One place in the code."""
    direct: bool
    """The leaf itself is used there, and elsewhere too."""


@suspicion("missing-term", common=True)
def use_on_the_way_lost(clues: Clues) -> Hit | None:
    """The gradient of one use of a value on the way is left out."""
    found = _use(clues, 0.0)
    if found is None:
        return None
    return Hit(
        0.55 if _local(clues) else 0.89 if found.direct else 0.925,
        f"without what flows back through {places(found.edges)} the true gradient is the "
        "claimed one",
        _ADD,
    )


@suspicion("contribution-lost", common=True)
def use_of_a_value_lost(clues: Clues) -> Hit | None:
    """One of several contributions of a value that is used more than once is lost."""
    found = _use(clues, 0.0)
    if found is None:
        return None
    return Hit(
        0.5 if _local(clues) else 0.92 if found.direct else 0.86,
        f"without what flows back through {places(found.edges)} the true gradient is the "
        "claimed one",
        _ADD,
    )


@suspicion("counted-twice", common=True)
def use_on_the_way_counted_twice(clues: Clues) -> Hit | None:
    """The gradient of one use of a value on the way is counted twice."""
    found = _use(clues, 2.0)
    if found is None:
        return None
    return Hit(
        0.56 if _local(clues) else 0.895 if _is_loss(clues) else 0.925,
        f"with what flows back through {places(found.edges)} added once more the true gradient "
        "is the claimed one",
        "add each path's contribution once",
    )


@suspicion("sign", common=True)
def use_on_the_way_reversed(clues: Clues) -> Hit | None:
    """The gradient of one use of a value on the way has the wrong sign."""
    found = _use(clues, -1.0)
    if found is None:
        return None
    return Hit(
        0.925,
        f"with what flows back through {places(found.edges)} reversed the true gradient is the "
        "claimed one",
        "keep the sign that forward gives the term",
    )


@suspicion("term-coefficient", common=True)
def use_on_the_way_weighted(clues: Clues) -> Hit | None:
    """The gradient of one use of a value on the way has the wrong factor."""
    found = _use(clues, None)
    if found is None or found.weight == 0.0:
        return None
    whole = found.weight in (-1.0, 2.0) and _is_loss(clues)
    return Hit(
        0.57 if _local(clues) else 0.93 if whole and _owned(clues) else 0.897,
        f"what flows back through {places(found.edges)} is claimed {found.weight:.6g} times",
        "compare that term's factor with the derivation",
    )


def _is_loss(clues: Clues) -> bool:
    return all(y.size == 1 for y in clues.outputs)


def _owned(clues: Clues) -> bool:
    return clues.leaf is not None and clues.leaf.role is Role.PARAMETER


def _local(clues: Clues) -> bool:
    seen = watch(clues)
    return seen is not None and seen.by_entry


def _use(clues: Clues, weight: float | None) -> Use | None:
    found = [use for use in _uses(clues) if weight is None or use.weight == weight]
    return max(found, key=lambda use: use.direct, default=None)


@lru_cache(maxsize=1)  # several suspicions ask the same of the same clues
def _uses(clues: Clues) -> tuple[Use, ...]:
    seen = watch(clues)
    if seen is None:
        return ()
    found = []
    for edges in seen.groups:
        for some in [edges] if len(edges) == 1 else [edges, *([e] for e in edges)]:
            weight = _weight(seen, some)
            if weight is not None:
                found.append(Use(weight, some, _direct(clues, seen, some)))
    return tuple(found)


def _weight(seen: Watch, edges: list[Edge]) -> float | None:
    """Return the one weight with which the claim takes these uses, None where there is none."""
    without = seen.of({e.key: np.zeros_like(seen.tape.slope(e)) for e in edges})
    if factor(without, seen.true) is not None or not np.any(without):
        return None  # all of the gradient flows here: a factor of the whole says it better
    c = 1.0 - float(np.vdot(seen.error, without)) / float(np.vdot(without, without))
    for weight in {_whole(c), 0.0, 2.0, -1.0} if len(edges) > 1 else {_whole(c)}:
        change = (weight - 1.0) * without * -1.0
        if len(edges) > 1:
            change = seen.of({e.key: weight * seen.tape.slope(e) for e in edges})
        if seen.explains(change):
            return weight
    return None


def _whole(c: float) -> float:
    near = float(np.round(c))
    return near + 0.0 if abs(c - near) < FIT else c


def _direct(clues: Clues, seen: Watch, edges: list[Edge]) -> bool:
    """Whether a parameter itself is used at these edges and at others."""
    if clues.leaf is None or clues.leaf.role is not Role.PARAMETER:
        return False
    at_leaf = [e for e in seen.edges if _is_leaf(seen, e)]
    own = {e.key for e in edges}
    if not all(_is_leaf(seen, e) for e in edges) or _reduced(seen, edges[0]):
        return False
    return any(e.key not in own for e in at_leaf)


def _reduced(seen: Watch, edge: Edge) -> bool:
    """Whether what is made there goes into a sum or a mean of many, and nowhere else."""
    node = edge.user
    for _ in range(_FAR):
        if node.name in _SUMS:
            return True
        users = [e.user for e in seen.edges if e.source.index == node.index]
        if len(users) != 1:
            return False
        node = users[0]
    return False


def _is_leaf(seen: Watch, edge: Edge) -> bool:
    node = edge.source
    while node.name in _MOVES and node.index != seen.leaf.index and node.parents:
        node = node.parents[0]
    return node.index == seen.leaf.index and edge.user.name not in _MOVES
