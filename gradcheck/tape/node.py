"""One operation that was watched: what went in, what came out, and how to run it again."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.model import Array

#: Frames of these directories stand between an operation and the line that asked for it.
_WAYS = (str(Path(__file__).parent), str(Path(np.__file__).parent))
#: Calls within calls, deeper than which one place in the code is like another.
_DEEP = 8

Place = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, eq=False)
class Node:
    """A value on the way from inputs to outputs."""

    index: int
    """Number in the order in which values were made."""
    name: str
    """The operation, in NumPy's word."""
    parents: tuple["Node", ...]
    """What it was made of; one value may come in twice."""
    value: Array
    """What came out."""
    replay: Callable[[Sequence[Array]], Array]
    """Run it again on other values of the parents."""
    elementwise: bool
    """Every entry of the outcome is made of one entry of each parent."""
    place: Place
    """Where in the code it was asked for, call by call, the innermost first."""
    line: int
    """Number of that line in its file."""
    read: tuple[Any, ...] = ()
    """Index with which it was read out of its parent, where that is what was done."""

    def again(self, values: Sequence[Array]) -> Array:
        """Run the operation on other values of the parents.

        Raises
        ------
        Broken
            Where it refuses them, or answers in another shape.
        """
        try:
            with np.errstate(all="ignore"):
                made = np.asarray(self.replay(values))
        except (ValueError, IndexError, TypeError, ArithmeticError) as error:
            raise Broken from error
        if made.shape != self.value.shape:
            raise Broken
        return made


class Broken(Exception):
    """What was recorded cannot be derived: too large, or not the same when run again."""


def place() -> Place:
    """Return the place in the code that asks for the operation that is being recorded."""
    found: list[tuple[str, int, int]] = []
    frame = sys._getframe(1)
    while frame is not None and len(found) < _DEEP:
        code = frame.f_code
        if not code.co_filename.startswith(_WAYS):
            found.append((code.co_filename, code.co_firstlineno, frame.f_lasti))
        frame = frame.f_back  # type: ignore[assignment]  # None ends the loop
    return tuple(found)


def line() -> int:
    """Return the number of the line that asks for the operation that is being recorded."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_WAYS):
        frame = frame.f_back
    return frame.f_lineno


def numpys_own() -> bool:
    """Return whether the caller's caller is a function of NumPy."""
    return sys._getframe(2).f_code.co_filename.startswith(_WAYS)
