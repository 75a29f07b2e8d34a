"""Axes: what users write, made plain, and the way back from a reduction."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from nn.arrays import Array, Shape

Axes: TypeAlias = int | Sequence[int] | None


def as_axes(owner: object, axis: Axes, x: Array) -> tuple[int, ...]:
    """`axis` as a sorted tuple of numbers from 0 on; None means all axes.

    Raises
    ------
    ValueError
        For an axis that x does not have, and for one that is named twice.
    """
    if axis is None:
        return tuple(range(x.ndim))
    named = (axis,) if isinstance(axis, int | np.integer) else tuple(axis)
    plain = sorted(a + x.ndim if a < 0 else a for a in named)
    if any(not 0 <= a < x.ndim for a in plain) or len(set(plain)) < len(plain):
        raise ValueError(
            f"{type(owner).__name__}.forward: axis={axis} for x of shape {x.shape}; each axis "
            f"must lie in {-x.ndim} .. {x.ndim - 1} and be named once"
        )
    return tuple(plain)


def kept(shape: Shape, axes: Sequence[int]) -> Shape:
    """`shape` with length 1 along the reduced axes, so that it broadcasts against the input."""
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def count(shape: Shape, axes: Sequence[int]) -> int:
    """How many entries are reduced into one."""
    return int(np.prod([shape[a] for a in axes], dtype=np.intp))
