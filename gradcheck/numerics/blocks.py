"""Arrays in runs of entries that stay in a processor's cache from one operation to the next.

A sum of ``(v * (a - b))**2`` over whole arrays reads and writes memory four times. Run by run
its terms never leave the cache, and no temporary is as large as the arrays.
"""

from collections.abc import Iterator

import numpy as np

from gradcheck.model import Array

#: Entries of a run: 256 KiB of float64, of which a second-level cache holds a few.
BLOCK = 2**15


def flat(*arrays: Array) -> tuple[Array, ...]:
    """Return arrays of one shape as flat ones, their entries in one common order.

    The order is that of the first array's memory: those that are laid out alike are views.

    Raises
    ------
    ValueError
        Where the shapes differ: nothing broadcasts in silence.
    """
    if any(array.shape != arrays[0].shape for array in arrays):
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"arrays of one shape are needed; got {shapes}")
    if all(array.flags.c_contiguous for array in arrays):
        return tuple(array.reshape(-1) for array in arrays)
    order = _order(arrays[0])
    return tuple(array.transpose(order).reshape(-1) for array in arrays)


def shaped(entries: Array, like: Array) -> Array:
    """Return flat entries in the shape of the array that came first when they became flat."""
    if like.flags.c_contiguous:
        return entries.reshape(like.shape)
    order = _order(like)
    inverse = sorted(range(like.ndim), key=order.__getitem__)
    return entries.reshape([like.shape[axis] for axis in order]).transpose(inverse)


def laid_out(array: Array, like: Array) -> Array:
    """Return an array in the memory order of another of its shape, itself if it has that order.

    A convolution by one matrix product answers with its channels last in memory: every sum over
    such an answer and an array in C order would jump through one of the two.
    """
    if array.shape != like.shape or _order(array) == _order(like):
        return array
    same = np.empty_like(like, dtype=array.dtype)
    same[...] = array
    return same


def _order(array: Array) -> list[int]:
    """Return the axes of an array, from the longest step in memory to the shortest."""
    return sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))


def runs(*arrays: Array) -> Iterator[tuple[Array, ...]]:
    """Yield the flat arrays, all of one length, run by run."""
    size = arrays[0].size
    if size <= BLOCK:
        if size:
            yield arrays
        return
    for start in range(0, size, BLOCK):
        yield tuple(array[start : start + BLOCK] for array in arrays)


def scratch(*arrays: Array) -> Array:
    """Return room for one run of a result of these flat arrays."""
    return np.empty(min(arrays[0].size, BLOCK), dtype=np.result_type(*arrays))


class Projection:
    """Values and their errors along a direction, added up run by run."""

    def __init__(self) -> None:
        self._sums = np.zeros(3)

    def add(self, direction: Array, values: Array, errors: Array) -> None:
        """Add runs of the three, flat and of one length."""
        terms = direction * values
        self._sums[0] += np.dot(direction, values)
        self._sums[1] += np.dot(terms, terms)
        np.multiply(direction, errors, out=terms)
        self._sums[2] += np.dot(terms, terms)

    @property
    def value(self) -> float:
        """The sum of the values, each times its speed."""
        return float(self._sums[0])

    @property
    def size(self) -> float:
        """The norm of the terms of that sum."""
        return float(np.sqrt(self._sums[1]))

    @property
    def spread(self) -> float:
        """The norm of the errors, each times its speed: errors that are independent."""
        return float(np.sqrt(self._sums[2]))
