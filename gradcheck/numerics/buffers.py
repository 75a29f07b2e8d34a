"""Large arrays that are written again as soon as nobody else holds them.

The first touch of fresh memory costs several times as much as what is written into it. A target
may keep the inputs that it was handed (most layers do, until the next call), so memory is used
again only where the interpreter's own count shows that no reference to it is left.
"""

import sys

import numpy as np

from gradcheck.model import Array, Floats

from .blocks import BLOCK

#: A point on both sides of a line, one of which a target keeps, a direction, and one in hand.
_MOST = 4


class Buffers:
    """Memory for float64 arrays, shared by what follows one another."""

    def __init__(self) -> None:
        self._kept: list[Array] = []
        self._nobodys: list[Array] = [np.empty(0)]

    def take(self, size: int) -> Floats:
        """Return so many entries, their values left over from what nobody holds any more.

        What is returned is a view of its own, as an array is told from others by identity too:
        one that was let go never comes back.
        """
        if size < BLOCK or not _COUNTED:
            return np.empty(size)
        free = self._free()
        fitting = [i for i in free if self._kept[i].size >= size]
        if fitting:
            memory = self._kept[fitting[0]]
        else:
            self._kept = [kept for i, kept in enumerate(self._kept) if i not in free]
            memory = np.empty(size)
            self._kept = [*self._kept, memory][-_MOST:]
        return memory[:size]

    def _free(self) -> list[int]:
        """Return the places of arrays that only this list refers to."""
        alone = _holders(self._nobodys, 0)
        return [i for i in range(len(self._kept)) if _holders(self._kept, i) == alone]


#: PyPy counts no references: there every array is a new one.
_COUNTED = hasattr(sys, "getrefcount")


def _holders(arrays: list[Array], place: int) -> int:
    return sys.getrefcount(arrays[place])
