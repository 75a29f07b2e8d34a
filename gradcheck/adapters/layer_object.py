"""A live object on given arrays: what a factory returns and what `gradcheck.check` is given."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.cases import quiet
from gradcheck.errors import UsageError
from gradcheck.model import Array, Domain, Facts, Leaf, Role, Session, Setting, Target

from .calls import silent
from .conventions import conventions
from .habits import averaged_leaves, batch_of, is_averaged
from .layer_class import source_of
from .manner import Manner
from .methods import Pair, pair_of, parameters
from .probe import adds_up
from .refine import Opener, refined
from .session import ObjectSession
from .survey import Surveyed, survey

#: Other readings are tried entry by entry, which is for small arrays.
_SMALL = 400

Make = Callable[[], tuple[object, Sequence[npt.ArrayLike]]]


def recognises(value: object) -> bool:
    """Return whether this is an object with a forward and a backward method."""
    return not isinstance(value, type) and pair_of(value) is not None


def target_of(
    name: str, make: Callable[[int], tuple[object, Sequence[npt.ArrayLike]]]
) -> Target:
    """Return the target for what `make` gives at a seed: an object with its arrays.

    Raises
    ------
    TargetError
        Where the object cannot be called with these arrays.
    """
    owner, _given = make(0)
    pair = _pair(owner)
    found = _surveyed(lambda: make(0), pair)
    accumulates = _accumulates(lambda: make(0), found)
    sizes = _sizes(found.manner, found.leaves)
    habits = conventions(found.manner, accumulates=accumulates, sizes=sizes)
    facts = Facts(upstream=found.manner.upstream, accumulates=accumulates, conventions=habits)
    return Target(
        name=name,
        settings=lambda seed: [_setting(lambda: make(seed), pair)],
        convention=f"object with {pair.forward} and {pair.backward}",
        facts=facts,
        source=source_of(type(owner), pair.backward),
        signature=f"{type(owner).__name__}.{pair.backward}",
    )


def _pair(owner: object) -> Pair:
    pair = pair_of(owner)
    if pair is None:
        raise UsageError(
            f"{type(owner).__name__} has no forward and backward method; give an object that "
            "has both, or a pair (forward, backward)"
        )
    return pair


def _surveyed(make: Make, pair: Pair) -> Surveyed:
    owner, given = make()
    leaves = given_leaves(argument_names(getattr(owner, pair.forward)), given)
    found = survey(lambda: make()[0], pair, leaves)
    if found.score < 3 or sum(int(np.prod(x.shape)) for x in found.leaves) > _SMALL:
        return found

    def opener(manner: Manner, known: tuple[Leaf, ...]) -> Callable[[], Session]:
        return lambda: ObjectSession(make()[0], manner, known)

    best = refined(found.manner, found.leaves, opener)
    manner = best.manner
    for axis in (0, 1):  # rows are examples, or columns are
        if not manner.divided:
            manner = _averaged(manner, best.leaves, axis, opener)
    return replace(found, manner=manner, leaves=best.leaves)


def _averaged(manner: Manner, leaves: tuple[Leaf, ...], axis: int, opener: Opener) -> Manner:
    """Measure, with all examples and with one less, whether they are averaged over."""
    whole = tuple(_counted(leaf, leaves[0], axis) for leaf in leaves)
    batch, names = batch_of(whole), averaged_leaves(manner, whole)
    if batch is None or not names:
        return manner
    less = tuple(_shortened(leaf) for leaf in whole)
    if all(is_averaged(opener(manner, known), manner, known) for known in (whole, less)):
        return replace(manner, divided=names, batch=batch)
    return manner


def _counted(leaf: Leaf, first: Leaf, axis: int) -> Leaf:
    """Mark the axis of the examples on arrays that have as many as the first one."""
    counts = axis < min(len(leaf.shape), len(first.shape)) and leaf.role is not Role.PARAMETER
    alike = counts and leaf.shape[axis] == first.shape[axis]
    return replace(leaf, batch_axis=axis if alike else None)


def _shortened(leaf: Leaf) -> Leaf:
    if leaf.batch_axis is None or leaf.values is None:
        return leaf
    values = np.delete(leaf.values, -1, axis=leaf.batch_axis)
    return replace(leaf, values=values, shape=values.shape)


def _sizes(manner: Manner, leaves: Sequence[Leaf]) -> list[int]:
    """Return the batch sizes that the factor of averaged gradients was measured at."""
    if not manner.divided:
        return []
    count = next(x.shape[manner.batch[1]] for x in leaves if x.name == manner.batch[0])
    return [count, count - 1]


def _accumulates(make: Make, found: Surveyed) -> bool:
    names = [slot.name for slot in found.manner.slots if slot.gradient is not None]
    with quiet(), silent():
        return adds_up(
            lambda: ObjectSession(make()[0], found.manner, found.leaves), found.leaves, names
        )


def _setting(make: Make, pair: Pair) -> Setting:
    found = _surveyed(make, pair)
    leaves = tuple(_frozen(leaf) for leaf in found.leaves)

    def open_() -> Session:
        return ObjectSession(make()[0], found.manner, leaves)

    shapes = ",".join(
        "x".join(map(str, x.shape)) or "0d" for x in leaves if x.role is not Role.PARAMETER
    )
    return Setting(shapes, open_, leaves)


def _frozen(leaf: Leaf) -> Leaf:
    """Parameters of a live object keep their values: they may be trained weights."""
    return replace(leaf, frozen=True) if leaf.role is Role.PARAMETER else leaf


def argument_names(function: Callable[..., Any]) -> list[str]:
    """Return the names of a function's positional arguments."""
    return [p.name for p in parameters(function)]


def given_leaves(names: Sequence[str], given: Sequence[npt.ArrayLike]) -> list[Leaf]:
    """Return leaves for arrays that are used as they are; integers are labels or indices."""
    named = [*names, *(f"arg{i}" for i in range(len(names), len(given)))]
    return [_leaf(name, np.asarray(x)) for name, x in zip(named, given, strict=False)]


def _leaf(name: str, x: Array) -> Leaf:
    whole = x.dtype.kind in "iub"
    return Leaf(
        name=name,
        shape=x.shape,
        role=Role.FIXED if whole else Role.DATA,
        domain=Domain.LABELS if whole else Domain.REAL,
        dtype=str(x.dtype),
        values=x,
        frozen=True,
        batch_axis=0 if x.ndim > 1 else None,
    )


def copier(
    owner: object, given: Sequence[npt.ArrayLike]
) -> Callable[[int], tuple[object, Sequence[npt.ArrayLike]]]:
    """Return a maker that hands out deep copies, or the object itself where it has none."""

    def make(seed: int) -> tuple[object, Sequence[npt.ArrayLike]]:
        try:
            return copy.deepcopy(owner), given
        except Exception:  # whatever refuses to be copied is used as it is
            return owner, given

    return make
