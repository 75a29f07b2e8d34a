"""What the benchmark checks: small NumPy layers, right ones and wrong ones."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gradcheck.model import Array


class Layer(Protocol):
    """One input, one output, float64."""

    def forward(self, x: Array) -> Array:
        """Return the output and remember what backward needs."""
        ...

    def backward(self, dout: Array) -> Array:
        """Return the gradient of x for the last forward."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A layer with the point at which it is checked."""

    name: str
    """What is wrong with it, or what makes it hard."""
    make: Callable[[], Layer]
    """Build a fresh instance."""
    x: Array
    """The point."""


class Formula:
    """A layer of two formulas: forward of x, backward of x and dout."""

    def __init__(
        self, value: Callable[[Array], Array], pullback: Callable[[Array, Array], Array]
    ) -> None:
        self._value = value
        self._pullback = pullback

    def forward(self, x: Array) -> Array:
        """Return the value."""
        self.x = x
        return self._value(x)

    def backward(self, dout: Array) -> Array:
        """Return what the second formula says."""
        return self._pullback(self.x, dout)


class Counted:
    """A function that counts its calls, copies of it included: a checker may copy a layer."""

    def __init__(self, f: Callable[[Array], Array]) -> None:
        self._f = f
        self._calls = itertools.count()

    def __call__(self, x: Array) -> Array:
        """Count and pass on."""
        next(self._calls)
        return self._f(x)

    def __deepcopy__(self, memo: object) -> "Counted":
        return self

    def count(self) -> int:
        """Return the number of calls so far; asking counts, so ask once."""
        return next(self._calls)
