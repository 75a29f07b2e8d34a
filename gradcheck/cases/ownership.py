"""Whether what a target answered is still in its hands."""

import sys
from collections.abc import Callable

import numpy as np

from gradcheck.model import Array, Outputs


def answered(call: Callable[[], Outputs]) -> tuple[Outputs, list[bool]]:
    """Return the arrays of an answer, and which of them nobody else refers to.

    Those need no copy: no later call can write into them. The interpreter counts references,
    those of views and of exported buffers included. The counts are compared with those of an
    answer that surely nobody kept, so that nothing is assumed of what they are worth here.
    Where none are counted (PyPy), every array is somebody else's.
    """
    outputs, known = call(), _fresh()
    places = range(len(outputs))
    if not hasattr(sys, "getrefcount") or sys.getrefcount(outputs) != sys.getrefcount(known):
        return outputs, [False for _ in places]
    alone = [sys.getrefcount(outputs[i]) == sys.getrefcount(known[0]) for i in places]
    return outputs, [alone[i] and _is_whole(outputs[i], known[0]) for i in places]


def _fresh() -> Outputs:
    return (np.empty((1, 1)).T,)


def _is_whole(array: Array, known: Array) -> bool:
    """Return whether an array has its memory alone: its own, or all of what it is a view of."""
    if type(array) is not np.ndarray or not array.flags.writeable:
        return False
    base, other = array.base, known.base
    if base is None:
        return array.flags.owndata
    if type(base) is not np.ndarray or sys.getrefcount(base) != sys.getrefcount(other):
        return False
    return base.flags.owndata and base.nbytes == array.nbytes
